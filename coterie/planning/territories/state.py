"""Where the annealing of territories stands, and what that costs, compiled: springs and cut borders."""

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


@compiled
def state_of(country: Country, part: Places, communities: int) -> State:
    state = State(part, numpy.zeros((2, communities)), numpy.zeros(communities, numpy.int64))
    for area in range(len(part)):
        state.members[part[area]] += 1
        for row in range(2):
            state.filled[row, part[area]] += country.sizes[row, area]
    return state


@compiled
def move(state: State, country: Country, area: int, to: int) -> None:
    home = state.part[area]
    for row in range(2):
        state.filled[row, home] -= country.sizes[row, area]
        state.filled[row, to] += country.sizes[row, area]
    state.members[home] -= 1
    state.members[to] += 1
    state.part[area] = to


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
