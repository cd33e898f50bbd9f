"""All SQL of promises."""

from datetime import datetime

from coterie.conversations.model import Promise
from coterie.kit.db import Tx, execute, row, rows, value

PROMISE = """
    SELECT id, case_id, thread_id, community_id, expert_id, kind, text, made_at, warn_at, due_at, warned_at,
        kept_at, kept_by, broken_at
    FROM promises
"""


async def promise(tx: Tx, promise_id: str) -> Promise | None:
    return await row(tx, Promise, PROMISE + "WHERE id = %s", [promise_id])


async def promises_of_case(tx: Tx, case_id: str) -> list[Promise]:
    return await rows(tx, Promise, PROMISE + "WHERE case_id = %s ORDER BY due_at, id", [case_id])


async def promises_of_thread(tx: Tx, thread_id: str, limit: int = 50) -> list[Promise]:
    """Those that are still to be kept by their time, the next first; then the others, the latest first."""
    return await rows(
        tx,
        Promise,
        PROMISE
        + """
        WHERE thread_id = %s
        ORDER BY kept_at IS NOT NULL, CASE WHEN kept_at IS NULL THEN due_at END, due_at DESC, id
        LIMIT %s
        """,
        [thread_id, limit],
    )


async def promised_until(tx: Tx, case_id: str) -> datetime | None:
    """When the last promise on a case that nobody has kept yet is due."""
    found: datetime | None = await value(
        tx, "SELECT max(due_at) FROM promises WHERE case_id = %s AND kept_at IS NULL", [case_id]
    )
    return found


async def add_promise(tx: Tx, made: Promise) -> None:
    await execute(
        tx,
        """
        INSERT INTO promises (
            id, case_id, thread_id, community_id, expert_id, kind, text, made_at, warn_at, due_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            made.id, made.case_id, made.thread_id, made.community_id, made.expert_id, made.kind, made.text,
            made.made_at, made.warn_at, made.due_at,
        ],
    )  # fmt: skip


async def save_promise(tx: Tx, changed: Promise) -> None:
    """Write what became of it. What was said, and by when, never changes."""
    await execute(
        tx,
        """
        UPDATE promises
        SET warned_at = %s, kept_at = %s, kept_by = %s, broken_at = %s
        WHERE id = %s
        """,
        [changed.warned_at, changed.kept_at, changed.kept_by, changed.broken_at, changed.id],
    )


async def due_warning(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, promise) of those whose maker is to be warned."""
    cursor = await tx.execute(
        """
        SELECT community_id, id
        FROM promises
        WHERE kept_at IS NULL AND broken_at IS NULL AND warned_at IS NULL AND warn_at <= %s
        ORDER BY warn_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()


async def due(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, promise) of those whose time has come and that nobody kept."""
    cursor = await tx.execute(
        """
        SELECT community_id, id
        FROM promises
        WHERE kept_at IS NULL AND broken_at IS NULL AND due_at <= %s
        ORDER BY due_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()
