"""From a scenario to the columns of a world. What the seed does not change is made once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Any

import numpy as np

from coterie.communities.changes import checked
from coterie.communities.settings import DEFAULTS, Settings
from coterie.routing.model import FAR_S
from coterie.twin.scenario import CHANNELS, SLOTS, Course, Group, Scenario, Topic, serves
from coterie.twin.world.columns import (  # fmt: skip
    COMMUNITIES,
    EXPERT,
    FOREVER,
    GROUPS,
    HOME,
    LINE,
    NOTHING,
    TOPIC,
    UNIT,
)
from coterie.twin.world.shifts import pattern_of, spans_of
from coterie.twin.world.world import World

SLOT_S, DAY_S = 1800.0, 86_400.0
QUANTILES = 257
LONG_AWAY_S = 5 * DAY_S
"""So long from one shift to the next is a long absence: more than three working days and a weekend."""
KNOWN_LEVEL, LEARNED_LEVEL = 4, 2
SKILLS_SEED = 2026
LIVED = ("units", "lines", "last_case")
"""Columns that a world changes while it lives; the other fixed ones it only reads."""
A_LITTLE_MORE = 1.05
ROOM = {"cases": 1.0, "ownings": 1.0, "episodes": 1.4}
"""So many rows for each case that is expected, so that nothing has to grow; what is not used costs nothing."""
FEWEST_SEATED = 6
"""In a smaller team everybody takes everything."""
CAPACITY = 4.0
"""The load at which nothing new comes (rule 7)."""


@dataclass(frozen=True, slots=True)
class Side:
    """One world of a scenario, ready to be lived with any seed."""

    scenario: Scenario
    world: int
    rules: Mapping[str, Any]
    fixed: Mapping[str, Any]
    units: Sequence[int]
    """People of each unit."""
    patterns: Sequence[Any] = field(default_factory=tuple)

    def begun(self, seed: int, *, recorded: bool = False) -> World:
        """A world that nothing has happened in yet."""
        spans, experts = self.people(seed)
        own = {name: self.fixed[name].copy() for name in LIVED}
        columns = {
            **self.fixed,
            **own,
            "shifts": spans,
            "experts": experts,
            **of_people(len(experts), self),
        }
        world = World({**self.rules, "seed": mixed(seed), "recorded": int(recorded)}, columns)
        cases = int(self.fixed["rates"].sum() * SLOT_S * A_LITTLE_MORE)
        for name, share in ROOM.items():
            world.grow(name, int(cases * share))
        return world

    def people(self, seed: int) -> tuple[Any, Any]:
        """Everybody's spans, and everybody."""
        number = sum(self.units)
        experts = np.zeros(number, EXPERT)
        for name in ("work", "head", "tail"):
            experts[name] = NOTHING
        experts["given"] = -FAR_S
        experts["unit"] = np.repeat(np.arange(len(self.units)), self.units)
        spans, counts = (
            self.all_there(number) if self.scenario.always_there else self.by_shifts(seed)
        )
        experts["last_shift"] = np.cumsum(counts)
        experts["shift"] = experts["last_shift"] - counts
        return spans, experts

    def all_there(self, number: int) -> tuple[Any, Any]:
        spans = np.zeros((number, 2))
        spans[:, 1] = FOREVER / 10
        return spans, np.ones(number, np.int64)

    def by_shifts(self, seed: int) -> tuple[Any, Any]:
        given, weeks = self.scenario.assumptions, -(-self.scenario.days // 7)
        spans, counts, first = [], [], 0
        for experts, pattern in zip(self.units, self.patterns, strict=True):
            if experts:
                some, each = spans_of(first, experts, pattern, weeks, given.there_h * 3600.0, given.absence, mixed(seed))  # fmt: skip
                spans.append(some)
                counts.append(each)
            first += experts
        return np.concatenate(spans), np.concatenate(counts)


def mixed(seed: int) -> Any:
    return np.uint64(seed)


def side_of(scenario: Scenario, world: int) -> Side:
    """The groups' world, or the communities'."""
    units = [each.experts for each in scenario.communities] if world == COMMUNITIES else [each.experts or 0 for each in scenario.groups]  # fmt: skip
    demand = Demand(scenario)
    fixed = {
        **demand.columns(),
        **homes_of(scenario),
        **topics_of(scenario),
        **(of_communities(scenario) if world == COMMUNITIES else of_groups(scenario)),
    }
    patterns: Sequence[Any] = ()
    if not scenario.always_there:
        patterns = patterns_of(scenario, world, units)
    return Side(scenario, world, rules_of(scenario, world), fixed, units, patterns)


# What holds everywhere


def rules_of(scenario: Scenario, world: int) -> dict[str, Any]:
    a, s = scenario.assumptions, settings_of(scenario)
    groups = world == GROUPS
    return {
        "promise_first": (s.promise_first_voice_s, s.promise_first_messaging_s, s.promise_first_email_s),
        "promise_later": (s.promise_first_voice_s, s.promise_later_messaging_s, s.promise_later_email_s),
        "hold": (s.hold_voice_s, s.hold_messaging_s, s.hold_email_s),
        "effort_of": (1.0, a.written_effort, a.mail_effort),
        "overflow": s.overflow, "overflow_voice_s": s.overflow_voice_after_s, "overflow_lead_s": s.overflow_messaging_lead_s,
        "weight_after_s": a.session_s if groups else s.weight_after_s,
        "weight_idle": 0 if groups else round(1000 * s.weight_idle),
        "warm_up_s": 0 if groups else s.warm_up_s, "watch_s": s.watch_days * DAY_S, "long_away_s": LONG_AWAY_S,
        "patience_s": min(a.patience_s, FOREVER), "patience_shape": a.patience_shape, "redials": a.redial_share,
        "redial_s": a.redial_after_s, "offer_s": s.promise_first_voice_s,
        "takes_offer": a.group_call_back if groups else a.takes_call_back, "call_back_s": a.call_back_within_s,
        "menu_s": a.menu_s, "discover": a.discover, "help_s": a.help_s,
        "specialist_s": a.specialist_s, "ask_s": s.ask_teammates_s, "brief_s": a.repeat_s if groups else a.brief_s,
        "again_s": a.comes_back_after_s, "turns": a.turns, "gap_mu": log(max(a.gap_median_s, 1e-9)), "gap_sigma": a.gap_spread,
        "late_share": a.late_share, "late_gap_s": a.late_gap_s, "spoils": a.spoils, "world": world,
        "owners": 0 if groups else 1,
    }  # fmt: skip


def settings_of(scenario: Scenario) -> Settings:
    """A community's settings, those of the scenario in place of the defaults; each checked as on the settings' page."""
    own = {name: checked(name, value) for name, value in scenario.settings.items()}
    return Settings(**{**{name: getattr(DEFAULTS, name) for name in DEFAULTS.__slots__}, **own})


# Demand


class Demand:
    """Contacts a second in each half-hour, and whose they are."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.slots = scenario.days * 48
        shapes = [shape_of(scenario, channel) for channel in CHANNELS]
        daily = np.array([[c.contacts_day.get(name, 0.0) for name in CHANNELS] for c in scenario.communities])  # fmt: skip
        self.week = daily[None, :, :] * 7 * np.stack(shapes, 1)[:, None, :] / SLOT_S
        """(336, communities, channels) contacts a second."""

    def columns(self) -> dict[str, Any]:
        rates = self.week if not self.scenario.surges else self.surged()
        flat = rates.reshape(len(rates), -1)
        places = np.arange(self.slots) % len(flat)
        return {
            "rates": flat.sum(1)[places],
            "cell_of": places,
            "cells": np.cumsum(flat, 1),
        }

    def surged(self) -> Any:
        """Of each half-hour of the whole time."""
        rates = self.week[np.arange(self.slots) % SLOTS].copy()
        places = {each.id: place for place, each in enumerate(self.scenario.communities)}
        for surge in self.scenario.surges:
            struck = [places[each] for each in surge.communities]
            slots = slice(int(surge.from_h * 2), int(surge.to_h * 2))
            rates[slots, struck] *= surge.factor
        return rates


def shape_of(scenario: Scenario, channel: str) -> Any:
    shape = np.asarray(scenario.week.get(channel, [1.0] * SLOTS), float)
    return shape / shape.sum()


# Who there is


def homes_of(scenario: Scenario) -> dict[str, Any]:
    homes = np.zeros(len(scenario.communities), HOME)
    homes["customers"] = [each.customers for each in scenario.communities]
    homes["first_customer"] = np.cumsum(homes["customers"]) - homes["customers"]
    return {"homes": homes, "last_case": np.full(int(homes["customers"].sum()), NOTHING, np.int32)}


def empty_units(sizes: Sequence[int]) -> Any:
    units = np.zeros(len(sizes), UNIT)
    units["number"] = sizes
    units["first"] = np.cumsum(sizes) - sizes
    for name in ("buddy", "over_head", "over_tail", "free_head", "free_tail"):
        units[name] = NOTHING
    return units


def lines_of(units: Any) -> Any:
    lines = np.zeros(len(units) * len(CHANNELS), LINE)
    lines["head"] = lines["tail"] = NOTHING
    return lines


def of_communities(scenario: Scenario) -> dict[str, Any]:
    sizes = [each.experts for each in scenario.communities]
    units = empty_units(sizes)
    places = {each.id: place for place, each in enumerate(scenario.communities)}
    units["buddy"] = [places.get(each.buddy or "", NOTHING) for each in scenario.communities]
    nowhere = np.ones((2 * len(scenario.topics), 1))
    return {
        "units": units, "lines": lines_of(units), "skill": skills_of(scenario, sizes), "tables": tables_of(scenario),
        "first_group": nowhere, "stays": nowhere, "next_group": nowhere,
    }  # fmt: skip


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


def of_groups(scenario: Scenario) -> dict[str, Any]:
    groups = scenario.groups
    units = empty_units([each.experts or 0 for each in groups])
    units["unlimited"] = [each.experts is None for each in groups]
    tables = tables_of(scenario)
    stays_s = [np.asarray(table) for group in groups for table in (group.stay_s, group.passes_s or group.stay_s) if group.experts is None]  # fmt: skip
    place = len(tables)
    for k, group in enumerate(groups):
        if group.experts is None:
            units[k]["finishes_table"], units[k]["passes_table"] = place, place + 1
            place += 2
    if stays_s:
        tables = np.concatenate([tables, [resampled(each) for each in stays_s]])
    first, stays, following = courses_of(scenario)
    return {
        "units": units, "lines": lines_of(units), "tables": tables,
        "skill": np.zeros((len(scenario.topics), max(1, int(units["number"].sum()))), np.int8),
        "first_group": np.cumsum(first, 1), "stays": stays, "next_group": np.cumsum(following, 2).reshape(-1, len(groups)),
    }  # fmt: skip


# Where contacts go among groups


def courses_of(scenario: Scenario) -> tuple[Any, Any, Any]:
    """first (rows, groups), stays (rows, groups), next (rows, groups, groups); a row is a topic, spoken or written."""
    g = len(scenario.groups)
    rows = 2 * len(scenario.topics)
    first, stays, following = np.zeros((rows, g)), np.ones((rows, g)), np.zeros((rows, g, g))
    told = {each.topic: each for each in scenario.courses}
    for k, topic in enumerate(scenario.topics):
        for written in (0, 1):
            row = 2 * k + written
            if topic.name in told:
                first[row], stays[row], following[row] = as_told(told[topic.name], scenario.groups)
            else:
                first[row], stays[row], following[row] = as_assumed(scenario, topic, "messaging" if written else "voice")  # fmt: skip
    return first, stays, following


def as_told(course: Course, groups: Sequence[Group]) -> tuple[Any, Any, Any]:
    names = [each.name for each in groups]
    first = np.array([course.first.get(name, 0.0) for name in names])
    stays = np.array([course.stays.get(name, 1.0) for name in names])
    places = {name: place for place, name in enumerate(names)}
    following = np.zeros((len(names), len(names)))
    for a, shares_of in course.next.items():
        for b in shares_of.keys() & places.keys():
            following[places[a], places[b]] = shares_of[b]
    stays[following.sum(1) == 0] = 1.0
    return first, stays, following


def as_assumed(scenario: Scenario, topic: Topic, channel: str) -> tuple[Any, Any, Any]:
    """The right group, or, by misroute, another; from a wrong one to the right one, from that to a second line."""
    groups, a = scenario.groups, scenario.assumptions
    spoken = channel == "voice"
    of_kind = np.array([g.spoken if spoken else g.written for g in groups], bool)
    second = np.array([g.second_line for g in groups], bool)
    knows = np.array([serves(g, topic.name, channel) for g in groups], bool)
    people = np.array([g.experts or 1 for g in groups], float)
    right = people * (knows & ~second)
    if not right.any():
        right = people * knows
    wrong = people * (of_kind & ~second & (right == 0))
    behind = people * (knows & second)
    first = mixture(right, wrong, a.misroute)
    stays = np.where(
        right > 0,
        1.0 - (a.second_line if behind.any() and (right * behind == 0).all() else 0.0),
        0.0,
    )
    stays[second & knows] = 1.0
    following = np.zeros((len(groups), len(groups)))
    for k in range(len(groups)):
        if right[k] > 0:
            following[k] = shares(behind)
        elif right.any():
            following[k] = shares(right)
    stays[following.sum(1) == 0] = 1.0
    return first, stays, following


def mixture(right: Any, wrong: Any, misroute: float) -> Any:
    if not wrong.any():
        return shares(right)
    return (1 - misroute) * shares(right) + misroute * shares(wrong)


def shares(weights: Any) -> Any:
    total = weights.sum()
    return weights / total if total else weights


# What they come with


def topics_of(scenario: Scenario) -> dict[str, Any]:
    topics = np.zeros(len(scenario.topics), TOPIC)
    tables = 0
    for k, topic in enumerate(scenario.topics):
        row, effort = topics[k], topic.effort
        row["solved"], row["again"] = topic.solved, scenario.assumptions.comes_back
        if effort["kind"] == "exponential":
            row["kind"], row["a"] = 0, effort["mean_s"]
        elif effort["kind"] == "lognormal":
            spread = log(1 + (effort["sd_s"] / effort["mean_s"]) ** 2)
            row["kind"], row["a"], row["b"] = 1, log(effort["mean_s"]) - spread / 2, sqrt(spread)
        else:
            row["kind"], row["table"] = 2, tables
            tables += 1
    weights = np.array([[each.share.get(name, 0.0) for each in scenario.topics] for name in CHANNELS])  # fmt: skip
    weights[weights.sum(1) == 0] = 1.0
    return {"topics": topics, "topic_shares": np.cumsum(weights, 1)}


def tables_of(scenario: Scenario) -> Any:
    found = [resampled(each.effort["s"]) for each in scenario.topics if each.effort["kind"] == "quantiles"]  # fmt: skip
    return np.array(found) if found else np.zeros((1, QUANTILES))


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


def resampled(quantiles: Any) -> Any:
    """Equally spaced quantiles, of the number that every table has."""
    given = np.asarray(quantiles, float)
    return np.interp(np.linspace(0, 1, QUANTILES), np.linspace(0, 1, len(given)), given)


# When people are there


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


def of_people(number: int, side: Side) -> dict[str, Any]:
    """The policy's columns, when nobody is there yet."""
    widest = max(*side.units, 1)
    capacity = np.full(number, CAPACITY)
    voice, written = np.ones(number, np.int8), np.ones(number, np.int8)
    if side.world == GROUPS:
        of = np.repeat(np.arange(len(side.units)), side.units)
        spoken = np.array([each.spoken for each in side.scenario.groups], bool)[of]
        writes = np.array([each.written for each in side.scenario.groups], bool)[of]
        voice[:], written[:] = spoken, writes
        capacity = np.where(writes, side.scenario.assumptions.chat_slots, 1.0)
    else:
        voice, written = seats_of(side.scenario, side.units)
    return {
        "present": np.zeros(number), "on_shift": np.zeros(number), "on_call": np.zeros(number), "voice_seat": voice,
        "written_seat": written, "load": np.zeros(number), "capacity": capacity, "ones": np.ones(widest),
        "zeros": np.zeros(widest), "idle_s": np.zeros(widest), "warm_s": np.zeros(widest), "back_s": np.zeros(widest),
        "codes": np.zeros(widest),
    }  # fmt: skip
