"""How even and how quick territories are drawn, beside METIS alone: real countries, with weights that nobody tuned for."""

import csv
import gzip
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import mean, median
from time import process_time

import uvloop

from benchmarks.report import Ratio, Report
from coterie.planning.territories.country import country_of
from coterie.planning.territories.draw import draw
from coterie.planning.territories.model import GivenArea, Graph, Wanted
from coterie.planning.territories.neighbours import graph_of, pieces
from coterie.planning.territories.shape import deviation
from coterie.planning.territories.splitting import split
from coterie.planning.territories.start import cut

Pairs = Sequence[tuple[str, str]] | None
FOLDER = "australia"
TOLERANCE = 0.02
MOST_CPU_S = 2.0
NOISE = 0.3
FIRST_SEED = 5_000
"""What is tuned is tuned on other seeds."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawing: ours, or METIS's."""

    deviation: float
    cut_share: float
    broken: int
    processor_s: float
    attempts: int = 1
    contacts: float = 0.0
    contacts_bound: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be drawn: areas, their neighbours if anybody says, and into how many."""

    name: str
    areas: Sequence[GivenArea]
    pairs: Pairs
    communities: int
    contacts: bool = False


async def run(choice: Namespace) -> Report:
    """Each case with each seed, by us and by METIS alone. Nothing is counted of the first, which compiles."""
    report = Report("territories")
    for case in cases():
        ours_of(case, 1)
        seeds = range(FIRST_SEED, FIRST_SEED + choice.seeds)
        ours, theirs = [ours_of(case, seed) for seed in seeds], [metis_of(case, seed) for seed in seeds]  # fmt: skip
        report.ratios.extend(ratios(case, ours, theirs))
        report.facts.append(fact(case, ours, theirs))
    return report


def ratios(case: Case, ours: Sequence[Drawn], theirs: Sequence[Drawn]) -> Iterator[Ratio]:
    load = f"{case.name}, {len(case.areas):,} areas into {case.communities}"
    worst = max(each.deviation for each in ours)
    slowest = max(each.processor_s for each in ours)
    yield Ratio("worst deviation", load, "what was asked", "%", 100 * worst, 100 * TOLERANCE, most=1.0)  # fmt: skip
    yield Ratio("worst processor time", load, "what was asked", "s", slowest, MOST_CPU_S, most=1.0)
    yield Ratio("mean deviation", load, "METIS alone", "%", *(100 * mean(each.deviation for each in some) for some in (ours, theirs)))  # fmt: skip
    yield Ratio("borders cut", load, "METIS alone", "%", *(100 * mean(each.cut_share for each in some) for some in (ours, theirs)))  # fmt: skip


def fact(case: Case, ours: Sequence[Drawn], theirs: Sequence[Drawn]) -> str:
    within = sum(each.deviation <= TOLERANCE for each in ours)
    again = sum(each.attempts > 1 for each in ours)
    said = (
        f"{case.name} into {case.communities}: {within} of {len(ours)} within {TOLERANCE:.0%} (METIS alone "
        f"{sum(each.deviation <= TOLERANCE for each in theirs)}), {sum(each.broken for each in ours)} communities broken "
        f"({sum(each.broken for each in theirs)}), processor time median {median(each.processor_s for each in ours):.2f} s "
        f"({median(each.processor_s for each in theirs):.2f} s), more than one attempt {again} times."
    )
    if case.contacts:
        said += (
            f" Contacts deviate by {mean(each.contacts for each in ours):.1%} on average, at most {max(each.contacts for each in ours):.1%}; "
            f"the bound is {mean(each.contacts_bound for each in ours):.1%}. METIS alone: {mean(each.contacts for each in theirs):.1%}."
        )
    return said


def ours_of(case: Case, seed: int) -> Drawn:
    areas = noisy(case, seed)
    begun = process_time()
    plan = draw(areas, case.pairs, Wanted(case.communities, tolerance=TOLERANCE, seed=seed))
    took = process_time() - begun
    section = plan.territories
    return Drawn(
        plan.balance,
        section["cut_share"],
        len(section["broken"]),
        took,
        section["attempts"],
        section["contacts_deviation"] or 0.0,
        section["contacts_bound"] or 0.0,
    )


def metis_of(case: Case, seed: int) -> Drawn:
    """METIS's own cut of the same graph, asked to keep pieces whole. Finding neighbours is not counted."""
    parts, graph = split(noisy(case, seed), graph_of(case.areas, case.pairs), case.communities, TOLERANCE)  # fmt: skip
    country = country_of(parts, graph, case.communities, {})
    begun = process_time()
    part = cut(country, case.communities, seed)
    took = process_time() - begun
    held = [[0.0] * case.communities for _ in range(2)]
    for each, community in zip(parts, part, strict=True):
        held[0][community] += each.customers
        held[1][community] += each.contacts or 0.0
    crossing = sum(part[a] != part[b] for a, b in graph.pairs)
    return Drawn(deviation(held[0]), crossing / len(graph.pairs), broken(graph, part), took, contacts=deviation(held[1]))  # fmt: skip


