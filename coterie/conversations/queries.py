"""All SQL of threads, cases, episodes and messages. What a batch writes is written in sets, one statement a table."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.types.json import Json

from coterie.conversations.model import Case, CaseFile, Episode, Incoming, Message, Thread
from coterie.kit.db import Asked, Tx, execute, row, rows, value


class Writer(NamedTuple):
    """Who wrote the item at `place` of a batch, with their thread where they have one."""

    place: int
    customer_id: str
    home_id: str
    thread_id: str | None
    last_number: int


async def known_keys(tx: Tx, wanted: Sequence[Incoming]) -> Asked:
    """Which of these idempotency keys have been used: (owner, key, body, answer)."""
    return await tx.execute(
        """
        SELECT k.owner_id, k.key, k.body, k.answer
        FROM json_to_recordset(%s) AS n (owner_id uuid, key text)
        JOIN keys k ON k.owner_id = n.owner_id AND k.key = n.key
        """,
        [Json([{"owner_id": each.key_owner, "key": each.key} for each in wanted])],
    )


async def add_keys(tx: Tx, now: datetime, keys: Sequence[tuple[Incoming, dict[str, Any]]]) -> None:
    await tx.execute(
        """
        INSERT INTO keys (owner_id, key, body, answer, at)
        SELECT n.owner_id, n.key, decode(n.body, 'hex'), n.answer, %s
        FROM json_to_recordset(%s) AS n (owner_id uuid, key text, body text, answer jsonb)
        """,
        [
            now,
            Json(
                [
                    {
                        "owner_id": it.key_owner,
                        "key": it.key,
                        "body": it.body.hex(),
                        "answer": answer,
                    }
                    for it, answer in keys
                ]
            ),
        ],
    )


async def lock_writers(tx: Tx, wanted: Sequence[Incoming]) -> Asked:
    """Who wrote each item, of those who have a thread; their threads are locked, in order of id. Rows of Writer."""
    return await tx.execute(
        """
        SELECT n.place, c.id, c.community_id, t.id, t.last_number
        FROM json_to_recordset(%s) AS n (place int, kind text, value text, scope text, customer_id uuid)
        LEFT JOIN identities i
            ON i.value = n.value AND i.kind = n.kind AND i.scope = n.scope AND n.customer_id IS NULL
        JOIN customers c ON c.id = coalesce(n.customer_id, i.customer_id)
        JOIN threads t ON t.customer_id = c.id
        ORDER BY t.id
        FOR UPDATE OF t
        """,
        [writers_asked(wanted)],
    )


async def writers_without_thread(tx: Tx, wanted: Sequence[Incoming]) -> Asked:
    """The same for customers who are known and have never written."""
    return await tx.execute(
        """
        SELECT n.place, c.id, c.community_id, NULL, 0
        FROM json_to_recordset(%s) AS n (place int, kind text, value text, scope text, customer_id uuid)
        LEFT JOIN identities i
            ON i.value = n.value AND i.kind = n.kind AND i.scope = n.scope AND n.customer_id IS NULL
        JOIN customers c ON c.id = coalesce(n.customer_id, i.customer_id)
        LEFT JOIN threads t ON t.customer_id = c.id
        WHERE t.id IS NULL
        """,
        [writers_asked(wanted)],
    )


def writers_asked(wanted: Sequence[Incoming]) -> Json:
    return Json(
        [
            {
                "place": place,
                "kind": each.address.kind,
                "value": each.address.value,
                "scope": each.address.scope,
                "customer_id": each.customer_id,
            }
            for place, each in enumerate(wanted)
        ]
    )


async def ask_stream_of(tx: Tx, incoming: Incoming) -> Asked:
    """Whose stream a message of a known writer belongs to: their last spoken living case's, else their home's."""
    return await tx.execute(
        """
        SELECT coalesce(
            (SELECT k.community_id
             FROM threads t
             JOIN cases k ON k.thread_id = t.id
             WHERE t.customer_id = c.id AND k.state <> 'closed'
             ORDER BY k.spoken_at DESC, k.id DESC
             LIMIT 1),
            c.community_id)
        FROM (SELECT %(customer)s::uuid AS id, %(kind)s AS kind, %(value)s AS value, %(scope)s AS scope) n
        LEFT JOIN identities i
            ON i.value = n.value AND i.kind = n.kind AND i.scope = n.scope AND n.id IS NULL
        JOIN customers c ON c.id = coalesce(n.id, i.customer_id)
        """,
        {
            "customer": incoming.customer_id,
            "kind": incoming.address.kind,
            "value": incoming.address.value,
            "scope": incoming.address.scope,
        },
    )


CASE_COLUMNS = [each.name for each in fields(Case)]
EPISODE_COLUMNS = [each.name for each in fields(Episode)]


async def living(tx: Tx, wanted: Sequence[Incoming]) -> Asked:
    """The open and watched cases of these writers, each with its live episode where it has one."""
    return await tx.execute(
        """
        SELECT
            c.id, c.thread_id, c.customer_id, c.community_id, c.topic, c.title, c.state, c.opened_at,
            c.spoken_at, c.owner_id, c.owned_at, c.answered_at, c.watch_ends_at, c.closed_at,
            e.id, e.case_id, e.thread_id, e.community_id, e.channel, e.state, e.opened_at, e.attending_id,
            e.served_by, e.waiting_since, e.answer_by, e.time_given, e.turn_at, e.quiet_at, e.wake_at,
            e.waits_on, e.ended_at
        FROM (
            SELECT DISTINCT coalesce(n.customer_id, i.customer_id) AS customer_id
            FROM json_to_recordset(%s) AS n (kind text, value text, scope text, customer_id uuid)
            LEFT JOIN identities i
                ON i.value = n.value AND i.kind = n.kind AND i.scope = n.scope AND n.customer_id IS NULL
        ) w
        JOIN threads t ON t.customer_id = w.customer_id
        JOIN cases c ON c.thread_id = t.id AND c.state <> 'closed'
        LEFT JOIN episodes e ON e.case_id = c.id AND e.state <> 'quiet'
        """,
        [writers_asked(wanted)],
    )


def read_living(found: Sequence[Any]) -> tuple[Case, Episode | None]:
    width = len(CASE_COLUMNS)
    return Case(*found[:width]), Episode(*found[width:]) if found[width] else None


async def case_file(tx: Tx, case_id: str) -> CaseFile | None:
    """A case with its thread and live episode."""
    case = await row(tx, Case, CASE + "WHERE id = %s", [case_id])
    if case is None:
        return None
    thread = await row(tx, Thread, THREAD + "WHERE id = %s", [case.thread_id])
    assert thread is not None
    episode = await row(tx, Episode, EPISODE + "WHERE case_id = %s AND state <> 'quiet'", [case_id])
    return CaseFile(case, thread, episode)


CASE = """
    SELECT id, thread_id, customer_id, community_id, topic, title, state, opened_at, spoken_at,
        owner_id, owned_at, answered_at, watch_ends_at, closed_at
    FROM cases
