"""What takes long, in a process of its own: lines of JSON, how far it is, then what came of it.

`python -m coterie.planner.apart` takes what is wanted from its standard input. All that is heavy (numba, the solvers, the
typesetter) is imported in here, when it is wanted, and never by the server.
"""

import base64
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from time import monotonic
from typing import Any, TypeAlias

from coterie.kit.errors import Refused

Watch: TypeAlias = Callable[[int, int], None]

TOLD_EVERY_S = 0.2
NICE = 10
"""Customers come first: this takes what they leave of the processor."""
MOST_WORKERS, WORTH_S = 8, 10.0
"""Each takes some hundred megabytes, and seconds to start: not for what one process does in so many seconds."""
FEW = 5
"""Replications of each world for each end of each assumption, and where people are sought."""
A_SEARCH = 16
"""Worlds that the search for the people of one replication lives, about."""
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
    few = min(replications, FEW)
    asked = 2 * replications
    tried = 2 * few * (1 + len(comparing.ends_of(scenario))) if wanted["sensitivity"] else 0
    searched = few * A_SEARCH if wanted["people"] else 0
    whole = asked + tried + searched
    crew = import_module("coterie.twin.crews").crew
    with crew(workers(scenario, seed, whole), None) as over:
        far = part_of(watch, 0, whole)
        result = dict(comparing.compared(scenario, seed, replications, far, over))
        if tried:
            far = part_of(watch, asked, whole)
            result["sensitivity"] = comparing.tornado(scenario, seed, few, TRIED, far, over)
        if searched:
            far = part_of(watch, asked + tried, whole, A_SEARCH)
            staffing = import_module("coterie.twin.staffing")
            staffing.add_people(result, scenario, seed, few, staffing.Asked(), far, over)
    return {**result, "notes": [*notes, *result["notes"]]}


def part_of(watch: Watch, before: int, whole: int, each: int = 1) -> Watch:
    """Tells of a part as of the whole; a piece of it takes as long as `each` worlds."""
    return lambda done, total: watch(before + each * done, whole)


def workers(scenario: Any, seed: int, worlds: int) -> int:
    """How many processes are worth their start. What is lived for that is compiled then, once for all of them."""
    running, crews = import_module("coterie.twin.running"), import_module("coterie.twin.crews")
    short = replace(scenario, days=scenario.warm_up_days + 1)
    pieces = running.pieces(short, ["groups", "communities"], seed, 1)
    for each in pieces:
        running.run(each)
    began = monotonic()
    for each in pieces:
        running.run(each)
    one_s = (monotonic() - began) / len(pieces) * scenario.days / short.days
    return min(crews.processors(), MOST_WORKERS) if one_s * worlds > WORTH_S else 1


def scenario_of(wanted: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """The scenario that a plan is tried in, and what was assumed to make it."""
    plan = import_module("coterie.planning.plan").read_plan(wanted["plan"])
    make = import_module("coterie.planning.trial.scenarios").scenario_of
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


Kinds: TypeAlias = Mapping[str, Callable[[Mapping[str, Any], Watch], dict[str, Any]]]
KINDS: Kinds = {
    "territories": drawn,
    "twin": compared,
    "report": reported,
}


def answer(wanted: Mapping[str, Any], watch: Watch, kinds: Kinds = KINDS) -> dict[str, Any]:
    try:
        return {"found": kinds[wanted["kind"]](wanted, watch)}
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
