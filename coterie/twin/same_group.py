"""How much a customer's next case is drawn to the group that had their last one, beyond what its topic says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from coterie.twin.pasts import Past

if TYPE_CHECKING:
    from coterie.twin.fitting import Fit


Rows: TypeAlias = list[tuple[float, bool]]
"""How likely it was anyway, and whether it was so."""


@dataclass(frozen=True, slots=True)
class Same:
    """How a case is drawn to the group that had its customer's last one."""

    first: float
    """The share that begins there, whatever they come with."""
    next: float
    """The share, of those passed on from another group, that goes there."""
    odds: float
    """So many times as high are the odds that it is finished there."""


NO_DRAW = Same(0.0, 0.0, 1.0)


def same_of(fit: "Fit", pasts: Sequence[Past], since: datetime) -> Same:
    """What makes the ways of those who come back from `since` on likeliest, given what a fit of those before draws.

    A fit of the same cases would know them too well, and leave too little to this. `pasts`: customer by customer.
    """
    begins: Rows = []
    goes: Rows = []
    ends: Rows = []
    for a, b in pairwise(pasts):
        if b.opened >= since and b.finished and a.course.customer and a.course.customer == b.course.customer:  # fmt: skip
            add(fit, a, b, begins, goes, ends)
    return Same(drawn(begins), drawn(goes), odds_of(ends))


def add(fit: "Fit", a: Past, b: Past, begins: Rows, goes: Rows, ends: Rows) -> None:
    """What the case b did, which followed a."""
    states, known = fit.states, all(visit.group in fit.states.groups for visit in b.visits)
    if not known:
        return
    kind, places, now = states.kind(b), states.places(b.visits), b.visits[0].group
    begins.append((fit.first[kind, states.groups[now]], group_at(a, b.opened) == now))
    for number, (visit, place) in enumerate(zip(b.visits, places, strict=True)):
        over = number + 1 == len(places)
        if visit.group == group_at(a, b.at(visit.from_s)):
            ends.append((fit.finishes[kind, place], over))
        last = group_at(a, b.at(visit.until_s))
        if not over and visit.group != last:
            to = b.visits[number + 1].group
            goes.append((fit.following[kind, place, states.groups[to]], to == last))


def group_at(past: Past, now: datetime) -> str:
    """The group that has a case at that time, or had it last."""
    seconds = (now - past.opened).total_seconds()
    return next(visit.group for visit in reversed(past.visits) if visit.from_s <= max(seconds, 0.0))


def drawn(rows: Rows) -> float:
    """The share s that draws there, where else it is as likely as said (Dempster, Laird and Rubin 1977)."""
    if not rows:
        return 0.0
    likely, hit = (np.array(column, float) for column in zip(*rows, strict=True))
    s = 0.1
    for _ in range(200):
        s = float(np.mean(s * hit / (s * hit + (1 - s) * likely)))
    return s


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
