"""The only way to write: a transaction that holds its streams, reacts to what was emitted, and tells the world after."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TypeAlias

from coterie.kit import events, meters
from coterie.kit.db import Pool, Tx, pipelined
from coterie.kit.events import Event, Record

Reaction: TypeAlias = Callable[[Tx, datetime, Sequence[Event]], Awaitable[None]]
Announce: TypeAlias = Callable[[Sequence[Event]], None]


class Ledger:
    """Units of work over streams. `reactions` say who reacts to a kind of event, in the same transaction."""

    def __init__(
        self, pool: Pool, reactions: Mapping[str, Sequence[Reaction]], announce: Announce
    ) -> None:
        self.pool = pool
        self.reactions = reactions
        self.announce = announce

    @asynccontextmanager
    async def unit(self, *stream_ids: str, now: datetime, held: bool = True) -> AsyncIterator[Tx]:
        """A transaction that holds these streams; committed with its events at the end, or not at all.

        It is a pipeline: a statement whose answer nobody fetches costs no round trip. With `held` false the streams
        are asked for and `events.held` is still to be awaited, so that reads can go along with the lock.
        """
        async with pipelined(self.pool) as tx:
            record = events.begin(tx)
            record.settle = partial(self.react, tx, now, record)
            await events.ask_to_hold(tx, stream_ids)
            if held:
                await events.held(tx)
            yield tx
            await record.settle()
            await events.write(tx, record)
        for event in record.events:
            meters.EVENTS.labels(event.kind).inc()
        self.announce(record.events)

    async def react(self, tx: Tx, now: datetime, record: Record) -> None:
        """Let the reactions see every event once, their own too; those of one kind come together."""
        while record.seen < len(record.events):
            fresh = record.events[record.seen :]
            record.seen = len(record.events)
            for kind in dict.fromkeys(event.kind for event in fresh):
                for reaction in self.reactions.get(kind, ()):
                    await reaction(tx, now, [e for e in fresh if e.kind == kind])
