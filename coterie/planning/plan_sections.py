"""The sections of a plan's document as types: what each step writes and others read. What is not named here may be anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from coterie.kit.typed import Above, Id, Number, People, Share, Text, Whole, Words, Yes

SLOTS = 336
"""Half-hours of a week."""
Week = Annotated[list[Number], Field(min_length=SLOTS, max_length=SLOTS)]
Named = Mapping[Text, Any]


@dataclass(frozen=True, slots=True)
class Buddies:
    """How buddies were chosen."""

    too_near: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Territories:
    """How they were drawn."""

    bound: Number | None = None
    contacts_bound: Number | None = None
    buddies: Buddies | None = None
    split: list[Any] | Named | None = None
    pins: Mapping[Text, Text] = field(default_factory=dict)
    moves: list[Any] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OfCommunity:
    """Whom one community needs."""

    positions: Week | None = None
    positions_low: Week | None = None
    positions_high: Week | None = None
    contacts_week: Mapping[Text, Number] = field(default_factory=dict)
    arrivals: Mapping[Text, Week] = field(default_factory=dict)
    headcount: People | None = None
    skills: Mapping[Text, Whole] = field(default_factory=dict)
    site: Text | None = None


@dataclass(frozen=True, slots=True)
class Params:
    quantiles: Annotated[list[Number], Field(min_length=2)] | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """The effort of a topic, fitted or assumed."""

    mean_s: Above
    kind: Text = ""
    sd_s: Number | None = None
    n: Number | None = None
    params: Params = field(default_factory=Params)


@dataclass(frozen=True, slots=True)
class FollowUps:
    per_contact: Number = 0.0
    mean_s: Number = 0.0


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who goes where."""

    person: Id
    to_community: Id
    from_group: Text | None = None
    from_site: Text | None = None
    to_site: Text | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """Who learns what."""

    person: Id
    skill: Id
    community: Text | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    """What training can't mend."""

    community: Text
    what: Text
    which: Text | None = None
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class MovedSites:
    count: Whole
    bound: Whole


@dataclass(frozen=True, slots=True)
class Staff:
    """Whom each community needs, and who goes where."""

    communities: Mapping[Text, OfCommunity] = field(default_factory=dict)
    effort: Mapping[Text, Effort] = field(default_factory=dict)
    follow_ups: FollowUps | None = None
    patience: Named = field(default_factory=dict)
    both_seats: Share = 0.0
    assignments: list[Assigned] = field(default_factory=list)
    training: list[Lesson] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)
    moved_sites: MovedSites | None = None
    assumptions: list[Words] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Learns:
    """Who learns in a wave."""

    person: Text


@dataclass(frozen=True, slots=True)
class OldWorld:
    contacts_left: Number | None = None


@dataclass(frozen=True, slots=True)
class Wave:
    number: Whole
    communities: list[Id]
    pilot: Yes = False
    starts: Text | None = None
    trains_from: Text | None = None
    headcount: People | None = None
    people: list[Text] = field(default_factory=list)
    training: list[Learns] = field(default_factory=list)
    in_training: Number | None = None
    old_world: OldWorld | None = None


@dataclass(frozen=True, slots=True)
class Short:
    """When an old group lacks people."""

    group: Text


@dataclass(frozen=True, slots=True)
class Waves:
    """Who moves when."""

    waves: list[Wave] = field(default_factory=list)
    weeks: Number | None = None
    bound_weeks: Number | None = None
    without_buddy: list[Id] = field(default_factory=list)
    short: list[Short] = field(default_factory=list)
    assumptions: list[Words] = field(default_factory=list)


SECTIONS: Mapping[str, type] = {"territories": Territories, "staff": Staff, "waves": Waves}