"""
THREAD = "SELECT id, customer_id, community_id, last_number FROM threads "
EPISODE = """
    SELECT id, case_id, thread_id, community_id, channel, state, opened_at, attending_id, served_by,
        waiting_since, answer_by, time_given, turn_at, quiet_at, wake_at, waits_on, ended_at
    FROM episodes
"""
MESSAGE = """
    SELECT id, thread_id, number, community_id, case_id, episode_id, kind, channel, author_id, text,
        quote_id, sent_at, at, needs_nothing
    FROM messages
"""


async def thread(tx: Tx, thread_id: str) -> Thread | None:
    return await row(tx, Thread, THREAD + "WHERE id = %s", [thread_id])


async def thread_of_customer(tx: Tx, customer_id: str) -> Thread | None:
    return await row(tx, Thread, THREAD + "WHERE customer_id = %s", [customer_id])


async def case(tx: Tx, case_id: str) -> Case | None:
    return await row(tx, Case, CASE + "WHERE id = %s", [case_id])


async def cases_of_thread(tx: Tx, thread_id: str) -> list[Case]:
    return await rows(tx, Case, CASE + "WHERE thread_id = %s ORDER BY opened_at, id", [thread_id])


async def episodes_of_case(tx: Tx, case_id: str) -> list[Episode]:
    return await rows(tx, Episode, EPISODE + "WHERE case_id = %s ORDER BY opened_at, id", [case_id])


async def episode(tx: Tx, episode_id: str) -> Episode | None:
    return await row(tx, Episode, EPISODE + "WHERE id = %s", [episode_id])


async def message(tx: Tx, message_id: str) -> Message | None:
    return await row(tx, Message, MESSAGE + "WHERE id = %s", [message_id])


async def messages(tx: Tx, thread_id: str, *, after: int = 0, limit: int = 100) -> list[Message]:
    """A thread's messages after a number, in order."""
    return await rows(
        tx,
        Message,
        MESSAGE + "WHERE thread_id = %s AND number > %s ORDER BY number LIMIT %s",
        [thread_id, after, limit],
    )


