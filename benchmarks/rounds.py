"""Several servers under the same load in turn, so that a busy minute of the machine hits all of them."""

import sys
from collections.abc import Sequence

from benchmarks.report import Report, Stretch
from coterie.bench.load import Load, Server, Work, closed, measured


async def in_turn(
    servers: Sequence[Server], pairs: int, rounds: int, warm: float, works: Sequence[Work]
) -> list[list[Load]]:
    """Rounds of load for each server, taken in turn: what a noisy minute does, it does to all."""
    connected = [await server.pairs(pairs) for server in servers]
    for server, each in zip(servers, connected, strict=True):
        await closed(warm)(each)
        await server.rest()
    loads: list[list[Load]] = [[] for _ in servers]
    for _ in range(rounds):
        for server, each, work, found in zip(servers, connected, works, loads, strict=True):
            found.append(await measured(server.roots, each, work))
            await server.rest()
    for each in connected:
        for pair in each:
            pair.close()
    return loads


def tell(report: Report, stretch: Stretch) -> Stretch:
    """Note a stretch, and say it to whoever waits."""
    report.runs.append(stretch)
    print(stretch.line(), file=sys.stderr)
    return stretch
