"""Group commit: verbs of one stream that arrive together share a transaction and its one fsync."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from coterie.kit import meters
from coterie.kit.db import Tx, is_lost, is_race
from coterie.kit.events import held
from coterie.kit.ledger import Ledger

T = TypeVar("T")
R = TypeVar("R")
Many: TypeAlias = Callable[[Tx, datetime, Sequence[Any]], Awaitable[Sequence[Any]]]
Verb: TypeAlias = Callable[[Tx, datetime], Awaitable[T]]

MOST = 50
TRIES = 3


@dataclass(slots=True, eq=False)
class Item(Generic[T, R]):
    """One thing to do in a stream: `many` does it together with its neighbours of the same kind."""

    many: Many
    what: T
    done: "asyncio.Future[R]"


class Groups:
    """A line per stream. Whoever comes while a transaction runs is in the next one, up to 50 together."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self.ledger = ledger
        self.clock = clock
        self.lines: dict[str, deque[Item[Any, Any]]] = {}
        self.workers: dict[str, asyncio.Task[None]] = {}

    async def submit(self, stream_id: str, many: Many, what: Any) -> Any:
        """Have `what` done in the next transaction of this stream; the answer comes after its commit.

        A caller who is cancelled doesn't stop the work: what was accepted is done.
        """
        item: Item[Any, Any] = Item(many, what, asyncio.get_running_loop().create_future())
        self.lines.setdefault(stream_id, deque()).append(item)
        if stream_id not in self.workers:
            self.workers[stream_id] = asyncio.create_task(self.work_off(stream_id))
        return await item.done

    async def act(self, stream_id: str, verb: Verb[T]) -> T:
        """Have a verb done in the next transaction of this stream."""
        done: T = await self.submit(stream_id, one_by_one, verb)
        return done

    async def work_off(self, stream_id: str) -> None:
        line = self.lines[stream_id]
        try:
            while line:
                batch = [line.popleft() for _ in range(min(len(line), MOST))]
                await self.commit(stream_id, batch)
        finally:
            del self.workers[stream_id]
            del self.lines[stream_id]

    async def commit(
        self, stream_id: str, batch: Sequence[Item[Any, Any]], tries: int = TRIES
    ) -> None:
        """Do a batch in one transaction; where that fails, each alone, so that a bad one fails alone.

        Where the connection was lost nothing is done again: who asked has a key, and may come again.
        """
        try:
            answers = await self.attempt(stream_id, batch)
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is belongs to who asked
            meters.FAILED.inc()
            if len(batch) > 1 and not is_lost(error):
                for item in batch:
                    await self.commit(stream_id, [item])
            elif is_race(error) and tries > 1:
                await self.commit(stream_id, batch, tries - 1)
            else:
                fail(batch, error)
            return
        for item, answer in zip(batch, answers, strict=True):
            if not item.done.done():
                item.done.set_result(answer)

    async def attempt(self, stream_id: str, batch: Sequence[Item[Any, Any]]) -> list[Any]:
        now = self.clock()
        answers: list[Any] = []
        meters.BATCH.observe(len(batch))
        with meters.UNIT.time():
            async with self.ledger.unit(stream_id, now=now, held=False) as tx:
                for many, whats in runs(batch):
                    answers.extend(await many(tx, now, whats))
        return answers


def fail(batch: Sequence[Item[Any, Any]], error: Exception) -> None:
    for item in batch:
        if not item.done.done():
            item.done.set_exception(error)


def runs(batch: Sequence[Item[Any, Any]]) -> Iterator[tuple[Many, list[Any]]]:
    """Neighbours with the same `many`, in order."""
    start = 0
    for end in range(1, len(batch) + 1):
        if end == len(batch) or batch[end].many is not batch[start].many:
            yield batch[start].many, [item.what for item in batch[start:end]]
            start = end


async def one_by_one(tx: Tx, now: datetime, verbs: Sequence[Verb[Any]]) -> list[Any]:
    """Verbs that gain nothing from each other."""
    await held(tx)
    return [await verb(tx, now) for verb in verbs]
