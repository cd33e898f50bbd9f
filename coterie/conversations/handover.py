"""Handover: a case gets another owner inside its community, with a written brief, and may come back."""

from dataclasses import replace
from datetime import datetime

from coterie.communities import queries as communities
from coterie.conversations import handover_queries, queries
from coterie.conversations.actions import answerable
from coterie.conversations.model import Case, CaseFile, Handover
from coterie.conversations.receiving import case_ids
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, Refused
from coterie.kit.events import emit
from coterie.kit.ids import is_id, new_id

LONGEST_BRIEF = 2_000


async def hand_over(
    tx: Tx, now: datetime, case_id: str, by_id: str, *, to_id: str, brief: str
) -> Case:
    """Give the case to a teammate, who is accountable from now on. Whoever attends goes on attending.

    Refused where the teammate is of another community, owns it already, or where nobody owns it yet.
    """
    file, community = await answerable(tx, case_id, by_id)
    case, said = file.case, brief.strip()
    if not said or len(said) > LONGEST_BRIEF:
        raise Invalid(
            f"Write a brief for whoever takes over, in at most {LONGEST_BRIEF:,} characters.",
            field="brief",
        )
    if case.owner_id is None:
        raise Refused("Nobody owns this case yet, so there is nothing to hand over.", "not_owned")
    if not is_id(to_id) or not await communities.is_member(tx, community.id, to_id):
        raise Refused(
            f"This case stays with {community.name}: only its members can own it.",
            "outside_community",
        )
    if to_id == case.owner_id:
        raise Refused("They own this case already.", "owns_it")
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
    await handover_queries.add_handover(tx, made)
    await own(tx, now, file, to_id, by_id, "handover")
    return case


async def give_back(tx: Tx, now: datetime, case_id: str, by_id: str) -> Case:
    """The last handover comes to its end: whoever owned the case before it owns it again."""
    file, community = await answerable(tx, case_id, by_id)
    last = await handover_queries.standing(tx, case_id)
    if last is None or last.to_id != file.case.owner_id:
        raise Refused("This case was not handed over.", "not_handed_over")
    if not await communities.is_member(tx, community.id, last.from_id):
        raise Refused("Who owned it before is no longer a member here.", "no_member")
    await handover_queries.end_handover(tx, now, last.id)
    await own(tx, now, file, last.from_id, by_id, "returned")
    return file.case


async def own(
    tx: Tx, now: datetime, file: CaseFile, owner_id: str, by_id: str, reason: str
) -> None:
    """Make somebody the owner. What waits on the customer is theirs to go on with; who attends just now goes on."""
    case, episode = file.case, file.episode
    before = case.owner_id
    if episode and not episode.needs_us and episode.served_by == before:
        await queries.save_episode(tx, replace(episode, served_by=owner_id))
    case.owner_id, case.owned_at = owner_id, now
    await queries.save_case(tx, case)
    ids = {**case_ids(case), "expert": owner_id, "from": before, "by": by_id}
    emit(tx, case.community_id, "owner_set", now, ids, reason=reason)
