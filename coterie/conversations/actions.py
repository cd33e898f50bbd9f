"""What experts do in a thread: answer, note, put a message where it belongs. The community's stream is held."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from coterie.communities import queries as communities
from coterie.communities.model import Community
from coterie.conversations import crossing_queries, queries, resolution_queries, rules
from coterie.conversations.model import (
    Case,
    CaseFile,
    Channel,
    Episode,
    Message,
    MessageKind,
    ResolutionKind,
)
from coterie.conversations.receiving import case_ids
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit
from coterie.kit.ids import new_id


async def reply(
    tx: Tx,
    now: datetime,
    *,
    case_id: str,
    expert_id: str,
    text: str,
    channel: Channel | None = None,
    attachment_ids: Sequence[str] = (),
) -> Message:
    """Answer the customer. The first answer makes its writer the owner; the episode then waits on the customer.

    A guest's answer makes nobody the owner: somebody at home is. Raises Refused where the case is over, or the expert
    neither of its community nor its guest now.
    """
    file, community, guest = await servable(tx, case_id, expert_id)
    check_not_over(file.case)
    text = rules.checked_text(text, or_attachments=bool(attachment_ids))
    case, before = file.case, file.episode
    episode = before or outbound(now, case, channel or await last_channel(tx, case))
    first, unowned = case.answered_at is None, case.owner_id is None
    if first:
        case.answered_at = now
    if unowned:
        case.owner_id, case.owned_at = expert_id, now
    quiet_at = now + rules.quiet_after(community.settings, episode.channel)
    after = rules.waiting_customer(episode, expert_id, quiet_at, now, expert_id if guest else None)
    case.spoken_at = now
    await queries.save_case(tx, case)
    await queries.save_episode(tx, after)
    message = await add(tx, now, file, after, "reply", expert_id, text, channel, attachment_ids)
    await queries.drop_draft(tx, expert_id, case.thread_id, "reply")
    if unowned:
        emit(
            tx,
            case.community_id,
            "owner_set",
            now,
            {**case_ids(case), "expert": expert_id},
            reason="first_answer",
        )
    tell_reply(tx, now, case, before, message, first=first, guest_id=after.guest_id)
    return message


def tell_reply(
    tx: Tx,
    now: datetime,
    case: Case,
    before: Episode | None,
    message: Message,
    *,
    first: bool,
    guest_id: str | None,
) -> None:
    """How long the customer waited for this, and whether that kept the channel's promise; nothing where they did not."""
    ids = message_ids(case, message)
    since = before.waiting_since if before else None
    waited = (now - since).total_seconds() if since else None
    kept = before.answer_by >= now if before and before.answer_by else None
    covered = before.answering_id if before and before.answering_id != message.author_id else None
    gone = before.guest_id if before and before.guest_id != guest_id else None
    emit(
        tx, case.community_id, "reply_sent", now, {**ids, "instead_of": covered},
        number=message.number, channel=message.channel, first=first, seconds=waited, kept=kept,
        guest=guest_id is not None,
    )  # fmt: skip
    emit(
        tx,
        case.community_id,
        "episode_waits",
        now,
        {**ids, "guest": gone},
        state="waiting_customer",
    )


async def write_note(
    tx: Tx,
    now: datetime,
    *,
    case_id: str,
    expert_id: str,
    text: str,
    attachment_ids: Sequence[str] = (),
) -> Message:
    """A note that only the community reads, and its guest. It changes nothing of who waits on whom."""
    file, _, _ = await servable(tx, case_id, expert_id)
    text = rules.checked_text(text, or_attachments=bool(attachment_ids))
    episode = file.episode or await last_episode(tx, file.case)
    message = await add(tx, now, file, episode, "note", expert_id, text, None, attachment_ids)
    await queries.drop_draft(tx, expert_id, file.case.thread_id, "note")
    ids = message_ids(file.case, message)
    emit(tx, file.case.community_id, "note_written", now, ids, number=message.number)
    return message


