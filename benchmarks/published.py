"""The published results of the source systems beside what the twin gives for an operator of that size.

    python -m benchmarks.published [--communities 70] [--replications 5] [--small 8]

Both worlds have the same people and meet the same arrivals. Claims are companies' own, without control groups; what the
twin gives depends on its assumptions, so for each claim those are sought under which it would be reached.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from coterie.twin.assumptions import TABLE
from coterie.twin.comparing import compared, tornado
from coterie.twin.running import WORLDS, lived
from coterie.twin.scenario import Scenario, read_scenario
from coterie.twin.setup.side import DAY_S, Side, side_of
from coterie.twin.world.columns import NOTHING

CUSTOMERS, EXPERTS, TOPICS, DAYS, WARM_UP = 11_000_000, 45, 12, 35, 7
COMMUNITIES = 70
A_DAY = 16.0
"""Contacts a day for each person, weekends counted: as many as both worlds can serve."""
DAILY = {"voice": 0.5, "messaging": 0.35, "email": 0.15}
WORK = {"voice": 0.5, "messaging": 0.35, "email": 0.15 * 0.8}
SECOND = 0.1
FIGURES = ("transfer_rate", "transfer_cover", "transfer_handover", "transfer_outside", "outside_rate", "solved", "lost", "voice_wait_s", "issue_resolution", "first_contact_resolution", "repeat_7d", "cost_per_case", "episodes_per_case", "abandoned", "occupancy", "service_level", "people_per_case", "owner_rate", "ask_rate")  # fmt: skip
MOVED = ("misroute", "second_line", "spoils", "knows", "comes_back", "late_share", "session_s")
"""Assumptions that are moved one at a time, each to both ends of its range."""
WORST = {"misroute": 0.25, "second_line": 0.15, "spoils": 0.2, "discover": 0.5, "repeat_s": 120.0, "knows": 0.8, "brief_s": 10.0, "late_share": 0.1}  # fmt: skip
"""Every range at the end that speaks for communities."""


def operator(communities: int, *, per_person: float = A_DAY, **assumptions: float) -> Scenario:
    """So many of the operator's 70 communities; two groups for each topic, calls and letters, and a second line."""
    shares = {f"topic {k + 1}": 1 / (k + 2) for k in range(TOPICS)}
    whole = sum(shares.values())
    people = communities * EXPERTS
    contacts = people * per_person
    first = people * (1 - SECOND)
    work = sum(WORK.values())
    return read_scenario(
        {
            "name": f"{communities} communities of {EXPERTS}",
            "days": DAYS,
            "warm_up_days": WARM_UP,
            "communities": [
                {
                    "id": f"c{k}", "name": f"Community {k + 1}", "customers": CUSTOMERS // COMMUNITIES, "experts": EXPERTS,
                    "contacts_day": {name: share * contacts / communities for name, share in DAILY.items()},
                    "buddy": f"c{(k + communities // 2) % communities}" if communities > 1 else None,
                }
                for k in range(communities)
            ],
            "topics": [
                {"name": name, "share": dict.fromkeys(DAILY, share), "effort": {"kind": "lognormal", "mean_s": 420, "sd_s": 300}}
                for name, share in shares.items()
            ],
            "week": {name: [hour(slot) for slot in range(336)] for name in DAILY},
            "groups": [
                *(
                    {"name": f"{name}, {kind}", "topics": [name], "spoken": kind == "calls", "written": kind == "letters", "experts": max(2, round(first * share / whole * part / work))}
                    for name, share in shares.items()
                    for kind, part in (("calls", WORK["voice"]), ("letters", WORK["messaging"] + WORK["email"]))
                ),
                {"name": "second line", "topics": [*shares], "spoken": True, "written": True, "experts": round(people * SECOND), "second_line": True},
            ],
            "assumptions": assumptions,
        }
    )  # fmt: skip


def hour(slot: int) -> float:
    """Open from eight to eight, more before noon, less on Saturday and Sunday."""
    if not 16 <= slot % 48 < 40:
        return 0.0
    return (1.0 if slot < 5 * 48 else 0.45) * (1.4 if 19 <= slot % 48 < 24 else 1.0)


@dataclass(frozen=True, slots=True)
class Result:
    """Of one scenario: figure -> values of both worlds and their difference, each with low and high."""

    groups: Mapping[str, Any]
    communities: Mapping[str, Any]
    differences: Mapping[str, Any]


def result(scenario: Scenario, seed: int, replications: int, over: Any = map) -> Result:
    found = compared(scenario, seed, replications, lambda done, total: None, over)
    return Result(found["worlds"]["groups"]["figures"], found["worlds"]["communities"]["figures"], found["differences"])  # fmt: skip


