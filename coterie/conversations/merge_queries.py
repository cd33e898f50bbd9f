"""All SQL of threads that become one, and are parted again. What hangs on a thread goes with it.

A thread's numbers never change: the thread of two is a new one, numbered by time, and theirs are put aside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coterie.kit.db import Tx, execute, row, rows, value


@dataclass(frozen=True, slots=True)
class Line:
    """A thread with how far each side has got."""

    id: str
    customer_id: str
    community_id: str
    last_number: int
    last_at: datetime
    customer_delivered: int
    customer_read: int
    our_read: int
    created_at: datetime


LINE = """
    SELECT id, customer_id, community_id, last_number, last_at, customer_delivered, customer_read, our_read, created_at
    FROM threads
"""


async def lock_lines(tx: Tx, customer_ids: Sequence[str]) -> dict[str, Line]:
    """The threads of these customers, locked in order: customer -> thread."""
    found = await rows(
        tx,
        Line,
        LINE + "WHERE customer_id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE",
        [list(customer_ids)],
    )
    return {each.customer_id: each for each in found}


async def change_places(tx: Tx) -> None:
    """Let a customer have two threads until the transaction ends."""
    await execute(tx, "SET CONSTRAINTS threads_customer_id_key DEFERRED")


async def put_aside(tx: Tx, merge_id: str, thread: Line, into_id: str) -> None:
    await execute(
        tx,
        """
        INSERT INTO joined_threads
            (id, merge_id, customer_id, into_id, last_at, customer_delivered, customer_read, our_read, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            thread.id, merge_id, thread.customer_id, into_id, thread.last_at, thread.customer_delivered,
            thread.customer_read, thread.our_read, thread.created_at,
        ],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aside:
    """A thread that was put aside."""

    id: str
    customer_id: str
    into_id: str
    last_at: datetime
    customer_delivered: int
    customer_read: int
    our_read: int
    created_at: datetime


async def aside(tx: Tx, merge_id: str) -> dict[str, Aside]:
    found = await rows(
        tx,
        Aside,
        """
        SELECT id, customer_id, into_id, last_at, customer_delivered, customer_read, our_read, created_at
        FROM joined_threads
        WHERE merge_id = %s
        """,
        [merge_id],
    )
    return {each.customer_id: each for each in found}


