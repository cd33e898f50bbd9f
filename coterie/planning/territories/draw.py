"""Draws territories: areas in, a plan with communities, bounds and buddies out. Pure, and the same for the same seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy

from coterie.planning.plan import Plan
from coterie.planning.territories.annealing import Schedule, anneal
from coterie.planning.territories.checks import check, communities_of, ids_of, pins_of
from coterie.planning.territories.country import Country, Places, country_of
from coterie.planning.territories.described import described
from coterie.planning.territories.model import Demand, GivenArea, Graph, Wanted
from coterie.planning.territories.neighbours import graph_of
from coterie.planning.territories.planned import planned
from coterie.planning.territories.proof import prove
from coterie.planning.territories.shape import deviation
from coterie.planning.territories.splitting import finer, merged, split, too_large
from coterie.planning.territories.start import start_of

Watch: TypeAlias = Callable[[int, int], None]

STEPS = ((None,0),(2.0,2),(2.0,2),(2.0,3),(None,0),(2.0,2),(2.0,3),(0.5,2),(0.5,3),(.25,2),(.25,3),(.125,2),(.125,3),(.0625,2),(.0625,3))
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
    drawn, attempts = best_of(areas, graph_of(areas, pairs), count, wanted, pins, watch)
    parts, graph, part = merged(drawn.areas, drawn.graph, drawn.part)
    country = country_of(parts, graph, count, pins)
    plan, buddies = planned(parts, graph, part, wanted, pins, demand)
    prove(plan, parts, pins)
    section = described(plan, parts, graph, country, pins, buddies, notes)
    return replace(plan, territories={**section, "attempts": attempts})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One drawing: the areas as they were split for it, and the community of each."""

    deviation: float
    areas: list[GivenArea]
    graph: Graph
    part: Places


def best_of(
    areas: Sequence[GivenArea],
    graph: Graph,
    count: int,
    wanted: Wanted,
    pins: Mapping[str, str],
    watch: Watch,
) -> Attempt:
    numbers = too_large(areas, count, wanted.tolerance)
    mean = sum(each.customers for each in areas) / count
    best=None
    n=0
    for above, rings in STEPS:
        n += 1
        if above is None:
            this = attempted(areas, graph, count, wanted, pins, n, numbers)
        else:
            if above < 1:
                if not SPLITS: continue
                among = around_uneven(best, mean, count, wanted.tolerance, 1)
                numbers = finer(areas, {each.whole or each.area for each in best.areas if each.area in among}, above * mean, numbers)
            this = again(areas, graph, count, wanted, pins, n, numbers, best, rings)
        if VERBOSE: print('  ', above, rings, len(numbers), len(this.areas), f"{this.deviation:.3%} {process_time()-T0[0]:.2f}")
        if best is None or this.deviation < best.deviation or above is not None:
            best = this
        if best.deviation <= wanted.tolerance:
            break
    return best, n

from time import process_time
T0=[0]
VERBOSE=False
SPLITS=True

def around_uneven(attempt: Attempt, mean, count: int, tolerance: float, rings) -> set[str]:
    """The areas of communities beyond the tolerance, and of their neighbours."""
    held = held_of(attempt.areas, attempt.part, count)
    uneven = {c for c in range(count) if abs(held[c]/mean - 1) > tolerance}
    part = attempt.part.tolist()
    for _ in range(rings):
        uneven |= {c for a, b in attempt.graph.pairs for c in (part[a], part[b]) if (part[a] in uneven) != (part[b] in uneven)}
    return {each.area for each, home in zip(attempt.areas, part) if home in uneven}

HOT=(3.0,.2); SOFT=1e4

def held_of(areas, part, count):
    held = numpy.zeros(count, numpy.int64)
    numpy.add.at(held, part, numpy.array([each.customers for each in areas]))
    return held.tolist()

def attempted(areas, graph, count, wanted, pins, number, numbers) -> Attempt:
    parts, finer = split(areas, graph, numbers)
    country = country_of(parts, finer, count, pins)
    seed = (wanted.seed * 8 + number) % 2**31
    pull = CONTACTS / WEAKER ** min(number-1, 2) if country.sizes[1].any() else 0.0
    places, ids = {each.area: at for at, each in enumerate(parts)}, ids_of(count)
    fixed = {places[area]: ids.index(community) for area, community in pins.items()}
    part = start_of(country, count, seed, fixed, [each.area for each in parts])
    if count > 1:
        annealed(country, part, count, wanted.tolerance, pull, seed)
    return Attempt(deviation(held_of(parts, part, count)), parts, finer, part)

def again(areas, graph, count, wanted, pins, number, numbers, before, rings) -> Attempt:
    parts, finer = split(areas, graph, numbers)
    country = country_of(parts, finer, count, pins)
    seed = (wanted.seed * 8 + number) % 2**31
    home = {each.area: c for each, c in zip(before.areas, before.part.tolist())}
    old: dict[str, list] = {}
    for each, c in zip(before.areas, before.part.tolist()):
        old.setdefault(each.whole or each.area, []).append(c)
    cnt: dict[str,int] = {}
    for each in parts: cnt[each.whole or each.area] = cnt.get(each.whole or each.area, 0) + 1
    seen: dict[str,int] = {}
    part = numpy.zeros(len(parts), numpy.int64)
    for i, each in enumerate(parts):
        w = each.whole or each.area
        k = seen.get(w, 0); seen[w] = k+1
        part[i] = old[w][k * len(old[w]) // cnt[w]]
    now = Attempt(0, parts, finer, part)
    mean = sum(each.customers for each in areas) / count
    active = around_uneven(now, mean, count, wanted.tolerance, rings)
    places = numpy.array([i for i, each in enumerate(parts) if each.area in active])
    sub = restricted(country, places)
    homes, small = numpy.unique(part[places], return_inverse=True)
    small = small.astype(numpy.int64)
    pull = CONTACTS / 100 if country.sizes[1].any() else 0.0
    inner = max(wanted.tolerance * (1 - MARGIN), 1e-9)
    tries = int(max(LOCAL_LEAST, LOCAL * len(places)))
    anneal(sub, small, len(homes), Schedule((inner, inner), (1.0, pull), (SOFT, STIFF), HOT, tries), seed)
    part[places] = homes[small]
    return Attempt(deviation(held_of(parts, part, count)), parts, finer, part)
LOCAL_LEAST=300_000; LOCAL=2400

def restricted(country, places):
    new = numpy.full(len(country.begins) - 1, -1, numpy.int64)
    new[places] = numpy.arange(len(places))
    keep = (new[country.owners] >= 0) & (new[country.others] >= 0)
    owners, others = new[country.owners[keep]], new[country.others[keep]]
    return Country(numpy.searchsorted(owners, numpy.arange(len(places) + 1)).astype(numpy.int64), owners, others, country.weights[keep], numpy.ascontiguousarray(country.sizes[:, places]), country.fixed[places])

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