async def add(
    tx: Tx,
    now: datetime,
    file: CaseFile,
    episode: Episode,
    kind: MessageKind,
    expert_id: str,
    text: str,
    channel: Channel | None,
    attachment_ids: Sequence[str],
) -> Message:
    message = Message(
        id=new_id(),
        thread_id=file.thread.id,
        number=await queries.next_number(tx, now, file.thread.id),
        community_id=file.case.community_id,
        case_id=file.case.id,
        episode_id=episode.id,
        kind=kind,
        channel=channel or episode.channel,
        author_id=expert_id,
        text=text,
        quote_id=None,
        sent_at=None,
        at=now,
    )
    await queries.add_ours(tx, message)
    if attachment_ids:
        claimed = await queries.claim_attachments(
            tx, expert_id, attachment_ids, message.id, file.thread.id
        )
        if claimed != len(attachment_ids):
            raise Invalid(
                "An attachment is not there any more: add it again.", "unknown_attachment"
            )
    return message


def message_ids(case: Case, message: Message) -> dict[str, str | None]:
    return {
        **case_ids(case),
        "episode": message.episode_id,
        "message": message.id,
        "expert": message.author_id,
    }


async def file_of(tx: Tx, case_id: str) -> CaseFile:
    """A case with its thread and live episode, or NotFound."""
    file = await queries.case_file(tx, case_id)
    if file is None:
        raise NotFound("There is no such case.")
    return file


async def writable(tx: Tx, case_id: str, expert_id: str) -> tuple[CaseFile, Community]:
    """The case and its community, for one of its members."""
    file, community = await case_and_community(tx, case_id)
    if not await communities.is_member(tx, community.id, expert_id):
        raise not_theirs(community)
    return file, community


async def answerable(tx: Tx, case_id: str, expert_id: str) -> tuple[CaseFile, Community]:
    file, community = await writable(tx, case_id, expert_id)
    check_not_over(file.case)
    return file, community


async def servable(tx: Tx, case_id: str, expert_id: str) -> tuple[CaseFile, Community, bool]:
    """The same for its members and the guest who serves it now; whether it is the guest.

    A guest answers, writes notes and says what needs nothing. All else is for the case's own community.
    """
    file, community = await case_and_community(tx, case_id)
    guest = not await communities.is_member(tx, community.id, expert_id)
    if guest and not await crossing_queries.serves(tx, case_id, expert_id):
        raise not_theirs(community)
    return file, community, guest


async def case_and_community(tx: Tx, case_id: str) -> tuple[CaseFile, Community]:
    file = await file_of(tx, case_id)
    community = await communities.community(tx, file.case.community_id)
    assert community is not None
    return file, community


def not_theirs(community: Community) -> Refused:
    return Refused(
        f"This case belongs to {community.name}: only its members act on it.", "other_community"
    )


def check_not_over(case: Case) -> None:
    if case.state == "closed":
        raise Refused(
            "This case is over and its watch time has passed. What the customer writes next opens a new one.",
            "case_closed",
        )


def outbound(now: datetime, case: Case, channel: Channel) -> Episode:
    """A burst of contact that we begin."""
    return Episode(
        id=new_id(),
        case_id=case.id,
        thread_id=case.thread_id,
        community_id=case.community_id,
        channel=channel,
        state="waiting_customer",
        opened_at=now,
    )


async def last_episode(tx: Tx, case: Case) -> Episode:
    return (await queries.episodes_of_case(tx, case.id))[-1]


async def last_channel(tx: Tx, case: Case) -> Channel:
    return (await last_episode(tx, case)).channel


async def mark_needs_nothing(tx: Tx, now: datetime, message_id: str, expert_id: str) -> Message:
    """The message asks for nothing ("thanks"). Where it was all that needed us, nobody needs to answer any more.

    A case that it reopened goes back to being watched.
    """
    message = await of_customer(tx, message_id)
    if message.needs_nothing:
        return message
    file, community, _ = await servable(tx, message.case_id, expert_id)
    await queries.mark_needs_nothing(tx, message_id)
    await settle_down(tx, now, file, community, gone=message, expert_id=expert_id)
    ids = {**message_ids(file.case, message), "by": expert_id}
    emit(tx, file.case.community_id, "message_needs_nothing", now, ids, number=message.number)
    return replace(message, needs_nothing=True)


