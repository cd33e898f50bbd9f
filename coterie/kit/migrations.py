"""Numbered plain SQL that takes a database forward: each file once, in order, in a transaction of its own."""

import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from coterie.kit import db
from coterie.kit.errors import Refused

OLDEST_SERVER = 15
LOCK = 7_263_548_901
FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: what it is called and what it says."""

    number: int
    name: str
    sql: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql).hexdigest()

    @property
    def title(self) -> str:
        return f"{self.number:04}_{self.name}"


@dataclass(frozen=True, slots=True)
class Applied:
    """A row of the table of what was applied."""

    number: int
    name: str
    sha256: str


async def migrate(url: str, now: datetime, *, folder: Path | None = None) -> list[Migration]:
    """Apply what is missing and return it. Two servers that start at once take turns."""
    wanted = read_migrations(folder or migrations_folder())
    connection = await db.connect(url, autocommit=True)
    async with connection, alone(connection):
        await check_server(connection)
        await create_table(connection)
        missing = missing_from(await applied(connection), wanted)
        for migration in missing:
            await apply(connection, migration, now)
        return missing


async def check_server(connection: db.Tx) -> None:
    """What would go wrong later, and then for a customer, is refused before anything is made."""
    version = connection.info.server_version // 10_000
    if version < OLDEST_SERVER:
        raise Refused(f"This is PostgreSQL {version}; Coterie needs {OLDEST_SERVER} or newer.")
    encoding = await db.value(connection, "SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        raise Refused(f"The database is in {encoding}; Coterie needs one in UTF8.")


async def pending(url: str, *, folder: Path | None = None) -> list[Migration]:
    """What `migrate` would apply; changes nothing."""
    wanted = read_migrations(folder or migrations_folder())
    connection = await db.connect(url, autocommit=True)
    async with connection:
        known = await db.value(connection, "SELECT to_regclass('migrations') IS NOT NULL")
        return missing_from(await applied(connection) if known else [], wanted)


def migrations_folder() -> Path:
    """Inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    shipped = package / "migrations"
    return shipped if shipped.is_dir() else package.parent / "migrations"


def read_migrations(folder: Path) -> list[Migration]:
    """Every file of the folder in order; a stray name, a gap or a number used twice is refused."""
    found = [read_migration(path) for path in sorted(folder.glob("*.sql"))]
    for place, migration in enumerate(found, start=1):
        if migration.number != place:
            raise Refused(
                f"Migration {place:04} is missing or twice in {folder}: found {migration.title}."
            )
    if not found:
        raise Refused(f"There are no migrations in {folder}.")
    return found


def read_migration(path: Path) -> Migration:
    match = FILE.fullmatch(path.name)
    if not match:
        raise Refused(f"{path} is not named like a migration, such as 0001_kit.sql.")
    return Migration(int(match[1]), match[2], path.read_bytes())


def missing_from(have: Sequence[Applied], wanted: Sequence[Migration]) -> list[Migration]:
    """What the database lacks, once what it has is seen to be what we would have given it."""
    if len(have) > len(wanted):
        raise Refused(
            f"The database is newer than this program: it has migration {have[-1].number:04}_"
            f"{have[-1].name}, this program ends at {wanted[-1].title}. Install the newer program."
        )
    for row, migration in zip(have, wanted, strict=False):
        if (row.number, row.sha256) != (migration.number, migration.sha256):
            raise Refused(
                f"Migration {migration.title} was changed after it was applied. "
                "Restore the file and put the change into a new migration."
            )
    return list(wanted[len(have) :])


@asynccontextmanager
async def alone(connection: db.Tx) -> AsyncIterator[None]:
    await db.execute(connection, "SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        await db.execute(connection, "SELECT pg_advisory_unlock(%s)", [LOCK])


async def create_table(connection: db.Tx) -> None:
    try:
        await db.execute(
            connection,
            """
            CREATE TABLE IF NOT EXISTS migrations (
                number integer PRIMARY KEY,
                name text NOT NULL,
                sha256 text NOT NULL,
                applied_at timestamptz NOT NULL
            )
            """,
        )
    except psycopg.Error as error:
        raise Refused(f"The database lets us make no tables: {error}.") from error


async def applied(connection: db.Tx) -> list[Applied]:
    return await db.rows(
        connection,
        Applied,
        """
        SELECT number, name, sha256
        FROM migrations
        ORDER BY number
        """,
    )


async def apply(connection: db.Tx, migration: Migration, now: datetime) -> None:
    """Run one file and note it, both or neither."""
    try:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await db.execute(
                connection,
                """
                INSERT INTO migrations (number, name, sha256, applied_at)
                VALUES (%s, %s, %s, %s)
                """,
                [migration.number, migration.name, migration.sha256, now],
            )
    except psycopg.Error as error:
        raise Refused(f"Migration {migration.title} failed: {error}") from error
