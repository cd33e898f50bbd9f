"""What a try of the annealing changes, compiled. Each change is remembered, so that it can be taken back.

All return what empty positions cost more, and change nothing where somebody may not work so.
"""

import numpy

from coterie.planning.rosters.compiled import compiled
from coterie.planning.rosters.state import DAY, OFF, State, Week, put

ANY, NEAR = 0.2, 0.7
"""Chances of any other shape, and of one near the last; else a day off."""
SAME_END = 0.3
"""Of shapes near the last: how many end when it did."""


@compiled
def another_shape(week: Week, state: State, person: int, day: int) -> int:
    """Somebody works another shape on a day, near theirs or any, or not at all."""
    many, now, shape = week.many[person, day], state.shapes[person, day], OFF
    if many == 0:
        return 0
    chance = numpy.random.random()
    if now == OFF or chance < ANY:
        shape = week.choices[person, day, numpy.random.randint(many)]
    elif chance < ANY + NEAR:
        shape = near(week, now)
        if shape == OFF or not week.allowed[person, day, shape]:
            return 0
    if shape == now:
        return 0
    return changed(week, state, person, day, shape, pause_for(week, state, day, shape))


@compiled
def near(week: Week, shape: int) -> int:
    """One that begins or ends up to an hour from this one, and is of its length or one next to it. `OFF` where none is."""
    size = week.sizes[shape] + numpy.random.randint(-1, 2)
    if size < 0 or size >= len(week.length_of):
        return OFF
    if numpy.random.random() < SAME_END:
        start = week.starts[shape] + week.lengths[shape] - week.length_of[size]
    else:
        start = week.starts[shape] + numpy.random.randint(-2, 3)
    return week.at[start, size] if 0 <= start < DAY else OFF


@compiled
def pause_for(week: Week, state: State, day: int, shape: int) -> int:
    """The half-hour after its start in which a pause is missed least, as things stand; -1 for a shape without one."""
    if shape == OFF or week.first[shape] < 0:
        return -1
    begins, room = day * DAY + week.starts[shape], week.last[shape] - week.first[shape] + 1
    turn, best, most = numpy.random.randint(room), -1, 0
    for each in range(room):
        pause = week.first[shape] + (each + turn) % room
        spare = state.there[begins + pause] - week.need[begins + pause]
        if best < 0 or spare > most:
            best, most = pause, spare
    return best


@compiled
def another_pause(week: Week, state: State, person: int, day: int) -> int:
    shape = state.shapes[person, day]
    if shape == OFF or week.first[shape] < 0:
        return 0
    pause = numpy.random.randint(week.first[shape], week.last[shape] + 1)
    return changed(week, state, person, day, shape, pause)


@compiled
def other_day(week: Week, state: State, person: int, day: int, further: int) -> int:
    """Somebody works on one day what they worked on another."""
    one, two = state.shapes[person, day], state.shapes[person, further]
    if one == two or not may(week, person, day, two) or not may(week, person, further, one):
        return 0
    first, second = state.pauses[person, day], state.pauses[person, further]
    more = changed(week, state, person, day, two, second)
    return more + changed(week, state, person, further, one, first)


@compiled
def exchanged(week: Week, state: State, one: int, other: int, day: int) -> int:
    """Two people exchange a day: shifts, or a shift and a day off."""
    mine, theirs = state.shapes[one, day], state.shapes[other, day]
    if mine == theirs or not may(week, one, day, theirs) or not may(week, other, day, mine):
        return 0
    first, second = state.pauses[one, day], state.pauses[other, day]
    more = changed(week, state, one, day, theirs, second)
    return more + changed(week, state, other, day, mine, first)


@compiled
def may(week: Week, person: int, day: int, shape: int) -> bool:
    return shape == OFF or week.allowed[person, day, shape]


@compiled
def changed(week: Week, state: State, person: int, day: int, shape: int, pause: int) -> int:
    at = state.undo[0]
    state.undo[at + 1], state.undo[at + 2] = person, day
    state.undo[at + 3], state.undo[at + 4] = state.shapes[person, day], state.pauses[person, day]
    state.undo[0] = at + 4
    return put(week, state, person, day, shape, pause)


@compiled
def taken_back(week: Week, state: State) -> None:
    """Everything since the last try, the last first."""
    while state.undo[0] > 0:
        at = state.undo[0]
        put(week, state, state.undo[at - 3], state.undo[at - 2], state.undo[at - 1], state.undo[at])
        state.undo[0] = at - 4
