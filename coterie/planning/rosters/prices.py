"""What a week of named shifts costs: paid half-hours, and what a good roster avoids at its price (`model.Prices`)."""

from collections.abc import Iterable, Mapping, Sequence

from coterie.planning.rosters.contracts import days_left, least, paid_in
from coterie.planning.rosters.fairness import burdens, counted, fair_shares, granted, has_pair
from coterie.planning.rosters.model import Frame, Person, Rules, Shape, Shift, Wish

CENT = 10
"""Where costs must be whole numbers, they are counted in tenths of a paid half-hour."""
Key = tuple[int, Shape]


def price(frame: Frame, week: int, shifts: Sequence[Shift], cover: Mapping[Key, int], possible: Iterable[Shape]) -> float:  # fmt: skip
    """In paid half-hours. `cover`: of each day's shapes how many set the fair shares; `possible`: what contracts could hold."""
    shapes = tuple(possible)
    total = 0.0
    for person in frame.people:
        mine = [shift for shift in shifts if shift.person == person.ref]
        total += paid_in(mine, frame.rules) + of_person(frame, week, person, mine, shapes)
    shares = shares_in(frame, week, cover)
    for sort, counts in burdens(frame.rules).items():
        has = counted(shifts, counts)
        above = sum(max(0, has[ref] - share) for ref, share in shares[sort].items())
        total += frame.rules.prices.unfair * above
    return total


def of_person(frame: Frame, week: int, person: Person, mine: Sequence[Shift], possible: Sequence[Shape]) -> float:  # fmt: skip
    """Wishes that aren't granted, no two days off together, hours that the contract misses."""
    prices = frame.rules.prices
    days = {shift.day: shift.shape for shift in mine}
    lacks = least(frame, person, week, possible) - paid_in(mine, frame.rules)
    alone = days_left(frame, person, week) > 0 and not has_pair(set(days), week)
    refused = sum(
        unwished([wish], days[wish.day], frame.rules)
        for wish in frame.wishes
        if wish.person == person.ref and wish.day in days
    )
    return refused + prices.no_pair * alone + prices.under * max(0, lacks)


def unwished(wishes: Iterable[Wish], shape: Shape, rules: Rules) -> float:
    return rules.prices.wish * sum(wish.weight for wish in wishes if not granted(wish, shape, rules))  # fmt: skip


def shares_in(frame: Frame, week: int, cover: Mapping[Key, int]) -> dict[str, dict[str, int]]:  # fmt: skip
    """By burden and person: so many of those of the cover are fair."""
    return {
        sort: fair_shares(
            frame,
            week,
            sum(many for key, many in cover.items() if counts(*key)),
            counted(frame.before, counts),
        )
        for sort, counts in burdens(frame.rules).items()
    }
