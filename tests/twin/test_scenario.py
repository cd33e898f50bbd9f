"""Scenarios as documents: what is wrong is named, and nothing is lived."""

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity
from coterie.planning.trial.scenarios import scenario_of
from coterie.twin.assumptions import TABLE, Assumptions
from coterie.twin.comparing import compared, ends_of, tornado
from coterie.twin.reading import read_scenario
from coterie.twin.setup.side import side_of
from coterie.twin.words import notes_on
from coterie.twin.world.columns import COMMUNITIES, GROUPS
from tests.changed import each_changed
from tests.twin.operations import operation

GOOD: dict[str, Any] = json.loads(json.dumps(asdict(operation(days=7))))


def test_a_scenario_is_read_as_it_was_written() -> None:
    assert read_scenario(GOOD) == read_scenario(json.loads(json.dumps(asdict(read_scenario(GOOD)))))


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


def with_first(part: str, **change: Any) -> dict[str, Any]:
    first, *others = GOOD[part]
    return {**GOOD, part: [{**first, **change}, *others]}


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ([], "object"),
        (without("communities"), "communities"),
        (without("week"), "week"),
        ({**GOOD, "wek": {}}, "no wek"),
        ({**GOOD, "communities": []}, "no community"),
        ({**GOOD, "communities": ["c0"]}, "'c0'"),
        ({**GOOD, "days": 0}, "days"),
        ({**GOOD, "warm_up_days": 7}, "warm up"),
        ({**GOOD, "assumptions": {"patience": 3}}, "no assumption patience"),
        ({**GOOD, "assumptions": {"redial_share": 1.5}}, "redial_share"),
        ({**GOOD, "assumptions": {"menu_s": float("nan")}}, "menu_s"),
        ({**GOOD, "week": {"voice": [1.0]}}, "336"),
        ({**GOOD, "topics": []}, "no topic"),
        (with_first("topics", effort={"kind": "magic"}), "magic"),
        (with_first("topics", effort={"kind": "lognormal", "mean_s": 5}), "sd_s"),
        (with_first("topics", solved=2), "solved"),
        (with_first("communities", buddy="c0"), "c0"),
        (with_first("communities", buddy="c9"), "c9"),
        (with_first("communities", experts=0), "c0"),
        (with_first("communities", contacts_day={"fax": 3}), "fax"),
        (with_first("communities", id="c1"), "same id"),
        ({**GOOD, "communities": [{**each, "contacts_day": {}} for each in GOOD["communities"]]}, "Nobody asks"),
        (with_first("groups", topics=["nothing"]), "nothing"),
        ({**GOOD, "groups": GOOD["groups"][:1]}, "No group serves"),
        ({**GOOD, "surges": [{"communities": ["c7"], "from_h": 1, "to_h": 2, "factor": 3}]}, "c7"),
        ({**GOOD, "settings": {"hold_messaging_s": -1}}, "0"),
        ({**GOOD, "courses": [{"topic": "bill", "first": {"nowhere": 1}, "stays": {}, "next": {}}]}, "nowhere"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(document: Any, named: str) -> None:
    with pytest.raises(Invalid, match=named):
        compared(read_scenario(document), 1, 2, lambda done, total: None)


WEEK = GOOD["week"]["voice"]
GROUP = GOOD["groups"][0]


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({**GOOD, "days": "7"}, "`days` of the scenario is '7'; it must be a whole number"),
        ({**GOOD, "days": 7.5}, "`days` .* a whole number"),
        ({**GOOD, "groups": None}, "`groups` of the scenario is null; it must be a list"),
        (with_first("groups", experts=None), "stay_s"),
        (with_first("groups", experts=None, stay_s=[9.0, 3.0]), "fall from 9 to 3"),
        ({**GOOD, "week": [1]}, "`week`"),
        ({**GOOD, "week": {**GOOD["week"], "voice": ["x", *WEEK[1:]]}}, r"`week\.voice\[0\]`"),
        ({**GOOD, "week": {**GOOD["week"], "voice": [float("nan"), *WEEK[1:]]}}, r"`week\.voice\[0\]` .* a finite number"),
        (with_first("communities", contacts_day=[1]), "contacts_day"),
        (with_first("communities", contacts_day={"voice": "x"}), r"`communities\[0\]\.contacts_day\.voice`"),
        (with_first("communities", contacts_day={"voice": float("inf")}), "contacts_day.voice"),
        (with_first("communities", contacts_day={"voice": 1e14}), "a world holds"),
        (with_first("communities", experts=3.5), r"`communities\[0\]\.experts`"),
        (with_first("communities", customers=10**12), "more than a world holds"),
        (with_first("topics", effort={"kind": "quantiles", "s": ["x", 1]}), r"`topics\[0\]\.effort\.s\[0\]`"),
        (with_first("topics", effort={"kind": "quantiles", "s": [9, 3]}), "fall from 9 to 3"),
        (with_first("topics", effort={"kind": "quantiles", "s": [0, 0]}), "all 0"),
        ({**GOOD, "settings": {"foo": 1}}, "no setting 'foo'"),
        ({**GOOD, "fitted": [1]}, "`fitted`"),
        ({**GOOD, "surges": [{"communities": ["c0"], "from_h": 1, "to_h": 2, "factor": float("nan")}]}, r"`surges\[0\]\.factor`"),
        (with_first("topics", share={"voice": -1}), r"`topics\[0\]\.share\.voice`"),
        (with_first("topics", share={"voice": float("nan")}), r"`topics\[0\]\.share\.voice`"),
        ({**GOOD, "topics": [{**each, "share": {"voice": 1, "messaging": 0}} for each in GOOD["topics"]]}, "Customers use messaging, but no topic"),
        ({**GOOD, "topics": [*GOOD["topics"], GOOD["topics"][0]]}, "topic bill stands in the scenario twice"),
        ({**GOOD, "groups": [*GOOD["groups"], GROUP]}, "group bill calls stands in the scenario twice"),
        (with_first("groups", what=1), r"`groups\[0\]\.what` of the scenario is unknown"),
        ({**GOOD, "courses": [{"topic": "bill", "first": {"bill calls": 0.4}, "stays": {}, "next": {}}]}, "come to 0.4"),
    ],
)  # fmt: skip
def test_what_has_another_type_or_stands_twice_is_named(document: Any, named: str) -> None:
    with pytest.raises(Invalid, match=named):
        read_scenario(document)


