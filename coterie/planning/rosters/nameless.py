"""A cover found by annealing: the week as in `assign.py`, but rest, days in a row, wishes and fairness don't matter.

Without people, there are as many as the first answer has shifts on its busiest day, and some more, for whatever is needed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from coterie.planning.rosters.annealing import Schedule, anneal
from coterie.planning.rosters.arrays import arrays, nobody, shapes_in, shifts_of
from coterie.planning.rosters.model import WEEK, Frame, Person, Prices
from coterie.planning.rosters.prices import Key, price
from coterie.planning.rosters.shapes import served, wanted_in

TRIES, BARE = 12_000, 18_000
"""Of the annealing, for each person: of the frame, and without any."""
HEATS = (60.0, 2.0)


@dataclass(frozen=True, slots=True)
class Nameless:
    """How many of each shape on each day, and what they cost in paid half-hours, with what contracts miss at its price."""

    shapes: Mapping[Key, int]
    cost: float


def nameless(frame: Frame, week: int, first: Mapping[Key, int] | None, seed: int) -> Nameless | None:  # fmt: skip
    """None where this leaves a position empty."""
    bare = loosened(frame, week, first)
    shapes = shapes_in(bare, week)
    fixed = arrays(bare, week, {}, shapes)
    state = nobody(fixed)
    tries = TRIES if frame.people else BARE
    anneal(fixed, state, Schedule(HEATS, tries * len(bare.people)), seed)
    shifts = list(shifts_of(bare, week, shapes, state))
    there = served(shifts)
    if any(there.get(at, 0) < many for at, many in wanted_in(bare, week).items()):
        return None
    return Nameless(Counter((shift.day, shift.shape) for shift in shifts), price(bare, week, shifts, {}, shapes))  # fmt: skip


def loosened(frame: Frame, week: int, first: Mapping[Key, int] | None) -> Frame:
    """Only hours, and what contracts hold."""
    prices = Prices(wish=0.0, no_pair=0.0, unfair=0.0, under=frame.rules.prices.under)
    rules = replace(frame.rules, rest=-WEEK, days_in_a_row=14, prices=prices, present={})
    if frame.people:
        return replace(frame, rules=rules, wishes=())
    most = max(Counter(day for (day, _), many in (first or {}).items() for _ in range(many)).values(), default=0)  # fmt: skip
    most = most or max(wanted_in(frame, week).values()) * 2
    people = tuple(Person(str(n), hours=float(WEEK), days=7) for n in range(most + 3))
    return replace(frame, rules=replace(rules, under=2 * WEEK), people=people)
