"""A scenario lived: one world once, both worlds many times, on one processor or many."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from coterie.twin.scenario import Scenario
from coterie.twin.setup.side import DAY_S, Side, settings_of, side_of
from coterie.twin.world.columns import (
    ABANDONED,
    COMMUNITIES,
    EMAIL,
    FOREVER,
    GROUPS,
    MESSAGING,
    VOICE,
)
from coterie.twin.world.tally import NAMES, tally
from coterie.twin.world.world import World

WORLDS = {"groups": GROUPS, "communities": COMMUNITIES}
WAITS = {"voice_wait": VOICE, "messaging_wait": MESSAGING, "email_wait": EMAIL}
OF_PEOPLE = ("occupancy", "helping_share", "paid_h_per_case", "cost_per_case", "cost_per_solved")
FIGURES = (*NAMES, *(f"{name}_p90_s" for name in WAITS), "contacts", *OF_PEOPLE)
"""All that a run may count."""
Map: TypeAlias = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one world came to, once: figure -> value and over how many; what nobody could count is left out."""

    world: str
    seed: int
    values: dict[str, tuple[float, float]]


def lived(side: Side, seed: int, *, recorded: bool = False) -> World:
    world = side.begun(seed, recorded=recorded)
    world.live(side.scenario.days * DAY_S)
    return world


def outcome(side: Side, name: str, seed: int) -> Outcome:
    """One world, once."""
    world = lived(side, seed)
    found = Outcome(name, seed, {**figures(side, world), **of_people(side, world)})
    world.over()
    return found


def figures(side: Side, world: World) -> dict[str, tuple[float, float]]:
    """The sums of `tally` as means, and the quantiles of waits."""
    scenario = side.scenario
    since, until = scenario.warm_up_days * DAY_S, scenario.days * DAY_S
    episodes = world.has("episodes")
    sums = tally(
        episodes,
        world.has("cases"),
        world.has("ownings"),
        since,
        until,
        float(settings_of(scenario).promise_first_voice_s),
    )
    found = {name: (float(sums[k, 0] / sums[k, 1]), float(sums[k, 1])) for k, name in enumerate(NAMES) if sums[k, 1]}  # fmt: skip
    counted = episodes["opened"] >= since
    for name, channel in WAITS.items():
        chosen = counted & (episodes["channel"] == channel) & (episodes["waited"] >= 0) & (episodes["call_back"] == 0)  # fmt: skip
        waits = episodes["waited"][chosen & (episodes["state"] != ABANDONED)]
        if len(waits):
            found[f"{name}_p90_s"] = float(np.quantile(waits, 0.9)), float(len(waits))
    found["contacts"] = float(counted.sum()), 1.0
    return found


def of_people(side: Side, world: World) -> dict[str, tuple[float, float]]:
    """How busy they were, what they cost. Over the whole time, the warm-up included."""
    experts, cases, a = world.columns["experts"], world.has("cases"), side.scenario.assumptions
    still = world.columns["present"] == 1
    there = float(experts["there_s"].sum() + (side.scenario.days * DAY_S - experts["began"][still]).sum())  # fmt: skip
    if not there:
        return {}
    paid_h = there / 3600 * a.paid_h / a.there_h
    all_of_them = float(len(cases)) or 1.0
    solved = float(((cases["solved"] == 1) & (cases["closed_at"] != FOREVER)).sum())
    return {
        "occupancy": (float(experts["busy_s"].sum()) / there, there / 3600),
        "helping_share": (float(experts["helping_s"].sum()) / there, there / 3600),
        "paid_h_per_case": (paid_h / all_of_them, all_of_them),
        "cost_per_case": (paid_h * a.hour_cost / all_of_them, all_of_them),
        **({"cost_per_solved": (paid_h * a.hour_cost / solved, solved)} if solved else {}),
    }


@dataclass(frozen=True, slots=True)
class Run:
    """One piece of work for whichever process does it."""

    scenario: Scenario
    world: str
    seed: int


def run(piece: Run) -> Outcome:
    return outcome(prepared(piece), piece.world, piece.seed)


_KEPT: dict[str, Side] = {}


def prepared(piece: Run) -> Side:
    """The side of this scenario, made once as long as the same scenario is asked for."""
    side = _KEPT.get(piece.world)
    if side is None or side.scenario != piece.scenario:
        side = _KEPT[piece.world] = side_of(piece.scenario, WORLDS[piece.world])
    return side


def seeds(seed: int, replications: int) -> list[int]:
    """Of each replication. Both worlds get the same, and so the same arrivals."""
    return [int(each) for each in np.random.SeedSequence(seed).generate_state(replications, np.uint64)]  # fmt: skip


def pieces(scenario: Scenario, worlds: Sequence[str], seed: int, replications: int) -> list[Run]:
    return [Run(scenario, world, each) for world in worlds for each in seeds(seed, replications)]
