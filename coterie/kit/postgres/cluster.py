"""The embedded PostgreSQL: made in the data folder, found again after a crash, stopped by whoever leaves last."""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psycopg
from psycopg import pq

from coterie.kit.errors import Refused
from coterie.kit.postgres.account import Account, server_account
from coterie.kit.postgres.folder import (
    clear_away,
    complaint,
    initialise,
    is_alive,
    is_server,
    joined,
    left_alone,
    locked,
    make_private,
    open_log,
    will_stay,
)
from coterie.kit.postgres.programs import readable_by
from coterie.kit.postgres.settings import NAME, PORT, SETTINGS

SOCKET_LIMIT = 107
SHORT = "coterie-"
SHORT_AT = Path("/tmp")  # noqa: S108 - a folder there is ours alone or refused
OUTSIDE = Path("/var/lib/coterie-clusters")
RETRY_FOR = 60.0
STAYS_AFTER = 3.0
RECOVERY_FOR = 600.0

# Servers that others still use when we leave. Python would complain of a child that it forgets.
LEFT_RUNNING: list[subprocess.Popen[bytes]] = []


class Cluster:
    """The database of one data folder. `start` attaches where somebody started it already."""

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self.folder = self.data / "postgres"
        self._user: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._heard = 0  # how much of the log is about earlier servers

    @property
    def url(self) -> str:
        """Where its database is; valid while it runs."""
        return self.url_of(NAME)

    def url_of(self, database: str) -> str:
        return f"postgresql:///{database}?host={quote(str(self.socket))}&port={PORT}&user={NAME}"

    @property
    def socket(self) -> Path:
        """The folder of its socket: its own, or a short one where so long a name is no socket's."""
        home = self.folder.resolve()
        if len(os.fsencode(home / f".s.PGSQL.{PORT}")) <= SOCKET_LIMIT:
            return home
        return SHORT_AT / (SHORT + hashlib.sha256(os.fsencode(home)).hexdigest()[:16])

    @property
    def started_here(self) -> bool:
        return self._child is not None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make what is missing, start what is not running, and wait until it answers."""
        self._prepare_data(server_account(self.folder))
        with locked(self.data / "postgres.lock"):
            self._user = self._user or joined(self.data / "postgres.users")
            try:
                self._start()
            except BaseException:
                self._leave()
                raise

    def stop(self) -> None:
        """Leave, and stop the server if nobody else uses it."""
        if not self._user:
            return
        with locked(self.data / "postgres.lock"):
            if self._leave():
                self._shut_down()
            elif self._child:
                LEFT_RUNNING.append(self._child)

    def has_died(self) -> bool:
        """Whether the server ended under us. Cheap: it asks the system, not the server."""
        if self._child:
            return self._child.poll() is not None
        pid = self._pid()
        return pid is None or not is_alive(pid)

    def revive(self) -> bool:
        """Start the server again if it died under us; says whether it had."""
        with locked(self.data / "postgres.lock"):
            if self._child and self._child.poll() is not None:
                self._child = None
            if self._ping() is not pq.Ping.NO_RESPONSE:
                return False
            self._start()
            return True

    def _start(self) -> None:
        account = server_account(self.folder)
        home = self._home(account)
        if not (home / "PG_VERSION").exists():
            initialise(home, account)
        if not self._wait_while_busy():
            self._launch(home, account)
        create_database(self.url_of("postgres"))

    def _prepare_data(self, account: Account) -> None:
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            for name in ("postgres.lock", "postgres.users", "postgres.log"):
                (self.data / name).touch(mode=0o600)
                account.own(self.data / name)
        except OSError as error:
            raise Refused(
                f"The data folder {self.data} can't be used: {error.strerror}.", "data_folder"
            ) from error

    def _home(self, account: Account) -> Path:
        """Where the cluster lies: in the data folder, or linked from there where its account may not pass."""
        if self.folder.is_symlink() or self._lets_pass(account):
            return self.folder.resolve()
        outside = OUTSIDE / secrets.token_hex(6)
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        OUTSIDE.chmod(0o755)
        self.folder.symlink_to(outside)
        return outside

    def _lets_pass(self, account: Account) -> bool:
        """Open the data folder itself to passers, since it is ours; never a folder above it."""
        if account.is_ours or not account.may_pass(self.data.parent):
            return account.is_ours
        self.data.chmod(self.data.stat().st_mode | 0o011)
        return True

    def _launch(self, home: Path, account: Account) -> None:
        """Start the server; while a crashed one is still ending, clear it away and try again."""
        began = time.monotonic()
        while True:
            clear_away(home, self.socket)
            self._bury()
            self._child = self._spawn(home, account)
            if self._wait_until_ready():
                return
            words = self._last_words()
            patience = STAYS_AFTER if will_stay(words) else RETRY_FOR
            if time.monotonic() > began + patience:
                raise Refused(f"The database does not start: {words or self._silence}.", "database")
            time.sleep(0.2)

    def _spawn(self, home: Path, account: Account) -> subprocess.Popen[bytes]:
        make_private(self.socket, account)
        settings = SETTINGS | {"unix_socket_directories": str(self.socket)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with open_log(self._log) as log:
            self._heard = log.tell()
            return subprocess.Popen(
                [readable_by(account) / "postgres", "-D", home, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its own session: Ctrl-C reaches us, and we stop it in order.
                start_new_session=True,
                **account.process,
            )

    def _wait_until_ready(self) -> bool:
        """True when it answers; False when it ended instead, as it does beside a stale pid file."""
        give_up = time.monotonic() + RECOVERY_FOR
        while self._child and self._child.poll() is None:
            if self._ping() is pq.Ping.OK and self._pid() == self._child.pid:
                return True
            if time.monotonic() > give_up:
                raise Refused(
                    f"The database does not answer: {self._last_words() or self._silence}.",
                    "database",
                )
            time.sleep(0.03)
        self._child = None
        return False

    def _wait_while_busy(self) -> bool:
        """Whether a server runs already; waits for one that is recovering or shutting down."""
        give_up = time.monotonic() + RECOVERY_FOR
        while (answer := self._ping()) is pq.Ping.REJECT:
            if time.monotonic() > give_up:
                raise Refused("The running database does not accept connections.", "database")
            time.sleep(0.05)
        return answer is pq.Ping.OK

    def _ping(self) -> pq.Ping:
        """A server too busy for another connection looks dead; who stands in the folder is not."""
        pid = self._pid()
        if not pid:
            return pq.Ping.NO_RESPONSE
        answer = pq.Ping(pq.PGconn.ping(self.url_of("postgres").encode()))
        if answer is pq.Ping.NO_RESPONSE and is_server(pid, self.folder.resolve()):
            return pq.Ping.REJECT
        return answer

    def _leave(self) -> bool:
        """Give up our share; True where nobody else has one."""
        user, self._user = self._user, None
        return left_alone(user) if user else False

    def _shut_down(self) -> None:
        """The fast shutdown: sessions end, everything is written, the next start needs no recovery."""
        pid = self._pid()
        if not pid or self._ping() is pq.Ping.NO_RESPONSE:
            return
        os.kill(pid, signal.SIGINT)
        self._wait_until_gone(pid)
        if self.socket.name.startswith(SHORT):
            shutil.rmtree(self.socket, ignore_errors=True)

    def _wait_until_gone(self, pid: int) -> None:
        give_up = time.monotonic() + RETRY_FOR
        while self._pid() == pid:
            if time.monotonic() > give_up:
                raise Refused(
                    f"The database does not stop: {self._last_words() or self._silence}.",
                    "database",
                )
            time.sleep(0.02)
        if self._child:
            self._child.wait(timeout=RETRY_FOR)
            self._child = None

    def _bury(self) -> None:
        """Take leave of a child that has ended, so that it is no zombie."""
        if self._child:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _pid(self) -> int | None:
        """What a running server notes of itself; of a killed one it may linger."""
        try:
            noted = (self.folder / "postmaster.pid").read_text().partition("\n")[0]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refused(
                f"The database in {self.folder} belongs to somebody else: {error.strerror}.",
                "database",
            ) from error
        return int(noted) if noted.isdecimal() else None

    @property
    def _log(self) -> Path:
        return self.data / "postgres.log"

    def _last_words(self) -> str:
        """Why the server that was started last ended, if it said so."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(self._heard)
            return complaint(log.read().decode(errors="replace"))

    @property
    def _silence(self) -> str:
        return f"it gave no reason; see {self._log}"


def create_database(url: str) -> None:
    """Our own database in the cluster, unless it is there."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if found.fetchone() is None:
                connection.execute("CREATE DATABASE coterie")
    except psycopg.OperationalError as error:
        raise Refused(f"The database ended while it started: {error}", "database") from error
