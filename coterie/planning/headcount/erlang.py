"""Erlang's formulas B, C and A, stable for thousands of positions. Loads in erlang (contacts a second times seconds each).

B and C: Erlang 1917; A, with patience that is exponential: Palm 1957, Baccelli and Hebuterne 1981, in the form of Zeltyn
and Mandelbaum 2005. Loads may be numbers or arrays; positions are a number.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from coterie.planning.demand.model import Floats

NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
PARTS: Final = 12
"""Stretches of time over which the integrals of A are taken, each by 64 points of Gauss and Legendre."""
NOTHING: Final = 1e-12
"""A load below which nobody ever comes."""
GONE: Final = 45.0
"""Where an integrand is e to the minus this of its largest, it is over."""


def blocked(load: Floats | float, positions: int) -> Floats:
    """Erlang B: the share of contacts that find all positions taken and are lost. 1 without positions."""
    load = np.asarray(load, dtype=float)
    lost = np.ones_like(load)
    for number in range(1, positions + 1):
        lost = one_more(lost, load, number)
    return lost


def one_more(lost: Floats, load: Floats, number: int) -> Floats:
    """Erlang B with `number` positions, from that with one fewer. Each step shrinks errors, so it is stable."""
    carried = load * lost
    return np.asarray(carried / (number + carried))


def waits_of(lost: Floats, load: Floats, positions: int) -> Floats:
    """Erlang C from Erlang B: the share that waits. 1 where the load is as large as the positions."""
    free = np.maximum(positions - load * (1 - lost), 1e-300)
    return np.where(load >= positions, 1.0, positions * lost / free)


def waits(load: Floats | float, positions: int) -> Floats:
    """Erlang C: the share of contacts that wait, if nobody gives up."""
    load = np.asarray(load, dtype=float)
    return waits_of(blocked(load, positions), load, positions)


def mean_wait(load: Floats | float, positions: int, effort_s: float) -> Floats:
    """Seconds that a contact waits on the mean, those that don't wait among them. Endless where the load is too large."""
    load = np.asarray(load, dtype=float)
    free = positions - load
    return np.where(free > 0, waits(load, positions) * effort_s / np.where(free > 0, free, 1), np.inf)  # fmt: skip


def within(load: Floats | float, positions: int, effort_s: float, seconds: float) -> Floats:
    """The share that is answered within so many seconds, if nobody gives up."""
    load = np.asarray(load, dtype=float)
    share = 1 - waits(load, positions) * np.exp(-np.maximum(positions - load, 0) * seconds / effort_s)  # fmt: skip
    return np.where(load >= positions, 0.0, share)


def occupancy(load: float, positions: int) -> float:
    """The share of their time that people are busy."""
    return min(1.0, load / positions) if positions else 0.0


@dataclass(frozen=True, slots=True)
class Impatient:
    """What Erlang's A says of one load and number of positions."""

    waits: float
    """Share that isn't answered at once."""
    gives_up: float
    """Share that leaves before it is answered."""
    mean_wait_s: float
    """Of all, until answered or gone."""
    within: float
    """Share that is answered within the seconds asked for."""
    occupancy: float


def with_patience(
    load: float, positions: int, effort_s: float, patience_s: float, seconds: float
) -> Impatient:
    """Erlang A. `patience_s`: how long customers wait on the mean before they give up; at least one position."""
    if load <= NOTHING:
        return Impatient(0.0, 0.0, 0.0, 1.0, 0.0)
    rate, service = load / effort_s, positions / effort_s

    def exponent(time: Floats) -> Floats:
        """The logarithm of the density of the wait that is ahead of somebody without end to their patience."""
        return np.asarray(-rate * patience_s * np.expm1(-time / patience_s) - service * time)

    peak_at = max(0.0, patience_s * np.log(rate / service))
    peak = float(exponent(np.array(peak_at)))
    end = last(rate, service, patience_s, peak_at, peak)
    cuts = np.unique(np.concatenate([np.linspace(0, end, PARTS + 1), [min(seconds, end), peak_at]]))
    half = np.diff(cuts)[:, None] / 2
    time = cuts[:-1, None] + half * (1 + NODES)
    lost = float(blocked(load, positions - 1))
    density = lost * rate * np.exp(exponent(time) - peak) * half * WEIGHTS
    stays = np.exp(-time / patience_s)
    idle = float(np.exp(-peak))
    whole = idle + density.sum()
    answered = (density * stays).sum(axis=1)[cuts[1:] <= seconds].sum()
    gives_up = float((density * (1 - stays)).sum() / whole)
    return Impatient(
        float(density.sum() / whole), gives_up, gives_up * patience_s,
        float((idle + answered) / whole), load * (1 - gives_up) / positions,
    )  # fmt: skip


def last(rate: float, service: float, patience_s: float, peak_at: float, peak: float) -> float:
    """A time from which on the integrand is next to nothing."""
    step = 1 / service
    while (
        -rate * patience_s * np.expm1(-(peak_at + step) / patience_s) - service * (peak_at + step)
        > peak - GONE
    ):
        step *= 1.3
    return float(peak_at + step)
