"""Where a server process has things worked out apart: one at a time, each followed, cancelled, and put on record.

A row says how far a run is, and its process says once in a while that it goes on. Where it falls silent, since the server
was stopped or died, the run counts as stopped, and can be started again.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import structlog
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from coterie.kit.apart import Died, answers
from coterie.kit.db import transaction
from coterie.kit.house import House
from coterie.kit.tasks import end
from coterie.planner import queries, run_queries
from coterie.planner.documents import checked
from coterie.planner.model import Run
from coterie.planning.hues import hues_of
from coterie.planning.plan import as_json
from coterie.planning.trial.results import check_result

log = structlog.get_logger()

LONGEST_S = 3_600
BEAT_S = 2.0
PROGRAM: Sequence[str] = (sys.executable, "-m", "coterie.planner.apart")
STOPPED = "The computation stopped. The server's log says why."


class Workshop:
    """What one process of the server has running."""

    def __init__(self, house: House, program: Sequence[str] = PROGRAM) -> None:
        self.house = house
        self.program = program
        self.one, self.short = asyncio.Semaphore(1), asyncio.Semaphore(1)
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, run_id: str, wanted: Mapping[str, Any]) -> None:
        """Have a run done as soon as those before it are. It must be committed."""
        task = asyncio.create_task(self.work(run_id, wanted))
        self.tasks[run_id] = task
        task.add_done_callback(lambda _: self.tasks.pop(run_id, None))

    async def work(self, run_id: str, wanted: Mapping[str, Any]) -> None:
        far = [0, 0]
        beating = asyncio.create_task(self.keep_beating(run_id, far, asyncio.current_task()))
        try:
            async with self.one:
                async with transaction(self.house.pool) as tx:
                    await run_queries.begin(tx, self.house.now(), run_id)
                stop_if_cancelled()
                found = await self.follow(wanted, far)
            await self.finish(run_id, found)
        except Exception:  # the edge: a run that fails is on record as failed
            log.exception("a run failed", run=run_id)
            await self.finish(run_id, {"refused": STOPPED})
        finally:
            await end(beating)

    async def follow(self, wanted: Mapping[str, Any], far: list[int]) -> dict[str, Any]:
        """The last line of the process: `found` or `refused`."""
        try:
            async with aclosing(answers(self.program, wanted, LONGEST_S)) as lines:
                async for line in lines:
                    if "done" not in line:
                        return line
                    far[:] = [line["done"], line["total"]]
        except TimeoutError:
            return {"refused": "That took longer than an hour. Try fewer days or replications."}
        except Died:
            pass
        return {"refused": STOPPED}

    async def keep_beating(
        self, run_id: str, far: list[int], work: "asyncio.Task[None] | None"
    ) -> None:
        """Say that it goes on and how far it is; stop it where nobody wants it any more."""
        while True:
            with suppress(OperationalError, PoolTimeout):  # the database may be away for a while
                async with transaction(self.house.pool) as tx:
                    wanted = await run_queries.beat(tx, self.house.now(), run_id, far[0], far[1])
                if not wanted and work is not None:
                    cancel(work)
                    return
            await asyncio.sleep(BEAT_S if far[1] else BEAT_S / 4)

    async def finish(self, run_id: str, found: Mapping[str, Any]) -> None:
        now = self.house.now()
        async with transaction(self.house.pool) as tx:
            run = await run_queries.lock_run(tx, run_id)
            if run is None or run.cancelled_at:
                return
            if run.kind == "territories" and "found" in found:
                plan = checked(found["found"])
                stored = await queries.lock_plan(tx, run.plan_id)
                if stored is not None and stored.document is None:  # nobody was quicker
                    await queries.set_document(tx, now, run.plan_id, as_json(plan), hues_of(plan))
                await run_queries.end(tx, now, run_id, {}, None)
            else:
                if "found" in found:
                    check_result(found["found"])
                await run_queries.end(tx, now, run_id, found.get("found"), found.get("refused"))

    def stop(self, run: Run) -> None:
        """Where it is this process's, at once; another process's beat will see it."""
        if task := self.tasks.get(run.id):
            cancel(task)

    async def once(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Something short for a page that waits for it, such as a report."""
        async with self.short:
            return await self.follow(wanted, [0, 0])

    async def close(self) -> None:
        for task in list(self.tasks.values()):
            cancel(task)
        for task in list(self.tasks.values()):
            with suppress(asyncio.CancelledError):
                await task


def stop_if_cancelled() -> None:
    """A cancellation can be lost where one waits for a connection (`kit.tasks`); it must not cost an hour."""
    if (task := asyncio.current_task()) and task.cancelling():
        raise asyncio.CancelledError


def cancel(task: asyncio.Task[None]) -> None:
    """Once: another time would disturb it while it waits for the end of its process."""
    if not task.cancelling():
        task.cancel()


@asynccontextmanager
async def opened_workshop(house: House) -> AsyncIterator[Workshop]:
    workshop = Workshop(house)
    try:
        yield workshop
    finally:
        await workshop.close()
