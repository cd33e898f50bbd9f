"""Asking for what is worked out apart: territories drawn of what Coterie knows, and a plan lived in the twin."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from coterie.kit.access.audit import audit
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import is_id, new_id
from coterie.planner import known, plans, queries, run_queries
from coterie.planner.model import Run
from coterie.planning.plan import as_json

MOST_COMMUNITIES, MOST_SEED = 500, 2**31 - 1
FEWEST_DAYS, MOST_DAYS, MOST_REPLICATIONS = 8, 120, 200
"""The first seven days are a warm-up and not counted."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What is asked of new territories: how many communities, or how many customers each."""

    communities: int | None
    size: int | None
    tolerance: float
    seed: int
    counting: bool = True

    def checked(self) -> "Draw":
        if (self.communities is None) == (self.size is None):
            raise Invalid("Say how many communities there shall be, or how many customers each: one of the two.", field="communities")  # fmt: skip
        within(self.communities, 1, MOST_COMMUNITIES, "communities", "communities")
        within(self.size, 1, 10**9, "size", "customers in each")
        within(self.tolerance, 0.001, 0.5, "tolerance", "0.1 to 50 per cent")
        within(self.seed, 0, MOST_SEED, "seed", "seeds")
        return self


def within(value: float | None, low: float, high: float, field: str, what: str) -> None:
    if value is None or low <= value <= high:
        return
    if field == "tolerance":
        raise Invalid(f"The tolerance is {what} of the mean.", field=field)
    raise Invalid(f"There can be {low:,} to {high:,} {what}.", field=field)


@dataclass(frozen=True, slots=True)
class Trial:
    """How a plan is to be lived in the twin. `assumptions`: those that differ from what the plan knows, else from what is usual."""

    days: int
    replications: int
    seed: int
    assumptions: Mapping[str, float]
    sensitivity: bool = False
    """Whether each assumption is tried at both ends of its range, too."""
    people: bool = False
    """Whether it is sought, too, how many people each world needs for the calls of today's groups."""

    def checked(self) -> "Trial":
        within(self.days, FEWEST_DAYS, MOST_DAYS, "days", "days")
        within(self.replications, 2, MOST_REPLICATIONS, "replications", "replications")
        within(self.seed, 0, MOST_SEED, "seed", "seeds")
        return self


async def ask_for_plan(
    tx: Tx, now: datetime, name: str, draw: Draw, by: str | None
) -> tuple[str, str, dict[str, Any]]:
    """A plan whose territories are to be drawn: its id, the run's, and what the process apart is given."""
    draw, name = draw.checked(), plans.checked_name(name)
    material = await known.material(tx, now, counting=draw.counting)
    plan_id = await plans.keep(tx, now, name, None, by)
    run_id = await ask(tx, now, plan_id, "territories", asdict(draw), 1, by)
    return plan_id, run_id, wanted_of(draw, material)


def wanted_of(draw: Draw, material: Mapping[str, Any]) -> dict[str, Any]:
    source = "Customers who live there and contacts of the last year are those that Coterie counts." if draw.counting else "Customers and contacts are those that the file of areas told."  # fmt: skip
    return {"kind": "territories", **asdict(draw), **material, "notes": [source]}


async def ask_again(
    tx: Tx, now: datetime, run_id: str, by: str | None
) -> tuple[str, dict[str, Any]]:
    """The same once more, of a run that came to nothing: the new run's id, and what it is given."""
    old = await known_run(tx, run_id)
    if old.alive(now):
        raise Refused("It is still running.", "running")
    if old.kind == "twin":
        return await ask_twin(tx, now, old.plan_id, Trial(**old.wanted), by)
    stored = await plans.known_plan(tx, old.plan_id, lock=True)
    if stored.document is not None:
        raise Refused("The territories of this plan are drawn.", "drawn")
    draw = Draw(**old.wanted)
    material = await known.material(tx, now, counting=draw.counting)
    new = await ask(tx, now, old.plan_id, "territories", old.wanted, stored.version, by)
    return new, wanted_of(draw, material)


async def ask_twin(
    tx: Tx, now: datetime, plan_id: str, trial: Trial, by: str | None
) -> tuple[str, dict[str, Any]]:
    """A run of the twin: its id, and what the process apart is given."""
    trial = trial.checked()
    stored = await plans.known_plan(tx, plan_id)
    document = as_json(plans.drawn(stored))
    asked = {**asdict(trial), "assumptions": dict(trial.assumptions)}
    run_id = await ask(tx, now, plan_id, "twin", asked, stored.version, by)
    return run_id, {"kind": "twin", "plan": document, **asked}


async def ask(
    tx: Tx, now: datetime, plan_id: str, kind: Any, wanted: Mapping[str, Any], version: int, by: str | None
) -> str:  # fmt: skip
    run_id = new_id()
    await run_queries.add_run(tx, now, run_id, plan_id, kind, wanted, version, by)
    await audit(tx, now, by, "start", "run", run_id, {"kind": kind, "plan": plan_id})
    return run_id


async def cancel(tx: Tx, now: datetime, run_id: str, by: str | None) -> Run:
    run = await known_run(tx, run_id)
    if await run_queries.cancel(tx, now, run_id):
        await audit(tx, now, by, "cancel", "run", run_id)
    return run


async def known_run(tx: Tx, run_id: str) -> Run:
    found = await run_queries.run(tx, run_id) if is_id(run_id) else None
    if found is None or await deleted(tx, found.plan_id):
        raise NotFound("There is no such run.")
    return found


async def deleted(tx: Tx, plan_id: str) -> bool:
    stored = await queries.plan(tx, plan_id)
    return stored is None or stored.deleted_at is not None
