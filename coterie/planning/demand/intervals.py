"""How far a forecast may be off, from how far this method was off on the series' own past.

An error is measured in the standard deviations that a half-hour of its size would have, `sqrt(m + phi m^2)`: Poisson
noise, and what the forecast itself is off by. The quantiles of these are the interval (split conformal prediction:
Vovk, Gammerman and Shafer 2005; Lei et al. 2018), so it holds for a community's small share as for the whole.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from coterie.planning.demand.model import Floats

NOMINAL: Final = 0.9
ENOUGH: Final = 200
"""Half-hours of past errors from which on their quantiles are trusted."""
ASSUMED_PHI: Final = 0.04
"""Without a past: a fifth off, either way."""
NORMAL: Final = 1.645
LEAST_PHI: Final = 1e-4
FEW: Final = 0.25
"""Added under the root, so that an error where next to nothing is expected isn't endless."""


@dataclass(frozen=True, slots=True)
class Spread:
    """`phi`: squared share by which a forecast is off beyond Poisson noise. `low`, `high`: standard deviations from the mean.

    `learned`: from so many half-hours of past errors; 0 where it is assumed.
    """

    phi: float = ASSUMED_PHI
    low: float = -NORMAL
    high: float = NORMAL
    learned: int = 0


def calibrated(actual: Floats, mean: Floats, nominal: float = NOMINAL) -> Spread:
    """The spread that past forecasts show: of as many actual counts and means, in any order."""
    some = mean > 0
    actual, mean = actual[some], mean[some]
    if len(mean) < ENOUGH:
        return Spread()
    # By moments, the errors' squares being mean + phi mean^2; each half-hour as much as it can tell.
    excess = np.square(actual - mean) - mean
    phi = max(LEAST_PHI, float(excess.sum() / np.square(mean).sum()))
    scores = np.sort((actual - mean) / deviation(mean, phi))
    tail, number = (1 - nominal) / 2, len(scores)
    low = scores[max(0, int(np.floor((number + 1) * tail)) - 1)]
    high = scores[min(number - 1, int(np.ceil((number + 1) * (1 - tail))) - 1)]
    return Spread(phi, min(float(low), 0.0), max(float(high), 0.0), number)


def deviation(mean: Floats, phi: float) -> Floats:
    return np.asarray(np.sqrt(mean + phi * np.square(mean) + FEW))


def bounds(mean: Floats, spread: Spread) -> tuple[Floats, Floats]:
    """Between which contacts lie: those that come, not only those that are expected."""
    off = deviation(mean, spread.phi)
    low, high = np.maximum(0, mean + spread.low * off), mean + spread.high * off
    return np.where(mean > 0, low, 0.0), np.where(mean > 0, high, 0.0)


def rate_bounds(mean: Floats, spread: Spread) -> tuple[Floats, Floats]:
    """Between which the rate lies. Erlang's formulas know of the Poisson noise around it."""
    off = np.sqrt(spread.phi) * mean
    return np.maximum(0, mean + spread.low * off), mean + spread.high * off
