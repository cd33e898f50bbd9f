"""Simulated annealing over territories, compiled: areas at a border change sides, and no community ever breaks apart.

What is made small, in units of one border between two neighbouring areas: the borders that are cut, plus for each
community a stiff spring on what it exceeds of the tolerance, in customers and in contacts. A worse state is taken with the
chance exp(-worse / heat) (Kirkpatrick, Gelatt and Vecchi, 1983); the heat falls by the same share each step.
"""

from math import exp

import numpy

from coterie.planning.territories.compiled import compiled
from coterie.planning.territories.country import Country, Places
from coterie.planning.territories.pieces import Room, cut_off, room_for, stays_whole, touches
from coterie.planning.territories.state import (
    Schedule,
    State,
    cut_of,
    lengthening,
    move,
    pull,
    state_of,
    strain_of,
)

MOST_ALONG = 12
"""So many areas at most go with one that holds them to their community."""


@compiled
def anneal(country: Country, part: Places, communities: int, how: Schedule, seed: int) -> tuple[float, float]:  # fmt: skip
    """Change `part` in place, to the best state that was met.

    Returns the strain of that state (what its springs hold) and what its cut borders cost.
    """
    numpy.random.seed(seed)
    state = state_of(country, part, communities)
    room = room_for(len(part))
    strain, cut = strain_of(state, how), cut_of(country, part)
    best, best_strain, best_cut = part.copy(), strain, cut
    heat, cooling = how.heats[0], (how.heats[1] / how.heats[0]) ** (1.0 / max(1, how.tries))
    stiff = how.stiffness[0]
    stiffening = (how.stiffness[1] / how.stiffness[0]) ** (1.0 / max(1, how.tries))
    for _ in range(how.tries if len(country.others) else 0):
        heat, stiff = heat * cooling, stiff * stiffening
        border = numpy.random.randint(len(country.others))
        area, home, to = (
            country.owners[border],
            part[country.owners[border]],
            part[country.others[border]],
        )
        if to == home or country.fixed[area] or state.members[home] == 1:
            continue
        more, longer = pull(state, country, how, area, to), lengthening(country, part, area, to)
        if is_taken(stiff * more + longer, heat):
            if stays_whole(country, part, room, area):
                move(state, country, area, to)
            else:
                more, longer = take_along(country, state, room, how, (area, to), (stiff, heat))
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
    return worse <= 0 or numpy.random.random() < exp(-worse / heat)


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
def take_along(
    country: Country,
    state: State,
    room: Room,
    how: Schedule,
    going: tuple[int, int],
    now: tuple[float, float],
) -> tuple[float, float]:
    """Let an area that holds its community together go with all that would be cut off: an enclave, a dale, an island.

    The largest piece stays. Returns the change of strain and cut; none if it is not taken.
    """
    area, to = going
    home = state.part[area]
    begin, end = cut_off(country, state.part, room, area)
    if end - begin > MOST_ALONG or numpy.any(country.fixed[room.line[begin:end]]):
        return 0.0, 0.0
    more, longer = 0.0, 0.0
    for at in range(begin - 1, end):
        one = area if at < begin else room.line[at]
        more += pull(state, country, how, one, to)
        longer += lengthening(country, state.part, one, to)
        move(state, country, one, to)
    stiff, heat = now
    if is_taken(stiff * more + longer, heat):
        return more, longer
    for at in range(begin - 1, end):
        move(state, country, area if at < begin else room.line[at], home)
    return 0.0, 0.0


@compiled
def nearby(country: Country, area: int) -> int:
    """The area itself, or one of its neighbours, at random."""
    begin, end = country.begins[area], country.begins[area + 1]
    place = numpy.random.randint(begin, end + 1)
    return area if place == end else country.others[place]
