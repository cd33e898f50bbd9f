"""How much a customer's next case is drawn to the group that had their last one, beyond what its topic says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from coterie.twin.backtest.pasts import Past

if TYPE_CHECKING:
    from coterie.twin.backtest.fitting import Fit


Rows: TypeAlias = list[tuple[float, bool]]
"""How likely it was to go there anyway, and whether it did."""


@dataclass(frozen=True, slots=True)
class Same:
    """How a case is drawn to the group that had its customer's last one."""

    first: float
    """The share that begins there, whatever they come with."""
    next: float
    """The share, of those passed on from another group, that goes there."""
    odds: float
    """So many times as high are the odds that it is finished there."""
    back: float
    """The share, of those passed on once before, that goes back to the group it came from."""


NO_DRAW = Same(0.0, 0.0, 1.0, 0.0)


def same_of(fit: "Fit", pasts: Sequence[Past], since: datetime) -> Same:
    """What makes as many cases from `since` on go there as did, beside what a fit of those before draws.

    A fit of the same cases would know them too well, and leave too little to this. `pasts`: customer by customer.
    """
    some = [past for past in pasts if past.opened >= since and past.finished and known(fit, past)]
    back = drawn([row for past in some for row in returns(fit, past)])
    chosen = {past.course.case for past in some}
    begins: Rows = []
    goes: Rows = []
    ends: Rows = []
    for a, b in pairwise(pasts):
        if b.course.case in chosen and b.course.customer is not None and a.course.customer == b.course.customer:  # fmt: skip
            add(fit, back, a, b, begins, goes, ends)
    return Same(drawn(begins), drawn(goes), odds_of(ends), back)


def known(fit: "Fit", past: Past) -> bool:
    return all(visit.group in fit.states.groups for visit in past.visits)


def returns(fit: "Fit", past: Past) -> Rows:
    """Of each change after the first: how likely it was to go back, and whether it did."""
    kind, places = fit.states.kind(past), fit.states.places(past.visits)
    return [
        (goes_to(fit, kind, places[k - 1], past.visits[k - 2].group), past.visits[k].group == past.visits[k - 2].group)
        for k in range(2, len(places))
    ]  # fmt: skip


def goes_to(fit: "Fit", kind: int, place: int, group: str) -> float:
    return float(fit.following[kind, place, fit.states.groups[group]])


def add(fit: "Fit", back: float, a: Past, b: Past, begins: Rows, goes: Rows, ends: Rows) -> None:
    """What the case b did, which followed a."""
    kind, places = fit.states.kind(b), fit.states.places(b.visits)
    groups = [visit.group for visit in b.visits]
    last = group_at(a, b.opened)
    if last in fit.states.groups:
        begins.append((float(fit.first[kind, fit.states.groups[last]]), last == groups[0]))
    for k, (visit, place) in enumerate(zip(b.visits, places, strict=True)):
        over = k + 1 == len(places)
        if visit.group == group_at(a, b.at(visit.from_s)):
            ends.append((float(fit.finishes[kind, place]), over))
        last = group_at(a, b.at(visit.until_s))
        if not over and visit.group != last and last in fit.states.groups:
            anyhow = goes_to(fit, kind, place, last)
            if k:
                anyhow = (1 - back) * anyhow + back * (last == groups[k - 1])
            goes.append((anyhow, groups[k + 1] == last))


def group_at(past: Past, now: datetime) -> str:
    """The group that has a case at that time, or had it last."""
    seconds = (now - past.opened).total_seconds()
    return next(visit.group for visit in reversed(past.visits) if visit.from_s <= max(seconds, 0.0))


def drawn(rows: Rows) -> float:
    """The share that must be drawn there beside those who go anyway, so that as many do as did."""
    if not rows:
        return 0.0
    anyhow, there = (float(np.mean(column)) for column in zip(*rows, strict=True))
    return max(0.0, (there - anyhow) / (1 - anyhow)) if anyhow < 1 else 0.0


def odds_of(rows: Rows) -> float:
    """How many times the odds, so that as many are expected as were; within 1/10 and 10."""
    if not rows:
        return 1.0
    likely, hit = (np.array(column, float) for column in zip(*rows, strict=True))
    low, high = np.log(0.1), np.log(10.0)
    for _ in range(50):
        middle = (low + high) / 2
        odds = np.exp(middle) * likely
        more = np.sum(odds / (1 - likely + odds)) < np.sum(hit)
        low, high = (middle, high) if more else (low, middle)
    return float(np.exp((low + high) / 2))
