"""All SQL of handovers."""

from datetime import datetime

from coterie.conversations.model import Handover
from coterie.kit.db import Tx, execute, row, rows

HANDOVER = """
    SELECT id, case_id, community_id, from_id, to_id, by_id, brief, at, returned_at
    FROM handovers
"""


async def add_handover(tx: Tx, made: Handover) -> None:
    await execute(
        tx,
        """
        INSERT INTO handovers (id, case_id, community_id, from_id, to_id, by_id, brief, at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            made.id, made.case_id, made.community_id, made.from_id, made.to_id, made.by_id, made.brief,
            made.at,
        ],
    )  # fmt: skip


async def end_handover(tx: Tx, now: datetime, handover_id: str) -> None:
    await execute(tx, "UPDATE handovers SET returned_at = %s WHERE id = %s", [now, handover_id])


async def standing(tx: Tx, case_id: str) -> Handover | None:
    """The last handover of a case that has not come back."""
    return await row(
        tx,
        Handover,
        HANDOVER + "WHERE case_id = %s AND returned_at IS NULL ORDER BY at DESC, id DESC LIMIT 1",
        [case_id],
    )


async def handovers_of_thread(tx: Tx, thread_id: str) -> list[Handover]:
    return await rows(
        tx,
        Handover,
        """
        SELECT h.id, h.case_id, h.community_id, h.from_id, h.to_id, h.by_id, h.brief, h.at, h.returned_at
        FROM handovers h
        JOIN cases k ON k.id = h.case_id
        WHERE k.thread_id = %s
        ORDER BY h.at, h.id
        """,
        [thread_id],
    )
