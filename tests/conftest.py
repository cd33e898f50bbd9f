"""One PostgreSQL for the whole run, a migrated template in it, and a fresh copy or a rolled-back transaction for a test.

The server is embedded, or the one of COTERIE_DATABASE_URL. Its first user starts it, its last one stops it.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from coterie.kit import db
from coterie.kit.migrations import migrate
from coterie.kit.postgres import Cluster

RUN = "COTERIE_TEST_RUN"

# The machine is shared: a slow moment is no failure.
hypothesis.settings.register_profile("coterie", deadline=None)
hypothesis.settings.load_profile("coterie")


def pytest_configure(config: pytest.Config) -> None:
    """The first process makes the folder of the run; its workers find it in the environment."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = tempfile.mkdtemp(prefix="coterie-test-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ.pop(RUN))
    if external := os.environ.get("COTERIE_DATABASE_URL"):
        drop(external, template_name(folder))
    elif (folder / "postgres" / "postmaster.pid").exists():
        # A worker died and left it running.
        with Cluster(folder):
            pass
    shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured: `record_property("figure", line)`."""
    for report in terminalreporter.getreports("passed"):
        figures = [line for name, line in report.user_properties if name == "figure"]
        if figures and report.when == "call":
            terminalreporter.section(report.nodeid)
            for line in figures:
                terminalreporter.write_line(str(line))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a server that may make databases."""
    external = os.environ.get("COTERIE_DATABASE_URL")
    if external:
        yield external
        return
    with Cluster(Path(os.environ[RUN])) as cluster:
        yield cluster.url


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """The name of a migrated database that others are copied from, made by whoever comes first."""
    name = template_name(Path(os.environ[RUN]))
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(1)")
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            part = f"{name}_part"
            create(server, part)
            asyncio.run(migrate(at(server, part), datetime.now(UTC)))
            admin.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(part), sql.Identifier(name)
                )
            )
    return name


@pytest.fixture
def database(server: str, template: str) -> Iterator[str]:
    """The address of a fresh migrated database, in which commits are real."""
    with copied(server, template) as url:
        yield url


@pytest.fixture
def empty_database(server: str) -> Iterator[str]:
    """The address of a database with nothing in it."""
    with copied(server, "template0") as url:
        yield url


@pytest.fixture(scope="session")
def shared_database(server: str, template: str) -> Iterator[str]:
    """The database of this worker in which nothing is ever committed."""
    with copied(server, template) as url:
        yield url


@pytest.fixture
async def tx(shared_database: str) -> AsyncIterator[db.Tx]:
    """A transaction that is rolled back after the test."""
    async with await db.connect(shared_database) as connection:
        yield connection
        await connection.rollback()


@contextmanager
def copied(server: str, template: str) -> Iterator[str]:
    name = f"coterie_test_{uuid4().hex}"
    create(server, name, template)
    try:
        yield at(server, name)
    finally:
        drop(server, name)


def create(server: str, name: str, template: str = "template0") -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def at(server: str, name: str) -> str:
    return make_conninfo(server, dbname=name)


def template_name(run: Path) -> str:
    return f"coterie_template_{run.name.removeprefix('coterie-test-').lower()}"
