"""The words of demand: contacts counted by day and half-hour, the days that are not like others, a forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

HALF_HOURS = 48
WEEK = 7
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Series:
    """Contacts by local day and half-hour: `counts` has a row of 48 for each day from `first` on.

    `seen` says which days the source tells of. A day that it says nothing of is not a day without contacts.
    """

    first: date
    counts: Floats
    seen: Bools

    @property
    def days(self) -> int:
        return len(self.counts)

    @property
    def totals(self) -> Floats:
        """Contacts of each day."""
        return np.asarray(self.counts.sum(axis=1))

    def until(self, days: int) -> "Series":
        """The first so many days of it."""
        return Series(self.first, self.counts[:days], self.seen[:days])

    def day(self, place: int) -> date:
        return self.first + timedelta(place)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that are not like others. Holidays by day; special days by day, with a factor or, where that is None, one that is learned by name."""

    holidays: Mapping[date, str] = field(default_factory=dict)
    special: Mapping[date, tuple[str, float | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected: `mean`, `low` and `high` with a row of 48 half-hours for each day from `first` on."""

    first: date
    mean: Floats
    low: Floats
    high: Floats
