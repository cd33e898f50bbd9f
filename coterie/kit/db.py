"""The way to PostgreSQL: a pool, a transaction, and typed answers to plain SQL.

Ids are `str` here and `uuid` there; a list of them is written `ANY(%s::uuid[])`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, LiteralString, TypeAlias, TypeVar

from psycopg import AsyncCursor, Error, OperationalError
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.errors import UniqueViolation
from psycopg.pq import Format
from psycopg.rows import class_row, scalar_row
from psycopg.types.json import JsonbDumper
from psycopg_pool import AsyncConnectionPool

from coterie.kit.pipeline import Connection

Tx: TypeAlias = Connection
Pool: TypeAlias = AsyncConnectionPool[Tx]
Asked: TypeAlias = AsyncCursor[Any]
"""A question whose answer is fetched when it is needed."""
Params: TypeAlias = Sequence[Any] | Mapping[str, Any]
T = TypeVar("T")


class TextId(Loader):
    """A uuid as the `str` that it is everywhere in Python."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode("ascii")


class BinaryId(Loader):
    """The same from the sixteen bytes of the binary format."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        digits = bytes(data).hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


async def open_pool(
    url: str, *, min_size: int = 2, max_size: int = 10, writing: bool = False
) -> Pool:
    """Open a pool of configured connections, the first of them already there.

    Those for writing run a few statements over and over: they are prepared and planned once a connection.
    """
    pool: Pool = AsyncConnectionPool(
        url,
        connection_class=Connection,
        min_size=min_size,
        max_size=max_size,
        configure=configure_to_write if writing else configure,
        open=False,
        name="coterie",
        timeout=10,
    )
    await pool.open(wait=True, timeout=30)
    return pool


async def connect(url: str, *, autocommit: bool = False) -> Tx:
    """One configured connection outside the pool, for whoever listens or administers."""
    connection = await Connection.connect(url, autocommit=autocommit)
    try:
        await configure(connection)
    except BaseException:  # who is cancelled here holds nothing yet that they could close
        await connection.close()
        raise
    return connection


async def configure(connection: Tx) -> None:
    """UTC, ids as `str`, dicts as jsonb. The zone is set outside a transaction: no rollback undoes it."""
    connection.adapters.register_loader("uuid", TextId)
    connection.adapters.register_loader("uuid", BinaryId)
    connection.adapters.register_dumper(dict, JsonbDumper)
    asked = connection.autocommit
    await connection.set_autocommit(True)
    await connection.execute("SET TimeZone TO 'UTC'")
    await connection.set_autocommit(asked)


async def configure_to_write(connection: Tx) -> None:
    """Begin and commit are statements of their own here, so that they travel with the others.

    A plan is made once and kept, perhaps from when a table was nearly empty. What is asked here is asked by key, so it
    must be a plan that suits a large one, too: by indexes.
    """
    await configure(connection)
    connection.prepare_threshold = 0
    await connection.set_autocommit(True)
    for setting in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit"):
        await connection.execute("SELECT set_config(%s, 'off', false)", [setting])
    await connection.execute("SET plan_cache_mode TO force_generic_plan")


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Tx]:
    """A connection in a transaction: committed at the end, rolled back by an error."""
    async with pool.connection() as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def pipelined(pool: Pool) -> AsyncIterator[Tx]:
    """A transaction on a connection for writing: statements are saved up and sent when an answer is fetched.

    What was written last travels with the commit. An error keeps the commit behind it from being run.
    """
    async with pool.connection() as connection:
        try:
            async with connection.pipeline():
                await connection.execute("BEGIN")
                yield connection
                committed = await connection.execute("COMMIT")
        except BaseException:
            with suppress(Error):  # with a lost connection the transaction is lost, too
                await connection.rollback()
            raise
        if committed.statusmessage != "COMMIT":
            raise OperationalError(f"instead of a commit: {committed.statusmessage}")


@asynccontextmanager
async def reading(pool: Pool) -> AsyncIterator[Tx]:
    """A connection to look with. Each statement stands alone, so looking begins and ends nothing."""
    async with pool.connection() as connection:
        if connection.autocommit:
            yield connection
            return
        await connection.set_autocommit(True)
        try:
            yield connection
        finally:
            if not connection.closed:
                await connection.set_autocommit(False)


@asynccontextmanager
async def together(tx: Tx) -> AsyncIterator[None]:
    """Statements that need no answer of each other, sent in one piece."""
    if tx.pgconn.pipeline_status:
        yield
    else:
        async with tx.pipeline():
            yield


async def ask(tx: Tx, kind: type[T], sql: LiteralString, params: Params = ()) -> AsyncCursor[T]:
    """The question of `rows` and `row`; `fetchall` or `fetchone` brings its answer, when it is needed."""
    cursor = tx.cursor(row_factory=class_row(kind))
    await cursor.execute(sql, params)
    return cursor


async def rows(tx: Tx, kind: type[T], sql: LiteralString, params: Params = ()) -> list[T]:
    """Every row as a `kind`, whose fields are named like the columns."""
    return await (await ask(tx, kind, sql, params)).fetchall()


async def row(tx: Tx, kind: type[T], sql: LiteralString, params: Params = ()) -> T | None:
    """The first row as a `kind`, or None where there is none."""
    return await (await ask(tx, kind, sql, params)).fetchone()


async def value(tx: Tx, sql: LiteralString, params: Params = ()) -> Any:
    """The first column of the first row, or None where there is no row."""
    async with tx.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(sql, params)
        return await cursor.fetchone()


async def execute(tx: Tx, sql: LiteralString, params: Params = ()) -> int:
    """Run a statement and say how many rows it touched."""
    async with tx.cursor() as cursor:
        await cursor.execute(sql, params)
        await tx.answered()
        return cursor.rowcount


def is_lost(error: BaseException) -> bool:
    """The connection went, or there was none: whether a transaction came through, nobody knows."""
    return isinstance(error, OperationalError) and not is_race(error)


def is_race(error: BaseException) -> bool:
    """Somebody was quicker, or waited for us as we for them (class 40): a second look sees what they did."""
    given_up = isinstance(error, OperationalError) and (error.sqlstate or "").startswith("40")
    return given_up or isinstance(error, UniqueViolation)
