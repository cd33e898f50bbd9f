"""Simulated annealing over a week of named shifts, compiled: people take other shifts, pass them on and exchange them.

What breaks leave, contract, rest or days in a row is never taken; a position that nobody fills has a price, as has all that
`prices.py` counts. A dearer week is taken with the chance exp(-dearer / heat) (Kirkpatrick, Gelatt and Vecchi, 1983); the
heat falls by the same share each try. Money is in tenths of a paid half-hour.
"""

from math import exp
from typing import NamedTuple

import numpy

from coterie.planning.rosters.compiled import compiled
from coterie.planning.rosters.state import OFF, State, Week, cost_of, is_allowed, put


class Schedule(NamedTuple):
    """Heat, first and last, and in how many tries it falls."""

    heats: tuple[float, float]
    tries: int


@compiled
def anneal(week: Week, state: State, how: Schedule, seed: int) -> int:
    """Change `state` in place, to the cheapest that was met, and return how much that is cheaper than the beginning."""
    numpy.random.seed(seed)  # noqa: NPY002 numba's own, apart from Python's and quicker than a Generator
    heat, cooling = how.heats[0], (how.heats[1] / how.heats[0]) ** (1.0 / max(1, how.tries))
    best_shapes, best_pauses = state.shapes.copy(), state.pauses.copy()
    saved, best = 0, 0
    for _ in range(how.tries):
        heat *= cooling
        saved -= tried(week, state, heat)
        if saved > best:
            best = saved
            best_shapes[:], best_pauses[:] = state.shapes, state.pauses
    for person in range(len(state.shapes)):
        for day in range(7):
            put(week, state, person, day, best_shapes[person, day], best_pauses[person, day])
    return best


@compiled
def tried(week: Week, state: State, heat: float) -> int:
    """One change at random: what it costs more, 0 where it isn't taken."""
    people = len(state.shapes)
    one, other = numpy.random.randint(people), numpy.random.randint(people)  # noqa: NPY002
    day, further = numpy.random.randint(7), numpy.random.randint(7)  # noqa: NPY002
    kind = numpy.random.randint(16)  # noqa: NPY002
    state.undo[0] = 0
    before = cost_of(week, state, one)
    if kind < 8:
        other = one
        cover = change(week, state, one, day)
    elif kind < 9:
        other = one
        cover = rest_otherwise(week, state, one, day)
    elif kind < 11:
        other = one
        cover = swap_days(week, state, one, day, further)
    elif kind < 13:
        before += cost_of(week, state, other) if other != one else 0
        cover = exchange(week, state, one, other, day)
    elif kind < 15:
        before += cost_of(week, state, other) if other != one else 0
        cover = exchange(week, state, one, other, day)
        if further != day:
            cover += exchange(week, state, one, other, further)
    else:
        before += cost_of(week, state, other) if other != one else 0
        cover = change(week, state, one, day)
        if other != one:
            cover += change(week, state, other, day)
    if state.undo[0] == 0:
        return 0
    if is_allowed(week, state, one) and (other == one or is_allowed(week, state, other)):
        after = cost_of(week, state, one)
        if other != one:
            after += cost_of(week, state, other)
        more = cover + after - before
        if more <= 0 or numpy.random.random() < exp(-more / heat):  # noqa: NPY002
            return more
    while state.undo[0] > 0:
        at = state.undo[0]
        put(week, state, state.undo[at - 3], state.undo[at - 2], state.undo[at - 1], state.undo[at])
        state.undo[0] -= 4
    return 0


@compiled
def place(week: Week, state: State, person: int, day: int, shape: int, pause: int) -> int:
    """As `put`, and remember what was there."""
    at = state.undo[0]
    state.undo[at + 1], state.undo[at + 2] = person, day
    state.undo[at + 3], state.undo[at + 4] = state.shapes[person, day], state.pauses[person, day]
    state.undo[0] = at + 4
    return put(week, state, person, day, shape, pause)


@compiled
def change(week: Week, state: State, person: int, day: int) -> int:
    """Somebody works another shape on a day, near theirs or any, or not at all."""
    many = week.many[person, day]
    if many == 0:
        return 0
    now, shape = state.shapes[person, day], OFF
    chance = numpy.random.random()  # noqa: NPY002
    if now == OFF or chance < 0.2:
        shape = week.choices[person, day, numpy.random.randint(many)]  # noqa: NPY002
    elif chance < 0.9:
        start = week.starts[now] + numpy.random.randint(-2, 3)  # noqa: NPY002
        size = week.sizes[now] + numpy.random.randint(-1, 2)  # noqa: NPY002
        if numpy.random.random() < 0.3:  # noqa: NPY002
            start = week.starts[now] + week.lengths[now] - week.length_of[min(max(size, 0), len(week.length_of) - 1)]
        if start < 0 or start >= len(week.at) or size < 0 or size >= len(week.length_of):
            return 0
        shape = week.at[start, size]
        if shape == OFF or not week.allowed[person, day, shape]:
            return 0
    if shape == now:
        return 0
    return place(week, state, person, day, shape, pause_for(week, state, day, shape))


@compiled
def pause_for(week: Week, state: State, day: int, shape: int) -> int:
    """The half-hour after its start in which a pause hurts least, as things stand; -1 for a shape without one."""
    if shape == OFF or week.first[shape] < 0:
        return -1
    begins, room = day * 48 + week.starts[shape], week.last[shape] - week.first[shape] + 1
    shift, best, found = numpy.random.randint(room), -1, -1_000_000  # noqa: NPY002
    for each in range(room):
        pause = week.first[shape] + (each + shift) % room
        spare = state.there[begins + pause] - week.need[begins + pause]
        if spare > found:
            best, found = pause, spare
    return best


@compiled
def rest_otherwise(week: Week, state: State, person: int, day: int) -> int:
    """Another pause."""
    shape = state.shapes[person, day]
    if shape == OFF or week.first[shape] < 0:
        return 0
    pause = numpy.random.randint(week.first[shape], week.last[shape] + 1)  # noqa: NPY002
    return place(week, state, person, day, shape, pause)


@compiled
def swap_days(week: Week, state: State, person: int, day: int, further: int) -> int:
    """Somebody works on one day what they worked on another."""
    one, other = state.shapes[person, day], state.shapes[person, further]
    if one == other or not may(week, person, day, other) or not may(week, person, further, one):
        return 0
    pauses = state.pauses[person, day], state.pauses[person, further]
    cover = place(week, state, person, day, other, pauses[1])
    return cover + place(week, state, person, further, one, pauses[0])


@compiled
def exchange(week: Week, state: State, one: int, other: int, day: int) -> int:
    """Two people exchange a day: shifts, or a shift and a day off."""
    mine, theirs = state.shapes[one, day], state.shapes[other, day]
    if mine == theirs or not may(week, one, day, theirs) or not may(week, other, day, mine):
        return 0
    pauses = state.pauses[one, day], state.pauses[other, day]
    cover = place(week, state, one, day, theirs, pauses[1])
    return cover + place(week, state, other, day, mine, pauses[0])


@compiled
def may(week: Week, person: int, day: int, shape: int) -> bool:
    return shape == OFF or week.allowed[person, day, shape]
