"""Erlang's formulas against another's, against chains of birth and death, and against what the model promises of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyworkforce.queuing import ErlangC  # type: ignore[import-untyped]

from coterie.planning.demand.model import Floats
from coterie.planning.headcount import erlang

EFFORT = 600.0


def of_chain(load: float, positions: int, leaving: float) -> Floats:
    """Shares of time with 0, 1, 2, ... contacts there, by balance of flows; who waits leaves at this rate (per effort)."""
    most = positions + 4000
    logs = [0.0]
    for there in range(1, most):
        out = min(there, positions) + max(there - positions, 0) * leaving
        logs.append(logs[-1] + np.log(load / out))
        if there > positions + load and logs[-1] < max(logs) - 60:
            break
    shares = np.exp(np.array(logs) - max(logs))
    return np.asarray(shares / shares.sum())


@settings(deadline=None)
@given(st.floats(0.05, 0.97), st.integers(1, 300))
def test_erlang_c_is_the_chains(busy: float, positions: int) -> None:
    load = busy * positions
    shares = of_chain(load, positions, 0.0)
    there = np.arange(len(shares))
    queue = (shares * np.maximum(there - positions, 0)).sum()
    assert erlang.waits(load, positions) == pytest.approx(shares[positions:].sum(), abs=1e-6)
    assert erlang.mean_wait(load, positions, EFFORT) == pytest.approx(queue * EFFORT / load, rel=1e-4, abs=1e-9)  # fmt: skip


@given(st.floats(0.05, 2), st.integers(1, 300))
def test_erlang_b_is_the_chain_that_ends_at_the_last_position(busy: float, positions: int) -> None:
    load = busy * positions
    logs = np.cumsum(np.log(load / np.arange(1, positions + 1)))
    shares = np.exp(np.append(0, logs) - max(0, logs.max()))
    assert erlang.blocked(load, positions) == pytest.approx(shares[-1] / shares.sum(), rel=1e-9, abs=1e-300)  # fmt: skip


@settings(deadline=None)
@given(st.floats(1, 200), st.floats(60, 900), st.floats(5, 120), st.integers(1, 30))
def test_pyworkforce_says_the_same(load: float, effort: float, seconds: float, more: int) -> None:
    positions = int(load) + more
    theirs = ErlangC(transactions=load * 60 / (effort / 60), aht=effort / 60, asa=seconds / 60, interval=60)  # fmt: skip
    assert erlang.waits(load, positions) == pytest.approx(theirs.waiting_probability(positions=positions), abs=1e-6)  # fmt: skip
    assert erlang.within(load, positions, effort, seconds) == pytest.approx(theirs.service_level(positions=positions), abs=1e-6)  # fmt: skip


@settings(deadline=None, max_examples=80)
@given(st.floats(0.1, 2.5), st.integers(1, 120), st.floats(5, 3000))
def test_erlang_a_is_the_chain_in_which_people_leave(busy: float, positions: int, patience: float) -> None:  # fmt: skip
    load = busy * positions
    shares = of_chain(load, positions, EFFORT / patience)
    there = np.arange(len(shares))
    queue = (shares * np.maximum(there - positions, 0)).sum()
    found = erlang.with_patience(load, positions, EFFORT, patience, 20)
    assert found.waits == pytest.approx(shares[positions:].sum(), abs=1e-5)
    assert found.mean_wait_s == pytest.approx(queue * EFFORT / load, rel=1e-3, abs=1e-4)
    assert found.gives_up == pytest.approx(queue * EFFORT / patience / load, rel=1e-3, abs=1e-6)
    assert found.occupancy == pytest.approx((shares * np.minimum(there, positions)).sum() / positions, rel=1e-4)  # fmt: skip


@settings(deadline=None, max_examples=20)
@given(st.floats(0.5, 1.6), st.integers(1, 12), st.floats(30, 600), st.floats(5, 90))
def test_who_is_answered_in_time_is_the_chains_too(busy: float, positions: int, patience: float, seconds: float) -> None:  # fmt: skip
    """Somebody who finds k waiting moves up at n + k leaving rates while their own patience lasts: a chain with an end."""
    load = busy * positions
    shares = of_chain(load, positions, EFFORT / patience)
    number = len(shares) - positions
    move = positions / EFFORT + np.arange(number) / patience
    step, rate = 0, float(move.max() + 1 / patience)
    place, answered = shares[positions:].copy(), 0.0
    weight = total = np.exp(-rate * seconds)
    arrived = [0.0]
    while total < 1 - 1e-9 and step < 200_000:
        moved = place * move / rate
        answered += moved[0]
        place = place * (1 - move / rate - 1 / patience / rate)
        place[:-1] += moved[1:]
        arrived.append(answered)
        step += 1
        weight *= rate * seconds / step
        total += weight
    steps = np.arange(len(arrived))
    logs = steps * np.log(rate * seconds) - rate * seconds - np.append(0, np.cumsum(np.log(np.maximum(steps[1:], 1))))  # fmt: skip
    in_time = shares[:positions].sum() + (np.exp(logs) * np.array(arrived)).sum()
    assert erlang.with_patience(load, positions, EFFORT, patience, seconds).within == pytest.approx(in_time, abs=2e-4)  # fmt: skip


def test_endless_patience_is_erlang_c() -> None:
    found = erlang.with_patience(50, 57, EFFORT, 1e8, 20)
    assert found.within == pytest.approx(float(erlang.within(50, 57, EFFORT, 20)), abs=1e-5)
    assert found.mean_wait_s == pytest.approx(float(erlang.mean_wait(50, 57, EFFORT)), rel=1e-4)


def test_too_few_positions_never_catch_up() -> None:
    assert erlang.waits(5, 5) == 1 and erlang.within(5, 5, EFFORT, 20) == 0
    assert erlang.mean_wait(5, 4, EFFORT) == np.inf
    assert erlang.blocked(5, 0) == 1 and erlang.occupancy(5, 4) == 1


@pytest.mark.parametrize("load", [5_000.0, 20_000.0])
def test_thousands_of_positions_stay_exact(load: float) -> None:
    """Around the square-root rule of Halfin and Whitt (1981), which is a limit for large loads."""
    positions = round(load + np.sqrt(load))
    beta = (positions - load) / np.sqrt(load)
    density, below = np.exp(-(beta**2) / 2) / np.sqrt(2 * np.pi), 0.8413447
    assert erlang.waits(load, positions) == pytest.approx(1 / (1 + beta * below / density), rel=0.02)  # fmt: skip


def test_a_list_of_loads_is_answered_as_each_alone() -> None:
    loads = np.array([0.0, 3.0, 9.5, 12.0])
    for formula in (erlang.waits, erlang.blocked):
        assert formula(loads, 10).tolist() == [float(formula(load, 10)) for load in loads]
