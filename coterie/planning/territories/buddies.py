"""Who helps whom: each community gets a buddy that is far away and has its busy days at other times.

A pair is dear by three things, added up: how much their demand rises and falls together, how exposed both are to what hits
neighbours together (the product of their hazards), and how near they are, exp(-km / 300). The first is the correlation
of their contacts by day, after what the whole country does on that day is taken away, since no buddy can help with that.
Two are never paired that are neighbours or nearer than `apart`: 300 km, or a quarter of the widest distance in a smaller
country. Where that leaves somebody without a buddy the rule gives way, and the plan says for whom.

Pairs are mutual: a matching, begun with the cheapest pairs and improved by exchanging partners between two pairs as long as
that helps (2-opt). One that is left over, or whose partner is too near, takes the cheapest of those who help only one yet:
nobody is the buddy of more than two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, TypeAlias

import numpy
from numpy.typing import NDArray

from coterie.planning.plan import PlannedArea, PlannedCommunity
from coterie.planning.territories.model import Demand
from coterie.planning.territories.shape import centre_of, homes_among, kilometres

STORM_KM = 300.0
QUARTER = 0.25
TOO_NEAR = 1000.0
"""What a pair costs beside that is against the rule: more than all others together could."""
LEAST_DAYS = 14
MOST_HELPED = 2
"""Of how many a community may be the buddy."""

Matrix: TypeAlias = NDArray[numpy.float64]
Rows: TypeAlias = Sequence[Sequence[float]]
Pairs: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Prices:
    """What pairs cost, as square matrices in the order of the communities, and what is known of them."""

    total: Matrix
    km: Matrix
    correlation: Matrix | None
    hazard: Matrix | None
    apart: float
    too_near: NDArray[numpy.bool_]


def with_buddies(
    communities: Sequence[PlannedCommunity],
    areas: Mapping[str, PlannedArea],
    adjacency: Pairs,
    demand: Demand | None,
) -> tuple[list[PlannedCommunity], dict[str, Any]]:
    """The communities, each with its buddy, and what the plan says about it. One alone has none."""
    if len(communities) < 2:
        return list(communities), {}
    prices = prices_of(communities, areas, adjacency, demand)
    mates = improved(prices.total, matched(prices.total))
    buddies = everybody(prices, mates)
    given = [replace(each, buddy=communities[buddies[at]].id) for at, each in enumerate(communities)]  # fmt: skip
    return given, told(communities, prices, buddies)


def prices_of(
    communities: Sequence[PlannedCommunity],
    areas: Mapping[str, PlannedArea],
    adjacency: Pairs,
    demand: Demand | None,
) -> Prices:
    beside = neighbours(communities, adjacency)
    km = distances(communities, areas)
    apart = min(STORM_KM, QUARTER * float(km.max()))
    correlation = correlations(communities, areas, demand)
    hazard = hazards(communities, areas)
    too_near = beside | (km < apart)
    total = numpy.exp(-km / STORM_KM) + TOO_NEAR * too_near
    for more in (correlation, hazard):
        total = total if more is None else total + more
    numpy.fill_diagonal(total, numpy.inf)
    return Prices(total, km, correlation, hazard, apart, too_near)


def neighbours(communities: Sequence[PlannedCommunity], adjacency: Pairs) -> NDArray[numpy.bool_]:
    homes = homes_among(communities)
    place = {each.id: at for at, each in enumerate(communities)}
    beside = numpy.zeros((len(communities), len(communities)), bool)
    for a, b in adjacency:
        one, two = place[homes[a]], place[homes[b]]
        beside[one, two] = beside[two, one] = one != two
    return beside


def distances(communities: Sequence[PlannedCommunity], areas: Mapping[str, PlannedArea]) -> Matrix:
    """Kilometres between centres; 0 where no place is known, so that nothing can be said of it."""
    centres = [centre_of([areas[area] for area in each.areas]) for each in communities]
    km = numpy.zeros((len(centres), len(centres)))
    for one, two in combinations(range(len(centres)), 2):
        a, b = centres[one], centres[two]
        km[one, two] = km[two, one] = kilometres(a, b) if a and b else 0.0
    return km


def hazards(communities: Sequence[PlannedCommunity], areas: Mapping[str, PlannedArea]) -> Matrix | None:  # fmt: skip
    """How exposed both of a pair are: the product of what their customers are on average. None where nobody knows."""
    if all(each.hazard is None for each in areas.values()):
        return None
    means = numpy.array([mean_hazard([areas[area] for area in each.areas]) for each in communities])
    both: Matrix = numpy.outer(means, means)
    return both


def mean_hazard(own: Sequence[PlannedArea]) -> float:
    known = [(each.hazard, max(1, each.customers)) for each in own if each.hazard is not None]
    return sum(hazard * weight for hazard, weight in known) / sum(weight for _, weight in known) if known else 0.0  # fmt: skip


def correlations(
    communities: Sequence[PlannedCommunity],
    areas: Mapping[str, PlannedArea],
    demand: Demand | None,
) -> Matrix | None:
    """Pearson's correlation of what each has beyond the country's day. None where too few days are known."""
    if demand is None or len(demand.days) < LEAST_DAYS:
        return None
    days = numpy.zeros((len(communities), len(demand.days)))
    for at, each in enumerate(communities):
        for area in each.areas:
            if (known := demand.contacts.get(areas[area].whole or area)) is not None:
                days[at] += numpy.array(known) / parts(areas, areas[area])
    means = days.mean(axis=1, keepdims=True)
    beyond = days / numpy.where(means, means, 1.0) - days.sum(axis=0) / max(1e-12, days.mean(axis=1).sum())  # fmt: skip
    beyond -= beyond.mean(axis=1, keepdims=True)
    length = numpy.sqrt((beyond**2).sum(axis=1))
    unit = beyond / numpy.where(length > 1e-9, length, 1.0)[:, None]
    found: Matrix = numpy.where(means > 0, 1.0, 0.0) * unit @ unit.T
    return found


def parts(areas: Mapping[str, PlannedArea], area: PlannedArea) -> int:
    """Into how many parts its whole was split."""
    return sum(each.whole == area.whole for each in areas.values()) if area.whole else 1


def matched(total: Matrix) -> list[int]:
    """Each one's partner, cheapest pairs first; -1 for the one that is left over."""
    mates = [-1] * len(total)
    pairs = combinations(range(len(total)), 2)
    for one, two in sorted(pairs, key=lambda pair: (total[pair], pair)):
        if mates[one] < 0 and mates[two] < 0:
            mates[one], mates[two] = two, one
    return mates


