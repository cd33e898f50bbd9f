"""Fills a furnished database: the rows are computed by PostgreSQL itself, into tables laid bare.

Every row is one that the server itself would have left, and every constraint is checked in the end.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any, TypeAlias

import psycopg

from benchmarks.past.bare import laid_bare

FOLDER = Path(__file__).parent
MESSAGES_PER_CASE = 10
WRITERS = 2 / 5  # of all customers; written down in plan.sql, too
ROOM = (
    # Session settings for bulk work; what is on the disk at the end is the same.
    "SET work_mem = '512MB'",
    "SET maintenance_work_mem = '1GB'",
    "SET wal_compression = off",
)

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Past:
    """How much there is to be: the newest case was opened just now, the others each this long before."""

    customers: int = 1_000_000
    messages: int = 5_000_000
    every: timedelta = timedelta(seconds=31)

    @property
    def cases(self) -> int:
        """A few more than asked for: the newest have not got all their messages yet."""
        return self.messages // MESSAGES_PER_CASE + 100

    @property
    def writers(self) -> int:
        """Customers who have ever written."""
        return int(self.customers * WRITERS)

    def of_first(self, communities: int) -> list[int]:
        """The numbers of the first community's customers; two in five of them have written."""
        return [number for number in range(self.customers) if number // 5 % communities == 0]


def customer_ref(number: int) -> str:
    """How the customer of this number is known: spread like addresses, not in order."""
    return md5(str(number).encode(), usedforsecurity=False).hexdigest()


def load(url: str, past: Past, now: datetime, *, key_owner: str) -> None:
    """Give the communities that are there a past. Each must have its experts; the keys are `key_owner`'s."""
    with psycopg.connect(url, autocommit=True) as connection:
        _make_room(connection)
        _plan(connection, past, now, key_owner)
        with laid_bare(connection):
            _fill(url)
        connection.execute("DROP SCHEMA loading CASCADE")
        connection.execute("VACUUM (FREEZE, ANALYZE)")
        connection.execute("CHECKPOINT")


def _plan(connection: Connection, past: Past, now: datetime, key_owner: str) -> None:
    connection.execute("CREATE SCHEMA loading")
    connection.execute(
        """
        CREATE TABLE loading.wanted (
            customers bigint, cases bigint, writers bigint, every interval, now timestamptz,
            key_owner uuid)
        """
    )
    connection.execute(
        "INSERT INTO loading.wanted VALUES (%s, %s, %s, %s, %s, %s)",
        [past.customers, past.cases, past.writers, past.every, now, key_owner],
    )
    connection.execute(_script("plan"))


def _fill(url: str) -> None:
    """The log is as much work as everything else: both at once."""
    with ThreadPoolExecutor() as pool:
        started = [pool.submit(_run, url, name) for name in ("events", "rooms")]
    for each in started:
        each.result()


def _run(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        _make_room(connection)
        connection.execute(_script(name))


def _make_room(connection: Connection) -> None:
    for setting in ROOM:
        connection.execute(setting)


def _script(name: str) -> bytes:
    return (FOLDER / f"{name}.sql").read_bytes()
