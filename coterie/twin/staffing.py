"""How many people each world needs for the same service: the smallest headcount at which customers are answered as well.

In each replication both worlds meet the same arrivals (see `world.draws`) and the headcount is sought in both, by bisection.
So its interval, and that of the difference, are over replications, as in `comparing`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

import numpy as np

from coterie.kit.errors import Invalid, Refused
from coterie.twin.comparing import Watch, differences, means, watched
from coterie.twin.intervals import interval
from coterie.twin.running import WORLDS, Map, Outcome, outcome, seeds
from coterie.twin.scenario import Scenario
from coterie.twin.setup.side import side_of

LEAST, MOST = 0.25, 2.0
"""Times today's people, between which a headcount is sought."""
FINE, FIRST_STEP = 500, 50
"""To a person, or to such a part of today's people where that is more; the first step is such a part of them."""
FEWEST, MANY = 2, 1_000
COMPARED = ("people", "cost_per_solved")
"""Figures whose difference is told as a part of the groups', too."""


HELD = {"calls": "within_promise", "answers": "service_level"}
"""What may be held: calls answered in the line, or all that customers say on any channel; the figure of each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be held, at which share within the promise. `level` None: that of today's groups, and so many given up at most."""

    held: str = "calls"
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """The share answered within the promise, at least, and the share of calls given up, at most."""

    held: str
    within: float
    abandoned: float = 1.0

    def met(self, found: Outcome) -> bool:
        return of(found, HELD[self.held]) >= self.within and of(found, "abandoned") <= self.abandoned  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """One replication, for whichever process does it."""

    scenario: Scenario
    seed: int
    asked: Asked


@dataclass(frozen=True, slots=True)
class Found:
    """The service that both are held to, and each world with the fewest people who give it; `people` is one of its figures."""

    service: Service
    worlds: tuple[Outcome, ...]


def people_needed(scenario: Scenario, seed: int, replications: int, asked: Asked, watch: Watch, over: Map = map) -> dict[str, Any]:  # fmt: skip
    """Both headcounts, the figures at them, the differences. Raises `Invalid` where no headcount within the bounds does."""
    check(scenario, asked)
    if not FEWEST <= replications <= MANY:
        raise Invalid(f"There are {FEWEST} to {MANY:,} replications.", "replications", "replications")  # fmt: skip
    work = [Search(scenario, each, asked) for each in seeds(seed, replications)]
    found = watched(sought, work, watch, over)
    worlds = {name: [each.worlds[place] for each in found] for place, name in enumerate(worlds_of(scenario))}  # fmt: skip
    both = (worlds["groups"], worlds["communities"]) if scenario.groups else None
    return {
        "asked": as_document(asked, [each.service for each in found]),
        "bounds": [LEAST, MOST],
        "worlds": {name: {"today": today(scenario, name), "figures": means(some)} for name, some in worlds.items()},
        "differences": differences(*both) if both else {},
        "relative": {name: relative(name, *both) for name in COMPARED} if both else {},
        "each": {name: [round(of(each, "people")) for each in some] for name, some in worlds.items()},
    }  # fmt: skip


def add_people(result: dict[str, Any], scenario: Scenario, seed: int, replications: int, asked: Asked, watch: Watch, over: Map = map) -> None:  # fmt: skip
    """Both headcounts put into a comparison, as `people`; where none does, its notes say why, and what was lived stays."""
    try:
        result["people"] = people_needed(scenario, seed, replications, asked, watch, over)
    except Refused as refused:
        result["notes"] = [f"People for the same service: {refused.sentence}", *result["notes"]]


def check(scenario: Scenario, asked: Asked) -> None:
    """Whether people can be sought for it. Raises `Invalid`."""
    if asked.held not in HELD:
        raise Invalid(f"{asked.held} can't be held; there are {' and '.join(HELD)}.", "held", "held")  # fmt: skip
    if asked.level is None and not scenario.groups:
        raise Invalid("The scenario has no skill groups whose service could be kept: name a level.", "people", "people")  # fmt: skip
    if asked.level is not None and not 0 < asked.level < 1:
        raise Invalid(f"The level is {asked.level}; it is a share between 0 and 1.", "people", "people")  # fmt: skip
    if asked.held == "calls" and not any(each.contacts_day.get("voice") for each in scenario.communities):  # fmt: skip
        raise Invalid("Nobody calls in this scenario, so that calls can't be held.", "held", "held")
    if scenario.groups and not all(each.experts for each in scenario.groups):
        raise Invalid("Of some skill groups nobody knows how many they are: their people can't be counted.", "people", "people")  # fmt: skip


def worlds_of(scenario: Scenario) -> list[str]:
    return ["groups", "communities"] if scenario.groups else ["communities"]


def as_document(asked: Asked, services: Sequence[Service]) -> dict[str, Any]:
    """What was asked for; of today's groups, the mean over replications."""
    within = sum(each.within for each in services) / len(services)
    document = {"of": "stated", "held": asked.held, "within": within}
    if asked.level is not None:
        return document
    return {**document, "of": "today", "abandoned": sum(each.abandoned for each in services) / len(services)}  # fmt: skip


