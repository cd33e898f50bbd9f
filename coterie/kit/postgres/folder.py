"""The folder of a cluster: whose turn it is, who uses it, what a killed server left behind."""

import fcntl
import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from coterie.kit.errors import Refused
from coterie.kit.postgres.account import Account
from coterie.kit.postgres.programs import readable_by
from coterie.kit.postgres.settings import NAME, PORT

LOG_LIMIT = 10_000_000
LEFTOVERS_FOR = 30.0

COMPLAINT = re.compile(r"(?:FATAL|PANIC|initdb: error):\s+(.+)")
# What a server says beside another one that is still ending. It passes; a full disk doesn't.
PASSING = ("already exists", "still in use", "Unix-domain socket", "another postmaster")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the kernel lets go of the lock when its holder dies."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def joined(path: Path) -> IO[str]:
    """A share in the running server, held until the file is closed or the process ends."""
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def left_alone(user: IO[str]) -> bool:
    """Give up a share; true where it was the last one."""
    with user:
        try:
            fcntl.flock(user, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def initialise(home: Path, account: Account) -> None:
    """Make a new cluster beside its place and move it there, so that an interrupted one is no cluster."""
    part = home.with_name(home.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    account.own(part)
    choices = ["-U", NAME, "-E", "UTF8", "--locale=C.UTF-8", "--auth-local=trust"]
    done = subprocess.run(
        [readable_by(account) / "initdb", "-D", part, *choices, "--auth-host=reject"],
        capture_output=True,
        text=True,
        check=False,
        **account.process,
    )
    if done.returncode:
        raise Refused(
            f"The database can't be made: {complaint(done.stderr) or done.stderr}", "database"
        )
    part.rename(home)


def make_private(folder: Path, account: Account) -> None:
    """A folder that nobody but the account may enter; one that somebody else put there is refused."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        account.own(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise Refused(f"{folder} is not ours alone: remove it, then start again.", "database")


def open_log(path: Path) -> IO[bytes]:
    """What the server says; begun anew when it has grown long."""
    grown = path.exists() and path.stat().st_size > LOG_LIMIT
    return path.open("wb" if grown else "ab")


def complaint(said: str) -> str:
    """Why a server ended, out of what it said, without its clock and number; empty where it named no reason."""
    found = COMPLAINT.findall(said)
    return str(found[-1]).rstrip(".") if found else ""


def will_stay(reason: str) -> bool:
    """Whether it is of no use to try again soon."""
    return bool(reason) and not any(word in reason for word in PASSING)


def clear_away(home: Path, socket: Path) -> None:
    """End what a killed server left of itself, then its lock files, whose numbers may be anybody's by now.

    Where the system has no /proc, we can't know, and PostgreSQL itself waits until they have ended.
    """
    if not Path("/proc/self/cwd").exists():
        return
    give_up = time.monotonic() + LEFTOVERS_FOR
    while left := servers(home):
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > give_up:
            raise Refused(f"Processes of a killed database do not end: {left}.", "database")
        time.sleep(0.02)
    (home / "postmaster.pid").unlink(missing_ok=True)
    (socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def servers(home: Path) -> list[int]:
    numbers = [int(process.name) for process in Path("/proc").glob("[0-9]*")]
    return [pid for pid in numbers if is_server(pid, home)]


def is_server(pid: int, home: Path) -> bool:
    """Whether this is a living process of the server of this folder: they all stand in it."""
    process = Path("/proc", str(pid))
    try:
        name = (process / "exe").readlink().name
        return name.startswith("postgres") and (process / "cwd").readlink() == home
    except OSError:
        return False


def is_alive(pid: int) -> bool:
    """Whether it runs. One that has ended stays in the table until its parent takes leave of it, and some never do."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True  # where the system has no /proc, the first answer stands
    return state not in ("Z", "X")
