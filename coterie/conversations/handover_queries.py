"""All SQL of handovers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from coterie.conversations.model import Handover, Held, Taker
from coterie.kit.db import Tx, execute, row, rows, value

HANDOVER = """
    SELECT id, case_id, community_id, from_id, to_id, by_id, brief, at, returned_at, reason, absence_id, read_at
    FROM handovers
"""


async def add_handover(tx: Tx, made: Handover) -> None:
    await execute(
        tx,
        """
        INSERT INTO handovers (
            id, case_id, community_id, from_id, to_id, by_id, brief, at, reason, absence_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            made.id, made.case_id, made.community_id, made.from_id, made.to_id, made.by_id, made.brief,
            made.at, made.reason, made.absence_id,
        ],
    )  # fmt: skip


async def end_handovers(tx: Tx, now: datetime, handover_ids: Sequence[str]) -> None:
    """These have come back."""
    await execute(
        tx,
        "UPDATE handovers SET returned_at = %s WHERE id = ANY(%s::uuid[])",
        [now, list(handover_ids)],
    )


async def note_read(tx: Tx, now: datetime, handover_id: str) -> None:
    await execute(tx, "UPDATE handovers SET read_at = %s WHERE id = %s", [now, handover_id])


async def go_on_under(tx: Tx, absence_id: str, following_id: str) -> None:
    """What was handed over for one absence returns after the next."""
    await execute(
        tx,
        "UPDATE handovers SET absence_id = %s WHERE absence_id = %s AND returned_at IS NULL",
        [following_id, absence_id],
    )


async def standing(tx: Tx, case_id: str) -> Handover | None:
    """The last handover of a case that has not come back."""
    return await row(
        tx,
        Handover,
        HANDOVER + "WHERE case_id = %s AND returned_at IS NULL ORDER BY at DESC, id DESC LIMIT 1",
        [case_id],
    )


async def all_standing(tx: Tx, case_id: str) -> list[Handover]:
    """Every handover of a case that has not come back, in order."""
    return await rows(
        tx,
        Handover,
        HANDOVER + "WHERE case_id = %s AND returned_at IS NULL ORDER BY at, id",
        [case_id],
    )


async def handover(tx: Tx, handover_id: str) -> Handover | None:
    return await row(tx, Handover, HANDOVER + "WHERE id = %s", [handover_id])


async def handed_for(tx: Tx, absence_id: str) -> list[str]:
    """The cases that were handed over for an absence and have not come back."""
    cursor = await tx.execute(
        """
        SELECT DISTINCT case_id
        FROM handovers
        WHERE absence_id = %s AND returned_at IS NULL
        ORDER BY case_id
        """,
        [absence_id],
    )
    return [case_id for (case_id,) in await cursor.fetchall()]


async def handovers_of_thread(tx: Tx, thread_id: str) -> list[Handover]:
    return await rows(
        tx,
        Handover,
        """
        SELECT h.id, h.case_id, h.community_id, h.from_id, h.to_id, h.by_id, h.brief, h.at, h.returned_at,
            h.reason, h.absence_id, h.read_at
        FROM handovers h
        JOIN cases k ON k.id = h.case_id
        WHERE k.thread_id = %s
        ORDER BY h.at, h.id
        """,
        [thread_id],
    )


async def held_by(tx: Tx, community_id: str, expert_id: str) -> list[Held]:
    """What somebody owns that is open or in watch, the longest owned first."""
    return await rows(
        tx,
        Held,
        """
        SELECT k.id AS case_id, k.thread_id, c.name AS customer, k.title, k.state, k.topic, c.language
        FROM cases k
        JOIN customers c ON c.id = k.customer_id
        WHERE k.community_id = %s AND k.owner_id = %s AND k.state <> 'closed'
        ORDER BY k.owned_at, k.id
        """,
        [community_id, expert_id],
    )


