"""The second stage: people are given shifts, so that positions are filled, contracts kept and wishes heard.

Hard: leave, contracts, rest, days in a row. Priced, in paid half-hours: wishes, days off that lie together, fair shares of
late and weekend shifts, hours that a contract misses. A position that nobody fills costs more than all of these, and so
does a skill that is missing. The week is annealed over all shapes, not only those of the cover; the bound is the cover's,
which knows no names: no roster under these rules is cheaper.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from coterie.planning.rosters.annealing import Schedule, anneal
from coterie.planning.rosters.arrays import arrays, nobody, shapes_in, shifts_of
from coterie.planning.rosters.cover import SHORT, Cover
from coterie.planning.rosters.model import WEEK, Frame, Proof, Roster, Shift
from coterie.planning.rosters.prices import CENT, price
from coterie.planning.rosters.rules import of_presence
from coterie.planning.rosters.shapes import served, wanted_in

TRIES = 60_000
"""Of the annealing, for each person."""
HEATS = (80.0, 2.0)


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who works when, where somebody is missing, and the proof in paid hours: against all rosters under these rules.

    What is missing beyond what the cover misses, and a skill that is missing, counts in the cost at its price.
    """

    shifts: tuple[Shift, ...]
    missing: Mapping[int, int]
    proof: Proof


def assign(frame: Frame, week: int, cover: Cover, *, seed: int = 0, tries: int = TRIES) -> Assigned:
    """The week's shifts, each with a name."""
    shapes = shapes_in(frame, week)
    if not shapes:
        return Assigned((), wanted_in(frame, week), cover.proof)
    fixed = arrays(frame, week, cover.shapes, shapes)
    state = nobody(fixed)
    anneal(fixed, state, Schedule(HEATS, tries * len(frame.people)), seed)
    shifts = tuple(shifts_of(frame, week, shapes, state))
    there = served(shifts)
    missing = {at: many - there.get(at, 0) for at, many in wanted_in(frame, week).items() if many > there.get(at, 0)}  # fmt: skip
    lacking = sum(missing.values()) + unable(frame, week, shifts) - sum(cover.missing.values())
    cost = price(frame, week, shifts, cover.shapes, shapes) + SHORT / CENT * lacking
    return Assigned(shifts, missing, Proof(cost / 2, cover.proof.bound))


def unable(frame: Frame, week: int, shifts: tuple[Shift, ...]) -> int:
    """How many with a skill that must be there are missing, over all half-hours of the week."""
    found = of_presence(Roster(frame, shifts))
    return sum(each.missing for each in found if each.at is not None and each.at // WEEK == week)
