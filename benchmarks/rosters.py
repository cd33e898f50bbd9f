"""What a roster of fifty people costs, over seeded weeks that nothing was tuned on; one model in a single stage as the peer.

Prints processor and wall seconds, gaps against proven bounds, and where somebody is missing, seed by seed and as a
distribution. The peer gives every person every possible shape at once, within deterministic seconds of the solver as limit.
"""

import json
import math
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any

from benchmarks.peers.roster import solved
from coterie.kit.errors import Invalid
from coterie.planning.rosters.contracts import most
from coterie.planning.rosters.cover import Cover, cover
from coterie.planning.rosters.making import make_roster
from coterie.planning.rosters.model import DAY, Frame, Person, Proof, Wish
from coterie.planning.rosters.rules import breaches
from coterie.planning.rosters.shapes import shapes_by_day

MONDAY = date(2026, 12, 7)
HOURS = ((16, 40), (14, 42), (12, 44), (0, 48))
PEAKS = ((0.28, 0.15, 0.5), (0.68, 0.2, 0.38))
"""Of a day: where, how wide, how high above the rest."""
PAUSES = 1.07


def frame(seed: int, people: int, load: float) -> Frame:
    """A week with two peaks a day, quieter weekends and noise, that takes `load` of what contracts hold."""
    random = Random(seed)
    opens, closes = random.choice(HOURS)
    demand = [value for day in range(7) for value in day_of(random, opens, closes, day)]
    members = tuple(member(random, f"p{n:02}") for n in range(people))
    leave = {p.ref: frozenset(range(random.choice([0, 3]), 7)) for p in members if random.random() < 0.08}  # fmt: skip
    bare = Frame(MONDAY, 1, (1,) * 336, members, leave)
    level = sum(most(bare, each, 0) for each in members) * load / PAUSES / sum(demand)
    wishes = tuple(wish(random, p.ref) for p in members for _ in range(random.choice([0, 1, 1, 2])))
    return Frame(MONDAY, 1, tuple(round(level * value) for value in demand), members, leave, wishes)


def day_of(random: Random, opens: int, closes: int, day: int) -> list[float]:
    whole = random.uniform(0.85, 1.15) * (1 if day < 5 else random.uniform(0.45, 0.8))
    found = []
    for at in range(DAY):
        part = (at - opens) / (closes - opens)
        value = 0.55 + sum(high * math.exp(-(((part - where) / wide) ** 2)) for where, wide, high in PEAKS)  # fmt: skip
        night = 0.25 if closes - opens == DAY and (at < 12 or at >= 44) else 1.0
        found.append(whole * value * night * random.uniform(0.93, 1.07) if opens <= at < closes else 0.0)  # fmt: skip
    return found


def member(random: Random, ref: str) -> Person:
    kind = random.random()
    hours, days = (38.0, 5) if kind < 0.7 else (30.0, 4) if kind < 0.85 else (20.0, random.choice([3, 4, 5]))  # fmt: skip
    latest = 36 if random.random() < 0.15 else 2 * DAY
    earliest = 20 if random.random() < 0.1 and latest > DAY else 0
    return Person(ref, hours=hours, days=days, earliest=earliest, latest=latest)


def wish(random: Random, ref: str) -> Wish:
    return Wish(ref, random.randrange(7), random.choice(["off", "off", "early", "late"]), random.choice([1, 1, 2, 3]))  # fmt: skip


def measured(seed: int, people: int, load: float) -> dict[str, Any]:
    """One week: its bare cover, its cover with contracts, and the roster with names."""
    wanted = frame(seed, people, load)
    found: dict[str, Any] = {"seed": seed, "open": sum(each > 0 for each in wanted.positions)}
    for name, asked in (("bare", replace(wanted, people=())), ("cover", wanted)):
        cpu, wall = process_time(), perf_counter()
        covered = cover(asked, 0, short=False)
        found[name] = {**said(covered.proof if covered else None), **took(cpu, wall)}
    cpu, wall = process_time(), perf_counter()
    try:
        made = make_roster(wanted, short=True)
    except Invalid as no:
        return {**found, "roster": {"gap": None, "why": no.sentence, **took(cpu, wall)}}
    missing = sum(each.missing for each in breaches(made) if each.rule == "cover")
    found["roster"] = {**said(made.assign[0]), "missing": missing, **took(cpu, wall)}
    return found


def single_stage(seed: int, people: int, load: float, effort: float) -> dict[str, Any]:
    """The peer: every shape of every day for everybody, in one model."""
    wanted = frame(seed, people, load)
    covered = cover(wanted, 0, short=False)  # says what is a fair share, as it does for us
    cpu, wall = process_time(), perf_counter()
    shapes = {(day, each): 0 for day, some in shapes_by_day(wanted, 0).items() for each in some}
    shapes.update(covered.shapes if covered else {})
    found = solved(wanted, 0, Cover(shapes, {}, Proof(0, 0)), effort=effort)
    missing = sum(found.missing.values()) if found else None
    return {"seed": seed, **said(found.proof if found else None), "missing": missing, **took(cpu, wall)}  # fmt: skip


def said(proof: Proof | None) -> dict[str, Any]:
    if proof is None:
        return {"gap": None}
    return {"hours": proof.cost, "bound": proof.bound, "gap": round(proof.gap, 4)}


def took(cpu: float, wall: float) -> dict[str, float]:
    return {"cpu_s": round(process_time() - cpu, 2), "wall_s": round(perf_counter() - wall, 2)}


def spread(values: Sequence[float]) -> str:
    return f"least {min(values):g}, median {median(values):g}, most {max(values):g}" if values else "none"  # fmt: skip


def options() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m benchmarks.rosters", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 21)))
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--load", type=float, default=0.9)
    parser.add_argument(
        "--effort", type=float, default=16.0, help="The peer's deterministic seconds."
    )
    parser.add_argument("--peer", type=int, default=2, help="Seeds for which the peer runs, too.")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    runs = []
    for each in chosen.seeds:
        runs.append(measured(each, chosen.people, chosen.load))
        print(json.dumps(runs[-1]), flush=True)
    for name in ("bare", "cover", "roster"):
        for key in ("gap", "cpu_s", "wall_s"):
            print(f"{name} {key}: {spread([run[name][key] for run in runs if run[name][key] is not None])}")  # fmt: skip
    print(f"rosters with nobody missing: {sum(run['roster'].get('missing') == 0 for run in runs)} of {len(runs)}")  # fmt: skip
    for each in chosen.seeds[: chosen.peer]:
        print("single stage", json.dumps(single_stage(each, chosen.people, chosen.load, chosen.effort)), flush=True)  # fmt: skip
