"""What will come: the days' totals spread over their half-hours, with an interval from this method's own past errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from coterie.planning.demand import days
from coterie.planning.demand.intervals import Spread, bounds
from coterie.planning.demand.model import WEEK, Calendar, Floats, Forecast, Series
from coterie.planning.demand.profiles import profiles


@dataclass(frozen=True, slots=True)
class Fitted:
    """A series as the method sees it. `profiles`: seven rows of 48 shares, Monday first."""

    days: days.Days
    profiles: Floats

    def on(self, some: Sequence[date]) -> Floats:
        """Contacts expected on these days, a row of 48 half-hours each."""
        return self.spread(days.expected(self.days, some), some)

    def typical_week(self, weeks: int) -> Floats:
        """The plain week that ends so many weeks ahead: seven rows of 48, Monday first."""
        last = self.days.first + timedelta(self.days.known - 1 + WEEK * weeks)
        some = sorted((last - timedelta(back) for back in range(WEEK)), key=date.weekday)
        return self.spread(days.plain(self.days, some), some)

    def spread(self, totals: Floats, some: Sequence[date]) -> Floats:
        return np.asarray(totals[:, None] * self.profiles[[day.weekday() for day in some]])


def fit(series: Series, calendar: Calendar) -> Fitted:
    every = [series.day(place) for place in range(series.days)]
    used, _ = days.usable(series, every, calendar)
    return Fitted(days.fit(series, calendar), profiles(series, used))


def forecast(series: Series, calendar: Calendar, weeks: int, spreads: Sequence[Spread]) -> Forecast:
    """The weeks that follow the series, day by day; `spreads` are those of each week ahead, the last for all later ones."""
    to_come = [series.day(series.days + place) for place in range(WEEK * weeks)]
    mean = fit(series, calendar).on(to_come)
    by_week = [
        bounds(mean[at : at + WEEK], spreads[min(at // WEEK, len(spreads) - 1)])
        for at in range(0, len(mean), WEEK)
    ]
    low, high = (np.vstack(each) for each in zip(*by_week, strict=True))
    return Forecast(to_come[0], mean, low, high)
