"""Two records of one person get one thread, and two again when that was wrong (decision 8).

The thread of both is a new one, numbered by time; those of the two are put aside, and their numbers never change. Cases
stay in the community in which they were opened. Undoing gives each record what was its own, and what came after the
merge to whose address wrote it. The transaction holds every stream.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from coterie.communities import queries as communities
from coterie.conversations import merge_queries, queries, rules
from coterie.conversations.actions import (
    close_if_empty,
    file_of,
    outbound,
    receiving_episode,
    settle_down,
)
from coterie.conversations.crossings import CONSENT
from coterie.conversations.merge_queries import Line, Marks, Said
from coterie.conversations.model import Case, CaseFile, Message
from coterie.conversations.receiving import case_ids
from coterie.customers import merging
from coterie.customers import queries as customers
from coterie.customers.model import Customer, Merge
from coterie.kit.db import Tx
from coterie.kit.events import emit
from coterie.kit.ids import new_id


async def merge(tx: Tx, now: datetime, customer_id: str, other_id: str, by: str | None) -> Merge:
    """Make the other part of this customer: from now on whatever any of their addresses writes goes into one thread."""
    homes = {(await merging.mergeable(tx, each)).community_id for each in (customer_id, other_id)}
    made = await merging.join(tx, now, customer_id, other_id, by)
    await merge_queries.join_ratings(tx, customer_id, other_id)
    ids = await join_threads(tx, made)
    [customer] = await known(tx, [customer_id])
    await tell(tx, now, made, {*homes, customer.community_id}, ids, "customers_merged", by)
    tell_care(tx, now, customer, by)
    return made


async def known(tx: Tx, customer_ids: Sequence[str]) -> list[Customer]:
    found = [await customers.customer(tx, id_) for id_ in customer_ids]
    return [each for each in found if each is not None]


async def join_threads(tx: Tx, made: Merge) -> dict[str, str | None]:
    """The ids of the thread of both, and of those before."""
    lines = await merge_queries.lock_lines(tx, [made.customer_id, made.other_id])
    if not lines:
        return {}
    own, other = lines.get(made.customer_id), lines.get(made.other_id)
    [customer] = await known(tx, [made.customer_id])
    into_id, before = new_id(), [each.id for each in lines.values()]
    await merge_queries.change_places(tx)
    for each in lines.values():
        await merge_queries.put_aside(tx, made.id, each, into_id)
    joined = Line(
        id=into_id,
        customer_id=customer.id,
        community_id=customer.community_id,
        last_number=0,
        last_at=max(each.last_at for each in lines.values()),
        customer_delivered=0,
        customer_read=0,
        our_read=0,
        created_at=min(each.created_at for each in lines.values()),
    )
    await merge_queries.add_line(tx, joined)
    first = own or other
    assert first is not None
    marks = await merge_queries.join_messages(tx, before, into_id)
    await merge_queries.join_cases(tx, before, into_id, customer.id, first.id)
    await merge_queries.set_marks(tx, into_id, marks)
    await merge_queries.drop_lines(tx, before)
    return {
        "thread": into_id,
        "earlier": own.id if own else None,
        "other_thread": other.id if other else None,
    }


async def tell(
    tx: Tx,
    now: datetime,
    made: Merge,
    homes: set[str],
    ids: dict[str, str | None],
    kind: str,
    by: str | None,
) -> None:
    """Emit it where somebody has this customer on their screen: at home, and where a case still runs."""
    living = [
        case.community_id
        for thread_id in {ids.get("thread"), ids.get("earlier"), ids.get("other_thread")}
        if thread_id
        for case in await queries.cases_of_thread(tx, thread_id)
        if case.state != "closed"
    ]
    named = {"merge": made.id, "customer": made.customer_id, "other": made.other_id, "by": by}
    for stream_id in sorted({*homes, *living}):
        emit(tx, stream_id, kind, now, {**named, **ids})


def tell_care(tx: Tx, now: datetime, customer: Customer, by: str | None) -> None:
    """What this customer needs and agrees to now: without consent, special care ends."""
    agreed = customer.consent.get(CONSENT) is True
    emit(
        tx, customer.community_id, "care_recorded", now, {"customer": customer.id, "by": by},
        vulnerable=customer.vulnerable, **{f"consent_{CONSENT}": agreed},
    )  # fmt: skip


# The way back


async def unmerge(tx: Tx, now: datetime, merge_id: str, by: str | None) -> Merge:
    """Two customers again. Refused where one was erased, or they were merged with somebody else since."""
    made = await merging.undoable(tx, merge_id)
    lines = await merge_queries.lock_lines(tx, [made.customer_id])
    joined = lines.get(made.customer_id)
    homes = {each.community_id for each in await known(tx, [made.customer_id])}
    if joined:
        await part_messages(tx, now, made, joined, by)
    await merging.part(tx, now, made, by)
    await merge_queries.part_ratings(tx, made.customer_id, made.other_id)
    customer, other = await known(tx, [made.customer_id, made.other_id])
    ids = await part_threads(tx, made, joined, customer, other) if joined else {}
    homes |= {customer.community_id, other.community_id}
    await tell(tx, now, made, homes, ids, "customers_parted", by)
    for each in (customer, other):
        tell_care(tx, now, each, by)
    return made


async def part_messages(tx: Tx, now: datetime, made: Merge, joined: Line, by: str | None) -> None:
    """What one of the two wrote into a case of the other goes into a new case of their own."""
    others = set(made.member_ids)

    def astray(each: Said) -> bool:
        return (each.record_id in others) != (each.case_record_id in others)

    strays = [each for each in await merge_queries.said_in(tx, joined.id) if astray(each)]
    for case_id, theirs in groupby(sorted(strays, key=lambda each: each.case_id), lambda each: each.case_id):  # fmt: skip
        found = list(theirs)
        messages = await queries.messages_by_id(tx, [each.id for each in found])
        record_id = found[0].record_id or made.customer_id
        await set_apart(tx, now, case_id, messages, record_id, by)


async def set_apart(
    tx: Tx, now: datetime, case_id: str, messages: Sequence[Message], record_id: str, by: str | None
) -> None:
    """Put messages into a new case beside the one they are in. Where that one still runs, somebody looks at them anew."""
    source = await file_of(tx, case_id)
    community = await communities.community(tx, source.case.community_id)
    assert community is not None
    first, last = messages[0], messages[-1]
    alive = source.case.state != "closed" and not all(each.needs_nothing for each in messages)
    target = CaseFile(
        Case(
            id=new_id(),
            thread_id=source.thread.id,
            customer_id=source.case.customer_id,
            community_id=community.id,
            topic=source.case.topic,
            title=rules.title_of(first.text),
            state="open",
            opened_at=now,
            spoken_at=now,
        ),
        source.thread,
    )
    await queries.add_case(tx, target.case)
    await merge_queries.note_record(tx, target.case.id, record_id)
    emit(tx, community.id, "case_opened", now, case_ids(target.case))
    episode = receiving_episode(now, target, community, last)
    if not alive:
        episode = rules.ended(outbound(now, target.case, last.channel), now)
    await queries.save_episode(tx, episode)
    ids = {**case_ids(target.case), "episode": episode.id, "from": case_id, "by": by}
    for message in messages:
        await queries.put_message(tx, message.id, target.case.id, episode.id)
        emit(tx, community.id, "message_moved", now, {**ids, "message": message.id}, number=message.number)  # fmt: skip
    if alive:
        emit(tx, community.id, "episode_needs_us", now, ids, channel=episode.channel, new=True)
    else:
        target.case.state, target.case.closed_at = "closed", now
        await queries.save_case(tx, target.case)
        emit(tx, community.id, "case_closed", now, case_ids(target.case), reason="parted")
    if source.case.state != "closed":
        await settle_down(tx, now, source, community, gone=last, expert_id=by or "")
        await close_if_empty(tx, now, source)


async def part_threads(
    tx: Tx, made: Merge, joined: Line, customer: Customer, other: Customer
) -> dict[str, str | None]:
    """Each gets the thread back that was theirs, with what came after; a new one where they had none."""
    before = await merge_queries.aside(tx, made.id)
    theirs = await merge_queries.cases_of_others(tx, joined.id, made.member_ids)
    own = sorted(set(await merge_queries.all_cases(tx, joined.id)) - set(theirs))
    await merge_queries.change_places(tx)
    ids: dict[str, str | None] = {"thread": None, "earlier": joined.id, "other_thread": None}
    for name, who, case_ids_ in (("thread", customer, own), ("other_thread", other, theirs)):
        kept = before.get(who.id)
        if kept is None and not case_ids_:
            continue
        line = replace(
            joined,
            id=kept.id if kept else new_id(),
            customer_id=who.id,
            community_id=who.community_id,
            last_at=kept.last_at if kept else joined.last_at,
            created_at=kept.created_at if kept else joined.created_at,
        )
        if kept is None:
            await merge_queries.put_aside(tx, made.id, line, joined.id)
        await merge_queries.add_line(tx, line)
        marks = await merge_queries.part_cases(tx, joined.id, case_ids_, line.id, who.id)
        if kept:
            marks = Marks(
                marks.last_number,
                max(marks.customer_delivered, kept.customer_delivered),
                max(marks.customer_read, kept.customer_read),
                max(marks.our_read, kept.our_read),
            )
        await merge_queries.set_marks(tx, line.id, marks)
        await merge_queries.note_last(tx, line.id)
        ids[name] = line.id
    await merge_queries.move_drafts(tx, joined.id, str(ids["thread"] or ids["other_thread"]))
    await merge_queries.drop_lines(tx, [joined.id])
    return ids
