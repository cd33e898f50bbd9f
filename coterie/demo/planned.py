"""A plan for the demo's region, drawn by the real thing while the demo runs: a planner who signs in finds it there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from coterie.kit.db import transaction
from coterie.kit.errors import Refused
from coterie.kit.house import House
from coterie.planner import queries, runs
from coterie.planner.runs import Draw
from coterie.planner.workshop import Workshop, opened_workshop

NAME = "New South Wales in six"
WANTED = Draw(communities=6, size=None, tolerance=0.05, seed=1)
LATER_S = 5.0
"""The start of the demo comes first."""

log = structlog.get_logger()


@asynccontextmanager
async def planned(house: House, later_s: float = LATER_S) -> AsyncIterator[None]:
    """Have it drawn beside, where there is no plan yet."""
    async with opened_workshop(house) as workshop:
        task = asyncio.create_task(draw(house, workshop, later_s))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def draw(house: House, workshop: Workshop, later_s: float) -> None:
    await asyncio.sleep(later_s)
    try:
        async with transaction(house.pool) as tx:
            if await queries.any_plan(tx):
                return
            _, run_id, wanted = await runs.ask_for_plan(tx, house.now(), NAME, WANTED, None)
    except Refused as refused:
        log.warning("the demo has no plan", why=refused.sentence)
        return
    workshop.start(run_id, wanted)
