"""From a message sent to the other side's screen, against ejabberd and django-helpdesk.

All servers run at once and are measured in turn, round after round, by one generator. In a closed
loop every pair sends as soon as its last message arrived; then ours and each peer are asked for
70% of what the slower of the two did.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.peers import ejabberd, helpdesk
from benchmarks.report import Ratio, Report, Stretch
from benchmarks.rounds import in_turn, tell
from coterie.bench import ours
from coterie.bench.load import Server, at_rate, closed

KEPT = Path(".benchmarks")
SHARE_OF_SLOWER = 0.7


@dataclass(frozen=True, slots=True)
class Bound:
    """What is asked of ours beside a peer. None: nothing."""

    rate: float | None = None
    processor: float | None = None
    p99: float | None = None


# The two further peers have no bound of their own: they show how much the peer's own choices
# (where the archive lies, what the reader fetches) matter.
BOUNDS = {
    "ejabberd": Bound(rate=1.0, processor=1.0, p99=1.0),
    "django-helpdesk": Bound(rate=15.0, p99=1.0),
}


@asynccontextmanager
async def peers(most_pairs: int) -> AsyncIterator[list[Server]]:
    """All peers, running, each in a folder of its own that goes with it."""
    async with AsyncExitStack() as stack:
        folders = [Path(stack.enter_context(TemporaryDirectory())) for _ in range(3)]
        desk = await stack.enter_async_context(
            helpdesk.running(folders[0], KEPT / "helpdesk", people=1 + most_pairs)
        )
        yield [
            await stack.enter_async_context(ejabberd.with_mnesia(folders[1])),
            await stack.enter_async_context(ejabberd.with_postgres(folders[2])),
            desk,
            helpdesk.Helpdesk(desk.port, desk.roots, plain=True),
        ]


async def run(choice: Namespace) -> Report:
    """Start everybody, and compare at each number of pairs."""
    report = Report("messages")
    with TemporaryDirectory() as folder:
        async with peers(max(choice.pairs)) as others, ours.running(Path(folder)) as coterie:
            for pairs in choice.pairs:
                await compare(report, coterie, others, pairs, choice)
    return report


async def compare(
    report: Report, coterie: Server, others: Sequence[Server], pairs: int, choice: Namespace
) -> None:
    """All figures at one number of pairs."""
    servers = [coterie, *others]
    rush = [closed(choice.seconds)] * len(servers)
    loads = await in_turn(servers, pairs, choice.rounds, choice.warm, rush)
    full = [
        tell(report, Stretch.of(server.name, f"{pairs} pairs", rounds))
        for server, rounds in zip(servers, loads, strict=True)
    ]
    for other, theirs in zip(others, full[1:], strict=True):
        rate = SHARE_OF_SLOWER * min(full[0].rate, theirs.rate)
        steady = [at_rate(rate, choice.seconds, seed=pairs)] * 2
        duel = await in_turn([coterie, other], pairs, choice.rounds, choice.warm, steady)
        load = f"{pairs} pairs at {rate:.0f}/s"
        calm = [
            tell(report, Stretch.of(name, load, rounds))
            for name, rounds in zip([coterie.name, other.name], duel, strict=True)
        ]
        report.ratios.extend(ratios(full[0], theirs, calm[0], calm[1]))


def ratios(mine: Stretch, theirs: Stretch, my_calm: Stretch, their_calm: Stretch) -> list[Ratio]:
    """Rate, processor time and steady p99 of ours over theirs."""
    bound, load, peer = BOUNDS.get(theirs.server, Bound()), mine.load, theirs.server
    return [
        Ratio("rate", load, peer, "/s", mine.rate, theirs.rate, least=bound.rate),
        Ratio(
            *("processor time", load, peer, "ms"),
            mine.server_ms,
            theirs.server_ms,
            most=bound.processor,
        ),
        Ratio("p99", my_calm.load, peer, "ms", my_calm.p99_ms, their_calm.p99_ms, most=bound.p99),
    ]


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.messages", description=__doc__)
    parser.add_argument("--pairs", type=int, nargs="+", default=[10, 30])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8, help="how long a round is")
    parser.add_argument("--warm", type=float, default=2, help="seconds of load before the rounds")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
