"""Receipts: what became of a message, as its sender hears it and as it is kept under its key."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from coterie.conversations.model import Case, Episode, Message, Receipt
from coterie.kit.events import Event


class Placement(NamedTuple):
    """Where an episode stands after routing."""

    attending_id: str | None
    time_given: datetime | None
    reason: str


def placements(happened: Sequence[Event]) -> dict[str, Placement]:
    """Where routing has put the episodes that need us, by what it emitted."""
    return {
        event.ids["episode"]: Placement(
            event.ids.get("expert"),
            event.at + timedelta(seconds=event.values["seconds"])
            if event.kind == "episode_queued"
            else None,
            event.values["reason"],
        )
        for event in happened
        if event.kind in ("episode_placed", "episode_queued")
    }


def receipt_of(
    message: Message, case: Case, episode: Episode, placed: Mapping[str, Placement]
) -> Receipt:
    """What became of a message, for who sent it."""
    place = placed.get(episode.id) or Placement(
        episode.answering_id, episode.time_given, episode.state
    )
    return Receipt(
        message_id=message.id,
        number=message.number,
        thread_id=message.thread_id,
        episode_id=episode.id,
        case_id=case.id,
        customer_id=case.customer_id,
        community_id=case.community_id,
        owner_id=case.owner_id,
        attending_id=place.attending_id,
        answer_by=episode.answer_by,
        time_given=place.time_given,
        reason=place.reason,
    )


def written_receipt(receipt: Receipt) -> dict[str, Any]:
    """As it is kept under its key."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in ((n, getattr(receipt, n)) for n in Receipt.__slots__)
    }


def read_receipt(kept: dict[str, Any]) -> Receipt:
    receipt = Receipt(**kept)
    return replace(
        receipt,
        answer_by=read_time(kept["answer_by"]),
        time_given=read_time(kept["time_given"]),
    )


def read_time(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
