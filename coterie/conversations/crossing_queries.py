"""All SQL of crossings: who of another community serves a case for a while."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import TypeAlias

from coterie.conversations.model import Crossing, CrossingKind
from coterie.kit.db import Tx, execute, row, rows, value

COLUMNS = [each.name for each in fields(Crossing)]
CROSSING = """
    SELECT id, kind, case_id, thread_id, episode_id, community_id, to_id, expert_id, reason, by_id,
        started_at, ends_at, ended_at, ended_why
    FROM crossings
"""
Place: TypeAlias = tuple[datetime, str]
"""A place in the ledger: started at, the crossing's id."""


async def crossing(tx: Tx, crossing_id: str) -> Crossing | None:
    return await row(tx, Crossing, CROSSING + "WHERE id = %s", [crossing_id])


async def running(tx: Tx, case_id: str) -> list[Crossing]:
    """What crosses the boundary for a case now: an overflow before a special care."""
    return await rows(
        tx, Crossing, CROSSING + "WHERE case_id = %s AND ended_at IS NULL ORDER BY kind", [case_id]
    )


async def running_of_kind(tx: Tx, case_id: str, kind: CrossingKind) -> Crossing | None:
    return await row(
        tx,
        Crossing,
        CROSSING + "WHERE case_id = %s AND kind = %s AND ended_at IS NULL",
        [case_id, kind],
    )


async def running_of_guest(tx: Tx, expert_id: str) -> list[Crossing]:
    return await rows(
        tx,
        Crossing,
        CROSSING + "WHERE expert_id = %s AND ended_at IS NULL ORDER BY started_at, id",
        [expert_id],
    )


async def running_of_customer(tx: Tx, customer_id: str) -> list[Crossing]:
    return await rows(
        tx,
        Crossing,
        CROSSING
        + """
        WHERE ended_at IS NULL
          AND EXISTS (SELECT FROM threads t WHERE t.id = thread_id AND t.customer_id = %s)
        ORDER BY started_at, id
        """,
        [customer_id],
    )


async def crossings_of_thread(tx: Tx, thread_id: str) -> list[Crossing]:
    return await rows(
        tx, Crossing, CROSSING + "WHERE thread_id = %s ORDER BY started_at, id", [thread_id]
    )


async def serves(tx: Tx, case_id: str, expert_id: str) -> bool:
    """Whether somebody is a guest on this case now."""
    return bool(
        await value(
            tx,
            "SELECT true FROM crossings WHERE case_id = %s AND expert_id = %s AND ended_at IS NULL LIMIT 1",
            [case_id, expert_id],
        )
    )


async def serves_thread(tx: Tx, thread_id: str, expert_id: str) -> bool:
    """Whether somebody is a guest in this thread now."""
    return bool(
        await value(
            tx,
            "SELECT true FROM crossings WHERE thread_id = %s AND expert_id = %s AND ended_at IS NULL LIMIT 1",
            [thread_id, expert_id],
        )
    )


async def threads_of_guests(tx: Tx, to_id: str) -> set[str]:
    """The threads in which members of a community are guests now."""
    cursor = await tx.execute(
        "SELECT thread_id FROM crossings WHERE to_id = %s AND ended_at IS NULL", [to_id]
    )
    return {thread_id for (thread_id,) in await cursor.fetchall()}


async def served_since(tx: Tx, expert_id: str, stream_id: str, after: int) -> bool:
    """Whether somebody is a guest now, or was one since this event of a stream."""
    return bool(
        await value(
            tx,
            """
            SELECT EXISTS (SELECT FROM crossings WHERE expert_id = %(expert)s AND ended_at IS NULL)
                OR EXISTS (
                    SELECT FROM crossings
                    WHERE expert_id = %(expert)s AND ended_at >= coalesce(
                        (SELECT at FROM events WHERE stream_id = %(stream)s AND number = %(after)s), '-infinity'
                    )
                )
            """,
            {"expert": expert_id, "stream": stream_id, "after": after},
        )
    )


async def customers_of(tx: Tx, thread_ids: Sequence[str]) -> dict[str, str]:
    """The customers' names by thread."""
    cursor = await tx.execute(
        """
        SELECT t.id, c.name
        FROM threads t
        JOIN customers c ON c.id = t.customer_id
        WHERE t.id = ANY(%s::uuid[])
        """,
        [list(thread_ids)],
    )
    return dict(await cursor.fetchall())


