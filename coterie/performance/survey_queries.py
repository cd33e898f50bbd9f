"""All SQL of surveys."""

from dataclasses import dataclass
from datetime import datetime

from coterie.kit.db import Tx, execute, row, value


@dataclass(frozen=True, slots=True)
class Survey:
    """One customer asked about one case: how it was, and whether they would recommend us."""

    id: str
    case_id: str
    community_id: str
    thread_id: str
    customer_id: str
    owner_id: str | None
    owner: str | None
    asked_at: datetime
    ends_at: datetime
    answered_at: datetime | None
    declined_at: datetime | None


SURVEY = """
    SELECT s.id, s.case_id, c.community_id, c.thread_id, c.customer_id, c.owner_id, a.name AS owner,
        s.asked_at, s.ends_at, s.answered_at, s.declined_at
    FROM surveys s
    JOIN cases c ON c.id = s.case_id
    LEFT JOIN accounts a ON a.id = c.owner_id
"""


async def survey(tx: Tx, survey_id: str) -> Survey | None:
    return await row(tx, Survey, SURVEY + "WHERE s.id = %s", [survey_id])


async def open_in_thread(tx: Tx, thread_id: str, now: datetime) -> Survey | None:
    """What the customer of this thread is asked just now. Not about a case that is open again."""
    return await row(
        tx,
        Survey,
        SURVEY
        + """
        WHERE c.thread_id = %s AND s.answered_at IS NULL AND s.declined_at IS NULL AND s.ends_at > %s
          AND c.state <> 'open'
        ORDER BY s.asked_at DESC
        LIMIT 1
        """,
        [thread_id, now],
    )


async def asked_since(tx: Tx, customer_id: str, since: datetime) -> bool:
    """Whether this person was asked since then. Who asks holds their row, so that nobody else asks them meanwhile."""
    await execute(tx, "SELECT FROM customers WHERE id = %s FOR NO KEY UPDATE", [customer_id])
    return bool(
        await value(
            tx,
            """
            SELECT EXISTS (
                SELECT FROM surveys s JOIN cases c ON c.id = s.case_id
                WHERE c.customer_id = %s AND s.asked_at > %s)
            """,
            [customer_id, since],
        )
    )


async def add(tx: Tx, survey_id: str, case_id: str, now: datetime, ends_at: datetime) -> None:
    await execute(
        tx,
        "INSERT INTO surveys (id, case_id, asked_at, ends_at) VALUES (%s, %s, %s, %s)",
        [survey_id, case_id, now, ends_at],
    )


async def answer(tx: Tx, survey_id: str, now: datetime, nps: int | None, csat: int | None) -> None:
    await execute(
        tx,
        "UPDATE surveys SET answered_at = %s, nps = %s, csat = %s WHERE id = %s",
        [now, nps, csat, survey_id],
    )


async def decline(tx: Tx, survey_id: str, now: datetime) -> None:
    await execute(tx, "UPDATE surveys SET declined_at = %s WHERE id = %s", [now, survey_id])