def improved(total: Matrix, mates: list[int]) -> list[int]:
    """Exchange partners between two pairs, or with the one that is left over, while that makes it cheaper."""
    prices = total.tolist()
    while one_better(prices, mates):
        pass
    return mates


def one_better(total: Rows, mates: list[int]) -> bool:
    pairs = [(one, two) for one, two in enumerate(mates) if one < two]
    alone = [one for one, two in enumerate(mates) if two < 0]
    if any(exchanged(total, mates, *first, *second) for first, second in combinations(pairs, 2)):
        return True
    return any(replaced(total, mates, *pair, other) for pair in pairs for other in alone)


def exchanged(total: Rows, mates: list[int], a: int, b: int, c: int, d: int) -> bool:
    now = total[a][b] + total[c][d]
    for (one, two), (three, four) in (((a, c), (b, d)), ((a, d), (b, c))):
        if total[one][two] + total[three][four] < now - 1e-12:
            mates[one], mates[two], mates[three], mates[four] = two, one, four, three
            return True
    return False


def replaced(total: Rows, mates: list[int], a: int, b: int, c: int) -> bool:
    """Let c take the place of b or of a."""
    for stays, leaves in ((a, b), (b, a)):
        if total[stays][c] < total[a][b] - 1e-12:
            mates[stays], mates[c], mates[leaves] = c, stays, -1
            return True
    return False


def everybody(prices: Prices, mates: Sequence[int]) -> list[int]:
    """Each one's buddy: the partner. Whoever has none, or one too near, may share that of another who is far away."""
    buddies = list(mates)
    helps = [0] * len(mates)
    for mate in mates:
        if mate >= 0:
            helps[mate] += 1
    for at, mate in enumerate(mates):
        if mate >= 0 and not prices.too_near[at, mate]:
            continue
        free = [other for other in range(len(mates)) if other != at and helps[other] < MOST_HELPED]
        best = min(free, key=lambda other: (prices.total[at, other], other))
        if mate < 0 or prices.total[at, best] < prices.total[at, mate]:
            helps[best] += 1
            helps[mate] -= mate >= 0
            buddies[at] = best
    return buddies


def told(communities: Sequence[PlannedCommunity], prices: Prices, buddies: Sequence[int]) -> dict[str, Any]:  # fmt: skip
    """What the plan says: by what buddies were chosen, each pair with its figures, and for whom the rule gave way."""
    by = [
        *(["demand"] if prices.correlation is not None else []),
        *(["hazard"] if prices.hazard is not None else []),
        *(["distance"] if prices.km.any() else []),
    ]
    near = [communities[at].id for at, buddy in enumerate(buddies) if prices.too_near[at, buddy]]
    return {
        "by": by,
        "apart_km": round(prices.apart, 1),
        "too_near": near,
        "pairs": [
            pair(communities, prices, at, buddy)
            for at, buddy in enumerate(buddies)
            if at < buddy or buddies[buddy] != at
        ],
    }


def pair(communities: Sequence[PlannedCommunity], prices: Prices, one: int, two: int) -> dict[str, Any]:  # fmt: skip
    said: dict[str, Any] = {"of": communities[one].id, "buddy": communities[two].id}
    if prices.km.any():
        said["km"] = round(float(prices.km[one, two]), 1)
    if prices.correlation is not None:
        said["correlation"] = round(float(prices.correlation[one, two]), 4)
    if prices.hazard is not None:
        said["both_exposed"] = round(float(prices.hazard[one, two]), 4)
    return said
