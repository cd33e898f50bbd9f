"""A PostgreSQL for a peer: the programs and the settings of our embedded one, on a TCP port."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import connect, sql

from coterie.bench.serving import free_port, serving
from coterie.kit.postgres.account import server_account
from coterie.kit.postgres.folder import initialise, make_private
from coterie.kit.postgres.programs import readable_by
from coterie.kit.postgres.settings import NAME, SETTINGS

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Database:
    """A running server and the one database that its peer uses."""

    pid: int
    port: int
    name: str
    user: str = NAME

    @property
    def url(self) -> str:
        """Where it is, for libpq."""
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{self.name}"


@asynccontextmanager
async def database(folder: Path, name: str) -> AsyncIterator[Database]:
    """Run a new server in `folder` with an empty database, every commit on the disk."""
    account, home, port = server_account(folder), folder / "postgres", free_port()
    folder.chmod(0o711)
    initialise(home, account)
    (home / "pg_hba.conf").write_text("host all all 127.0.0.1/32 trust\n")
    make_private(folder / "socket", account)
    changed = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder / "socket"),
    }
    options = [f"-c{key}={value}" for key, value in (SETTINGS | changed).items()]
    async with serving(
        [readable_by(account) / "postgres", "-D", home, *options],
        port,
        log=folder / "postgres.log",
        stop=signal.SIGINT,  # the fast shutdown: it waits for nobody
        **account.process,
    ) as pid:
        await asyncio.to_thread(_create, port, name)
        yield Database(pid, port, name)


def _create(port: int, name: str) -> None:
    with connect(Database(0, port, "postgres").url, autocommit=True) as connection:
        for setting in DURABLE:
            row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
            assert row == ("on",), f"{setting} is {row}: the comparison would not be fair"
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
