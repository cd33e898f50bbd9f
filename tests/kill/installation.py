"""A server on a data folder: started as an operator starts it, ended as `kill -9` ends it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from coterie.kit.postgres import Cluster
from coterie.kit.postgres.folder import servers

Victim = Literal["server", "postmaster", "database", "everything"]
VICTIMS: tuple[Victim, ...] = ("server", "postmaster", "database", "everything")
"""The server alone; the postmaster, whose backends linger; the whole database; all of it."""


class Installation:
    """One `coterie serve` and its embedded database."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port
        self.cluster = Cluster(data)
        self.log = data.with_name("server.log")
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its database."""
        return self.cluster.url

    def start(self) -> None:
        """What an operator types, or what the system types for them. It doesn't wait until it serves."""
        command = [sys.executable, "-m", "coterie", "serve"]
        options = ["--port", str(self.port), "--data", str(self.data)]
        own = {name: each for name, each in os.environ.items() if name != "COTERIE_DATABASE_URL"}
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [*command, *options], stdout=log, stderr=log, cwd=Path.cwd(), env=own
            )

    def kill(self, victim: Victim) -> None:
        """`kill -9`. Who ran a server that was killed starts it again; a database alone is the server's to revive."""
        for pid in self.pids(victim):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if victim in ("server", "everything"):
            assert self.server is not None
            self.server.wait()
            self.start()

    @property
    def postmaster(self) -> int:
        """The process that a running database notes, or 0 where none does."""
        try:
            return int((self.cluster.folder / "postmaster.pid").read_text().partition("\n")[0])
        except (FileNotFoundError, ValueError):
            return 0

    def pids(self, victim: Victim) -> Sequence[int]:
        assert self.server is not None
        every = servers(self.cluster.folder.resolve())
        return {
            "server": [self.server.pid],
            "postmaster": [self.postmaster],
            "database": [self.postmaster, *every],
            "everything": [self.server.pid, self.postmaster, *every],
        }[victim]

    async def stop(self) -> None:
        """In order, as Ctrl-C does."""
        if self.server is None:
            return
        self.server.send_signal(signal.SIGINT)
        await asyncio.to_thread(self.server.wait, 60)