async def unmark_needs_nothing(tx: Tx, now: datetime, message_id: str, expert_id: str) -> Message:
    """It does ask for something. Where nobody has answered it since, it needs us as before, and reopens its case again."""
    message = await of_customer(tx, message_id)
    if not message.needs_nothing:
        return message
    file, community, _ = await servable(tx, message.case_id, expert_id)
    check_not_over(file.case)
    await queries.unmark_needs_nothing(tx, message_id)
    ids = {**message_ids(file.case, message), "by": expert_id}
    stream = file.case.community_id
    emit(tx, stream, "message_needs_nothing", now, ids, number=message.number, undone=True)
    if any(turn.id == message_id for turn in await unanswered(tx, file.case.id)):
        message = await need_us_again(tx, now, file, community, message)
    return replace(message, needs_nothing=False)


async def need_us_again(
    tx: Tx, now: datetime, file: CaseFile, community: Community, message: Message
) -> Message:
    """As when it came in: its case is open, and its burst of contact goes on where nothing followed it."""
    case = file.case
    if case.state == "watched":
        case.state, case.watch_ends_at = "open", None
        await queries.save_case(tx, case)
        await resolution_queries.undo_resolution(tx, message.at, case.id, "customer")
        emit(tx, case.community_id, "case_reopened", now, case_ids(case), by="customer")
    last = await last_episode(tx, case)
    if file.episode is None and last.id == message.episode_id:
        file.episode = last
    episode = receiving_episode(now, file, community, message)
    if file.episode is None or not file.episode.needs_us:
        await queries.save_episode(tx, episode)
        ids = {**case_ids(case), "episode": episode.id, "message": message.id}
        new = file.episode is None
        emit(tx, community.id, "episode_needs_us", now, ids, channel=episode.channel, new=new)
    await queries.put_message(tx, message.id, case.id, episode.id)
    return replace(message, episode_id=episode.id)


async def of_customer(tx: Tx, message_id: str) -> Message:
    message = await queries.message(tx, message_id)
    if message is None:
        raise NotFound("There is no such message.")
    if message.kind != "customer":
        raise Refused("Only what a customer wrote can be moved or marked.", "not_of_customer")
    return message


async def settle_down(
    tx: Tx, now: datetime, file: CaseFile, community: Community, *, gone: Message, expert_id: str
) -> None:
    """Where nothing else of the customer's is unanswered, the episode rests and a reopening is undone."""
    case, episode = file.case, file.episode
    if episode is None or not episode.needs_us or episode.id != gone.episode_id:
        return
    if any(turn.id != gone.id for turn in await unanswered(tx, case.id)):
        return
    restored = await resolution_queries.restore_resolution(tx, case.id, gone.at)
    if restored:
        kind: ResolutionKind = "order" if restored.kind == "order" else "answer"
        case.state, case.watch_ends_at = (
            "watched",
            restored.at + rules.watch_time(community.settings, kind),
        )
        await queries.save_case(tx, case)
    if restored or episode.turn_at is None:
        await queries.save_episode(tx, rules.ended(episode, now))
        emit(
            tx,
            case.community_id,
            "episode_ended",
            now,
            {**case_ids(case), "episode": episode.id, "guest": episode.guest_id},
            reason="needs_nothing",
        )
    else:
        quiet_at = now + rules.quiet_after(community.settings, episode.channel)
        after = rules.waiting_customer(
            episode,
            episode.answering_id or episode.served_by,
            quiet_at,
            episode.turn_at,
            episode.guest_id,
        )
        await queries.save_episode(tx, after)
        emit(
            tx,
            case.community_id,
            "episode_waits",
            now,
            {**case_ids(case), "episode": episode.id},
            state="waiting_customer",
        )


