"""SQL of the expert's screen: lists, threads, turns, files. It reads what the slices below wrote.

What is known about a customer is in `customer_queries.py`.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from coterie.kit.db import Asked, Tx, execute, row, value
from coterie.kit.ids import new_id
from coterie.workspace.model import (
    Content,
    File,
    Load,
    Matter,
    Me,
    ThreadView,
    Turn,
)


async def me(tx: Tx, account_id: str) -> Me | None:
    """The expert behind an account, in the community they are a member of now."""
    return await row(
        tx,
        Me,
        """
        SELECT a.id, a.name, k.id AS community_id, k.name AS community, k.hue,
               coalesce(a.zone, s.zone, k.zone) AS zone, coalesce(p.state, 'off') AS presence, a.preferences,
               (SELECT b.ends_at FROM absences b
                WHERE b.expert_id = a.id AND b.begun_at IS NOT NULL AND b.ended_at IS NULL) AS absent_until
        FROM accounts a
        JOIN memberships m ON m.expert_id = a.id AND m.until IS NULL
        JOIN communities k ON k.id = m.community_id
        LEFT JOIN sites s ON s.id = k.site_id
        LEFT JOIN presence p ON p.expert_id = a.id
        WHERE a.id = %s
        """,
        [account_id],
    )


async def mine(tx: Tx, community_id: str, expert_id: str) -> list[str]:
    """The threads of somebody's customers: they own an open or watched case of it, or attend it now; and as a guest."""
    cursor = await tx.execute(
        """
        SELECT thread_id
        FROM cases
        WHERE community_id = %(community)s AND owner_id = %(expert)s AND state <> 'closed'
        UNION
        SELECT thread_id
        FROM episodes
        WHERE community_id = %(community)s AND attending_id = %(expert)s AND state = 'attended'
        UNION
        SELECT thread_id
        FROM crossings
        WHERE expert_id = %(expert)s AND ended_at IS NULL
        """,
        {"community": community_id, "expert": expert_id},
    )
    return [thread_id for (thread_id,) in await cursor.fetchall()]


async def threads_of(tx: Tx, customer_ids: Sequence[str]) -> list[str]:
    cursor = await tx.execute(
        "SELECT id FROM threads WHERE customer_id = ANY(%s::uuid[])", [list(customer_ids)]
    )
    return [thread_id for (thread_id,) in await cursor.fetchall()]


async def waiting(tx: Tx, community_id: str, limit: int = 200) -> list[str]:
    """The threads in which somebody waits on this community, the most urgent first."""
    cursor = await tx.execute(
        """
        SELECT thread_id
        FROM episodes
        WHERE community_id = %s AND state IN ('queued', 'attended')
        GROUP BY thread_id
        ORDER BY min(coalesce(time_given, answer_by))
        LIMIT %s
        """,
        [community_id, limit],
    )
    return [thread_id for (thread_id,) in await cursor.fetchall()]


async def count_waiting(tx: Tx, community_id: str) -> int:
    found: int = await value(
        tx,
        """
        SELECT count(DISTINCT thread_id)
        FROM episodes
        WHERE community_id = %s AND state IN ('queued', 'attended')
        """,
        [community_id],
    )
    return found


async def lately(tx: Tx, community_id: str, before: datetime | None, limit: int) -> list[str]:
    """The threads of a community's customers, and those in which a case of it runs off; spoken in last first."""
    cursor = await tx.execute(
        """
        SELECT id
        FROM (
            SELECT id, last_at
            FROM threads
            WHERE community_id = %(community)s
            UNION
            SELECT t.id, t.last_at
            FROM cases c
            JOIN threads t ON t.id = c.thread_id AND t.community_id <> c.community_id
            WHERE c.community_id = %(community)s AND c.state <> 'closed'
        ) theirs
        WHERE last_at < coalesce(%(before)s::timestamptz, 'infinity')
        ORDER BY last_at DESC
        LIMIT %(limit)s
        """,
        {"community": community_id, "before": before, "limit": limit},
    )
    return [thread_id for (thread_id,) in await cursor.fetchall()]


