"""Group commit and the log under it: a bad item fails alone, a race is looked at again, a lost connection is said."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

import psycopg
import pytest

from coterie.conversations.model import Receipt
from coterie.kit import events
from coterie.kit.db import Tx
from coterie.kit.errors import Refused
from coterie.kit.ids import new_id
from tests.world import World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def test_a_bad_item_fails_alone(world: World) -> None:
    community = await world.community()

    async def good(tx: Tx, now: datetime) -> int:
        events.emit(tx, community.id, "settings_changed", now, {})
        return 1

    async def bad(tx: Tx, now: datetime) -> int:
        await good(tx, now)
        raise Refused("No.")

    before = await head(world, community.id)
    verbs = [bad if n % 5 == 0 else good for n in range(20)]
    answers = await asyncio.gather(
        *(world.house.act(community.id, verb) for verb in verbs), return_exceptions=True
    )
    assert [answer == 1 for answer in answers] == [verb is good for verb in verbs]
    assert await head(world, community.id) == before + verbs.count(good)


async def test_a_lost_connection_is_said_and_nothing_is_done_twice(world: World) -> None:
    """Whether a commit came through is unknown then: who asked comes again with their key."""
    community = await world.community()
    runs: list[str] = []

    async def verb(tx: Tx, now: datetime, name: str = "good") -> None:
        runs.append(name)

    async def last(tx: Tx, now: datetime) -> None:
        await verb(tx, now, "last")
        await tx.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    verbs = [verb, verb, last]
    answers = await asyncio.gather(
        *(world.house.act(community.id, each) for each in verbs), return_exceptions=True
    )
    assert all(isinstance(answer, psycopg.OperationalError) for answer in answers)
    assert runs == ["good", "good", "last"]


async def test_one_key_for_two_communities_at_once_is_one_message(world: World) -> None:
    await world.community("North", ["2480"])
    await world.community("South", ["2650"])
    people = [world.customer("Li", "2480"), world.customer("Mo", "2650")]
    for n in range(15):
        key = new_id()
        answers = await asyncio.gather(
            *(each.writes(f"Turn {n} of {each.name}", key=key) for each in people),
            return_exceptions=True,
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Receipt", "Refused"]


async def test_a_newcomer_who_names_two_areas_at_once_is_one_customer(world: World) -> None:
    await world.community("North", ["2480"])
    await world.community("South", ["2650"])
    for n in range(15):
        here, there = world.customer(f"Li {n}", "2480"), world.customer(f"Li {n}", "2650")
        there.value = here.value
        answers = await asyncio.gather(here.writes("One"), there.writes("Two"))
        assert all(isinstance(answer, Receipt) for answer in answers)
        assert len({answer.thread_id for answer in answers}) == 1
        assert sorted(answer.number for answer in answers) == [1, 2]


async def test_the_order_of_all_streams_keeps_the_order_of_each(world: World) -> None:
    """Who took a second stream late has an older transaction than those who were there before."""
    north, south = await world.community("North"), await world.community("South")
    ledger, now = world.house.ledger, world.now
    async with ledger.unit(north.id, now=now) as slow:
        events.emit(slow, north.id, "settings_changed", now, {})
        for _ in range(3):
            async with ledger.unit(south.id, now=now) as quick:
                events.emit(quick, south.id, "settings_changed", now, {})
        await events.hold(slow, [south.id])
        events.emit(slow, south.id, "settings_changed", now, {})
    async with world.house.read() as tx:
        every = await events.after_in_all(tx, 0, 0, "00000000-0000-0000-0000-000000000000", 0)
    for community in (north, south):
        numbers = [event.number for event in every if event.stream_id == community.id]
        assert numbers == list(range(1, len(numbers) + 1))


async def head(world: World, stream_id: str) -> int:
    async with world.house.read() as tx:
        return len(await events.after(tx, stream_id, 0))


async def test_who_goes_away_stops_nothing_that_was_accepted(world: World) -> None:
    community = await world.community()
    done: list[int] = []

    async def verb(number: int, tx: Tx, now: datetime) -> None:
        events.emit(tx, community.id, "settings_changed", now, {})
        done.append(number)

    before = await head(world, community.id)
    asked = [
        asyncio.create_task(world.house.act(community.id, partial(verb, number)))
        for number in range(6)
    ]
    await asyncio.sleep(0)
    for task in asked[::2]:
        task.cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(answer, asyncio.CancelledError) for answer in answers] == [True, False] * 3
    assert done == list(range(6))
    assert await head(world, community.id) == before + 6


async def test_more_communities_than_connections_wait_for_each_other(world: World) -> None:
    communities = [await world.community(f"Area {n}", [str(n)]) for n in range(20)]
    people = [world.customer(f"Li {n}", str(n % 20)) for n in range(100)]
    receipts = await asyncio.gather(*(each.writes() for each in people))
    assert {receipt.community_id for receipt in receipts} == {each.id for each in communities}
