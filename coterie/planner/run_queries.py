"""All SQL of what is worked out apart: asked for, begun, how far, ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coterie.kit.db import Tx, execute, row, rows
from coterie.planner.model import Run, RunKind

BARE = """
    SELECT id, plan_id, kind, wanted, plan_version, asked_at, asked_by, began_at, beat_at, done, total,
        ended_at, cancelled_at, refused
    FROM plan_runs
"""
WHOLE = """
    SELECT id, plan_id, kind, wanted, plan_version, asked_at, asked_by, began_at, beat_at, done, total,
        ended_at, cancelled_at, refused, result
    FROM plan_runs
"""


async def runs(tx: Tx, plan_id: str, kind: RunKind, limit: int) -> list[Run]:
    """The latest first, without their results."""
    return await rows(
        tx,
        Run,
        BARE + "WHERE plan_id = %s AND kind = %s ORDER BY asked_at DESC, id DESC LIMIT %s",
        [plan_id, kind, limit],
    )


async def run(tx: Tx, run_id: str) -> Run | None:
    return await row(tx, Run, WHOLE + "WHERE id = %s", [run_id])


async def lock_run(tx: Tx, run_id: str) -> Run | None:
    return await row(tx, Run, BARE + "WHERE id = %s FOR UPDATE", [run_id])


async def add_run(
    tx: Tx, now: datetime, run_id: str, plan_id: str, kind: RunKind, wanted: Mapping[str, Any],
    plan_version: int, by: str | None,
) -> None:  # fmt: skip
    await execute(
        tx,
        """
        INSERT INTO plan_runs (id, plan_id, kind, wanted, plan_version, asked_at, asked_by, beat_at)
        VALUES (%(id)s, %(plan)s, %(kind)s, %(wanted)s, %(version)s, %(now)s, %(by)s, %(now)s)
        """,
        {
            "id": run_id,
            "plan": plan_id,
            "kind": kind,
            "wanted": dict(wanted),
            "version": plan_version,
            "now": now,
            "by": by,
        },
    )


async def begin(tx: Tx, now: datetime, run_id: str) -> None:
    await execute(
        tx, "UPDATE plan_runs SET began_at = %s, beat_at = %s WHERE id = %s", [now, now, run_id]
    )


async def beat(tx: Tx, now: datetime, run_id: str, done: int, total: int) -> bool:
    """It goes on. Whether anybody still wants it."""
    return bool(
        await execute(
            tx,
            """
            UPDATE plan_runs
            SET beat_at = %s, done = %s, total = %s
            WHERE id = %s AND cancelled_at IS NULL AND ended_at IS NULL
            """,
            [now, done, total, run_id],
        )
    )


async def end(
    tx: Tx, now: datetime, run_id: str, result: Mapping[str, Any] | None, refused: str | None
) -> None:
    """What came of it, or why nothing did."""
    await execute(
        tx,
        """
        UPDATE plan_runs
        SET ended_at = %s, result = %s, refused = %s, done = greatest(done, total)
        WHERE id = %s AND cancelled_at IS NULL AND ended_at IS NULL
        """,
        [now, None if result is None else dict(result), refused, run_id],
    )


async def cancel(tx: Tx, now: datetime, run_id: str) -> bool:
    """Whether there was something to cancel."""
    return bool(
        await execute(
            tx,
            "UPDATE plan_runs SET cancelled_at = %s WHERE id = %s AND ended_at IS NULL AND cancelled_at IS NULL",
            [now, run_id],
        )
    )
