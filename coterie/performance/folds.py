"""Folds: what is added to them one customer at a time becomes a value, with the interval in which the truth may lie.

Cases of one customer resemble each other, so an interval asks how much customers differ, not cases: the variance of a
ratio of two sums over customers, linearised. A share's is that of Wilson (1927) over as many answers as would tell as
much if none resembled another (Korn and Graubard, 1998), so a share of none or all has a width, too. For a median it is
the interval of Woodruff (1952): that of the share below it, read off the values.

Over many days customers stand in groups (`group_of`), whose sums add up; a group is then what a customer is here.
"""

from array import array
from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import Protocol

FEWEST = 5
"""With fewer customers there is no interval."""
GROUPS = 64
"""Into so many groups customers fall where only sums are kept."""
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
    """A mean of numbers. Only sums are kept, so the folds of two days could be added up."""

    least, most = 0.0, float("inf")

    def __init__(self) -> None:
        self.n = 0
        self.total: float = 0
        self.customers = 0
        self.totals_squared: float = 0
        self.totals_by_counts: float = 0
        self.counts_squared = 0

    def add(self, values: Sequence[float]) -> None:
        self.add_sum(sum(values), len(values))

    def add_sum(self, total: float, n: int) -> None:
        """What one customer adds, or a group of customers: the sum of their values, and how many these are."""
        if not n:
            return
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
        return max(self.least, mean - half), min(self.most, mean + half)

    def half(self) -> float:
        """Half the width of the interval."""
        return student(self.customers - 1) * sqrt(self.variance())

    def variance(self) -> float:
        """Of the mean, by how much customers differ."""
        mean, k = self.total / self.n, self.customers
        spread = (
            self.totals_squared
            - 2 * mean * self.totals_by_counts
            + mean * mean * self.counts_squared
        )
        return max(spread, 0.0) * k / (k - 1) / (self.n * self.n)


class Score(Mean):
    """A mean of -100, 0 and 100."""

    least, most = -100.0, 100.0


class Share(Mean):
    """A mean of yes and no."""

    most = 1.0

    def bounds(self) -> Bounds:
        if self.customers < FEWEST:
            return None
        share, n = self.total / self.n, self.worth()
        t = student(self.customers - 1)
        middle = (share + t * t / (2 * n)) / (1 + t * t / n)
        half = t / (1 + t * t / n) * sqrt(share * (1 - share) / n + t * t / (4 * n * n))
        return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))

    def worth(self) -> float:
        """As many answers, none resembling another, would tell as much. All the same tell no more than customers do."""
        share, variance = self.total / self.n, self.variance()
        alone = share * (1 - share)
        if alone <= 0:
            return float(self.customers)
        return min(float(self.n), alone / variance) if variance > 0 else float(self.n)


def student(df: int) -> float:
    """The 0.975 quantile of Student's distribution, to 0.001 from 4 degrees of freedom on (Cornish and Fisher)."""
    z = Z
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return float(sum(term / df**power for power, term in enumerate(terms)))


def group_of(customer: str) -> int:
    """Which group of customers this one is in, for ever: by the end of their id, which is random."""
    return int(customer[-2:], 16) % GROUPS


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
        return middle(sorted(self.values))

    def bounds(self) -> Bounds:
        median = self.value()
        if median is None:
            return None
        below, start = Share(), 0
        for size in self.sizes:
            below.add([value <= median for value in self.values[start : start + size]])
            start += size
        return around_middle(sorted(self.values), below)


def middle(ordered: Sequence[float]) -> float | None:
    """The median of values in order."""
    if not ordered:
        return None
    n, half = len(ordered), len(ordered) // 2
    return ordered[half] if n % 2 else (ordered[half - 1] + ordered[half]) / 2


def around_middle(ordered: Sequence[float], below: Share) -> Bounds:
    """The interval of a median: that of the share of values not above it, read off the values in order."""
    if below.customers < FEWEST:
        return None
    n, half = len(ordered), below.half()
    low, high = (0.5 - half) * n, (0.5 + half) * n
    return ordered[max(0, int(low) - 1)], ordered[min(n - 1, int(high) + 1)]
