"""Folds: what is added to them one customer at a time becomes a value, with the interval in which the truth may lie.

Cases of one customer resemble each other, so an interval asks how much customers differ, not cases: the variance of a
ratio of two sums over customers, linearised. For a median it is the interval of Woodruff (1952): that of the share
below it, read off the values.
"""

from array import array
from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import Protocol

FEWEST = 5
"""With fewer customers there is no interval."""
Z = NormalDist().inv_cdf(0.975)

Bounds = tuple[float, float] | None


class Fold(Protocol):
    """Takes in what each customer adds; says the value, over how many, and between which bounds."""

    @property
    def n(self) -> int: ...

    def add(self, values: Sequence[float]) -> None: ...

    def value(self) -> float | None: ...

    def bounds(self) -> Bounds: ...


class Count:
    """How many. It is a fact of these records, so it has no interval."""

    def __init__(self) -> None:
        self.n = 0
        self.total = 0

    def add(self, values: Sequence[float]) -> None:
        self.n += len(values)
        self.total += int(sum(values))

    def value(self) -> int:
        return self.total

    def bounds(self) -> Bounds:
        return None


class Mean:
    """A mean of numbers that are not negative. Only sums are kept, so the folds of two days could be added up."""

    most = float("inf")

    def __init__(self) -> None:
        self.n = 0
        self.total: float = 0
        self.customers = 0
        self.totals_squared: float = 0
        self.totals_by_counts: float = 0
        self.counts_squared = 0

    def add(self, values: Sequence[float]) -> None:
        if not values:
            return
        total, n = sum(values), len(values)
        self.n += n
        self.total += total
        self.customers += 1
        self.totals_squared += total * total
        self.totals_by_counts += total * n
        self.counts_squared += n * n

    def value(self) -> float | None:
        return self.total / self.n if self.n else None

    def bounds(self) -> Bounds:
        if self.customers < FEWEST:
            return None
        mean, half = self.total / self.n, self.half()
        return max(0.0, mean - half), min(self.most, mean + half)

    def half(self) -> float:
        """Half the width of the interval."""
        mean = self.total / self.n
        spread = (
            self.totals_squared
            - 2 * mean * self.totals_by_counts
            + mean * mean * self.counts_squared
        )
        k = self.customers
        return Z * sqrt(max(spread, 0.0) * k / (k - 1)) / self.n


class Share(Mean):
    """A mean of yes and no."""

    most = 1.0


class Median:
    """The middle of the values, which are kept."""

    def __init__(self) -> None:
        self.values = array("d")
        self.sizes = array("l")

    @property
    def n(self) -> int:
        return len(self.values)

    def add(self, values: Sequence[float]) -> None:
        if values:
            self.values.extend(values)
            self.sizes.append(len(values))

    def value(self) -> float | None:
        if not self.n:
            return None
        ordered, half = sorted(self.values), self.n // 2
        return ordered[half] if self.n % 2 else (ordered[half - 1] + ordered[half]) / 2

    def bounds(self) -> Bounds:
        median = self.value()
        if median is None or len(self.sizes) < FEWEST:
            return None
        below, start = Share(), 0
        for size in self.sizes:
            below.add([value <= median for value in self.values[start : start + size]])
            start += size
        ordered, half, last = sorted(self.values), below.half(), self.n - 1
        low, high = (0.5 - half) * self.n, (0.5 + half) * self.n
        return ordered[max(0, int(low) - 1)], ordered[min(last, int(high) + 1)]
