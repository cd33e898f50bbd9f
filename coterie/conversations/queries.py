"""All SQL of threads, cases, episodes and messages. What a batch writes is written in sets, one statement a table."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from coterie.conversations.model import Case, CaseFile, Episode, Message, Thread
from coterie.kit.db import Tx, execute, row, rows, value

CASE_COLUMNS = [each.name for each in fields(Case)]
EPISODE_COLUMNS = [each.name for each in fields(Episode)]


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
    SELECT id, case_id, thread_id, community_id, channel, state, opened_at, attending_id, guest_id,
        served_by, waiting_since, answer_by, time_given, turn_at, quiet_at, wake_at, waits_on, ended_at
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


async def cases_elsewhere(tx: Tx, homes: Mapping[str, str]) -> dict[str, int]:
    """How many open or watched cases each of these customers has outside this home: customer -> community."""
    cursor = await tx.execute(
        """
        SELECT c.customer_id, count(*)
        FROM unnest(%s::uuid[], %s::uuid[]) AS n (customer_id, community_id)
        JOIN threads t ON t.customer_id = n.customer_id
        JOIN cases c ON c.thread_id = t.id AND c.state <> 'closed' AND c.community_id <> n.community_id
        GROUP BY c.customer_id
        """,
        [list(homes), list(homes.values())],
    )
    return dict(await cursor.fetchall())


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


async def move_threads(tx: Tx, homes: Mapping[str, str]) -> None:
    """Threads go with their customers' homes: customer -> community."""
    await execute(
        tx,
        """
        UPDATE threads t
        SET community_id = n.community_id
        FROM unnest(%s::uuid[], %s::uuid[]) AS n (customer_id, community_id)
        WHERE t.customer_id = n.customer_id
        """,
        [list(homes), list(homes.values())],
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
            id, case_id, thread_id, community_id, channel, state, opened_at, attending_id, guest_id,
            served_by, waiting_since, answer_by, time_given, turn_at, quiet_at, wake_at, waits_on, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (id) DO UPDATE
        SET channel = excluded.channel, state = excluded.state, attending_id = excluded.attending_id,
            guest_id = excluded.guest_id, served_by = excluded.served_by, waiting_since = excluded.waiting_since,
            answer_by = excluded.answer_by, time_given = excluded.time_given,
            turn_at = excluded.turn_at, quiet_at = excluded.quiet_at, wake_at = excluded.wake_at,
            waits_on = excluded.waits_on, ended_at = excluded.ended_at
        """,
        [getattr(changed, name) for name in EPISODE_COLUMNS],
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
