"""The ticker: once a second it does what is due. Due times are columns; a timer that fails is tried at the next tick."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, TypeVar

import structlog

from coterie.kit import meters
from coterie.kit.db import is_lost
from coterie.kit.house import House
from coterie.kit.tasks import end

T = TypeVar("T")

Due: TypeAlias = Callable[[House, datetime], Awaitable[int]]
"""Does what is due; answers how many it found, so that a full hand is followed by another at once."""

EVERY_S = 1.0

log = structlog.get_logger()


class Ticker:
    """Runs each timer once a second, apart from each other, so that a slow one holds up none.

    They begin one after the other: all at one moment would be a stumble each second for whoever writes just then.
    """

    def __init__(self, house: House, timers: Mapping[str, Due]) -> None:
        self.house = house
        self.timers = timers
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.tasks = [
            asyncio.create_task(self.run(name, due, EVERY_S * place / len(self.timers)))
            for place, (name, due) in enumerate(self.timers.items())
        ]

    async def stop(self) -> None:
        await end(*self.tasks)

    async def run(self, name: str, due: Due, later_s: float) -> None:
        await asyncio.sleep(later_s)
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                while await due(self.house, self.house.now()) >= 200:
                    pass
            except Exception:  # the edge: a timer must outlive whatever goes wrong in it
                meters.LATE.labels(name).inc()
                log.exception("a timer failed and is tried again", timer=name)


async def one_by_one(name: str, found: Sequence[T], act: Callable[[T], Awaitable[None]]) -> int:
    """Do what is due, each by itself; how many were done.

    One that fails is told to the log and tried again at the next tick: it holds up none behind it. Where the database
    is away, all wait.
    """
    done = 0
    for one in found:
        try:
            await act(one)
            done += 1
        except Exception as error:  # the edge: whatever it is belongs to this one
            if is_lost(error):
                raise
            meters.LATE.labels(name).inc()
            log.exception("one of what is due failed and is tried again", timer=name)
    return done
