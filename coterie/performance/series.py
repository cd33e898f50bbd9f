"""Figures side by side: week by week, and community by community. Read like a scorecard, from the sums of days."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from coterie.kit.db import Tx
from coterie.performance import row_queries
from coterie.performance.folds import Fold, Mean
from coterie.performance.reading import Reading, found, medians
from coterie.performance.scorecard import BY_NAME

WEEK = timedelta(days=7)
Span: TypeAlias = tuple[str, date, date]
"""A community, and the first and the last of its days."""


@dataclass(frozen=True, slots=True)
class Week:
    """A figure in a week. `begins` is its Monday."""

    begins: date
    reading: Reading


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


async def by_week(
    tx: Tx, community_ids: Sequence[str], names: Sequence[str], since: date, until: date
) -> dict[str, list[Week]]:
    """These figures for each week from that of `since` to that of `until`, of communities together."""
    folds: dict[tuple[str, date], Fold] = {}

    def fold_of(name: str, week: date) -> Fold:
        return folds.setdefault((name, week), BY_NAME[name].fold())

    first = monday(since)
    summed = [name for name in names if issubclass(BY_NAME[name].fold, Mean)]
    kept = [name for name in names if name not in summed]
    for each in await row_queries.sums_by_week(tx, community_ids, summed, first, until):
        fold = fold_of(each.figure, each.week)
        assert isinstance(fold, Mean)
        fold.add_sum(each.sum, each.number)
    for one in await row_queries.values_by_week(tx, community_ids, kept, first, until):
        fold_of(one.figure, one.week).add(one.values)
    weeks = [first + WEEK * number for number in range((until - first) // WEEK + 1)]
    return {
        name: [Week(week, Reading(BY_NAME[name], found(fold_of(name, week)))) for week in weeks]
        for name in names
    }


async def some(
    tx: Tx, community_id: str, names: Sequence[str], since: date, until: date
) -> dict[str, Reading]:
    """A few figures of a scorecard; both ends are included."""
    summed = [name for name in names if issubclass(BY_NAME[name].fold, Mean)]
    kept = [name for name in names if name not in summed]
    _, together = await by_community(tx, [(community_id, since, until)], summed)
    none = {name: Reading(BY_NAME[name], found(BY_NAME[name].fold())) for name in kept}
    return together | none | await medians(tx, [community_id], kept, since, until)


async def by_community(
    tx: Tx, spans: Sequence[Span], names: Sequence[str]
) -> tuple[dict[str, dict[str, Reading]], dict[str, Reading]]:
    """These figures of each community over its own days, and of all together. Only figures that are sums."""
    one: dict[str, dict[str, Mean]] = defaultdict(lambda: means(names))
    together = means(names)
    for each in await row_queries.sums_by_community(tx, spans, names):
        one[each.community_id][each.figure].add_sum(each.sum, each.number)
        together[each.figure].add_sum(each.sum, each.number)
    return {id_: readings(one[id_]) for id_, _, _ in spans}, readings(together)


def means(names: Sequence[str]) -> dict[str, Mean]:
    made: dict[str, Mean] = {}
    for name in names:
        fold = BY_NAME[name].fold()
        assert isinstance(fold, Mean), name
        made[name] = fold
    return made


def readings(folds: dict[str, Mean]) -> dict[str, Reading]:
    return {name: Reading(BY_NAME[name], found(fold)) for name, fold in folds.items()}
