"""What is looked at before any territory is drawn: every refusal names the culprit and says what to do."""

from collections.abc import Mapping, Sequence
from math import isfinite

from coterie.kit.errors import Invalid
from coterie.planning.territories.model import GivenArea, Wanted

MOST_TOLERANCE = 1.0


def check(areas: Sequence[GivenArea], pairs: Sequence[tuple[str, str]] | None, wanted: Wanted) -> None:  # fmt: skip
    """Raises `Invalid` for whatever can't be planned with."""
    check_areas(areas)
    check_pairs({each.area for each in areas}, pairs or ())
    check_wanted(areas, wanted)


def check_areas(areas: Sequence[GivenArea]) -> None:
    if not areas:
        raise Invalid("There are no areas.", "no_areas", "area")
    seen: set[str] = set()
    for each in areas:
        if each.area in seen:
            raise Invalid(f"The area {each.area} stands there twice. Keep one of them.", "twice", "area")  # fmt: skip
        seen.add(each.area)
        check_numbers(each)
    if not any(each.customers for each in areas):
        raise Invalid("No area has a customer, so there is nothing to balance. Give the column customers, or a file of customers.", "no_customers", "customers")  # fmt: skip


def check_numbers(area: GivenArea) -> None:
    for name, value, most in (
        ("customers", area.customers, None),
        ("contacts", area.contacts, None),
        ("hazard", area.hazard, 1.0),
    ):
        if value is None:
            continue
        if not isfinite(value) or value < 0 or (most is not None and value > most):
            bounds = "0 to 1" if most else "0 on"
            raise Invalid(f"The area {area.area} has {name} {value}, which is no number from {bounds}.", "number", name)  # fmt: skip
    for name, value, furthest in (("lat", area.lat, 90), ("lon", area.lon, 180)):
        if value is not None and not -furthest <= value <= furthest:
            raise Invalid(f"The area {area.area} has {name} {value}, which is no number from -{furthest} to {furthest}.", "number", name)  # fmt: skip


def check_pairs(known: set[str], pairs: Sequence[tuple[str, str]]) -> None:
    for a, b in pairs:
        for each in (a, b):
            if each not in known:
                raise Invalid(f"{a},{b} are said to be neighbours, but there is no area {each}. Add it, or take the pair away.", "no_area", "adjacency")  # fmt: skip
        if a == b:
            raise Invalid(f"{a} can't be its own neighbour. Take the pair away.", "own_neighbour", "adjacency")  # fmt: skip


def check_wanted(areas: Sequence[GivenArea], wanted: Wanted) -> None:
    if (wanted.communities is None) == (wanted.size is None):
        raise Invalid("Say how many communities there shall be, or how many customers each: one of the two.", "communities", "communities")  # fmt: skip
    for name, value in (("communities", wanted.communities), ("size", wanted.size)):
        if value is not None and value < 1:
            raise Invalid(f"{value} is no number of {'customers of a community' if name == 'size' else name}.", name, name)  # fmt: skip
    if not 0 <= wanted.tolerance <= MOST_TOLERANCE:
        raise Invalid(f"The tolerance is {wanted.tolerance}; it is a share from 0 to 1, such as 0.02.", "tolerance", "tolerance")  # fmt: skip
    if not wanted.split_above >= 0:
        raise Invalid(f"Areas above {wanted.split_above} of a community are to be split; that is no share from 0 on.", "split_above", "split_above")  # fmt: skip
    count, customers = communities_of(areas, wanted), sum(each.customers for each in areas)
    if count > len(areas):
        raise Invalid(f"{count:,} communities are wanted of {len(areas):,} areas: each needs one at least. Want fewer, or give smaller areas.", "communities", "communities")  # fmt: skip
    if count > customers:
        raise Invalid(f"{count:,} communities are wanted for {customers:,} customers: each needs one at least.", "communities", "communities")  # fmt: skip


def communities_of(areas: Sequence[GivenArea], wanted: Wanted) -> int:
    """How many communities: as said, or as many as come nearest to the size that was said."""
    if wanted.communities is not None:
        return wanted.communities
    assert wanted.size is not None
    return max(1, round(sum(each.customers for each in areas) / wanted.size))


def ids_of(count: int) -> list[str]:
    """c01, c02 and so on, as wide as the last one needs."""
    width = max(2, len(str(count)))
    return [f"c{number:0{width}}" for number in range(1, count + 1)]


def pins_of(areas: Sequence[GivenArea], count: int) -> Mapping[str, str]:
    """The community's id for each pinned area. Raises `Invalid` for a community that there will not be, and contradictions.

    A pin is a community's number or id; or the code or name of an area, whose community it shall be. Such a community has
    the id that one of its areas is pinned to, else the first that is free.
    """
    known = ids_of(count)
    ids = {each.area: numbered_pin(each.pin, known) for each in areas if each.pin}
    beside = {each.area: area_of(areas, each, known) for each in areas if each.pin and ids[each.area] is None}  # fmt: skip
    found = {area: community for area, community in ids.items() if community}
    left = iter([each for each in known if each not in found.values()])
    for group in groups_of(beside):
        asked = [area for area in group if area in found]
        community = found[asked[0]] if asked else next(left, None)
        if community is None:
            raise Invalid(f"{group[0]} is pinned to a community of its own, but all {count:,} are taken by other pins.", "pins", "pin")  # fmt: skip
        found.update(dict.fromkeys(group, community))
    return {each.area: found[each.area] for each in areas if each.area in found}


def numbered_pin(pin: str, known: Sequence[str]) -> str | None:
    number = pin.strip().lower().removeprefix("c")
    if number.isdecimal() and 1 <= int(number) <= len(known):
        return known[int(number) - 1]
    return None


def area_of(areas: Sequence[GivenArea], pinned: GivenArea, known: Sequence[str]) -> str:
    """The area whose community it shall be: by its code, else by its name, in whatever case."""
    pin = pinned.pin.strip()
    found = [each.area for each in areas if each.area == pin] or [each.area for each in areas if each.name and each.name.casefold() == pin.casefold()]  # fmt: skip
    if not found:
        raise Invalid(f"{pinned.area} is pinned to {pin}, which is none of the communities {known[0]} to {known[-1]}, and no area is called so.", "pin", "pin")  # fmt: skip
    if len(found) > 1:
        raise Invalid(f"{pinned.area} is pinned to {pin}, but {len(found):,} areas are called so, {found[0]} and {found[1]} among them. Pin it to a code.", "pin", "pin")  # fmt: skip
    return found[0]


def groups_of(beside: Mapping[str, str]) -> list[list[str]]:
    """Areas that are to be in one community, since each was pinned to another of them; in order."""
    group: dict[str, list[str]] = {}
    for one, two in beside.items():
        both = [*group.get(one, [one]), *group.get(two, [two])]
        merged = list(dict.fromkeys(both))
        group.update(dict.fromkeys(merged, merged))
    return list({id(each): each for each in group.values()}.values())
