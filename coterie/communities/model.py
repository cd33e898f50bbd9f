"""The words of this slice: regions, sites, communities, the people in them and when those are there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from coterie.communities.settings import Settings, settings_of

Role = Literal["manager", "coach", "expert"]
ROLES: tuple[Role, ...] = ("manager", "coach", "expert")
PresenceState = Literal["present", "away", "off"]
PRESENCE_STATES: tuple[PresenceState, ...] = ("present", "away", "off")
SEATS = ("messaging", "voice")
AbsenceWhy = Literal["leave", "sick", "training", "other"]
ABSENCE_WHYS: tuple[AbsenceWhy, ...] = ("leave", "sick", "training", "other")
AbsenceState = Literal["planned", "running", "over", "taken_back"]


@dataclass(frozen=True, slots=True)
class Region:
    """A group of neighbouring territories."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """Where experts sit, often one for a region's communities."""

    id: str
    region_id: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Community:
    """A dedicated team that serves one set of customers for everything."""

    id: str
    region_id: str
    site_id: str | None
    name: str
    hue: int
    zone: str
    languages: list[str]
    stored_settings: str
    settings_version: int
    buddy_id: str | None
    catch_all: bool
    created_at: datetime
    closed_at: datetime | None

    @property
    def settings(self) -> Settings:
        """The settings in force: the defaults and what this community has changed."""
        return settings_of(self.stored_settings)

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Expert:
    """A person who answers customers; the id is their account's. `community_id` and `role` are of today."""

    id: str
    ref: str | None
    name: str
    email: str
    languages: list[str]
    seats: list[str]
    capacity: float
    skills: dict[str, int]
    community_id: str | None
    role: Role | None
    presence: PresenceState
    present_since: datetime | None


@dataclass(frozen=True, slots=True)
class Membership:
    """Who belonged to a community, as what, from when until when."""

    community_id: str
    expert_id: str
    role: Role
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Shift:
    """A time in which an expert works."""

    id: str
    expert_id: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody can be given work. `lost_at`: their last browser went away then."""

    expert_id: str
    state: PresenceState
    since: datetime
    lost_at: datetime | None


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which somebody is not there. It may end early, by their coming back.

    `days` are the working days in it; with enough of them it `hands_over` their cases. `seen_at`: back again, they have
    looked at what was done meanwhile.
    """

    id: str
    expert_id: str
    community_id: str
    starts_at: datetime
    ends_at: datetime
    why: AbsenceWhy
    deputy_id: str | None
    days: int
    hands_over: bool
    recorded_by: str | None
    recorded_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    cancelled_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def state(self) -> AbsenceState:
        if self.cancelled_at:
            return "taken_back"
        if self.ended_at:
            return "over"
        return "running" if self.begun_at else "planned"

    @property
    def alive(self) -> bool:
        """Still to come, or running."""
        return self.state in ("planned", "running")


@dataclass(frozen=True, slots=True)
class Area:
    """A postcode and what is known about it."""

    area: str
    name: str
    lat: float | None = None
    lon: float | None = None
    customers: int | None = None
    contacts: int | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """To which community an area belonged, from when until when."""

    area: str
    community_id: str
    since: datetime
    until: datetime | None
