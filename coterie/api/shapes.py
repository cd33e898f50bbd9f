"""What goes out: one shape per idea, made from the dataclasses inside."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from coterie.api.edge import Shown, Time, time_as_json
from coterie.communities.model import Community, Expert
from coterie.conversations.model import (
    CaseState,
    Channel,
    Episode,
    EpisodeState,
    HandoverReason,
    Message,
    MessageKind,
)
from coterie.kit.events import Event


class Author(Shown):
    """Who wrote: the customer, or an expert by id."""

    kind: Literal["customer", "expert"]
    id: str | None


class MessageShown(Shown):
    """One turn or note. `delivery`: sent, delivered or read; null for notes and for what the customer wrote."""

    id: str
    number: int
    thread_id: str
    case_id: str
    episode_id: str
    kind: MessageKind
    channel: Channel
    from_: Author = Field(alias="from")
    text: str
    quote: str | None
    needs_nothing: bool
    sent_at: Time | None
    at: Time
    delivery: Literal["sent", "delivered", "read"] | None


def message_shown(message: Message, marks: "Marks | None") -> dict[str, Any]:
    return {
        "id": message.id,
        "number": message.number,
        "thread_id": message.thread_id,
        "case_id": message.case_id,
        "episode_id": message.episode_id,
        "kind": message.kind,
        "channel": message.channel,
        "from": {"kind": "expert" if message.author_id else "customer", "id": message.author_id},
        "text": message.text,
        "quote": message.quote_id,
        "needs_nothing": message.needs_nothing,
        "sent_at": message.sent_at,
        "at": message.at,
        "delivery": marks.delivery(message) if marks else None,
    }


@dataclass(frozen=True, slots=True)
class Marks:
    """How far the customer has got in a thread."""

    delivered: int
    read: int

    def delivery(self, message: Message) -> str | None:
        if message.kind != "reply":
            return None
        if message.number <= self.read:
            return "read"
        return "delivered" if message.number <= self.delivered else "sent"


class EpisodeShown(Shown):
    """One burst of contact. `answer_by` is the channel's promise, `time_given` what the queue told the customer.

    `guest_id` is an expert of another community who serves it meanwhile; then nobody of its own attends it.
    """

    id: str
    channel: Channel
    state: EpisodeState
    attending_id: str | None
    guest_id: str | None
    opened_at: Time
    waiting_since: Time | None
    answer_by: Time | None
    time_given: Time | None
    wake_at: Time | None
    waits_on: str | None
    ended_at: Time | None


class HandoverShown(Shown):
    """By what its owner has a case that was somebody else's. `returns_at`: when it goes back by itself."""

    from_id: str
    to_id: str
    reason: HandoverReason
    brief: str
    at: Time
    read_at: Time | None
    returns_at: Time | None


class CaseShown(Shown):
    """One thing the customer wants solved. `why` tells how its last episode came to where it is, in words."""

    id: str
    thread_id: str
    customer_id: str
    community_id: str
    owner_id: str | None
    state: CaseState
    topic: str
    title: str
    opened_at: Time
    answered_at: Time | None
    watch_ends_at: Time | None
    closed_at: Time | None
    episodes: list[EpisodeShown]
    handover: HandoverShown | None
    why: str | None


class CommunityShown(Shown):
    """A team that serves one set of customers for everything."""

    id: str
    name: str
    region_id: str
    site_id: str | None
    zone: str
    languages: list[str]
    buddy_id: str | None
    catch_all: bool


def community_shown(community: Community) -> CommunityShown:
    return CommunityShown.model_validate(community)


class MemberShown(Shown):
    """Somebody of a community as they are now. `load` is the sum of the weights of their episodes."""

    id: str
    name: str
    role: str
    skills: dict[str, int]
    languages: list[str]
    seats: list[str]
    capacity: float
    presence: str
    load: float


def member_shown(expert: Expert, load: float) -> MemberShown:
    return MemberShown(
        id=expert.id,
        name=expert.name,
        role=expert.role or "expert",
        skills=expert.skills,
        languages=expert.languages,
        seats=expert.seats,
        capacity=expert.capacity,
        presence=expert.presence,
        load=round(load, 2),
    )


class EventShown(Shown):
    """A fact without persons: ids, codes and numbers."""

    number: int
    community_id: str
    at: Time
    kind: str
    ids: dict[str, str]
    values: dict[str, Any]


def event_shown(event: Event) -> dict[str, Any]:
    return {
        "number": event.number,
        "community_id": event.stream_id,
        "at": time_as_json(event.at),
        "kind": event.kind,
        "ids": event.ids,
        "values": event.values,
    }


def episode_shown(episode: Episode) -> EpisodeShown:
    return EpisodeShown.model_validate(episode)
