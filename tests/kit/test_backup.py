"""A restored backup equals its origin, and what fails changes nothing."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from coterie.kit.backup import back_up, client, pour, restore
from coterie.kit.errors import Refused
from coterie.kit.schema import dump_schema
from tests.tables import hashes

THINGS = """
CREATE TABLE things (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    said text,
    content bytea,
    notes jsonb,
    at timestamptz
);
INSERT INTO things (said, content, notes, at)
SELECT 'SET transaction_timeout = 0; \\ "ü" ' || chr(10) || n, sha512(n::text::bytea),
       jsonb_build_object('n', n), '2026-03-01'::timestamptz + n * interval '1 hour'
FROM generate_series(1, 5000) n;
"""


@pytest.fixture
def origin(database: str) -> str:
    """A database with rows in it, one of them large."""
    with psycopg.connect(database) as connection:
        connection.execute(THINGS.encode())
        connection.execute(
            "INSERT INTO things (content) VALUES (%s)", [os.urandom(4_000_000)], binary=True
        )
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "everything.backup"


def test_a_restored_backup_equals_its_origin(origin: str, empty_database: str, file: Path) -> None:
    seen: list[int] = []
    assert back_up(origin, file, seen.append) == file.stat().st_size
    restore(empty_database, file, watch=seen.append)
    assert hashes(empty_database) == hashes(origin)
    assert hashes(origin)["things"][0] == 5001
    assert dump_schema(empty_database) == dump_schema(origin)
    assert max(seen) > 4_000_000


NOTE = "ALTER TABLE ONLY public.things ALTER COLUMN said SET (pg_attver=26554360);\n"


def test_what_only_some_servers_know_is_left_out_before_the_data_and_nowhere_else(
    tmp_path: Path,
) -> None:
    dumped, poured = tmp_path / "dumped", tmp_path / "poured"
    before = "CREATE TABLE public.things (said text);\n"
    data = f"COPY public.things (said) FROM stdin;\n{NOTE}SET transaction_timeout = 0;\n\\.\n"
    dumped.write_text(f"SET transaction_timeout = 0;\n{before}{NOTE}{data}")
    with client(["cat", dumped]) as reader, client(["tee", poured]) as writer:
        pour(reader, writer, "", lambda size: None)
    assert poured.read_text() == f"BEGIN;\n{before}{data}\nCOMMIT;\n"


def test_numbering_goes_on_where_it_stood(origin: str, empty_database: str, file: Path) -> None:
    back_up(origin, file)
    restore(empty_database, file)
    with psycopg.connect(empty_database) as connection:
        found = connection.execute("INSERT INTO things DEFAULT VALUES RETURNING id").fetchone()
    assert found == (5002,)


def test_a_database_with_something_in_it_is_left_alone(
    origin: str, database: str, file: Path
) -> None:
    back_up(origin, file)
    before = hashes(origin)
    with pytest.raises(Refused, match="not empty"):
        restore(origin, file)
    assert hashes(origin) == before


def test_replace_puts_the_backup_in_place_of_what_is_there(origin: str, file: Path) -> None:
    back_up(origin, file)
    before, schema = hashes(origin), dump_schema(origin)
    with psycopg.connect(origin) as connection:
        connection.execute("DELETE FROM things")
        connection.execute("CREATE TABLE later (id integer)")
    restore(origin, file, replace=True)
    assert hashes(origin) == before
    assert dump_schema(origin) == schema


def test_a_damaged_file_changes_nothing(origin: str, file: Path) -> None:
    back_up(origin, file)
    before = hashes(origin)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) - 100_000])
    with pytest.raises(Refused, match="nothing was restored"):
        restore(origin, file, replace=True)
    assert hashes(origin) == before


def test_a_database_in_use_is_left_alone(origin: str, file: Path) -> None:
    back_up(origin, file)
    with psycopg.connect(origin), pytest.raises(Refused, match="Stop the server"):
        restore(origin, file, replace=True)


def test_another_file_is_no_backup(empty_database: str, file: Path) -> None:
    file.write_text("Dear diary")
    with pytest.raises(Refused, match="no backup of Coterie"):
        restore(empty_database, file)
    with pytest.raises(Refused, match="There is no file"):
        restore(empty_database, file.with_name("missing"))


def test_a_failed_backup_leaves_the_last_good_one(origin: str, file: Path) -> None:
    file.write_text("the last good one")
    with pytest.raises(Refused, match="backup failed"):
        back_up(origin + "_gone" if "://" in origin else f"{origin} dbname=gone", file)
    assert file.read_text() == "the last good one"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_database_without_coterie_is_not_backed_up(empty_database: str, file: Path) -> None:
    file.write_text("the last good one")
    with pytest.raises(Refused, match="nothing to back up"):
        back_up(empty_database, file)
    assert file.read_text() == "the last good one"


def test_a_backup_is_for_its_owner_alone(database: str, file: Path) -> None:
    back_up(database, file)
    assert file.stat().st_mode & 0o077 == 0


def test_the_password_is_in_no_process_list(
    database: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    popen = subprocess.Popen

    def noted(arguments: list[str], **options: object) -> object:
        seen.extend(map(str, arguments))
        return popen(arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", noted)
    back_up(f"{database} password=hush-hush", file)
    assert seen
    assert not [argument for argument in seen if "hush" in argument]
