"""All SQL of resolutions and of the customer's word on them."""

from datetime import datetime
from typing import NamedTuple

from coterie.kit.db import Tx, execute, value


class Resolution(NamedTuple):
    case_id: str
    at: datetime
    expert_id: str | None
    how: str
    kind: str
    undone_at: datetime | None
    undone_by: str | None


async def resolutions(tx: Tx, case_id: str) -> list[Resolution]:
    """The resolutions of a case, the last first."""
    cursor = await tx.execute(
        """
        SELECT case_id, at, expert_id, how, kind, undone_at, undone_by
        FROM resolutions
        WHERE case_id = %s
        ORDER BY at DESC
        """,
        [case_id],
    )
    return [Resolution(*found) for found in await cursor.fetchall()]


async def add_resolution(
    tx: Tx, now: datetime, case_id: str, expert_id: str | None, how: str, kind: str
) -> None:
    await execute(
        tx,
        "INSERT INTO resolutions (case_id, at, expert_id, how, kind) VALUES (%s, %s, %s, %s, %s)",
        [case_id, now, expert_id, how, kind],
    )


async def undo_resolution(tx: Tx, now: datetime, case_id: str, by: str) -> None:
    await execute(
        tx,
        """
        UPDATE resolutions
        SET undone_at = %s, undone_by = %s
        WHERE case_id = %s AND undone_at IS NULL
        """,
        [now, by, case_id],
    )


async def restore_resolution(tx: Tx, case_id: str, undone_at: datetime) -> Resolution | None:
    """Take back that a message undid the resolution."""
    cursor = await tx.execute(
        """
        UPDATE resolutions
        SET undone_at = NULL, undone_by = NULL
        WHERE case_id = %s AND undone_at = %s AND undone_by = 'customer'
        RETURNING case_id, at, expert_id, how, kind, undone_at, undone_by
        """,
        [case_id, undone_at],
    )
    found = await cursor.fetchone()
    return Resolution(*found) if found else None


async def add_confirmation(
    tx: Tx,
    now: datetime,
    case_id: str,
    *,
    solved: bool,
    effort: int | None,
    nps: int | None,
    csat: int | None,
    expert_id: str | None,
) -> None:
    await execute(
        tx,
        """
        INSERT INTO confirmations (case_id, at, solved, effort, nps, csat, expert_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [case_id, now, solved, effort, nps, csat, expert_id],
    )


async def is_rated(tx: Tx, case_id: str) -> bool:
    """Whether the customer has rated what they were last told is solved."""
    return bool(
        await value(
            tx,
            """
            SELECT EXISTS (
                SELECT FROM confirmations
                WHERE case_id = %(case)s AND coalesce(effort, nps, csat) IS NOT NULL
                  AND at > coalesce((SELECT max(at) FROM resolutions WHERE case_id = %(case)s), '-infinity'))
            """,
            {"case": case_id},
        )
    )


async def note_rating(
    tx: Tx, now: datetime, customer_id: str, expert_id: str, *, bad: bool
) -> None:
    """Remember whom this customer rated badly; a better rating makes up for it."""
    if bad:
        await execute(
            tx,
            """
            INSERT INTO bad_ratings (customer_id, expert_id, at)
            VALUES (%s, %s, %s)
            ON CONFLICT (customer_id, expert_id) DO UPDATE
            SET at = excluded.at
            """,
            [customer_id, expert_id, now],
        )
    else:
        await execute(
            tx,
            "DELETE FROM bad_ratings WHERE customer_id = %s AND expert_id = %s",
            [customer_id, expert_id],
        )
