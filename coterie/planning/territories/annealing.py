"""Simulated annealing over territories, compiled: areas at a border change sides, and no community ever breaks apart.

What is made small, in units of one border between two neighbouring areas: the borders that are cut, plus for each
community a stiff spring on what it exceeds of the tolerance, in customers and in contacts. A worse state is taken with the
chance exp(-worse / heat) (Kirkpatrick, Gelatt and Vecchi, 1983); the heat falls by the same share each step.
"""

from math import exp
from typing import NamedTuple

import numpy

from coterie.planning.territories.compiled import compiled
from coterie.planning.territories.country import Country, Numbers, Places


class Schedule(NamedTuple):
    """How to anneal, in so many tries: heat falls, springs stiffen."""

    tolerances: tuple[float, float]
    """Of customers and of contacts: what a spring lets go."""
    springs: tuple[float, float]
    """The springs of customers and contacts against each other."""
    stiffness: tuple[float, float]
    """Of all springs, first and last."""
    heats: tuple[float, float]
    """First and last."""
    tries: int


class State(NamedTuple):
    """Where things stand: the community of each area, and what each community holds."""

    part: Places
    filled: Numbers
    """Two rows, customers and contacts of each community; 1.0 is the mean."""
    members: Places


class Room(NamedTuple):
    """Room to look around in: in which round each area was seen last, whom to look at next, and which round it is."""

    seen: Places
    line: Places
    round: Places


@compiled
def anneal(country: Country, part: Places, communities: int, how: Schedule, seed: int) -> tuple[float, float]:  # fmt: skip
    """Change `part` in place, to the best state that was met.

    Returns the strain of that state (what its springs hold) and what its cut borders cost.
    """
    numpy.random.seed(seed)  # noqa: NPY002 numba's own, apart from Python's and quicker than a Generator
    state = state_of(country, part, communities)
    room = Room(
        numpy.zeros(len(part), numpy.int64),
        numpy.zeros(len(part), numpy.int64),
        numpy.zeros(1, numpy.int64),
    )
    strain, cut = strain_of(state, how), cut_of(country, part)
    best, best_strain, best_cut = part.copy(), strain, cut
    heat, cooling = how.heats[0], (how.heats[1] / how.heats[0]) ** (1.0 / max(1, how.tries))
    stiff = how.stiffness[0]
    stiffening = (how.stiffness[1] / how.stiffness[0]) ** (1.0 / max(1, how.tries))
    for _ in range(how.tries if len(country.others) else 0):
        heat, stiff = heat * cooling, stiff * stiffening
        border = numpy.random.randint(len(country.others))  # noqa: NPY002
        area, home, to = (
            country.owners[border],
            part[country.owners[border]],
            part[country.others[border]],
        )
        if to == home or country.fixed[area] or state.members[home] == 1:
            continue
        more, longer = pull(state, country, how, area, to), lengthening(country, part, area, to)
        if is_taken(stiff * more + longer, heat):
            if not stays_whole(country, part, room, area):
                continue
            move(state, country, area, to)
        else:
            more, longer = pass_on(country, state, room, how, (border, more, longer), (stiff, heat))
        strain, cut = strain + more, cut + longer
        if strain < best_strain - 1e-12 or (strain < best_strain + 1e-12 and cut < best_cut - 1e-9):
            best[:] = part
            best_strain, best_cut = strain, cut
    part[:] = best
    return best_strain, best_cut


@compiled
def is_taken(worse: float, heat: float) -> bool:
    return worse <= 0 or numpy.random.random() < exp(-worse / heat)  # noqa: NPY002


@compiled
def pass_on(
    country: Country,
    state: State,
    room: Room,
    how: Schedule,
    first: tuple[int, float, float],
    now: tuple[float, float],
) -> tuple[float, float]:
    """Let an area go over a border though that alone is too much, if another leaves from behind it at the same time.

    So communities exchange areas, or pass them on to a third. Returns the change of strain and cut; none if it is not taken.
    """
    border, more, longer = first
    area, to = country.owners[border], state.part[country.others[border]]
    home, other = state.part[area], nearby(country, country.others[border])
    if other == area or state.part[other] != to or country.fixed[other]:
        return 0.0, 0.0
    onward = state.part[nearby(country, other)]
    move(state, country, area, to)
    if onward != to:
        more += pull(state, country, how, other, onward)
        longer += lengthening(country, state.part, other, onward)
    move(state, country, area, home)
    stiff, heat = now
    if onward == to or not is_taken(stiff * more + longer, heat):
        return 0.0, 0.0
    if not stays_whole(country, state.part, room, area):
        return 0.0, 0.0
    move(state, country, area, to)
    if touches(country, state.part, other, onward) and stays_whole(
        country, state.part, room, other
    ):
        move(state, country, other, onward)
        return more, longer
    move(state, country, area, home)
    return 0.0, 0.0


