"""A roster as text that a manager reads at the terminal: people by days, then what was proven and how fair it is."""

from collections.abc import Iterator

from coterie.planning.rosters.contracts import most, paid_in
from coterie.planning.rosters.fairness import fairness
from coterie.planning.rosters.model import DAYS, Person, Roster, Shift, clock
from coterie.planning.rosters.rules import breaches

SHOWN = 12
"""Gaps and wishes that are told one by one."""


def told(roster: Roster, community: str) -> str:
    weeks = [line for week in range(roster.frame.weeks) for line in week_of(roster, week)]
    return "\n".join([f"Roster of {community} from {roster.frame.monday}", *weeks, *closing(roster)])  # fmt: skip


def week_of(roster: Roster, week: int) -> Iterator[str]:
    frame = roster.frame
    shifts = {(shift.person, shift.day): shift for shift in roster.shifts}
    days = range(7 * week, 7 * week + 7)
    wide = max(len(person.called) for person in frame.people)
    heads = "".join(f"{DAYS[day % 7].capitalize()} {frame.date_of(day).day:>2}".ljust(13) for day in days)  # fmt: skip
    yield f"\n{'':{wide}}  {heads}hours"
    for person in frame.people:
        row = "".join(cell(roster, person, day, shifts.get((person.ref, day))).ljust(13) for day in days)  # fmt: skip
        mine = [shift for shift in roster.shifts if shift.person == person.ref and shift.day in days]  # fmt: skip
        yield f"{person.called:{wide}}  {row}{paid_in(mine, frame.rules) / 2:g} of {most(frame, person, week) / 2:g}"  # fmt: skip


def cell(roster: Roster, person: Person, day: int, shift: Shift | None) -> str:
    if shift:
        return f"{clock(shift.start)}-{clock(shift.start + shift.length)}"
    return "leave" if day in roster.frame.off(person.ref) else "."


def closing(roster: Roster) -> Iterator[str]:
    found = fairness(roster)
    yield ""
    for week, (cover, assign) in enumerate(zip(roster.cover, roster.assign, strict=True), 1):
        yield f"Week {week}: shapes for {cover.cost:,.1f} paid hours, at most {cover.gap:.1%} above the least; with names and prices {assign.cost:,.1f}, at most {assign.gap:.1%} above the least."  # fmt: skip
    for sort in found.burdens:
        least, most_ = found.spread(sort)
        yield f"{sort.capitalize()} shifts a person: {least} to {most_}."
    yield f"Wishes: {found.granted} of {found.wishes} granted."
    for wish in found.refused[:SHOWN]:
        yield f"  not granted: {wish.person}, {wish.kind} on {roster.frame.date_of(wish.day)}"
    yield f"Weeks without two days off together: {len(found.no_pair)}."
    empty = [breach for breach in breaches(roster) if breach.at is not None]
    yield f"Half-hours with somebody missing: {len(empty)}."
    for breach in empty[:SHOWN]:
        yield f"  {breach.sentence}"