async def search(tx: Tx, community_id: str, words: str, limit: int = 50) -> list[str]:
    """Threads by the beginning of a name, or by a whole identity (phone, e-mail, ref)."""
    cursor = await tx.execute(
        """
        SELECT t.id
        FROM customers c
        JOIN threads t ON t.customer_id = c.id
        WHERE lower(c.name) LIKE %(start)s AND (c.community_id = %(community)s OR EXISTS (
            SELECT FROM cases k
            WHERE k.thread_id = t.id AND k.community_id = %(community)s AND k.state <> 'closed'))
        UNION
        SELECT t.id
        FROM identities i
        JOIN customers c ON c.id = i.customer_id
        JOIN threads t ON t.customer_id = c.id
        WHERE i.value = ANY(%(values)s) AND (c.community_id = %(community)s OR EXISTS (
            SELECT FROM cases k
            WHERE k.thread_id = t.id AND k.community_id = %(community)s AND k.state <> 'closed'))
        LIMIT %(limit)s
        """,
        {
            "community": community_id,
            "start": like_start(words.lower()),
            "values": [words, words.lower(), words.replace(" ", "")],
            "limit": limit,
        },
    )
    return [thread_id for (thread_id,) in await cursor.fetchall()]


def like_start(words: str) -> str:
    for special in ("\\", "%", "_"):
        words = words.replace(special, "\\" + special)
    return words + "%"


async def views(tx: Tx, thread_ids: Sequence[str]) -> list[ThreadView]:
    """These threads with their open and watched cases."""
    return await read_views(await ask_views(tx, thread_ids))


async def ask_views(tx: Tx, thread_ids: Sequence[str]) -> Asked:
    """One statement, however many threads."""
    return await tx.execute(
        """
        SELECT t.id, t.customer_id, c.name, t.community_id, t.last_number, t.last_at,
               (SELECT count(*) FROM messages u
                WHERE u.thread_id = t.id AND u.number > t.our_read AND u.kind = 'customer'),
               m.kind, m.text, m.channel, m.author_id, w.name,
               k.id, k.title, k.state, k.owner_id, o.name, k.watch_ends_at, k.opened_at, k.spoken_at,
               e.id, e.state, e.channel, n.id, a.name, e.waiting_since, e.answer_by, e.time_given,
               e.wake_at, e.waits_on, e.turn_at, p.due_at, p.made_at, g.name, h.brief, h.read_at,
               y.name, x.expert_id, q.name, b.name, x.kind, x.reason, x.ends_at,
               k.community_id
        FROM threads t
        JOIN customers c ON c.id = t.customer_id
        LEFT JOIN messages m ON m.thread_id = t.id AND m.number = t.last_number
        LEFT JOIN accounts w ON w.id = m.author_id
        LEFT JOIN cases k ON k.thread_id = t.id AND k.state <> 'closed'
        LEFT JOIN accounts o ON o.id = k.owner_id
        LEFT JOIN episodes e ON e.case_id = k.id AND e.state <> 'quiet'
        LEFT JOIN LATERAL (
            SELECT CASE WHEN e.state = 'attended' THEN coalesce(e.attending_id, e.guest_id) END AS id
        ) n ON true
        LEFT JOIN accounts a ON a.id = n.id
        LEFT JOIN communities y ON y.id = k.community_id
        LEFT JOIN LATERAL (
            SELECT expert_id, to_id, kind, reason, ends_at
            FROM crossings
            WHERE case_id = k.id AND ended_at IS NULL
            ORDER BY kind
            LIMIT 1
        ) x ON true
        LEFT JOIN accounts q ON q.id = x.expert_id
        LEFT JOIN communities b ON b.id = x.to_id
        LEFT JOIN LATERAL (
            SELECT due_at, made_at
            FROM promises
            WHERE case_id = k.id AND kept_at IS NULL
            ORDER BY due_at
            LIMIT 1
        ) p ON true
        LEFT JOIN LATERAL (
            SELECT from_id, to_id, brief, read_at
            FROM handovers
            WHERE case_id = k.id AND returned_at IS NULL
            ORDER BY at DESC, id DESC
            LIMIT 1
        ) h ON h.to_id = k.owner_id
        LEFT JOIN accounts g ON g.id = h.from_id
        WHERE t.id = ANY(%s::uuid[])
        ORDER BY t.id, k.spoken_at DESC
        """,
        [list(thread_ids)],
    )