async def add_line(tx: Tx, thread: Line) -> None:
    await execute(
        tx,
        """
        INSERT INTO threads
            (id, customer_id, community_id, last_number, last_at, customer_delivered, customer_read, our_read, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            thread.id, thread.customer_id, thread.community_id, thread.last_number, thread.last_at,
            thread.customer_delivered, thread.customer_read, thread.our_read, thread.created_at,
        ],
    )  # fmt: skip


async def drop_lines(tx: Tx, thread_ids: Sequence[str]) -> None:
    await execute(tx, "DELETE FROM threads WHERE id = ANY(%s::uuid[])", [list(thread_ids)])


@dataclass(frozen=True, slots=True)
class Marks:
    """How far each side has got in the thread of both: before the first that one of the two had not got to."""

    last_number: int
    customer_delivered: int
    customer_read: int
    our_read: int


async def join_messages(tx: Tx, thread_ids: Sequence[str], into_id: str) -> Marks:
    """Number the messages of these threads by time, each thread in its own order, and say whose they were."""
    found = await row(
        tx,
        Marks,
        """
        WITH line AS (
            SELECT m.id, m.thread_id, m.number,
                max(m.at) OVER (PARTITION BY m.thread_id ORDER BY m.number) AS at
            FROM messages m
            WHERE m.thread_id = ANY(%(threads)s::uuid[])
        ), numbered AS (
            SELECT l.*, row_number() OVER (ORDER BY l.at, l.thread_id, l.number) AS place
            FROM line l
        ), moved AS (
            UPDATE messages m
            SET thread_id = %(into)s, number = n.place, record_id = coalesce(m.record_id, t.customer_id)
            FROM numbered n
            JOIN threads t ON t.id = n.thread_id
            WHERE m.id = n.id
        )
        SELECT
            count(*) AS last_number,
            coalesce(min(n.place) FILTER (WHERE n.number > t.customer_delivered) - 1, count(*))
                AS customer_delivered,
            coalesce(min(n.place) FILTER (WHERE n.number > t.customer_read) - 1, count(*)) AS customer_read,
            coalesce(min(n.place) FILTER (WHERE n.number > t.our_read) - 1, count(*)) AS our_read
        FROM numbered n
        JOIN threads t ON t.id = n.thread_id
        """,
        {"threads": list(thread_ids), "into": into_id},
    )
    assert found is not None
    return found


async def set_marks(tx: Tx, thread_id: str, marks: Marks) -> None:
    await execute(
        tx,
        """
        UPDATE threads
        SET last_number = %s, customer_delivered = %s, customer_read = %s, our_read = %s
        WHERE id = %s
        """,
        [
            marks.last_number,
            marks.customer_delivered,
            marks.customer_read,
            marks.our_read,
            thread_id,
        ],
    )


async def join_cases(
    tx: Tx, thread_ids: Sequence[str], into_id: str, customer_id: str, own_id: str
) -> None:
    """Cases, and what else hangs on these threads, goes into the one of both. A draft in each becomes one text."""
    given = {
        "threads": list(thread_ids),
        "into": into_id,
        "customer": customer_id,
        "own": own_id,
    }
    for statement in (
        """
        UPDATE cases
        SET thread_id = %(into)s, record_id = coalesce(record_id, customer_id), customer_id = %(customer)s
        WHERE thread_id = ANY(%(threads)s::uuid[])
        """,
        "UPDATE episodes SET thread_id = %(into)s WHERE thread_id = ANY(%(threads)s::uuid[])",
        "UPDATE promises SET thread_id = %(into)s WHERE thread_id = ANY(%(threads)s::uuid[])",
        "UPDATE crossings SET thread_id = %(into)s WHERE thread_id = ANY(%(threads)s::uuid[])",
        "UPDATE attachments SET thread_id = %(into)s WHERE thread_id = ANY(%(threads)s::uuid[])",
        """
        INSERT INTO drafts (expert_id, thread_id, mode, text, at)
        SELECT expert_id, %(into)s, mode, string_agg(text, E'\\n\\n' ORDER BY thread_id <> %(own)s), max(at)
        FROM drafts
        WHERE thread_id = ANY(%(threads)s::uuid[])
        GROUP BY expert_id, mode
        """,
        "DELETE FROM drafts WHERE thread_id = ANY(%(threads)s::uuid[])",
    ):
        await execute(tx, statement, given)


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a customer, by whose address it came, and whose its case is."""

    id: str
    case_id: str
    record_id: str | None
    case_record_id: str | None


async def said_in(tx: Tx, thread_id: str) -> list[Said]:
    """What the customer wrote, in order. A case that is younger than the merge is whose first message it holds."""
    return await rows(
        tx,
        Said,
        """
        SELECT m.id, m.case_id, m.record_id,
            coalesce(c.record_id, first_value(m.record_id) OVER (PARTITION BY m.case_id ORDER BY m.number))
                AS case_record_id
        FROM messages m
        JOIN cases c ON c.id = m.case_id
        WHERE m.thread_id = %s AND m.kind = 'customer'
        ORDER BY m.number
        """,
        [thread_id],
    )


async def note_record(tx: Tx, case_id: str, record_id: str) -> None:
    await execute(tx, "UPDATE cases SET record_id = %s WHERE id = %s", [record_id, case_id])


async def cases_of_others(tx: Tx, thread_id: str, member_ids: Sequence[str]) -> list[str]:
    """The cases of a thread that go with these records."""
    cursor = await tx.execute(
        """
        SELECT c.id
        FROM cases c
        WHERE c.thread_id = %s
          AND coalesce(c.record_id, (
              SELECT m.record_id
              FROM messages m
              WHERE m.case_id = c.id AND m.kind = 'customer'
              ORDER BY m.number
              LIMIT 1)) = ANY(%s::uuid[])
        """,
        [thread_id, list(member_ids)],
    )
    return [id_ for (id_,) in await cursor.fetchall()]


async def part_cases(
    tx: Tx, thread_id: str, case_ids: Sequence[str], into_id: str, customer_id: str
) -> Marks:
    """These cases, and all that hangs on them, go into a thread of their own, numbered in their order."""
    given = {
        "thread": thread_id,
        "cases": list(case_ids),
        "into": into_id,
        "customer": customer_id,
    }
    found = await row(
        tx,
        Marks,
        """
        WITH numbered AS (
            SELECT m.id, m.number, row_number() OVER (ORDER BY m.number) AS place
            FROM messages m
            WHERE m.thread_id = %(thread)s AND m.case_id = ANY(%(cases)s::uuid[])
        ), moved AS (
            UPDATE messages m
            SET thread_id = %(into)s, number = n.place
            FROM numbered n
            WHERE m.id = n.id
        )
        SELECT
            count(n.id) AS last_number,
            count(n.id) FILTER (WHERE n.number <= t.customer_delivered) AS customer_delivered,
            count(n.id) FILTER (WHERE n.number <= t.customer_read) AS customer_read,
            count(n.id) FILTER (WHERE n.number <= t.our_read) AS our_read
        FROM threads t
        LEFT JOIN numbered n ON true
        WHERE t.id = %(thread)s
        GROUP BY t.id
        """,
        given,
    )
    assert found is not None
    for statement in (
        """
        UPDATE attachments a
        SET thread_id = %(into)s
        FROM messages m
        WHERE m.id = a.message_id AND m.thread_id = %(into)s AND a.thread_id = %(thread)s
        """,
        """
        UPDATE promises
        SET thread_id = %(into)s
        WHERE thread_id = %(thread)s AND case_id = ANY(%(cases)s::uuid[])
        """,
        """
        UPDATE crossings
        SET thread_id = %(into)s
        WHERE thread_id = %(thread)s AND case_id = ANY(%(cases)s::uuid[])
        """,
        """
        UPDATE episodes
        SET thread_id = %(into)s
        WHERE thread_id = %(thread)s AND case_id = ANY(%(cases)s::uuid[])
        """,
        """
        UPDATE cases
        SET thread_id = %(into)s, customer_id = %(customer)s
        WHERE thread_id = %(thread)s AND id = ANY(%(cases)s::uuid[])
        """,
    ):
        await execute(tx, statement, given)
    return found


async def all_cases(tx: Tx, thread_id: str) -> list[str]:
    cursor = await tx.execute("SELECT id FROM cases WHERE thread_id = %s", [thread_id])
    return [id_ for (id_,) in await cursor.fetchall()]


async def join_ratings(tx: Tx, customer_id: str, other_id: str) -> None:
    """Whom the other rated badly the survivor did, too."""
    await execute(
        tx,
        """
        INSERT INTO bad_ratings (customer_id, expert_id, at)
        SELECT %s, expert_id, at
        FROM bad_ratings
        WHERE customer_id = %s
        ON CONFLICT DO NOTHING
        """,
        [customer_id, other_id],
    )


async def part_ratings(tx: Tx, customer_id: str, other_id: str) -> None:
    """The ratings of the other are theirs alone again."""
    await execute(
        tx,
        """
        DELETE FROM bad_ratings s
        USING bad_ratings o
        WHERE s.customer_id = %s AND o.customer_id = %s AND (o.expert_id, o.at) = (s.expert_id, s.at)
        """,
        [customer_id, other_id],
    )


async def move_drafts(tx: Tx, thread_id: str, into_id: str) -> None:
    await execute(tx, "UPDATE drafts SET thread_id = %s WHERE thread_id = %s", [into_id, thread_id])


async def note_last(tx: Tx, thread_id: str) -> None:
    """When a thread was last spoken in, by its messages; one without any keeps what it had."""
    await execute(
        tx,
        """
        UPDATE threads
        SET last_at = coalesce((SELECT max(at) FROM messages WHERE thread_id = %(id)s), last_at)
        WHERE id = %(id)s
        """,
        {"id": thread_id},
    )


async def now_in(tx: Tx, thread_id: str) -> str | None:
    """Where a thread that was put aside goes on, or the survivor's where the thread of both was parted."""
    found: str | None = await value(
        tx,
        """
        WITH RECURSIVE way (id, steps) AS (
            SELECT %(id)s::uuid, 0
            UNION ALL
            SELECT CASE WHEN j.id = w.id THEN j.into_id ELSE j.id END, w.steps + 1
            FROM way w
            JOIN joined_threads j ON w.id IN (j.id, j.into_id)
            JOIN merges m ON m.id = j.merge_id
            WHERE w.steps < 20
              AND CASE WHEN j.id = w.id THEN m.undone_at IS NULL
                  ELSE m.undone_at IS NOT NULL AND j.customer_id = m.customer_id END
        )
        SELECT t.id
        FROM way w
        JOIN threads t ON t.id = w.id
        ORDER BY w.steps
        LIMIT 1
        """,
        {"id": thread_id},
    )
    return found
