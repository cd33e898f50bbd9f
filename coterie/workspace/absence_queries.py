"""SQL of the expert's screen about absences: who handed what to whom, who is covered, what was done meanwhile."""

from coterie.communities.model import Absence
from coterie.kit.db import Tx, row, rows
from coterie.workspace.model import Covered, Handed, Meanwhile


async def handed(tx: Tx, case_id: str) -> Handed | None:
    """How the owner of a case came to own it, where it was handed to them."""
    return await row(
        tx,
        Handed,
        """
        SELECT h.id, h.from_id AS giver_id, g.name AS giver, h.to_id AS taker_id, t.name AS taker, h.reason,
            h.brief, h.at, h.read_at, a.why AS absent_for, a.ends_at AS returns_at
        FROM handovers h
        JOIN cases k ON k.id = h.case_id AND k.owner_id = h.to_id
        JOIN accounts g ON g.id = h.from_id
        JOIN accounts t ON t.id = h.to_id
        LEFT JOIN absences a ON a.id = h.absence_id AND a.ended_at IS NULL
        WHERE h.case_id = %s AND h.returned_at IS NULL AND k.state <> 'closed'
        ORDER BY h.at DESC, h.id DESC
        LIMIT 1
        """,
        [case_id],
    )


async def covered(tx: Tx, expert_id: str) -> Covered | None:
    """The absence that somebody is in now."""
    return await row(
        tx,
        Covered,
        """
        SELECT why, ends_at AS until
        FROM absences
        WHERE expert_id = %s AND begun_at IS NOT NULL AND ended_at IS NULL
        """,
        [expert_id],
    )


async def meanwhile(tx: Tx, absence: Absence, limit: int = 30) -> list[Meanwhile]:
    """What happened during an absence on the cases of who was absent: theirs now, or handed over for it."""
    return await rows(
        tx,
        Meanwhile,
        """
        SELECT k.thread_id, c.id AS customer_id, c.name AS customer, k.title, k.state,
            m.written, m.answered, m.by, r.how, o.name AS owner
        FROM cases k
        JOIN customers c ON c.id = k.customer_id
        LEFT JOIN accounts o ON o.id = k.owner_id AND o.id <> %(expert)s
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE m.kind = 'customer') AS written,
                count(*) FILTER (WHERE m.kind = 'reply') AS answered,
                coalesce(array_agg(DISTINCT a.name) FILTER (WHERE m.kind <> 'customer'), '{}') AS by,
                max(m.at) AS last_at
            FROM messages m
            LEFT JOIN accounts a ON a.id = m.author_id
            WHERE m.case_id = k.id AND m.at > %(since)s AND m.at <= %(until)s
              AND m.author_id IS DISTINCT FROM %(expert)s
        ) m
        LEFT JOIN LATERAL (
            SELECT s.how, s.at
            FROM resolutions s
            WHERE s.case_id = k.id AND s.undone_at IS NULL AND s.at > %(since)s AND s.at <= %(until)s
        ) r ON true
        WHERE k.community_id = %(community)s
          AND (k.owner_id = %(expert)s OR k.id IN (
              SELECT case_id FROM handovers WHERE absence_id = %(absence)s AND from_id = %(expert)s))
          AND (m.last_at IS NOT NULL OR r.at IS NOT NULL)
        ORDER BY greatest(m.last_at, r.at) DESC
        LIMIT %(limit)s
        """,
        {
            "expert": absence.expert_id,
            "community": absence.community_id,
            "absence": absence.id,
            "since": absence.begun_at,
            "until": absence.ended_at,
            "limit": limit,
        },
    )
