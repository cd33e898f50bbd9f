"""All SQL of the board: who waits, whose promise is at risk, who asks without help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coterie.board.model import Need
from coterie.kit.db import Tx, rows, value


async def waits(tx: Tx, community_id: str, limit: int) -> list[Need]:
    """Who waits in the queue, the one whose channel's promise ends first first."""
    return await rows(
        tx,
        Need,
        """
        SELECT 'wait' AS kind, e.id, e.answer_by AS due_at, e.waiting_since AS since, e.thread_id, e.case_id,
            c.id AS customer_id, c.name AS customer, k.owner_id AS person_id, coalesce(a.name, '') AS person,
            e.channel AS text, false AS over, count(*) OVER () AS many, e.time_given AS told_at
        FROM episodes e
        JOIN cases k ON k.id = e.case_id
        JOIN customers c ON c.id = k.customer_id
        LEFT JOIN accounts a ON a.id = k.owner_id
        WHERE e.community_id = %s AND e.state = 'queued'
        ORDER BY e.answer_by, e.waiting_since, e.id
        LIMIT %s
        """,
        [community_id, limit],
    )


async def promises(tx: Tx, community_id: str, until: datetime, limit: int) -> list[Need]:
    """Promises that nobody has kept, on open cases: broken ones, and those warned of or due by then."""
    return await rows(
        tx,
        Need,
        """
        SELECT 'promise' AS kind, p.id, p.due_at, p.made_at AS since, p.thread_id, p.case_id,
            c.id AS customer_id, c.name AS customer, p.expert_id AS person_id, coalesce(a.name, '') AS person,
            p.text, p.broken_at IS NOT NULL AS over, count(*) OVER () AS many
        FROM cases k
        JOIN promises p ON p.case_id = k.id
        JOIN customers c ON c.id = k.customer_id
        LEFT JOIN accounts a ON a.id = p.expert_id
        WHERE k.community_id = %s AND k.state = 'open' AND p.kept_at IS NULL
          AND (p.due_at <= %s OR p.warned_at IS NOT NULL)
        ORDER BY p.due_at, p.made_at, p.id
        LIMIT %s
        """,
        [community_id, until, limit],
    )


async def asks(tx: Tx, community_id: str, since: datetime, limit: int) -> list[Need]:
    """Asks on open cases that nobody has taken up; and those since then that nobody was left to put to, unless asked again."""
    return await rows(
        tx,
        Need,
        """
        SELECT 'ask' AS kind, q.id, coalesce(q.ended_at, q.step_ends_at, q.at) AS due_at, q.at AS since,
            k.thread_id, q.case_id, c.id AS customer_id, c.name AS customer, q.asked_by AS person_id,
            coalesce(a.name, '') AS person, CASE WHEN q.text = '' THEN q.topic ELSE q.text END AS text,
            q.state = 'unanswered' AS over, count(*) OVER () AS many
        FROM asks q
        JOIN cases k ON k.id = q.case_id
        JOIN customers c ON c.id = k.customer_id
        LEFT JOIN accounts a ON a.id = q.asked_by
        WHERE q.community_id = %s AND k.state = 'open'
          AND ((q.ended_at IS NULL AND q.state = 'open') OR (q.state = 'unanswered' AND q.at > %s
                   AND NOT EXISTS (SELECT FROM asks l WHERE l.case_id = q.case_id AND l.at > q.at)))
        ORDER BY due_at, q.at, q.id
        LIMIT %s
        """,
        [community_id, since, limit],
    )


async def customers(tx: Tx, community_id: str) -> int:
    """How many threads this community is the home of: one for each customer who ever wrote."""
    found: int = await value(
        tx, "SELECT count(*) FROM threads WHERE community_id = %s", [community_id]
    )
    return found


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait in a community, and since when who waits longest."""

    community_id: str
    waiting: int
    longest: datetime


async def queues(tx: Tx, community_ids: Sequence[str]) -> list[Queue]:
    """Only communities where somebody waits."""
    return await rows(
        tx,
        Queue,
        """
        SELECT community_id, count(*) AS waiting, min(waiting_since) AS longest
        FROM episodes
        WHERE state = 'queued' AND community_id = ANY(%s::uuid[])
        GROUP BY community_id
        """,
        [list(community_ids)],
    )
