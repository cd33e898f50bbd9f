"""Two functions of mathematics that numpy lacks: the normal and the gamma distribution's shares below a value."""

from math import erf, lgamma, log, sqrt

import numpy as np

from coterie.planning.demand.model import Floats

CLOSE = 1e-12
MOST = 10_000


def normal_below(value: Floats) -> Floats:
    """The share of a standard normal distribution below each value."""
    return np.array([0.5 * (1 + erf(each / sqrt(2))) for each in value])


def gamma_below(shape: float, value: Floats) -> Floats:
    """The share of a gamma distribution of scale 1 below each value, to some twelve digits.

    A series below `shape + 1`, a continued fraction above (Abramowitz and Stegun 1964, 6.5.29 and 6.5.31).
    """
    return np.array([one_below(shape, float(each)) for each in value])


def one_below(shape: float, x: float) -> float:
    if x <= 0:
        return 0.0
    front = float(np.exp(shape * log(x) - x - lgamma(shape)))
    return front * series(shape, x) if x < shape + 1 else 1 - front * fraction(shape, x)


def series(shape: float, x: float) -> float:
    term = total = 1 / shape
    for n in range(1, MOST):
        term *= x / (shape + n)
        total += term
        if term < total * CLOSE:
            break
    return total


def fraction(shape: float, x: float) -> float:
    """By Lentz's method (1976)."""
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    value = d
    for n in range(1, MOST):
        a = -n * (n - shape)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        value *= c * d
        if abs(c * d - 1) < CLOSE:
            break
    return value
