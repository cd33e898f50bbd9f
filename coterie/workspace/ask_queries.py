"""SQL of what stands around an ask: whose case it is about, what the helper knows, what the team can be asked."""

from collections.abc import Sequence
from datetime import datetime

from coterie.kit.db import Tx, rows, value
from coterie.workspace.model import Around


async def around(tx: Tx, ask_ids: Sequence[str]) -> list[Around]:
    return await rows(
        tx,
        Around,
        """
        SELECT a.id AS ask_id, c.id AS customer_id, c.name AS customer, k.title, k.owner_id,
            coalesce(s.level, 0) AS skill,
            (
                SELECT count(*)
                FROM asks h
                WHERE h.community_id = a.community_id AND h.topic = a.topic AND h.answered_at IS NOT NULL
                  AND h.answered_by = a.answered_by
            ) AS answers
        FROM asks a
        JOIN cases k ON k.id = a.case_id
        JOIN customers c ON c.id = k.customer_id
        LEFT JOIN skills s ON s.expert_id = a.answered_by AND s.skill = a.topic
        WHERE a.id = ANY(%s::uuid[])
        """,
        [list(ask_ids)],
    )


async def topics(tx: Tx, community_id: str) -> list[str]:
    """What members of a community have skills in, by name."""
    cursor = await tx.execute(
        """
        SELECT DISTINCT s.skill
        FROM memberships m
        JOIN skills s ON s.expert_id = m.expert_id
        WHERE m.community_id = %s AND m.until IS NULL
        ORDER BY s.skill
        """,
        [community_id],
    )
    return [skill for (skill,) in await cursor.fetchall()]


async def usual_help_s(tx: Tx, community_id: str, since: datetime, fewest: int) -> float | None:
    """The median time to an answer, in seconds; None below so many answers, since they say nothing."""
    found: float | None = await value(
        tx,
        """
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - at))::float8
        FROM asks
        WHERE community_id = %s AND answered_at > %s
        HAVING count(*) >= %s
        """,
        [community_id, since, fewest],
    )
    return found
