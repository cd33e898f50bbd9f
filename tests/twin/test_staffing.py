"""How many people the same service needs: against Erlang's formula, and what pools need less than parts."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.headcount import erlang
from coterie.twin.scenario import Group, Scenario, Topic
from coterie.twin.staffing import HELD, Asked, people_needed, shared_out, smallest, with_people
from tests.twin.operations import operation, queue

EFFORT_S, PROMISE_S, LEVEL = 600.0, 20.0, 0.8


def found(scenario: Scenario, level: float | None, *, held: str = "calls", replications: int = 5) -> dict[str, Any]:  # fmt: skip
    return people_needed(scenario, 1, replications, Asked(held, level), lambda done, total: None)


def people(result: dict[str, Any], world: str) -> float:
    return float(result["worlds"][world]["figures"]["people"]["value"])


def erlangs(load: float) -> int:
    """The fewest who answer four of five calls in 20 s."""
    positions = int(load) + 1
    while erlang.within(load, positions, EFFORT_S, PROMISE_S) < LEVEL:
        positions += 1
    return positions


def calls(servers: int, load: float, *, units: int = 1) -> Scenario:
    """M/M/c for 20 days, the first not counted; `load` in erlang, of each unit."""
    scenario = queue(servers, load * 3600 / EFFORT_S, EFFORT_S, units=units, days=20)
    return replace(scenario, warm_up_days=1)


@given(st.integers(1, 400), st.integers(0, 400), st.integers(0, 900), st.integers(1, 9), st.data())
def test_the_smallest_that_meets_is_found_by_halving(low: int, more: int, least: int, fine: int, data: st.DataObject) -> None:  # fmt: skip
    high, tried = low + more, []
    start = data.draw(st.integers(low, high))

    def meets(number: int) -> bool:
        assert low <= number <= high and number not in tried
        tried.append(number)
        return number >= least

    found = smallest(meets, low, high, start, fine)
    if least > high:
        assert found is None
    else:
        assert found is not None and found in tried and meets_within(found, max(least, low), fine)
    assert len(tried) <= 7 + 2 * more.bit_length()


def meets_within(found: int, wanted: int, fine: int) -> bool:
    return wanted <= found < wanted + fine


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(0, 200))
def test_people_are_shared_out_as_today_and_one_more_takes_nobody_away(sizes: list[int], more: int) -> None:  # fmt: skip
    assert shared_out(sizes, sum(sizes)) == sizes
    some, next_ = (shared_out(sizes, len(sizes) + n) for n in (more, more + 1))
    assert sum(some) == len(sizes) + more and min(some) >= 1
    assert all(b >= a for a, b in zip(some, next_, strict=True))


@pytest.mark.parametrize("load", [8.0, 25.0])
def test_one_group_needs_what_erlang_c_says(load: float) -> None:
    """Both worlds are one queue here, and both recover the formula within a person."""
    result = found(calls(erlangs(load) + 4, load), LEVEL)
    for world in ("groups", "communities"):
        assert people(result, world) == pytest.approx(erlangs(load), abs=1.0), world
        assert result["worlds"][world]["figures"]["within_promise"]["value"] >= LEVEL
    assert not result["differences"]["people"]["stands_out"]


def test_two_groups_need_more_people_than_one_community_of_both() -> None:
    load = 6.0
    one = calls(2 * erlangs(load), 2 * load)
    topics = tuple(Topic(name, {"voice": 1.0}, {"kind": "exponential", "mean_s": EFFORT_S}, 1.0) for name in ("bill", "line"))  # fmt: skip
    groups = tuple(Group(each.name, (each.name,), True, False, erlangs(load)) for each in topics)
    result = found(replace(one, topics=topics, groups=groups), LEVEL)
    assert people(result, "groups") == pytest.approx(2 * erlangs(load), abs=1.0)
    assert people(result, "communities") == pytest.approx(erlangs(2 * load), abs=1.0)
    difference = result["differences"]["people"]
    assert difference["stands_out"] and difference["better"] == "communities"
    assert result["relative"]["people"]["high"] < 0
    costs = result["differences"]["cost_per_solved"]
    assert costs["stands_out"] and costs["better"] == "communities"


def test_many_small_communities_need_more_people_than_one_group_of_all() -> None:
    """What dedication costs, the other way round."""
    result = found(calls(erlangs(5.0), 5.0, units=4), LEVEL)
    assert people(result, "groups") == pytest.approx(erlangs(20.0), abs=1.0)
    assert people(result, "communities") == pytest.approx(4 * erlangs(5.0), abs=2.0)
    assert result["differences"]["people"]["better"] == "groups"


@pytest.mark.parametrize("held", HELD)
def test_todays_groups_need_todays_people_for_todays_service(held: str) -> None:
    """An operation with shifts, menus and messages: far fewer would be worse, and the other world is held to the same."""
    scenario = operation(days=14, contacts=14.0)
    result = found(scenario, None, held=held, replications=3)
    now = result["worlds"]["groups"]["today"]
    assert now == sum(each.experts or 0 for each in scenario.groups)
    assert all(0.95 * now <= each <= now for each in result["each"]["groups"])
    for world in ("groups", "communities"):
        figures = result["worlds"][world]["figures"]
        assert figures[HELD[held]]["value"] >= result["asked"]["within"] - 1e-9
        assert figures["abandoned"]["value"] <= result["asked"]["abandoned"] + 1e-9
        assert figures["cost_per_solved"]["value"] > figures["cost_per_case"]["value"]


def test_a_headcount_comes_again_with_the_same_seed() -> None:
    scenario = calls(14, 8.0)
    assert found(scenario, LEVEL, replications=2) == found(scenario, LEVEL, replications=2)
    assert found(scenario, 0.9, replications=2)["each"] != found(scenario, 0.6, replications=2)["each"]  # fmt: skip


@pytest.mark.parametrize(
    ("scenario", "level", "named"),
    [
        (calls(8, 20.0), LEVEL, "Even 2 times today's people in skill groups don't reach 80.0% of calls answered within the promise"),
        (calls(80, 10.0), LEVEL, "0.25 times today's people in skill groups reach 80.0%"),
        (replace(calls(8, 5.0), groups=()), None, "no skill groups"),
        (calls(8, 5.0), 80.0, "between 0 and 1"),
        (replace(calls(8, 5.0), groups=(Group("all", ("any",), True, False, None, stay_s=(60.0, 90.0)),)), LEVEL, "nobody knows how many"),
        (replace(calls(8, 5.0), communities=tuple(replace(each, contacts_day={"email": 9.0}) for each in calls(8, 5.0).communities)), LEVEL, "Nobody calls"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_said(scenario: Scenario, level: float | None, named: str) -> None:  # fmt: skip
    with pytest.raises(Invalid, match=named):
        found(scenario, level, replications=2)


def test_communities_alone_can_be_held_to_a_level() -> None:
    result = found(replace(calls(14, 8.0), groups=()), LEVEL, replications=2)
    assert set(result["worlds"]) == {"communities"} and result["differences"] == {}


def test_only_the_world_that_is_scaled_changes() -> None:
    scenario = operation(days=7)
    fewer = with_people(scenario, "communities", 90)
    assert sum(each.experts for each in fewer.communities) == 90
    assert fewer.groups == scenario.groups
