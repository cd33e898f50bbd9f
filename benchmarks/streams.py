"""What thousands of open event streams take, against bare uvicorn holding as many.

Both are what the streams add to an idle server: memory, and processor time while nothing happens
but the pings that keep them open. Ours counts its database too.
"""

import asyncio
import resource
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.report import Ratio, Report
from coterie.bench import ours
from coterie.bench.furnish import furnish
from coterie.bench.http import Stream
from coterie.bench.processes import processor_seconds, resident_bytes
from coterie.bench.serving import free_port, serving

MOST = 1.5
EXPERTS_OF_A_COMMUNITY = 40
AT_ONCE = 100
SETTLE_S = 5.0
LOGS_AND_SOCKETS = 200


@dataclass(frozen=True, slots=True)
class Held:
    """What open streams took: bytes for all of them, and seconds of processor time a minute."""

    memory: int
    processor: float


@dataclass(frozen=True, slots=True)
class Request:
    """What opens a stream."""

    path: str
    headers: str = ""


async def run(choice: Namespace) -> Report:
    """Hold the streams on ours, then on bare uvicorn, every one asked for in the same words."""
    allow_open_files(choice.streams)
    with TemporaryDirectory() as folder:
        async with ours.started(Path(folder)) as (port, pid):
            communities = ceil(choice.streams / EXPERTS_OF_A_COMMUNITY)
            made = await furnish(Path(folder), communities, EXPERTS_OF_A_COMMUNITY)
            asked = [Request(*ours.workspace_stream(expert)) for expert in made.experts]
            mine = await hold(port, [pid], asked[: choice.streams], choice.seconds)
        async with bare(Path(folder)) as (port, pid):
            theirs = await hold(port, [pid], asked[: choice.streams], choice.seconds)
    return compare(f"{choice.streams} streams", mine, theirs)


def compare(load: str, mine: Held, theirs: Held) -> Report:
    """Memory and processor time of ours over bare uvicorn's."""
    memory = Ratio(
        *("memory", load, "bare uvicorn", "MB"), mine.memory / 1e6, theirs.memory / 1e6, most=MOST
    )
    processor = Ratio(
        *("processor time a minute", load, "bare uvicorn", "s"),
        mine.processor,
        theirs.processor,
        most=MOST,
    )
    return Report("streams", [memory, processor])


def allow_open_files(number: int) -> None:
    """Raise this process's limit, and so that of the servers that it starts."""
    wanted = number + LOGS_AND_SOCKETS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else max(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


@asynccontextmanager
async def bare(folder: Path) -> AsyncIterator[tuple[int, int]]:
    """Bare uvicorn, set as ours is; gives its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.bare:app", "--port", str(port)]
    fast = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    async with serving([*command, *fast], port, log=folder / "bare.log") as pid:
        yield port, pid


async def hold(port: int, roots: Sequence[int], asked: Sequence[Request], seconds: float) -> Held:
    """What the streams add to a server that has had some before and holds none."""
    _close(await _open(port, asked[:AT_ONCE]))
    await asyncio.sleep(SETTLE_S)
    idle, before = await _spent(roots, seconds), resident_bytes(roots)
    streams = await _open(port, asked)
    await asyncio.sleep(SETTLE_S)
    memory, busy = resident_bytes(roots) - before, await _spent(roots, seconds)
    ended = sum(stream.transport is None for stream in streams)
    assert not ended, f"{ended} of {len(streams)} streams ended by themselves"
    _close(streams)
    return Held(memory, (busy - idle) * 60 / seconds)


async def _spent(roots: Sequence[int], seconds: float) -> float:
    before = processor_seconds(roots)
    await asyncio.sleep(seconds)
    return processor_seconds(roots) - before


async def _open(port: int, asked: Sequence[Request]) -> list[Stream]:
    streams = []
    for first in range(0, len(asked), AT_ONCE):
        some = asked[first : first + AT_ONCE]
        streams += await asyncio.gather(*(_open_one(port, request) for request in some))
    return streams


async def _open_one(port: int, request: Request) -> Stream:
    stream = Stream("127.0.0.1", port, _ignore)
    answer = await stream.request("GET", request.path, request.headers)
    assert answer.status == 200, f"{request.path} answered {answer.status}"
    return stream


def _close(streams: Sequence[Stream]) -> None:
    for stream in streams:
        stream.close()


def _ignore(_: bytes) -> None:
    """The streams only have to be open."""


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.streams", description=__doc__)
    parser.add_argument("--streams", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=60, help="how long they are watched")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
