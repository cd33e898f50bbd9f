"""From the community of each area to a plan: names, ids, regions, sites and buddies."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity
from coterie.planning.territories.buddies import with_buddies
from coterie.planning.territories.checks import ids_of
from coterie.planning.territories.country import Places
from coterie.planning.territories.model import Demand, GivenArea, Graph, Wanted
from coterie.planning.territories.names import in_order, named, with_ids
from coterie.planning.territories.shape import deviation, main_region


def planned(
    areas: Sequence[GivenArea],
    graph: Graph,
    part: Places,
    wanted: Wanted,
    pins: Mapping[str, str],
    demand: Demand | None,
) -> tuple[Plan, dict[str, Any]]:
    """The plan, not yet described, and what is to be said of its buddies."""
    by_area = {each.area: planned_area(each) for each in areas}
    pairs = tuple((areas[a].area, areas[b].area) for a, b in graph.pairs)
    groups = groups_of(areas, part)
    names = named([[by_area[each.area] for each in own] for own in groups])
    made = [community_of(name, own) for name, own in zip(names, groups, strict=True)]
    numbered = with_ids(in_order(made, by_area), ids_of(len(made)), pins)
    communities, buddies = with_buddies(numbered, by_area, pairs, demand)
    plan = Plan(
        communities=tuple(communities),
        areas=tuple(by_area.values()),
        adjacency=pairs,
        balance=deviation([each.customers for each in communities]),
        seed=wanted.seed,
        tolerance=wanted.tolerance,
    )
    return plan, buddies


def planned_area(given: GivenArea) -> PlannedArea:
    return PlannedArea(
        given.area,
        given.name,
        given.lat,
        given.lon,
        given.customers,
        given.contacts or 0.0,
        given.region,
        given.hazard,
        given.whole,
    )


def groups_of(areas: Sequence[GivenArea], part: Places) -> list[list[GivenArea]]:
    groups: dict[int, list[GivenArea]] = {}
    for each, community in zip(areas, part.tolist(), strict=True):
        groups.setdefault(community, []).append(each)
    return list(groups.values())


def community_of(name: str, own: Sequence[GivenArea]) -> PlannedCommunity:
    return PlannedCommunity(
        id="",
        name=name,
        areas=tuple(sorted(each.area for each in own)),
        customers=sum(each.customers for each in own),
        contacts=sum(each.contacts or 0.0 for each in own),
        region=main_region([planned_area(each) for each in own]),
        site=main_site(own),
    )


def main_site(own: Sequence[GivenArea]) -> str:
    """The site that most of its customers are said to be served from."""
    customers: Counter[str] = Counter()
    for each in own:
        if each.site:
            customers[each.site] += each.customers
    return max(customers, key=lambda site: (customers[site], site)) if customers else ""
