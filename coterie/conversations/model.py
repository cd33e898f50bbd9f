"""The words of this slice: threads, cases, episodes, messages, and what comes in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from coterie.customers.model import Address

Channel = Literal["messenger", "email", "sms", "voice", "forum", "social"]
CHANNELS: tuple[Channel, ...] = ("messenger", "email", "sms", "voice", "forum", "social")
CaseState = Literal["open", "watched", "closed"]
EpisodeState = Literal[
    "queued", "attended", "waiting_customer", "waiting_third", "snoozed", "quiet"
]
MessageKind = Literal["customer", "reply", "note"]
ResolutionKind = Literal["answer", "order"]
PromiseKind = Literal["promise", "call_back"]
CrossingKind = Literal["overflow", "special_care"]
PromiseState = Literal["open", "kept", "broken", "kept_late"]
HandoverReason = Literal["by_hand", "absence", "leaving"]

NEEDS_US: tuple[EpisodeState, ...] = ("queued", "attended")
LONGEST_TEXT = 8_000
"""Characters of one message."""


@dataclass(slots=True)
class Thread:
    """The one lifelong conversation of a customer. `community_id` is their home now."""

    id: str
    customer_id: str
    community_id: str
    last_number: int


@dataclass(slots=True)
class Case:
    """One thing that the customer wants solved. It never leaves `community_id`."""

    id: str
    thread_id: str
    customer_id: str
    community_id: str
    topic: str
    title: str
    state: CaseState
    opened_at: datetime
    spoken_at: datetime
    owner_id: str | None = None
    owned_at: datetime | None = None
    answered_at: datetime | None = None
    watch_ends_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(slots=True)
class Episode:
    """One burst of contact about one case. Which fields stand is told by its state: see the state table."""

    id: str
    case_id: str
    thread_id: str
    community_id: str
    channel: Channel
    state: EpisodeState
    opened_at: datetime
    attending_id: str | None = None
    guest_id: str | None = None
    """Who of another community serves it, as long as their crossing lasts."""
    served_by: str | None = None
    waiting_since: datetime | None = None
    answer_by: datetime | None = None
    time_given: datetime | None = None
    turn_at: datetime | None = None
    quiet_at: datetime | None = None
    wake_at: datetime | None = None
    waits_on: str | None = None
    ended_at: datetime | None = None

    @property
    def needs_us(self) -> bool:
        return self.state in NEEDS_US

    @property
    def answering_id(self) -> str | None:
        """Who answers it now: of the home who attends it, or the guest."""
        return self.attending_id or (self.guest_id if self.needs_us else None)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn or note. Its number is its place in the thread, from 1 without gaps."""

    id: str
    thread_id: str
    number: int
    community_id: str
    case_id: str
    episode_id: str
    kind: MessageKind
    channel: Channel
    author_id: str | None
    text: str
    quote_id: str | None
    sent_at: datetime | None
    at: datetime
    needs_nothing: bool = False
    record_id: str | None = None
    """By whose address it came, where its customer is of several records."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a customer wrote, through whatever door. Either the customer is known already, or their address is given."""

    channel: Channel
    text: str
    address: Address
    key_owner: str
    key: str
    body: bytes
    """A hash of what was asked, so that the same key with another body is refused."""
    name: str = ""
    area: str | None = None
    language: str = ""
    sent_at: datetime | None = None
    topic: str = ""
    quote_id: str | None = None
    attachment_ids: tuple[str, ...] = ()
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an incoming message."""

    message_id: str
    number: int
    thread_id: str
    episode_id: str
    case_id: str
    customer_id: str
    community_id: str
    owner_id: str | None
    attending_id: str | None
    answer_by: datetime | None
    time_given: datetime | None
    reason: str
    """A code of routing's words: `attended`, `queued`, or why somebody was chosen."""


class Elsewhere(NamedTuple):
    """This belongs to another community's stream: ask there."""

    community_id: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The customer's word on a case."""

    solved: bool
    effort: int | None = None
    nps: int | None = None
    csat: int | None = None
    about: str | None = None

    @property
    def rates(self) -> bool:
        """Whether it says more than yes or no."""
        return any(each is not None for each in (self.effort, self.nps, self.csat))


@dataclass(frozen=True, slots=True)
class Promise:
    """What one of us told the customer will happen, by when. `broken_at` stays, though it be kept later."""

    id: str
    case_id: str
    thread_id: str
    community_id: str
    expert_id: str
    kind: PromiseKind
    text: str
    made_at: datetime
    warn_at: datetime
    due_at: datetime
    warned_at: datetime | None = None
    kept_at: datetime | None = None
    kept_by: str | None = None
    broken_at: datetime | None = None

    @property
    def state(self) -> PromiseState:
        if self.kept_at is None:
            return "broken" if self.broken_at else "open"
        return "kept" if self.kept_at <= self.due_at else "kept_late"


@dataclass(frozen=True, slots=True)
class Handover:
    """A change of owner inside the community, with what the next one must know.

    By hand, or by itself: then nobody did it. One for an absence returns when that is over.
    """

    id: str
    case_id: str
    community_id: str
    from_id: str
    to_id: str
    by_id: str | None
    brief: str
    at: datetime
    returned_at: datetime | None = None
    reason: HandoverReason = "by_hand"
    absence_id: str | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A case that somebody owns, with what it asks of whoever takes it over."""

    case_id: str
    thread_id: str
    customer: str
    title: str
    state: CaseState
    topic: str
    language: str


@dataclass(frozen=True, slots=True)
class Taker:
    """A member who may take over. `away`: absent for long at that time; `goes`: will be, before the case returns."""

    id: str
    name: str
    role: str
    skills: dict[str, int]
    languages: list[str]
    owned: int
    away: bool = False
    goes: bool = False


@dataclass(frozen=True, slots=True)
class Crossing:
    """Somebody of another community (`to_id`) serves a case, or one episode of it, for a while. It stays the home's."""

    id: str
    kind: CrossingKind
    case_id: str
    thread_id: str
    episode_id: str | None
    community_id: str
    to_id: str
    expert_id: str
    reason: str
    by_id: str | None
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    ended_why: str | None = None


@dataclass(slots=True)
class CaseFile:
    """A case with its thread and, where there is one, its live episode."""

    case: Case
    thread: Thread
    episode: Episode | None = None
