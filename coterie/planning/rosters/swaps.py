"""Two people of a community exchange a day: allowed where nothing breaks that held before. Pure and light, for pages too."""

from dataclasses import replace

from coterie.planning.rosters.model import Roster, Shift
from coterie.planning.rosters.rules import Breach, breaches, day_of


def check_swap(roster: Roster, a: str, b: str, day: int, other: int | None = None) -> str:
    """Empty where `a` may take over what `b` works on a day, and `b` what `a` works; else the sentence that says no.

    `day` is that of `a`'s shift, `other` that of `b`'s (the same day, unless said). Either may have none: then the other
    gives a shift away. What was broken before speaks against no swap; what would be worse does.
    """
    other = day if other is None else other
    refs = {person.ref for person in roster.frame.people}
    for ref in (a, b):
        if ref not in refs:
            return f"{ref} is none of the people of this roster."
    if a == b:
        return "A swap needs two people."
    if not any((s.person, s.day) in {(a, day), (b, other)} for s in roster.shifts):
        return f"Neither works then: {a} on {day_of(roster.frame, day)}, {b} on {day_of(roster.frame, other)}."  # fmt: skip
    worse = new_breaches(roster, swapped(roster, a, b, day, other))
    return worse[0].sentence if worse else ""


def swapped(roster: Roster, a: str, b: str, day: int, other: int) -> Roster:
    """The roster after it, whether it is allowed or not."""
    to = {(a, day): b, (b, other): a}
    return replace(roster, shifts=tuple(moved(shift, to) for shift in roster.shifts))


def moved(shift: Shift, to: dict[tuple[str, int], str]) -> Shift:
    return replace(shift, person=to.get((shift.person, shift.day), shift.person))


def new_breaches(before: Roster, after: Roster) -> list[Breach]:
    known = set(breaches(before))
    return [breach for breach in breaches(after) if breach not in known]
