"""A country as annealing reads it: areas and borders as arrays."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy
from numpy.typing import NDArray

from coterie.planning.territories.model import GivenArea, Graph

INSIDE, ACROSS = 1.0, 1 / 3
"""What a cut border costs inside a region, and between two."""
MUST, MAY = 1.0, 3.0
"""What it costs to cut an area in two halves that is larger than a community, and one that might stay whole."""

Numbers: TypeAlias = NDArray[numpy.float64]
Places: TypeAlias = NDArray[numpy.int64]


class Country(NamedTuple):
    """The graph as compressed rows: each border stands in them twice, once from either side."""

    begins: Places
    """Where the row of each area begins, and where the last one ends."""
    owners: Places
    others: Places
    """The neighbour in each place of the rows, and whose row that is."""
    weights: Numbers
    """What each border costs if it is cut."""
    sizes: Numbers
    """Two rows, customers and contacts of each area, as shares of what a community has on average."""
    fixed: NDArray[numpy.bool_]
    """Areas that stay where they are."""


def country_of(areas: Sequence[GivenArea], graph: Graph, count: int, pins: Mapping[str, str]) -> Country:  # fmt: skip
    """The graph and what its areas hold, as annealing reads it."""
    pairs = numpy.array(graph.pairs, numpy.int64).reshape(-1, 2)
    owners, others = numpy.concatenate([pairs, pairs[:, ::-1]]).T
    order = numpy.lexsort((others, owners))
    owners, others = owners[order], others[order]
    return Country(
        begins=numpy.searchsorted(owners, numpy.arange(len(areas) + 1)).astype(numpy.int64),
        owners=owners,
        others=others,
        weights=weights_of(areas, owners, others, count),
        sizes=numpy.stack(
            [
                shares([each.customers for each in areas], count),
                shares([each.contacts or 0.0 for each in areas], count),
            ]
        ),
        fixed=numpy.array([each.area in pins for each in areas]),
    )


def weights_of(areas: Sequence[GivenArea], owners: Places, others: Places, count: int) -> Numbers:
    """What each border costs. All borders between the parts of two areas together cost as much as one between wholes."""
    regions = numpy.array([each.region for each in areas])
    wholes = [each.whole or each.area for each in areas]
    held, parts = Counter[str](), Counter(wholes)
    for each, whole in zip(areas, wholes, strict=True):
        held[whole] += each.customers
    mean = sum(held.values()) / count
    splitting = numpy.array([MUST if held[whole] > mean else MAY for whole in wholes])
    number = numpy.array([parts[whole] for whole in wholes], numpy.float64)
    names = numpy.array(wholes)
    between = numpy.where(regions[owners] == regions[others], INSIDE, ACROSS) / (
        number[owners] * number[others]
    )
    halves = number[owners] ** 2 / 4
    return numpy.where(names[owners] == names[others], splitting[owners] / halves, between)


def shares(held: Sequence[float], count: int) -> Numbers:
    """As parts of what a community holds on average. Where there is nothing, nothing pulls."""
    total = float(sum(held))
    return numpy.array(held, numpy.float64) * (count / total if total else 0.0)
