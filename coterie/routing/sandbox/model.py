"""The words of the sandbox: what happened in a community, and what a replay makes of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from coterie.communities.settings import Settings

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
RestKind = Literal["answered", "settled", "aside", "ended"]
State = Literal["queued", "attended", "waiting_customer", "aside", "quiet"]


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the community, with the transaction that it happened in: `group` is that one's first number."""

    number: int
    group: int
    at: datetime
    kind: str
    ids: dict[str, str]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it is stored, without what it saw."""

    episode_id: str
    at: datetime
    policy: int
    reason: int
    chosen_id: str | None
    time_given: datetime | None
    attending_id: str | None
    last_owner_id: str | None


@dataclass(frozen=True, slots=True)
class Rest:
    """How an episode came to rest, and what became of it then. `by`: who, where it was not whoever served."""

    kind: RestKind
    at: datetime
    group: int
    after: timedelta
    by: str | None


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of another community began to serve a turn: the log says so, and the replay takes it from there."""

    at: datetime
    group: int
    expert_id: str
    reason: int


@dataclass(slots=True)
class Turn:
    """An episode came to need us: what was known of it, how long somebody attended it, how it came to rest."""

    id: int
    at: datetime
    group: int
    episode_id: str
    case_id: str
    thread_id: str
    customer_id: str
    channel: str
    waiting_since: datetime
    new: bool
    """A burst of contact that begins."""
    owner_id: str | None
    last_owner_id: str | None = None
    carried: bool = False
    """One that begins, and goes on with whoever served before."""
    work: timedelta = timedelta()
    """For how long somebody attended it, all in all."""
    attended: bool = False
    rest: Rest | None = None
    guest: Guest | None = None
    from_queue: bool = False
    """It came to rest while nobody attended it."""
    later: list[Rest] = field(default_factory=list)
    """What became of it until the next turn of its case."""


@dataclass(slots=True)
class Burst:
    """The live episode of a case, as it is at one moment of a replay."""

    turn: Turn
    opened_at: datetime
    state: State = "quiet"
    attending_id: str | None = None
    served_by: str | None = None
    waiting_since: datetime | None = None
    answer_by: datetime | None = None
    time_given: datetime | None = None
    held_until: datetime = NEVER
    """Until when it may wait for its owner."""
    turn_at: datetime | None = None
    attended_since: datetime | None = None
    owed: timedelta | None = None
    """How much attending it still takes; None where nobody knows."""
    told_as: int = 0
    """The turn under which its handling is told: the first of those that are answered together."""
    token: int = 0
    """Counts what it went through: what was planned before is void."""

    @property
    def needs_us(self) -> bool:
        return self.state in ("queued", "attended")


@dataclass(slots=True)
class Person:
    """A member, with everything that is known of them at one moment."""

    id: str
    role: str
    member: bool
    seats: list[str]
    languages: list[str]
    skills: dict[str, int]
    capacity: float
    present: bool = False
    began_at: datetime | None = None
    given_at: datetime | None = None
    shifts: list[tuple[datetime, datetime]] = field(default_factory=list)
    absences: list[tuple[datetime, datetime, datetime]] = field(default_factory=list)
    """Recorded at, from, to."""
    planned_since: datetime | None = None
    """Since when they have had shifts at all."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What routing asks of a case, as it is known today."""

    topic: str
    language: str
    answered_at: datetime | None
    rated_badly: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings and the zone of a community from a time on."""

    since: datetime
    group: int
    version: int
    settings: Settings
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was so from then on, whatever routing does: presence, membership, an owner, what somebody can do."""

    at: datetime
    group: int
    kind: str
    id: str
    """The expert's, or for an owner the case's."""
    value: Any


@dataclass(frozen=True, slots=True)
class RecordedWait:
    """A wait in the queue as it is stored."""

    episode_id: str
    at: datetime
    family: str
    language: str
    began: str
    ahead: int
    positions: int
    first_given: datetime
    seconds: float | None
    kept: bool | None
    ended_at: datetime | None


@dataclass(slots=True)
class Record:
    """Everything that a replay of one community's span starts from."""

    start: datetime
    end: datetime
    turns: list[Turn]
    bursts: dict[str, Burst]
    """Alive at the start, by case."""
    owners: dict[str, str]
    spoken: dict[str, dict[str, datetime]]
    """By thread: its cases that were spoken of, and when last."""
    people: list[Person]
    cases: dict[str, CaseFacts]
    rules: list[Rules]
    changes: list[Change]
    looks: list[tuple[datetime, int]]
    """When the ticker looked at the queue and did something, as the log shows it."""
    waits: list[RecordedWait]
    """Those that began in the weeks before, the first first."""
    decisions: list[Recorded]
    names: dict[str, str] = field(default_factory=dict)
    typical: dict[str, timedelta] = field(default_factory=dict)
    """By channel: what attending one takes, for those that nobody attended so far."""


@dataclass(frozen=True, slots=True)
class Made:
    """A decision of a replay."""

    at: datetime
    episode_id: str
    chosen_id: str | None
    reason: int
    time_given: datetime | None


@dataclass(slots=True)
class Handled:
    """What a replay made of a turn."""

    turn: Turn
    waiting_since: datetime
    answer_by: datetime
    owner_id: str | None
    attended_at: datetime | None = None
    expert_id: str | None = None
    reason: int = 0
    first_reason: int = 0
    time_given: datetime | None = None
    """The first time that the customer was given."""
    rested_at: datetime | None = None
    answered: bool = False


@dataclass(slots=True)
class Played:
    """One side: every decision, what became of every turn, how many were given to whom."""

    decisions: list[Made] = field(default_factory=list)
    handled: dict[int, Handled] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    """Who was present at any time."""
