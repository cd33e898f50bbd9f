"""Draws territories: areas in, a plan with communities, bounds and buddies out. Pure, and the same for the same seed."""

from collections.abc import Sequence
from dataclasses import replace

from coterie.planning.plan import Plan
from coterie.planning.territories.attempts import Task, Watch, best_of
from coterie.planning.territories.checks import check, communities_of, pins_of
from coterie.planning.territories.country import country_of
from coterie.planning.territories.described import described
from coterie.planning.territories.hanging import with_hanging
from coterie.planning.territories.model import Demand, GivenArea, Wanted
from coterie.planning.territories.neighbours import graph_of
from coterie.planning.territories.planned import planned
from coterie.planning.territories.proof import prove
from coterie.planning.territories.splitting import merged


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
    given = graph_of(areas, pairs)
    least = sum(each.customers for each in areas) / count * (1 - wanted.tolerance)
    held = with_hanging(areas, given, pins, least)
    areas = [replace(each, pin=held.get(each.area, "")) for each in areas]
    drawn, attempts = best_of(Task(areas, given, count, wanted, held), watch)
    parts, graph, part = merged(drawn.areas, drawn.graph, drawn.part)
    country = country_of(parts, graph, count, pins)
    plan, buddies = planned(parts, graph, part, wanted, pins, demand)
    prove(plan, parts, pins)
    section = described(plan, parts, graph, country, pins, buddies, notes)
    return replace(plan, territories={**section, "attempts": attempts})
