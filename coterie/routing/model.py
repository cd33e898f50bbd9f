"""The words of this slice: the situation that a decision saw, and the decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coterie.routing.policy import NOBODY, Contact, Experts


@dataclass(frozen=True, slots=True)
class Need:
    """An episode that needs somebody, with what routing asks of them."""

    episode_id: str
    case_id: str
    thread_id: str
    customer_id: str
    community_id: str
    channel: str
    state: str
    opened_at: datetime
    waiting_since: datetime
    answer_by: datetime
    time_given: datetime | None
    attending_id: str | None
    served_by: str | None
    owner_id: str | None
    last_owner_id: str | None
    topic: str
    language: str
    rated_badly: list[str]
    """Whom this customer rated badly when they last rated them."""
    guest_id: str | None = None
    """Who of another community serves it until now."""
    in_care: bool = False
    """Whether a named expert of another community may serve it, by special care."""
    queued_at: datetime | None = None
    """When it came into the queue first since the customer began to wait."""
    first_given: datetime | None = None
    """The time that it was given then: whether it is kept is told by it."""
    ahead: int | None = None
    """How many had waited longer then."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long the queue of a channel has waited, in a community with a buddy: since when at the longest, by when."""

    community_id: str
    buddy_id: str
    stored_settings: str
    channel: str
    waiting_since: datetime
    answer_by: datetime


@dataclass(slots=True)
class Member:
    """A member of the community as routing sees them now."""

    id: str
    present: bool
    on_shift: bool
    next_shift: datetime | None
    seats: list[str]
    languages: list[str]
    skills: dict[str, int]
    load: float
    capacity: float
    given_at: datetime | None
    on_call: bool = False
    began_at: datetime | None = None
    """When they began to be there: their shift began, or they came later."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What one decision saw: the contact, the members' ids, and their columns."""

    contact: Contact
    expert_ids: list[str]
    experts: Experts

    def packed(self) -> dict[str, Any]:
        """As it is stored, to be decided again. A column that says of everybody what `OF_ALL` says is left out."""
        columns = {name: list(column) for name, column in self.experts._asdict().items()}
        return {
            "contact": list(self.contact),
            "ids": self.expert_ids,
            **{
                name: column
                for name, column in columns.items()
                if column != said_of_all(name, len(column))
            },
        }


FAR_S = 1e9
"""Seconds that stand for "not for a long time", and for "never"."""
OF_ALL = {"on_call": 0, "warm_s": 0.0, "back_s": FAR_S, "rated_badly": 0}
"""What a stored situation leaves out where it holds for every member."""


def said_of_all(name: str, number: int) -> list[float] | None:
    return [OF_ALL[name]] * number if name in OF_ALL else None


def unpack(stored: dict[str, Any]) -> Situation:
    ids = stored["ids"]
    columns: Any = {name: stored.get(name, said_of_all(name, len(ids))) for name in Experts._fields}
    return Situation(Contact(*stored["contact"]), ids, Experts(**columns))


@dataclass(frozen=True, slots=True)
class Decision:
    """A stored decision: what was seen, what ruled each candidate out, what decided."""

    id: str
    episode_id: str
    community_id: str
    at: datetime
    policy: int
    settings_version: int
    situation: dict[str, Any]
    codes: list[int]
    reason: int
    chosen_id: str | None
    time_given: datetime | None


def index_of(ids: list[str], wanted: str | None) -> int:
    return ids.index(wanted) if wanted in ids else NOBODY
