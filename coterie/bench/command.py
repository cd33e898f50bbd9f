"""`coterie bench`: how fast this machine is, on a server and a database made for it and thrown away."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import uvloop

from coterie.bench import ours
from coterie.bench.load import Load, closed, measured
from coterie.kit.progress import progress
from coterie.kit.terminal import Json, say

WARM_S = 2.0


class Name(StrEnum):
    """What can be measured without a checkout."""

    messages = "messages"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a closed loop did, from POST to the fragment in the stream of the expert who attends."""

    pairs: int
    messages: int
    rate: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    generator_ms: float

    @classmethod
    def of(cls, pairs: int, load: Load) -> "Figures":
        """Rounded to what a measurement of some seconds can say."""
        p50, p99 = load.latency_ms(0.50), load.latency_ms(0.99)
        figures = (load.rate, p50, p99, load.server_ms, load.generator_ms)
        return cls(pairs, len(load.latencies), *(round(figure, 2) for figure in figures))

    def sentence(self) -> str:
        """For a person."""
        return (
            f"{self.messages:,} messages of {self.pairs} customers at a time: {self.rate:,.0f} a "
            f"second, half of them on the expert's screen within {self.p50_ms:.1f} ms, 99% within "
            f"{self.p99_ms:.1f} ms. Each cost the server and its database {self.server_ms:.2f} ms "
            f"of processor time."
        )


def bench(
    name: Annotated[Name, typer.Argument(help="What to measure.")] = Name.messages,
    pairs: Annotated[int, typer.Option(min=1, max=200, help="Customers at a time.")] = 10,
    seconds: Annotated[float, typer.Option(min=1, max=60, help="How long.")] = 10,
    json: Json = False,
) -> None:
    """Measure messages from POST to the expert's screen, on a temporary server."""
    with progress(f"Measuring {name.value}"), TemporaryDirectory() as folder:
        load = uvloop.run(_messages(Path(folder), pairs, seconds))
    figures = Figures.of(pairs, load)
    say(figures.sentence(), asdict(figures), as_json=json)


async def _messages(folder: Path, pairs: int, seconds: float) -> Load:
    async with ours.running(folder) as server:
        customers = await server.pairs(pairs)
        await closed(WARM_S)(customers)
        await server.rest()
        return await measured(server.roots, customers, closed(seconds))
