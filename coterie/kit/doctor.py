"""What is wrong with this installation and what to do about it, in words."""

import asyncio
import os
import shutil
import smtplib
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from coterie.kit.errors import Refused
from coterie.kit.migrations import OLDEST_SERVER, pending
from coterie.kit.postgres import opened, program
from coterie.kit.settings import Settings, Smtp

FREE_BYTES = 1_000_000_000
CLOCK_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and where it is wrong what to do."""

    name: str
    ok: bool
    found: str
    advice: str = ""

    @property
    def document(self) -> dict[str, str | bool]:
        advice = {} if self.ok else {"advice": self.advice}
        return {"name": self.name, "ok": self.ok, "found": self.found, **advice}


def told(check: Check) -> str:
    """A line for a person."""
    if check.ok:
        return f"well   {check.name}: {check.found}"
    found = " ".join(check.found.split()).rstrip(".")
    return f"WRONG  {check.name}: {found}. {check.advice}"


def examine(settings: Settings, host: str, port: int, now: datetime) -> Iterator[Check]:
    """Every check in turn. Starts our own database if it is there and stands still, and makes none."""
    yield check_python()
    yield check_disk(settings)
    yield check_port(host, port)
    if settings.smtp:
        yield check_smtp(settings.smtp)
    if not settings.database_url:
        yield check_programs()
        if not (settings.data / "postgres").exists():
            yield Check("database", True, "there is none yet; the first `coterie serve` makes it")
            return
    try:
        with opened(settings) as running:
            yield from check_database(running.database_url or "", now)
    except Refused as no:
        yield Check("database", False, no.sentence, where_to_look(settings))
    except psycopg.Error as error:
        yield Check("database", False, str(error), where_to_look(settings))


def where_to_look(settings: Settings) -> str:
    if settings.embedded:
        return f"See {settings.data / 'postgres.log'}."
    return "See COTERIE_DATABASE_URL, and the log of that server."


def check_python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("python", sys.version_info >= (3, 11), version, "Install Python 3.11 or newer.")


def check_disk(settings: Settings) -> Check:
    free = shutil.disk_usage(settings.data).free
    return Check(
        "disk",
        free >= FREE_BYTES,
        f"{free / 1e9:.1f} GB free in {settings.data}",
        "Free some space: below 1 GB the database may stop.",
    )


def check_port(host: str, port: int) -> Check:
    """A taken port is fine where it is Coterie that answers on it."""
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return Check("port", False, f"{host}: {error.strerror}", "Give another --host.")
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        ours = answers(f"http://{host}:{port}/healthz")
        reason = os.strerror(error.errno) if error.errno else str(error)
        found = "Coterie is running on it" if ours else reason
        return Check("port", ours, f"{host}:{port}: {found}", "Give another --port or --host.")
    return Check("port", True, f"{host}:{port} is free")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as response:  # noqa: S310 - our own http
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def check_smtp(smtp: Smtp) -> Check:
    where = f"{smtp.host}:{smtp.port}"
    try:
        with smtplib.SMTP(smtp.host, smtp.port, timeout=5) as server:
            server.ehlo()
    except (OSError, smtplib.SMTPException) as error:
        return Check("mail", False, f"{where}: {error}", "See COTERIE_SMTP_HOST and ..._PORT.")
    return Check("mail", True, f"{where} answers")


def check_programs() -> Check:
    try:
        found = program("postgres")
    except Refused as no:
        return Check("programs", False, no.sentence, "Run `make install`.")
    return Check("programs", found.exists(), str(found), "Run `make install` again.")


def check_database(url: str, now: datetime) -> Iterator[Check]:
    with closing(psycopg.connect(url, autocommit=True, connect_timeout=10)) as connection:
        yield check_version(connection)
        yield check_encoding(connection)
        yield check_rights(connection)
        yield check_durability(connection)
        yield check_clock(connection, now)
    yield check_migrations(url)


def check_version(connection: psycopg.Connection) -> Check:
    version = connection.info.server_version
    return Check(
        "database",
        version // 10_000 >= OLDEST_SERVER,
        f"PostgreSQL {version // 10_000}.{version % 10_000}",
        f"Coterie needs PostgreSQL {OLDEST_SERVER} or newer.",
    )


def check_encoding(connection: psycopg.Connection) -> Check:
    encoding = setting(connection, "server_encoding")
    return Check("encoding", encoding == "UTF8", encoding, "Create the database with UTF8.")


def check_rights(connection: psycopg.Connection) -> Check:
    """Only the owner of a database may make tables in it since version 15. A standby takes no writing at all."""
    found = connection.execute(
        """
        SELECT current_user,
               coalesce(has_schema_privilege('public', 'CREATE'), false),
               current_setting('transaction_read_only') = 'on'
        """
    ).fetchone()
    assert found
    user, may_create, read_only = found
    if read_only:
        return Check("rights", False, "it can only be read", "Name the primary server.")
    said = "may make tables" if may_create else "may make no tables"
    advice = f"Type in psql: ALTER DATABASE {connection.info.dbname} OWNER TO {user};"
    return Check("rights", may_create, f"{user} {said}", advice)


def check_durability(connection: psycopg.Connection) -> Check:
    """Without these an acknowledged message could be lost in a crash."""
    names = ("fsync", "synchronous_commit", "full_page_writes")
    off = [name for name in names if setting(connection, name) == "off"]
    found = f"off: {', '.join(off)}" if off else "every commit is on the disk"
    return Check("durability", not off, found, "Turn it on in the server's configuration.")


def check_clock(connection: psycopg.Connection, now: datetime) -> Check:
    """The clocks of the server and of the database must agree, since every time is the former's."""
    found = connection.execute("SELECT clock_timestamp()").fetchone()
    apart = abs((found[0] - datetime.now(UTC)).total_seconds()) if found else 0.0
    return Check(
        "clock",
        apart <= CLOCK_SECONDS and now.year >= 2026,
        f"{now:%Y-%m-%d %H:%M:%S} UTC, {apart:.1f} s apart from the database",
        "Set the clocks, for instance by NTP.",
    )


def check_migrations(url: str) -> Check:
    try:
        missing = asyncio.run(pending(url))
    except Refused as no:
        return Check("migrations", False, no.sentence, "Install the version that fits.")
    found = f"{len(missing)} to apply" if missing else "all applied"
    return Check("migrations", not missing, found, "Run `coterie migrate`.")


def setting(connection: psycopg.Connection, name: str) -> str:
    found = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    return str(found[0]) if found else ""