@compiled
def nearby(country: Country, area: int) -> int:
    """The area itself, or one of its neighbours, at random."""
    begin, end = country.begins[area], country.begins[area + 1]
    place = numpy.random.randint(begin, end + 1)  # noqa: NPY002
    return area if place == end else country.others[place]


@compiled
def touches(country: Country, part: Places, area: int, community: int) -> bool:
    for border in range(country.begins[area], country.begins[area + 1]):
        if part[country.others[border]] == community:
            return True
    return False


@compiled
def state_of(country: Country, part: Places, communities: int) -> State:
    state = State(part, numpy.zeros((2, communities)), numpy.zeros(communities, numpy.int64))
    for area in range(len(part)):
        state.members[part[area]] += 1
        for row in range(2):
            state.filled[row, part[area]] += country.sizes[row, area]
    return state


@compiled
def strain_of(state: State, how: Schedule) -> float:
    """What all springs hold."""
    total = 0.0
    for row in range(2):
        for community in range(len(state.members)):
            total += spring(how, row, state.filled[row, community])
    return total


@compiled
def spring(how: Schedule, row: int, filled: float) -> float:
    beyond = abs(filled - 1.0) - how.tolerances[row]
    return how.springs[row] * beyond * beyond if beyond > 0 else 0.0


@compiled
def cut_of(country: Country, part: Places) -> float:
    """What the borders between communities cost."""
    total = 0.0
    for border in range(len(country.others)):
        if part[country.owners[border]] != part[country.others[border]]:
            total += country.weights[border] / 2
    return total


@compiled
def pull(state: State, country: Country, how: Schedule, area: int, to: int) -> float:
    """By how much the springs hold more if the area goes there."""
    home, more = state.part[area], 0.0
    for row in range(2):
        size, filled = country.sizes[row, area], state.filled[row]
        more += spring(how, row, filled[to] + size) - spring(how, row, filled[to])
        more += spring(how, row, filled[home] - size) - spring(how, row, filled[home])
    return more


@compiled
def lengthening(country: Country, part: Places, area: int, to: int) -> float:
    """By how much the cut borders cost more if the area goes there."""
    home, more = part[area], 0.0
    for border in range(country.begins[area], country.begins[area + 1]):
        there = part[country.others[border]]
        if there == home:
            more += country.weights[border]
        elif there == to:
            more -= country.weights[border]
    return more


@compiled
def stays_whole(country: Country, part: Places, room: Room, area: int) -> bool:
    """Whether the rest of its community hangs together without the area: its neighbours there reach each other."""
    home, wanted, first = part[area], 0, -1
    room.round[0] += 1
    mark = room.round[0]
    room.seen[area] = mark
    for border in range(country.begins[area], country.begins[area + 1]):
        if part[country.others[border]] == home:
            wanted, first = wanted + 1, country.others[border]
    if wanted <= 1:
        return True
    room.line[0], room.seen[first] = first, mark
    end, at = 1, 0
    while at < end:
        begin, stop = country.begins[room.line[at]], country.begins[room.line[at] + 1]
        at += 1
        for border in range(begin, stop):
            other = country.others[border]
            if other == area:
                wanted -= 1
                if wanted == 0:
                    return True
            elif part[other] == home and room.seen[other] != mark:
                room.seen[other] = mark
                room.line[end] = other
                end += 1
    return False


@compiled
def move(state: State, country: Country, area: int, to: int) -> None:
    home = state.part[area]
    for row in range(2):
        state.filled[row, home] -= country.sizes[row, area]
        state.filled[row, to] += country.sizes[row, area]
    state.members[home] -= 1
    state.members[to] += 1
    state.part[area] = to
