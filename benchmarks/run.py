"""Runs every benchmark, one after the other, and writes what it found into docs/reference/benchmarks.md."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import uvloop

from benchmarks import board, decide, forecast, history, loaded, messages, staff, streams, twin
from benchmarks.report import Report

PAGE = Path("docs/reference/benchmarks.md")
BEGIN, END = "<!-- what was found -->", "<!-- end of what was found -->"
BUSY = 1.0  # waiting processes for each core: above, somebody else is at work, too


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One of them, and how it is shortened to a try."""

    module: ModuleType
    quick: Sequence[str]

    async def run(self, *, quick: bool) -> Report:
        chosen: Namespace = self.module.options().parse_args(self.quick if quick else [])
        report: Report = await self.module.run(chosen)
        return report


SHORT = ("--rounds", "1", "--seconds", "2", "--warm", "1")
BENCHMARKS: Mapping[str, Benchmark] = {
    "messages": Benchmark(messages, ["--pairs", "10", *SHORT]),
    "streams": Benchmark(streams, ["--streams", "200", "--seconds", "16"]),
    "decide": Benchmark(decide, ["--seconds", "2", "--decisions", "2000"]),
    "history": Benchmark(history, ["--events", "50000", "--rounds", "1"]),
    "board": Benchmark(board, ["--episodes", "4000", "--customers", "4000", "--times", "3"]),
    "forecast": Benchmark(forecast, ["--step", "5"]),
    "staff": Benchmark(staff, ["--experts", "500", "--communities", "10", "--seeds", "1"]),
    "twin": Benchmark(
        twin, ["--calls", "50000", "--replications", "2", "--rounds", "1", "--contacts", "20000"]
    ),
    "loaded": Benchmark(loaded, ["--customers", "10000", "--messages", "20000", *SHORT]),
}


def main() -> None:
    """Run those that were asked for. Only what a whole run finds is written down, as it comes."""
    chosen = options().parse_args()
    parts = [circumstances(datetime.now(UTC))]
    holds = True
    for name in chosen.only or BENCHMARKS:
        report = found(name, quick=chosen.quick)
        holds = holds and report.holds
        parts.append(report.markdown())
        if not (chosen.quick or chosen.only):
            write(PAGE, parts)
    if not holds:
        raise SystemExit("Not everything that was asked holds.")


def found(name: str, *, quick: bool) -> Report:
    """Run one, and print it as soon as it is done."""
    print(f"{name} ...", file=sys.stderr)
    report = uvloop.run(BENCHMARKS[name].run(quick=quick))
    report.show(as_json=False)
    return report


def circumstances(now: datetime) -> str:
    """When, on what, and how busy that was before we came."""
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    words = (
        f"{now:%d %B %Y, %H:%M} UTC, on {cores} cores ({processor()}), load {load:.1f} at the start"
    )
    return f"{words}{': others were at work' if load > BUSY * cores else ''}."


def processor() -> str:
    """What Linux calls it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


def write(page: Path, parts: Sequence[str]) -> None:
    """Put the parts between the page's markers."""
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin and end, f"{page} has no place for what was found"
    page.write_text("\n\n".join([before + BEGIN, *parts, END]) + after)


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=list(BENCHMARKS), help="just these, and not written down"
    )
    parser.add_argument("--quick", action="store_true", help="a try: short, and not written down")
    return parser


if __name__ == "__main__":
    main()
