"""Surveys: of the cases that are resolved a share is drawn, and its customer asked. Nobody is asked twice in a month.

The draw is by the end of the case's id, which is random: nobody picks who is asked, and the same case is drawn or not
however often it is resolved.
"""

from datetime import datetime, timedelta

from coterie.communities import queries as communities
from coterie.conversations.actions import file_of
from coterie.conversations.model import Case
from coterie.conversations.receiving import case_ids
from coterie.conversations.resolution import note_rating
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit
from coterie.kit.ids import new_id
from coterie.performance import survey_queries as queries
from coterie.performance.survey_queries import Survey

MONTH = timedelta(days=31)
OPEN_FOR = timedelta(days=14)
"""So long a survey waits for its answer."""


def is_drawn(case_id: str, share: float) -> bool:
    return int(case_id[-4:], 16) / 0x10000 < share


async def ask(tx: Tx, now: datetime, case_id: str) -> None:
    """Perhaps ask the customer of a case that was just resolved."""
    case = (await file_of(tx, case_id)).case
    community = await communities.community(tx, case.community_id)
    assert community is not None
    if not is_drawn(case_id, community.settings.survey_share):
        return
    if await queries.asked_since(tx, case.customer_id, now - MONTH):
        return
    survey_id = new_id()
    await queries.add(tx, survey_id, case_id, now, now + OPEN_FOR)
    tell(tx, now, case, survey_id, "survey_asked")


async def answer(
    tx: Tx, now: datetime, survey_id: str, *, nps: int | None, csat: int | None
) -> Survey:
    """The customer's answer, once."""
    found = await unanswered(tx, now, survey_id)
    if nps is None and csat is None:
        raise Invalid("Answer at least one of the questions.", field="nps")
    await queries.answer(tx, survey_id, now, nps, csat)
    case = (await file_of(tx, found.case_id)).case
    await note_rating(tx, now, case, csat)
    tell(tx, now, case, survey_id, "survey_answered", nps=nps, csat=csat)
    return found


async def decline(tx: Tx, now: datetime, survey_id: str) -> None:
    """They would rather not say."""
    found = await unanswered(tx, now, survey_id)
    await queries.decline(tx, survey_id, now)
    tell(tx, now, (await file_of(tx, found.case_id)).case, survey_id, "survey_declined")


async def unanswered(tx: Tx, now: datetime, survey_id: str) -> Survey:
    found = await queries.survey(tx, survey_id)
    if found is None:
        raise NotFound("There is no such survey.")
    if found.answered_at is not None:
        raise Refused("You have answered this already. Thank you.", "already_answered")
    if found.declined_at is not None or found.ends_at <= now:
        raise Refused("This question is no longer open.", "survey_over")
    return found


def tell(
    tx: Tx, now: datetime, case: Case, survey_id: str, kind: str, **values: int | None
) -> None:
    emit(tx, case.community_id, kind, now, {**case_ids(case), "survey": survey_id}, **values)
