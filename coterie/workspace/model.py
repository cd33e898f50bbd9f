"""What the screen shows, as the queries give it and the templates take it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from coterie.asks.model import Ask, Asked
from coterie.conversations.model import Promise


class Group(StrEnum):
    """The parts of a list: who waits on whom."""

    WAITING = "waiting"
    WAITS = "waits"
    QUIET = "quiet"
    GUEST = "guest"
    """Customers of another community whom one serves as a guest."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A case that is open or watched, with its live episode where it has one."""

    case_id: str
    title: str
    case_state: str
    owner_id: str | None
    owner: str | None
    watch_ends_at: datetime | None
    opened_at: datetime
    spoken_at: datetime
    episode_id: str | None = None
    state: str | None = None
    channel: str | None = None
    attending_id: str | None = None
    attending: str | None = None
    waiting_since: datetime | None = None
    answer_by: datetime | None = None
    time_given: datetime | None = None
    wake_at: datetime | None = None
    waits_on: str | None = None
    turn_at: datetime | None = None
    promised_at: datetime | None = None
    """When the next of its promises that nobody kept is due, or was."""
    promise_made_at: datetime | None = None
    handed_by: str | None = None
    """Who gave it to its owner, and has it back perhaps."""
    brief: str | None = None
    brief_read_at: datetime | None = None
    home: str = ""
    """The community that the case belongs to."""
    guest_id: str | None = None
    """Who of another community serves it now, by a crossing."""
    guest: str | None = None
    guest_of: str | None = None
    crossing: str | None = None
    crossing_reason: str | None = None
    crossing_ends_at: datetime | None = None
    community_id: str | None = None
    """Where it was opened: what another community's is runs off there."""

    def new_to(self, viewer_id: str | None) -> bool:
        """It was handed to this person, who has not opened it yet."""
        return (
            self.handed_by is not None and self.brief_read_at is None and self.owner_id == viewer_id
        )

    @property
    def waiting(self) -> bool:
        """The customer waits on us."""
        return self.state in ("queued", "attended")

    @property
    def due_at(self) -> datetime | None:
        """What was told to the customer, else the channel's promise."""
        return self.time_given or self.answer_by

    @property
    def next_due(self) -> tuple[datetime, datetime | None] | None:
        """What is due first: our answer, or what one of us has promised. When, and since when."""
        dues = [
            (at, since)
            for at, since in (
                (self.due_at if self.waiting else None, self.waiting_since),
                (self.promised_at, self.promise_made_at),
            )
            if at is not None
        ]
        return min(dues, key=lambda due: due[0], default=None)


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as a list needs it: the same for everybody who may see it."""

    id: str
    customer_id: str
    customer: str
    community_id: str
    last_number: int
    last_at: datetime
    unread: int
    last_kind: str | None
    last_text: str | None
    last_channel: str | None
    last_author_id: str | None
    last_author: str | None
    matters: tuple[Matter, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list, seen by one person: `rank` sorts within the group, smallest first."""

    thread_id: str
    customer_id: str
    customer: str
    group: Group
    rank: int
    channel: str
    last: str
    unread: int
    wait: str
    since: datetime | None = None
    until: datetime | None = None
    due_at: datetime | None = None
    made_at: datetime | None = None
    at: datetime | None = None
    handed_by: str = ""
    """Who has just handed it over; empty once its brief was read."""
    home: str = ""
    """Whose customer it is, for a guest."""


