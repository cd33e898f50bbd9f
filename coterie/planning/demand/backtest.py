"""What this method would have forecast in the past, beside what came and beside the same half-hour of the week before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from coterie.planning.demand.forecast import fit
from coterie.planning.demand.intervals import NOMINAL, Spread, bounds, calibrated
from coterie.planning.demand.model import HALF_HOURS, WEEK, Bools, Calendar, Floats, Series

LEARN: Final = 21
"""Days that a forecast needs before it."""
ORIGINS: Final = 30
"""From so many days of the past, evenly spread, forecasts are made anew."""
LEARNED: Final = 0.6


@dataclass(frozen=True, slots=True)
class Past:
    """Forecasts from one day of the past: rows are days ahead. Days of which the source says nothing are not `seen`."""

    actual: Floats
    mean: Floats
    naive: Floats
    seen: Bools

    def week(self, number: int) -> "Past":
        """Those of one week ahead, the first being 0."""
        part = slice(number * WEEK, (number + 1) * WEEK)
        return Past(self.actual[part], self.mean[part], self.naive[part], self.seen[part])


@dataclass(frozen=True, slots=True)
class Wape:
    """Absolute errors over contacts (weighted absolute percentage error): ours, and that of last week's counts."""

    ours: float
    naive: float
    contacts: float


def backtest(
    series: Series, calendar: Calendar, weeks: int, origins: Sequence[int] | None = None
) -> list[Past]:
    """Forecasts made from each origin (days of the series known by then) for the weeks after it, as far as they are known.

    Without a list there are up to `ORIGINS`, from the first three weeks on.
    """  # fmt: skip
    if origins is None:
        origins = origins_of(series)
    return [from_origin(series, calendar, weeks, origin) for origin in origins]


def origins_of(series: Series) -> list[int]:
    """Evenly spread, with a step that meets every weekday."""
    last = series.days - WEEK
    if last < LEARN:
        return []
    step = max(1, round((last - LEARN) / ORIGINS))
    step += step % WEEK == 0
    return list(range(last, LEARN - 1, -step))[::-1]


def from_origin(series: Series, calendar: Calendar, weeks: int, origin: int) -> Past:
    number = min(weeks * WEEK, series.days - origin)
    to_come = [series.day(origin + place) for place in range(number)]
    return Past(
        series.counts[origin : origin + number],
        fit(series.until(origin), calendar).on(to_come),
        last_week(series, origin, number),
        series.seen[origin : origin + number],
    )


def last_week(series: Series, origin: int, number: int) -> Floats:
    """The same half-hour of the last week that is known by then; where its day wasn't seen, of the week before that."""
    found = np.zeros((number, HALF_HOURS))
    for place in range(number):
        day = origin + place - WEEK * (place // WEEK + 1)
        while day >= 0 and not series.seen[day]:
            day -= WEEK
        if day >= 0:
            found[place] = series.counts[day]
    return found


def wape(pasts: Sequence[Past]) -> Wape | None:
    """Over all of them; None where nothing came."""
    contacts = sum(float(past.actual[past.seen].sum()) for past in pasts)
    if not contacts:
        return None
    ours, naive = (
        sum(float(np.abs(getattr(past, name) - past.actual)[past.seen].sum()) for past in pasts)
        for name in ("mean", "naive")
    )
    return Wape(ours / contacts, naive / contacts, contacts)


def spreads(pasts: Sequence[Past], weeks: int, nominal: float = NOMINAL) -> list[Spread]:
    """The spread of each week ahead. One that the past tells too little of is as the one before."""
    found: list[Spread] = []
    for number in range(weeks):
        some = [past.week(number) for past in pasts]
        own = calibrated(joined(some, "actual"), joined(some, "mean"), nominal)
        found.append(own if own.learned or not found else found[-1])
    return found


def joined(pasts: Sequence[Past], name: str) -> Floats:
    parts: list[Floats] = [getattr(past, name)[past.seen].ravel() for past in pasts]
    return np.concatenate([*parts, np.zeros(0)])


def coverage(pasts: Sequence[Past], weeks: int, nominal: float = NOMINAL) -> float | None:
    """How often intervals that were learned from the first `LEARNED` of the forecasts held what came in the others.

    None where either part tells too little.
    """
    split = round(len(pasts) * LEARNED)
    learned = spreads(pasts[:split], weeks, nominal)
    held = number = 0
    for week in range(weeks):
        some = [past.week(week) for past in pasts[split:]]
        actual, mean = joined(some, "actual"), joined(some, "mean")
        low, high = bounds(mean, learned[week])
        held += int(((actual >= low) & (actual <= high))[mean > 0].sum())
        number += int((mean > 0).sum())
    return held / number if number and learned[0].learned else None
