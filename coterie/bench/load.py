"""Load on a server: pairs of a sender and a receiver, in a closed loop or at a given rate."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import ceil
from time import perf_counter, process_time
from typing import Protocol, TypeAlias

from coterie.bench.processes import processor_seconds

PATIENCE = 30.0  # seconds after the end in which the last messages must have arrived


class Pair(Protocol):
    """A sender and a receiver."""

    async def exchange(self) -> None:
        """Send one message; return when the receiver has it."""

    def close(self) -> None:
        """Hang up on both sides."""


class Server(Protocol):
    """A running server, whose processes are `roots` and whatever they start."""

    @property
    def name(self) -> str: ...

    @property
    def roots(self) -> Sequence[int]: ...

    async def pairs(self, number: int) -> Sequence[Pair]:
        """That many pairs, connected."""

    async def rest(self) -> None:
        """Between two stretches: tidy up what the last one left, unmeasured."""


Work: TypeAlias = Callable[[Sequence[Pair]], Awaitable[list[float]]]


@dataclass(frozen=True, slots=True)
class Load:
    """One stretch of load: the latency of every message, and what it cost. All in seconds."""

    latencies: Sequence[float]
    wall: float
    server: float
    generator: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return len(self.latencies) / self.wall

    @property
    def server_ms(self) -> float:
        """Processor time of the server for a message, in milliseconds."""
        return 1000 * self.server / len(self.latencies)

    @property
    def generator_ms(self) -> float:
        """Processor time of the generator for a message: known, and not counted."""
        return 1000 * self.generator / len(self.latencies)

    def latency_ms(self, quantile: float) -> float:
        """The nearest-rank quantile of the latencies, in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[max(0, ceil(quantile * len(ordered)) - 1)]


async def measured(roots: Sequence[int], pairs: Sequence[Pair], work: Work) -> Load:
    """Let the pairs do the work, and read what it cost the processes below `roots`."""
    server, generator, start = processor_seconds(roots), process_time(), perf_counter()
    latencies = await work(pairs)
    return Load(
        latencies=latencies,
        wall=perf_counter() - start,
        server=processor_seconds(roots) - server,
        generator=process_time() - generator,
    )


def closed(seconds: float) -> Work:
    """Work in which every pair sends its next message when the last one has arrived."""

    async def work(pairs: Sequence[Pair]) -> list[float]:
        end = perf_counter() + seconds
        async with asyncio.timeout(seconds + PATIENCE):
            each = await asyncio.gather(*(_until(end, pair) for pair in pairs))
        return [latency for latencies in each for latency in latencies]

    return work


async def _until(end: float, pair: Pair) -> list[float]:
    latencies = []
    while (start := perf_counter()) < end:
        await pair.exchange()
        latencies.append(perf_counter() - start)
    return latencies


def at_rate(rate: float, seconds: float, seed: int) -> Work:
    """Work in which messages fall due at random, `rate` a second, whatever the server does.

    The next free pair sends. Latency counts from when a message was due, not from when a pair
    came free to send it: else a slow server would be asked less.
    """

    async def work(pairs: Sequence[Pair]) -> list[float]:
        free: asyncio.Queue[Pair] = asyncio.Queue()
        for pair in pairs:
            free.put_nowait(pair)
        async with asyncio.timeout(seconds + PATIENCE), asyncio.TaskGroup() as group:
            sent = [
                group.create_task(_due(due, await _free_at(due, free), free))
                for due in _due_times(rate, seconds, seed)
            ]
        return [task.result() for task in sent]

    return work


def _due_times(rate: float, seconds: float, seed: int) -> list[float]:
    gaps, start = random.Random(seed), perf_counter()
    due, times = 0.0, []
    while (due := due + gaps.expovariate(rate)) < seconds:
        times.append(start + due)
    return times


async def _free_at(due: float, free: "asyncio.Queue[Pair]") -> Pair:
    await asyncio.sleep(max(0.0, due - perf_counter()))
    return await free.get()


async def _due(due: float, pair: Pair, free: "asyncio.Queue[Pair]") -> float:
    await pair.exchange()
    free.put_nowait(pair)
    return perf_counter() - due
