"""Whatever runs for ever ends when it is told to, also where a cancellation is lost on the way."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from coterie.kit import jobs
from coterie.kit.jobs import Ticker
from coterie.kit.tasks import end

pytestmark = pytest.mark.anyio


class Door:
    """What a timer waits for as it waits for a connection; it comes at the moment in which the timer is cancelled."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.taken = 0

    async def take(self, *_: Any) -> int:
        await asyncio.wait_for(self.free.wait(), 60)
        self.taken += 1
        self.free.clear()
        return 0

    async def comes(self, turns: int) -> None:
        """The wait is over; who waited goes on after so many turns of the loop."""
        self.free.set()
        for _ in range(turns):
            await asyncio.sleep(0)


@pytest.mark.parametrize("turns", range(5))
async def test_timers_end_though_what_they_waited_for_comes_as_they_are_cancelled(
    monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    monkeypatch.setattr(jobs, "EVERY_S", 0.0)
    door = Door()
    house: Any = SimpleNamespace(now=lambda: datetime.now(UTC))
    ticker = Ticker(house, {"some": door.take})
    ticker.start()
    await asyncio.sleep(0.02)
    await door.comes(turns)
    stopping = asyncio.create_task(ticker.stop())
    done, _ = await asyncio.wait([stopping], timeout=5)
    assert done
    assert all(task.done() for task in ticker.tasks)


async def test_a_task_ends_however_often_it_does_not_hear() -> None:
    heard = 0

    async def deaf() -> None:
        nonlocal heard
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                heard += 1
                if heard == 3:
                    raise

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await end(task, again_s=0.01)
    assert (heard, task.cancelled()) == (3, True)


async def test_what_tasks_came_to_is_answered() -> None:
    async def failing() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError("on the way out")

    async def ready() -> int:
        return 7

    tasks = [asyncio.create_task(failing()), asyncio.create_task(ready())]
    await asyncio.sleep(0)
    failed, found = await end(*tasks)
    assert str(failed) == "on the way out"
    assert found == 7
