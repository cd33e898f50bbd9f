"""Debian's ejabberd with its message archive on: a message between two open XMPP sessions.

The archive lies either where Debian puts it, in Mnesia, or in PostgreSQL, which ejabberd itself
recommends. Mnesia does not wait for the disk; PostgreSQL here does, as ours does.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import psycopg

from benchmarks.peers.debian import install
from benchmarks.peers.postgres import Database, database
from benchmarks.peers.xmpp import Session
from coterie.bench.load import Pair
from coterie.bench.serving import free_port, serving

PACKAGES = ("ejabberd", "erlang-p1-pgsql")  # the second is for the archive in PostgreSQL
HOST = "localhost"
CONFIGURATION = Path(__file__).with_name("ejabberd.yml")
SCHEMA = Path("/usr/share/ejabberd/sql/pg.sql")


class Couple:
    """Two users of whom one writes to the other."""

    def __init__(self, sender: Session, receiver: Session) -> None:
        self.sender, self.receiver, self.numbers = sender, receiver, count()

    async def exchange(self) -> None:
        """Send a message and wait until the receiver's session has it."""
        marker = f"marker {next(self.numbers)}"
        self.sender.send(
            f"<message to='{self.receiver.name}@{HOST}' type='chat' id='{marker}'>"
            f"<body>{marker}: my bill is wrong, can you help?</body></message>"
        )
        body = await self.receiver.message()
        assert body.startswith(f"{marker}:"), f"expected {marker}, received {body}"

    def close(self) -> None:
        """Log both out."""
        self.sender.close()
        self.receiver.close()


class Ejabberd:
    """A running server."""

    def __init__(self, name: str, port: int, roots: Sequence[int]) -> None:
        self.name, self.port, self.roots = name, port, roots
        self.users = count()

    async def pairs(self, number: int) -> Sequence[Pair]:
        """That many couples of users, logged in and available, with stream management.

        Each is new: whoever left before a last message was acknowledged would get it again.
        """
        return [Couple(await self._user(), await self._user()) for _ in range(number)]

    async def rest(self) -> None:
        """Nothing to tidy up."""

    async def _user(self) -> Session:
        return await Session.open(self.port, HOST, f"u{next(self.users)}")


@asynccontextmanager
async def with_mnesia(folder: Path) -> AsyncIterator[Ejabberd]:
    """Run one of our own in `folder`, its archive where Debian puts it."""
    install("ejabberd")
    async with _server(folder, CONFIGURATION.read_text()) as (port, pid):
        yield Ejabberd("ejabberd", port, [pid])


@asynccontextmanager
async def with_postgres(folder: Path) -> AsyncIterator[Ejabberd]:
    """Run one of our own in `folder`, its archive in a PostgreSQL of its own."""
    install(*PACKAGES)
    async with database(folder, "ejabberd") as store:
        await asyncio.to_thread(_lay_out, store)
        async with _server(folder, _in_postgres(store)) as (port, pid):
            yield Ejabberd("ejabberd on PostgreSQL", port, [pid, store.pid])


def _lay_out(store: Database) -> None:
    with psycopg.connect(store.url) as connection:
        connection.execute(SCHEMA.read_bytes())


def _in_postgres(store: Database) -> str:
    """The configuration with the archive there; the rest, read once a session, stays in memory."""
    return CONFIGURATION.read_text().replace("db_type: mnesia", "db_type: sql") + (
        f"sql_type: pgsql\nsql_server: 127.0.0.1\nsql_port: {store.port}\n"
        f"sql_database: {store.name}\nsql_username: {store.user}\nsql_password: unused\n"
    )


@asynccontextmanager
async def _server(folder: Path, configuration: str) -> AsyncIterator[tuple[int, int]]:
    """Run ejabberd until the end; gives its port and its process."""
    port = free_port()
    (folder / "ejabberd.yml").write_text(configuration.replace("port: 5222", f"port: {port}"))
    log = folder / "ejabberd.out"
    variables = _variables(folder)
    async with serving(_command(folder), port, log=log, env=variables, cwd=folder) as pid:
        yield port, pid


def _command(folder: Path) -> list[str]:
    """Erlang as `ejabberdctl foreground` starts it, but alone: no node name, so no epmd.

    Without `+sbwt none` idle schedulers spin, which costs processor time and gains no rate.
    """
    erlang = ["erl", "-noinput", "+K", "true", "+P", "250000", "+sbwt", "none"]
    return [*erlang, "-mnesia", "dir", f'"{folder / "mnesia"}"', "-s", "ejabberd"]


def _variables(folder: Path) -> dict[str, str]:
    return os.environ | {
        "ERL_LIBS": "/usr/lib/x86_64-linux-gnu",
        "ERL_CRASH_DUMP_BYTES": "0",
        "EJABBERD_CONFIG_PATH": str(folder / "ejabberd.yml"),
        "EJABBERD_LOG_PATH": str(folder / "ejabberd.log"),
    }
