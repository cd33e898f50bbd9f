"""Why a week can't be covered, in a sentence that names when, how many are missing, and what holds them back."""

from collections.abc import Mapping

from coterie.planning.rosters.contracts import days_left, fits, most
from coterie.planning.rosters.model import DAY, Frame, Person, Shape
from coterie.planning.rosters.rules import moment
from coterie.planning.rosters.shapes import shapes_by_day, wanted, wanted_in


def why_short(frame: Frame, week: int, missing: Mapping[int, int]) -> str:
    """The worst half-hour, and the first reason that explains it. `missing`: half-hours to people."""
    worst = max(missing, key=lambda at: (missing[at], -at))
    hours = sum(missing.values()) / 2
    return (
        f"The week of {frame.date_of(7 * week)} can't be covered: {hours:g} hours of positions stay empty, "
        f"most on {moment(frame, worst)}, where {missing[worst]} of {wanted(frame, worst)} are missing. "
        f"{reason(frame, week, worst)} More people, other contracts or fewer positions help; --short writes it with the gaps."
    )


def reason(frame: Frame, week: int, at: int) -> str:
    may, asked = able(frame, at), wanted(frame, at)
    if len(may) < asked:
        return f"{len(may)} may work then: {absent(frame, at)}."
    wants = sum(wanted_in(frame, week).values()) / 2
    holds = sum(most(frame, person, week) for person in frame.people) / 2
    if holds < wants:
        return f"Contracts, less leave, hold {holds:g} hours; {wants:g} are needed before pauses."
    days = sum(days_left(frame, person, week) for person in frame.people)
    return f"{len(may)} may work then, but {days} days and {holds:g} hours of contracts, with pauses, rest and days in a row, don't reach everywhere."  # fmt: skip


def shapes_at(frame: Frame, at: int) -> dict[int, list[Shape]]:
    """By day, the shapes of that day and the one before that are in work at a half-hour."""
    week = at // (7 * DAY)
    found = {
        **(shapes_by_day(frame, week - 1) if week else {}),
        **shapes_by_day(frame, week),
    }
    return {
        day: [shape for shape in found.get(day, ()) if day * DAY + shape.start <= at < day * DAY + shape.end]
        for day in (at // DAY - 1, at // DAY)
    }  # fmt: skip


def able(frame: Frame, at: int) -> list[Person]:
    shapes = shapes_at(frame, at)
    return [
        person
        for person in frame.people
        if any(day not in frame.off(person.ref) and any(fits(person, shape) for shape in some) for day, some in shapes.items())
    ]  # fmt: skip


def absent(frame: Frame, at: int) -> str:
    leave = sum(at // DAY in frame.off(person.ref) for person in frame.people)
    others = len(frame.people) - leave - len(able(frame, at))
    told = [f"{leave} are on leave"] if leave else []
    told += [f"contracts of {others} don't allow it"] if others > 0 else []
    return ", ".join(told) or f"the community has {len(frame.people)} people"
