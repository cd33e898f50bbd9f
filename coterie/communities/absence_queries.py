"""All SQL of absences."""

from collections.abc import Sequence
from datetime import datetime

from coterie.communities.model import Absence
from coterie.kit.db import Tx, execute, row, rows

ABSENCE = """
    SELECT id, expert_id, community_id, starts_at, ends_at, why, deputy_id, days, hands_over, recorded_by,
        recorded_at, begun_at, ended_at, cancelled_at, seen_at
    FROM absences
"""


async def absence(tx: Tx, absence_id: str) -> Absence | None:
    return await row(tx, Absence, ABSENCE + "WHERE id = %s", [absence_id])


async def absences_of(tx: Tx, expert_id: str, limit: int = 200) -> list[Absence]:
    """Somebody's absences, the latest first."""
    return await rows(
        tx,
        Absence,
        ABSENCE + "WHERE expert_id = %s ORDER BY starts_at DESC, id DESC LIMIT %s",
        [expert_id, limit],
    )


async def absences_in(tx: Tx, community_id: str, since: datetime) -> list[Absence]:
    """Those of a community that lasted until then or later, by their beginning."""
    return await rows(
        tx,
        Absence,
        ABSENCE
        + """
        WHERE community_id = %s AND ends_at > %s AND cancelled_at IS NULL
        ORDER BY starts_at, id
        """,
        [community_id, since],
    )


async def alive(tx: Tx, community_id: str) -> list[Absence]:
    """Those of a community that are still to come or running."""
    return await rows(
        tx,
        Absence,
        ABSENCE
        + """
        WHERE community_id = %s AND ended_at IS NULL AND cancelled_at IS NULL
        ORDER BY starts_at, id
        """,
        [community_id],
    )


async def running(tx: Tx, expert_ids: Sequence[str]) -> list[Absence]:
    """The absences that these people are in now."""
    return await rows(
        tx,
        Absence,
        ABSENCE
        + """
        WHERE expert_id = ANY(%s::uuid[]) AND begun_at IS NOT NULL AND ended_at IS NULL
        """,
        [list(expert_ids)],
    )


async def last_over(tx: Tx, expert_id: str, since: datetime) -> Absence | None:
    """The last absence that somebody came back from since then and has not caught up with."""
    return await row(
        tx,
        Absence,
        ABSENCE
        + """
        WHERE expert_id = %s AND ended_at > %s AND seen_at IS NULL
        ORDER BY ended_at DESC
        LIMIT 1
        """,
        [expert_id, since],
    )


async def following(tx: Tx, now: datetime, absence: Absence) -> Absence | None:
    """The one that begins where this one ends, or has begun."""
    return await row(
        tx,
        Absence,
        ABSENCE
        + """
        WHERE expert_id = %s AND id <> %s AND ended_at IS NULL AND cancelled_at IS NULL AND starts_at <= %s
        """,
        [absence.expert_id, absence.id, now],
    )


async def add_absence(tx: Tx, made: Absence) -> None:
    await execute(
        tx,
        """
        INSERT INTO absences (
            id, expert_id, community_id, starts_at, ends_at, why, deputy_id, days, hands_over,
            recorded_by, recorded_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            made.id, made.expert_id, made.community_id, made.starts_at, made.ends_at, made.why,
            made.deputy_id, made.days, made.hands_over, made.recorded_by, made.recorded_at,
        ],
    )  # fmt: skip


async def save_absence(tx: Tx, changed: Absence) -> None:
    """Write what becomes of it. Whose it is, and since when, never changes."""
    await execute(
        tx,
        """
        UPDATE absences
        SET ends_at = %s, days = %s, hands_over = %s, begun_at = %s, ended_at = %s, cancelled_at = %s,
            seen_at = %s
        WHERE id = %s
        """,
        [
            changed.ends_at, changed.days, changed.hands_over, changed.begun_at, changed.ended_at,
            changed.cancelled_at, changed.seen_at, changed.id,
        ],
    )  # fmt: skip


async def due_begin(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, absence) of those that are to begin."""
    cursor = await tx.execute(
        """
        SELECT community_id, id
        FROM absences
        WHERE begun_at IS NULL AND cancelled_at IS NULL AND starts_at <= %s
        ORDER BY starts_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()


async def due_end(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, absence) of those whose time is over."""
    cursor = await tx.execute(
        """
        SELECT community_id, id
        FROM absences
        WHERE begun_at IS NOT NULL AND ended_at IS NULL AND ends_at <= %s
        ORDER BY ends_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()
