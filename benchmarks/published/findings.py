"""What is lived for the page: the whole operator, a part of it where many runs are needed, and the people both need."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.published.operator import DAYS, WARM_UP, WORST, operator
from coterie.kit.errors import Invalid
from coterie.twin.comparing import compared, tornado
from coterie.twin.running import WORLDS, Map, lived
from coterie.twin.scenario import Scenario
from coterie.twin.setup.side import DAY_S, side_of
from coterie.twin.staffing import HELD, Asked, people_needed
from coterie.twin.world.columns import NOTHING, VOICE

SEED = 1
MOVED = ("transfer_rate", "cost_per_solved", "issue_resolution")
"""Figures of which it is asked which assumptions move their difference."""
SPOILT = {**WORST, "spoils": 0.5}
VARIANTS: Mapping[str, Mapping[str, float]] = {
    "plain": {},
    "few misroutes": {"misroute": 0.08},
    "few late": {"late_share": 0.1},
    "for communities": WORST,
    "and spoils 0.5": SPOILT,
}
WHOLE: Mapping[str, Mapping[str, float]] = {
    "plain": {}, "no harm": {"spoils": 0.0}, "for communities": WORST, "and spoils 0.5": SPOILT,
}  # fmt: skip
"""Of which resolution is counted whole."""

SOUGHT = ("whole", "takes both", "plain", "for communities", "and spoils 0.5")
"""Of which people are sought; the first two are the whole operator."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is lived."""

    communities: int = 70
    replications: int = 5
    small: int = 20
    few: int = 3
    days: int = DAYS


@dataclass(frozen=True, slots=True)
class Findings:
    """Results as `comparing.compared` and `staffing.people_needed` write them."""

    size: Size
    scenario: Scenario
    whole: Mapping[str, Any]
    variants: Mapping[str, Mapping[str, Any]]
    """Of the small operator; "solved in 70%" is one in which topics are."""
    people: Mapping[tuple[str, str], Mapping[str, Any] | str]
    """By variant ("whole" is the whole operator) and what is held; where it can't be reached, the sentence that says so."""
    resolved: Mapping[str, tuple[float, float]]
    """By variant, resolution counted whole: groups, communities."""
    bars: Mapping[str, Sequence[Mapping[str, Any]]]
    closed: float
    """The share of calls in the groups' world that come while nobody new calls: outside of opening hours."""


def found(size: Size, over: Map) -> Iterator[str | Findings]:
    """What is being lived, now and then; at last what was found."""
    whole = operator(size.communities, size.days)
    yield f"{whole.name}, {size.replications} replications"
    at_whole = compared(whole, SEED, size.replications, watch, over)
    yield f"Variants of {size.small} communities"
    variants = {name: compared(scenario, SEED, size.few, watch, over) for name, scenario in small_ones(size)}  # fmt: skip
    people = {}
    both = operator(size.communities, size.days, blended=1.0)
    for name, scenario in [("whole", whole), ("takes both", both), *small_ones(size)]:
        if name in SOUGHT:
            for held in HELD:
                yield f"People for the same service, {name}, {held}"
                people[name, held] = needed(scenario, held, size.few, over)
    yield "Resolution, counted whole"
    resolved = {name: (not_come_back(size, "groups", given), not_come_back(size, "communities", given)) for name, given in WHOLE.items()}  # fmt: skip
    yield "Each assumption at both ends"
    bars = tornado(operator(size.small, size.days), SEED, 2, MOVED, watch, over)
    yield Findings(size, whole, at_whole, variants, people, resolved, bars, outside_hours(size))


def small_ones(size: Size) -> list[tuple[str, Scenario]]:
    plain = operator(size.small, size.days)
    harder = replace(plain, topics=tuple(replace(each, solved=0.7) for each in plain.topics))
    variants = [
        (name, operator(size.small, size.days, **given)) for name, given in VARIANTS.items()
    ]
    return [*variants, ("solved in 70%", harder)]


def needed(scenario: Scenario, held: str, replications: int, over: Map) -> Mapping[str, Any] | str:
    try:
        return people_needed(scenario, SEED, replications, Asked(held), watch, over)
    except Invalid as refused:
        return refused.sentence


def watch(done: int, total: int) -> None:
    """Nobody looks at how far one of many is."""


def not_come_back(size: Size, world: str, given: Mapping[str, float]) -> float:
    """Of the cases that anybody answered, opened early enough to come back, those that did not: once.

    `issue_resolution` leaves out cases that are not closed, and so those who came back and then hung up for good.
    """
    cases = lived(side_of(operator(size.small, size.days, **given), WORLDS[world]), SEED).has("cases")  # fmt: skip
    early = (cases["opened"] >= WARM_UP * DAY_S) & (
        cases["opened"] < (size.days - 2 * WARM_UP) * DAY_S
    )
    return 1 - float(cases["came_back"][early & (cases["last_by"] != NOTHING)].mean())


def outside_hours(size: Size) -> float:
    scenario = operator(size.small, size.days)
    episodes = lived(side_of(scenario, WORLDS["groups"]), SEED).has("episodes")
    calls = episodes["opened"][(episodes["channel"] == VOICE) & (episodes["opened"] >= WARM_UP * DAY_S)]  # fmt: skip
    slots = (calls // 1800).astype(int) % len(scenario.week["voice"])
    return float((np.asarray(scenario.week["voice"])[slots] == 0).mean())
