"""From members to columns and to a place in the queue: the pure part around the policy and the honest time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from coterie.communities.hours import next_open
from coterie.communities.settings import Settings, channel_family
from coterie.communities.staffed import Span, Staffed
from coterie.routing.honest import LATER, MISSING, STAFFED, Place
from coterie.routing.model import FAR_S, Member, Need, Situation, index_of
from coterie.routing.policy import Contact, Experts

SOON_AFTER = timedelta(minutes=5)


def situation(
    need: Need, members: Sequence[Member], settings: Settings, zone: ZoneInfo, now: datetime
) -> Situation:
    """The columns that the policy reads, in the order of `members`.

    A language that no member speaks rules nobody out: somebody has to find help for it. Whoever served last goes on,
    where the customer hasn't rated them badly since.
    """
    ids = [member.id for member in members]
    seat = seat_of(need.channel)
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


def seat_of(channel: str) -> str:
    return "voice" if channel == "voice" else "messaging"


def fitting(need: Need, members: Sequence[Member]) -> list[Member]:
    """Who has the seat and the language for this. One that no member speaks rules nobody out."""
    seated = [member for member in members if seat_of(need.channel) in member.seats]
    speak = [member for member in seated if not need.language or need.language in member.languages]
    spoken = any(need.language in member.languages for member in members)
    return speak if spoken else seated


def staffed(
    need: Need,
    members: Sequence[Member],
    spans: Sequence[Span],
    settings: Settings,
    zone: ZoneInfo,
    now: datetime,
) -> Staffed:
    """When somebody who fits is there: in these planned spans, and from now on where somebody is there unplanned."""
    planned = Staffed(settings.hours, zone, spans)
    here = any(member.present and member.on_shift for member in fitting(need, members))
    if not here or not spans or planned.begins(now) == now:
        return planned
    following = next(begins for begins, ends in spans if ends > now)
    return Staffed(settings.hours, zone, [(now, following), *spans])


def place(
    need: Need, members: Sequence[Member], staffed: Staffed, ahead: int, now: datetime
) -> Place:
    """Where in the queue this stands: from when its time counts, behind how many, before how many people."""
    fit = fitting(need, members)
    here = [member for member in fit if member.present and member.on_shift]
    start = staffed.begins(now)
    if here and start == now:
        return Place(start, STAFFED, ahead, len(here))
    coming = [member for member in fit if is_coming(member, start)] or fit
    return Place(start, LATER if start > now else MISSING, ahead, max(1, len(coming)))


def is_coming(member: Member, start: datetime) -> bool:
    """Whether their shift runs already, or begins at that start or soon after."""
    return member.on_shift or (
        member.next_shift is not None and member.next_shift <= start + SOON_AFTER
    )
