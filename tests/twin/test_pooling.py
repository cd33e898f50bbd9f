"""What dedication costs: the table of the operating model, by formula and by the twin, within its noise."""

from math import exp, sqrt

import numpy as np
import pytest

from coterie.planning.headcount import erlang
from coterie.twin.running import WORLDS, lived
from coterie.twin.setup.side import DAY_S, side_of
from tests.twin.operations import queue

EFFORT_S, WITHIN_S = 600.0, 20.0
SEEDS, T_99 = range(12), 3.106


def within(servers: int, load: float) -> float:
    """Erlang C: answered in 20 s."""
    return float(1 - erlang.waits(load, servers) * exp(-(servers - load) * WITHIN_S / EFFORT_S))


@pytest.mark.parametrize(
    ("units", "each", "more"),
    [(1, 1_021, 0.0), (20, 57, 0.117), (25, 47, 0.151)],
)
def test_so_many_people_answer_four_of_five_calls_in_time(units: int, each: int, more: float) -> None:  # fmt: skip
    """1,000 erlang in one pool, in 20 and in 25 communities; one person less in each would not do."""
    load = 1_000.0 / units
    assert units * each / 1_021 - 1 == pytest.approx(more, abs=0.0006)
    assert within(each, load) >= 0.8 > within(each - 1, load)
    scenario = queue(each, load * 3600 / EFFORT_S, EFFORT_S, units=units, days=2)
    side = side_of(scenario, WORLDS["communities"])
    shares = []
    for seed in SEEDS:
        episodes = lived(side, seed).has("episodes")
        counted = episodes[(episodes["opened"] > 0.3 * DAY_S) & (episodes["waited"] >= 0)]
        shares.append(float((counted["waited"] <= WITHIN_S).mean()))
    half = T_99 * float(np.std(shares, ddof=1)) / sqrt(len(shares))
    assert abs(float(np.mean(shares)) - within(each, load)) <= half
