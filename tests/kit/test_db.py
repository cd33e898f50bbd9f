"""The way to the database: types in and out, and transactions that hold."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from coterie.kit import db

ID = "0190c0de-0000-7000-8000-00000000c0de"


@dataclass(frozen=True, slots=True)
class Thing:
    id: str
    values: dict[str, int]
    at: datetime


async def test_a_row_is_a_dataclass_with_str_ids_python_json_and_utc_times(tx: db.Tx) -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    thing = await db.row(
        tx,
        Thing,
        """
        SELECT %s::uuid AS id, %s AS values, %s AS at
        """,
        [ID, {"a": 1}, at],
    )
    assert thing == Thing(ID, {"a": 1}, at)
    assert thing.at.utcoffset() == at.utcoffset()


async def test_ids_are_str_in_the_binary_format_too(tx: db.Tx) -> None:
    cursor = tx.cursor(binary=True)
    await cursor.execute("SELECT %s::uuid, ARRAY[%s::uuid]", [ID, ID])
    assert await cursor.fetchone() == (ID, [ID])


async def test_a_list_of_ids_finds_its_rows(tx: db.Tx) -> None:
    assert await db.value(tx, "SELECT %s::uuid = ANY(%s::uuid[])", [ID, [ID]])


async def test_no_row_is_none(tx: db.Tx) -> None:
    assert await db.row(tx, Thing, "SELECT 1 WHERE false") is None
    assert await db.value(tx, "SELECT 1 WHERE false") is None


async def test_an_error_rolls_the_transaction_back_and_keeps_the_zone(database: str) -> None:
    pool = await db.open_pool(database, min_size=1, max_size=1)
    try:
        with pytest.raises(ZeroDivisionError):
            await write_and_fail(pool)
        async with db.transaction(pool) as tx:
            assert await db.value(tx, "SELECT to_regclass('left_behind')") is None
            assert await db.value(tx, "SHOW TimeZone") == "UTC"
    finally:
        await pool.close()


async def write_and_fail(pool: db.Pool) -> None:
    async with db.transaction(pool) as tx:
        await db.execute(tx, "CREATE TABLE left_behind (id integer)")
        _ = 1 / 0


async def test_what_is_committed_is_seen_by_others(database: str) -> None:
    pool = await db.open_pool(database, min_size=2, max_size=2)
    try:
        async with db.transaction(pool) as tx:
            await db.execute(tx, "CREATE TABLE kept (id integer)")
            assert await db.execute(tx, "INSERT INTO kept VALUES (1), (2)") == 2
        async with db.transaction(pool) as tx:
            assert await db.value(tx, "SELECT count(*) FROM kept") == 2
    finally:
        await pool.close()
