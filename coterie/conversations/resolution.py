"""How a case comes to rest: snoozed, waiting on somebody else, resolved, confirmed, watched, closed; and back."""

from datetime import datetime, timedelta

from coterie.communities import queries as communities
from coterie.conversations import promise_queries, queries, resolution_queries, rules
from coterie.conversations.actions import answerable, file_of, outbound, unanswered, writable
from coterie.conversations.model import Case, CaseFile, Confirmation, Episode, ResolutionKind
from coterie.conversations.receiving import case_ids
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, Refused
from coterie.kit.events import emit

LONGEST_HOW = 1_000
LONGEST_SNOOZE = timedelta(days=366)


async def resolve(
    tx: Tx, now: datetime, case_id: str, expert_id: str, *, how: str, kind: ResolutionKind
) -> Case:
    """The case is solved: who, when, how. Its watch time starts; who resolves an unanswered case owns it.

    It is watched at least until what was promised on it is due.
    """
    file, community = await answerable(tx, case_id, expert_id)
    case = file.case
    if case.state == "watched":
        raise Refused("This case is resolved already.", "already_resolved")
    if len(how) > LONGEST_HOW:
        raise Invalid(f"Say how in at most {LONGEST_HOW} characters.", field="how")
    if case.owner_id is None:
        case.owner_id, case.owned_at = expert_id, now
        emit(
            tx,
            community.id,
            "owner_set",
            now,
            {**case_ids(case), "expert": expert_id},
            reason="resolved",
        )
    promised = await promise_queries.promised_until(tx, case_id)
    watched = now + rules.watch_time(community.settings, kind)
    case.state, case.watch_ends_at = "watched", max(watched, promised or watched)
    await end_episode(tx, now, file, "resolved")
    await queries.save_case(tx, case)
    await resolution_queries.add_resolution(tx, now, case_id, expert_id, how.strip(), kind)
    emit(
        tx, community.id, "case_resolved", now, {**case_ids(case), "by": expert_id}, resolution=kind
    )
    return case


async def end_episode(tx: Tx, now: datetime, file: CaseFile, reason: str) -> None:
    if file.episode is None:
        return
    await queries.save_episode(tx, rules.ended(file.episode, now))
    ids = {**case_ids(file.case), "episode": file.episode.id, "expert": file.episode.answering_id}
    ids["guest"] = file.episode.guest_id
    emit(tx, file.case.community_id, "episode_ended", now, ids, reason=reason)
    file.episode = None


async def reopen(tx: Tx, now: datetime, case_id: str, expert_id: str) -> Case:
    """The resolution did not hold, or was a slip. Only inside the watch time.

    Where something was never answered, it needs us again.
    """
    file, _ = await answerable(tx, case_id, expert_id)
    if file.case.state == "open":
        raise Refused("This case is not resolved.", "not_resolved")
    await undo(tx, now, file.case, "expert")
    if await unanswered(tx, case_id):
        await call_back(tx, now, file)
    return file.case


async def undo(tx: Tx, now: datetime, case: Case, by: str) -> None:
    case.state, case.watch_ends_at = "open", None
    await queries.save_case(tx, case)
    await resolution_queries.undo_resolution(tx, now, case.id, by)
    emit(tx, case.community_id, "case_reopened", now, case_ids(case), by=by)


async def confirm(tx: Tx, now: datetime, case_id: str, word: Confirmation) -> Case:
    """The customer's word. "Not solved" inside the watch time reopens the case, and somebody is to come back on it."""
    file = await file_of(tx, case_id)
    case = file.case
    if case.answered_at is None and case.state == "open":
        raise Refused("Nobody has answered this case yet.", "not_answered")
    if word.about and not await communities.is_member(tx, case.community_id, word.about):
        raise Invalid("There is no such expert in this community.", field="about")
    stands = case.state != "open" and word.solved
    if stands and word.rates and await resolution_queries.is_rated(tx, case_id):
        raise Refused("This was rated already. Thank you.", "already_rated")
    await resolution_queries.add_confirmation(
        tx, now, case_id,
        solved=word.solved, effort=word.effort, nps=word.nps, csat=word.csat, expert_id=word.about,
    )  # fmt: skip
    await note_rating(tx, now, case, word.csat, word.about)
    ids = {**case_ids(case), "expert": word.about}
    emit(
        tx, case.community_id, "case_confirmed", now, ids,
        solved=word.solved, effort=word.effort, nps=word.nps, csat=word.csat,
    )  # fmt: skip
    if case.state == "watched" and not word.solved:
        await undo(tx, now, case, "customer")
        await call_back(tx, now, file)
    return case