def a_full_scenario() -> dict[str, Any]:
    """Two communities, and something in every part."""
    small = operation(communities=2, experts=8, days=1, contacts=1.0)
    document: dict[str, Any] = json.loads(json.dumps(asdict(small)))
    first, last = GOOD["groups"][0]["name"], GOOD["groups"][-1]["name"]
    document["topics"] = [
        {**each, "effort": effort}
        for each, effort in zip(
            document["topics"],
            (
                {"kind": "exponential", "mean_s": 60.0},
                {"kind": "lognormal", "mean_s": 60.0, "sd_s": 60.0},
                {"kind": "quantiles", "s": [1.0, 60.0]},
                {"kind": "exponential", "mean_s": 60.0},
            ),
            strict=True,
        )
    ]
    document["groups"][-1] |= {"experts": None, "stay_s": [1.0, 60.0], "passes_s": [1.0, 60.0]}
    return document | {
        "courses": [{"topic": "bill", "first": {first: 1.0}, "stays": {first: 0.5}, "next": {first: {last: 1.0}}}],
        "surges": [{"communities": ["c0"], "from_h": 1, "to_h": 2, "factor": 3.0}],
        "settings": {"hold_messaging_s": 60},
        "fitted": {"misroute": "by the log"},
    }  # fmt: skip


def test_a_strange_scenario_is_refused_in_words_or_both_worlds_are_set_up() -> None:
    side_of(read_scenario(a_full_scenario()), GROUPS)
    refused, lived = 0, 0
    for path, value, document in each_changed(a_full_scenario()):
        try:
            found = read_scenario(document)
        except Invalid as error:
            refused += 1
            if not error.sentence.endswith((".", "?")):
                pytest.fail(f"{path} {value!r}: {error.sentence}")
            continue
        if found.days < 8 and sum(each.experts for each in found.communities) < 100:
            lived += 1
            for world in (GROUPS, COMMUNITIES) if found.groups else (COMMUNITIES,):
                settle(found, world, f"{path} {value!r}")
    assert refused > 500 and lived > 50


def settle(scenario: Any, world: int, where: str) -> None:
    try:
        side = side_of(scenario, world)
        side.people(1)
    except Exception as error:
        raise AssertionError(where) from error
    numbers = [each for name, each in side.fixed.items() if name in ("rates", "cells", "topic_shares", "first_group", "stays", "next_group")]  # fmt: skip
    assert all(np.isfinite(each).all() and (each >= 0).all() for each in numbers), where


