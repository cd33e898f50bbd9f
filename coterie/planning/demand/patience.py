"""How long customers wait before they give up. Of those who were served one knows only that it was longer: they are censored."""

from dataclasses import asdict, dataclass
from math import exp, gamma, log
from typing import Any, Final

import numpy as np

from coterie.planning.demand.model import Bools, Floats

FEW: Final = 30
"""With fewer who gave up nothing is fitted."""
BETTER: Final = 2.0
"""So much better must the log-likelihood be (Akaike 1974, with room) for a second parameter."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`mean_s` of an exponential, or of a Weibull distribution with `shape` and `scale_s`. `n`: how many gave up.

    `distance`: the largest difference from the Kaplan-Meier estimate; None where nothing was fitted.
    """

    kind: str
    mean_s: float
    source: str
    n: int
    exponential_mean_s: float
    """What Erlang's A takes: all waiting over the number of those who gave up."""
    shape: float = 1.0
    scale_s: float = 0.0
    distance: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


def assumed(mean_s: float) -> Patience:
    return Patience("exponential", mean_s, "assumed", 0, mean_s, 1.0, mean_s)


def fitted(waits: Floats, gave_up: Bools) -> Patience | None:
    """By maximum likelihood with censoring (Weibull: Cohen 1965); None where fewer than `FEW` gave up."""
    usable = np.isfinite(waits) & (waits > 0)
    waits, gave_up = waits[usable], gave_up[usable]
    number = int(gave_up.sum())
    if number < FEW:
        return None
    mean = float(waits.sum() / number)
    shape = weibull_shape(waits, gave_up)
    scale = exp(log(float((waits**shape).sum()) / number) / shape)
    likelier = likelihood(waits, gave_up, shape, scale) - likelihood(waits, gave_up, 1.0, mean)
    kind, shape, scale = ("weibull", shape, scale) if likelier > BETTER else ("exponential", 1.0, mean)  # fmt: skip
    return Patience(
        kind, scale * gamma(1 + 1 / shape), "fitted", number, mean, shape, scale,
        from_kaplan_meier(waits, gave_up, shape, scale),
    )  # fmt: skip


def weibull_shape(waits: Floats, gave_up: Bools) -> float:
    """Where the likelihood's slope is 0, by halving: it falls all the way."""
    logs, among = np.log(waits), float(np.log(waits[gave_up]).mean())
    top = logs.max()

    def slope(shape: float) -> float:
        weight = np.exp(shape * (logs - top))
        return 1 / shape + among - float((weight * logs).sum() / weight.sum())

    low, high = 0.05, 20.0
    for _ in range(60):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return low


def likelihood(waits: Floats, gave_up: Bools, shape: float, scale: float) -> float:
    scaled = waits / scale
    density = float(gave_up.sum()) * log(shape / scale)
    density += (shape - 1) * float(np.log(scaled[gave_up]).sum())
    return density - float((scaled**shape).sum())


def kaplan_meier(waits: Floats, gave_up: Bools) -> tuple[Floats, Floats]:
    """The times at which somebody gave up, and the share still there after each (Kaplan and Meier 1958)."""
    times = np.unique(waits[gave_up])
    order = np.sort(waits)
    at_risk = len(order) - np.searchsorted(order, times, side="left")
    ended = np.sort(waits[gave_up])
    deaths = np.searchsorted(ended, times, side="right") - np.searchsorted(ended, times, side="left")  # fmt: skip
    return times, np.cumprod(1 - deaths / at_risk, dtype=np.float64)


def from_kaplan_meier(waits: Floats, gave_up: Bools, shape: float, scale: float) -> float:
    """Where there are enough who wait that long; the last few say little."""
    times, left = kaplan_meier(waits, gave_up)
    long = len(waits) - np.searchsorted(np.sort(waits), times, side="left") >= FEW
    times, left = times[long], left[long]
    return float(np.abs(np.exp(-((times / scale) ** shape)) - left).max(initial=0.0))
