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


@dataclass(frozen=True, slots=True)
class Situation:
    """What one decision saw: the contact, the members' ids, and their columns."""

    contact: Contact
    expert_ids: list[str]
    experts: Experts

    def packed(self) -> dict[str, Any]:
        """As it is stored, to be decided again."""
        return {
            "contact": list(self.contact),
            "ids": self.expert_ids,
            **{name: list(getattr(self.experts, name)) for name in Experts._fields},
        }


def unpack(stored: dict[str, Any]) -> Situation:
    columns = Experts(**{name: stored[name] for name in Experts._fields})
    return Situation(Contact(*stored["contact"]), stored["ids"], columns)


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
