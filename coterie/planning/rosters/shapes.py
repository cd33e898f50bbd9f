"""The shifts that are possible: where positions are wanted, how many, and which shapes lie there."""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

from coterie.planning.rosters.contracts import fits
from coterie.planning.rosters.model import DAY, WEEK, Frame, Person, Shape, Shift

CLOSED = 8
"""Half-hours without a position after which a stretch of work is over."""


def wanted(frame: Frame, at: int) -> int:
    """People who must be at work in this half-hour: its positions, and those who are away from theirs."""
    return math.ceil(frame.positions[at] / (1 - frame.rules.away) - 1e-9)


def wanted_in(frame: Frame, week: int) -> dict[int, int]:
    """The half-hours of a week in which somebody is wanted, less those that shifts of the week before serve."""
    half_hours = range(week * WEEK, (week + 1) * WEEK)
    short = {at: wanted(frame, at) for at in half_hours}
    for shift in frame.before:
        for at in shift.served():
            if at in short:
                short[at] -= 1
    return {at: many for at, many in short.items() if many > 0}


def stretches(half_hours: Iterable[int]) -> list[tuple[int, int]]:
    """From and to of each run of half-hours; a short hole in it doesn't end a run."""
    ordered = sorted(half_hours)
    if not ordered:
        return []
    ends = [a + 1 for a, b in pairwise(ordered) if b - a > CLOSED] + [ordered[-1] + 1]
    begins = [ordered[0]] + [b for a, b in pairwise(ordered) if b - a > CLOSED]
    return list(zip(begins, ends, strict=True))


def shapes_by_day(frame: Frame, week: int) -> Mapping[int, tuple[Shape, ...]]:
    """For each day of a week the shapes that somebody's contract allows and that lie where positions are wanted.

    What is open for less than the shortest shift is served by one that begins with it.
    """
    next_monday = frame.positions[-WEEK:][:DAY]  # as the last one, so that a last night has an end
    runs = stretches(at for at, many in enumerate(frame.positions + next_monday) if many)
    somebody = {(p.earliest, p.latest, p.shortest, p.longest): p for p in frame.people}.values()
    return {
        day: tuple(
            shape
            for start in range(0, DAY, frame.rules.begin_every)
            for length in frame.rules.lengths
            if lies_in(shape := Shape(start, length), day, runs, min(frame.rules.lengths))
            and (not somebody or any(fits(person, shape) for person in somebody))
        )
        for day in range(7 * week, 7 * week + 7)
    }


def lies_in(shape: Shape, day: int, runs: list[tuple[int, int]], shortest: int) -> bool:
    begins, ends = day * DAY + shape.start, day * DAY + shape.end
    return any(
        (first <= begins and ends <= last)
        or (last - first < shortest and begins == first and shape.length == shortest)
        for first, last in runs
    )


def free(frame: Frame, day: int) -> list[Person]:
    """Whoever isn't on leave."""
    return [person for person in frame.people if day not in frame.off(person.ref)]


def served(shifts: Iterable[Shift]) -> dict[int, int]:
    """How many fill a position in each half-hour of the roster."""
    found: dict[int, int] = {}
    for shift in shifts:
        for at in shift.served():
            found[at] = found.get(at, 0) + 1
    return found
