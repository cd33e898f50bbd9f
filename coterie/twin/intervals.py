"""Intervals over replications: of a mean, and of the difference of two means. Pure."""

from collections.abc import Sequence
from math import sqrt
from typing import Any, TypeAlias

from coterie.performance.folds import student

Interval: TypeAlias = dict[str, Any]


def interval(values: Sequence[float]) -> Interval:
    """Student's, over replications."""
    n = len(values)
    mean = sum(values) / n
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (n - 1))
    half = t(n - 1) * spread / sqrt(n)
    return {"value": mean, "low": mean - half, "high": mean + half}


def t(df: int) -> float:
    """The 0.975 quantile of Student's distribution: exact below 4 degrees of freedom, a series above."""
    exact: dict[int, float] = {1: 12.7062, 2: 4.3027, 3: 3.1824}
    return exact[df] if df in exact else student(df)


def welch(x: Sequence[float], y: Sequence[float]) -> dict[str, float]:
    """The difference of two means of different runs (Welch 1947)."""
    means, parts = [], []
    for values in (x, y):
        mean = sum(values) / len(values)
        means.append(mean)
        parts.append(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
    variance = sum(parts)
    freedom = variance**2 / sum(p**2 / (len(v) - 1) for p, v in zip(parts, (x, y), strict=True)) if variance else 1  # fmt: skip
    half = t(max(1, int(freedom))) * sqrt(variance)
    return {"value": means[1] - means[0], "low": means[1] - means[0] - half, "high": means[1] - means[0] + half}  # fmt: skip
