"""Areas that are too large for a community become parts, which are areas of their own.

An area with more customers than the mean community and its tolerance must be split; smaller ones may be, where communities
around them can't be made even otherwise. An area is split into equal parts called `AREA/1`, `AREA/2` and so on; each is a neighbour of the others and of
all neighbours of the whole. They are drawn finely, and `merged` afterwards: what is in one community becomes one area
again, so that a plan has no more parts than it makes use of. A pinned area stays whole: somebody wants it in one community.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import combinations, product
from math import gcd

from coterie.kit.errors import Invalid
from coterie.planning.territories.country import Places
from coterie.planning.territories.model import GivenArea, Graph

FINER = 2
"""Parts to begin with are so many times smaller than what is split."""
MOST_PARTS = 64
"""More are made only of an area that is larger than half as many communities."""


def split(
    areas: Sequence[GivenArea], graph: Graph, numbers: Mapping[str, int]
) -> tuple[list[GivenArea], Graph]:
    """Areas and their graph with each of these areas in so many parts."""
    made: list[GivenArea] = []
    places: list[range] = []
    for each in areas:
        parts = parts_of(each, numbers.get(each.area, 1))
        places.append(range(len(made), len(made) + len(parts)))
        made.extend(parts)
    if len(made) == len(areas):
        return made, graph
    refuse_twice(made)
    pairs = {ordered(a, b) for one, two in graph.pairs for a, b in product(places[one], places[two])}  # fmt: skip
    inner = {pair for some in places for pair in combinations(some, 2)}
    joined = {ordered(a, b) for one, two in graph.joined for a, b in product(places[one], places[two])}  # fmt: skip
    return made, Graph(len(made), tuple(sorted(pairs | inner)), tuple(sorted(joined)), graph.given)


def too_large(areas: Sequence[GivenArea], count: int, tolerance: float) -> dict[str, int]:
    """Into how many parts each area goes that is larger than one of `count` communities may be."""
    mean = sum(each.customers for each in areas) / count
    found = {}
    for each in areas:
        fewest = fewest_parts(each.customers, mean * (1 + tolerance))
        if fewest > 1 and not each.pin:
            found[each.area] = fine_parts(each.customers, mean, fewest)
    return found


def finer(
    areas: Sequence[GivenArea], among: Collection[str], least: float, numbers: Mapping[str, int]
) -> dict[str, int]:
    """The numbers of parts, with more of each of these areas that has more than `least` customers: a multiple of those before.

    An area stays whole if another one is called as a part of it would be.
    """
    taken = {each.area for each in areas}
    found = dict(numbers)
    for each in areas:
        if each.area in among and each.customers > max(least, FINER) and not each.pin:
            before = numbers.get(each.area, 1)
            number = before * max(1, round(fine_parts(each.customers, least, 1) / before))
            if not any(f"{each.area}/{part}" in taken for part in range(1, number + 1)):
                found[each.area] = number
    return found


def fine_parts(customers: int, size: float, fewest: int) -> int:
    """As many parts as make each half of this size, but not so many that neighbours become too many to count."""
    wanted = round(customers * FINER / max(1.0, size))
    return max(fewest, min(wanted, max(MOST_PARTS, 2 * fewest), customers))


def fewest_parts(customers: int, limit: float) -> int:
    """Into how many an area must be split so that each fits."""
    count = 1
    while limit >= 1 and -(-customers // count) > limit:
        count += 1
    return count


def parts_of(area: GivenArea, count: int) -> list[GivenArea]:
    """The area itself, or its parts: customers differ by one at most, contacts not at all."""
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


def merged(areas: Sequence[GivenArea], graph: Graph, part: Places) -> tuple[list[GivenArea], Graph, list[int]]:  # fmt: skip
    """The same plan with as few parts as it needs: of an area in one community none, else as many as stay equal.

    Where communities have 4 and 2 of six parts, three are enough. Parts differ by as many customers then as were parts
    of each. Returns areas, graph, and the community of each area.
    """
    groups = groups_of(areas, part.tolist())
    place = {old: new for new, group in enumerate(groups) for old in group}
    pairs = {ordered(place[a], place[b]) for a, b in graph.pairs if place[a] != place[b]}
    joined = {ordered(place[a], place[b]) for a, b in graph.joined if place[a] != place[b]}
    made = renamed([together([areas[at] for at in group]) for group in groups])
    homes = [int(part[group[0]]) for group in groups]
    return made, Graph(len(made), tuple(sorted(pairs)), tuple(sorted(joined)), graph.given), homes


def groups_of(areas: Sequence[GivenArea], part: Sequence[int]) -> list[list[int]]:
    """Which areas become one, in the order of the first of each."""
    parts: dict[str, dict[int, list[int]]] = {}
    for at, each in enumerate(areas):
        if each.whole:
            parts.setdefault(each.whole, {}).setdefault(part[at], []).append(at)
    found = [[at] for at, each in enumerate(areas) if not each.whole]
    for held in parts.values():
        size = gcd(*(len(own) for own in held.values()))
        found += [own[at : at + size] for own in held.values() for at in range(0, len(own), size)]
    return sorted(found)


def together(parts: Sequence[GivenArea]) -> GivenArea:
    contacts = [each.contacts for each in parts if each.contacts is not None]
    return replace(
        parts[0],
        customers=sum(each.customers for each in parts),
        contacts=sum(contacts) if contacts else None,
    )


def renamed(areas: Sequence[GivenArea]) -> list[GivenArea]:
    """Parts numbered from 1 on, and what is alone is the whole again."""
    left, number = Counter(each.whole for each in areas), Counter[str]()
    found = []
    for each in areas:
        if not each.whole:
            found.append(each)
            continue
        number[each.whole] += 1
        alone = left[each.whole] == 1
        name = each.whole if alone else f"{each.whole}/{number[each.whole]}"
        found.append(replace(each, area=name, whole="" if alone else each.whole))
    return found


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
