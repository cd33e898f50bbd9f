"""How well a fit tells cases that it has not seen: their ways, and how long they stayed. Pure."""

from collections.abc import Sequence

import numpy as np

from coterie.twin.backtest.fitting import QUANTILES, Fit
from coterie.twin.backtest.pasts import Past


def log_likelihood(fit: Fit, pasts: Sequence[Past]) -> float:
    """Of the ways of these cases, a case on the mean. A group that the fit does not know counts as one in a million."""
    total = 0.0
    for past in pasts:
        total += log_likelihood_of(fit, past)
    return total / len(pasts)


UNKNOWN = 1e-6


def log_likelihood_of(fit: Fit, past: Past) -> float:
    states, kind = fit.states, fit.states.kind(past)
    groups = [states.groups.get(visit.group) for visit in past.visits]
    chance = [UNKNOWN if groups[0] is None else fit.first[kind, groups[0]]]
    for number, group in enumerate(groups):
        if group is None:
            continue
        before = past.visits[number - 1].group if number else ""
        name = past.visits[number].group
        state = states.after(name, before) if number else states.first(name)
        ends = number + 1 == len(groups)
        chance.append(fit.finishes[kind, state] if ends else 1 - fit.finishes[kind, state])
        if not ends:
            following = groups[number + 1]
            chance.append(UNKNOWN if following is None else fit.following[kind, state, following])
    return float(np.log(np.maximum(chance, UNKNOWN)).sum())


LEVELS = np.linspace(0.05, 0.95, 19)


def missed(fit: Fit, pasts: Sequence[Past]) -> float:
    """How far the quantiles of stays are from these cases' stays: pinball loss of log seconds (Koenker, Bassett 1978)."""
    places: list[int] = []
    stays: list[float] = []
    for past in pasts:
        if any(visit.group not in fit.states.groups for visit in past.visits):
            continue
        its = fit.states.places(past.visits)
        places += [2 * place for place in its[:-1]] + [2 * its[-1] + 1]
        stays += [visit.until_s - visit.from_s for visit in past.visits]
    if not stays:
        return 0.0
    told = np.stack([fit.pass_s, fit.finish_s], 1).reshape(-1, len(QUANTILES))
    at = np.round(LEVELS * (len(QUANTILES) - 1)).astype(int)
    less = np.log1p(stays)[:, None] - np.log1p(told[:, at])[places]
    return float(np.maximum(LEVELS * less, (LEVELS - 1) * less).mean())