async def guest_of(tx: Tx, crossing: Crossing) -> tuple[bool, bool]:
    """Whether the guest of a crossing is still a member of their community, and whether they are present."""
    cursor = await tx.execute(
        """
        SELECT m.until IS NULL, coalesce(p.state = 'present', false)
        FROM memberships m
        LEFT JOIN presence p ON p.expert_id = m.expert_id
        WHERE m.community_id = %s AND m.expert_id = %s
        """,
        [crossing.to_id, crossing.expert_id],
    )
    found: tuple[bool, bool] = await cursor.fetchone() or (False, False)
    return found


async def ledger(
    tx: Tx,
    community_id: str,
    since: datetime,
    until: datetime,
    limit: int,
    after: Place | None = None,
) -> list[Crossing]:
    """What crossed a community's boundary in a time, the latest first, after a place."""
    started_at, crossing_id = after or (None, None)
    return await rows(
        tx,
        Crossing,
        CROSSING
        + """
        WHERE community_id = %(community)s AND started_at >= %(since)s AND started_at < %(until)s
          AND (%(first)s OR (started_at, id) < (%(started_at)s::timestamptz, %(id)s::uuid))
        ORDER BY started_at DESC, id DESC
        LIMIT %(limit)s
        """,
        {
            "community": community_id,
            "since": since,
            "until": until,
            "first": after is None,
            "started_at": started_at,
            "id": crossing_id,
            "limit": limit,
        },
    )


async def add_crossing(tx: Tx, new: Crossing) -> None:
    await execute(
        tx,
        """
        INSERT INTO crossings (
            id, kind, case_id, thread_id, episode_id, community_id, to_id, expert_id, reason, by_id,
            started_at, ends_at, ended_at, ended_why)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [getattr(new, name) for name in COLUMNS],
    )


async def end_crossing(tx: Tx, now: datetime, crossing_id: str, why: str) -> None:
    await execute(
        tx,
        "UPDATE crossings SET ended_at = %s, ended_why = %s WHERE id = %s",
        [now, why, crossing_id],
    )


# Timers


async def due_end(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, crossing) of those whose end has come."""
    cursor = await tx.execute(
        """
        SELECT community_id, id
        FROM crossings
        WHERE ended_at IS NULL AND ends_at <= %s
        ORDER BY ends_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()


async def without_guest(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, crossing) of those whose guest is gone: for now, or for good."""
    cursor = await tx.execute(
        """
        SELECT x.community_id, x.id
        FROM crossings x
        JOIN memberships m ON m.community_id = x.to_id AND m.expert_id = x.expert_id
        LEFT JOIN presence p ON p.expert_id = x.expert_id
        LEFT JOIN episodes e
            ON e.case_id = x.case_id AND e.guest_id = x.expert_id AND e.state = 'attended'
        WHERE x.ended_at IS NULL AND x.started_at <= %s
          AND (m.until IS NOT NULL
               OR (p.state IS DISTINCT FROM 'present' AND (x.kind = 'overflow' OR e.id IS NOT NULL)))
        ORDER BY x.started_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()


# The manager's warning


async def share(tx: Tx, community_id: str, since: datetime) -> tuple[int, int]:
    """Of the episodes that began since then: how many, and how many the buddy has served."""
    cursor = await tx.execute(
        """
        SELECT count(*),
            count(*) FILTER (WHERE EXISTS (SELECT FROM crossings x WHERE x.episode_id = e.id))
        FROM episodes e
        WHERE e.community_id = %s AND e.opened_at > %s
        """,
        [community_id, since],
    )
    found: tuple[int, int] = await cursor.fetchone() or (0, 0)
    return found


async def warned_since(tx: Tx, community_id: str, since: datetime) -> tuple[int, int] | None:
    """The last warning since then: (episodes, of them overflowed)."""
    cursor = await tx.execute(
        """
        SELECT episodes, overflowed
        FROM overflow_warnings
        WHERE community_id = %s AND at > %s
        ORDER BY at DESC
        LIMIT 1
        """,
        [community_id, since],
    )
    found: tuple[int, int] | None = await cursor.fetchone()
    return found


async def add_warning(
    tx: Tx, now: datetime, community_id: str, episodes: int, overflowed: int
) -> None:
    await execute(
        tx,
        "INSERT INTO overflow_warnings (community_id, at, episodes, overflowed) VALUES (%s, %s, %s, %s)",
        [community_id, now, episodes, overflowed],
    )
