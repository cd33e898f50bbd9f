"""One world of a scenario: what the seed does not change is made once, then a world is begun for each seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gamma, log
from typing import Any

import numpy as np

from coterie.communities.changes import checked
from coterie.communities.settings import DEFAULTS, Settings
from coterie.routing.model import FAR_S
from coterie.twin.scenario import Scenario
from coterie.twin.setup.demand import SLOT_S, Demand, homes_of, topics_of
from coterie.twin.setup.people import of_people, patterns_of
from coterie.twin.setup.units import of_communities, of_groups
from coterie.twin.world.columns import COMMUNITIES, EXPERT, FOREVER, GROUPS, NOTHING
from coterie.twin.world.shifts import spans_of
from coterie.twin.world.world import World

DAY_S = 86_400.0
LONG_AWAY_S = 5 * DAY_S
"""So long from one shift to the next is a long absence: more than three working days and a weekend."""
LIVED = ("units", "lines", "last_case")
"""Columns that a world changes while it lives; the other fixed ones it only reads."""
A_LITTLE_MORE = 1.05
ROOM = {"cases": 1.0, "ownings": 1.0, "episodes": 1.4}
"""So many rows for each case that is expected, so that nothing has to grow; what is not used costs nothing."""


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
            **of_people(self.scenario, self.world, self.units),
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
        "patience_scale_s": min(a.patience_s / gamma(1 + 1 / a.patience_shape), FOREVER), "patience_shape": a.patience_shape, "redials": a.redial_share,
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
