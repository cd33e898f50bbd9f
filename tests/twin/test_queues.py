"""The engine against queues whose answers are known: birth and death chains, another simulator, itself."""

from dataclasses import replace
from math import sqrt
from typing import NamedTuple

import numpy as np
import pytest

from coterie.twin.comparing import compared
from coterie.twin.running import WORLDS, lived, outcome
from coterie.twin.scenario import Scenario
from coterie.twin.setup.side import DAY_S, Side, rules_of, side_of
from coterie.twin.world.columns import ABANDONED
from coterie.twin.world.communities import patience
from tests.twin.operations import operation, queue

SEEDS = range(20)
T_99 = 2.861
"""The 0.995 quantile of Student's distribution with 19 degrees of freedom."""


class Known(NamedTuple):
    """What a queue comes to in the long run."""

    waits: float
    mean_wait_s: float
    abandoned: float


def chain(servers: int, arrivals: float, serves: float, gives_up: float = 0.0) -> Known:
    """M/M/c+M by its birth and death chain, rates a second; nobody gives up where that rate is 0."""
    weights, state = [1.0], 0
    while state < servers or weights[-1] > 1e-15 * sum(weights):
        state += 1
        leaves = min(state, servers) * serves + max(0, state - servers) * gives_up
        weights.append(weights[-1] * arrivals / leaves)
    shares = np.array(weights) / sum(weights)
    queued = float((shares * np.maximum(np.arange(len(shares)) - servers, 0)).sum())
    return Known(float(shares[servers:].sum()), queued / arrivals, gives_up * queued / arrivals)


def is_inside(values: list[float], truth: float) -> bool:
    """Whether the 99% interval over the runs holds the truth."""
    half = T_99 * float(np.std(values, ddof=1)) / sqrt(len(values))
    return abs(float(np.mean(values)) - truth) <= half


def runs(scenario: Scenario, world: str) -> list[Known]:
    """Each seed's run, the first tenth left out."""
    side = side_of(scenario, WORLDS[world])
    return [run(side, seed) for seed in SEEDS]


def run(side: Side, seed: int) -> Known:
    episodes = lived(side, seed).has("episodes")
    counted = (episodes["opened"] >= side.scenario.days * DAY_S / 10) & (episodes["waited"] >= 0)
    waits, left = episodes["waited"][counted], episodes["state"][counted] == ABANDONED
    return Known(float((waits > 1e-6).mean()), float(waits.mean()), float(left.mean()))


@pytest.mark.parametrize("world", list(WORLDS))
@pytest.mark.parametrize(("servers", "erlang"), [(50, 45.0), (13, 10.0)])
def test_a_queue_waits_as_erlang_c_says(world: str, servers: int, erlang: float) -> None:
    known = chain(servers, erlang / 600, 1 / 600)
    found = runs(queue(servers, erlang * 6, 600.0, days=10), world)
    assert is_inside([each.waits for each in found], known.waits)
    assert is_inside([each.mean_wait_s for each in found], known.mean_wait_s)


@pytest.mark.parametrize("world", list(WORLDS))
def test_callers_without_patience_leave_as_erlang_a_says(world: str) -> None:
    known = chain(20, 22 / 600, 1 / 600, 1 / 180)
    found = runs(queue(20, 22 * 6, 600.0, patience_s=180.0, days=10), world)
    assert is_inside([each.abandoned for each in found], known.abandoned)
    assert is_inside([each.waits for each in found], known.waits)
    assert is_inside([each.mean_wait_s for each in found], known.mean_wait_s)


@pytest.mark.parametrize("shape", [0.6, 1.0, 1.5])
def test_patience_is_the_mean_whatever_its_shape(shape: float) -> None:
    scenario = queue(20, 22 * 6, 600.0, patience_s=180.0)
    shaped = replace(scenario, assumptions=replace(scenario.assumptions, patience_shape=shape))
    rules = rules_of(shaped, WORLDS["communities"])
    chances = (np.arange(20_000) + 0.5) / 20_000
    waits = [patience(each, rules["patience_scale_s"], rules["patience_shape"]) for each in chances]
    assert np.mean(waits) == pytest.approx(180.0, rel=0.01)


