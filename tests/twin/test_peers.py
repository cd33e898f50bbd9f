"""One small model of skill groups in three simulators: ours, ciw and simpy agree."""

from math import sqrt

import numpy as np
import pytest

from benchmarks.peers.skill_groups import Model, Seen, in_ciw, in_simpy, scenario
from coterie.twin.running import WORLDS, lived
from coterie.twin.setup.side import DAY_S, Side, side_of

MODEL = Model(groups=3, people=5, calls_s=0.011, effort_s=360.0)
DAYS, SEEDS = 4, range(12)
Z_99 = 2.58


def ours(side: Side, seed: int) -> Seen:
    episodes = lived(side, seed).has("episodes")
    answered = episodes[episodes["waited"] >= 0]
    return Seen(len(episodes), float(answered["waited"].mean()), float((answered["hops"] > 0).mean()))  # fmt: skip


def agree(a: list[float], b: list[float]) -> bool:
    """Whether two means differ by no more than chance lets them, in 99 of 100 cases."""
    spread = sqrt(np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b))
    return abs(float(np.mean(a) - np.mean(b))) <= 1.15 * Z_99 * spread


@pytest.fixture(scope="module")
def own() -> list[Seen]:
    side = side_of(scenario(MODEL, DAYS), WORLDS["groups"])
    return [ours(side, seed) for seed in SEEDS]


@pytest.mark.parametrize("peer", [in_ciw, in_simpy])
def test_calls_waits_and_transfers_are_those_of_another_simulator(own: list[Seen], peer: type) -> None:  # fmt: skip
    seen = [peer(MODEL, DAYS * DAY_S / 4, 100 + seed) for seed in SEEDS]
    for name, theirs in (("wait_s", "wait_s"), ("passed_on", "passed_on")):
        assert agree([getattr(each, name) for each in own], [getattr(each, theirs) for each in seen]), name  # fmt: skip
    rates = [each.calls / DAYS for each in own], [each.calls * 4 / DAYS for each in seen]
    assert agree([float(x) for x in rates[0]], [float(x) for x in rates[1]])


def test_a_longer_wait_would_be_seen(own: list[Seen]) -> None:
    """The comparison can fail: one person less in each group is noticed."""
    side = side_of(scenario(Model(3, 4, 0.0105, 360.0), DAYS), WORLDS["groups"])
    fewer = [ours(side, seed) for seed in SEEDS]
    assert not agree([each.wait_s for each in own], [each.wait_s for each in fewer])
