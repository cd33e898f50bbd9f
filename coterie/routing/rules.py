"""From members to columns, from recent waits to an honest time: the pure part around the policy."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from coterie.communities.hours import add_open_time
from coterie.communities.settings import Settings
from coterie.routing.model import Member, Need, Situation, index_of
from coterie.routing.policy import Contact, Experts

FEWEST_WAITS = 20
"""Waits below this are no history: the channel's promise is the honest time then."""
QUANTILE = 0.9


def situation(need: Need, members: Sequence[Member], now: datetime) -> Situation:
    """The columns that the policy reads, in the order of `members`.

    A language that no member speaks rules nobody out: somebody has to find help for it.
    """
    ids = [member.id for member in members]
    seat = "voice" if need.channel == "voice" else "messaging"
    spoken = not need.language or not any(need.language in m.languages for m in members)
    experts = Experts(
        present=[int(m.present) for m in members],
        on_shift=[int(m.on_shift) for m in members],
        seat=[int(seat in m.seats) for m in members],
        speaks=[int(spoken or need.language in m.languages) for m in members],
        skill=[m.skills.get(need.topic, 0) for m in members],
        load=[round(m.load, 3) for m in members],
        capacity=[m.capacity for m in members],
        idle_s=[
            round((now - m.given_at).total_seconds(), 3) if m.given_at else 1e9 for m in members
        ],
    )
    contact = Contact(
        attending=index_of(ids, need.attending_id or need.served_by),
        owner=index_of(ids, need.owner_id),
        last_owner=index_of(ids, need.last_owner_id),
    )
    return Situation(contact, ids, experts)


def time_given(
    need: Need,
    members: Sequence[Member],
    waits: Sequence[float],
    settings: Settings,
    zone: ZoneInfo,
    now: datetime,
) -> datetime:
    """When somebody will answer, honestly: the 0.9 quantile of recent waits, the channel's promise without history.

    It counts from now, or from the next shift where nobody is on one, and only in open hours. A time that has
    passed is renewed, so it is always still to come. waits: seconds that queued episodes really waited.
    """
    start = max(now, next_shift(members, now))
    promised = max(need.answer_by - need.waiting_since, timedelta(minutes=1))
    seconds = quantile(waits) if len(waits) >= FEWEST_WAITS else promised.total_seconds()
    first = add_open_time(start, max(seconds, 60.0), settings.hours, zone)
    promise = max(need.answer_by, start)
    given = first if len(waits) >= FEWEST_WAITS else max(promise, now + timedelta(minutes=1))
    return given if given > now else now + timedelta(minutes=1)


def next_shift(members: Sequence[Member], now: datetime) -> datetime:
    """Now, where somebody is on shift or nobody plans shifts; else when the next one begins."""
    if any(member.on_shift for member in members):
        return now
    return min((m.next_shift for m in members if m.next_shift), default=now)


def quantile(waits: Sequence[float]) -> float:
    """The 0.9 quantile, by the nearest rank."""
    ranked = sorted(waits)
    return ranked[ceil(QUANTILE * len(ranked)) - 1]
