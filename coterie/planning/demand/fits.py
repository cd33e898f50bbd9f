"""How long contacts take, fitted from what was measured: lognormal, gamma, or as it was where neither is near.

How near is the largest difference of the shares below any value (Kolmogorov 1933).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import exp, log, sqrt
from typing import Any, Final

import numpy as np

from coterie.planning.demand.model import Floats
from coterie.planning.demand.special_functions import gamma_below, normal_below

FEW: Final = 30
"""Below so many a fit says nothing of its own."""
FAR: Final = 0.1
"""A difference above which a formula isn't the data's, if there are enough to say so."""
ENOUGH: Final = 200
MOST: Final = 2000
"""Of more, as many evenly spread ones are compared."""
QUANTILES: Final = 21


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a contact of a topic takes. `params`: lognormal `mu`, `sigma`; gamma `shape`, `scale`; empirical `quantiles`, evenly spread."""

    kind: str
    mean_s: float
    sd_s: float
    source: str
    n: int
    params: dict[str, Any] = field(default_factory=dict)
    ks: float | None = None
    """The largest difference from the data; None where nothing was fitted."""

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in (None, {})}


def assumed(mean_s: float, variation: float = 0.75) -> Effort:
    """Lognormal with this mean; `variation` is sd over mean. Of calls lognormal is usual (Brown et al. 2005)."""
    sigma = sqrt(log(1 + variation**2))
    params = {"mu": log(mean_s) - sigma**2 / 2, "sigma": sigma}
    return Effort("lognormal", mean_s, mean_s * variation, "assumed", 0, params)


def fitted(seconds: Floats) -> Effort | None:
    """The nearest of the three; None of fewer than `FEW`. Values that are not above 0 are left out."""
    values = np.sort(seconds[np.isfinite(seconds) & (seconds > 0)])
    if len(values) < FEW:
        return None
    formulas = [lognormal(values), gamma(values)] if values[-1] > values[0] * (1 + 1e-9) else []
    best = min(formulas, key=lambda each: each.ks or 0.0, default=None)
    if best is None or ((best.ks or 0.0) > FAR and len(values) >= ENOUGH):
        return empirical(values, formulas)
    return best


def lognormal(values: Floats) -> Effort:
    """By maximum likelihood: mean and deviation of the logarithms."""
    logs = np.log(values)
    mu, sigma = float(logs.mean()), float(logs.std()) or 1e-9
    mean = exp(mu + sigma**2 / 2)
    below = normal_below((np.log(some(values)) - mu) / sigma)
    return Effort(
        "lognormal", mean, mean * sqrt(exp(sigma**2) - 1), "fitted", len(values),
        {"mu": mu, "sigma": sigma}, distance(values, below),
    )  # fmt: skip


def gamma(values: Floats) -> Effort:
    """By maximum likelihood, the shape by Minka's generalised Newton steps (2002)."""
    mean, spread = float(values.mean()), log(float(values.mean())) - float(np.log(values).mean())
    shape = 0.5 / max(spread, 1e-9)
    for _ in range(50):
        step = (log(shape) - digamma(shape) - spread) / (shape**2 * (1 / shape - trigamma(shape)))
        after = 1 / (1 / shape + step)
        done = abs(after - shape) < 1e-9 * shape
        shape = after
        if done:
            break
    below = gamma_below(shape, some(values) * shape / mean)
    return Effort(
        "gamma", mean, mean / sqrt(shape), "fitted", len(values),
        {"shape": shape, "scale": mean / shape}, distance(values, below),
    )  # fmt: skip


def empirical(values: Floats, rejected: Sequence[Effort]) -> Effort:
    """As it was: the values at evenly spread shares, from the least to the most; and how far off the formulas were."""
    quantiles = np.quantile(values, np.linspace(0, 1, QUANTILES))
    return Effort(
        "empirical", float(values.mean()), float(values.std()), "fitted", len(values),
        {
            "quantiles": [round(float(each), 3) for each in quantiles],
            "rejected": {each.kind: each.ks for each in rejected},
        },
    )  # fmt: skip


def some(values: Floats) -> Floats:
    return np.asarray(values[places(len(values))])


def places(number: int) -> Any:
    return np.unique(np.linspace(0, number - 1, min(number, MOST)).astype(int))


def distance(values: Floats, below: Floats) -> float:
    """From the steps of the sorted `values` to what a formula says is below each of `some` of them."""
    compared = some(values)
    up = np.searchsorted(values, compared, side="right") / len(values)
    down = np.searchsorted(values, compared, side="left") / len(values)
    return float(np.maximum(np.abs(up - below), np.abs(below - down)).max())


def digamma(x: float) -> float:
    """Asymptotic series after stepping up (Abramowitz and Stegun 1964, 6.3.5 and 6.3.18)."""
    found = 0.0
    while x < 10:
        found -= 1 / x
        x += 1
    return found + log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4) - 1 / (252 * x**6)


def trigamma(x: float) -> float:
    """The same of its slope (6.4.6 and 6.4.12)."""
    found = 0.0
    while x < 10:
        found += 1 / x**2
        x += 1
    return found + 1 / x + 1 / (2 * x**2) + 1 / (6 * x**3) - 1 / (30 * x**5) + 1 / (42 * x**7)
