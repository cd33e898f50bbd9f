"""Fits find again what was drawn, say how near they are, and don't pretend."""

from math import exp, lgamma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.planning.demand import patience
from coterie.planning.demand.fits import assumed, digamma, fitted, trigamma
from coterie.planning.demand.model import Bools, Floats
from coterie.planning.demand.patience import kaplan_meier
from coterie.planning.demand.special_functions import gamma_below, normal_below


@settings(max_examples=30, deadline=None)
@given(st.floats(3, 7), st.floats(0.5, 1.2), st.integers(0, 2**16))
def test_a_lognormal_is_found(mu: float, sigma: float, seed: int) -> None:
    found = fitted(np.random.default_rng(seed).lognormal(mu, sigma, 8000))
    assert found and found.kind == "lognormal" and found.source == "fitted" and found.n == 8000
    assert found.params["mu"] == pytest.approx(mu, abs=0.1)
    assert found.params["sigma"] == pytest.approx(sigma, rel=0.08)
    assert found.mean_s == pytest.approx(exp(mu + sigma**2 / 2), rel=0.15)
    assert found.ks is not None and found.ks < 0.04


@settings(max_examples=30, deadline=None)
@given(st.floats(0.6, 2.5), st.floats(50, 900), st.integers(0, 2**16))
def test_a_gamma_is_found(shape: float, scale: float, seed: int) -> None:
    found = fitted(np.random.default_rng(seed).gamma(shape, scale, 8000))
    assert found and found.kind == "gamma"
    assert found.params["shape"] == pytest.approx(shape, rel=0.12)
    assert found.mean_s == pytest.approx(shape * scale, rel=0.08)


def test_what_no_formula_meets_is_kept_as_it_was() -> None:
    values = np.array([60.0] * 300 + [2700.0] * 300)
    found = fitted(values)
    assert found and found.kind == "empirical" and found.mean_s == 1380
    assert found.params["quantiles"][0] == 60 and found.params["quantiles"][-1] == 2700
    assert min(found.params["rejected"].values()) > 0.1


def test_few_or_wrong_values_are_no_fit() -> None:
    assert fitted(np.full(29, 5.0)) is None
    assert fitted(np.array([0.0, -3.0, np.nan, np.inf] * 20)) is None
    same = fitted(np.full(300, 120.0))
    assert same and same.mean_s == pytest.approx(120)


def test_an_assumption_is_called_one() -> None:
    found = assumed(600)
    assert (found.source, found.n, found.mean_s) == ("assumed", 0, 600)
    assert exp(found.params["mu"] + found.params["sigma"] ** 2 / 2) == pytest.approx(600)


@given(st.floats(0.3, 60), st.floats(0.01, 150))
def test_the_gamma_distribution_adds_up_its_density(shape: float, value: float) -> None:
    """Against a sum over a fine grid, below a shape of 2 of u = t^shape, whose density has no peak at 0."""
    grid = (np.arange(40_000) + 0.5) / 40_000
    if shape < 2:
        value = min(value, 20)
        summed = np.exp(-value * grid ** (1 / shape)).mean() * value**shape / exp(lgamma(shape + 1))
    else:
        time = value * grid
        summed = np.exp((shape - 1) * np.log(time) - time - lgamma(shape)).mean() * value
    assert gamma_below(shape, np.array([value]))[0] == pytest.approx(summed, abs=2e-4)


def test_the_normal_distribution_is_the_known_one() -> None:
    assert normal_below(np.array([0, 1.959963985, -1.644853627])).round(9).tolist() == [0.5, 0.975, 0.05]  # fmt: skip


@given(st.floats(0.05, 200))
def test_digamma_and_trigamma_are_slopes(x: float) -> None:
    step = 1e-5 * x
    assert digamma(x) == pytest.approx((lgamma(x + step) - lgamma(x - step)) / (2 * step), rel=1e-4, abs=1e-5)  # fmt: skip
    assert trigamma(x) == pytest.approx((digamma(x + step) - digamma(x - step)) / (2 * step), rel=1e-4)  # fmt: skip


def drawn(seed: int, shape: float, mean: float, wait: float) -> tuple[Floats, Bools]:  # fmt: skip
    rng = np.random.default_rng(seed)
    patient, served = mean * rng.weibull(shape, 6000), rng.exponential(wait, 6000)
    return np.minimum(patient, served), patient < served


@settings(max_examples=20, deadline=None)
@given(st.floats(60, 600), st.floats(30, 200), st.integers(0, 2**16))
def test_patience_is_found_behind_those_who_were_served_in_time(mean: float, wait: float, seed: int) -> None:  # fmt: skip
    found = patience.fitted(*drawn(seed, 1.0, mean, wait))
    assert found and found.source == "fitted"
    assert found.exponential_mean_s == pytest.approx(mean, rel=0.2)
    assert found.distance is not None and found.distance < 0.2


def test_patience_that_ages_is_a_weibull() -> None:
    found = patience.fitted(*drawn(1, 2.0, 120, 100))
    assert found and found.kind == "weibull"
    assert found.shape == pytest.approx(2, rel=0.1)
    assert found.scale_s == pytest.approx(120, rel=0.05)
    assert found.mean_s == pytest.approx(106, rel=0.05)
    assert found.distance is not None and found.distance < 0.03


def test_without_anybody_who_gave_up_nothing_is_known() -> None:
    assert patience.fitted(np.full(1000, 30.0), np.zeros(1000, dtype=bool)) is None
    assert patience.assumed(90).source == "assumed"


@given(st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=1, max_size=30))
def test_kaplan_and_meier_by_hand(observed: list[tuple[int, bool]]) -> None:
    waits = np.array([float(wait) for wait, _ in observed])
    times, left = kaplan_meier(waits, np.array([gone for _, gone in observed]))
    there = 1.0
    for time, share in zip(times, left, strict=True):
        at_risk = sum(wait >= time for wait, _ in observed)
        there *= 1 - sum(wait == time and gone for wait, gone in observed) / at_risk
        assert share == pytest.approx(there)
