"""All SQL of plans and of what was moved in them by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coterie.kit.db import Tx, execute, row, rows, value
from coterie.planner.model import Move, PlanLine, StoredPlan

LINE = """
    SELECT p.id, p.name, p.made_at, a.name AS made_by, p.changed_at, p.deleted_at,
        jsonb_array_length(p.document -> 'communities') AS communities,
        jsonb_array_length(p.document -> 'areas') AS areas,
        (p.document ->> 'balance')::float8 AS balance,
        (p.document ->> 'tolerance')::float8 AS tolerance,
        coalesce(p.document -> 'staff' ? 'communities', false) AS staffed,
        coalesce(jsonb_array_length(p.document -> 'waves' -> 'waves'), 0) AS waves,
        (SELECT count(*) FROM plan_changes c WHERE c.plan_id = p.id AND c.undone_at IS NULL) AS moves,
        (SELECT count(*) FROM plan_runs r
         WHERE r.plan_id = p.id AND r.kind = 'twin' AND r.result IS NOT NULL) AS runs
    FROM plans p
    LEFT JOIN accounts a ON a.id = p.made_by
"""
PLAN = """
    SELECT id, name, document, hues, made_at, made_by, changed_at, version, deleted_at
    FROM plans
"""
MOVE = """
    SELECT number, area, from_id, to_id, before, after, by_id, at, undone_at
    FROM plan_changes
"""


async def lines(tx: Tx, limit: int) -> list[PlanLine]:
    """Those that are there, the latest changed first."""
    return await rows(
        tx, PlanLine, LINE + "WHERE p.deleted_at IS NULL ORDER BY p.changed_at DESC, p.id LIMIT %s", [limit]
    )  # fmt: skip


async def deleted_lines(tx: Tx, limit: int) -> list[PlanLine]:
    """The latest deleted first."""
    return await rows(
        tx, PlanLine, LINE + "WHERE p.deleted_at IS NOT NULL ORDER BY p.deleted_at DESC, p.id LIMIT %s", [limit]
    )  # fmt: skip


async def plan(tx: Tx, plan_id: str) -> StoredPlan | None:
    return await row(tx, StoredPlan, PLAN + "WHERE id = %s", [plan_id])


async def lock_plan(tx: Tx, plan_id: str) -> StoredPlan | None:
    return await row(tx, StoredPlan, PLAN + "WHERE id = %s FOR UPDATE", [plan_id])


async def any_plan(tx: Tx) -> bool:
    return bool(await value(tx, "SELECT EXISTS (SELECT FROM plans)"))


async def add_plan(
    tx: Tx, now: datetime, plan_id: str, name: str, by: str | None,
    document: Mapping[str, Any] | None, hues: Mapping[str, int],
) -> None:  # fmt: skip
    await execute(
        tx,
        """
        INSERT INTO plans (id, name, document, hues, made_at, made_by, changed_at)
        VALUES (%(id)s, %(name)s, %(document)s, %(hues)s, %(now)s, %(by)s, %(now)s)
        """,
        {
            "id": plan_id,
            "name": name,
            "document": dict(document) if document is not None else None,
            "hues": dict(hues),
            "now": now,
            "by": by,
        },
    )


async def set_document(
    tx: Tx, now: datetime, plan_id: str, document: Mapping[str, Any], hues: Mapping[str, int]
) -> None:
    await execute(
        tx,
        """
        UPDATE plans
        SET document = %s, hues = %s, changed_at = %s, version = version + 1
        WHERE id = %s
        """,
        [dict(document), dict(hues), now, plan_id],
    )


async def set_name(tx: Tx, now: datetime, plan_id: str, name: str) -> None:
    await execute(tx, "UPDATE plans SET name = %s, changed_at = %s WHERE id = %s", [name, now, plan_id])  # fmt: skip


async def set_deleted(tx: Tx, plan_id: str, at: datetime | None) -> None:
    await execute(tx, "UPDATE plans SET deleted_at = %s WHERE id = %s", [at, plan_id])


async def moves(tx: Tx, plan_id: str, limit: int) -> list[Move]:
    """The latest first, those undone, too."""
    return await rows(tx, Move, MOVE + "WHERE plan_id = %s ORDER BY number DESC LIMIT %s", [plan_id, limit])  # fmt: skip


async def last_move(tx: Tx, plan_id: str) -> Move | None:
    """What undo would take back."""
    return await row(
        tx, Move, MOVE + "WHERE plan_id = %s AND undone_at IS NULL ORDER BY number DESC LIMIT 1", [plan_id]
    )  # fmt: skip


async def next_move(tx: Tx, plan_id: str) -> Move | None:
    """What redo would do again."""
    return await row(
        tx, Move, MOVE + "WHERE plan_id = %s AND undone_at IS NOT NULL ORDER BY number LIMIT 1", [plan_id]
    )  # fmt: skip


async def add_move(tx: Tx, plan_id: str, move: Move) -> None:
    """After a new move, what was undone can't be done again."""
    await execute(tx, "DELETE FROM plan_changes WHERE plan_id = %s AND undone_at IS NOT NULL", [plan_id])  # fmt: skip
    await execute(
        tx,
        """
        INSERT INTO plan_changes (plan_id, number, area, from_id, to_id, before, after, by_id, at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            plan_id, move.number, move.area, move.from_id, move.to_id,
            dict(move.before), dict(move.after), move.by_id, move.at,
        ],
    )  # fmt: skip


async def note_undone(tx: Tx, plan_id: str, number: int, at: datetime | None) -> None:
    await execute(
        tx,
        "UPDATE plan_changes SET undone_at = %s WHERE plan_id = %s AND number = %s",
        [at, plan_id, number],
    )