async def messages_before(
    tx: Tx, thread_id: str, *, before: int, limit: int = 100
) -> list[Message]:
    """The messages just before a number, in order."""
    found = await rows(
        tx,
        Message,
        MESSAGE + "WHERE thread_id = %s AND number < %s ORDER BY number DESC LIMIT %s",
        [thread_id, before, limit],
    )
    return found[::-1]


async def messages_by_id(tx: Tx, message_ids: Sequence[str]) -> list[Message]:
    return await rows(
        tx,
        Message,
        MESSAGE + "WHERE id = ANY(%s::uuid[]) ORDER BY thread_id, number",
        [list(message_ids)],
    )


async def messages_of_case(tx: Tx, case_id: str) -> list[Message]:
    return await rows(tx, Message, MESSAGE + "WHERE case_id = %s ORDER BY number", [case_id])


async def cases_quoted(tx: Tx, message_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each of these messages its thread and case."""
    cursor = await tx.execute(
        "SELECT id, thread_id, case_id FROM messages WHERE id = ANY(%s::uuid[])",
        [list(message_ids)],
    )
    return {id_: (thread_id, case_id) for id_, thread_id, case_id in await cursor.fetchall()}


async def next_number(tx: Tx, now: datetime, thread_id: str) -> int:
    """Take the thread's next number for what we write, under its row lock. Who writes has read."""
    number: int = await value(
        tx,
        """
        UPDATE threads
        SET last_number = last_number + 1, our_read = last_number + 1, last_at = %s
        WHERE id = %s
        RETURNING last_number
        """,
        [now, thread_id],
    )
    return number


async def move_thread(tx: Tx, customer_id: str, community_id: str) -> None:
    """The thread goes with the customer's home."""
    await execute(
        tx,
        "UPDATE threads SET community_id = %s WHERE customer_id = %s",
        [community_id, customer_id],
    )


async def add_threads(tx: Tx, now: datetime, threads: Sequence[Thread]) -> None:
    await tx.execute(
        """
        INSERT INTO threads (id, customer_id, community_id, last_number, last_at, created_at)
        SELECT n.id, n.customer_id, n.community_id, n.last_number, %s, %s
        FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[]) AS n (id, customer_id, community_id, last_number)
        """,
        [
            now,
            now,
            [each.id for each in threads],
            [each.customer_id for each in threads],
            [each.community_id for each in threads],
            [each.last_number for each in threads],
        ],
    )


async def add_case(tx: Tx, new: Case) -> None:
    await tx.execute(
        """
        INSERT INTO cases (id, thread_id, customer_id, community_id, topic, title, state, opened_at, spoken_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            new.id, new.thread_id, new.customer_id, new.community_id, new.topic, new.title, new.state,
            new.opened_at, new.spoken_at,
        ],
    )  # fmt: skip


async def save_case(tx: Tx, changed: Case) -> None:
    """Write what a verb may change of a case. Its community is not among it."""
    await tx.execute(
        """
        UPDATE cases
        SET topic = %s, title = %s, state = %s, spoken_at = %s, owner_id = %s, owned_at = %s,
            answered_at = %s, watch_ends_at = %s, closed_at = %s
        WHERE id = %s
        """,
        [
            changed.topic, changed.title, changed.state, changed.spoken_at, changed.owner_id,
            changed.owned_at, changed.answered_at, changed.watch_ends_at, changed.closed_at, changed.id,
        ],
    )  # fmt: skip


async def save_episode(tx: Tx, changed: Episode) -> None:
    """Write an episode as it is now, new or not."""
    await tx.execute(
        """
        INSERT INTO episodes (
            id, case_id, thread_id, community_id, channel, state, opened_at, attending_id, served_by,
            waiting_since, answer_by, time_given, turn_at, quiet_at, wake_at, waits_on, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (id) DO UPDATE
        SET channel = excluded.channel, state = excluded.state, attending_id = excluded.attending_id,
            served_by = excluded.served_by, waiting_since = excluded.waiting_since,
            answer_by = excluded.answer_by, time_given = excluded.time_given,
            turn_at = excluded.turn_at, quiet_at = excluded.quiet_at, wake_at = excluded.wake_at,
            waits_on = excluded.waits_on, ended_at = excluded.ended_at
        """,
        [getattr(changed, name) for name in EPISODE_COLUMNS],
    )


async def add_said(tx: Tx, now: datetime, new: Sequence[Message]) -> None:
    """What customers wrote, how far it takes their threads, and that it was spoken of their cases: one statement."""
    await tx.execute(
        """
        WITH said AS (
            SELECT *
            FROM json_to_recordset(%(said)s) AS n (
                id uuid, thread_id uuid, number int, community_id uuid, case_id uuid, episode_id uuid,
                kind text, channel text, author_id uuid, text text, quote_id uuid, sent_at timestamptz,
                at timestamptz)
        ), numbered AS (
            UPDATE threads t
            SET last_number = n.last_number, last_at = %(now)s
            FROM (SELECT thread_id, max(number) AS last_number FROM said GROUP BY thread_id) n
            WHERE t.id = n.thread_id
        ), spoken AS (
            UPDATE cases c
            SET spoken_at = %(now)s
            FROM (SELECT DISTINCT case_id FROM said) n
            WHERE c.id = n.case_id AND c.spoken_at <> %(now)s
        )
        INSERT INTO messages (
            id, thread_id, number, community_id, case_id, episode_id, kind, channel, author_id, text,
            quote_id, sent_at, at)
        SELECT * FROM said
        """,
        {"said": Json([as_json(each) for each in new]), "now": now},
    )


async def add_ours(tx: Tx, new: Message) -> None:
    """What one of us wrote; its number was taken before."""
    await tx.execute(
        """
        INSERT INTO messages (
            id, thread_id, number, community_id, case_id, episode_id, kind, channel, author_id, text, at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            new.id, new.thread_id, new.number, new.community_id, new.case_id, new.episode_id, new.kind,
            new.channel, new.author_id, new.text, new.at,
        ],
    )  # fmt: skip


def as_json(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "thread_id": message.thread_id,
        "number": message.number,
        "community_id": message.community_id,
        "case_id": message.case_id,
        "episode_id": message.episode_id,
        "kind": message.kind,
        "channel": message.channel,
        "author_id": message.author_id,
        "text": message.text,
        "quote_id": message.quote_id,
        "sent_at": message.sent_at and message.sent_at.isoformat(),
        "at": message.at.isoformat(),
    }


async def put_message(tx: Tx, message_id: str, case_id: str, episode_id: str) -> None:
    """The message belongs to this case after all."""
    await execute(
        tx,
        "UPDATE messages SET case_id = %s, episode_id = %s WHERE id = %s",
        [case_id, episode_id, message_id],
    )


async def mark_needs_nothing(tx: Tx, message_id: str) -> None:
    await execute(tx, "UPDATE messages SET needs_nothing = true WHERE id = %s", [message_id])


async def unmark_needs_nothing(tx: Tx, message_id: str) -> None:
    await execute(tx, "UPDATE messages SET needs_nothing = false WHERE id = %s", [message_id])


async def claim_attachments(
    tx: Tx, owner_id: str, attachment_ids: Sequence[str], message_id: str, thread_id: str
) -> int:
    """Tie what was uploaded before to the message that carries it."""
    return await execute(
        tx,
        """
        UPDATE attachments
        SET message_id = %s, thread_id = %s
        WHERE id = ANY(%s::uuid[]) AND owner_id = %s AND message_id IS NULL
        """,
        [message_id, thread_id, list(attachment_ids), owner_id],
    )


# Resolutions and confirmations


class Resolution(NamedTuple):
    case_id: str
    at: datetime
    expert_id: str | None
    how: str
    kind: str
    undone_at: datetime | None
    undone_by: str | None


async def resolutions(tx: Tx, case_id: str) -> list[Resolution]:
    """The resolutions of a case, the last first."""
    cursor = await tx.execute(
        """
        SELECT case_id, at, expert_id, how, kind, undone_at, undone_by
        FROM resolutions
        WHERE case_id = %s
        ORDER BY at DESC
        """,
        [case_id],
    )
    return [Resolution(*found) for found in await cursor.fetchall()]


async def add_resolution(
    tx: Tx, now: datetime, case_id: str, expert_id: str | None, how: str, kind: str
) -> None:
    await execute(
        tx,
        "INSERT INTO resolutions (case_id, at, expert_id, how, kind) VALUES (%s, %s, %s, %s, %s)",
        [case_id, now, expert_id, how, kind],
    )


async def undo_resolution(tx: Tx, now: datetime, case_id: str, by: str) -> None:
    await execute(
        tx,
        """
        UPDATE resolutions
        SET undone_at = %s, undone_by = %s
        WHERE case_id = %s AND undone_at IS NULL
        """,
        [now, by, case_id],
    )


async def restore_resolution(tx: Tx, case_id: str, undone_at: datetime) -> Resolution | None:
    """Take back that a message undid the resolution."""
    cursor = await tx.execute(
        """
        UPDATE resolutions
        SET undone_at = NULL, undone_by = NULL
        WHERE case_id = %s AND undone_at = %s AND undone_by = 'customer'
        RETURNING case_id, at, expert_id, how, kind, undone_at, undone_by
        """,
        [case_id, undone_at],
    )
    found = await cursor.fetchone()
    return Resolution(*found) if found else None


async def add_confirmation(
    tx: Tx,
    now: datetime,
    case_id: str,
    *,
    solved: bool,
    effort: int | None,
    nps: int | None,
    csat: int | None,
    expert_id: str | None,
) -> None:
    await execute(
        tx,
        """
        INSERT INTO confirmations (case_id, at, solved, effort, nps, csat, expert_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [case_id, now, solved, effort, nps, csat, expert_id],
    )


# Watermarks: how far each side has got


async def marks(tx: Tx, thread_id: str) -> tuple[int, int]:
    """How far the customer has got: (delivered, read)."""
    cursor = await tx.execute(
        "SELECT customer_delivered, customer_read FROM threads WHERE id = %s", [thread_id]
    )
    found: tuple[int, int] = await cursor.fetchone() or (0, 0)
    return found


async def note_delivered(tx: Tx, thread_id: str, number: int) -> bool:
    return bool(
        await execute(
            tx,
            """
            UPDATE threads
            SET customer_delivered = least(%s, last_number)
            WHERE id = %s AND customer_delivered < least(%s, last_number)
            """,
            [number, thread_id, number],
        )
    )


async def note_read(tx: Tx, thread_id: str, number: int) -> bool:
    """The customer has read so far, so it was delivered too."""
    return bool(
        await execute(
            tx,
            """
            UPDATE threads
            SET customer_read = least(%s, last_number),
                customer_delivered = greatest(customer_delivered, least(%s, last_number))
            WHERE id = %s AND customer_read < least(%s, last_number)
            """,
            [number, number, thread_id, number],
        )
    )


async def note_our_read(tx: Tx, thread_id: str, number: int) -> bool:
    return bool(
        await execute(
            tx,
            """
            UPDATE threads
            SET our_read = least(%s, last_number)
            WHERE id = %s AND our_read < least(%s, last_number)
            """,
            [number, thread_id, number],
        )
    )


# Drafts


async def keep_draft(
    tx: Tx, now: datetime, expert_id: str, thread_id: str, mode: str, text: str
) -> None:
    await execute(
        tx,
        """
        INSERT INTO drafts (expert_id, thread_id, mode, text, at)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (expert_id, thread_id, mode) DO UPDATE
        SET text = excluded.text, at = excluded.at
        """,
        [expert_id, thread_id, mode, text, now],
    )


async def drop_draft(tx: Tx, expert_id: str, thread_id: str, mode: str) -> None:
    await execute(
        tx,
        "DELETE FROM drafts WHERE expert_id = %s AND thread_id = %s AND mode = %s",
        [expert_id, thread_id, mode],
    )


async def drafts(tx: Tx, expert_id: str, thread_id: str) -> dict[str, str]:
    cursor = await tx.execute(
        "SELECT mode, text FROM drafts WHERE expert_id = %s AND thread_id = %s",
        [expert_id, thread_id],
    )
    return dict(await cursor.fetchall())


# Timers


async def due_quiet(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, case) of episodes whose quiet time is over."""
    cursor = await tx.execute(
        """
        SELECT community_id, case_id
        FROM episodes
        WHERE state = 'waiting_customer' AND quiet_at <= %s
        ORDER BY quiet_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()


async def due_wake(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, case) of snoozed episodes whose time has come."""
    cursor = await tx.execute(
        """
        SELECT community_id, case_id
        FROM episodes
        WHERE state = 'snoozed' AND wake_at <= %s
        ORDER BY wake_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()


async def due_watch(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, case) of cases whose watch time is over."""
    cursor = await tx.execute(
        """
        SELECT community_id, id
        FROM cases
        WHERE state = 'watched' AND watch_ends_at <= %s
        ORDER BY watch_ends_at
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()
