"""What takes long, in a process of its own: lines of JSON, how far it is, then what came of it.

`python -m coterie.planner.apart` takes what is wanted from its standard input. All that is heavy (numba, the solvers, the
typesetter) is imported in here, when it is wanted, and never by the server.
"""

import base64
import json
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from time import monotonic
from typing import Any, TypeAlias

from coterie.kit.errors import Refused

Watch: TypeAlias = Callable[[int, int], None]

TOLD_EVERY_S = 0.2
NICE = 10
"""Customers come first: this takes what they leave of the processor."""
FEW = 5
"""Replications of each world for each end of each assumption, and where people are sought."""
TRIED = ("voice_wait_s", "messaging_wait_s", "transfer_rate", "cost_per_case")
"""Figures of which it is asked what assumptions do to them."""


def drawn(wanted: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """The plan's document, of areas, pairs and what is asked of the territories."""
    draw = import_module("coterie.planning.territories.draw").draw
    model = import_module("coterie.planning.territories.model")
    plan = import_module("coterie.planning.plan")
    areas = [model.GivenArea(**each) for each in wanted["areas"]]
    pairs = [(a, b) for a, b in wanted["pairs"]] or None
    asked = model.Wanted(wanted["communities"], wanted["size"], wanted["tolerance"], wanted["seed"])
    return dict(plan.as_json(draw(areas, pairs, asked, None, wanted["notes"], watch)))


def compared(wanted: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """Both worlds on the same arrivals; where it is wanted, what each assumption does to the differences, and the people needed."""
    scenario, notes = scenario_of(wanted)
    comparing = import_module("coterie.twin.comparing")
    seed, replications = wanted["seed"], wanted["replications"]
    result = dict(comparing.compared(scenario, seed, replications, watch))
    if wanted["sensitivity"]:
        few = min(replications, FEW)
        result["sensitivity"] = comparing.tornado(scenario, seed, few, TRIED, watch)
    if wanted["people"]:
        notes += sought(result, scenario, seed, min(replications, FEW), watch)
    return {**result, "notes": [*notes, *result["notes"]]}


def sought(result: dict[str, Any], scenario: Any, seed: int, few: int, watch: Watch) -> list[str]:
    """The people that the service of today needs put into the result; where they can't be found, the sentence that says why."""
    staffing = import_module("coterie.twin.staffing")
    try:
        result["people"] = staffing.people_needed(
            scenario, seed, few, staffing.Asked(), lambda done, total: watch(2 * done, 2 * total)
        )
    except Refused as refused:
        return [f"People for the same service: {refused.sentence}"]
    return []


def scenario_of(wanted: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """The scenario that a plan is tried in, and what was assumed to make it."""
    plan = import_module("coterie.planning.plan").read_plan(wanted["plan"])
    make = import_module("coterie.planning.scenarios").scenario_of
    scenario, notes = make(plan, days=wanted["days"], assumptions=wanted["assumptions"])
    return scenario, list(notes)


def missing(error: ModuleNotFoundError) -> Refused:
    return Refused(f"This needs {error.name}, which is not installed here: pip install 'coterie[planner]'.", "not_installed")  # fmt: skip


def reported(wanted: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    """The report as PDF."""
    plan = import_module("coterie.planning.plan").read_plan(wanted["plan"])
    made = import_module("coterie.planning.report.made").made
    typeset = import_module("coterie.planning.report.typeset").typeset
    report = made(plan, wanted["result"], wanted["name"], wanted["day"])
    return {"pdf": base64.b64encode(typeset(report)).decode()}


KINDS: Mapping[str, Callable[[Mapping[str, Any], Watch], dict[str, Any]]] = {
    "territories": drawn,
    "twin": compared,
    "report": reported,
}


def answer(wanted: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
    try:
        return {"found": KINDS[wanted["kind"]](wanted, watch)}
    except Refused as refused:
        return {"refused": refused.sentence}
    except ModuleNotFoundError as error:
        return {"refused": missing(error).sentence}


def tell_now_and_then() -> Watch:
    told = 0.0

    def watch(done: int, total: int) -> None:
        nonlocal told
        if monotonic() - told >= TOLD_EVERY_S or done >= total:
            told = monotonic()
            say({"done": done, "total": total})

    return watch


def say(what: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.nice(NICE)
    say(answer(json.load(sys.stdin), tell_now_and_then()))
