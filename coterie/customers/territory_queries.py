"""All SQL of territory changes: what is planned, how far it has come, whom it concerns."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from coterie.customers.model import AreaMove, TerritoryChange
from coterie.kit.db import Tx, execute, row, rows, value

CHANGE = """
    SELECT c.id, c.by_id, c.made_at, c.at, c.began_at, c.done_at, c.cancelled_at, c.undo_began_at, c.undone_at,
        c.last_area, c.last_id, c.looked, c.total
    FROM territory_changes c
"""


async def change(tx: Tx, change_id: str) -> TerritoryChange | None:
    return await row(tx, TerritoryChange, CHANGE + "WHERE c.id = %s", [change_id])


async def lock_change(tx: Tx, change_id: str) -> TerritoryChange | None:
    return await row(tx, TerritoryChange, CHANGE + "WHERE c.id = %s FOR UPDATE", [change_id])


async def changes(tx: Tx, before: str | None, limit: int) -> list[TerritoryChange]:
    """The latest made first."""
    return await rows(
        tx,
        TerritoryChange,
        CHANGE
        + "WHERE %(before)s::uuid IS NULL OR c.id < %(before)s ORDER BY c.id DESC LIMIT %(limit)s",
        {"before": before, "limit": limit},
    )


async def unfinished(tx: Tx, now: datetime | None = None) -> list[TerritoryChange]:
    """Those that are planned or under way; with `now` only what is due."""
    return await rows(
        tx,
        TerritoryChange,
        CHANGE
        + """
        WHERE (c.done_at IS NULL AND c.cancelled_at IS NULL AND (%(now)s::timestamptz IS NULL OR c.at <= %(now)s))
           OR (c.undo_began_at IS NOT NULL AND c.undone_at IS NULL)
        ORDER BY c.at, c.id
        """,
        {"now": now},
    )


async def area_moves(tx: Tx, change_id: str) -> list[AreaMove]:
    return await rows(
        tx,
        AreaMove,
        """
        SELECT area, from_id, to_id, left_alone
        FROM territory_change_areas
        WHERE change_id = %s
        ORDER BY area
        """,
        [change_id],
    )


async def add_change(
    tx: Tx, now: datetime, change_id: str, at: datetime, by: str | None, moves: Sequence[AreaMove]
) -> None:
    await execute(
        tx,
        "INSERT INTO territory_changes (id, by_id, made_at, at) VALUES (%s, %s, %s, %s)",
        [change_id, by, now, at],
    )
    await execute(
        tx,
        """
        INSERT INTO territory_change_areas (change_id, area, from_id, to_id)
        SELECT %s, n.area, n.from_id, n.to_id
        FROM unnest(%s::text[], %s::uuid[], %s::uuid[]) AS n (area, from_id, to_id)
        """,
        [
            change_id,
            [each.area for each in moves],
            [each.from_id for each in moves],
            [each.to_id for each in moves],
        ],
    )


async def note_holders(tx: Tx, change_id: str, moves: Sequence[AreaMove]) -> None:
    """Who had the areas at the moment when they moved."""
    await execute(
        tx,
        """
        UPDATE territory_change_areas t
        SET from_id = n.from_id
        FROM unnest(%s::text[], %s::uuid[]) AS n (area, from_id)
        WHERE t.change_id = %s AND t.area = n.area
        """,
        [[each.area for each in moves], [each.from_id for each in moves], change_id],
    )


async def leave_alone(tx: Tx, change_id: str, areas: Sequence[str]) -> None:
    await execute(
        tx,
        """
        UPDATE territory_change_areas
        SET left_alone = true
        WHERE change_id = %s AND area = ANY(%s)
        """,
        [change_id, list(areas)],
    )


async def note_begun(tx: Tx, now: datetime, change_id: str, total: int) -> None:
    await execute(
        tx,
        "UPDATE territory_changes SET began_at = %s, total = %s WHERE id = %s",
        [now, total, change_id],
    )


async def note_undo_begun(
    tx: Tx, now: datetime, change_id: str, total: int, by: str | None
) -> None:
    await execute(
        tx,
        """
        UPDATE territory_changes
        SET undo_began_at = %s, undone_by = %s, total = %s, looked = 0, last_area = NULL, last_id = NULL
        WHERE id = %s
        """,
        [now, by, total, change_id],
    )


async def note_place(tx: Tx, change_id: str, last: "Place", looked: int) -> None:
    await execute(
        tx,
        """
        UPDATE territory_changes
        SET last_area = %s, last_id = %s, looked = looked + %s
        WHERE id = %s
        """,
        [last.area, last.id, looked, change_id],
    )


async def note_done(tx: Tx, now: datetime, change_id: str) -> None:
    await execute(tx, "UPDATE territory_changes SET done_at = %s WHERE id = %s", [now, change_id])


async def note_undone(tx: Tx, now: datetime, change_id: str) -> None:
    await execute(tx, "UPDATE territory_changes SET undone_at = %s WHERE id = %s", [now, change_id])


async def note_cancelled(tx: Tx, now: datetime, change_id: str) -> None:
    await execute(
        tx, "UPDATE territory_changes SET cancelled_at = %s WHERE id = %s", [now, change_id]
    )


class Place(NamedTuple):
    """Somebody who lives in one of the areas."""

    area: str
    id: str


async def living_there(
    tx: Tx, areas: Sequence[str], after: Place | None = None, limit: int | None = None
) -> list[Place]:
    """The customers of these areas, area by area."""
    start = after or Place("", "00000000-0000-0000-0000-000000000000")
    found = await tx.execute(
        """
        SELECT area, id
        FROM customers
        WHERE area = ANY(%s) AND (area, id) > (%s, %s::uuid) AND merged_id IS NULL AND erased_at IS NULL
        ORDER BY area, id
        LIMIT %s
        """,
        [list(areas), start.area, start.id, limit],
    )
    return [Place(*each) for each in await found.fetchall()]


async def count_living_there(tx: Tx, areas: Sequence[str]) -> int:
    count: int = await value(
        tx,
        """
        SELECT count(*)
        FROM customers
        WHERE area = ANY(%s) AND merged_id IS NULL AND erased_at IS NULL
        """,
        [list(areas)],
    )
    return count


async def shared_household(
    tx: Tx, areas: Sequence[str], others: Sequence[str]
) -> tuple[str, str] | None:
    """Two areas, one of each kind, in which people of one household live."""
    cursor = await tx.execute(
        """
        SELECT a.area, b.area
        FROM customers a
        JOIN customers b ON b.household_id = a.household_id AND b.area = ANY(%s)
        WHERE a.area = ANY(%s)
        LIMIT 1
        """,
        [list(others), list(areas)],
    )
    found: tuple[str, str] | None = await cursor.fetchone()
    return found


class Outcome(NamedTuple):
    """Whom a change has moved, whom its undoing has moved, and who was moved and stays where they are."""

    moved: int
    moved_back: int
    stayed: int


async def outcome(tx: Tx, found: TerritoryChange) -> Outcome:
    cursor = await tx.execute(
        """
        SELECT
            count(*) FILTER (WHERE there),
            count(*) FILTER (WHERE back),
            count(*) FILTER (WHERE there AND NOT back)
        FROM (
            SELECT customer_id,
                bool_or(since < coalesce(%(undo)s::timestamptz, 'infinity')) AS there,
                bool_or(since >= coalesce(%(undo)s::timestamptz, 'infinity')) AS back
            FROM homes
            WHERE change_id = %(id)s
            GROUP BY customer_id
        ) h
        """,
        {"undo": found.undo_began_at, "id": found.id},
    )
    counted = await cursor.fetchone()
    assert counted is not None
    moved, back, stayed = counted
    return Outcome(moved, back, stayed if found.undo_began_at else 0)
