"""Whatever stands in a plan's document: it is refused in words, or every command and page can do with it."""

import json
from functools import cache
from typing import Any

import pytest

from coterie.exchange.roster_files import planned_positions
from coterie.kit.errors import Invalid, Refused
from coterie.planner import assumed, people, screen, waves
from coterie.planner.documents import checked, read_upload
from coterie.planner.wave_pages import gantt_of
from coterie.planning.hues import hues_of
from coterie.planning.plan import Plan, as_json, read_plan
from coterie.planning.report.made import made
from coterie.planning.report.page import page
from coterie.planning.sheet import sheet_of
from coterie.planning.territories.moves import effect_of, moved
from coterie.planning.trial.scenarios import scenario_of
from coterie.planning.waves.picture import picture
from coterie.planning.waves.reading import movings
from tests.changed import changed, each_changed
from tests.planning.made_up import staffed


def whole() -> dict[str, Any]:
    """A plan in which every section says whatever it may."""
    document = staffed()
    document["areas"] = [each | {"hazard": 0.2} for each in document["areas"]]
    document["territories"] |= {"pins": {"2600": "c01"}, "moves": [{}], "buddies": {"too_near": ["c01"]}, "split": {"2600": ["2600.1"]}}  # fmt: skip
    del document["staff"]["communities"]["c03"]
    for each in document["staff"]["communities"].values():
        each |= {
            "arrivals": {"voice": [1.0] * 336},
            "skills": {"billing": 3},
            "site": "Wagga Wagga",
        }
    effort: dict[str, Any] = {"kind": "lognormal", "mean_s": 300.0, "sd_s": 200.0, "n": 40}
    document["staff"] |= {
        "effort": {"*": effort, "a": effort, "b": effort, "c": effort, "d": {**effort, "kind": "empirical", "params": {"quantiles": [1.0, 9.0]}}},
        "follow_ups": {"per_contact": 0.3, "mean_s": 200.0},
        "patience": {"source": "fitted", "kind": "weibull", "mean_s": 200.0, "shape": 1.5},
        "both_seats": 0.5,
    }  # fmt: skip
    document["waves"] |= {"short": [{"group": "Billing", "week": "2027-02-01", "missing": 2}]}
    document["waves"]["waves"][1]["training"] = [{"person": "p2", "skill": "billing", "from": "2027-02-22", "to": "2027-03-08"}]  # fmt: skip
    return document


def scenario(plan: Plan) -> None:
    scenario_of(plan)


def report(plan: Plan) -> None:
    page(made(plan, None, "A plan", "1 May 2027"))


def move(plan: Plan) -> None:
    effect_of(plan, "2600", "c02").told()
    as_json(moved(plan, "2600", "c02", forced=True))


def waves_of_people(plan: Plan) -> None:
    movings(plan)


def roster(plan: Plan) -> None:
    planned_positions(plan, "c01")


def pages(plan: Plan) -> None:
    hues, names = hues_of(plan), {each.id: each.name for each in plan.communities}
    sheet_of(plan)
    screen.rows_of(plan, hues), screen.summary_of(plan), screen.panel_of(plan, hues, "2600")
    people.week_of(plan, "c01"), people.needs_of(plan, hues), people.between_sites(plan)
    people.training_of(plan, names), people.lacking_of(plan, names), assumed.grouped(plan)
    found = waves.waves_of(plan)
    gantt_of(found), [each.called for each in found]


USES = {"scenario": scenario, "report": report, "move": move, "waves": waves_of_people, "roster": roster, "pages": pages}  # fmt: skip


def fault_of(use: Any, given: Any) -> Any:
    """What goes wrong beside what is refused in words; the plan, if it is read."""
    try:
        return use(given)
    except Refused as refused:
        return None if refused.sentence.endswith((".", "?")) else refused.sentence
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        return repr(error)


@cache
def accepted(door: Any) -> list[tuple[Any, Any, Plan]]:
    """Changed plans that this door lets in."""
    found = []
    for path, value, document in each_changed(whole()):
        plan = fault_of(door, document)
        assert plan is None or isinstance(plan, Plan), (path, value, plan)
        if plan:
            found.append((path, value, plan))
    return found


@pytest.mark.parametrize("name", USES)
def test_a_command_refuses_a_strange_plan_in_words_or_can_do_with_it(name: str) -> None:
    use, door = USES[name], checked if name == "pages" else read_plan
    assert use(door(whole())) is None
    found = [(path, value, fault) for path, value, plan in accepted(door) if (fault := fault_of(use, plan))]  # fmt: skip
    assert not found


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("communities", 2, "customers"), "abc", r"`communities\[2\]\.customers` of the plan is 'abc'; it must be a whole number"),
        (("communities", 0, "customers"), -1, r"`communities\[0\]\.customers` of the plan is -1; it must be a number from 0 on"),
        (("communities", 1, "contacts"), float("nan"), r"`communities\[1\]\.contacts` .* a finite number"),
        (("communities", 0, "areas"), None, r"`communities\[0\]\.areas` of the plan is null; it must be a list"),
        (("communities", 0, "site"), None, r"`communities\[0\]\.site`"),
        (("areas", 3, "lat"), "x", r"`areas\[3\]\.lat` of the plan is 'x'; it must be a number"),
        (("seed",), float("nan"), "`seed`"),
        (("staff", "communities", "c01", "positions", 5), "x", r"`staff\.communities\.c01\.positions\[5\]`"),
        (("staff", "effort", "a", "mean_s"), 0, r"`staff\.effort\.a\.mean_s` .* above 0"),
        (("staff", "assignments", 0), 7, r"`staff\.assignments\[0\]` of the plan is 7; it must be an object"),
        (("waves", "waves", 1, "number"), 0, "The wave 0 stands in the plan twice"),
        (("communities", 0, "areas"), ["nowhere"], "c01 has the area nowhere, which is none of the plan's areas"),
    ],
)  # fmt: skip
def test_the_place_is_named(path: Any, value: Any, named: str) -> None:
    document = changed(whole(), path, value)
    for door in (read_plan, checked):
        with pytest.raises(Invalid, match=named):
            door(document)


def test_waves_are_told_and_drawn_of_whatever_was_read() -> None:
    plan = read_plan(whole())
    assert picture(plan, plan.waves)["data"]["values"]
    assert read_upload(json.dumps(as_json(plan)).encode()) == plan
