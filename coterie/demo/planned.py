"""A plan for the demo's company, with people, waves and a run of the twin, worked out by the real thing while the demo runs."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog

from coterie.kit.db import transaction
from coterie.kit.errors import Refused
from coterie.kit.house import House
from coterie.kit.tasks import end
from coterie.planner import queries, run_queries, runs
from coterie.planner.model import PlanLine
from coterie.planner.runs import Draw, Trial
from coterie.planner.workshop import Workshop, opened_workshop

NAME = "New South Wales in six"
WANTED = Draw(communities=6, size=None, tolerance=0.05, seed=1, counting=False)
TRIAL = Trial(days=28, replications=10, seed=1, assumptions={})
PROGRAM = (sys.executable, "-m", "coterie.demo.planning")
LATER_S = 5.0
"""The start of the demo comes first."""
STOPS_S = 30.0
"""So long a process that computes may take to end."""

log = structlog.get_logger()


@asynccontextmanager
async def planned(house: House, later_s: float = LATER_S) -> AsyncIterator[None]:
    """Have done beside whatever of it is missing."""
    async with opened_workshop(house) as workshop:
        task = asyncio.create_task(complete(house, workshop, later_s))
        try:
            yield
        finally:
            await end(task, again_s=STOPS_S)


async def complete(house: House, workshop: Workshop, later_s: float) -> None:
    """First the plan, then a run of it. What an earlier start has left unfinished is begun again."""
    await asyncio.sleep(later_s)
    try:
        await drawn(house, workshop)
        await lived(house, workshop)
    except Refused as refused:
        log.warning("the demo's plan is not complete", why=refused.sentence)


async def drawn(house: House, workshop: Workshop) -> None:
    line = await ours(house)
    async with transaction(house.pool) as tx:
        if line is None:
            if await queries.any_plan(tx):
                return  # somebody renamed it, or put it away
            _, run_id, wanted = await runs.ask_for_plan(tx, house.now(), NAME, WANTED, None)
        elif line.communities is None:
            (last,) = await run_queries.runs(tx, line.id, "territories", 1)
            run_id, wanted = await runs.ask_again(tx, house.now(), last.id, None)
        else:
            return
    await done(Workshop(house, PROGRAM), run_id, wanted)


async def lived(house: House, workshop: Workshop) -> None:
    line = await ours(house)
    if line is None or line.communities is None or line.runs:
        return
    async with transaction(house.pool) as tx:
        run_id, wanted = await runs.ask_twin(tx, house.now(), line.id, TRIAL, None)
    await done(workshop, run_id, wanted)


async def ours(house: House) -> PlanLine | None:
    async with house.read() as tx:
        return next((each for each in await queries.lines(tx, 200) if each.name == NAME), None)


async def done(workshop: Workshop, run_id: str, wanted: Mapping[str, Any]) -> None:
    """Have it done; not any more where nobody waits for it."""
    try:
        workshop.start(run_id, wanted)
        await workshop.tasks[run_id]
    finally:
        await workshop.close()
