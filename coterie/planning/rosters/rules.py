"""Whether a roster keeps its rules, looked at shift by shift: independent of the models that make one. Pure and light."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from coterie.planning.rosters.contracts import days_left, fits, most, paid_in, pauses
from coterie.planning.rosters.model import DAY, DAYS, Frame, Person, Roster, Shift, clock
from coterie.planning.rosters.shapes import served, wanted


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a roster breaks: which (`cover`, `present`, `rest`, `row`, `contract`, `leave`, `pause`), whose, and how."""

    rule: str
    sentence: str
    person: str = ""
    at: int | None = None
    """The half-hour of the roster, for `cover` and `present`."""
    missing: int = 0


def breaches(roster: Roster) -> list[Breach]:
    """Everything that is broken; nothing for a roster that keeps all rules."""
    frame = roster.frame
    shifts: dict[str, list[Shift]] = defaultdict(list)
    for shift in sorted(roster.shifts, key=lambda shift: shift.begins):
        shifts[shift.person].append(shift)
    known = {person.ref: person for person in frame.people}
    found = [Breach("contract", f"{ref} is none of the people of this roster.", ref) for ref in shifts if ref not in known]  # fmt: skip
    for ref, person in known.items():
        found += of_person(frame, person, shifts[ref])
    return [*found, *of_cover(roster), *of_presence(roster)]


def of_person(frame: Frame, person: Person, shifts: Sequence[Shift]) -> Iterator[Breach]:
    """What is broken for one person; their shifts in the order of time."""
    before = sorted((s for s in frame.before if s.person == person.ref), key=lambda s: s.begins)
    yield from of_rest(frame, person, [*before[-1:], *shifts])
    yield from of_rows(frame, person, {shift.day for shift in (*before, *shifts)})
    yield from of_contract(frame, person, shifts)
    for shift in shifts:
        if shift.day in frame.off(person.ref):
            yield Breach("leave", f"{person.called} is on leave on {day_of(frame, shift.day)}.", person.ref)  # fmt: skip
        allowed = pauses(shift.length, frame.rules)
        if (shift.pause not in allowed) if allowed else (shift.pause is not None):
            yield Breach("pause", f"{person.called}'s shift on {day_of(frame, shift.day)} has no pause in its middle third.", person.ref)  # fmt: skip


def of_rest(frame: Frame, person: Person, shifts: Sequence[Shift]) -> Iterator[Breach]:
    for one, following in pairwise(shifts):
        between = following.begins - one.ends
        if between < frame.rules.rest:
            yield Breach("rest", f"{person.called} would have {max(0, between) / 2:g} hours between the shift of {day_of(frame, one.day)} and that of {day_of(frame, following.day)}; {frame.rules.rest / 2:g} are the rule.", person.ref)  # fmt: skip


def of_rows(frame: Frame, person: Person, worked: set[int]) -> Iterator[Breach]:
    row = frame.rules.days_in_a_row
    for day in sorted(worked):
        if day + row >= 0 and day - 1 not in worked and all(day + n in worked for n in range(row + 1)):  # fmt: skip
            yield Breach("row", f"{person.called} would work more than {row} days in a row from {day_of(frame, day)}.", person.ref)  # fmt: skip


def of_contract(frame: Frame, person: Person, shifts: Sequence[Shift]) -> Iterator[Breach]:
    for shift in shifts:
        if not fits(person, shift.shape) or shift.day not in frame.days:
            yield Breach("contract", f"{person.called}'s contract doesn't allow {times(shift)} on {day_of(frame, shift.day)}.", person.ref)  # fmt: skip
    for week in range(frame.weeks):
        mine = [shift for shift in shifts if shift.day // 7 == week]
        days, hours = days_left(frame, person, week), most(frame, person, week)
        if len({shift.day for shift in mine}) > days:
            yield Breach("contract", f"{person.called} would work {len(mine)} days in the week of {frame.date_of(7 * week)}; the contract, less leave, allows {days}.", person.ref)  # fmt: skip
        if paid_in(mine, frame.rules) > hours:
            yield Breach("contract", f"{person.called} would work {paid_in(mine, frame.rules) / 2:g} hours in the week of {frame.date_of(7 * week)}; the contract, less leave, allows {hours / 2:g}.", person.ref)  # fmt: skip


def of_cover(roster: Roster) -> Iterator[Breach]:
    frame = roster.frame
    there = served((*frame.before, *roster.shifts))
    for at in range(len(frame.positions)):
        lacking = wanted(frame, at) - there.get(at, 0)
        if lacking > 0:
            yield Breach("cover", f"On {moment(frame, at)} {lacking} of {wanted(frame, at)} would be missing.", at=at, missing=lacking)  # fmt: skip


def of_presence(roster: Roster) -> Iterator[Breach]:
    """Of those who can do something, on shift, their pauses not counted."""
    frame = roster.frame
    for ability, many in frame.rules.present.items():
        there = present(roster, {p.ref for p in frame.people if ability in p.can})
        for at in range(len(frame.positions)):
            lacking = min(many, wanted(frame, at)) - there.get(at, 0)
            if lacking > 0:
                yield Breach("present", f"On {moment(frame, at)} nobody more with {ability} would be there than {there.get(at, 0)}; {many} must be.", at=at, missing=lacking)  # fmt: skip


def present(roster: Roster, people: set[str]) -> Mapping[int, int]:
    found: dict[int, int] = defaultdict(int)
    for shift in (*roster.frame.before, *roster.shifts):
        for at in range(shift.begins, shift.ends) if shift.person in people else ():
            found[at] += 1
    return found


def day_of(frame: Frame, day: int) -> str:
    return f"{DAYS[day % 7].capitalize()} {frame.date_of(day)}"


def moment(frame: Frame, at: int) -> str:
    return f"{day_of(frame, at // DAY)} at {clock(at)}"


def times(shift: Shift) -> str:
    return f"{clock(shift.start)} to {clock(shift.start + shift.length)}"
