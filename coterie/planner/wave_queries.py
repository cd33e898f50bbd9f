"""All SQL of waves in the live system: which were applied, and how many work in a community."""

from collections.abc import Mapping, Sequence

from coterie.kit.db import Tx, execute, rows, value
from coterie.planner.model import AppliedWave, Left


async def applied(tx: Tx, plan_id: str) -> list[AppliedWave]:
    """The latest first."""
    return await rows(
        tx,
        AppliedWave,
        """
        SELECT change_id, plan_id, wave, targets, founded, applied_at, applied_by
        FROM plan_waves
        WHERE plan_id = %s
        ORDER BY applied_at DESC, change_id DESC
        """,
        [plan_id],
    )


async def add_applied(tx: Tx, made: AppliedWave) -> None:
    await execute(
        tx,
        """
        INSERT INTO plan_waves (change_id, plan_id, wave, targets, founded, applied_at, applied_by)
        VALUES (%s, %s, %s, %s, %s::uuid[], %s, %s)
        """,
        [
            made.change_id, made.plan_id, made.wave, dict(made.targets), made.founded, made.applied_at,
            made.applied_by,
        ],
    )  # fmt: skip


async def holders(tx: Tx, areas: Sequence[str]) -> Mapping[str, str | None]:
    """Each of these areas that Coterie knows, with the community that it belongs to now."""
    found = await tx.execute(
        """
        SELECT a.area, t.community_id
        FROM areas a
        LEFT JOIN territories t ON t.area = a.area AND t.until IS NULL
        WHERE a.area = ANY(%s)
        """,
        [list(areas)],
    )
    return dict(await found.fetchall())


async def experts(tx: Tx) -> Mapping[str, int]:
    """How many experts each community has now."""
    found = await tx.execute(
        "SELECT community_id, count(*) FROM memberships WHERE until IS NULL AND role = 'expert' GROUP BY community_id"
    )
    return {community: int(many) for community, many in await found.fetchall()}


async def left(tx: Tx) -> list[Left]:
    """Communities that undone waves had founded and that nobody uses: nobody's home, workplace, buddy, or place of a case."""
    return await rows(
        tx,
        Left,
        """
        SELECT DISTINCT ON (c.id) c.id, t.undone_by AS by_id
        FROM plan_waves w
        JOIN territory_changes t ON t.id = w.change_id AND t.undone_at IS NOT NULL
        CROSS JOIN unnest(w.founded) AS f (id)
        JOIN communities c ON c.id = f.id
        WHERE c.closed_at IS NULL
          AND NOT c.catch_all
          AND NOT EXISTS (SELECT FROM customers u WHERE c.id IN (u.community_id, u.pin_id))
          AND NOT EXISTS (SELECT FROM memberships m WHERE m.community_id = c.id AND m.until IS NULL)
          AND NOT EXISTS (SELECT FROM territories h WHERE h.community_id = c.id AND h.until IS NULL)
          AND NOT EXISTS (SELECT FROM cases k WHERE k.community_id = c.id AND k.state <> 'closed')
          AND NOT EXISTS (
              SELECT
              FROM communities b
              WHERE b.buddy_id = c.id AND b.closed_at IS NULL AND b.id <> ALL(w.founded)
          )
          AND NOT EXISTS (
              SELECT
              FROM territory_change_areas v
              JOIN territory_changes o ON o.id = v.change_id
              WHERE v.to_id = c.id AND o.done_at IS NULL AND o.cancelled_at IS NULL
          )
        ORDER BY c.id, t.undone_at DESC
        """,
    )


async def is_applied(tx: Tx, plan_id: str, wave: int) -> bool:
    """Whether this wave was applied, and that was neither undone nor given up."""
    return bool(
        await value(
            tx,
            """
            SELECT EXISTS (
                SELECT
                FROM plan_waves w
                JOIN territory_changes c ON c.id = w.change_id
                WHERE w.plan_id = %s AND w.wave = %s AND c.undone_at IS NULL AND c.cancelled_at IS NULL
            )
            """,
            [plan_id, wave],
        )
    )
