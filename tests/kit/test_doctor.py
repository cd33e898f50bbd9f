"""Each finding of doctor, on a database that has just that wrong; and that it says so in one line."""

import socket
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from coterie.kit import doctor
from coterie.kit.doctor import Check, check_clock, examine, told
from coterie.kit.settings import Settings

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def stranger(server: str) -> Iterator[str]:
    """Somebody who may connect and nothing else."""
    name = f"coterie_stranger_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        try:
            admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'hush-hush'".encode())
        except psycopg.errors.InsufficientPrivilege:
            pytest.skip("the user of this server may make no roles")
        yield name
        admin.execute(f"DROP ROLE {name}".encode())


def examined(url: str, data: Path, *, host: str = "127.0.0.1", port: int = 0) -> dict[str, Check]:
    settings = Settings(data, "http://127.0.0.1", "secret", database_url=url)
    return {check.name: check for check in examine(settings, host, port, NOW)}


def wrong(found: dict[str, Check]) -> dict[str, str]:
    """What is wrong, as a person reads it."""
    lines = {name: told(check) for name, check in found.items() if not check.ok}
    assert not [line for line in lines.values() if "\n" in line]
    return lines


def set_for(url: str, setting: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} SET ").format(name) + sql.SQL(setting))


def test_a_sound_database_is_well(database: str, tmp_path: Path) -> None:
    found = examined(database, tmp_path)
    assert wrong(found) == {}
    assert {"database", "encoding", "rights", "durability", "clock", "migrations"} <= set(found)


def test_what_could_lose_a_message_is_wrong(database: str, tmp_path: Path) -> None:
    set_for(database, "synchronous_commit = off")
    assert "off: synchronous_commit" in wrong(examined(database, tmp_path))["durability"]


def test_another_encoding_is_wrong(server: str, database: str, tmp_path: Path) -> None:
    name = f"{conninfo_to_dict(database)['dbname']}_latin"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'".encode()
        )
        try:
            found = examined(make_conninfo(server, dbname=name), tmp_path)
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    assert "LATIN1. Create the database with UTF8" in wrong(found)["encoding"]


def test_who_may_make_no_tables_is_told_how_to(
    empty_database: str, stranger: str, tmp_path: Path
) -> None:
    name = conninfo_to_dict(empty_database)["dbname"]
    url = make_conninfo(empty_database, user=stranger, password="hush-hush")
    said = wrong(examined(url, tmp_path))["rights"]
    assert f"ALTER DATABASE {name} OWNER TO {stranger};" in said


def test_who_may_not_read_what_is_there_is_told_and_sees_no_trace(
    database: str, stranger: str, tmp_path: Path
) -> None:
    url = make_conninfo(database, user=stranger, password="hush-hush")
    assert "permission denied" in wrong(examined(url, tmp_path))["database"]


def test_a_database_that_can_only_be_read_is_wrong(database: str, tmp_path: Path) -> None:
    set_for(database, "default_transaction_read_only = on")
    assert "it can only be read" in wrong(examined(database, tmp_path))["rights"]


def test_missing_and_changed_migrations_are_wrong(
    empty_database: str, database: str, tmp_path: Path
) -> None:
    assert "Run `coterie migrate`" in wrong(examined(empty_database, tmp_path))["migrations"]
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE migrations SET sha256 = 'another' WHERE number = 2")
    assert "was changed after it was applied" in wrong(examined(database, tmp_path))["migrations"]


def test_a_database_that_is_not_there_is_one_line_without_its_password(tmp_path: Path) -> None:
    for url in (
        "postgresql://me:hush-hush@127.0.0.1:1/x",
        "mysql://me:hush-hush@host",
        "hush-hush",
    ):
        said = wrong(examined(url, tmp_path))["database"]
        assert "hush-hush" not in said
        assert "COTERIE_DATABASE_URL" in said
        assert "postgres.log" not in said, "that one is ours, and not this server's"


def test_a_taken_port_and_an_unknown_host_are_told_apart(database: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        said = wrong(examined(database, tmp_path, port=port))["port"]
    assert said == (
        f"WRONG  port: 127.0.0.1:{port}: Address already in use. Give another --port or --host."
    )
    said = wrong(examined(database, tmp_path, host="nowhere.invalid"))["port"]
    assert "nowhere.invalid" in said
    assert said.endswith("Give another --host.")


def test_a_full_disk_is_wrong(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "FREE_BYTES", 1 << 60)
    assert "Free some space" in wrong(examined(database, tmp_path))["disk"]


def test_clocks_that_differ_are_wrong(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert not check_clock(connection, NOW - timedelta(days=900)).ok


def test_it_leaves_a_database_of_its_own_unmade(tmp_path: Path) -> None:
    settings = Settings(tmp_path, "http://127.0.0.1", "secret")
    found = {check.name: check for check in examine(settings, "127.0.0.1", 0, NOW)}
    assert found["database"].ok
    assert not (tmp_path / "postgres").exists()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
