"""Where annealing begins: METIS cuts the graph into pieces of like size; then pins are kept and every piece made whole.

METIS (Karypis and Kumar, 1998) knows no pins and may leave a community empty or in two pieces, so what it gives is
mended: pinned areas get their community and a way to each other, what is cut off goes to the smallest neighbour.
"""

from collections import deque
from collections.abc import Mapping, Sequence

import numpy
import pymetis

from coterie.kit.errors import Invalid
from coterie.planning.territories.country import Country, Places

GRAIN = 10_000_000
"""METIS counts in whole numbers: all customers are so many of them."""
NOBODY = -1


def start_of(
    country: Country, count: int, seed: int, pins: Mapping[int, int], names: Sequence[str]
) -> Places:
    """The community, 0 to `count` - 1, of each area: all in one piece, none empty, pins kept. The graph hangs together.

    Raises `Invalid` where pins leave a community no way between its areas, or no area at all; it names the areas.
    """
    part = cut(country, count, seed)
    if pins:
        part = relabelled(country, part, count, pins)
    rows = rows_of(country)
    locked = carve(rows, part, pins, names)
    mend(country, rows, part, count, locked)
    fill(rows, part, count, set(pins))
    return numpy.array(part, numpy.int64)


def cut(country: Country, count: int, seed: int) -> list[int]:
    """As METIS cuts it."""
    size = len(country.begins) - 1
    if count == 1:
        return [0] * size
    shares = country.sizes[0] / country.sizes[0].sum()
    _, part = pymetis.part_graph(
        count,
        pymetis.CSRAdjacency(country.begins.tolist(), country.others.tolist()),
        vweights=numpy.round(shares * GRAIN).astype(int).tolist(),
        eweights=numpy.round(country.weights / country.weights.min()).astype(int).tolist(),
        options=pymetis.Options(seed=seed, contig=1),
    )
    return [int(each) for each in part]


def relabelled(country: Country, part: Sequence[int], count: int, pins: Mapping[int, int]) -> list[int]:  # fmt: skip
    """The pieces numbered so that pinned areas are in their community already, as far as that goes: most customers first."""
    wishes: dict[tuple[int, int], float] = {}
    for area, community in pins.items():
        pair = part[area], community
        wishes[pair] = wishes.get(pair, 0.0) + float(country.sizes[0][area])
    label: dict[int, int] = {}
    for piece, community in sorted(wishes, key=lambda pair: (-wishes[pair], pair)):
        if piece not in label and community not in label.values():
            label[piece] = community
    left = iter(sorted({*range(count)} - {*label.values()}))
    for piece in range(count):
        if piece not in label:
            label[piece] = next(left)
    return [label[piece] for piece in part]


def rows_of(country: Country) -> list[list[int]]:
    begins, others = country.begins.tolist(), country.others.tolist()
    return [others[begins[at] : begins[at + 1]] for at in range(len(begins) - 1)]


def carve(rows: Sequence[Sequence[int]], part: list[int], pins: Mapping[int, int], names: Sequence[str]) -> set[int]:  # fmt: skip
    """Give each community its pinned areas and a way between them. What is given so is returned: it stays together."""
    locked = set(pins)
    for area, community in pins.items():
        part[area] = community
    for community in sorted(set(pins.values())):
        own = [area for area, wanted in pins.items() if wanted == community]
        together = {own[0]}
        for area in own[1:]:
            way = way_to(rows, part, together, area, locked, community)
            if way is None:
                raise Invalid(f"{names[own[0]]} and {names[area]} are pinned to one community, but other pins leave no way between them.", "pins", "pin")  # fmt: skip
            for step in way:
                part[step] = community
            together.update(way)
            locked.update(way)
    return locked


def way_to(
    rows: Sequence[Sequence[int]],
    part: Sequence[int],
    begin: set[int],
    end: int,
    locked: set[int],
    community: int,
) -> list[int] | None:
    """The way that takes fewest areas from others, by no area that is another's for good."""
    came: dict[int, int] = {}
    cost = dict.fromkeys(begin, 0)
    line = deque(sorted(begin))
    while line:
        area = line.popleft()
        if area == end:
            break
        for other in rows[area]:
            if other in locked and part[other] != community:
                continue
            price = cost[area] + (part[other] != community)
            if price < cost.get(other, len(rows) + 1):
                cost[other], came[other] = price, area
                if price == cost[area]:
                    line.appendleft(other)
                else:
                    line.append(other)
    if end in begin:
        return []
    if end not in came:
        return None
    way = [end]
    while came.get(way[-1]) is not None and came[way[-1]] not in begin:
        way.append(came[way[-1]])
    return way


def mend(country: Country, rows: Sequence[Sequence[int]], part: list[int], count: int, locked: set[int]) -> None:  # fmt: skip
    """Let each community keep one piece, that of its pins or the largest; the rest goes to neighbours, smallest first."""
    loose: set[int] = set()
    for own in members_of(part, count):
        pieces = sorted(pieces_of(rows, own), key=lambda piece: (piece.isdisjoint(locked), -len(piece), min(piece)))  # fmt: skip
        for piece in pieces[1:]:
            loose |= piece
    sizes = country.sizes[0].tolist()
    filled = [0.0] * count
    for area, community in enumerate(part):
        filled[community] += 0.0 if area in loose else sizes[area]
    while loose:
        for area in sorted(loose):
            beside = {part[other] for other in rows[area] if other not in loose}
            if beside:
                part[area] = min(beside, key=lambda community: (filled[community], community))
                filled[part[area]] += sizes[area]
                loose.discard(area)


def members_of(part: Sequence[int], count: int) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in range(count)]
    for area, community in enumerate(part):
        members[community].append(area)
    return members


def pieces_of(rows: Sequence[Sequence[int]], own: Sequence[int]) -> list[set[int]]:
    left, found = set(own), []
    for begin in own:
        if begin not in left:
            continue
        left.discard(begin)
        line = [begin]
        for area in line:
            for other in rows[area]:
                if other in left:
                    left.discard(other)
                    line.append(other)
        found.append(set(line))
    return found


def fill(rows: Sequence[Sequence[int]], part: list[int], count: int, pinned: set[int]) -> None:
    """Give each empty community an area of the one that has most and can do without it."""
    members = members_of(part, count)
    for community in range(count):
        if members[community]:
            continue
        area = spare(rows, part, members, pinned)
        members[part[area]].remove(area)
        members[community].append(area)
        part[area] = community


def spare(rows: Sequence[Sequence[int]], part: Sequence[int], members: Sequence[list[int]], pinned: set[int]) -> int:  # fmt: skip
    for own in sorted(members, key=lambda some: (-len(some), some[:1])):
        for area in own:
            rest = [each for each in own if each != area]
            if rest and area not in pinned and len(pieces_of(rows, rest)) == 1:
                return area
    raise Invalid("The pins leave no area for one of the communities. Pin fewer areas, or want fewer communities.", "pins", "pin")  # fmt: skip
