"""Handover: a case gets another owner inside its community, with a written brief, and may come back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from coterie.communities import queries as communities
from coterie.conversations import handover_queries, queries
from coterie.conversations.actions import answerable, file_of
from coterie.conversations.handover_rules import LONGEST_BRIEF, clock
from coterie.conversations.model import Case, CaseFile, Handover
from coterie.conversations.receiving import case_ids
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit
from coterie.kit.ids import is_id, new_id


async def hand_over(
    tx: Tx, now: datetime, case_id: str, by_id: str, *, to_id: str, brief: str
) -> Case:
    """Give the case to a teammate, who is accountable from now on. Whoever attends goes on attending.

    Refused where the teammate is of another community, owns it already or is absent for long, or where nobody owns it yet.
    """
    file, community = await answerable(tx, case_id, by_id)
    case, said = file.case, checked_brief(brief)
    if case.owner_id is None:
        raise Refused("Nobody owns this case yet, so there is nothing to hand over.", "not_owned")
    if not is_id(to_id) or not await communities.is_member(tx, community.id, to_id):
        raise Refused(
            f"This case stays with {community.name}: only its members can own it.",
            "outside_community",
        )
    if to_id == case.owner_id:
        raise Refused("They own this case already.", "owns_it")
    until = await handover_queries.long_away(tx, now, to_id)
    if until:
        raise Refused(
            f"They are absent until {clock(until, community.clock)}, and their cases are with others. "
            "Choose somebody who is there.",
            "absent",
        )
    made = Handover(
        id=new_id(),
        case_id=case.id,
        community_id=community.id,
        from_id=case.owner_id,
        to_id=to_id,
        by_id=by_id,
        brief=said,
        at=now,
    )
    await pass_on(tx, now, file, made)
    return case


def checked_brief(brief: str) -> str:
    said = brief.strip()
    if not said or len(said) > LONGEST_BRIEF:
        raise Invalid(
            f"Write a brief for whoever takes over, in at most {LONGEST_BRIEF:,} characters.",
            field="brief",
        )
    return said


async def pass_on(tx: Tx, now: datetime, file: CaseFile, made: Handover) -> None:
    await handover_queries.add_handover(tx, made)
    reason = "handover" if made.reason == "by_hand" else made.reason
    await own(tx, now, file, made.to_id, made.by_id, reason)


async def give_back(tx: Tx, now: datetime, case_id: str, by_id: str) -> Case:
    """The last handover comes to its end: whoever owned the case before it owns it again."""
    file, community = await answerable(tx, case_id, by_id)
    last = await handover_queries.standing(tx, case_id)
    if last is None or last.to_id != file.case.owner_id:
        raise Refused("This case was not handed over.", "not_handed_over")
    if not await communities.is_member(tx, community.id, last.from_id):
        raise Refused("Who owned it before is no longer a member here.", "no_member")
    until = await handover_queries.long_away(tx, now, last.from_id)
    if until:
        raise Refused(
            f"Who owned it before is absent until {clock(until, community.clock)}. "
            "It returns by itself when they are back.",
            "absent",
        )
    await take_back(tx, now, file, [last], by_id)
    return file.case


async def take_back(
    tx: Tx, now: datetime, file: CaseFile, ended: Sequence[Handover], by_id: str | None
) -> None:
    """These handovers, which follow each other, come to their end: who owned the case before the first has it again."""
    await handover_queries.end_handovers(tx, now, [each.id for each in ended])
    await own(tx, now, file, ended[0].from_id, by_id, "returned")


async def own(
    tx: Tx, now: datetime, file: CaseFile, owner_id: str, by_id: str | None, reason: str
) -> None:
    """Make somebody the owner. Who attends just now goes on; whatever comes next meets the new owner."""
    case, episode = file.case, file.episode
    before = case.owner_id
    if episode and episode.state != "attended" and episode.served_by == before:
        await queries.save_episode(tx, replace(episode, served_by=None))
    case.owner_id, case.owned_at = owner_id, now
    await queries.save_case(tx, case)
    ids = {**case_ids(case), "expert": owner_id, "from": before, "by": by_id}
    emit(tx, case.community_id, "owner_set", now, ids, reason=reason)


async def read(tx: Tx, now: datetime, handover_id: str, expert_id: str) -> None:
    """Whoever received the case has opened it, with its brief on top. Told once, to whoever handed it over."""
    found = await handover_queries.handover(tx, handover_id)
    if found is None or found.to_id != expert_id:
        raise NotFound("There is no such handover to you.")
    if found.read_at is None:
        await handover_queries.note_read(tx, now, handover_id)
        case = (await file_of(tx, found.case_id)).case
        ids = {**case_ids(case), "handover": found.id, "expert": expert_id, "from": found.from_id}
        seconds = (now - found.at).total_seconds()
        emit(tx, case.community_id, "handover_read", now, ids, seconds=seconds)
