"""How many people each world needs for the same service: the smallest headcount at which calls are answered as well.

In each replication both worlds meet the same arrivals (see `world.draws`) and the headcount is sought in both, by bisection
over whole people. So its interval, and that of the difference, are over replications, as in `comparing`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

import numpy as np

from coterie.kit.errors import Invalid
from coterie.twin.comparing import Watch, differences, interval, means, watched
from coterie.twin.running import WORLDS, Map, Outcome, outcome, seeds
from coterie.twin.scenario import Scenario
from coterie.twin.setup.side import side_of

LEAST, MOST = 0.5, 2.0
"""Times today's people, between which a headcount is sought."""
FEWEST, MANY = 2, 1_000
COMPARED = ("people", "cost_per_solved")
"""Figures whose difference is told as a part of the groups', too."""


@dataclass(frozen=True, slots=True)
class Service:
    """What calls are to meet: the share answered in the line within the promise at least, the share given up at most."""

    within: float
    abandoned: float = 1.0

    def met(self, found: Outcome) -> bool:
        return of(found, "within_promise") >= self.within and of(found, "abandoned") <= self.abandoned  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """One replication, for whichever process does it. `level` None: the service of today's groups in this replication."""

    scenario: Scenario
    seed: int
    level: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """The service that was asked for, and each world with the fewest people who give it; `people` is one of its figures."""

    asked: Service
    worlds: tuple[Outcome, ...]


def people_needed(scenario: Scenario, seed: int, replications: int, level: float | None, watch: Watch, over: Map = map) -> dict[str, Any]:  # fmt: skip
    """Both headcounts, the figures at them, the differences. Raises `Invalid` where no headcount within the bounds does."""
    check(scenario, level, replications)
    work = [Search(scenario, each, level) for each in seeds(seed, replications)]
    found = watched(sought, work, watch, over)
    worlds = {name: [each.worlds[place] for each in found] for place, name in enumerate(worlds_of(scenario))}  # fmt: skip
    both = (worlds["groups"], worlds["communities"]) if scenario.groups else None
    return {
        "asked": asked_of([each.asked for each in found], level),
        "bounds": [LEAST, MOST],
        "worlds": {name: {"today": today(scenario, name), "figures": means(some)} for name, some in worlds.items()},
        "differences": differences(*both) if both else {},
        "relative": {name: relative(name, *both) for name in COMPARED} if both else {},
        "each": {name: [round(of(each, "people")) for each in some] for name, some in worlds.items()},
    }  # fmt: skip


def check(scenario: Scenario, level: float | None, replications: int) -> None:
    if not FEWEST <= replications <= MANY:
        raise Invalid(f"There are {FEWEST} to {MANY:,} replications.", "replications", "replications")  # fmt: skip
    if level is None and not scenario.groups:
        raise Invalid("The scenario has no skill groups whose service could be kept: name a level.", "people", "people")  # fmt: skip
    if level is not None and not 0 < level < 1:
        raise Invalid(f"The level is {level}; it is a share of calls between 0 and 1.", "people", "people")  # fmt: skip
    if not any(each.contacts_day.get("voice") for each in scenario.communities):
        raise Invalid("Nobody calls in this scenario, and service is that of calls.", "people", "people")  # fmt: skip
    if scenario.groups and not all(each.experts for each in scenario.groups):
        raise Invalid("Of some skill groups nobody knows how many they are: their people can't be counted.", "people", "people")  # fmt: skip


def worlds_of(scenario: Scenario) -> list[str]:
    return ["groups", "communities"] if scenario.groups else ["communities"]


def asked_of(services: Sequence[Service], level: float | None) -> dict[str, Any]:
    """What was asked for; of today's groups, the mean over replications."""
    if level is not None:
        return {"of": "stated", "within_promise": level}
    return {
        "of": "today",
        "within_promise": sum(each.within for each in services) / len(services),
        "abandoned": sum(each.abandoned for each in services) / len(services),
    }


def relative(name: str, groups: Sequence[Outcome], communities: Sequence[Outcome]) -> dict[str, float]:  # fmt: skip
    """Communities over groups, less 1."""
    return interval([of(b, name) / of(a, name) - 1 for a, b in zip(groups, communities, strict=True)])  # fmt: skip


# One replication


def sought(search: Search) -> Found:
    """Raises `Invalid`, naming the world."""
    scenario, seed = search.scenario, search.seed
    asked = Service(search.level) if search.level is not None else service_of(lived_by(scenario, "groups", today(scenario, "groups"), seed))  # fmt: skip
    return Found(asked, tuple(fewest(scenario, world, seed, asked) for world in worlds_of(scenario)))  # fmt: skip


def service_of(found: Outcome) -> Service:
    return Service(of(found, "within_promise"), of(found, "abandoned"))


def fewest(scenario: Scenario, world: str, seed: int, asked: Service) -> Outcome:
    """The world with the fewest people who give that service."""
    units, now = len(sizes_of(scenario, world)), today(scenario, world)
    low, high = max(units, ceil(LEAST * now)), max(units, floor(MOST * now))
    tried: dict[int, Outcome] = {}

    def meets(people: int) -> bool:
        tried[people] = lived_by(scenario, world, people, seed)
        return asked.met(tried[people])

    found = smallest(meets, low, high)
    if found is None:
        raise Invalid(f"{words(asked)} is not reached with {MOST:g} times today's people in {spoken(world)}.", "people", "people")  # fmt: skip
    if found == low > units:
        raise Invalid(f"{words(asked)} is given even by {LEAST:g} times today's people in {spoken(world)}.", "people", "people")  # fmt: skip
    return tried[found]


def smallest(meets: Callable[[int], bool], low: int, high: int) -> int | None:
    """The smallest number from `low` to `high` that meets, where all above one that does do, too. None: not even `high`."""
    if not meets(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if meets(middle):
            high = middle
        else:
            low = middle + 1
    return high


def lived_by(scenario: Scenario, world: str, people: int, seed: int) -> Outcome:
    """The world with so many people, once; how many they are is one of its figures."""
    found = outcome(side_of(with_people(scenario, world, people), WORLDS[world]), world, seed)
    return replace(found, values={"people": (float(people), 1.0), **found.values})


def words(asked: Service) -> str:
    given_up = f" and at most {asked.abandoned:.1%} given up" if asked.abandoned < 1 else ""
    return f"{asked.within:.1%} of calls answered within the promise{given_up}"


def spoken(world: str) -> str:
    return "skill groups" if world == "groups" else world


def of(found: Outcome, name: str) -> float:
    return found.values[name][0]


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