@dataclass(frozen=True, slots=True)
class File:
    id: str
    name: str
    media_type: str
    size: int

    @property
    def picture(self) -> bool:
        return self.media_type in ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class Content:
    """A file with its bytes; `thread_id` is empty for one that nobody sent yet."""

    name: str
    media_type: str
    bytes: bytes
    owner_id: str
    thread_id: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of the timeline. The `prior_` fields say what stood before it: a new day, another case."""

    id: str
    thread_id: str
    number: int
    case_id: str
    episode_id: str
    case_title: str
    case_state: str
    kind: str
    channel: str
    customer_id: str
    customer: str
    author_id: str | None
    author: str | None
    text: str
    at: datetime
    needs_nothing: bool
    delivered: bool
    read: bool
    prior_at: datetime | None = None
    prior_case_id: str | None = None
    files: tuple[File, ...] = ()

    @property
    def who_id(self) -> str:
        return self.author_id or self.customer_id

    @property
    def who(self) -> str:
        return self.author or self.customer


@dataclass(frozen=True, slots=True)
class Remark:
    """What the system has to say between the turns: why it came here, that it was solved. It has no number."""

    id: str
    at: datetime
    icon: str
    words: str
    detail: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Handed:
    """The handover by which its owner has the case at hand. `returns_at`: when it goes back by itself."""

    id: str
    giver_id: str
    giver: str
    taker_id: str
    taker: str
    reason: str
    brief: str
    at: datetime
    read_at: datetime | None
    absent_for: str | None
    returns_at: datetime | None


@dataclass(frozen=True, slots=True)
class Covered:
    """That the owner of the case at hand is absent; to whom why is told is decided elsewhere."""

    why: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What became of a case while its owner was absent."""

    thread_id: str
    customer_id: str
    customer: str
    title: str
    state: str
    written: int
    answered: int
    by: list[str]
    how: str | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class Return:
    """Somebody is back: since when they were absent, until when, and what was done on their cases."""

    absence_id: str
    since: datetime
    until: datetime
    cases: tuple[Meanwhile, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What an ask's card needs beyond the ask: whose case it is about, and what is known of the helper."""

    ask_id: str
    customer_id: str
    customer: str
    title: str
    owner_id: str | None
    skill: int
    """The helper's, on its topic."""
    answers: int
    """Of the helper on this topic, this one too."""


@dataclass(frozen=True, slots=True)
class AskView:
    """An ask as everybody of its community may see it."""

    ask: Ask
    people: tuple[Asked, ...]
    around: Around
    names: Mapping[str, str]

    @property
    def concerned(self) -> frozenset[str | None]:
        """Those to whom it matters: who asked, who was asked."""
        return frozenset({self.ask.asked_by, *(each.expert_id for each in self.people)})


@dataclass(frozen=True, slots=True)
class Trail:
    """One step on the way of an ask, in words; `strong` where somebody helped."""

    words: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class AskCard:
    """An ask as one person sees it, as a line of the list and in the timeline: what it says, and what they may do."""

    id: str
    thread_id: str
    case_id: str
    customer: str
    title: str
    who_id: str
    who: str
    asker: str
    """As they are called."""
    topic: str
    text: str
    urgent: bool
    state: str
    at: datetime
    since: datetime
    until: datetime | None
    stands: str
    trail: tuple[Trail, ...]
    helper_id: str
    helper: str
    skill: int
    answers: int
    answer: str
    answered_at: datetime | None
    thanked: bool
    group: str
    rank: int
    mine: bool
    waits_for_me: bool
    held: bool
    may_help: bool
    may_thank: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that passes by on somebody's screen, with where it leads. Its id keeps it from being told twice."""

    id: str
    expert_ids: frozenset[str | None]
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Identity:
    kind: str
    value: str
    proved: bool


@dataclass(frozen=True, slots=True)
class Home:
    """A home of a customer, dated; `until` is empty for the one they have now."""

    community: str
    hue: int
    since: datetime
    until: datetime | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Another record that is part of this customer. Only the latest can be parted now."""

    merge_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to choose from."""

    id: str
    name: str
    addresses: list[str]


@dataclass(frozen=True, slots=True)
class Owned:
    """A case as the history of owners tells it."""

    case_id: str
    title: str
    state: str
    owner_id: str | None
    owner: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Solved:
    """A resolution as it is stored, undone or not."""

    case_id: str
    at: datetime
    expert: str | None
    how: str
    kind: str
    undone_at: datetime | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """The customer's word on a case."""

    case_id: str
    at: datetime
    solved: bool
    effort: int | None


@dataclass(frozen=True, slots=True)
class About:
    """Everything the context region knows of a customer."""

    customer_id: str
    name: str
    ref: str | None
    area: str | None
    area_name: str | None
    household: str | None
    segment: str
    language: str
    vulnerable: bool
    consent: dict[str, object]
    created_at: datetime
    identities: tuple[Identity, ...] = ()
    homes: tuple[Home, ...] = ()
    cases: tuple[Owned, ...] = ()
    kin: tuple[str, ...] = ()
    merged: tuple[Merged, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """What an expert carries now; `fresh` counts at full weight, `warm` at that of an idle episode (rule 7)."""

    fresh: int
    warm: int
    capacity: float
    weight_idle: float

    @property
    def load(self) -> float:
        return self.fresh + self.weight_idle * self.warm

    @property
    def share(self) -> int:
        return min(100, round(100 * self.load / self.capacity))


@dataclass(frozen=True, slots=True)
class Me:
    """The expert at this desk: where they sit, whether they are present, what they prefer."""

    id: str
    name: str
    community_id: str
    community: str
    hue: int
    zone: str
    presence: str
    preferences: dict[str, object] = field(default_factory=dict)
    absent_until: datetime | None = None

    @property
    def shortcuts(self) -> bool:
        return self.preferences.get("shortcuts") is not False

    @property
    def enter_sends(self) -> bool:
        return self.preferences.get("enter_sends") is True


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a list, with its rows in order."""

    name: str
    title: str
    rows: tuple[Row | AskCard, ...]


@dataclass(frozen=True, slots=True)
class List:
    """The list region.

    `name` is mine, community, asks, or found (by a search); `mine`, `waiting` and `asks` are the counts on the tabs; `show`
    is the one part that was asked for, empty for all.
    """

    name: str
    title: str
    groups: tuple[Part, ...]
    mine: int
    waiting: int
    asks: int
    query: str = ""
    more: str = ""
    show: str = ""

    @property
    def empty(self) -> bool:
        return not any(group.rows for group in self.groups)


@dataclass(frozen=True, slots=True)
class Onlooker:
    """A teammate who has this thread open."""

    id: str
    name: str
    typing: bool


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """The thread and context regions; `after` is the last event that they surely show."""

    view: ThreadView
    community: str
    about: About
    matter: Matter | None
    standing: str
    why: str
    items: tuple[Turn | Remark | AskCard, ...]
    earlier: int
    unread_from: int
    drafts: dict[str, str]
    keys: dict[str, str]
    mode: str
    channel_words: str
    after: int
    promises: tuple[tuple[Promise, str], ...] = ()
    """Each with the name of who made it."""
    looking: tuple[Onlooker, ...] = ()
    handed: Handed | None = None
    topics: tuple[str, ...] = ()
    """What the team may be asked about."""
    topic: str = ""
    guest: bool = False
    """Whether who looks is a guest on the case at hand."""
    crossing: tuple[str, ...] = ()
    """What crosses the boundary for it, in sentences."""

    @property
    def matters(self) -> tuple[Matter, ...]:
        return self.view.matters
