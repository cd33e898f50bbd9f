"""The process apart itself, as the workshop starts it: the real twin, the real typesetter, refusals in words."""

import json
import subprocess
from typing import Any

import pytest

from coterie.planner import apart
from coterie.planner.workshop import PROGRAM
from coterie.planning.trial import needed, results
from coterie.planning.trial.comparison import lines_of
from coterie.twin import crews
from tests.planning.made_up import a_document, a_run, staffed

TRIAL = {
    "days": 9,
    "replications": 2,
    "seed": 1,
    "assumptions": {},
    "sensitivity": False,
    "people": False,
}


def told(wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that the process says."""
    done = subprocess.run(
        PROGRAM, input=json.dumps(wanted), capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("document", [a_document(), staffed()], ids=["bare", "staffed"])
def test_both_worlds_of_a_plan_are_lived(document: dict[str, Any]) -> None:
    *far, last = told({"kind": "twin", "plan": document, **TRIAL})
    assert far[-1] == {"done": 4, "total": 4}
    found = last["found"]
    results.check_result(found)
    assert {line.figure.name for line in lines_of(found) if line.difference} >= {"transfer_rate", "cost_per_case"}  # fmt: skip
    assert found["notes"] and found["assumptions"]


def test_how_far_it_is_rises_to_one_total_with_all_assumptions_tried() -> None:
    *far, last = told({"kind": "twin", "plan": a_document(), **TRIAL, "sensitivity": True})
    assert last["found"]["sensitivity"]["voice_wait_s"]
    assert len({each["total"] for each in far}) == 1 and far[-1]["done"] == far[-1]["total"]
    assert [each["done"] for each in far] == sorted(each["done"] for each in far)


def test_processes_are_started_where_they_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, _ = apart.scenario_of({"plan": a_document(), **TRIAL})
    assert apart.workers(scenario, 1, 4) == 1
    monkeypatch.setattr(crews, "processors", lambda: 64)
    assert apart.workers(scenario, 1, 10**6) == apart.MOST_WORKERS


def test_the_people_that_todays_service_needs_are_sought_where_it_is_asked() -> None:
    *far, last = told({"kind": "twin", "plan": a_document(), **TRIAL, "people": True})
    whole = 4 + 2 * apart.A_SEARCH
    assert far[-1] == {"done": whole, "total": whole}
    found = last["found"]
    results.check_result(found)
    assert {line.figure.name for line in needed.rows(found["people"])} >= {"people", "abandoned"}


def test_people_who_cannot_be_found_leave_a_run_and_a_note() -> None:
    """Nobody calls here, so there are no calls to hold the worlds to."""
    document = staffed()
    for each in document["staff"]["communities"].values():
        each["contacts_week"] = {"messaging": 120.0}
    found = told({"kind": "twin", "plan": document, **TRIAL, "people": True})[-1]["found"]
    assert "people" not in found and found["worlds"]
    assert any("Nobody calls" in note for note in found["notes"])


def test_an_assumption_changes_what_comes_out() -> None:
    wanted = {"kind": "twin", "plan": staffed(), **TRIAL}
    usual, dearer = (
        told(wanted | {"assumptions": given})[-1]["found"] for given in ({}, {"hour_cost": 84.0})
    )
    cost = [
        each["worlds"]["communities"]["figures"]["cost_per_case"]["value"]
        for each in (usual, dearer)
    ]
    assert cost[1] == pytest.approx(2 * cost[0])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"kind": "twin", "plan": staffed(), **TRIAL, "assumptions": {"courage": 1.0}}, "no assumption courage"),
        ({"kind": "twin", "plan": staffed(), **TRIAL, "replications": 1}, "replications"),
        ({"kind": "territories", "areas": [], "pairs": [], "communities": 2, "size": None, "tolerance": 0.1, "seed": 1, "notes": []}, "no areas"),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_out_is_said_in_words(wanted: dict[str, Any], words: str) -> None:
    assert words in told(wanted)[-1]["refused"]


def test_a_report_is_set() -> None:
    wanted = {"kind": "report", "plan": staffed(), "result": a_run(), "name": "Murray", "day": "Today"}  # fmt: skip
    assert told(wanted)[-1]["found"]["pdf"].startswith("JVBERi0")  # %PDF-