def relative(name: str, groups: Sequence[Outcome], communities: Sequence[Outcome]) -> dict[str, float]:  # fmt: skip
    """Communities over groups, less 1."""
    return interval([of(b, name) / of(a, name) - 1 for a, b in zip(groups, communities, strict=True)])  # fmt: skip


# One replication


def sought(search: Search) -> Found:
    """Raises `Invalid`, naming the world."""
    scenario, seed = search.scenario, search.seed
    service = service_of(search)
    return Found(service, tuple(fewest(scenario, world, seed, service) for world in worlds_of(scenario)))  # fmt: skip


def service_of(search: Search) -> Service:
    held, level = search.asked.held, search.asked.level
    if level is not None:
        return Service(held, level)
    now = lived_by(search.scenario, "groups", today(search.scenario, "groups"), search.seed)
    return Service(held, of(now, HELD[held]), of(now, "abandoned"))


def fewest(scenario: Scenario, world: str, seed: int, service: Service) -> Outcome:
    """The world with the fewest people who give that service."""
    units, now = len(sizes_of(scenario, world)), today(scenario, world)
    low, high = max(units, ceil(LEAST * now)), max(units, floor(MOST * now))
    tried: dict[int, Outcome] = {}

    def meets(people: int) -> bool:
        tried[people] = lived_by(scenario, world, people, seed)
        return service.met(tried[people])

    found = smallest(meets, low, high, now, max(1, now // FINE))
    if found is None:
        raise Invalid(f"Even {MOST:g} times today's people in {spoken(world)} don't reach {words(service)}.", "people", "people")  # fmt: skip
    if found == low > units:
        raise Invalid(f"{LEAST:g} times today's people in {spoken(world)} reach {words(service)}, too; fewer are not tried.", "people", "people")  # fmt: skip
    return tried[found]


def smallest(meets: Callable[[int], bool], low: int, high: int, start: int, fine: int = 1) -> int | None:  # fmt: skip
    """The smallest number from `low` to `high` that meets, at most `fine` - 1 above it; None: not even `high`.

    What is above one that meets is taken to meet, too. From `start` by growing steps, then by halving.
    """
    missed, met = bracket(meets, low, high, start, max(fine, start // FIRST_STEP))
    while met is not None and met - missed > fine:
        middle = (met + missed) // 2
        if meets(middle):
            met = middle
        else:
            missed = middle
    return met


def bracket(meets: Callable[[int], bool], low: int, high: int, start: int, step: int) -> tuple[int, int | None]:  # fmt: skip
    """A number that does not meet (or is below `low`), and one above it that does (None: there is none)."""
    at, met = start, meets(start)
    towards = -step if met else step
    while at != (low if met else high):
        further = min(high, max(low, at + towards))
        if meets(further) != met:
            return (further, at) if met else (at, further)
        at, towards = further, 2 * towards
    return (low - 1, low) if met else (high, None)


def lived_by(scenario: Scenario, world: str, people: int, seed: int) -> Outcome:
    """The world with so many people, once; how many they are is one of its figures."""
    found = outcome(side_of(with_people(scenario, world, people), WORLDS[world]), world, seed)
    return replace(found, values={"people": (float(people), 1.0), **found.values})


def words(service: Service) -> str:
    what = "of calls" if service.held == "calls" else "of what customers say"
    given_up = f" and at most {service.abandoned:.1%} of calls given up" if service.abandoned < 1 else ""  # fmt: skip
    return f"{service.within:.1%} {what} answered within the promise{given_up}"


def spoken(world: str) -> str:
    return "skill groups" if world == "groups" else world


def of(found: Outcome, name: str) -> float:
    """A figure; 0 where there was nothing to count."""
    return found.values.get(name, (0.0, 0.0))[0]


# So many people


def sizes_of(scenario: Scenario, world: str) -> list[int]:
    if world == "groups":
        return [each.experts or 0 for each in scenario.groups]
    return [each.experts for each in scenario.communities]


def today(scenario: Scenario, world: str) -> int:
    return sum(sizes_of(scenario, world))


def with_people(scenario: Scenario, world: str, people: int) -> Scenario:
    """The scenario with so many people in that world, shared out as they are today."""
    sizes = shared_out(sizes_of(scenario, world), people)
    if world == "groups":
        return replace(scenario, groups=tuple(replace(each, experts=n) for each, n in zip(scenario.groups, sizes, strict=True)))  # fmt: skip
    return replace(scenario, communities=tuple(replace(each, experts=n) for each, n in zip(scenario.communities, sizes, strict=True)))  # fmt: skip


def shared_out(sizes: Sequence[int], people: int) -> list[int]:
    """So many people in proportion to today's sizes, one at least in each.

    By Webster's method: one person more takes nobody away anywhere, so that a search can rely on it.
    """
    weights, given = np.array(sizes, float), np.ones(len(sizes), np.int64)
    for _ in range(people - len(sizes)):
        given[int(np.argmax(weights / (2 * given + 1)))] += 1
    return [int(each) for each in given]
