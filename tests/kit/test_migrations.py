"""Migrations go forward, once, in order, and give the documented schema."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from coterie.kit import db
from coterie.kit.errors import Refused
from coterie.kit.migrations import migrate, pending
from coterie.kit.schema import dump_schema

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
DOCUMENTED = ROOT / "docs" / "reference" / "schema.sql"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "0001_birds.sql", "CREATE TABLE birds (name text);")
    write(tmp_path, "0002_fish.sql", "CREATE TABLE fish (name text); CREATE TABLE crabs (id int);")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)


async def titles(url: str, folder: Path) -> list[str]:
    return [migration.title for migration in await migrate(url, NOW, folder=folder)]


async def exists(url: str, table: str) -> bool:
    async with await db.connect(url) as tx:
        return await db.value(tx, "SELECT to_regclass(%s)", [table]) is not None


async def test_each_is_applied_once_and_said(empty_database: str, folder: Path) -> None:
    assert await titles(empty_database, folder) == ["0001_birds", "0002_fish"]
    assert await titles(empty_database, folder) == []
    assert await exists(empty_database, "crabs")


async def test_two_servers_that_start_at_once_take_turns(empty_database: str, folder: Path) -> None:
    done = await asyncio.gather(*(titles(empty_database, folder) for _ in range(4)))
    assert sorted(done, key=len) == [[], [], [], ["0001_birds", "0002_fish"]]


async def test_what_is_pending_is_said_and_not_done(empty_database: str, folder: Path) -> None:
    assert len(await pending(empty_database, folder=folder)) == 2
    assert not await exists(empty_database, "migrations")


async def test_a_failing_one_leaves_nothing_of_itself(empty_database: str, folder: Path) -> None:
    write(folder, "0003_bad.sql", "CREATE TABLE half (id int); SELECT 1 / 0;")
    with pytest.raises(Refused, match="0003_bad failed: division by zero"):
        await migrate(empty_database, NOW, folder=folder)
    assert await exists(empty_database, "fish")
    assert not await exists(empty_database, "half")
    write(folder, "0003_bad.sql", "CREATE TABLE whole (id int);")
    assert await titles(empty_database, folder) == ["0003_bad"]


async def test_a_file_changed_afterwards_is_refused(empty_database: str, folder: Path) -> None:
    await migrate(empty_database, NOW, folder=folder)
    write(folder, "0001_birds.sql", "CREATE TABLE birds (name text, wings int);")
    with pytest.raises(Refused, match="0001_birds was changed after it was applied"):
        await migrate(empty_database, NOW, folder=folder)


async def test_a_newer_database_is_refused(empty_database: str, folder: Path) -> None:
    await migrate(empty_database, NOW, folder=folder)
    (folder / "0002_fish.sql").unlink()
    with pytest.raises(Refused, match="newer than this program"):
        await migrate(empty_database, NOW, folder=folder)


async def test_where_no_table_can_be_made_that_is_said(empty_database: str, folder: Path) -> None:
    url = make_conninfo(empty_database, options="-c default_transaction_read_only=on")
    with pytest.raises(Refused, match=r"lets us make no tables: .* read-only"):
        await migrate(url, NOW, folder=folder)


async def test_an_old_server_is_refused_before_anything_is_made(
    empty_database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coterie.kit.migrations.OLDEST_SERVER", 99)
    with pytest.raises(Refused, match="needs 99 or newer"):
        await migrate(empty_database, NOW, folder=folder)
    assert not await exists(empty_database, "migrations")


@pytest.mark.parametrize("name", ["0004_gap.sql", "0002_twice.sql", "later.sql"])
async def test_a_gap_a_double_and_a_stray_are_refused(
    empty_database: str, folder: Path, name: str
) -> None:
    write(folder, name, "SELECT 1")
    with pytest.raises(Refused):
        await migrate(empty_database, NOW, folder=folder)
    assert not await exists(empty_database, "birds")


def test_the_documented_schema_is_what_the_migrations_give(database: str) -> None:
    assert dump_schema(database) == DOCUMENTED.read_text(), "Run `make schema`."


async def test_what_points_at_a_row_that_may_be_deleted_is_found_by_an_index(tx: db.Tx) -> None:
    """Without one, each deletion reads the whole table that points there."""
    code = "".join(each.read_text() for each in (ROOT / "coterie").rglob("*.py"))
    deleted = sorted(set(re.findall(r"DELETE FROM (\w+)", code)))
    assert "threads" in deleted
    cursor = await tx.execute(
        """
        SELECT c.conrelid::regclass::text, c.conname
        FROM pg_constraint c
        WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY(%s)
          AND NOT EXISTS (
              SELECT FROM pg_index i
              WHERE i.indrelid = c.conrelid
                AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
                AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) LIKE '(%% IS NOT NULL)'))
        ORDER BY 1, 2
        """,
        [deleted],
    )
    assert await cursor.fetchall() == []
