"""Guests: the buddy's experts serve what overflows, experts elsewhere by special care; and what they served comes home."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from coterie.communities import absence_queries
from coterie.communities.settings import settings_of
from coterie.conversations import crossing_queries, crossings
from coterie.conversations import queries as conversations
from coterie.conversations.actions import file_of
from coterie.conversations.model import Case, Crossing
from coterie.conversations.receiving import case_ids
from coterie.kit.db import Tx
from coterie.kit.events import emit, hold
from coterie.kit.ids import new_id
from coterie.routing import overflow, policy, queries
from coterie.routing.actions import Scene, attend, judge, place, scene_of
from coterie.routing.model import Decision, Member, Need, Waiting

WARNED_FOR = timedelta(hours=1)
"""Of what time the share is, and how long a warning stands."""


def overflowing(waiting: Sequence[Waiting], now: datetime) -> list[tuple[str, str]]:
    """(home, buddy) of communities with something in the queue that may overflow by now."""
    found = {}
    for each in waiting:
        settings = settings_of(each.stored_settings)
        due_at = overflow.due_at(each.channel, each.waiting_since, each.answer_by, settings)
        if due_at is not None and due_at <= now:
            found[each.community_id] = each.buddy_id
    return list(found.items())


async def overflow_to(tx: Tx, now: datetime, home_id: str, buddy_id: str) -> None:
    """Let the buddy serve what would break its promise at home. Both streams are held.

    Each community serves its own: while any of the buddy's own customers waits, nobody overflows to it, and nothing
    overflows that somebody at home can serve.
    """
    if await queries.queue_length(tx, buddy_id):
        return
    buddy = await scene_of(tx, now, buddy_id)
    if not buddy.room:
        return
    home = await scene_of(tx, now, home_id)
    if home.community.buddy_id != buddy_id:
        return
    for need in await queries.queue(tx, home_id):
        if may_overflow(now, home, need):
            chosen, decision = judge(now, buddy, need)
            if chosen is not None:
                await serve_meanwhile(tx, now, home, need, buddy_id, chosen, decision)
    await warn_of_overflow(tx, now, home)


def may_overflow(now: datetime, home: Scene, need: Need) -> bool:
    """Whether its time has come, and it does not wait for somebody at home who can serve soon."""
    due_at = overflow.due_at(
        need.channel, need.waiting_since, need.answer_by, home.community.settings
    )
    if due_at is None or due_at > now or not home.members:
        return False
    chosen, decision = judge(now, home, need)
    return chosen is None and decision.reason != policy.HELD


async def serve_meanwhile(
    tx: Tx,
    now: datetime,
    home: Scene,
    need: Need,
    buddy_id: str,
    chosen: Member,
    decision: Decision,
) -> None:
    """A guest serves this episode; somebody at home owns its case, from this moment on."""
    case = (await file_of(tx, need.case_id)).case
    if case.owner_id is None:
        await name_owner(tx, now, home, need, case)
    crossing = Crossing(
        id=new_id(),
        kind="overflow",
        case_id=case.id,
        thread_id=case.thread_id,
        episode_id=need.episode_id,
        community_id=case.community_id,
        to_id=buddy_id,
        expert_id=chosen.id,
        reason=overflow.reason(need.channel),
        by_id=None,
        started_at=now,
        ends_at=now + timedelta(seconds=home.community.settings.overflow_longest_s),
    )
    await crossings.start(tx, now, case, crossing)
    await attend(tx, now, home, replace(need, owner_id=case.owner_id), chosen, decision, crossing)


async def name_owner(tx: Tx, now: datetime, home: Scene, need: Need, case: Case) -> None:
    """Somebody at home is accountable, present or not."""
    owned = await queries.cases_owned(tx, case.community_id)
    away = await absence_queries.running(tx, [member.id for member in home.members])
    owner = overflow.owner_at_home(need, home.members, owned, {each.expert_id for each in away})
    assert owner is not None  # nothing overflows from a community without members
    case.owner_id, case.owned_at = owner.id, now
    await conversations.save_case(tx, case)
    emit(
        tx, case.community_id, "owner_set", now, {**case_ids(case), "expert": owner.id},
        reason="overflow",
    )  # fmt: skip


async def warn_of_overflow(tx: Tx, now: datetime, home: Scene) -> None:
    """Once an hour at most: too large a share of the last hour's episodes went to the buddy."""
    community = home.community
    if await crossing_queries.warned_since(tx, community.id, now - WARNED_FOR):
        return
    episodes, overflowed = await crossing_queries.share(tx, community.id, now - WARNED_FOR)
    if overflow.is_too_much(episodes, overflowed, community.settings):
        await crossing_queries.add_warning(tx, now, community.id, episodes, overflowed)
        emit(
            tx, community.id, "overflow_warned", now, {},
            episodes=episodes, overflowed=overflowed, share=overflowed / episodes,
        )  # fmt: skip


# And home again


async def leave(tx: Tx, now: datetime, crossing_id: str) -> None:
    """A guest is gone. An overflow is over with that; a special care waits for their return, unless they left for good."""
    crossing = await crossing_queries.crossing(tx, crossing_id)
    if crossing is None or crossing.ended_at is not None:
        return
    is_member, is_present = await crossing_queries.guest_of(tx, crossing)
    if not is_member or (crossing.kind == "overflow" and not is_present):
        await send_home(tx, now, crossing, "guest_left")
    elif not is_present:
        await take_back(tx, now, crossing)


async def end_when_due(tx: Tx, now: datetime, crossing_id: str) -> None:
    crossing = await crossing_queries.crossing(tx, crossing_id)
    if crossing is not None and crossing.ended_at is None and crossing.ends_at <= now:
        await send_home(tx, now, crossing, "time")


async def end_care(tx: Tx, now: datetime, case_id: str, by_id: str, *, leads: bool) -> Crossing:
    """End a special care by hand."""
    crossing = await crossings.to_end_care(tx, case_id, by_id, leads=leads)
    return await send_home(tx, now, crossing, "by_hand")


async def end_care_of_customer(tx: Tx, now: datetime, customer_id: str, why: str) -> None:
    """They agree no more, or are erased: nobody outside their community serves them by special care."""
    for crossing in await crossing_queries.running_of_customer(tx, customer_id):
        if crossing.kind == "special_care":
            await hold(tx, [crossing.community_id])
            await send_home(tx, now, crossing, why)


async def send_home(tx: Tx, now: datetime, crossing: Crossing, why: str) -> Crossing:
    """The crossing is over, and what its guest still has comes home."""
    ended = await crossings.end(tx, now, crossing, why)
    await take_back(tx, now, crossing)
    return ended


async def take_back(tx: Tx, now: datetime, crossing: Crossing) -> None:
    """The episode that a guest serves is the home's again: placed anew where it needs somebody."""
    episode = (await file_of(tx, crossing.case_id)).episode
    if episode is None or episode.guest_id != crossing.expert_id:
        return
    if episode.needs_us:
        await place(tx, now, crossing.community_id, [episode.id])
    else:
        await conversations.save_episode(tx, replace(episode, guest_id=None))