def test_every_assumption_has_a_value_in_its_range_and_a_reason() -> None:
    values = asdict(Assumptions())
    for name, known in TABLE.items():
        assert known.low <= values[name] <= known.high, name
        assert known.why.endswith("."), name


def test_a_result_says_whom_issue_resolution_leaves_out_where_it_is_counted() -> None:
    told = {days: any("hung up for good" in each for each in notes_on(operation(days=days))) for days in (7, 14)}  # fmt: skip
    assert told == {7: False, 14: True}


def test_a_surge_asks_more_of_those_it_hits_only_while_it_lasts() -> None:
    plain = operation(days=7)
    hit = read_scenario({**GOOD, "surges": [{"communities": ["c1"], "from_h": 34, "to_h": 40, "factor": 5}]})  # fmt: skip
    before, after = (compared(each, 1, 2, lambda done, total: None) for each in (plain, hit))
    contacts = [each["worlds"]["communities"]["figures"]["contacts"]["value"] for each in (before, after)]  # fmt: skip
    assert contacts[1] > 1.05 * contacts[0]


PLAN = Plan(
    communities=tuple(PlannedCommunity(f"c{k}", f"Town {k}", (f"{k}",), 20_000, 40_000.0, buddy=f"c{1 - k}") for k in range(2)),
    areas=tuple(PlannedArea(f"{k}", customers=20_000, contacts=40_000.0) for k in range(2)),
    adjacency=(("0", "1"),), balance=0.0, seed=1, tolerance=0.02,
)  # fmt: skip


def test_a_bare_plan_becomes_a_scenario_that_says_what_was_assumed() -> None:
    scenario, assumed = scenario_of(PLAN, days=7, warm_up_days=0)
    assert sum(each.experts for each in scenario.communities) == sum(each.experts or 0 for each in scenario.groups)  # fmt: skip
    contacts = sum(sum(each.contacts_day.values()) for each in scenario.communities)
    new = 1 - 0.8 * (1 - 0.85)
    assert contacts == pytest.approx(new * 80_000 / 365)
    assert any("88% of a plan's contacts" in each for each in assumed)
    assert any("headcount" in each for each in assumed)
    assert any("channels" in each for each in assumed)


def test_what_the_plan_knows_is_not_assumed() -> None:
    staff = {
        "effort": {"*": {"kind": "lognormal", "mean_s": 300, "sd_s": 200}},
        "patience": {"kind": "weibull", "mean_s": 100, "scale_s": 110, "shape": 1.2, "source": "fitted"},
        "communities": {
            each.id: {
                "contacts_week": {"voice": 700.0, "forum": 70.0}, "headcount": 20,
                "arrivals": {"voice": [1.0] * 336, "messaging": [0.5] * 336},
            }
            for each in PLAN.communities
        },
    }  # fmt: skip
    told = replace(PLAN, staff=staff, communities=tuple(replace(each, experts=20) for each in PLAN.communities))  # fmt: skip
    told_seats = replace(told, staff={**staff, "both_seats": 0.4})
    scenario, assumed = scenario_of(told_seats, days=7, warm_up_days=0)
    new = 1 - 0.8 * (1 - 0.85)
    assert scenario.communities[0].contacts_day == pytest.approx({"voice": new * 100.0, "messaging": 0.0, "email": new * 10.0})  # fmt: skip
    assert scenario.assumptions.blended == 0.4 and "people's file" in scenario.fitted["blended"]
    assert scenario.assumptions.patience_s == 100
    assert scenario.assumptions.patience_shape == 1.2
    assert scenario.fitted["patience_s"].startswith("fitted")
    assert scenario.topics[0].effort["mean_s"] == 300
    assert not any("headcount" in each or "channels" in each or "half-hours" in each for each in assumed)  # fmt: skip


def test_topics_that_the_log_told_are_not_replaced_by_made_up_ones() -> None:
    told = {"kind": "lognormal", "mean_s": 300, "sd_s": 200}
    staff = {"effort": {"*": told, "billing": {**told, "n": 30}, "network": {**told, "n": 90}}}
    scenario, assumed = scenario_of(replace(PLAN, staff=staff))
    assert {each.name: each.share["voice"] for each in scenario.topics} == {"billing": 0.25, "network": 0.75}  # fmt: skip
    assert len(scenario.groups) == 6
    assert not any("topics" in each and "assumed" in each for each in assumed)


