"""The live log for programs: it goes on by itself when the database was away, and misses and repeats nothing."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from coterie.api.events import FIRST, InAll, InCommunity, Place, follow
from coterie.communities.actions import end_membership
from coterie.kit.access.tokens import revoke_token
from coterie.kit.live import Subscriber
from tests.api.site import Site, scope_of
from tests.world import World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def allowed() -> bool:
    return True


class Reader:
    """Somebody who follows: `ids` are the cursors that came, in order."""

    def __init__(self, world: World, place: Place) -> None:
        self.heard = b""
        woken = asyncio.Event()
        woken.set()
        self.subscriber = Subscriber(self.send)
        self.leave = world.house.hub.follow(place.topic, lambda _: woken.set())
        self.task = asyncio.create_task(follow(world.house, place, woken, self.subscriber, allowed))

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.heard += message["body"]

    @property
    def ids(self) -> list[bytes]:
        return [line for line in self.heard.split(b"\n") if line.startswith(b"id: ")]

    async def has(self, number: int) -> bool:
        for _ in range(500):
            if len(self.ids) >= number:
                return True
            await asyncio.sleep(0.01)
        return False

    async def close(self) -> None:
        self.leave()
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


def end_connections(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(
            """
            SELECT pg_terminate_backend(pid)
            FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        )


async def until_written(world: World, name: str) -> None:
    for _ in range(50):
        try:
            await world.customer(name).writes()
        except psycopg.OperationalError:
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("the database did not come back")


@pytest.mark.parametrize("everything", [True, False])
async def test_a_stream_goes_on_when_the_database_was_away(
    world: World, database: str, everything: bool
) -> None:
    community = await world.community()
    place = InAll(0, 0, FIRST, 0) if everything else InCommunity(community.id, 0)
    reader = Reader(world, place)
    await world.customer("Li").writes()
    before = await heads(database)
    assert await reader.has(before)
    for _ in range(3):
        end_connections(database)
        await asyncio.sleep(1.2)  # the once-a-second look meets the broken connections
    await until_written(world, "Mo")
    after = await heads(database)
    assert after > before
    assert await reader.has(after)
    assert len(reader.ids) == len(set(reader.ids)) == after
    await reader.close()


@pytest.mark.parametrize("how", ["the token is revoked", "they leave"])
async def test_a_stream_ends_when_it_is_no_longer_allowed(site: Site, how: str) -> None:
    person, gone, ended = site.people["expert"], asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            ended.set()
            gone.set()

    headers = {"authorization": f"Bearer {person.token}"}
    scope = scope_of("GET", "/api/v1/live", headers, b"")
    stream = asyncio.ensure_future(site.app(scope, receive, send))
    await asyncio.sleep(1.2)
    assert not ended.is_set()
    now = site.house.now()
    async with site.house.ledger.unit(site.communities["North"], now=now) as tx:
        if how == "they leave":
            await end_membership(tx, now, person.id)
        else:
            await revoke_token(tx, now, person.token_id)
    site.starlette.state.gate.forget(person.id)
    await asyncio.wait_for(ended.wait(), 5)
    await stream


async def heads(database: str) -> int:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        cursor = await connection.execute("SELECT sum(last_number)::int FROM streams")
        found = await cursor.fetchone()
    assert found is not None
    number: int = found[0]
    return number
