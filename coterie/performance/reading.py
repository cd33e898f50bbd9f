"""Figures as they are read: from the sums of days, with their intervals; and the rows behind one."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from coterie.kit.db import Tx
from coterie.performance import queries, row_queries
from coterie.performance.figures import Figure, Found
from coterie.performance.folds import Fold, Mean, Share, around_middle, middle
from coterie.performance.scorecard import BY_NAME, OF_A_COMMUNITY

FEWEST_ANSWERS = 5
"""With fewer a figure says nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure over some days, as it may be shown."""

    figure: Figure[Any]
    found: Found

    @property
    def value(self) -> float | None:
        return self.found.value if self.found.n >= FEWEST_ANSWERS else None

    @property
    def low(self) -> float | None:
        return self.found.bounds[0] if self.value is not None and self.found.bounds else None

    @property
    def high(self) -> float | None:
        return self.found.bounds[1] if self.value is not None and self.found.bounds else None


async def scorecard(
    tx: Tx, community_ids: Sequence[str], since: date, until: date
) -> dict[str, Reading]:
    """Every figure of these communities together, by name, over days in their zones; both ends are included."""
    folds: dict[str, Fold] = {figure.name: figure.fold() for figure in OF_A_COMMUNITY}
    spans = [(community_id, since, until) for community_id in community_ids]
    for each in await row_queries.sums_by_community(tx, spans, list(folds)):
        fold = folds[each.figure]
        if isinstance(fold, Mean):
            fold.add_sum(each.sum, each.number)
    kept = [name for name, fold in folds.items() if not isinstance(fold, Mean)]
    middles = await medians(tx, community_ids, kept, since, until)
    return {
        figure.name: middles.get(figure.name) or Reading(figure, found(folds[figure.name]))
        for figure in OF_A_COMMUNITY
    }


async def medians(
    tx: Tx, community_ids: Sequence[str], names: Sequence[str], since: date, until: date
) -> dict[str, Reading]:
    """Figures that sums don't tell, of those that anybody answered."""
    read: dict[str, Reading] = {}
    for one in await queries.ordered(tx, community_ids, names, since, until) if names else ():
        value, below = middle(one.values), Share()
        assert value is not None
        for group in await queries.not_above(tx, community_ids, one.figure, since, until, value):
            below.add_sum(group.sum, group.number)
        bounds = around_middle(one.values, below)
        read[one.figure] = Reading(BY_NAME[one.figure], Found(value, len(one.values), bounds))
    return read


def found(fold: Fold) -> Found:
    return Found(fold.value(), fold.n, fold.bounds())


async def exported_days(tx: Tx) -> AsyncIterator[Sequence[Any]]:
    """Every figure of every community by day: its id and name, day, figure, unit, n, value, counter-figure."""
    medians = [figure.name for figure in OF_A_COMMUNITY if not issubclass(figure.fold, Mean)]
    async for community_id, community, day, name, n, value in queries.days(tx, medians):
        figure = BY_NAME[name]
        yield community_id, community, day.isoformat(), name, figure.unit, n, value, figure.counter
