"""From members to columns, from recent waits to an honest time: the pure part around the policy."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from coterie.communities.hours import add_open_time, next_open
from coterie.communities.settings import Settings, channel_family
from coterie.routing.model import FAR_S, Member, Need, Situation, index_of
from coterie.routing.policy import Contact, Experts

FEWEST_WAITS = 20
"""Waits below this are no history: the channel's promise is the honest time then."""
QUANTILE = 0.9


def situation(
    need: Need, members: Sequence[Member], settings: Settings, zone: ZoneInfo, now: datetime
) -> Situation:
    """The columns that the policy reads, in the order of `members`.

    A language that no member speaks rules nobody out: somebody has to find help for it. Whoever served last goes on,
    where the customer hasn't rated them badly since.
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
        idle_s=[seconds(now - m.given_at) if m.given_at else FAR_S for m in members],
        on_call=[int(m.on_call) for m in members],
        warm_s=[warm_up_left(m, settings, now) for m in members],
        back_s=[seconds(m.next_shift - now) if m.next_shift else FAR_S for m in members],
        rated_badly=[int(m.id in need.rated_badly) for m in members],
    )
    served_by = None if need.served_by in need.rated_badly else need.served_by
    contact = Contact(
        attending=index_of(ids, need.attending_id or served_by),
        owner=index_of(ids, need.owner_id),
        last_owner=index_of(ids, need.last_owner_id),
        call=int(need.channel == "voice"),
        hold_s=hold_left(need, settings, zone, now),
    )
    return Situation(contact, ids, experts)


def seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)


def warm_up_left(member: Member, settings: Settings, now: datetime) -> float:
    """Seconds until the next one may come to somebody who began a little while ago (rule 7).

    One comes at once, then one each `warm_up_s` until they could be full; from then on it is 0.
    """
    began, every = member.began_at, timedelta(seconds=settings.warm_up_s)
    if began is None or member.given_at is None or member.given_at < began:
        return 0.0
    if now >= began + every * max(0.0, member.capacity - 1):
        return 0.0
    return max(0.0, seconds(member.given_at + every - now))


def hold_left(need: Need, settings: Settings, zone: ZoneInfo, now: datetime) -> float:
    """Seconds for which this may still wait for its owner: the channel's hold, at most half of its promise (rule 4).

    It counts from when the customer began to wait, or from the next opening.
    """
    start = next_open(need.waiting_since, settings.hours, zone)
    longest: int = getattr(settings, f"hold_{channel_family(need.channel)}_s")
    hold = min(timedelta(seconds=longest), (need.answer_by - start) / 2)
    return max(0.0, seconds(start + hold - now))


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
    wait_s = quantile(waits) if len(waits) >= FEWEST_WAITS else promised.total_seconds()
    first = add_open_time(start, max(wait_s, 60.0), settings.hours, zone)
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
