"""Draws territories: areas in, a plan with communities, bounds and buddies out. Pure, and the same for the same seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy

from coterie.planning.plan import Plan
from coterie.planning.territories.annealing import Schedule, anneal
from coterie.planning.territories.checks import check, communities_of, ids_of, pins_of
from coterie.planning.territories.country import Country, Places, country_of
from coterie.planning.territories.described import described
from coterie.planning.territories.model import Demand, GivenArea, Wanted
from coterie.planning.territories.neighbours import graph_of
from coterie.planning.territories.planned import planned
from coterie.planning.territories.proof import prove
from coterie.planning.territories.shape import deviation
from coterie.planning.territories.splitting import split
from coterie.planning.territories.start import start_of

Watch: TypeAlias = Callable[[int, int], None]

ATTEMPTS = 4
TRIES, LEAST_TRIES = 2_400, 3_000_000
"""Tries of annealing for each area, and at least."""
COOLING = (10.0, 0.2)
LOOSE, STIFF = 2.5, 1e7
"""Springs begin so loose that an area of mean size may go over any border, and end so stiff that nothing exceeds."""
CONTACTS, WEAKER = 0.003, 10
"""The spring of contacts beside that of customers, who go first: so much weaker with each attempt that fails them."""
REPAIR_STIFF, REPAIR_COOLING, REPAIR_PART = (1e8, 1e8), (2.0, 0.2), 6
MARGIN = 0.025
"""Springs pull before the tolerance is reached, by this share of it, since they give a little."""


def draw(
    areas: Sequence[GivenArea],
    pairs: Sequence[tuple[str, str]] | None,
    wanted: Wanted,
    demand: Demand | None = None,
    notes: Sequence[str] = (),
    watch: Watch = lambda done, total: None,
) -> Plan:
    """The plan. `pairs` are neighbours, or None to find them by coordinates; `notes` stand in it before its own.

    Raises `Invalid`, in words, for what can't be planned with.
    """
    check(areas, pairs, wanted)
    count = communities_of(areas, wanted)
    pins = pins_of(areas, count)
    parts, graph = split(areas, graph_of(areas, pairs), count, wanted.tolerance)
    country = country_of(parts, graph, count, pins)
    part, attempts = best_of(parts, country, count, wanted, pins, watch)
    plan, buddies = planned(parts, graph, part, wanted, pins, demand)
    prove(plan, parts, pins)
    section = described(plan, parts, graph, country, pins, buddies, notes)
    return replace(plan, territories={**section, "attempts": attempts})


def best_of(
    areas: Sequence[GivenArea],
    country: Country,
    count: int,
    wanted: Wanted,
    pins: Mapping[str, str],
    watch: Watch,
) -> tuple[Places, int]:
    """The first attempt within the tolerance, else the nearest to it, and how many it took. Each begins at another cut."""
    places, ids = {each.area: at for at, each in enumerate(areas)}, ids_of(count)
    fixed = {places[area]: ids.index(community) for area, community in pins.items()}
    names, customers = [each.area for each in areas], numpy.array([each.customers for each in areas])  # fmt: skip
    found: list[tuple[float, int, Places]] = []
    for attempt in range(1, ATTEMPTS + 1):
        seed = (wanted.seed * ATTEMPTS + attempt) % 2**31
        part = start_of(country, count, seed, fixed, names)
        if count > 1:
            pull = CONTACTS / WEAKER ** (attempt - 1) if country.sizes[1].any() else 0.0
            annealed(country, part, count, wanted.tolerance, pull, seed)
        held = numpy.zeros(count, numpy.int64)
        numpy.add.at(held, part, customers)
        found.append((deviation(held.tolist()), attempt, part))
        watch(attempt, ATTEMPTS)
        if found[-1][0] <= wanted.tolerance:
            break
    return min(found, key=lambda each: each[:2])[2], len(found)


def annealed(
    country: Country, part: Places, count: int, tolerance: float, contacts: float, seed: int
) -> None:
    """Anneal in place: first everything at once; then, nearly cold, what customers still exceed."""
    inner = max(tolerance * (1 - MARGIN), 1e-9)
    tries = max(LEAST_TRIES, TRIES * len(part))
    stiffening = (min(STIFF, LOOSE * (len(part) / count) ** 2), STIFF)
    whole = Schedule((inner, inner), (1.0, contacts), stiffening, COOLING, tries)
    strain, _ = anneal(country, part, count, whole, seed)
    if strain > 0:
        repair = Schedule((inner, inner), (1.0, contacts / 100), REPAIR_STIFF, REPAIR_COOLING, tries // REPAIR_PART)  # fmt: skip
        anneal(country, part, count, repair, seed)
