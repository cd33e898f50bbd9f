"""Areas that are larger than a community may be become parts, which are areas of their own.

An area with more customers than the mean community and its tolerance is split into the fewest equal parts that fit. They
are called `AREA/1`, `AREA/2` and so on; each is a neighbour of the others and of all neighbours of the whole. A pinned
area stays whole: somebody wants it in one community.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import combinations, product

from coterie.kit.errors import Invalid
from coterie.planning.territories.model import GivenArea, Graph


def split(
    areas: Sequence[GivenArea], graph: Graph, count: int, tolerance: float
) -> tuple[list[GivenArea], Graph]:
    """Areas and their graph with every area in parts that is too large for one of `count` communities."""
    limit = sum(each.customers for each in areas) / count * (1 + tolerance)
    made: list[GivenArea] = []
    places: list[range] = []
    for each in areas:
        parts = [each] if each.pin else parts_of(each, limit)
        places.append(range(len(made), len(made) + len(parts)))
        made.extend(parts)
    if len(made) == len(areas):
        return made, graph
    refuse_twice(made)
    pairs = {ordered(a, b) for one, two in graph.pairs for a, b in product(places[one], places[two])}  # fmt: skip
    inner = {pair for some in places for pair in combinations(some, 2)}
    joined = {ordered(a, b) for one, two in graph.joined for a, b in product(places[one], places[two])}  # fmt: skip
    return made, Graph(len(made), tuple(sorted(pairs | inner)), tuple(sorted(joined)), graph.given)


def parts_of(area: GivenArea, limit: float) -> list[GivenArea]:
    """The area itself, or its parts: customers differ by one at most, contacts not at all."""
    count = 1
    while limit >= 1 and -(-area.customers // count) > limit:
        count += 1
    if count == 1:
        return [area]
    each, more = divmod(area.customers, count)
    return [
        replace(
            area,
            area=f"{area.area}/{number}",
            customers=each + (number <= more),
            contacts=None if area.contacts is None else area.contacts / count,
            whole=area.area,
        )
        for number in range(1, count + 1)
    ]


def refuse_twice(areas: Sequence[GivenArea]) -> None:
    whole = {each.area: each.whole for each in areas if each.whole}
    for each in areas:
        if not each.whole and each.area in whole:
            raise Invalid(f"{whole[each.area]} must be split, but there is an area {each.area} already. Call that one something else.", "twice", "area")  # fmt: skip


def ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def splits_of(areas: Sequence[GivenArea]) -> Mapping[str, list[str]]:
    """The parts of each area that was split."""
    found: dict[str, list[str]] = {}
    for each in areas:
        if each.whole:
            found.setdefault(each.whole, []).append(each.area)
    return found


def part_of(ref: str, parts: Sequence[str]) -> str:
    """The part in which a customer of a split area is: by their ref alone, so that it stays the same everywhere."""
    number = int.from_bytes(sha256(ref.encode()).digest()[:8], "big")
    return parts[number % len(parts)]
