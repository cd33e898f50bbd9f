"""A whole house in one file: what is restored equals its origin, also when customers wrote meanwhile."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from coterie.kit.backup import back_up, restore
from coterie.kit.schema import dump_schema
from tests.lived import live_a_day
from tests.tables import hashes
from tests.world import Customer, made_world


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "house.backup"


async def test_every_table_of_a_restored_house_equals_its_origin(
    database: str, empty_database: str, file: Path
) -> None:
    async with made_world(database) as world:
        await live_a_day(world)
    before = hashes(database)
    assert len([table for table, (count, _) in before.items() if count]) > 25
    back_up(database, file)
    assert hashes(database) == before, "a backup changes nothing"
    restore(empty_database, file)
    assert hashes(empty_database) == before
    assert dump_schema(empty_database) == dump_schema(database)


async def test_a_restored_house_goes_on(database: str, empty_database: str, file: Path) -> None:
    async with made_world(database) as world:
        riverina = await world.community()
        ana = await riverina.expert("Ana")
        li = world.customer("Li")
        before = await li.writes("One")
        await ana.answers(before.case_id)
    back_up(database, file)
    restore(empty_database, file)
    async with made_world(empty_database) as again:
        again.token = world.token
        li.world = again
        after = await li.writes("Two")
    assert (after.thread_id, after.case_id) == (before.thread_id, before.case_id)
    assert after.number == before.number + 2
    assert after.owner_id == ana.id


async def test_a_backup_while_customers_write_holds_one_moment(
    database: str, empty_database: str, file: Path
) -> None:
    """Whatever was acknowledged before it began is in it, and nothing in it lacks what it belongs to."""
    async with made_world(database) as world:
        riverina = await world.community()
        await riverina.expert("Ana")
        people = [world.customer(f"Customer {n}") for n in range(6)]
        early = await asyncio.gather(*(person.writes("Early") for person in people))
        at_work = asyncio.Event()
        writers = [asyncio.create_task(write_on(person, at_work)) for person in people]
        await at_work.wait()
        await asyncio.to_thread(back_up, database, file)
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
    restore(empty_database, file)
    assert {str(receipt.message_id) for receipt in early} <= set(column(empty_database, MESSAGES))
    for broken in (GAPS_IN_THREADS, GAPS_IN_STREAMS, MESSAGES_WITHOUT_EVENT):
        assert column(empty_database, broken) == []
    assert column(database, COUNT) > column(empty_database, COUNT), "they did write meanwhile"


async def write_on(person: Customer, at_work: asyncio.Event) -> None:
    while True:
        await person.writes("And another thing")
        at_work.set()


def column(url: str, query: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(query.encode()).fetchall()]


MESSAGES = "SELECT id::text FROM messages"
COUNT = "SELECT count(*) FROM messages"
GAPS_IN_THREADS = """
    SELECT thread_id::text
    FROM messages
    GROUP BY thread_id
    HAVING max(number) <> count(*) OR min(number) <> 1
"""
GAPS_IN_STREAMS = """
    SELECT s.id::text
    FROM streams s
    LEFT JOIN events e ON e.stream_id = s.id
    GROUP BY s.id, s.last_number
    HAVING s.last_number <> count(e.number)
"""
MESSAGES_WITHOUT_EVENT = """
    SELECT m.id::text
    FROM messages m
    WHERE NOT EXISTS (
        SELECT
        FROM events e
        WHERE e.kind = 'message_received'
          AND e.ids ->> 'message' = m.id::text
    )
"""
