"""What people know, what they take, and when they are there."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coterie.twin.scenario import CHANNELS, Scenario
from coterie.twin.setup.demand import shape_of
from coterie.twin.world.columns import COMMUNITIES, GROUPS
from coterie.twin.world.shifts import pattern_of

KNOWN_LEVEL, LEARNED_LEVEL = 4, 2
SKILLS_SEED = 2026
FEWEST_SEATED = 6
"""In a smaller team everybody takes everything."""
CAPACITY = 4.0
"""The load at which nothing new comes (rule 7)."""


def skills_of(scenario: Scenario, sizes: Sequence[int]) -> Any:
    """(topics, people) levels: what they did in their old group, and what they have learned. Somebody knows each."""
    chance = np.random.default_rng(SKILLS_SEED)
    names = [each.name for each in scenario.topics]
    people = sum(sizes)
    skill = np.where(chance.random((len(names), people)) < scenario.assumptions.knows, LEARNED_LEVEL, 0).astype(np.int8)  # fmt: skip
    groups = [each for each in scenario.groups if each.experts]
    if groups:
        weights = np.array([each.experts or 0 for each in groups], float)
        own = chance.choice(len(groups), people, p=weights / weights.sum())
        knows = np.array([[name in each.topics for name in names] for each in groups])
        skill[knows[own].T] = KNOWN_LEVEL
    first = 0
    for size in sizes:
        for topic in np.flatnonzero(~skill[:, first : first + size].any(1)):
            skill[topic, first + int(chance.integers(size))] = LEARNED_LEVEL
        first += size
    return skill


def seats_of(scenario: Scenario, sizes: Sequence[int]) -> tuple[Any, Any]:
    """Who takes calls, who takes what is written. In each community somebody takes each that is asked there."""
    a = scenario.assumptions
    chance = np.random.default_rng(SKILLS_SEED + 1)
    weights = {"voice": 1.0, "messaging": a.written_effort, "email": a.mail_effort}
    voice, written = [], []
    for community, size in zip(scenario.communities, sizes, strict=True):
        work = {name: community.contacts_day.get(name, 0.0) * weight for name, weight in weights.items()}  # fmt: skip
        share = work["voice"] / (sum(work.values()) or 1.0)
        both = round(a.blended * size) if 0 < share < 1 else 0
        calls = min(max(round(share * (size - both)), int(share > 0 and not both)), size - both - int(share < 1 and not both))  # fmt: skip
        seats = np.array([2] * both + [1] * max(calls, 0) + [0] * (size - both - max(calls, 0)))
        if size < FEWEST_SEATED:
            seats[:] = 2
        chance.shuffle(seats)
        voice.append(seats > 0)
        written.append(seats != 1)
    return np.concatenate(voice), np.concatenate(written)


def patterns_of(scenario: Scenario, world: int, units: Sequence[int]) -> list[Any]:
    """Of each unit a week of shifts that follows what its channels ask."""
    asked = {name: sum(c.contacts_day.get(name, 0.0) for c in scenario.communities) for name in CHANNELS}  # fmt: skip
    curves = {name: asked[name] * shape_of(scenario, name) for name in CHANNELS}
    found: dict[tuple[int, bool, bool], Any] = {}
    made = []
    for k, experts in enumerate(units):
        group = None if world == COMMUNITIES else scenario.groups[k]
        spoken, written = (True, True) if group is None else (group.spoken, group.written)
        wanted = curves["voice"] * spoken + (curves["messaging"] + curves["email"]) * written
        key = (experts, spoken, written)
        if key not in found and experts:
            found[key] = pattern_of(experts, wanted if wanted.any() else sum(curves.values()), scenario.assumptions.there_h)  # fmt: skip
        made.append(found.get(key))
    return made


def of_people(scenario: Scenario, world: int, units: Sequence[int]) -> dict[str, Any]:
    """The policy's columns, when nobody is there yet."""
    number, widest = sum(units), max(*units, 1)
    capacity = np.full(number, CAPACITY)
    voice, written = np.ones(number, np.int8), np.ones(number, np.int8)
    if world == GROUPS:
        of = np.repeat(np.arange(len(units)), units)
        spoken = np.array([each.spoken for each in scenario.groups], bool)[of]
        writes = np.array([each.written for each in scenario.groups], bool)[of]
        voice[:], written[:] = spoken, writes
        capacity = np.where(writes, scenario.assumptions.chat_slots, 1.0)
    else:
        voice, written = seats_of(scenario, units)
    return {
        "present": np.zeros(number), "on_shift": np.zeros(number), "on_call": np.zeros(number), "voice_seat": voice,
        "written_seat": written, "load": np.zeros(number), "capacity": capacity, "ones": np.ones(widest),
        "zeros": np.zeros(widest), "idle_s": np.zeros(widest), "warm_s": np.zeros(widest), "back_s": np.zeros(widest),
        "codes": np.zeros(widest),
    }  # fmt: skip
