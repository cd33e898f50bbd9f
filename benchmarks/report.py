"""What a benchmark found: ratios with their bounds, and the runs behind them."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

from rich.console import Console
from rich.table import Table

from coterie.bench.load import Load

WIDTH = 140  # of a table that nobody sees in a terminal


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure of ours over the same figure of a peer, and what was asked of it."""

    what: str
    load: str
    peer: str
    unit: str
    ours: float
    theirs: float
    least: float | None = None
    most: float | None = None

    @property
    def value(self) -> float:
        """Ours over theirs."""
        return self.ours / self.theirs

    @property
    def holds(self) -> bool:
        """Whether it is within its bound."""
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )

    @property
    def bound(self) -> str:
        """The bound in words."""
        if self.least is not None:
            return f"at least {self.least:g}"
        return "" if self.most is None else f"at most {self.most:g}"

    @property
    def verdict(self) -> str:
        """Whether it holds, in a word; nothing where nothing was asked."""
        if not self.bound:
            return ""
        return "yes" if self.holds else "no"

    def cells(self) -> tuple[str, ...]:
        """A row of the table."""
        figures = (f"{short(number)} {self.unit}" for number in (self.ours, self.theirs))
        return (
            self.what,
            self.load,
            self.peer,
            *figures,
            f"{self.value:,.2f}",
            self.bound,
            self.verdict,
        )


def short(number: float) -> str:
    """To three figures, which is what a noisy machine can say."""
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


HEADINGS = ("what", "load", "against", "ours", "theirs", "ratio", "asked", "holds")
RUN_HEADINGS = ("server", "load", "rate", "p50", "p99", "processor", "messages")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The medians of a server's rounds of one kind of load."""

    server: str
    load: str
    messages: int
    rate: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    generator_ms: float

    @classmethod
    def of(cls, server: str, load: str, rounds: Sequence[Load]) -> "Stretch":
        """Every figure is the median of the rounds, since the machine is noisy."""
        return cls(
            server,
            load,
            sum(len(each.latencies) for each in rounds),
            median(each.rate for each in rounds),
            median(each.latency_ms(0.50) for each in rounds),
            median(each.latency_ms(0.99) for each in rounds),
            median(each.server_ms for each in rounds),
            median(each.generator_ms for each in rounds),
        )

    def line(self) -> str:
        """The stretch in a line, as it is told while the benchmark runs."""
        return (
            f"{self.server}, {self.load}: {self.rate:.0f}/s, p50 {self.p50_ms:.1f} ms, "
            f"p99 {self.p99_ms:.1f} ms, processor {self.server_ms:.2f} ms a message "
            f"(generator {self.generator_ms:.2f} ms, not counted), {self.messages} messages"
        )

    def cells(self) -> tuple[str, ...]:
        """A row of the table of runs."""
        return (
            self.server,
            self.load,
            f"{self.rate:.0f} /s",
            f"{self.p50_ms:.1f} ms",
            f"{self.p99_ms:.1f} ms",
            f"{self.server_ms:.2f} ms",
            f"{self.messages:,}",
        )


@dataclass(frozen=True, slots=True)
class Report:
    """All that one benchmark found."""

    benchmark: str
    ratios: list[Ratio] = field(default_factory=list)
    runs: list[Stretch] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    """What else is to be known of this run, a sentence each."""

    @property
    def holds(self) -> bool:
        """Whether everything that was asked is so."""
        return all(ratio.holds for ratio in self.ratios)

    def show(self, *, as_json: bool) -> None:
        """Print it: a table for a person, one document for a program."""
        if as_json:
            ratios = [
                asdict(ratio) | {"ratio": ratio.value, "holds": ratio.holds}
                for ratio in self.ratios
            ]
            runs = [asdict(run) for run in self.runs]
            found = {"benchmark": self.benchmark, "ratios": ratios, "runs": runs}
            print(json.dumps(found | {"facts": self.facts}))
            return
        table = Table(*HEADINGS, title=self.benchmark)
        for ratio in self.ratios:
            table.add_row(*ratio.cells())
        console = Console(width=None if sys.stdout.isatty() else WIDTH)
        console.print(table, *self.facts, sep="\n")

    def markdown(self) -> str:
        """The same for the documentation, with the runs behind it."""
        parts = [f"### {self.benchmark}", _table(HEADINGS, [each.cells() for each in self.ratios])]
        if self.runs:
            parts.append(_table(RUN_HEADINGS, [each.cells() for each in self.runs]))
        return "\n\n".join([*parts, *self.facts])


def _table(headings: tuple[str, ...], cells: Sequence[tuple[str, ...]]) -> str:
    rows = [headings, tuple("---" for _ in headings), *cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
