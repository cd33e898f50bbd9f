"""How many contacts a second of one processor the twin lives, against simpy, ciw and a plain loop over a heap."""

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.peers import skill_groups
from benchmarks.peers.skill_groups import Model
from benchmarks.report import Ratio, Report
from coterie.twin.comparing import compared
from coterie.twin.reading import read_scenario
from coterie.twin.running import WORLDS, lived
from coterie.twin.scenario import Scenario
from coterie.twin.setup.side import DAY_S, side_of

SERVERS, ERLANG, MEAN_S = 50, 45.0, 600.0
TOPICS, COMMUNITIES, EXPERTS = 12, 70, 45
LARGE = Model(groups=100, people=35, calls_s=0.0785)
"""Over a hundred service groups, 3,500 people."""


async def run(choice: Namespace) -> Report:
    """Everything once, so that compiling is over; then each in turn, `rounds` times."""
    return Report("twin", ratios(choice))


def ratios(choice: Namespace) -> list[Ratio]:
    queue, model = mmc(choice.calls), LARGE
    groups = skill_groups.scenario(model, choice.days)
    for scenario, worlds in (
        (queue, ["groups"]),
        (groups, ["groups"]),
        (operator(1, choice.contacts), WORLDS),
    ):
        for world in worlds:
            own(scenario, world)
    small = choice.calls // choice.shorter
    rate = ERLANG / MEAN_S
    seen = [
        (
            per_second(lambda: own(queue, "groups")),
            per_second(lambda: counted(small, skill_groups.queue_in_simpy(SERVERS, rate, MEAN_S, small, 1))),
            per_second(lambda: counted(small, skill_groups.queue_on_a_heap(SERVERS, rate, MEAN_S, small, 1))),
            per_second(lambda: own(groups, "groups")),
            per_second(lambda: skill_groups.in_simpy(model, choice.days * DAY_S / choice.shorter, 1).calls),
            per_second(lambda: skill_groups.in_ciw(model, choice.days * DAY_S / (10 * choice.shorter), 1).calls),
            per_second(lambda: own(operator(1, choice.contacts), "communities")),
        )
        for _ in range(choice.rounds)
    ]  # fmt: skip
    ours, simpy, heap, ours_groups, simpy_groups, ciw, whole = (median(column) for column in zip(*seen, strict=True))  # fmt: skip
    seconds = both_worlds(choice)
    return [
        Ratio("M/M/50", "45 erlang", "simpy", "calls/s", ours, simpy, least=60),
        Ratio("M/M/50", "45 erlang", "a loop over a heap", "calls/s", ours, heap, least=10),
        Ratio("skill groups", "100 of 35 people", "simpy", "calls/s", ours_groups, simpy_groups, least=25),
        Ratio("skill groups", "100 of 35 people", "ciw", "calls/s", ours_groups, ciw, least=1000),
        Ratio("the whole twin, communities", "70 of 45 people", "the least asked", "contacts/s", whole, 300_000, least=1),
        Ratio("both worlds", f"{choice.replications} days of {choice.contacts:,} contacts", "the most asked", "CPU s", seconds, choice.replications, most=1),
        Ratio("memory of a million contacts", "communities", "the most asked", "MB", memory_mb(), 300, most=1),
    ]  # fmt: skip


def mmc(calls: int) -> Scenario:
    a_day = ERLANG / MEAN_S * DAY_S
    days = max(1, round(calls / a_day))
    return skill_groups.scenario(Model(1, SERVERS, ERLANG / MEAN_S, MEAN_S, 0.0), days)


def operator(days: int, contacts: int) -> Scenario:
    """70 communities of 45, calls, messages and mails, with twice twelve groups today."""
    topics = [f"t{k}" for k in range(TOPICS)]
    daily = {"voice": 0.5, "messaging": 0.35, "email": 0.15}
    week = [1.0 if 16 <= slot % 48 < 40 else 0.0 for slot in range(336)]
    people = COMMUNITIES * EXPERTS
    return read_scenario(
        {
            "days": days,
            "communities": [
                {"id": f"c{k}", "name": "", "customers": 15_000, "experts": EXPERTS, "buddy": f"c{(k + COMMUNITIES // 2) % COMMUNITIES}",
                 "contacts_day": {name: share * contacts / COMMUNITIES for name, share in daily.items()}}
                for k in range(COMMUNITIES)
            ],
            "topics": [{"name": name, "share": dict.fromkeys(daily, 1.0), "effort": {"kind": "lognormal", "mean_s": 300, "sd_s": 200}} for name in topics],
            "week": dict.fromkeys(daily, week),
            "groups": [
                *({"name": f"{name} {kind}", "topics": [name], "spoken": kind == "calls", "written": kind != "calls", "experts": people * 9 // (10 * 2 * TOPICS)} for name in topics for kind in ("calls", "letters")),
                {"name": "second line", "topics": topics, "spoken": True, "written": True, "experts": people // 10, "second_line": True},
            ],
        }
    )  # fmt: skip


def own(scenario: Scenario, world: str) -> int:
    """How many contacts there were, from the scenario on: what a replication costs once compiled."""
    lived_ = lived(side_of(scenario, WORLDS[world]), 1)
    number = len(lived_.has("episodes"))
    lived_.over()
    return number


def counted(calls: int, wait_s: float) -> int:
    """The calls, where the queue waited as such a queue does."""
    assert 0 <= wait_s < MEAN_S
    return calls


def per_second(do: Callable[[], int]) -> float:
    """Of processor time."""
    start = process_time()
    number = do()
    return number / (process_time() - start)


def both_worlds(choice: Namespace) -> float:
    """Processor time of a whole comparison, with its figures and intervals."""
    scenario = operator(1, choice.contacts)
    start = process_time()
    compared(scenario, 1, choice.replications, lambda done, total: None)
    return process_time() - start


def memory_mb() -> float:
    """What a million contacts add, in a process of its own, to what the process was at its largest before."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.twin", "--memory"], capture_output=True, text=True, check=True)  # fmt: skip
    return float(done.stdout)


def memory_here() -> float:
    """After one day, which loads and compiles everything."""
    own(operator(1, 1_000), "communities")
    before = most_mb()
    number = own(operator(10, 100_000), "communities")
    return (most_mb() - before) * 1_000_000 / number


def most_mb() -> float:
    """What this process was at its largest. `getrusage` would count its parent's memory, too, from before it was another."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def options() -> ArgumentParser:
    chosen = ArgumentParser(prog="python -m benchmarks.run --only twin")
    chosen.add_argument("--calls", type=int, default=1_000_000, help="of M/M/50")
    chosen.add_argument("--days", type=int, default=2, help="of the skill groups")
    chosen.add_argument("--contacts", type=int, default=100_000, help="a day of the operator")
    chosen.add_argument("--replications", type=int, default=30)
    chosen.add_argument("--shorter", type=int, default=20, help="peers live so many times less")
    chosen.add_argument("--rounds", type=int, default=3)
    chosen.add_argument("--memory", action="store_true", help="only that, in this process")
    return chosen


if __name__ == "__main__":
    chosen = options().parse_args()
    if chosen.memory:
        print(memory_here())
    else:
        for ratio in ratios(chosen):
            print(*ratio.cells(), sep="\t")
