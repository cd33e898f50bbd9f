"""Buddies: far away, with busy days at other times, nobody's more than two; and what communities are called."""

from itertools import combinations
from random import Random

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.planning.plan import PlannedArea, PlannedCommunity
from coterie.planning.territories.buddies import improved, matched, with_buddies
from coterie.planning.territories.model import Demand
from coterie.planning.territories.names import named


def line(count: int, hazards: list[float] | None = None) -> tuple[list[PlannedCommunity], dict[str, PlannedArea]]:  # fmt: skip
    """Communities of one area each, 222 km apart in a line."""
    areas = {
        str(at): PlannedArea(str(at), f"Town {at}", 2.0 * at, 0.0, 10, hazard=hazards[at] if hazards else None)
        for at in range(count)
    }  # fmt: skip
    return [PlannedCommunity(f"c{at:02}", "", (str(at),), 10, 0.0) for at in range(count)], areas


@given(st.integers(2, 15))
def test_everybody_has_a_buddy_and_nobody_is_that_of_more_than_two(count: int) -> None:
    communities, areas = line(count)
    adjacency = [(str(at), str(at + 1)) for at in range(count - 1)]
    given, told = with_buddies(communities, areas, adjacency, None)
    buddies = [each.buddy for each in given]
    assert all(each.buddy not in (None, each.id) for each in given)
    assert max(buddies.count(one) for one in buddies) <= 2
    place = {each.id: at for at, each in enumerate(given)}
    near = [each.id for each in given if abs(place[each.id] - place[each.buddy or ""]) < 2]
    assert told["too_near"] == near
    assert count < 4 or not near


def test_one_alone_has_none() -> None:
    communities, areas = line(1)
    assert with_buddies(communities, areas, [], None) == (communities, {})


def test_busy_days_at_the_same_time_keep_two_apart() -> None:
    """Four far from each other, of which 0 and 1, 2 and 3 are busy on the same days."""
    communities, areas = line(12)
    some = communities[::4] + communities[-1:]
    random = Random(4)
    days = tuple(f"2026-01-{day:02}" for day in range(1, 29))
    storm = [random.choice([0.0, 30.0]) for _ in days]
    shared = {some[0].areas[0]: storm, some[1].areas[0]: storm}
    other = {some[2].areas[0]: storm[::-1], some[3].areas[0]: storm[::-1]}
    contacts = {area: tuple(20 + more for more in extra) for area, extra in {**shared, **other}.items()}  # fmt: skip
    given, told = with_buddies(some, areas, [], Demand(days, contacts))
    assert {each.buddy for each in given[:2]} == {given[2].id, given[3].id}
    assert told["by"] == ["demand", "distance"]
    assert all(pair["correlation"] < 0 for pair in told["pairs"])


def test_two_that_are_both_exposed_are_no_buddies() -> None:
    communities, areas = line(8, [0.9, 0, 0, 0.9, 0, 0, 0, 0])
    given, told = with_buddies(communities, areas, [], None)
    assert given[0].buddy != "c03"
    assert told["by"] == ["hazard", "distance"]


@given(st.integers(2, 7), st.integers(0, 1000))
def test_exchanging_leaves_no_two_pairs_that_would_rather_swap(count: int, seed: int) -> None:
    random = numpy.random.default_rng(seed)
    total = random.random((2 * count, 2 * count))
    total = total + total.T
    mates = improved(total, matched(total))
    assert all(mates[mates[one]] == one for one in range(2 * count))
    pairs = [(one, two) for one, two in enumerate(mates) if one < two]
    for (a, b), (c, d) in combinations(pairs, 2):
        now = total[a, b] + total[c, d]
        assert now <= min(total[a, c] + total[b, d], total[a, d] + total[b, c]) + 1e-9


@pytest.mark.parametrize(
    ("towns", "names"),
    [
        ([("Perth", 1), ("Broome", 2)], ["Perth", "Broome"]),
        ([("Perth", 5), ("Perth", 1)], ["Perth North", "Perth South"]),
        ([("Perth", 5), ("Perth", 1), ("Perth", 3)], ["Perth 1", "Perth 2", "Perth 3"]),
        ([("", 5), ("", 1)], ["0 North", "1 South"]),
    ],
)
def test_every_name_is_one_of_a_kind(towns: list[tuple[str, float]], names: list[str]) -> None:
    found = named([[PlannedArea(str(at), town, lat, 9.0, 10)] for at, (town, lat) in enumerate(towns)])  # fmt: skip
    assert len(set(found)) == len(found)
    if towns[0][0]:
        assert found == names
