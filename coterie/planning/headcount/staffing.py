"""From expected contacts to what each community needs: arrivals, positions of a typical week, headcount, skills, seats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np

from coterie.planning.demand.contacts import KINDS, MESSAGING, VOICE
from coterie.planning.demand.intervals import Spread, rate_bounds
from coterie.planning.demand.model import Bools, Floats
from coterie.planning.headcount.hours import kept_for_opening
from coterie.planning.headcount.people import at_the_peak, headcount
from coterie.planning.headcount.positions import HALF_HOUR_S, Ints, Rule, Work, positions

LEAST_ABLE: Final = 2
"""Of every skill and seat, so that nobody is the only one."""
PLACES: Final = 4
"""Decimals of arrivals in the document."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a typical week brings to all: by kind 336 half-hours (Monday 00:00 local first) and how far that may be off.

    `channels`: of each channel its share of its kind's contacts, by channel.
    """

    week: Mapping[str, Floats]
    spread: Mapping[str, Spread]
    channels: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Efforts:
    """Hands-on seconds. `first_s`: of a contact, by topic. What follows: so many pieces for each contact, so long each."""

    first_s: Floats
    following: float = 0.0
    following_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms people work, and when we are open (336 half-hours)."""

    opened: Bools
    rule: Rule
    paid_hours: float
    shrinkage: float


@dataclass(frozen=True, slots=True)
class Needs:
    """What each community needs, a row for each; `low` and `high` at the ends of the forecast's interval."""

    arrivals: Mapping[str, Floats]
    positions: Ints
    low: Ints
    high: Ints
    by_hours: Sequence[int]
    """People for the hours of a week's positions."""
    by_peak: Sequence[int]
    """People for the busiest half-hour."""
    work: Work

    @property
    def people(self) -> list[int]:
        """Headcount: whichever of the two is more."""
        return list(map(max, self.by_hours, self.by_peak))

    @property
    def voice_share(self) -> Floats:
        """Of each community's work the share that is calls."""
        voice, written = self.work.voice_load.sum(axis=1), self.work.message_load.sum(axis=1)
        return np.asarray(voice / np.maximum(voice + written, 1e-12))


def needs(
    expected: Expected, shares: Floats, topics: Floats, efforts: Efforts, terms: Terms
) -> Needs:
    """`shares`: of each community; `topics`: of each community (rows) the share of each topic (columns)."""
    each_s = (topics @ efforts.first_s)[:, None]
    whole = {kind: shares[:, None] * expected.week[kind] for kind in KINDS}
    off = {kind: rate_bounds(whole[kind], expected.spread[kind]) for kind in KINDS}
    work = work_of(whole, each_s, efforts, terms.opened)
    found, low, high = (
        positions(work_of(some, each_s, efforts, terms.opened), terms.opened, terms.rule)
        for some in (whole, *({kind: off[kind][end] for kind in KINDS} for end in (0, 1)))
    )
    by_hours = [
        headcount(float(row.sum()) * HALF_HOUR_S / 3600, terms.paid_hours, terms.shrinkage)
        for row in found
    ]
    by_peak = [at_the_peak(int(row.max()), terms.shrinkage) for row in found]
    return Needs(whole, found, low, high, by_hours, by_peak, work)


def work_of(
    arrivals: Mapping[str, Floats], each_s: Floats, efforts: Efforts, opened: Bools
) -> Work:
    """Calls as they come; everything that is written, calls that came while we were closed, and what follows contacts."""
    calls, called_back = kept_for_opening(arrivals[VOICE], opened)
    written, kept = kept_for_opening(arrivals[MESSAGING], opened)
    first = written + kept + called_back
    following = (calls + first) * efforts.following
    messages = first + following
    seconds = first * each_s + following * efforts.following_s
    return Work(
        calls, np.broadcast_to(each_s, calls.shape),
        messages, np.where(messages > 0, seconds / np.maximum(messages, 1e-12), 0.0),
    )  # fmt: skip


def skills_wanted(people: int, shares: Mapping[str, float]) -> dict[str, int]:
    """How many should be able in each skill: as its share of the work, rounded up, two at least, no more than there are people."""
    return {
        skill: min(people, max(LEAST_ABLE, ceil(people * share - 1e-9)))
        for skill, share in sorted(shares.items())
    }


def seats_wanted(people: int, voice_share: float) -> dict[str, int]:
    """How many should have each kind of seat, in the same way; none of a kind that has no work."""
    shares = {VOICE: voice_share, MESSAGING: 1 - voice_share}
    return skills_wanted(people, {kind: share for kind, share in shares.items() if share > 0})


def skill_shares(
    work: Mapping[str, float], skill_of: Mapping[str, str], skills: Sequence[str]
) -> dict[str, float]:
    """Of each skill its share of the work, from `work` by topic and the skill of each topic.

    Work on topics of no known skill is spread as the rest; where no topic has one, all skills are alike.
    """  # fmt: skip
    found = dict.fromkeys(skills, 0.0)
    for topic, amount in work.items():
        skill = skill_of.get(topic)
        if skill is not None:
            found[skill] = found.get(skill, 0.0) + amount
    whole = sum(found.values())
    return {skill: amount / whole if whole else 1 / len(found) for skill, amount in found.items()}


def as_json(found: Needs, place: int, expected: Expected) -> dict[str, Any]:
    """What the plan says of one community."""
    return {
        "positions": [int(each) for each in found.positions[place]],
        "positions_low": [int(each) for each in found.low[place]],
        "positions_high": [int(each) for each in found.high[place]],
        "contacts_week": dict.fromkeys(KINDS, 0.0)
        | {
            channel: round(float(found.arrivals[kind][place].sum()) * share, 1)
            for kind in KINDS for channel, share in expected.channels[kind].items()
        },
        "arrivals": {
            kind: [round(float(each), PLACES) for each in found.arrivals[kind][place]]
            for kind in KINDS
        },
        "headcount": found.people[place],
        "headcount_by": {"hours": found.by_hours[place], "peak": found.by_peak[place]},
    }  # fmt: skip
