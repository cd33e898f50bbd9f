"""All SQL of what customers write, in sets: a whole batch is one statement, and what only asks is sent without waiting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.types.json import Json

from coterie.conversations.model import Case, Episode, Incoming, Message
from coterie.conversations.queries import CASE_COLUMNS
from coterie.kit.db import Asked, Tx


class Writer(NamedTuple):
    """Who wrote the item at `place` of a batch, with their thread where they have one."""

    place: int
    customer_id: str
    home_id: str
    thread_id: str | None
    last_number: int
    record_id: str | None
    """Whose address it is, where the customer is of several records."""


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
        SELECT n.place, c.id, c.community_id, t.id, t.last_number, i.record_id
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
        SELECT n.place, c.id, c.community_id, NULL, 0, i.record_id
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


async def living(tx: Tx, wanted: Sequence[Incoming]) -> Asked:
    """The open and watched cases of these writers, each with its live episode where it has one."""
    return await tx.execute(
        """
        SELECT
            c.id, c.thread_id, c.customer_id, c.community_id, c.topic, c.title, c.state, c.opened_at,
            c.spoken_at, c.owner_id, c.owned_at, c.answered_at, c.watch_ends_at, c.closed_at,
            e.id, e.case_id, e.thread_id, e.community_id, e.channel, e.state, e.opened_at, e.attending_id,
            e.guest_id, e.served_by, e.waiting_since, e.answer_by, e.time_given, e.turn_at, e.quiet_at, e.wake_at,
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


async def add_said(tx: Tx, now: datetime, new: Sequence[Message]) -> None:
    """What customers wrote, how far it takes their threads, and that it was spoken of their cases: one statement."""
    await tx.execute(
        """
        WITH said AS (
            SELECT *
            FROM json_to_recordset(%(said)s) AS n (
                id uuid, thread_id uuid, number int, community_id uuid, case_id uuid, episode_id uuid,
                kind text, channel text, author_id uuid, text text, quote_id uuid, sent_at timestamptz,
                at timestamptz, record_id uuid)
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
            quote_id, sent_at, at, record_id)
        SELECT * FROM said
        """,
        {"said": Json([as_json(each) for each in new]), "now": now},
    )


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
        "record_id": message.record_id,
    }
