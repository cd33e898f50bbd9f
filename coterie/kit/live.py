"""From a commit to the screens: a hub that follows every stream in order, and the streams of the browsers.

The hub hears of events from its own process at once, of those of other processes by a NOTIFY that only wakes it, and
looks by itself once a second, since a NOTIFY can be lost in a crash. What it gives on has no gaps and no repeats.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

import psycopg
import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from coterie.kit import events, meters, tasks
from coterie.kit.db import Pool, Tx, connect, reading, transaction, value
from coterie.kit.events import Event
from coterie.kit.ids import new_id

Listener: TypeAlias = Callable[[Sequence[Event]], None]

CHANNEL = "coterie_streams"
EVERYTHING = "*"
"""The topic of whoever follows all streams."""
PING = b": \n\n"
PING_EVERY_S = 15
MOST_WAITING = (
    1_000_000  # bytes; a browser that is further behind is cut off and resumes from its cursor
)

log = structlog.get_logger()


class Hub:
    """Gives each listener the events of its topics: a stream's id, or an id among an event's `ids`."""

    def __init__(self, pool: Pool, url: str) -> None:
        self.pool = pool
        self.url = url
        self.heads: dict[str, int] = {}
        self.topics: dict[str, set[Listener]] = {}
        self.subscribers: list[set[Subscriber]] = [set() for _ in range(PING_EVERY_S)]
        self.behind: set[str] = set()
        self.woken = asyncio.Event()
        self.unsaid: set[str] = set()
        self.tasks: list[asyncio.Task[None]] = []
        self.opened = 0
        self.name = new_id()
        self.others = True
        """Whether another process may listen. Alone, there is nobody to tell; who comes looks within a second."""

    async def start(self) -> None:
        """Begin at the present: what happened before is read by whoever needs it."""
        async with transaction(self.pool) as tx:
            cursor = await tx.execute("SELECT id, last_number FROM streams")
            self.heads = dict(await cursor.fetchall())
        self.tasks = [
            asyncio.create_task(self.keep(self.listen)),
            asyncio.create_task(self.keep(self.catch_up)),
            asyncio.create_task(self.keep(self.look)),
            asyncio.create_task(self.keep(self.ping)),
        ]

    async def stop(self) -> None:
        await tasks.end(*self.tasks)
        for slot in self.subscribers:
            for subscriber in list(slot):
                subscriber.close()

    async def keep(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run for ever; a database that is away is waited for."""
        while True:
            try:
                await work()
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.warning("live streams wait for the database", error=str(error))
                await asyncio.sleep(0.5)

    def follow(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Give `listener` what happens in `topic` from now on. The answer ends it."""
        self.topics.setdefault(topic, set()).add(listener)

        def leave() -> None:
            listeners = self.topics.get(topic, set())
            listeners.discard(listener)
            if not listeners:
                self.topics.pop(topic, None)

        return leave

    def announce(self, happened: Sequence[Event]) -> None:
        """Tell our own listeners what this process has just committed, and the other processes that there is more."""
        by_stream: dict[str, list[Event]] = {}
        for event in happened:
            by_stream.setdefault(event.stream_id, []).append(event)
        for stream_id, its in by_stream.items():
            self.take(stream_id, its)
        if by_stream:
            self.unsaid.update(by_stream)
            self.woken.set()

    def take(self, stream_id: str, its: Sequence[Event]) -> None:
        """Give on what follows the head; where something before it is missing, read it first."""
        head = self.heads.setdefault(stream_id, its[0].number - 1)
        if its[0].number > head + 1:
            self.behind.add(stream_id)
            self.woken.set()
            return
        fresh = [event for event in its if event.number > head]
        if fresh:
            self.heads[stream_id] = fresh[-1].number
            self.give(fresh)

    def give(self, fresh: Sequence[Event]) -> None:
        batches: dict[Listener, list[Event]] = {}
        for event in fresh:
            for topic in {EVERYTHING, event.stream_id, *event.ids.values()}:
                for listener in self.topics.get(topic, ()):
                    batches.setdefault(listener, []).append(event)
        for listener, batch in batches.items():
            listener(batch)

    async def catch_up(self) -> None:
        """Say what is unsaid, read what is missing; the two wishes of `woken`."""
        await self.woken.wait()
        self.woken.clear()
        unsaid, self.unsaid = self.unsaid, set()
        if unsaid and self.others:
            await self.tell(unsaid)
        while self.behind:
            await self.read(self.behind.pop())

    async def tell(self, stream_ids: set[str]) -> None:
        """One coalesced NOTIFY after the commits, in a transaction of its own: inside them it would serialise them."""
        async with reading(self.pool) as tx:
            words = [self.name, *sorted(stream_ids)[:200]]
            await tx.execute("SELECT pg_notify(%s, %s)", [CHANNEL, ",".join(words)])

    async def read(self, stream_id: str) -> None:
        while True:
            head = self.heads.get(stream_id, 0)
            async with reading(self.pool) as tx:
                fresh = await events.after(tx, stream_id, head)
            if not fresh:
                return
            self.take(stream_id, fresh)

    async def look(self) -> None:
        """Once a second, whatever was notified: which streams are ahead of what we gave on?"""
        await asyncio.sleep(1)
        async with reading(self.pool) as tx:
            cursor = await tx.execute("SELECT id, last_number FROM streams")
            for stream_id, last in await cursor.fetchall():
                self.notice(stream_id, last)
            self.others = await listeners(tx) > 1

    def notice(self, stream_id: str, last: int) -> None:
        if self.heads.setdefault(stream_id, 0) < last:
            self.behind.add(stream_id)
            self.woken.set()

    async def listen(self) -> None:
        connection = await connect(self.url, autocommit=True)
        try:
            await connection.execute("SET application_name TO 'coterie live'")
            await connection.execute("LISTEN coterie_streams")
            async for heard in connection.notifies():
                self.hear(heard.payload)
        finally:
            await connection.close()

    def hear(self, payload: str) -> None:
        """Another process has committed: read what it wrote. Our own commits we know already."""
        name, *stream_ids = payload.split(",")
        if name != self.name:
            self.behind.update(stream_ids)
            self.woken.set()

    async def ping(self) -> None:
        """Every stream hears something each 15 s, a fifteenth of them each second."""
        for slot in self.subscribers:
            await asyncio.sleep(1)
            for subscriber in list(slot):
                subscriber.offer(PING)


async def listeners(tx: Tx) -> int:
    """How many processes follow the streams of this database."""
    number: int = await value(
        tx,
        """
        SELECT count(*)
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'coterie live'
        """,
    )
    return number


class Subscriber:
    """One open stream of a browser. Waiting costs one task and no timer; what is offered never blocks who offers."""

    __slots__ = ("closed", "pump", "send", "size", "waiting")

    def __init__(self, send: Send) -> None:
        self.send = send
        self.waiting: list[bytes] = []
        self.size = 0
        self.pump: asyncio.Task[None] | None = None
        self.closed = False

    def offer(self, chunk: bytes) -> None:
        """Have a chunk sent, after those before it."""
        if self.closed:
            return
        self.waiting.append(chunk)
        self.size += len(chunk)
        if self.size > MOST_WAITING:
            self.close()
        elif self.pump is None:
            self.pump = asyncio.create_task(self.empty())

    async def drained(self) -> None:
        """Wait until what was offered is sent, so that a long backlog goes out at the reader's pace."""
        if self.pump is not None:
            await asyncio.wait({self.pump})

    def close(self) -> None:
        """End the stream; the browser comes back with its cursor."""
        self.closed = True
        self.waiting.clear()
        if self.pump is None:
            self.pump = asyncio.create_task(self.empty())

    async def empty(self) -> None:
        """Send what waits until nothing does."""
        try:
            while self.waiting:
                body = b"".join(self.waiting)
                self.waiting.clear()
                self.size = 0
                await self.send({"type": "http.response.body", "body": body, "more_body": True})
            if self.closed:
                await self.send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            self.closed = True
        finally:
            self.pump = None


HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


Leave: TypeAlias = Callable[[], Awaitable[None] | None]
"""Ends a subscription."""
Opened: TypeAlias = Callable[["Subscriber"], Awaitable[Leave]]
"""Subscribes a stream that has just begun; the answer ends that."""

HELD = "coterie.held"
KEPT = ("type", "method", "path", "query_string", "http_version", "client")
"""What the server's own log of requests reads."""


class Stream(Response):
    """A server-sent stream as a response.

    It is handed to `Holding`, the outermost layer, and held open there: an idle stream keeps nothing of the request and
    its layers in memory, only what `opened` keeps.
    """

    def __init__(
        self, hub: Hub, opened: Opened, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        super().__init__(media_type="text/event-stream")
        self.hold = partial(hold, hub, opened, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[HELD] = self.hold


class Holding:
    """Holds the streams that the app below has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        held = scope.get(HELD)
        if held is not None:
            kept = {name: scope[name] for name in KEPT}
            scope.clear()
            scope.update(kept)
            await held(receive, send)


async def hold(
    hub: Hub, opened: Opened, headers: Sequence[tuple[bytes, bytes]], receive: Receive, send: Send
) -> None:
    """Hold a stream open until the browser goes."""
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *headers]})
    subscriber = Subscriber(send)
    subscriber.offer(PING)
    leave = await opened(subscriber)
    del opened
    hub.opened += 1
    slot = hub.subscribers[hub.opened % PING_EVERY_S]
    slot.add(subscriber)
    meters.STREAMS.inc()
    try:
        while not subscriber.closed and (await receive())["type"] != "http.disconnect":
            pass
    finally:
        slot.discard(subscriber)
        meters.STREAMS.dec()
        subscriber.closed = True
        await end(subscriber, leave)


async def end(subscriber: "Subscriber", leave: Leave) -> None:
    ended = leave()
    if ended is not None:
        await ended
    if subscriber.pump is not None:
        await tasks.end(subscriber.pump)


def sse(data: str, id_: str | int | None = None, event: str | None = None) -> bytes:
    """One server-sent event. Line breaks inside the data become lines of their own, as the format wants."""
    head = (f"id: {id_}\n" if id_ is not None else "") + (f"event: {event}\n" if event else "")
    body = "".join(f"data: {line}\n" for line in data.split("\n"))
    return f"{head}{body}\n".encode()
