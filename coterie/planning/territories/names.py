"""What communities are called, and in which order they stand: both say where they are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from coterie.planning.plan import PlannedArea, PlannedCommunity
from coterie.planning.territories.shape import Place, centre_of

SIDES = (("North", "South"), ("West", "East"))


def named(communities: Sequence[Sequence[PlannedArea]]) -> list[str]:
    """A name for each: that of its largest area, with a side where two share it, and else with a second area or a number."""
    base = [base_name(own) for own in communities]
    groups: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(base):
        groups[name].append(at)
    names = list(base)
    for name, places in groups.items():
        if len(places) > 1:
            for at, told in zip(places, told_apart(name, [communities[at] for at in places]), strict=True):  # fmt: skip
                names[at] = told
    return numbered(names)


def base_name(own: Sequence[PlannedArea]) -> str:
    largest = max(own, key=lambda each: (each.customers, each.area))
    return largest.name or largest.region or largest.whole or largest.area


def told_apart(name: str, communities: Sequence[Sequence[PlannedArea]]) -> list[str]:
    """`Perth North` and `Perth South`, where there are two and it is known where; else `Perth and Fremantle`."""
    centres = [centre_of(own) for own in communities]
    if len(centres) == 2 and centres[0] and centres[1] and centres[0] != centres[1]:
        return [f"{name} {side}" for side in sides(centres[0], centres[1])]
    return [beside(name, own) for own in communities]


def sides(one: Place, two: Place) -> tuple[str, str]:
    """Which side each is on, by the way that separates them most. Degrees east count as they do at 45 degrees north."""
    north, east = one[0] - two[0], ((one[1] - two[1] + 180) % 360 - 180) * 0.7
    if abs(north) >= abs(east):
        first, second = SIDES[0]
        return (first, second) if north > 0 else (second, first)
    first, second = SIDES[1]
    return (first, second) if east < 0 else (second, first)


def beside(name: str, own: Sequence[PlannedArea]) -> str:
    for each in sorted(own, key=lambda each: (-each.customers, each.area)):
        if each.name and each.name != name:
            return f"{name} and {each.name}"
    return name


def numbered(names: Sequence[str]) -> list[str]:
    """What is still the same, and what is taken already, gets a number."""
    taken: set[str] = set()
    found = []
    for name in names:
        number, told = 1, name
        while told in taken or (number == 1 and names.count(name) > 1):
            told = f"{name} {number}"
            number += 1
        taken.add(told)
        found.append(told)
    return found


def in_order(communities: Sequence[PlannedCommunity], areas: Mapping[str, PlannedArea]) -> list[PlannedCommunity]:  # fmt: skip
    """By region, then from north to south and west to east; where no places are known, by the first area."""

    def key(community: PlannedCommunity) -> tuple[str, float, float, str]:
        centre = centre_of([areas[area] for area in community.areas])
        north, east = centre or (0.0, 0.0)
        return community.region, -north, east, community.areas[0]

    return sorted(communities, key=key)


def with_ids(communities: Sequence[PlannedCommunity], ids: Sequence[str], pins: Mapping[str, str]) -> list[PlannedCommunity]:  # fmt: skip
    """Ids in this order. A community with pinned areas has the id that they are pinned to, and stands in its place."""
    asked = [next((pins[area] for area in each.areas if area in pins), None) for each in communities]  # fmt: skip
    left = iter([one for one in ids if one not in asked])
    given = [replace(each, id=one or next(left)) for each, one in zip(communities, asked, strict=True)]  # fmt: skip
    return sorted(given, key=lambda each: ids.index(each.id))