NIGHT_AND_DAY = {
    "arrivals": {"voice": [1.0] * 336, "messaging": [0.5] * 336},
    "contacts_week": {"voice": 700.0, "messaging": 140.0},
}


def test_communities_are_open_when_the_plan_says_so() -> None:
    """Nobody works while they are closed; who wrote waits till they open, who called is called back."""
    communities = dict.fromkeys((each.id for each in PLAN.communities), NIGHT_AND_DAY)
    office, assumed = scenario_of(replace(PLAN, staff={"communities": communities, "hours": "Mon-Fri 09:00-17:00"}))  # fmt: skip
    always, _ = scenario_of(replace(PLAN, staff={"communities": communities, "hours": "Mon-Sun 00:00-24:00"}))  # fmt: skip
    unsaid, _ = scenario_of(replace(PLAN, staff={"communities": communities}))
    assert always.week == unsaid.week
    open_slots = {48 * day + slot for day in range(5) for slot in range(18, 34)}
    for channel in ("voice", "messaging", "email"):
        assert {slot for slot, many in enumerate(office.week[channel]) if many} == open_slots
    for here, there in zip(office.communities, always.communities, strict=True):
        assert sum(here.contacts_day.values()) == pytest.approx(sum(there.contacts_day.values()))
        assert here.contacts_day["voice"] == pytest.approx(there.contacts_day["voice"] * 80 / 336)
    assert sum(office.week["messaging"]) == pytest.approx(2 * (336 * 1.5 - 80))
    assert any("Mon-Fri 09:00-17:00" in each for each in assumed)
    assert any("76% of calls" in each for each in assumed)
    with pytest.raises(Invalid, match="can't be read"):
        scenario_of(replace(PLAN, staff={"communities": communities, "hours": "always"}))


def test_seats_that_no_file_told_are_as_positions_are_counted_and_may_be_otherwise() -> None:
    staffed = replace(PLAN, staff={"communities": {"c1": {"headcount": 20}}})
    scenario, assumed = scenario_of(staffed)
    assert scenario.assumptions.blended == 1.0
    assert any("share of the work: 100%, as the plan counts positions" in each for each in assumed)
    assert {each.end for each in ends_of(scenario) if each.name == "blended"} == {"low", "high"}
    scenario, assumed = scenario_of(staffed, assumptions={"blended": 0.2})
    assert scenario.assumptions.blended == 0.2
    assert not any("as the plan counts positions" in each for each in assumed)


def test_as_many_contacts_are_lived_as_the_plan_counted() -> None:
    """Those who come back are among its contacts, not on top of them."""
    large = replace(PLAN, communities=tuple(replace(each, contacts=400_000.0) for each in PLAN.communities))  # fmt: skip
    scenario, _ = scenario_of(large, days=28, warm_up_days=7, assumptions={"redial_share": 0.0})
    figures = compared(scenario, 1, 2, lambda done, total: None)["worlds"]["groups"]["figures"]
    assert figures["contacts"]["value"] / 21 == pytest.approx(800_000 / 365, rel=0.03)


def test_work_that_follows_a_contact_is_in_the_effort() -> None:
    staff = {
        "effort": {"*": {"kind": "empirical", "mean_s": 300, "params": {"quantiles": [0.0, 300.0, 600.0]}}},
        "follow_ups": {"per_contact": 2.0, "mean_s": 75.0},
    }  # fmt: skip
    scenario, assumed = scenario_of(replace(PLAN, staff=staff), days=7, warm_up_days=0)
    assert list(scenario.topics[0].effort["s"]) == [0.0, 450.0, 900.0]
    assert any("150 s of work that follow" in each for each in assumed)


def test_a_plan_without_customers_is_refused() -> None:
    nobody = replace(PLAN, communities=tuple(replace(each, customers=0) for each in PLAN.communities))  # fmt: skip
    with pytest.raises(Invalid, match="no customers"):
        scenario_of(nobody)


def test_the_tornado_shows_what_moves_a_difference_most() -> None:
    found = tornado(operation(days=7), 1, 2, ["transfer_rate"], lambda done, total: None)
    bars = found["transfer_rate"]
    widths = [abs(bar["high"] - bar["low"]) for bar in bars]
    assert widths == sorted(widths, reverse=True)
    assert "misroute" in [bar["assumption"] for bar in bars[:3]]
    assert {bar["assumption"] for bar in bars} == {n for n, k in TABLE.items() if k.low < k.high}
