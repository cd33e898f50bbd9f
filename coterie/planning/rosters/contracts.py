"""What a week gives somebody, from what is agreed with them: hours and days, less their leave."""

import math
from collections.abc import Iterable
from functools import lru_cache

from coterie.planning.rosters.model import Frame, Person, Rules, Shape, Shift


def has_pause(length: int, rules: Rules) -> bool:
    return length > rules.pause_after


def paid(length: int, rules: Rules) -> int:
    """Half-hours of a shift that are paid."""
    return length - (has_pause(length, rules) and not rules.pause_paid)


def pauses(length: int, rules: Rules) -> range:
    """The half-hours after its start in which a shift may have its pause."""
    return range(length // 3, 2 * length // 3 + 1) if has_pause(length, rules) else range(0)


def fits(person: Person, shape: Shape) -> bool:
    """Whether their contract allows such a shift."""
    return (
        person.earliest <= shape.start
        and shape.end <= person.latest
        and person.shortest <= shape.length <= person.longest
    )


def days_left(frame: Frame, person: Person, week: int) -> int:
    """Days that they may work in this week. A day of leave counts as one that was worked."""
    away = sum(day // 7 == week for day in frame.off(person.ref))
    return max(0, person.days - away)


def most(frame: Frame, person: Person, week: int) -> int:
    """Paid half-hours of this week at most: those of the contract, less a day's share for each day of leave."""
    return math.floor(2 * person.hours * days_left(frame, person, week) / max(1, person.days))


def least(frame: Frame, person: Person, week: int, shapes: Iterable[Shape]) -> int:
    """Paid half-hours that the week should give, as far as shifts that are possible add up to them."""
    lengths = {paid(shape.length, frame.rules) for shape in shapes if fits(person, shape)}
    days = days_left(frame, person, week)
    reached = reachable(tuple(sorted(lengths)), days, most(frame, person, week))
    return max(0, reached - frame.rules.under)


@lru_cache(maxsize=4096)
def reachable(lengths: tuple[int, ...], days: int, limit: int) -> int:
    """The largest sum of at most `days` of these lengths that is within the limit."""
    sums = {0}
    for _ in range(days):
        sums |= {total + length for total in sums for length in lengths if total + length <= limit}
    return max(sums)


def paid_in(shifts: Iterable[Shift], rules: Rules) -> int:
    return sum(paid(shift.length, rules) for shift in shifts)
