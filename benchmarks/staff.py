"""What assigning an operator's experts to communities costs, over the bound below which no assignment can be."""

from argparse import ArgumentParser, Namespace
from random import Random
from time import process_time

import uvloop

from benchmarks.report import Ratio, Report
from coterie.planning.people.classes import classes
from coterie.planning.people.model import Person, Wanted
from coterie.planning.people.placing import place

SKILLS = ("billing", "loyalty", "mobile", "moving", "network", "sales")
LANGUAGES = {"zh": 0.08, "ar": 0.04, "vi": 0.03, "it": 0.03, "el": 0.02, "hi": 0.015}
MOST = 1.02
GROUPS = 100


async def run(choice: Namespace) -> Report:
    """Made people of a hundred skill groups; each community wants so many of six skills, two seats, all languages."""
    ratios, facts = [], []
    for seed in range(choice.seeds):
        people, wanted = made(choice, seed)
        started = process_time()
        placed = place(people, wanted, seed)
        spent = process_time() - started
        load = f"{len(people):,} experts, {len(wanted)} communities"
        ratios.append(Ratio("cost of an assignment", load, "the bound", "", placed.cost, placed.bound, most=MOST))  # fmt: skip
        number = len(classes(people, SKILLS))
        facts.append(
            f"Seed {seed}: {spent:.1f} s of processor time, {number:,} classes of people at {choice.sites} sites; "
            f"{placed.moved} move where {placed.moved_bound} must, {len(placed.training)} trainings, "
            f"{len(placed.lacks)} lacks."
        )
    return Report("staff", ratios, facts=facts)


def made(choice: Namespace, seed: int) -> tuple[list[Person], list[Wanted]]:
    draw = Random(seed)
    sites = [f"s{place}" for place in range(choice.sites)]
    seats = [("voice",), ("messaging",), ("voice", "messaging")]
    groups = [(draw.choice(sites), draw.sample(SKILLS, draw.choice([1, 1, 2])), draw.choice(seats)) for _ in range(GROUPS)]  # fmt: skip
    people = [person(draw, number, *draw.choice(list(enumerate(groups)))) for number in range(choice.experts)]  # fmt: skip
    each = choice.experts // choice.communities
    wanted = [
        Wanted(
            f"c{place}", each + draw.randint(-3, 3), {skill: draw.randint(8, 16) for skill in SKILLS},
            {"voice": each // 2, "messaging": each * 2 // 5}, sites[place % len(sites)],
        )
        for place in range(choice.communities)
    ]  # fmt: skip
    return people, wanted


def person(draw: Random, number: int, place: int, group: tuple[str, list[str], tuple[str, ...]]) -> Person:  # fmt: skip
    """Able in what their group does, and now and then in more."""
    site, able, seats = group
    skills = {skill: draw.randint(3, 5) for skill in able}
    skills |= {skill: draw.randint(1, 4) for skill in SKILLS if skill not in able and draw.random() < 0.25}  # fmt: skip
    languages = {"en"} | {language for language, share in LANGUAGES.items() if draw.random() < share}  # fmt: skip
    return Person(f"p{number:05}", f"g{place}", site, skills, frozenset(languages), frozenset(seats))  # fmt: skip


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.staff", description=__doc__)
    parser.add_argument("--experts", type=int, default=3500)
    parser.add_argument("--communities", type=int, default=70)
    parser.add_argument("--sites", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3, help="how many made operators")
    parser.add_argument("--json", action="store_true", help="one document instead of a table")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
