"""What it takes to draw territories for eleven million customers from a Parquet file, beside the mere count by polars."""

import csv
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy
import polars
import uvloop
from numpy.typing import NDArray

from benchmarks.history import measured
from benchmarks.report import Ratio, Report

AREAS, COMMUNITIES, CHUNK = 2_600, 200, 1_000_000
MOST_S, MOST_MB = 60.0, 4_000.0
COUNT = (
    "import polars, sys; "
    "polars.scan_parquet(sys.argv[1]).group_by('area').agg(polars.len()).collect(engine='streaming')"
)


async def run(choice: Namespace) -> Report:
    """Both read one file in turn, round after round; of each the quickest counts. The file is made by a program of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        this = [sys.executable, "-m", "benchmarks.eleven_million"]
        measured([*this, "--write", name, "--customers", str(choice.customers)])
        customers, areas = folder / "customers.parquet", folder / "areas.csv"
        ours, theirs = [], []
        for _ in range(choice.rounds):
            ours.append(measured([
                sys.executable, "-m", "coterie", "plan", "territories", "--areas", str(areas), "--customers", str(customers),
                "--communities", str(COMMUNITIES), "--out", str(folder / "plan.json"),
            ]))  # fmt: skip
            theirs.append(measured([sys.executable, "-c", COUNT, str(customers)]))
        size = customers.stat().st_size / 1e6
    load = f"{choice.customers:,} customers"
    seconds, memory = max(each.seconds for each in ours), max(each.memory_mb for each in ours)
    return Report(
        "eleven_million",
        [
            Ratio("by the clock, slowest", load, "what was asked", "s", seconds, MOST_S, most=1.0),
            Ratio("memory", load, "what was asked", "MB", memory, MOST_MB, most=1.0),
            Ratio("processor time", load, "polars' count alone", "s", min(each.processor_s for each in ours), min(each.processor_s for each in theirs)),
            Ratio("memory", load, "polars' count alone", "MB", memory, max(each.memory_mb for each in theirs)),
        ],
        facts=[f"{AREAS:,} areas into {COMMUNITIES} communities, from a Parquet file of {size:,.0f} MB with nine columns and contacts, from the start of the program to its end."],
    )  # fmt: skip


def write(folder: Path, customers: int) -> None:
    """A country of points, and who lives there: some areas have very many, a tenth nobody."""
    random = numpy.random.default_rng(11)
    weight = random.lognormal(0, 1.2, AREAS) * (random.random(AREAS) > 0.1)
    names = polars.Series([f"{number:04}" for number in range(AREAS)])
    with (folder / "areas.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("area", "lat", "lon"))
        table.writerows(zip(names, random.uniform(-40, -20, AREAS), random.uniform(115, 150, AREAS), strict=True))  # fmt: skip
    for part, begin in enumerate(range(0, customers, CHUNK)):
        count = min(CHUNK, customers - begin)
        frame(random, names, weight / weight.sum(), begin, count).write_parquet(folder / f"part-{part:03}.parquet")  # fmt: skip
    polars.scan_parquet(folder / "part-*.parquet").sink_parquet(folder / "customers.parquet")
    for path in folder.glob("part-*.parquet"):
        path.unlink()


def frame(random: numpy.random.Generator, names: polars.Series, weight: NDArray[numpy.float64], begin: int, count: int) -> polars.DataFrame:  # fmt: skip
    number = polars.Series("number", numpy.arange(begin, begin + count))
    where = random.choice(len(names), count, p=weight)
    return polars.DataFrame({"number": number, "area": names.gather(where), "contacts": random.poisson(1.4, count)}).select(
        ref=polars.format("C{}", polars.col("number").hash(11)),  # hardly to be packed
        name=polars.format("Customer {}", "number"),
        email=polars.format("c{}@example.com", polars.col("number").hash(12)),
        phone=polars.format("+61400{}", "number"),
        area="area",
        household=polars.format("H{}", polars.col("number") // 2),
        segment=polars.lit("home"),
        language=polars.lit("en"),
        vulnerable=polars.lit("no"),
        contacts="contacts",
    )  # fmt: skip


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.eleven_million", description=__doc__)
    parser.add_argument("--customers", type=int, default=11_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", type=Path, help="only make the files, in this folder")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    if chosen.write:
        write(chosen.write, chosen.customers)
    else:
        uvloop.run(run(chosen)).show(as_json=chosen.json)