async def takers(
    tx: Tx, community_id: str, but_id: str, at: datetime, until: datetime
) -> list[Taker]:
    """The other members of a community, with what they own and whether they are absent for long then, or will be."""
    return await rows(
        tx,
        Taker,
        """
        SELECT m.expert_id AS id, a.name, m.role, x.languages,
            coalesce(
                (SELECT jsonb_object_agg(s.skill, s.level) FROM skills s WHERE s.expert_id = x.id), '{}'
            ) AS skills,
            (SELECT count(*) FROM cases k
             WHERE k.community_id = m.community_id AND k.owner_id = m.expert_id AND k.state <> 'closed') AS owned,
            EXISTS (
                SELECT FROM absences b
                WHERE b.expert_id = m.expert_id AND b.ended_at IS NULL AND b.cancelled_at IS NULL
                  AND b.hands_over AND b.starts_at <= %(at)s AND b.ends_at > %(at)s
            ) AS away,
            EXISTS (
                SELECT FROM absences b
                WHERE b.expert_id = m.expert_id AND b.ended_at IS NULL AND b.cancelled_at IS NULL
                  AND b.hands_over AND b.starts_at > %(at)s AND b.starts_at < %(until)s
            ) AS goes
        FROM memberships m
        JOIN accounts a ON a.id = m.expert_id
        JOIN experts x ON x.id = m.expert_id
        WHERE m.community_id = %(community)s AND m.until IS NULL AND m.expert_id <> %(but)s
        ORDER BY m.expert_id
        """,
        {"community": community_id, "but": but_id, "at": at, "until": until},
    )


async def long_away(tx: Tx, now: datetime, expert_id: str) -> datetime | None:
    """Until when somebody is absent whose cases are with others; None where they are not."""
    found: datetime | None = await value(
        tx,
        """
        SELECT max(ends_at)
        FROM absences
        WHERE expert_id = %s AND ended_at IS NULL AND cancelled_at IS NULL AND hands_over
          AND starts_at <= %s AND ends_at > %s
        """,
        [expert_id, now, now],
    )
    return found


async def last_note(tx: Tx, case_id: str) -> str:
    found: str | None = await value(
        tx,
        """
        SELECT text
        FROM messages
        WHERE case_id = %s AND kind = 'note'
        ORDER BY number DESC
        LIMIT 1
        """,
        [case_id],
    )
    return found or ""


async def keep_briefs(tx: Tx, absence_id: str, briefs: Mapping[str, str]) -> None:
    """What was written for whoever takes these cases over."""
    await execute(
        tx,
        """
        INSERT INTO briefs (absence_id, case_id, text)
        SELECT %s, case_id, text
        FROM unnest(%s::uuid[], %s::text[]) AS b (case_id, text)
        """,
        [absence_id, list(briefs), list(briefs.values())],
    )


async def brief_for(tx: Tx, absence_id: str, case_id: str) -> str:
    found: str | None = await value(
        tx,
        "SELECT text FROM briefs WHERE absence_id = %s AND case_id = %s",
        [absence_id, case_id],
    )
    return found or ""


async def left_behind(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, absence) of those for whom cases change hands, but who own some while somebody could take them."""
    cursor = await tx.execute(
        """
        SELECT a.community_id, a.id
        FROM absences a
        WHERE a.begun_at IS NOT NULL AND a.ended_at IS NULL AND a.hands_over AND a.ends_at > %(now)s
          AND EXISTS (
              SELECT FROM cases k
              WHERE k.community_id = a.community_id AND k.owner_id = a.expert_id AND k.state <> 'closed')
          AND EXISTS (
              SELECT FROM memberships m
              WHERE m.community_id = a.community_id AND m.until IS NULL AND m.expert_id <> a.expert_id
                AND NOT EXISTS (
                    SELECT FROM absences b
                    WHERE b.expert_id = m.expert_id AND b.ended_at IS NULL AND b.cancelled_at IS NULL
                      AND b.hands_over AND b.starts_at <= %(now)s AND b.ends_at > %(now)s))
        LIMIT %(limit)s
        """,
        {"now": now, "limit": limit},
    )
    return await cursor.fetchall()