async def note_rating(
    tx: Tx, now: datetime, case: Case, csat: int | None, about: str | None = None
) -> None:
    """Whom a customer rates badly they don't meet again by choice of ours: somebody named, else the owner."""
    if csat and (rated := about or case.owner_id):
        bad = csat <= rules.BAD_CSAT
        await resolution_queries.note_rating(tx, now, case.customer_id, rated, bad=bad)


async def call_back(tx: Tx, now: datetime, file: CaseFile) -> None:
    """Make the case need us: its live episode, or a new one on the channel of the last."""
    case = file.case
    last = file.episode or (await queries.episodes_of_case(tx, case.id))[-1]
    episode = file.episode or outbound(now, case, last.channel)
    community = await communities.community(tx, case.community_id)
    assert community is not None
    first = case.answered_at is None
    promise = rules.answer_by(
        community.settings, community.clock, episode.channel, first=first, now=now
    )
    episode.served_by = episode.served_by or last.served_by
    needing = rules.needing_us(episode, promise, now)
    await queries.save_episode(tx, needing)
    ids = {**case_ids(case), "episode": episode.id}
    emit(
        tx,
        community.id,
        "episode_needs_us",
        now,
        ids,
        channel=episode.channel,
        new=file.episode is None,
    )


async def snooze(tx: Tx, now: datetime, case_id: str, expert_id: str, until: datetime) -> Episode:
    """Put the episode aside until a time; then it needs us again."""
    if until <= now:
        raise Invalid("Snooze until a time that is still to come.", field="until")
    if until > now + LONGEST_SNOOZE:
        raise Invalid("Snooze for a year at most.", field="until")
    episode = await live_episode(tx, case_id, expert_id)
    return await rest(tx, now, case_id, rules.snoozed(episode, until))


async def wait_on_third(
    tx: Tx, now: datetime, case_id: str, expert_id: str, third_party: str
) -> Episode:
    """The episode waits on somebody outside: a carrier, a crew, a bank."""
    name = third_party.strip()
    if not name or len(name) > 200:
        raise Invalid("Name whom this waits on, in at most 200 characters.", field="third_party")
    episode = await live_episode(tx, case_id, expert_id)
    return await rest(tx, now, case_id, rules.waiting_third(episode, name))


async def live_episode(tx: Tx, case_id: str, expert_id: str) -> Episode:
    """The case's live episode; where it is quiet, a new one that we begin."""
    file, _ = await answerable(tx, case_id, expert_id)
    if file.case.state == "watched":
        raise Refused("This case is resolved: reopen it first.", "already_resolved")
    last = file.episode or (await queries.episodes_of_case(tx, case_id))[-1]
    return file.episode or outbound(last.ended_at or last.opened_at, file.case, last.channel)


async def rest(tx: Tx, now: datetime, case_id: str, episode: Episode) -> Episode:
    file = await file_of(tx, case_id)
    await queries.save_episode(tx, episode)
    ids = {**case_ids(file.case), "episode": episode.id}
    ids["guest"] = file.episode.guest_id if file.episode else None
    emit(tx, file.case.community_id, "episode_waits", now, ids, state=episode.state)
    return episode


async def wake(tx: Tx, now: datetime, case_id: str, expert_id: str) -> Episode:
    """End a snooze or a wait on somebody else by hand: the episode needs us again."""
    file, _ = await writable(tx, case_id, expert_id)
    if file.episode is None or file.episode.state not in ("snoozed", "waiting_third"):
        raise Refused("This case is neither snoozed nor waiting on somebody else.", "not_resting")
    await call_back(tx, now, file)
    return file.episode


# What the ticker does when a time has come. Each looks again, since the world may have changed since it was due.


async def wake_when_due(tx: Tx, now: datetime, case_id: str) -> None:
    file = await file_of(tx, case_id)
    episode = file.episode
    if episode and episode.state == "snoozed" and episode.wake_at and episode.wake_at <= now:
        await call_back(tx, now, file)


async def quiet_when_due(tx: Tx, now: datetime, case_id: str) -> None:
    file = await file_of(tx, case_id)
    episode = file.episode
    if (
        episode
        and episode.state == "waiting_customer"
        and episode.quiet_at
        and episode.quiet_at <= now
    ):
        await end_episode(tx, now, file, "quiet")


async def close_when_due(tx: Tx, now: datetime, case_id: str) -> None:
    """The watch time is over: the case is closed for good."""
    file = await file_of(tx, case_id)
    case = file.case
    if case.state != "watched" or case.watch_ends_at is None or case.watch_ends_at > now:
        return
    await end_episode(tx, now, file, "closed")
    case.state, case.watch_ends_at, case.closed_at = "closed", None, now
    await queries.save_case(tx, case)
    emit(tx, case.community_id, "case_closed", now, case_ids(case), reason="watched")
