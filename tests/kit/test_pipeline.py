"""A transaction whose statements travel together: what was written is committed as one, or an error says that it is not."""

from collections.abc import AsyncIterator
from typing import LiteralString

import pytest
from psycopg import OperationalError
from psycopg.errors import UndefinedTable, UniqueViolation

from coterie.kit import db


@pytest.fixture
async def pool(database: str) -> AsyncIterator[db.Pool]:
    pool = await db.open_pool(database, min_size=2, max_size=2, writing=True)
    async with pool.connection() as tx:
        await tx.execute("CREATE TABLE kept (id integer PRIMARY KEY DEFERRABLE, what text)")
    yield pool
    await pool.close()


async def kept(pool: db.Pool) -> list[int]:
    async with db.reading(pool) as tx:
        cursor = await tx.execute("SELECT id FROM kept ORDER BY id")
        return [id_ for (id_,) in await cursor.fetchall()]


async def test_nothing_is_sent_before_an_answer_is_wanted(pool: db.Pool) -> None:
    async with db.pipelined(pool) as tx, pool.connection() as other:
        await tx.execute("INSERT INTO kept VALUES (1)")
        assert await active(other, tx) == 0
        assert await db.value(tx, "SELECT count(*) FROM kept") == 1
        assert await active(other, tx) == 1
    assert await kept(pool) == [1]


async def active(other: db.Tx, tx: db.Tx) -> int:
    """How many transactions the connection of `tx` has begun, as the server sees it from another one."""
    found: int = await db.value(
        other,
        "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND xact_start IS NOT NULL",
        [tx.pgconn.backend_pid],
    )
    return found


async def test_how_many_rows_were_touched_is_known_at_once(pool: db.Pool) -> None:
    async with db.pipelined(pool) as tx:
        await tx.execute("INSERT INTO kept VALUES (1), (2)")
        assert await db.execute(tx, "UPDATE kept SET what = 'x' WHERE id > %s", [1]) == 1


async def test_an_error_among_what_was_written_last_is_raised_and_nothing_stays(
    pool: db.Pool,
) -> None:
    with pytest.raises(UndefinedTable):
        await write(
            pool,
            "INSERT INTO kept VALUES (1)",
            "INSERT INTO nowhere VALUES (1)",
            "INSERT INTO kept VALUES (2)",
        )
    assert await kept(pool) == []


async def write(pool: db.Pool, *statements: LiteralString) -> None:
    async with db.pipelined(pool) as tx:
        for statement in statements:
            await tx.execute(statement)


async def test_an_error_at_the_commit_itself_is_raised(pool: db.Pool) -> None:
    with pytest.raises(UniqueViolation):
        await write(pool, "SET CONSTRAINTS ALL DEFERRED", "INSERT INTO kept VALUES (1), (1)")
    assert await kept(pool) == []


async def test_an_error_that_somebody_swallows_is_no_commit(pool: db.Pool) -> None:
    with pytest.raises(OperationalError):
        await write_and_swallow(pool)
    assert await kept(pool) == []


async def write_and_swallow(pool: db.Pool) -> None:
    async with db.pipelined(pool) as tx:
        await tx.execute("INSERT INTO kept VALUES (1)")
        with pytest.raises(UndefinedTable):
            await db.value(tx, "SELECT 1 FROM nowhere")


async def test_an_error_of_ours_rolls_back_and_the_connection_serves_the_next(
    pool: db.Pool,
) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await write_and_fail(pool)
    async with db.pipelined(pool) as tx:
        await tx.execute("INSERT INTO kept VALUES (2)")
    assert await kept(pool) == [2]


async def write_and_fail(pool: db.Pool) -> None:
    async with db.pipelined(pool) as tx:
        await tx.execute("INSERT INTO kept VALUES (1)")
        _ = 1 / 0


async def test_a_savepoint_inside_gives_up_only_its_own(pool: db.Pool) -> None:
    async with db.pipelined(pool) as tx:
        await tx.execute("INSERT INTO kept VALUES (1)")
        with pytest.raises(UniqueViolation):
            await write_twice(tx)
        await tx.execute("INSERT INTO kept VALUES (3)")
    assert await kept(pool) == [1, 3]


async def write_twice(tx: db.Tx) -> None:
    async with tx.transaction():
        await tx.execute("INSERT INTO kept VALUES (2)")
        await tx.execute("SET CONSTRAINTS ALL IMMEDIATE")
        await tx.execute("INSERT INTO kept VALUES (2)")


async def test_more_than_the_socket_holds_goes_both_ways(pool: db.Pool) -> None:
    text = "x" * 1_000_000
    async with db.pipelined(pool) as tx:
        asked = [
            await tx.execute("INSERT INTO kept VALUES (%s, %s) RETURNING what", [number, text])
            for number in range(20)
        ]
        for each in asked:
            assert await each.fetchone() == (text,)
    assert len(await kept(pool)) == 20


async def test_statements_sent_together_outside_a_transaction(pool: db.Pool) -> None:
    async with db.reading(pool) as tx:
        async with db.together(tx):
            one = await tx.execute("SELECT 1")
            two = await tx.execute("SELECT 2")
        assert (await one.fetchone(), await two.fetchone()) == ((1,), (2,))
