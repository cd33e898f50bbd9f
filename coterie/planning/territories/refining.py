"""What an attempt left uneven, drawn again: only the communities around it, and with areas split more finely there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from coterie.planning.territories.country import Country, Places
from coterie.planning.territories.model import GivenArea, Graph


@dataclass(frozen=True, slots=True)
class Attempt:
    """One drawing: the areas as they were split for it, and the community of each."""

    areas: list[GivenArea]
    graph: Graph
    part: Places
    customers: tuple[int, ...]
    """Of each community."""

    @property
    def mean(self) -> float:
        return sum(self.customers) / len(self.customers)

    @property
    def deviation(self) -> float:
        return max(abs(each - self.mean) for each in self.customers) / self.mean


def attempt_of(areas: list[GivenArea], graph: Graph, part: Places, count: int) -> Attempt:
    held = numpy.zeros(count, numpy.int64)
    numpy.add.at(held, part, numpy.array([each.customers for each in areas]))
    return Attempt(areas, graph, part, tuple(held.tolist()))


def around_uneven(attempt: Attempt, tolerance: float, rings: int) -> Places:
    """The places of the areas of communities beyond the tolerance, and of so many rings of communities around those."""
    held, mean = numpy.array(attempt.customers), attempt.mean
    uneven = numpy.abs(held - mean) > tolerance * mean
    one, two = attempt.part[numpy.array(attempt.graph.pairs, numpy.int64).reshape(-1, 2)].T
    for _ in range(rings):
        before = uneven.copy()
        uneven[two[before[one]]] = True
        uneven[one[before[two]]] = True
    return numpy.flatnonzero(uneven[attempt.part])


def wholes_of(areas: Sequence[GivenArea], places: Places) -> set[str]:
    """What these areas are, or are parts of."""
    return {areas[at].whole or areas[at].area for at in places.tolist()}


def carried_over(before: Attempt, areas: Sequence[GivenArea]) -> Places:
    """The community of each area as it was before some were split into more parts: a multiple of what there were."""
    old: dict[str, list[int]] = {}
    for each, community in zip(before.areas, before.part.tolist(), strict=True):
        old.setdefault(each.whole or each.area, []).append(community)
    wholes = [each.whole or each.area for each in areas]
    parts, seen = Counter(wholes), Counter[str]()
    found = []
    for whole in wholes:
        found.append(old[whole][seen[whole] * len(old[whole]) // parts[whole]])
        seen[whole] += 1
    return numpy.array(found, numpy.int64)


def restricted(country: Country, places: Places) -> Country:
    """A country of these areas alone, and their borders with each other."""
    new = numpy.full(len(country.begins) - 1, -1, numpy.int64)
    new[places] = numpy.arange(len(places))
    inside = (new[country.owners] >= 0) & (new[country.others] >= 0)
    owners = new[country.owners[inside]]
    return Country(
        begins=numpy.searchsorted(owners, numpy.arange(len(places) + 1)).astype(numpy.int64),
        owners=owners,
        others=new[country.others[inside]],
        weights=country.weights[inside],
        sizes=numpy.ascontiguousarray(country.sizes[:, places]),
        fixed=country.fixed[places],
    )
