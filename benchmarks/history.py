"""What an import of a log costs beside a plain read of the same file by Python's csv module."""

import csv
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import uvloop

from benchmarks.report import Ratio, Report

STEPS = 5
HEAD = ("case", "customer", "time", "event", "group", "agent", "area", "topic", "channel")
MOST = 40.0
START = datetime(2025, 1, 1, tzinfo=UTC)
DAY_S, YEAR_S = 86_400, 365 * 86_400
PLAIN = "import csv, sys; [None for _ in csv.reader(open(sys.argv[1], newline=''))]"


@dataclass(frozen=True, slots=True)
class Run:
    """What a program took, from its start to its end."""

    seconds: float
    processor_s: float
    memory_mb: float


async def run(choice: Namespace) -> Report:
    """Both read one file of made events in turn, round after round; of each the least counts, since others only add."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        write(path, choice.events)
        imported, plain = [], []
        for number in range(choice.rounds):
            data = f"{folder}/{number}"
            ours = [sys.executable, "-m", "coterie", "import", "history", path, "--data", data]
            imported.append(measured([*map(str, ours)]))
            plain.append(measured([sys.executable, "-c", PLAIN, str(path)]))
    ours_s, theirs_s = (min(each.processor_s for each in runs) for runs in (imported, plain))
    rates = f"{choice.events / min(each.seconds for each in imported):,.0f} events a second by the clock"
    by_processor = f"{choice.events / ours_s:,.0f} by processor time"
    memory = f"at most {max(each.memory_mb for each in imported):,.0f} MB of memory"
    return Report(
        "history",
        [
            Ratio(
                "processor time", f"{choice.events:,} events", "the csv module alone", "s",
                ours_s, theirs_s, most=MOST,
            )
        ],
        facts=[f"{rates}, {by_processor}, with start and kept copy; {memory}."],
    )  # fmt: skip


def measured(command: list[str]) -> Run:
    """Run a program to its end."""
    start = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} failed"
    return Run(perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


def write(path: Path, events: int) -> None:
    """Cases of five events within some days, each by somebody, in the order of time as logs are.

    Few are held at a time: what we hold ourselves would count as the memory of the programs that we start.
    """
    waiting: list[tuple[str, ...]] = []
    random, cases = Random(1), events // STEPS
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEAD)
        for case in range(cases):
            opened = START + timedelta(seconds=YEAR_S * case / cases)
            while waiting and waiting[0][0] <= opened.isoformat():
                table.writerow(by_column(heappop(waiting)))
            for event in made(random, case, cases, opened):
                heappush(waiting, event)
        table.writerows(by_column(heappop(waiting)) for _ in range(len(waiting)))


def made(random: Random, case: int, cases: int, at: datetime) -> Iterator[tuple[str, ...]]:
    """The events of a case, their time first."""
    whose = f"C{case:07}", f"K{random.randrange(cases // 2 + 1)}", f"{random.randrange(2000, 3000)}"
    for step in range(STEPS):
        at += timedelta(seconds=random.randrange(DAY_S))
        event = "closed" if step == STEPS - 1 else "changed"
        who = f"G{random.randrange(80)}", f"P{random.randrange(2000)}"
        yield at.isoformat(), *whose, event, *who, f"T{random.randrange(40)}"


def by_column(event: tuple[str, ...]) -> tuple[str, ...]:
    """As the header has it."""
    at, case, customer, area, said, group, agent, topic = event
    return case, customer, at, said, group, agent, area, topic, "phone"


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
