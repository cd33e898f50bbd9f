"""How a day's contacts spread over its half-hours: a profile for each weekday, drawn towards that of all days.

Recent days count more. The fewer contacts a weekday has shown, the more of its profile is that of all days (the mean of
a Dirichlet distribution whose prior is the pooled profile; Good 1965).
"""

from typing import Final

import numpy as np

from coterie.planning.demand.model import HALF_HOURS, WEEK, Bools, Floats, Series

HALF_LIFE: Final = 56.0
"""Days after which a day counts half."""
PRIOR_DAYS, PRIOR_CONTACTS = 1.0, 200.0
"""What the pooled profile is worth: so many days of this weekday, and so many contacts."""


def profiles(series: Series, used: Bools) -> Floats:
    """The share of each half-hour for each weekday, seven rows of 48 that each add up to 1.

    Where nothing was counted at all every half-hour is alike.
    """
    weekday = np.array([series.day(place).weekday() for place in range(series.days)])
    age = series.days - 1 - np.arange(series.days)
    weight = np.where(used, 0.5 ** (age / HALF_LIFE), 0.0)
    weighted = series.counts * weight[:, None]
    by_weekday = np.array([weighted[weekday == each].sum(axis=0) for each in range(WEEK)])
    pooled = by_weekday.sum(axis=0)
    if not pooled.sum():
        return np.full((WEEK, HALF_HOURS), 1 / HALF_HOURS)
    prior = PRIOR_CONTACTS + PRIOR_DAYS * pooled.sum() / max(weight.sum(), 1e-9)
    found = by_weekday + prior * pooled / pooled.sum()
    return np.asarray(found / found.sum(axis=1, keepdims=True))
