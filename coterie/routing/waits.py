"""A wait in the queue: it begins with a time given, its time may pass, and it ends by an answer or otherwise."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coterie.communities import queries as communities
from coterie.communities.model import Community
from coterie.communities.settings import channel_family
from coterie.communities.staffed import Span, Staffed
from coterie.kit.db import Tx
from coterie.kit.events import emit
from coterie.routing import honest, rules, wait_queries
from coterie.routing.honest import Wait
from coterie.routing.model import Member, Need
from coterie.routing.wait_queries import Over

PLANNED = timedelta(days=14)
"""So far ahead shifts are looked at; after that only the opening hours count."""


@dataclass(slots=True)
class Known:
    """What a transaction has looked up of waits and plans, so that it looks only once."""

    waits: dict[str, list[Wait]] = field(default_factory=dict)
    spans: dict[tuple[str, str], list[Span]] = field(default_factory=dict)


async def give_time(
    tx: Tx, now: datetime, community: Community, members: list[Member], known: Known, need: Need
) -> datetime:
    """An honest time for one who enters the queue, or waits on in it. The first one of each wait is kept."""
    settings, zone, family = community.settings, community.clock, channel_family(need.channel)
    line = await wait_queries.ask_line(tx, need, family)
    if family not in known.waits:
        recent = await wait_queries.ask_recent(tx, now, community.id, family)
        known.waits[family] = await recent.fetchall()
    spans = await spans_for(tx, now, known, need)
    [before] = await line.fetchall()
    staffed = rules.staffed(need, members, spans, settings, zone, now)
    place = rules.place(need, members, staffed, before.ahead, now)
    promised_s = Staffed(settings.hours, zone).between(need.waiting_since, need.answer_by)
    waits = known.waits[family]
    given = honest.time_given(place, waits, promised_s, staffed, now, before.last_given)
    if need.queued_at is None:
        await wait_queries.add_wait(tx, now, need, family, place, given)
    elif need.first_given is not None and need.first_given <= now:
        so_far = await waited(tx, community, family, need.language, need.queued_at, now)
        await wait_queries.note_so_far(tx, need.episode_id, so_far)
    return given


async def spans_for(tx: Tx, now: datetime, known: Known, need: Need) -> list[Span]:
    key = rules.seat_of(need.channel), need.language
    if key not in known.spans:
        known.spans[key] = await wait_queries.planned(
            tx, need.community_id, *key, now, now + PLANNED
        )
    return known.spans[key]


async def settle(tx: Tx, now: datetime, community_id: str) -> None:
    """What was answered ends as kept or missed. What ended otherwise is missed where its time has passed, else no wait."""
    over = await wait_queries.over(tx, community_id)
    if not over:
        return
    community = await communities.community(tx, community_id)
    assert community is not None
    for wait in over:
        ended_at = wait.answered_at or now
        if wait.answered_at is None and now <= wait.first_given:
            await wait_queries.drop_wait(tx, wait.episode_id)
        else:
            await end(tx, ended_at, community, wait)


async def picked_up(tx: Tx, now: datetime, community: Community, need: Need) -> None:
    """A call is answered by being taken."""
    if need.queued_at is None or need.first_given is None:
        return
    wait = Over(
        need.episode_id, need.case_id, need.customer_id, need.queued_at,
        channel_family(need.channel), need.language, need.ahead or 0, need.first_given, now,
    )  # fmt: skip
    await end(tx, now, community, wait)


async def end(tx: Tx, at: datetime, community: Community, wait: Over) -> None:
    seconds = await waited(tx, community, wait.family, wait.language, wait.at, at)
    kept = wait.answered_at is not None and wait.answered_at <= wait.first_given
    await wait_queries.end_wait(tx, at, wait.episode_id, seconds, kept=kept)
    ids = {"customer": wait.customer_id, "case": wait.case_id, "episode": wait.episode_id}
    emit(
        tx, community.id, "time_kept" if kept else "time_missed", at, ids,
        family=wait.family, seconds=seconds, ahead=wait.ahead,
    )  # fmt: skip


async def waited(
    tx: Tx, community: Community, family: str, language: str, since: datetime, until: datetime
) -> float:
    """Staffed seconds between two instants, for somebody with this seat and language."""
    spans = await wait_queries.planned(
        tx, community.id, rules.seat_of(family), language, since, until + PLANNED
    )
    return Staffed(community.settings.hours, community.clock, spans).between(since, until)
