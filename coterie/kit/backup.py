"""A whole database in one file, and back. What is interrupted leaves nothing half done."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from coterie.kit.errors import Invalid, Refused
from coterie.kit.postgres import program

CHUNK = 1 << 20
DUMP = ("--format=custom", "--no-owner", "--no-privileges")
SCRIPT = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1")

# Said in the part before the data, and not understood by every server: the newest pg_restore sets the former, which
# servers before 17 don't know. The latter is a server's own note on a column, kept by releases of November 2026
# (15.20) and dumped by a pg_dump that is older than that; others refuse it as an unknown parameter.
UNKNOWN_TO_SOME = re.compile(
    rb"SET transaction_timeout = 0;|ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET \(pg_attver=\d+\);"
)

# As a new database has it, so that the next backup is no different.
EMPTY = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'standard public schema';
"""

Watch = Callable[[int], None]


def back_up(url: str, file: Path, watch: Watch = lambda size: None) -> int:
    """Write the database as it is at one moment to the file, and return the size."""
    check_ours(url)
    part = file.with_name(file.name + ".part")
    try:
        part.touch(mode=0o600)
        with client([program("pg_dump"), *DUMP, f"--file={part}"], url) as dump:
            while dump.poll() is None:
                watch(part.stat().st_size)
                time.sleep(0.1)
            refuse_failed(dump, "The backup failed")
        keep(part, file)
    except OSError as error:
        raise Refused(f"{file} can't be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def check_ours(url: str) -> None:
    """A backup of a database without Coterie, such as of a mistyped folder, would look like one and hold nothing."""
    try:
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT to_regclass('migrations') IS NOT NULL").fetchone()
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise Refused(f"The backup failed: {reason}", "backup") from error
    if not found or not found[0]:
        raise Refused(
            "There is nothing to back up: the database doesn't hold Coterie. Is it the right one?"
        )


def keep(part: Path, file: Path) -> None:
    """On the disk first, under its name then."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)


def restore(
    url: str, file: Path, *, replace: bool = False, watch: Watch = lambda size: None
) -> None:
    """Fill the database from the file in one transaction; `replace` drops what is there in the same."""
    check_backup(file)
    check_alone(url)
    if not replace:
        check_empty(url)
    with (
        client([program("pg_restore"), "--no-owner", "--file=-", file]) as reader,
        client([program("psql"), *SCRIPT], url) as writer,
    ):
        pour(reader, writer, EMPTY if replace else "", watch)


def pour(
    reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes], first: str, watch: Watch
) -> None:
    """From pg_restore to psql. Only when the last byte was read well is the transaction committed."""
    assert reader.stdout and writer.stdin
    done = 0
    try:
        writer.stdin.write(f"BEGIN;\n{first}".encode())
        for line in reader.stdout:
            writer.stdin.write(b"" if UNKNOWN_TO_SOME.match(line) else line)
            if line.startswith(b"COPY "):
                break
        while chunk := reader.stdout.read(CHUNK):
            writer.stdin.write(chunk)
            watch(done := done + len(chunk))
        reader.wait()
        refuse_failed(reader, "The file is damaged, nothing was restored")
        writer.stdin.write(b"\nCOMMIT;\n")
        writer.stdin.close()
    except BrokenPipeError:
        pass
    writer.wait()
    refuse_failed(writer, "Nothing was restored")


@contextmanager
def client(
    arguments: list[str | Path], url: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program at work, which dies with this block. Passwords go by its environment, not its arguments."""
    environment = dict(os.environ)
    if url:
        known = conninfo_to_dict(url)
        environment["PGPASSWORD"] = str(known.pop("password", "") or "")
        arguments = [*arguments, f"--dbname={make_conninfo('', **known)}"]
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def refuse_failed(process: subprocess.Popen[bytes], what: str) -> None:
    if process.returncode:
        assert process.stderr
        said = process.stderr.read().decode(errors="replace")
        raise Refused(f"{what}: {' '.join(said.split())}", "backup")


def check_backup(file: Path) -> None:
    if not file.is_file():
        raise Invalid(f"There is no file {file}.")
    with client([program("pg_restore"), "--list", file]) as process:
        listed, _ = process.communicate()
    if process.returncode or b" TABLE public migrations " not in listed:
        raise Invalid(f"{file} is no backup of Coterie.")


def check_alone(url: str) -> None:
    """Nobody else may be connected: a server at work would find its world exchanged."""
    give_up = time.monotonic() + 2  # who has just left is still seen for a moment
    while others := count_others(url):
        if time.monotonic() > give_up:
            raise Refused(
                f"The database is in use by {others} other connections. "
                "Stop the server, then restore."
            )
        time.sleep(0.1)


def count_others(url: str) -> int:
    """Sessions of other people. What kind theirs are, only a superuser sees; the server's own have no user."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            """
            SELECT count(*)
            FROM pg_stat_activity
            WHERE datname = current_database()
              AND usesysid IS NOT NULL
              AND pid <> pg_backend_pid()
            """
        ).fetchone()
    return int(found[0]) if found else 0


def check_empty(url: str) -> None:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    if found and found[0]:
        raise Refused(
            "The database is not empty. Give --replace to put the backup in place of what is there."
        )
