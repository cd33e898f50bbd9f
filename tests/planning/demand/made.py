"""Made series: what is put in is known, so that one can ask whether it is found."""

from collections.abc import Callable
from datetime import date

import numpy as np

from coterie.planning.demand.model import HALF_HOURS, Floats, Series

MONDAY = date(2025, 3, 3)
SHAPE = np.where((np.arange(HALF_HOURS) >= 16) & (np.arange(HALF_HOURS) < 40), 1.0, 0.0)
SHAPE = SHAPE * (2 + np.sin(np.arange(HALF_HOURS) / 4))
SHAPE = SHAPE / SHAPE.sum()
WEEKDAYS = np.array([1.3, 1.1, 1.0, 0.95, 0.9, 0.4, 0.0])


def made(
    days: int, total: float, *, seed: int | None = None, factor: Callable[[int], float] = lambda day: 1.0,
    shape: Floats = SHAPE, first: date = MONDAY,
) -> Series:  # fmt: skip
    """So many contacts on a usual day, times the weekday's factor and the day's own; drawn where there is a seed."""
    totals = np.array([
        total * WEEKDAYS[(first.weekday() + day) % 7] * factor(day) for day in range(days)
    ])  # fmt: skip
    mean = totals[:, None] * shape
    counts = mean if seed is None else np.random.default_rng(seed).poisson(mean).astype(np.float64)
    return Series(first, counts, np.ones(days, dtype=bool))