async def read_views(asked: Asked) -> list[ThreadView]:
    found = await asked.fetchall()
    return [view_of(list(lines)) for _, lines in groupby(found, key=lambda line: line[0])]


THREAD_COLUMNS = 12


def view_of(lines: list[tuple[Any, ...]]) -> ThreadView:
    matters = (line[THREAD_COLUMNS:] for line in lines)
    theirs = tuple(Matter(*matter) for matter in matters if matter[0] is not None)
    return ThreadView(*(*lines[0][:THREAD_COLUMNS], theirs))


async def turns(
    tx: Tx, thread_id: str, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> list[Turn]:
    """A stretch of a thread in its order: the last `limit` below `before`, or the first above `after`."""
    if after is not None:
        numbers = range(after + 1, after + 1 + limit)
    else:
        top = before or (
            await value(tx, "SELECT last_number + 1 FROM threads WHERE id = %s", [thread_id])
        )
        numbers = range(max(1, top - limit), top)
    return await turns_at(tx, [(thread_id, number) for number in numbers])


async def turns_at(tx: Tx, places: Sequence[tuple[str, int]]) -> list[Turn]:
    """These messages, each with what stood before it."""
    return await read_turns(await ask_turns(tx, places))


async def ask_turns(tx: Tx, places: Sequence[tuple[str, int]]) -> Asked:
    """One statement, however many messages and threads."""
    return await tx.execute(
        """
        SELECT m.id, m.thread_id, m.number, m.case_id, m.episode_id, k.title, k.state, m.kind, m.channel,
               c.id, c.name, m.author_id, a.name, m.text, m.at, m.needs_nothing,
               t.customer_delivered >= m.number, t.customer_read >= m.number,
               p.at, p.case_id,
               (SELECT jsonb_agg(jsonb_build_array(f.id, f.name, f.media_type, f.size) ORDER BY f.id)
                FROM attachments f WHERE f.message_id = m.id)
        FROM unnest(%s::uuid[], %s::int[]) AS place (thread_id, number)
        JOIN messages m ON m.thread_id = place.thread_id AND m.number = place.number
        JOIN threads t ON t.id = m.thread_id
        JOIN customers c ON c.id = t.customer_id
        JOIN cases k ON k.id = m.case_id
        LEFT JOIN accounts a ON a.id = m.author_id
        LEFT JOIN messages p ON p.thread_id = m.thread_id AND p.number = m.number - 1
        ORDER BY m.thread_id, m.number
        """,
        [[thread_id for thread_id, _ in places], [number for _, number in places]],
    )


async def read_turns(asked: Asked) -> list[Turn]:
    return [Turn(*(*line[:-1], files_of(line[-1]))) for line in await asked.fetchall()]


def files_of(listed: list[list[Any]] | None) -> tuple[File, ...]:
    return tuple(File(*one) for one in listed or ())


async def last_replies(tx: Tx, thread_id: str, limit: int = 5) -> list[tuple[str, int]]:
    """Where our last replies stand: those whose delivery may have changed."""
    cursor = await tx.execute(
        """
        SELECT thread_id, number
        FROM messages
        WHERE thread_id = %s AND kind = 'reply'
        ORDER BY number DESC
        LIMIT %s
        """,
        [thread_id, limit],
    )
    return [(thread, number) for thread, number in await cursor.fetchall()]


async def places_of(tx: Tx, message_ids: Sequence[str]) -> list[tuple[str, int]]:
    cursor = await tx.execute(
        "SELECT thread_id, number FROM messages WHERE id = ANY(%s::uuid[])", [list(message_ids)]
    )
    return [(thread, number) for thread, number in await cursor.fetchall()]


async def last_number(tx: Tx, thread_id: str) -> int:
    found: int = await value(tx, "SELECT last_number FROM threads WHERE id = %s", [thread_id])
    return found


async def load(
    tx: Tx, community_id: str, expert_id: str, fresh_after: datetime, weight_idle: float
) -> Load:
    """What somebody carries: what they attend and what they answered lately weigh one, the rest less."""
    cursor = await tx.execute(
        """
        SELECT count(*) FILTER (WHERE e.state = 'attended' OR e.turn_at >= %(fresh_after)s),
               count(*) FILTER (WHERE e.state = 'waiting_customer' AND e.turn_at < %(fresh_after)s),
               (SELECT capacity FROM experts WHERE id = %(expert)s)
        FROM episodes e
        WHERE e.guest_id = %(expert)s
           OR (e.community_id = %(community)s
               AND ((e.state = 'attended' AND e.attending_id = %(expert)s)
                    OR (e.state = 'waiting_customer' AND e.served_by = %(expert)s)))
        """,
        {"community": community_id, "expert": expert_id, "fresh_after": fresh_after},
    )
    fresh, warm, capacity = await cursor.fetchone() or (0, 0, None)
    return Load(fresh, warm, capacity or 4, weight_idle)


async def prefer(tx: Tx, account_id: str, preferences: dict[str, object]) -> None:
    """Keep what somebody prefers; what they don't name stays."""
    await execute(
        tx,
        "UPDATE accounts SET preferences = preferences || %s::jsonb WHERE id = %s",
        [preferences, account_id],
    )


async def use_key(tx: Tx, now: datetime, owner_id: str, key: str) -> bool:
    """Take a key for something that is to happen once; False where it was taken before."""
    return bool(
        await execute(
            tx,
            """
            INSERT INTO keys (owner_id, key, body, answer, at)
            VALUES (%s, %s, '', '{}', %s)
            ON CONFLICT DO NOTHING
            """,
            [owner_id, key, now],
        )
    )


async def cursor(tx: Tx, community_id: str) -> int:
    """The number of the community's last event: what a page shows is at least that new."""
    found: int = await value(tx, "SELECT last_number FROM streams WHERE id = %s", [community_id])
    return found


async def found_again(tx: Tx, expert_ids: Sequence[str]) -> None:
    """A browser of theirs is here: whoever was thought lost is not."""
    await execute(
        tx,
        """
        UPDATE presence
        SET lost_at = NULL, seated = true
        WHERE expert_id = ANY(%s::uuid[]) AND (lost_at IS NOT NULL OR NOT seated)
        """,
        [list(expert_ids)],
    )


async def add_attachment(
    tx: Tx, now: datetime, owner_id: str, thread_id: str, name: str, media_type: str, content: bytes
) -> File:
    """Keep a file that is to go with a message not sent yet."""
    id_ = new_id()
    await execute(
        tx,
        """
        INSERT INTO attachments (id, thread_id, owner_id, name, media_type, size, bytes, at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [id_, thread_id, owner_id, name, media_type, len(content), content, now],
    )
    return File(id_, name, media_type, len(content))


async def content(tx: Tx, attachment_id: str) -> Content | None:
    return await row(
        tx,
        Content,
        """
        SELECT f.name, f.media_type, f.bytes, f.owner_id, coalesce(m.thread_id, f.thread_id) AS thread_id
        FROM attachments f
        LEFT JOIN messages m ON m.id = f.message_id
        WHERE f.id = %s
        """,
        [attachment_id],
    )