def test_one_large_pool_waits_less_than_many_small_ones_and_a_buddy_gives_most_of_it_back() -> None:
    """1,000 erlang in 20 communities of 57, as in the model's table: a buddy after 60 s makes 8.0 s of 21.9, 98.2% at home."""
    alone = queue(57, 300, 600.0, units=20, days=5)
    helped = queue(57, 300, 600.0, units=20, days=5, buddy=True)
    known = chain(57, 50 / 600, 1 / 600).mean_wait_s
    waits: dict[str, list[float]] = {}
    for name, scenario in (("alone", alone), ("buddy", helped)):
        side = side_of(scenario, WORLDS["communities"])
        some = [lived(side, seed).has("episodes") for seed in range(6)]
        waits[name] = [float(each["waited"][each["waited"] >= 0].mean()) for each in some]
        outside = float(np.mean([each["outside"].mean() for each in some]))
    pool = lived(side_of(alone, WORLDS["groups"]), 1).has("episodes")["waited"].mean()
    assert pool < 1.0
    assert float(np.mean(waits["alone"])) == pytest.approx(known, rel=0.1)
    assert float(np.mean(waits["buddy"])) == pytest.approx(8.0, abs=0.8)
    assert outside == pytest.approx(0.018, abs=0.002)


def test_customers_come_back_and_call_again_while_it_is_open() -> None:
    """Nobody asks for anything outside of eight to eight, so nobody who comes back finds the door shut."""
    scenario = operation(days=21, contacts=18.0)
    for world, number in WORLDS.items():
        episodes = lived(side_of(scenario, number), 5).has("episodes")
        again = episodes[episodes["number"] > 0]
        hour = again["opened"] % DAY_S / 3600
        assert len(again) > 1_000
        assert (hour >= 8).all() and (hour < 20).all(), world
        assert np.ptp(np.bincount(hour.astype(int), minlength=24)[8:20]) < len(again) / 5, world


def test_the_same_seed_gives_the_same_world_and_another_another() -> None:
    scenario = operation(days=7)
    for world, number in WORLDS.items():
        side = side_of(scenario, number)
        assert outcome(side, world, 8) == outcome(side_of(scenario, number), world, 8)
        assert outcome(side, world, 8) != outcome(side, world, 9)


def test_both_worlds_meet_the_same_customers() -> None:
    scenario = operation(days=7)
    cases = [lived(side_of(scenario, number), 4).has("cases") for number in WORLDS.values()]
    for name in ("opened", "customer", "topic", "channel", "unit"):
        assert (cases[0][name] == cases[1][name]).all(), name


def test_more_people_never_wait_longer() -> None:
    """With everybody there, and the same customers."""
    waits = [run(side_of(queue(n, 45 * 6, 600.0), WORLDS["communities"]), 3).mean_wait_s for n in (47, 50, 55)]  # fmt: skip
    assert waits[0] > waits[1] > waits[2]


def test_a_difference_stands_out_only_where_there_is_one() -> None:
    """One community of all, without menus or misroutes, is one group of all."""
    found = compared(queue(20, 18 * 6, 600.0, days=3), 1, 4, lambda done, total: None)
    assert found["differences"]["voice_wait_s"]["value"] == 0.0
    assert not any(each["stands_out"] for each in found["differences"].values())
    apart = compared(operation(days=7), 1, 4, lambda done, total: None)
    transfers = apart["differences"]["transfer_rate"]
    assert transfers["stands_out"] and transfers["better"] == "communities"


def test_time_never_goes_back_and_everything_adds_up() -> None:
    """In an overloaded week with people who come and go: no case is counted twice, nobody works longer than they are there."""
    scenario = operation(days=14, contacts=40.0)
    for world, number in WORLDS.items():
        happened = lived(side_of(scenario, number), 2, recorded=True)
        episodes, cases, experts = (happened.has(name) for name in ("episodes", "cases", "experts"))
        assert (np.diff(episodes["opened"]) >= 0).all(), world
        assert cases["episodes"].sum() == len(episodes)
        still = happened.columns["present"] == 1
        there = experts["there_s"] + np.where(still, scenario.days * DAY_S - experts["began"], 0)
        assert (experts["busy_s"] <= there + 1e-3).all(), world
        waits = episodes["waited"][episodes["waited"] >= 0]
        assert len(waits) and waits.max() <= scenario.days * DAY_S
        lines = happened.columns["lines"]
        waiting = int((episodes["line"] >= 0).sum())
        assert lines["n"].sum() == waiting, world
