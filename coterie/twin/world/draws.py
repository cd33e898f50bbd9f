"""Chance without a stream: each number belongs to a case and a question, so both worlds meet the same customers.

A number is a hash (SplitMix64, Steele, Lea and Flood 2014) of the seed, who it is about, which question, and how often it
was asked. Nothing has to be drawn in order, so what one world asks never shifts what the other gets.
"""

from math import exp, log, sqrt

import numpy as np

from coterie.twin.world.compiled import compiled

# Questions.
GAP, CELL, TOPIC_OF, WHO, EFFORT, PATIENCE, TURNS, THINKS, LATER, SOLVED, AGAIN_, AGAIN_S, REDIAL, REDIAL_S = range(14)  # fmt: skip
OFFERED, FIRST_GROUP, STAYS, NEXT_GROUP, HELP, THINKS_LONG, AGAIN_FIRST, AGAIN_NEXT, BACK = range(
    14, 23
)

ODD = np.uint64(0x9E3779B97F4A7C15)
A, B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
ABOUT, ASKED, TIMES = np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F), np.uint64(0xE7037ED1A0B428DB)  # fmt: skip
S27, S30, S31, S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
UNIT = 1.0 / (1 << 53)


@compiled
def uniform(seed, about, question, times):
    """In (0, 1)."""
    x = (
        seed
        + ODD
        + np.uint64(about) * ABOUT
        + np.uint64(question) * ASKED
        + np.uint64(times) * TIMES
    )
    x = (x ^ (x >> S30)) * A
    x = (x ^ (x >> S27)) * B
    x = x ^ (x >> S31)
    x = (x ^ (x >> S30)) * A
    x = x ^ (x >> S27)
    return (float(x >> S11) + 0.5) * UNIT


@compiled
def exponential(seed, about, question, times, mean):
    return -mean * log(uniform(seed, about, question, times))


@compiled
def normal_quantile(p):
    """The standard normal's quantile, to 1e-9 (Acklam 2003)."""
    if p < 0.02425:
        q = sqrt(-2 * log(p))
        return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783) / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)  # fmt: skip
    if p > 1 - 0.02425:
        return -normal_quantile_low(1 - p)
    q = p - 0.5
    r = q * q
    return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r + 1.383577518672690e+02) * r - 3.066479806614716e+01) * r + 2.506628277459239) * q / (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r + 6.680131188771972e+01) * r - 1.328068155288572e+01) * r + 1)  # fmt: skip


@compiled
def normal_quantile_low(p):
    q = sqrt(-2 * log(p))
    return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783) / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)  # fmt: skip


@compiled
def lognormal(seed, about, question, times, mu, sigma):
    return exp(mu + sigma * normal_quantile(uniform(seed, about, question, times)))


@compiled
def of_table(quantiles, p):
    """The value at p of equally spaced quantiles, the first at 0, the last at 1; between them on a line."""
    place = p * (len(quantiles) - 1)
    below = int(place)
    return quantiles[below] + (place - below) * (quantiles[below + 1] - quantiles[below])


@compiled
def pick(cumulative, p):
    """The first index whose cumulative share is above p times the whole."""
    low, high = 0, len(cumulative) - 1
    wanted = p * cumulative[high]
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle] > wanted:
            high = middle
        else:
            low = middle + 1
    return low