def table(found: Result) -> Iterable[str]:
    yield "figure                       groups                      communities                 difference"
    for name in FIGURES:
        if name in found.groups and name in found.communities:
            yield f"{name:<26} {said(found.groups[name])}  {said(found.communities[name])}  {said(found.differences[name])}"


def said(each: Mapping[str, float]) -> str:
    return f"{each['value']:>9.4g} ({each['low']:.4g} to {each['high']:.4g})"


def bars(small: Scenario, replications: int, over: Any) -> Iterable[str]:
    figures = ("transfer_rate", "cost_per_case", "issue_resolution")
    found = tornado(small, 1, replications, figures, lambda done, total: None, over)
    for figure in figures:
        yield f"{figure}: the difference, communities less groups, when an assumption takes its low and its high value"
        for bar in found[figure][:6]:
            yield f"  {bar['assumption']:<20} {bar['low']:+.4f} {bar['high']:+.4f} (plain {bar['plain']:+.4f})"


# What would be needed


def reaching(communities: int, replications: int, over: Any) -> Iterable[str]:
    """Assumptions one at a time at both ends, then groups at their worst with communities at their best."""
    for name in MOVED:
        for end in (TABLE[name].low, TABLE[name].high):
            yield row(f"{name} {end:g}", operator(communities, **{name: end}), replications, over)
    yield row("all for communities", operator(communities, **WORST), replications, over)
    for spoils in (0.3, 0.4, 0.5):
        yield row(f"so, and spoils {spoils:g}", operator(communities, **{**WORST, "spoils": spoils}), replications, over)  # fmt: skip
    for solved in (0.7, 0.95):
        scenario = operator(communities)
        topics = tuple(replace(each, solved=solved) for each in scenario.topics)
        yield row(f"topics solved {solved:g}", replace(scenario, topics=topics), replications, over)


def counted_whole(communities: int) -> Iterable[str]:
    """Resolution over all cases that anybody answered, opened early enough to come back: groups, communities.

    `issue_resolution` leaves out cases that are not closed, and so those who came back and then hung up for good.
    """
    for name, more in (("plain", {}), ("spoils 0", {"spoils": 0.0}), ("all for communities", WORST), ("so, and spoils 0.5", {**WORST, "spoils": 0.5})):  # fmt: skip
        sides = [side_of(operator(communities, **more), world) for world in WORLDS.values()]
        yield f"{name:<28} " + " ".join(f"{not_come_back(side):.4f}" for side in sides)


def not_come_back(side: Side) -> float:
    cases = lived(side, 1).has("cases")
    early = (cases["opened"] >= WARM_UP * DAY_S) & (cases["opened"] < (DAYS - 2 * WARM_UP) * DAY_S)
    return 1 - float(cases["came_back"][early & (cases["last_by"] != NOTHING)].mean())


def row(name: str, scenario: Scenario, replications: int, over: Any) -> str:
    found = result(scenario, 1, replications, over)
    a, b = found.groups, found.communities
    cells = [f"{a[f]['value']:.4f} {b[f]['value']:.4f}" for f in ("transfer_rate", "transfer_outside", "issue_resolution", "solved", "repeat_7d")]  # fmt: skip
    cells += [f"{b[f]['value'] / a[f]['value'] - 1:+.2%}" for f in ("cost_per_case", "episodes_per_case")]  # fmt: skip
    return f"{name:<28} " + "  ".join(cells)


def options() -> Namespace:
    chosen = ArgumentParser(prog="python -m benchmarks.published")
    chosen.add_argument("--communities", type=int, default=COMMUNITIES)
    chosen.add_argument("--replications", type=int, default=5)
    chosen.add_argument(
        "--small", type=int, default=20, help="communities, where many runs are needed"
    )
    chosen.add_argument("--workers", type=int, default=2)
    return chosen.parse_args()


def main(choice: Namespace) -> None:
    with ProcessPoolExecutor(choice.workers) as pool:
        whole = operator(choice.communities)
        print(f"{whole.name}, {sum(sum(c.contacts_day.values()) for c in whole.communities):,.0f} new contacts a day, {DAYS} days, {choice.replications} replications")  # fmt: skip
        print("\n".join(table(result(whole, 1, choice.replications, pool.map))), flush=True)
        small = operator(choice.small)
        print(f"\n{small.name}", flush=True)
        print("\n".join(table(result(small, 1, choice.replications, pool.map))), flush=True)
        print(f"\n{small.name}: transfers, those outside, resolution, solved, repeats of groups and communities; cost and episodes a case, communities against groups")  # fmt: skip
        for line in reaching(choice.small, 3, pool.map):
            print(line, flush=True)
        print("\nresolution counted whole, once: groups and communities")
        print("\n".join(counted_whole(choice.small)), flush=True)
        print()
        print("\n".join(bars(small, 2, pool.map)))


if __name__ == "__main__":
    main(options())
