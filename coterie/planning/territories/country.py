"""A country as annealing reads it: areas and borders as arrays."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy
from numpy.typing import NDArray

from coterie.planning.territories.model import GivenArea, Graph

INSIDE, ACROSS = 1.0, 1 / 3
"""What a cut border costs inside a region, and between two."""

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
    regions = numpy.array([each.region for each in areas])
    return Country(
        begins=numpy.searchsorted(owners, numpy.arange(len(areas) + 1)).astype(numpy.int64),
        owners=owners,
        others=others,
        weights=numpy.where(regions[owners] == regions[others], INSIDE, ACROSS),
        sizes=numpy.stack(
            [
                shares([each.customers for each in areas], count),
                shares([each.contacts or 0.0 for each in areas], count),
            ]
        ),
        fixed=numpy.array([each.area in pins for each in areas]),
    )


def shares(held: Sequence[float], count: int) -> Numbers:
    """As parts of what a community holds on average. Where there is nothing, nothing pulls."""
    total = float(sum(held))
    return numpy.array(held, numpy.float64) * (count / total if total else 0.0)
