"""Place what needs somebody: at once, when somebody comes or gets free, and anew when the attendee is gone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from coterie.communities import queries as communities
from coterie.communities.model import Community
from coterie.conversations import crossing_queries, crossings
from coterie.conversations.model import Crossing
from coterie.kit.db import Tx
from coterie.kit.events import emit
from coterie.kit.ids import new_id
from coterie.routing import policy, queries, rules, wait_queries, waits
from coterie.routing.model import Decision, Member, Need
from coterie.routing.words import REASONS


@dataclass(slots=True)
class Scene:
    """A community as routing sees it during one transaction: its loads move with each placement."""

    community: Community
    members: list[Member]
    known: waits.Known = field(default_factory=waits.Known)

    @property
    def present(self) -> list[str]:
        return [member.id for member in self.members if member.present]

    @property
    def room(self) -> bool:
        """Whether anybody could take one more, of whatever kind."""
        return any(has_room(member) for member in self.members)


def has_room(member: Member) -> bool:
    """Whether one more could come, be it a call, which needs an ear and no capacity."""
    free = member.load + 1 <= member.capacity or ("voice" in member.seats and member.load <= 1)
    return member.present and member.on_shift and not member.on_call and free


async def place(tx: Tx, now: datetime, community_id: str, episode_ids: Sequence[str]) -> None:
    """Give each of these episodes, which need us, an attendee or a place in the queue with a time."""
    needs = await queries.ask_needs(tx, episode_ids)
    scene = await scene_of(tx, now, community_id)
    for need in await needs.fetchall():
        await place_one(tx, now, scene, need)


async def pull(tx: Tx, now: datetime, community_id: str) -> None:
    """Somebody came or got free: place from the queue, in its order, as long as anybody can serve.

    Who waits for what nobody offers holds up nobody behind them. Times given that have passed are renewed.
    """
    busy = await wait_queries.busy(tx, community_id)
    if busy.waits:
        await waits.settle(tx, now, community_id)
    if not busy.queue:
        return
    scene = await scene_of(tx, now, community_id)
    last: Need | None = None
    while page := await queries.placeable(tx, now, community_id, scene.room, scene.present, last):
        for need in page:
            if need.in_care and await guest_serves(tx, now, scene, need):
                continue
            chosen, decision = judge(now, scene, need)
            if chosen is not None:
                await attend(tx, now, scene, need, chosen, decision)
            elif need.time_given is not None and need.time_given <= now:
                await enqueue(tx, now, scene, need, decision)
        last = page[-1]


async def leave(tx: Tx, now: datetime, community_id: str, expert_id: str) -> None:
    """Somebody is gone: what they attended is placed anew. Their cases stay theirs."""
    if attended := await queries.attended_by(tx, community_id, expert_id):
        await place(tx, now, community_id, attended)


async def scene_of(tx: Tx, now: datetime, community_id: str) -> Scene:
    asked = await communities.ask_community(tx, community_id)
    members = await queries.ask_members(tx, community_id, now)
    community = await asked.fetchone()
    assert community is not None
    return Scene(community, await members.fetchall())


async def place_one(tx: Tx, now: datetime, scene: Scene, need: Need) -> None:
    if (need.guest_id or need.in_care) and await guest_serves(tx, now, scene, need):
        return
    chosen, decision = judge(now, scene, need)
    if chosen is not None:
        await attend(tx, now, scene, need, chosen, decision)
    else:
        await enqueue(tx, now, scene, need, decision)


def judge(now: datetime, scene: Scene, need: Need) -> tuple[Member | None, Decision]:
    """Ask the policy; the answer with all that it saw. The time of a queued one is still to be given."""
    settings, zone = scene.community.settings, scene.community.clock
    seen = rules.situation(need, scene.members, settings, zone, now)
    codes = [0] * len(scene.members)
    index, reason = policy.decide(seen.contact, seen.experts, codes)
    chosen = scene.members[index] if index >= 0 else None
    decision = Decision(
        id=new_id(),
        episode_id=need.episode_id,
        community_id=need.community_id,
        at=now,
        policy=policy.VERSION,
        settings_version=scene.community.settings_version,
        situation=seen.packed(),
        codes=codes,
        reason=reason,
        chosen_id=chosen.id if chosen else None,
        time_given=None,
    )
    return chosen, decision


async def guest_serves(tx: Tx, now: datetime, scene: Scene, need: Need) -> bool:
    """Whether somebody of another community goes on with this while they are present, or takes it by special care.

    An overflow whose guest can't go on is over.
    """
    if need.attending_id in scene.present:
        return False
    for crossing in await crossing_queries.running(tx, need.case_id):
        chosen, decision = await ask_guest(tx, now, need, crossing)
        if chosen is not None:
            await attend(tx, now, scene, need, chosen, decision, crossing)
            return True
        if crossing.kind == "overflow":
            await crossings.end(tx, now, crossing, "guest_left")
    return False


async def ask_guest(
    tx: Tx, now: datetime, need: Need, crossing: Crossing
) -> tuple[Member | None, Decision]:
    """Ask the policy about this one guest: they stay while they are present, or begin where they can serve."""
    host = await scene_of(tx, now, crossing.to_id)
    host.members = [member for member in host.members if member.id == crossing.expert_id]
    serving = crossing.expert_id if need.guest_id == crossing.expert_id else None
    return judge(now, host, replace(need, attending_id=serving, served_by=None))


async def attend(
    tx: Tx,
    now: datetime,
    scene: Scene,
    need: Need,
    chosen: Member,
    decision: Decision,
    crossing: Crossing | None = None,
) -> None:
    """Give it to somebody: to a member of its community, or by a crossing to a guest."""
    because = (
        crossing.kind if crossing and decision.reason != policy.STAYS else REASONS[decision.reason]
    )
    member, guest = (None, chosen.id) if crossing else (chosen.id, None)
    await queries.save_placement(tx, need.episode_id, "attended", member, None, because, guest)
    await queries.add_decision(tx, decision)
    chosen.load += 1.0
    chosen.given_at = now
    chosen.on_call |= need.channel == "voice"
    waited = (now - need.waiting_since).total_seconds()
    if need.channel == "voice":
        await waits.picked_up(tx, now, scene.community, need)
    ids = {**need_ids(need), "expert": chosen.id, "decision": decision.id}
    ids["crossing"] = crossing.id if crossing else None
    emit(
        tx, need.community_id, "episode_placed", now, ids,
        reason=because, channel=need.channel, seconds=waited, ahead=need.ahead,
        kept=now <= need.first_given if need.first_given else None,
    )  # fmt: skip


async def enqueue(tx: Tx, now: datetime, scene: Scene, need: Need, decision: Decision) -> None:
    """Into the queue, or on in it, with an honest time."""
    given = await waits.give_time(tx, now, scene.community, scene.members, scene.known, need)
    because = REASONS[decision.reason]
    await queries.save_placement(tx, need.episode_id, "queued", None, given, because)
    await queries.add_decision(tx, with_time(decision, given))
    renewed = need.time_given is not None and need.time_given <= now
    ids = {**need_ids(need), "decision": decision.id}
    emit(
        tx, need.community_id, "time_renewed" if renewed else "episode_queued", now, ids,
        reason=because, channel=need.channel, seconds=(given - now).total_seconds(),
    )  # fmt: skip


def with_time(decision: Decision, given: datetime) -> Decision:
    return Decision(
        decision.id, decision.episode_id, decision.community_id, decision.at, decision.policy,
        decision.settings_version, decision.situation, decision.codes, decision.reason, None, given,
    )  # fmt: skip


def need_ids(need: Need) -> dict[str, str | None]:
    return {
        "thread": need.thread_id,
        "customer": need.customer_id,
        "case": need.case_id,
        "episode": need.episode_id,
        "owner": need.owner_id,
    }
