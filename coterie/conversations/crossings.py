"""Crossings: somebody of another community serves a case for a while. Begun with a reason, ended by itself, on record.

The case never moves: its community, its owner and its thread stay the home's. Overflow is begun by routing; special care
by people, for a vulnerable customer who has agreed to it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from coterie.communities import queries as communities
from coterie.conversations import crossing_queries as queries
from coterie.conversations import queries as conversations
from coterie.conversations.actions import answerable, case_and_community, file_of
from coterie.conversations.model import Case, Crossing
from coterie.conversations.receiving import case_ids
from coterie.customers import queries as customers
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit
from coterie.kit.ids import is_id, new_id

CONSENT = "special_care"
"""What a customer agrees to, as `customers.consent` names it."""
CARE_REASONS = ("trust", "language", "skill", "safety")
LONGEST_CARE = timedelta(days=366)


async def start(tx: Tx, now: datetime, case: Case, new: Crossing) -> None:
    await queries.add_crossing(tx, new)
    seconds = (new.ends_at - now).total_seconds()
    tell(tx, now, case, new, "crossing_started", seconds=seconds)


async def end(tx: Tx, now: datetime, crossing: Crossing, why: str) -> Crossing:
    """It is over. Where the guest still stands in an episode, routing takes it back."""
    at = max(now, crossing.started_at)  # the clocks of two processes differ a little
    await queries.end_crossing(tx, at, crossing.id, why)
    case = (await file_of(tx, crossing.case_id)).case
    seconds = (at - crossing.started_at).total_seconds()
    tell(tx, now, case, crossing, "crossing_ended", why=why, seconds=seconds)
    return replace(crossing, ended_at=at, ended_why=why)


def tell(
    tx: Tx, now: datetime, case: Case, crossing: Crossing, kind: str, **values: float | str
) -> None:
    ids = {
        **case_ids(case),
        "crossing": crossing.id,
        "episode": crossing.episode_id,
        "expert": crossing.expert_id,
        "to": crossing.to_id,
    }
    emit(
        tx, crossing.community_id, kind, now, ids,
        crossing=crossing.kind, reason=crossing.reason, **values,
    )  # fmt: skip


async def end_served(tx: Tx, now: datetime, case_id: str, why: str) -> None:
    """A guest serves an episode no more: it rests, or somebody at home has answered. Their overflow ends with that."""
    overflow = await queries.running_of_kind(tx, case_id, "overflow")
    if overflow is None or overflow.episode_id is None:
        return
    episode = await conversations.episode(tx, overflow.episode_id)
    if episode is None or episode.guest_id != overflow.expert_id:
        await end(tx, now, overflow, why)


# Special care


async def begin_care(
    tx: Tx,
    now: datetime,
    case_id: str,
    by_id: str,
    *,
    leads: bool,
    expert_id: str,
    reason: str,
    until: datetime,
) -> Crossing:
    """Have a named expert of another community serve this case's episodes until then, by the customer's consent.

    By whoever leads its community, or owns it. Who owns it stays accountable. Only for a vulnerable customer who agreed.
    """
    file, community = await answerable(tx, case_id, by_id)
    case = file.case
    if case.owner_id is None:
        raise Refused("Answer first: somebody at home must own this case.", "not_answered")
    check_begins(case, by_id, leads=leads)
    if reason not in CARE_REASONS:
        raise Invalid(f"Say why: {', '.join(CARE_REASONS)}.", field="reason")
    if not now < until <= now + LONGEST_CARE:
        raise Invalid("Let it end at a time still to come, within a year.", field="until")
    expert = await communities.expert(tx, expert_id) if is_id(expert_id) else None
    if expert is None or expert.community_id is None:
        raise Invalid("There is no such expert.", "unknown_expert", field="expert_id")
    if expert.community_id == community.id:
        raise Refused(
            f"{expert.name} is of {community.name}: hand the case over.", "same_community"
        )
    await check_consent(tx, case.customer_id)
    if await queries.running_of_kind(tx, case_id, "special_care"):
        raise Refused(
            "Somebody serves this case by special care already: end that first.", "in_care"
        )
    new = Crossing(
        id=new_id(),
        kind="special_care",
        case_id=case_id,
        thread_id=case.thread_id,
        episode_id=None,
        community_id=community.id,
        to_id=expert.community_id,
        expert_id=expert_id,
        reason=reason,
        by_id=by_id,
        started_at=now,
        ends_at=until,
    )
    await start(tx, now, case, new)
    return new


def check_begins(case: Case, by_id: str, *, leads: bool) -> None:
    if not leads and case.owner_id != by_id:
        raise Refused(
            "Special care is begun and ended by the case's owner, a coach or the manager.",
            "not_owner",
        )


async def check_consent(tx: Tx, customer_id: str) -> None:
    customer = await customers.customer(tx, customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    if not customer.vulnerable:
        raise Refused(
            "Special care is for vulnerable customers, and this one is not recorded as one.",
            "not_vulnerable",
        )
    if customer.consent.get(CONSENT) is not True:
        raise Refused(
            "They have not agreed to special care. Ask them, and record that they did.",
            "no_consent",
        )


async def to_end_care(tx: Tx, case_id: str, by_id: str, *, leads: bool) -> Crossing:
    """The special care of a case, for somebody who may end it."""
    file, community = await case_and_community(tx, case_id)
    if not await communities.is_member(tx, community.id, by_id):
        raise Refused(f"Only members of {community.name} end this.", "other_community")
    check_begins(file.case, by_id, leads=leads)
    running = await queries.running_of_kind(tx, case_id, "special_care")
    if running is None:
        raise Refused("Nobody serves this case by special care.", "not_in_care")
    return running