async def unanswered(tx: Tx, case_id: str) -> list[Message]:
    """What still asks for an answer. A resolution that an expert took back settled nothing."""
    held = [
        r.at for r in await resolution_queries.resolutions(tx, case_id) if r.undone_by != "expert"
    ]
    return rules.unanswered(await queries.messages_of_case(tx, case_id), max(held, default=None))


async def move_message(
    tx: Tx, now: datetime, message_id: str, case_id: str | None, expert_id: str
) -> Message:
    """Put a customer's message into another case of the same thread, or into a new one (None). Raises Refused."""
    message = await of_customer(tx, message_id)
    source, community = await writable(tx, message.case_id, expert_id)
    if case_id == message.case_id:
        return message
    target = await target_of(tx, now, source, case_id, message)
    episode = receiving_episode(now, target, community, message)
    await queries.save_episode(tx, episode)
    await queries.put_message(tx, message.id, target.case.id, episode.id)
    await settle_down(tx, now, source, community, gone=message, expert_id=expert_id)
    await close_if_empty(tx, now, source)
    ids = {
        **case_ids(target.case),
        "episode": episode.id,
        "message": message.id,
        "from": source.case.id,
        "by": expert_id,
    }
    emit(tx, community.id, "message_moved", now, ids, number=message.number)
    if target.episode is None or not target.episode.needs_us:
        new = target.episode is None
        emit(tx, community.id, "episode_needs_us", now, ids, channel=episode.channel, new=new)
    return replace(message, case_id=target.case.id, episode_id=episode.id)


async def target_of(
    tx: Tx, now: datetime, source: CaseFile, case_id: str | None, message: Message
) -> CaseFile:
    if case_id is None:
        case = Case(
            new_id(), source.thread.id, source.case.customer_id, source.case.community_id, "",
            rules.title_of(message.text), "open", now, now,
        )  # fmt: skip
        await queries.add_case(tx, case)
        emit(tx, case.community_id, "case_opened", now, case_ids(case))
        return CaseFile(case, source.thread)
    target = await queries.case_file(tx, case_id)
    if target is None or target.thread.id != source.thread.id:
        raise NotFound("There is no such case in this conversation.")
    if target.case.community_id != source.case.community_id:
        raise Refused("That case belongs to another community.", "other_community")
    if target.case.state == "closed":
        raise Refused("That case is over: begin a new one.", "case_closed")
    if target.case.state == "watched":
        target.case.state, target.case.watch_ends_at = "open", None
        await resolution_queries.undo_resolution(tx, now, target.case.id, "expert")
        emit(tx, target.case.community_id, "case_reopened", now, case_ids(target.case), by="expert")
    target.case.spoken_at = now
    await queries.save_case(tx, target.case)
    return target


def receiving_episode(
    now: datetime, target: CaseFile, community: Community, message: Message
) -> Episode:
    """The target's episode with one more turn that needs us."""
    if target.episode is not None and target.episode.needs_us:
        return target.episode
    episode = target.episode or outbound(now, target.case, message.channel)
    promise = rules.answer_by(
        community.settings, community.clock, episode.channel,
        first=target.case.answered_at is None, now=message.at,
    )  # fmt: skip
    return rules.needing_us(episode, max(promise, now), message.at)


async def close_if_empty(tx: Tx, now: datetime, source: CaseFile) -> None:
    """A case that was opened by mistake and holds nothing any more is over at once, and whatever of it still rests."""
    case = source.case
    if case.answered_at or await queries.messages_of_case(tx, case.id):
        return
    left = await file_of(tx, case.id)
    if left.episode:
        await queries.save_episode(tx, rules.ended(left.episode, now))
        ids = {**case_ids(case), "episode": left.episode.id, "guest": left.episode.guest_id}
        emit(tx, case.community_id, "episode_ended", now, ids, reason="empty")
    case.state, case.watch_ends_at, case.closed_at = "closed", None, now
    await queries.save_case(tx, case)
    emit(tx, case.community_id, "case_closed", now, case_ids(case), reason="empty")
