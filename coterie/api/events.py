"""The log for programs: page by page, or live with a cursor to resume from. Facts without persons."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import psycopg
from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from coterie.api.edge import (
    After,
    EventsReader,
    House_,
    Limit,
    Shown,
    bad_cursor,
    cursor,
    number,
    read_cursor,
)
from coterie.api.problems import may_fail
from coterie.api.shapes import EventShown, event_shown
from coterie.kit import events as log
from coterie.kit.access.requirements import gate_of
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Forbidden, Invalid
from coterie.kit.house import House
from coterie.kit.ids import is_id
from coterie.kit.live import EVERYTHING, Stream, Subscriber, sse

router = APIRouter(tags=["events"])

FIRST = "00000000-0000-0000-0000-000000000000"
PAGE = 500


class Place(Protocol):
    """A reader's place in what they may see."""

    topic: str

    async def read(self, tx: Tx, limit: int) -> Sequence[tuple[dict[str, Any], str]]:
        """The next events as shown, each with the cursor after it; the place moves on."""
        ...


@dataclass(slots=True)
class InCommunity:
    """A place in one community's own numbering."""

    topic: str
    after: int

    async def read(self, tx: Tx, limit: int) -> Sequence[tuple[dict[str, Any], str]]:
        found = await log.after(tx, self.topic, self.after, limit)
        if found:
            self.after = found[-1].number
        return [(event_shown(e), cursor("community", e.stream_id, e.number)) for e in found]


@dataclass(slots=True)
class InAll:
    """A place in the order of all communities."""

    era: int
    transaction: int
    stream_id: str
    after: int
    topic: str = EVERYTHING

    async def read(self, tx: Tx, limit: int) -> Sequence[tuple[dict[str, Any], str]]:
        found = await log.after_in_all(
            tx, self.era, self.transaction, self.stream_id, self.after, limit
        )
        if found:
            last = found[-1]
            self.era, self.transaction = last.era, last.transaction
            self.stream_id, self.after = last.stream_id, last.number
        return [
            (event_shown(e), cursor("all", e.era, e.transaction, e.stream_id, e.number))
            for e in found
        ]


def place_of(viewer: Viewer, after: str | None) -> Place:
    """Where this viewer reads on. A member's log is their community's; an admin and a planner read all."""
    if viewer.sees_every_community:
        era, transaction, stream_id, last = (
            read_cursor(after, "all", 4) if after else ("0", "0", FIRST, "0")
        )
        check_stream(stream_id)
        return InAll(min(number(era), 32_767), number(transaction), stream_id, number(last))
    if len(viewer.community_ids) != 1:
        raise Forbidden("This token's account belongs to no community.", "no_community")
    [own] = viewer.community_ids
    if not after:
        return InCommunity(own, 0)
    stream_id, last = read_cursor(after, "community", 2)
    if stream_id != own:
        raise Invalid("That cursor is another community's.", "bad_cursor", field="after")
    return InCommunity(own, number(last))


def check_stream(stream_id: str) -> None:
    if stream_id != FIRST and not is_id(stream_id):
        raise bad_cursor()


class Events(Shown):
    items: list[EventShown]
    next: str | None


@router.get("/events", responses=may_fail())
async def events(
    house: House_, viewer: EventsReader, after: After = None, limit: Limit = 100
) -> Events:
    """Events in order after a cursor. `next` is the cursor to go on from, also when nothing is new yet."""
    place = place_of(viewer, after)
    async with house.read() as tx:
        found = await place.read(tx, limit)
    more = found[-1][1] if found else after
    return Events(items=[EventShown(**shown) for shown, _ in found], next=more)


@router.get(
    "/live",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}}, **may_fail()},
)
async def live(
    request: Request,
    house: House_,
    viewer: EventsReader,
    after: After = None,
    last_event_id: Annotated[str | None, Header(max_length=300)] = None,
) -> Response:
    """The same as server-sent events, whose id is the cursor. Resumes from `Last-Event-ID` or `?after=`."""
    place = place_of(viewer, last_event_id or after)
    gate = gate_of(request)
    shown = HTTPConnection({"type": "http", "headers": token_in(request)})

    async def allowed() -> bool:
        """Tokens are revoked, people leave: what was allowed when the stream began may not be now."""
        found = await gate.program(shown)
        return found is not None and found.has_scope("events:read") and sees(found, place)

    async def opened(subscriber: Subscriber) -> Callable[[], None]:
        woken = asyncio.Event()
        woken.set()
        leave = house.hub.follow(place.topic, lambda _: woken.set())
        task = asyncio.create_task(follow(house, place, woken, subscriber, allowed))

        def close() -> None:
            leave()
            task.cancel()

        return close

    return Stream(house.hub, opened)


def token_in(request: Request) -> list[tuple[bytes, bytes]]:
    """All that an open stream keeps of its request."""
    return [each for each in request.scope["headers"] if each[0] == b"authorization"]


def sees(viewer: Viewer, place: Place) -> bool:
    return viewer.sees_every_community or place.topic in viewer.community_ids


async def follow(
    house: House,
    place: Place,
    woken: asyncio.Event,
    subscriber: Subscriber,
    allowed: Callable[[], Awaitable[bool]],
) -> None:
    """Read on whenever something happened, and once a second anyhow; a database that is away is waited for."""
    while not subscriber.closed:
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), 1)
        woken.clear()
        with suppress(psycopg.Error):
            if not await allowed():
                subscriber.close()
                return
            await read_on(house, place, subscriber)


async def read_on(house: House, place: Place, subscriber: Subscriber) -> None:
    while not subscriber.closed:
        async with house.read() as tx:
            found = await place.read(tx, PAGE)
            # Before the connection is given back, since that may fail, and the place has moved on.
            for shown, at in found:
                subscriber.offer(sse(json.dumps(shown), at))
        if len(found) < PAGE:
            return
        await subscriber.drained()
