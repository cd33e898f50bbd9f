"""What a message costs with a million customers and five million messages in the database, against an empty one.

Both servers run at once and are measured in turn. Everybody who writes to the empty one is new. Of
those who write to the loaded one every other has been there before: picked at random, so that
nothing of theirs is warm.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from random import Random
from secrets import token_hex
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeAlias

import psycopg
import uvloop

from benchmarks.past import Past, customer_ref, load
from benchmarks.report import Ratio, Report, Stretch
from benchmarks.rounds import in_turn, tell
from coterie.bench import ours
from coterie.bench.furnish import Furnished, furnish
from coterie.bench.load import closed
from coterie.bench.processes import resident_bytes, resident_bytes_of
from coterie.kit.migrations import migrate
from coterie.kit.postgres import opened
from coterie.kit.settings import read_settings

MOST = 1.3
COMMUNITIES, EXPERTS = 40, 40
EMPTY = "an empty database"
COUNTED = ("customers", "cases", "messages", "events")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A data folder with a database that no server has opened yet."""

    folder: Path
    furnished: Furnished
    size: int
    fact: str = ""


Side: TypeAlias = tuple[Prepared, ours.Coterie]


async def run(choice: Namespace) -> Report:
    """Make both databases, measure both, compare."""
    past = Past(choice.customers, choice.messages)
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # else databases of another account would lie outside, and stay
        full = await prepare(Path(folder) / "loaded", COMMUNITIES, past)
        print(full.fact, file=sys.stderr)
        empty = await prepare(Path(folder) / "empty", 1)
        async with (
            running(full, "Coterie, loaded", someone(past)) as loaded,
            running(empty, "Coterie, empty", stranger) as bare,
        ):
            return await compare(choice, (full, loaded), (empty, bare))


async def prepare(folder: Path, communities: int, past: Past | None = None) -> Prepared:
    """A new database with that many communities; with a past, where one is given."""
    with opened(read_settings({}, data=folder)) as settings:
        url = settings.database_url
        assert url is not None
        await migrate(url, datetime.now(UTC))
        furnished = await furnish(folder, communities, EXPERTS)
        fact = await asyncio.to_thread(give_past, url, past) if past else ""
        size = await asyncio.to_thread(size_of, url)
    return Prepared(folder, furnished, size, fact)


def give_past(url: str, past: Past) -> str:
    """Load it, and say what is there now."""
    start = perf_counter()
    with psycopg.connect(url) as connection:
        [owner] = connection.execute(BRINGER).fetchone() or [""]
    load(url, past, datetime.now(UTC), key_owner=str(owner))
    with psycopg.connect(url) as connection:
        there = ", ".join(
            f"{number:,.0f} {table}" for table, number in connection.execute(COUNT, [list(COUNTED)])
        )
    return f"Loaded in {perf_counter() - start:.0f} s: {there}."


# The token of the program that brings in all contacts.
BRINGER = """
    SELECT t.id
    FROM tokens t
    JOIN accounts a ON a.id = t.account_id
    WHERE a.role = 'admin'
"""
COUNT = """
    SELECT relname, reltuples
    FROM pg_class
    WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace
    ORDER BY reltuples
"""


def size_of(url: str) -> int:
    """Bytes on the disk, indexes included."""
    with psycopg.connect(url) as connection:
        [size] = connection.execute("SELECT pg_database_size(current_database())").fetchone() or [0]
    return int(size)


@asynccontextmanager
async def running(
    prepared: Prepared, name: str, who: Callable[[], str]
) -> AsyncIterator[ours.Coterie]:
    """A server on it, the experts of the first community at their desks."""
    async with ours.started(prepared.folder) as (port, pid):
        server = ours.Coterie(port, [pid], prepared.furnished, name=name, someone=who)
        async with ours.seated(server):
            yield server


def stranger() -> str:
    """Somebody who was never here. As random as those who were: neighbours in no index."""
    return token_hex(16)


def someone(past: Past) -> Callable[[], str]:
    """In turn a stranger and a customer of the first community, at random; nobody comes twice."""
    numbers = past.of_first(COMMUNITIES)
    Random(1).shuffle(numbers)
    turns = ((stranger(), customer_ref(number)) for number in numbers)
    names = chain(chain.from_iterable(turns), iter(stranger, ""))
    return lambda: next(names)


async def compare(choice: Namespace, full: Side, bare: Side) -> Report:
    """The medians of the rounds, and what both take on the disk and in memory afterwards."""
    servers = [full[1], bare[1]]
    rush = [closed(choice.seconds)] * len(servers)
    loads = await in_turn(servers, choice.pairs, choice.rounds, choice.warm, rush)
    report = Report("loaded", facts=[full[0].fact])
    mine, theirs = (
        tell(report, Stretch.of(server.name, f"{choice.pairs} pairs", rounds))
        for server, rounds in zip(servers, loads, strict=True)
    )
    report.ratios.extend(under_load(mine, theirs))
    report.ratios.extend(at_rest(full, bare))
    return report


def under_load(mine: Stretch, theirs: Stretch) -> list[Ratio]:
    """What a message costs, how many there are, how long the slow ones take."""
    against = (mine.load, EMPTY)
    return [
        Ratio("processor time", *against, "ms", mine.server_ms, theirs.server_ms, most=MOST),
        Ratio("rate", *against, "/s", mine.rate, theirs.rate),
        Ratio("p99", *against, "ms", mine.p99_ms, theirs.p99_ms),
    ]


def at_rest(full: Side, bare: Side) -> list[Ratio]:
    """Memory after the rounds, size before them."""
    against = ("after the rounds", EMPTY, "MB")
    (much, loaded), (little, empty) = full, bare
    alone = [resident_bytes_of(server.roots[0]) / 1e6 for server in (loaded, empty)]
    whole = [resident_bytes(server.roots) / 1e6 for server in (loaded, empty)]
    return [
        Ratio("memory of the server", *against, *alone),
        Ratio("memory with the database", *against, *whole),
        Ratio("size on disk", "before the rounds", EMPTY, "MB", much.size / 1e6, little.size / 1e6),
    ]


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.loaded", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=5_000_000)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8, help="how long a round is")
    parser.add_argument("--warm", type=float, default=2, help="seconds of load before the rounds")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
