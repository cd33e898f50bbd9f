"""Rules of threads, cases and episodes: pure, with `now` as an argument. The state table is in docs/explanation/states.md."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from coterie.communities.hours import add_open_time
from coterie.communities.settings import Settings, channel_family
from coterie.conversations.model import (
    LONGEST_TEXT,
    Case,
    Channel,
    Episode,
    Message,
    ResolutionKind,
)
from coterie.kit.errors import Invalid

LONGEST_TITLE = 80
BAD_CSAT = 2
"""Up to this of 5 a customer was dissatisfied, and does not return to whom they rated so."""
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def which_case(cases: Sequence[Case], quoted_case_id: str | None) -> Case | None:
    """Which open or watched case a new message belongs to; None where it begins a new one (rule 6).

    One: that. Several: the one quoted, else the one last spoken of.
    """
    living = [case for case in cases if case.state != "closed"]
    quoted = [case for case in living if case.id == quoted_case_id]
    if quoted:
        return quoted[0]
    return max(living, key=lambda case: (case.spoken_at, case.id), default=None)


def answer_by(
    settings: Settings, zone: ZoneInfo, channel: Channel, *, first: bool, now: datetime
) -> datetime:
    """The channel's promise for a first or a later answer, counted in open hours."""
    seconds = promised_seconds(settings, channel, first=first)
    return add_open_time(now, seconds, settings.hours, zone)


def promised_seconds(settings: Settings, channel: Channel, *, first: bool) -> int:
    family = channel_family(channel)
    key = "first" if first or family == "voice" else "later"
    seconds: int = getattr(settings, f"promise_{key}_{family}_s")
    return seconds


def quiet_after(settings: Settings, channel: Channel) -> timedelta:
    """How long nobody must have written for an episode to be over; a call is over when it is."""
    family = channel_family(channel)
    seconds: int = 0 if family == "voice" else getattr(settings, f"quiet_{family}_s")
    return timedelta(seconds=seconds)


def watch_time(settings: Settings, kind: ResolutionKind) -> timedelta:
    return timedelta(days=settings.watch_order_days if kind == "order" else settings.watch_days)


def needing_us(episode: Episode, promise: datetime, now: datetime) -> Episode:
    """The episode after a turn that needs us, until routing places it: with its guest, or in the queue by the promise."""
    return replace(
        episode,
        state="attended" if episode.guest_id else "queued",
        attending_id=None,
        waiting_since=now,
        answer_by=promise,
        time_given=None if episode.guest_id else promise,
        quiet_at=None,
        wake_at=None,
        waits_on=None,
        ended_at=None,
    )


def waiting_customer(
    episode: Episode,
    expert_id: str | None,
    quiet_at: datetime,
    turn_at: datetime,
    guest_id: str | None = None,
) -> Episode:
    """The episode after our turn: it waits on the customer until its quiet time is over. A guest goes on with it."""
    return replace(
        resting(episode),
        state="waiting_customer",
        guest_id=guest_id,
        served_by=expert_id,
        quiet_at=quiet_at,
        turn_at=turn_at,
    )


def snoozed(episode: Episode, until: datetime) -> Episode:
    return replace(resting(episode), state="snoozed", wake_at=until)


def waiting_third(episode: Episode, third_party: str) -> Episode:
    return replace(resting(episode), state="waiting_third", waits_on=third_party)


def ended(episode: Episode, now: datetime) -> Episode:
    return replace(resting(episode), state="quiet", ended_at=now)


def resting(episode: Episode) -> Episode:
    """Nobody attends it and it is in no queue; who attended last stays known. No guest serves it any more."""
    return replace(
        episode,
        served_by=episode.attending_id or episode.guest_id or episode.served_by,
        attending_id=None,
        guest_id=None,
        waiting_since=None,
        answer_by=None,
        time_given=None,
        quiet_at=None,
        wake_at=None,
        waits_on=None,
        ended_at=None,
    )


def unanswered(turns: Sequence[Message], settled_at: datetime | None) -> list[Message]:
    """What the customer wrote that asks for something and got neither a reply nor, since, a resolution."""
    answered = max((turn.number for turn in turns if turn.kind == "reply"), default=0)
    return [
        turn
        for turn in turns
        if turn.kind == "customer"
        and turn.number > answered
        and not turn.needs_nothing
        and (settled_at is None or turn.at > settled_at)
    ]


def checked_text(text: str, *, or_attachments: bool = False) -> str:
    """A message's text as it is kept. Raises Invalid where there is none or too much."""
    kept = text.replace("\r\n", "\n").strip()
    if "\x00" in kept:
        raise Invalid("A message can't hold null characters.", field="text")
    if not kept and not or_attachments:
        raise Invalid("A message needs some text.", field="text")
    if len(kept) > LONGEST_TEXT:
        raise Invalid(
            f"A message has at most {LONGEST_TEXT:,} characters; this has {len(kept):,}.",
            field="text",
        )
    return kept


def title_of(text: str) -> str:
    """What a case is called until somebody names it: the first line, or the first sentence of a long one."""
    line = next((part for part in text.split("\n") if part.strip()), "").strip()
    if len(line) > LONGEST_TITLE:
        sentences = SENTENCE_END.split(line)
        line = next((each for each in sentences if each.count(" ") >= 2), line)  # not "Hi there!"
    return line if len(line) <= LONGEST_TITLE else cut(line)


def cut(line: str) -> str:
    """Shortened at a word, which the ellipsis tells."""
    return line[: LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(",.;:!? ") + "\u2026"