def broken(graph: Graph, part: Sequence[int]) -> int:
    inner = [pair for pair in graph.pairs if part[pair[0]] == part[pair[1]]]
    return len(pieces(graph.size, inner)) - len(set(part))


def noisy(case: Case, seed: int) -> list[GivenArea]:
    """The same country with other people in it: each area's customers times a lognormal number; contacts as many, times another."""
    random = Random(seed)
    found = []
    for each in case.areas:
        customers = round(each.customers * random.lognormvariate(0, NOISE))
        contacts = customers * 1.5 * random.lognormvariate(0, NOISE / 3) if case.contacts else None
        found.append(replace(each, customers=customers, contacts=contacts))
    return found


def cases() -> Iterator[Case]:
    areas, (nsw, pairs) = australia(), new_south_wales()
    yield Case("Australia", areas, None, 70)
    yield Case("Australia with contacts", areas, None, 70, contacts=True)
    for communities in (20, 25, 30):
        yield Case("New South Wales", nsw, pairs, communities)


def australia() -> list[GivenArea]:
    people = {row["POA_CODE"]: int(row["Pop"]) for row in rows("postcode_population_seifa_2011.csv")}  # fmt: skip
    return [
        GivenArea(row["POA_CODE"], "", float(row["lat_c"]), float(row["long_c"]), people.get(row["POA_CODE"], 0))
        for row in rows("postcode_centroids.csv")
    ]  # fmt: skip


def new_south_wales() -> tuple[list[GivenArea], list[tuple[str, str]]]:
    places = {row["postcode"]: (float(row["lat"]), float(row["long"])) for row in rows("australian_postcodes_2025-09.csv.gz")}  # fmt: skip
    areas = [
        GivenArea(row["POSTCODE"], "", *places[row["POSTCODE"]], int(row["POPULATION"]))
        for row in rows("nsw_postcode_population_2021census.csv")
    ]
    return areas, [(row["poa_a"], row["poa_b"]) for row in rows("nsw_poa_adjacency_derived.csv")]


def rows(name: str) -> list[dict[str, str]]:
    path = folder() / name
    if not path.exists():
        raise SystemExit(f"There is no {path}. Set COTERIE_TEST_DATA to the folder that holds {FOLDER}.")  # fmt: skip
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        return list(csv.DictReader(file))


def folder() -> Path:
    """Where the recorded data is: where tests look for it, too."""
    beside = Path(__file__).parents[2]
    found = [Path(given)] if (given := os.environ.get("COTERIE_TEST_DATA")) else [beside / "data", *sorted(beside.glob("*/data"))]  # fmt: skip
    return next((each / FOLDER for each in found if (each / FOLDER).exists()), found[0] / FOLDER)


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.territories", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
