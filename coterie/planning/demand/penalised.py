"""The penalised log-linear fit: a level that drifts, and effects that are drawn towards none.

Iterated weighted least squares (Nelder and Wedderburn 1972). A day's variance is its Poisson noise and a share `phi` of
its square; days far from the fit count less (Huber 1964). How much the level drifts is learned from the series itself, by
expectation and maximisation (Dempster, Laird and Rubin 1977): a steady series is averaged over months, one that grows by
half each week is followed.
"""

from typing import Final

import numpy as np

from coterie.planning.demand.model import WEEK, Floats

STEADY_SD, UNSTEADY_SD, WILD_SD = 0.02, 0.06, 0.7
"""What the level changes in a week, as a share: the first, unless it is found to change by more than the second."""
START_SD: Final = 0.1
FAR: Final = 2.0
"""Standard errors from the fit, from which on a day counts less."""
LEAST_PHI: Final = 1e-4
ROUNDS: Final = 15


def solve(
    design: Floats, totals: Floats, offset: Floats, knots: int, precision: Floats
) -> tuple[Floats, float]:
    """The weights of the columns, and `phi`. `design` has a row for each day; its first `knots` columns are the level's.

    `precision`: one over the variance that is expected of each column's weight; `offset`: what is known of each day's
    logarithm.
    """
    weights = np.zeros(len(precision))
    if not totals.sum():
        return weights, 0.0
    steps = np.diff(np.eye(knots), axis=0)
    eta, phi, drift_sd = begin(totals), 0.01, START_SD
    for turn in range(ROUNDS):
        mu = np.exp(eta)
        residual = (totals - mu) / mu
        if turn:
            phi = spread(residual, mu)
        variance = 1 / mu + phi
        trust = np.minimum(1, FAR / np.maximum(np.abs(residual) / np.sqrt(variance), 1e-9))
        weight = trust / variance
        wanted = eta + np.clip(residual, -1, 2) - offset
        left = design.T @ (design * weight[:, None]) + np.diag(precision + 1e-9)
        left[:knots, :knots] += steps.T @ steps / drift_sd**2
        covariance: Floats = np.asarray(np.linalg.inv(left), dtype=np.float64)
        weights = covariance @ (design.T @ (weight * wanted))
        drift_sd = drifted(steps, weights[:knots], covariance[:knots, :knots])
        eta = np.clip(design @ weights + offset, -12, 25)
    return weights, phi


def begin(totals: Floats) -> Floats:
    """The logarithms of a running mean of a week: where the search for the fit begins."""
    ones = np.ones(WEEK)
    mean = np.convolve(totals, ones, "same") / np.convolve(np.ones(len(totals)), ones, "same")
    return np.asarray(np.log(np.maximum(mean[: len(totals)], 0.1 * totals.mean())))


def drifted(steps: Floats, level: Floats, covariance: Floats) -> float:
    """What the level changes in a week: the mean square of its steps, and how unsure they are."""
    unsure = np.einsum("ij,jk,ik->i", steps, covariance, steps)
    found = float(np.sqrt(np.mean(np.square(steps @ level) + unsure)))
    return STEADY_SD if found < UNSTEADY_SD else min(found, WILD_SD)


def spread(residual: Floats, mu: Floats) -> float:
    """What days vary beyond Poisson noise, from the median, which a few odd days don't move."""
    found = float(np.median(np.abs(residual)) * 1.4826) ** 2 - float(np.median(1 / mu))
    return max(LEAST_PHI, found)
