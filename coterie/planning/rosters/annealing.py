"""Simulated annealing over a week of named shifts, compiled: people take other shifts, pass them on and exchange them.

What breaks leave, contract, rest or days in a row is never taken; a position that nobody fills has a price, as has all that
`prices.py` counts. A dearer week is taken with the chance exp(-dearer / heat) (Kirkpatrick, Gelatt and Vecchi, 1983); the
heat falls by the same share each try. Costs and heat are in tenths of a paid half-hour.
"""

from math import exp
from typing import NamedTuple

import numpy

from coterie.planning.rosters.compiled import compiled
from coterie.planning.rosters.moves import (
    another_pause,
    another_shape,
    exchanged,
    other_day,
    taken_back,
)
from coterie.planning.rosters.state import State, Week, cost_of, is_allowed, put

ALONE = 11
"""Of 16 kinds of change, so many are one person's."""


class Schedule(NamedTuple):
    """Heat, first and last, and in how many tries it falls."""

    heats: tuple[float, float]
    tries: int


@compiled
def anneal(week: Week, state: State, how: Schedule, seed: int) -> int:
    """Change `state` in place to the cheapest that was met. Returns how much cheaper than the beginning it is."""
    numpy.random.seed(seed)
    heat, cooling = how.heats[0], (how.heats[1] / how.heats[0]) ** (1.0 / max(1, how.tries))
    shapes, pauses = state.shapes.copy(), state.pauses.copy()
    saved, best = 0, 0
    for _ in range(how.tries):
        heat *= cooling
        saved -= tried(week, state, heat)
        if saved > best:
            best = saved
            shapes[:], pauses[:] = state.shapes, state.pauses
    for person in range(len(shapes)):
        for day in range(7):
            put(week, state, person, day, shapes[person, day], pauses[person, day])
    return best


@compiled
def tried(week: Week, state: State, heat: float) -> int:
    """One change at random. Returns what it costs more, 0 where it isn't taken."""
    people = len(state.shapes)
    one, other = numpy.random.randint(people), numpy.random.randint(people)
    kind = numpy.random.randint(16)
    if kind < ALONE:
        other = one
    before = cost_of_both(week, state, one, other)
    cover = alone(week, state, one, kind) if kind < ALONE else together(week, state, one, other, kind)  # fmt: skip
    if state.undo[0] == 0:
        return 0
    if is_allowed(week, state, one) and (other == one or is_allowed(week, state, other)):
        more = cover + cost_of_both(week, state, one, other) - before
        if more <= 0 or numpy.random.random() < exp(-more / heat):
            state.undo[0] = 0
            return more
    taken_back(week, state)
    return 0


@compiled
def alone(week: Week, state: State, one: int, kind: int) -> int:
    """Somebody changes a shape, a pause or a day. Returns what empty positions cost more."""
    day, further = numpy.random.randint(7), numpy.random.randint(7)
    if kind < 8:
        return another_shape(week, state, one, day)
    if kind < 9:
        return another_pause(week, state, one, day)
    return other_day(week, state, one, day, further)


@compiled
def together(week: Week, state: State, one: int, other: int, kind: int) -> int:
    """Two people exchange one day or two, or both change theirs. Returns what empty positions cost more."""
    day, further = numpy.random.randint(7), numpy.random.randint(7)
    if kind == 15:
        return another_shape(week, state, one, day) + another_shape(week, state, other, day)
    more = exchanged(week, state, one, other, day)
    if kind >= 13 and further != day:
        more += exchanged(week, state, one, other, further)
    return more


@compiled
def cost_of_both(week: Week, state: State, one: int, other: int) -> int:
    cost = cost_of(week, state, one)
    return cost if other == one else cost + cost_of(week, state, other)
