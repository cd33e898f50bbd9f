"""All SQL of asks."""

from collections.abc import Sequence
from datetime import datetime

from coterie.asks.model import Ask, Asked
from coterie.kit.db import Tx, execute, row, rows, value

ASK = """
    SELECT a.id, a.case_id, k.thread_id, k.customer_id, a.community_id, a.topic, a.text, a.urgency, a.state, a.at,
        a.step, a.asked_by, a.language, a.episode_id, a.step_ends_at, a.accepted_by, a.accepted_at, a.answered_by,
        a.answer, a.answered_at, a.thanked_at, a.ended_at
    FROM asks a
    JOIN cases k ON k.id = a.case_id
"""


async def ask(tx: Tx, ask_id: str) -> Ask | None:
    return await row(tx, Ask, ASK + "WHERE a.id = %s", [ask_id])


async def asks(tx: Tx, ask_ids: Sequence[str]) -> list[Ask]:
    return await rows(tx, Ask, ASK + "WHERE a.id = ANY(%s::uuid[])", [list(ask_ids)])


async def asks_of_thread(tx: Tx, thread_id: str, community_id: str, limit: int = 100) -> list[Ask]:
    """What one community asked about a customer, the latest first."""
    return await rows(
        tx,
        Ask,
        ASK
        + """
        WHERE k.thread_id = %s AND a.community_id = %s
        ORDER BY a.at DESC, a.id DESC
        LIMIT %s
        """,
        [thread_id, community_id, limit],
    )


async def alive_in(tx: Tx, community_id: str, limit: int = 200) -> list[Ask]:
    """What is open or accepted in a community, what goes on first first."""
    return await rows(
        tx,
        Ask,
        ASK
        + """
        WHERE a.community_id = %s AND a.ended_at IS NULL
        ORDER BY a.step_ends_at, a.at, a.id
        LIMIT %s
        """,
        [community_id, limit],
    )


async def lately_in(tx: Tx, community_id: str, limit: int) -> list[Ask]:
    """What was answered, or wasn't, the latest first. What was withdrawn is nobody's business any more."""
    return await rows(
        tx,
        Ask,
        ASK
        + """
        WHERE a.community_id = %s AND a.state IN ('answered', 'unanswered')
        ORDER BY a.at DESC, a.id DESC
        LIMIT %s
        """,
        [community_id, limit],
    )


async def listed(
    tx: Tx,
    community_ids: Sequence[str] | None,
    state: str | None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> list[Ask]:
    """The asks of these communities (of all for None), the latest first, from a place on."""
    at, ask_id = before or (None, None)
    return await rows(
        tx,
        Ask,
        ASK
        + """
        WHERE (%(all)s OR a.community_id = ANY(%(communities)s::uuid[]))
          AND (%(state)s::text IS NULL OR a.state = %(state)s)
          AND (%(at)s::timestamptz IS NULL OR (a.at, a.id) < (%(at)s, %(id)s::uuid))
        ORDER BY a.at DESC, a.id DESC
        LIMIT %(limit)s
        """,
        {
            "all": community_ids is None,
            "communities": list(community_ids or ()),
            "state": state,
            "at": at,
            "id": ask_id,
            "limit": limit,
        },
    )


async def alive_of_case(tx: Tx, case_id: str) -> list[Ask]:
    return await rows(
        tx, Ask, ASK + "WHERE a.case_id = %s AND a.ended_at IS NULL ORDER BY a.at", [case_id]
    )


async def held_or_waiting(tx: Tx, community_id: str, expert_id: str) -> list[Ask]:
    """The asks that wait for somebody, or that they hold."""
    return await rows(
        tx,
        Ask,
        ASK
        + """
        JOIN asked p ON p.ask_id = a.id AND p.expert_id = %s AND p.state IN ('waiting', 'accepted')
        WHERE a.community_id = %s AND a.ended_at IS NULL
        ORDER BY a.at, a.id
        """,
        [expert_id, community_id],
    )


async def is_asked_for(tx: Tx, episode_id: str) -> bool:
    """Whether somebody who speaks the customer's language was asked for in this episode."""
    found = await value(tx, "SELECT EXISTS (SELECT FROM asks WHERE episode_id = %s)", [episode_id])
    return bool(found)


async def still_queued(tx: Tx, episode_id: str) -> bool:
    found = await value(tx, "SELECT state = 'queued' FROM episodes WHERE id = %s", [episode_id])
    return bool(found)


async def recent_answers(tx: Tx, community_id: str, topic: str, since: datetime) -> dict[str, int]:
    """How many asks on a topic each member has answered of late."""
    cursor = await tx.execute(
        """
        SELECT answered_by, count(*)
        FROM asks
        WHERE community_id = %s AND topic = %s AND answered_at > %s
        GROUP BY answered_by
        """,
        [community_id, topic, since],
    )
    return dict(await cursor.fetchall())


async def add_ask(tx: Tx, made: Ask) -> None:
    await execute(
        tx,
        """
        INSERT INTO asks (
            id, case_id, community_id, episode_id, asked_by, language, topic, text, urgency, state, at, step,
            step_ends_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            made.id, made.case_id, made.community_id, made.episode_id, made.asked_by, made.language, made.topic,
            made.text, made.urgency, made.state, made.at, made.step, made.step_ends_at,
        ],
    )  # fmt: skip


async def save_ask(tx: Tx, changed: Ask) -> None:
    """Write where it stands. Who asked, about what, and when never change."""
    await execute(
        tx,
        """
        UPDATE asks
        SET state = %s, step = %s, step_ends_at = %s, accepted_by = %s, accepted_at = %s, answered_by = %s,
            answer = %s, answered_at = %s, thanked_at = %s, ended_at = %s
        WHERE id = %s
        """,
        [
            changed.state, changed.step, changed.step_ends_at, changed.accepted_by, changed.accepted_at,
            changed.answered_by, changed.answer, changed.answered_at, changed.thanked_at, changed.ended_at,
            changed.id,
        ],
    )  # fmt: skip


# Who was asked


async def asked(tx: Tx, ask_ids: Sequence[str]) -> list[Asked]:
    """Everybody who was asked in these asks, in the order in which they were."""
    return await rows(
        tx,
        Asked,
        """
        SELECT ask_id, expert_id, step, state, at, settled_at, why
        FROM asked
        WHERE ask_id = ANY(%s::uuid[])
        ORDER BY at, expert_id
        """,
        [list(ask_ids)],
    )


async def put_asked(tx: Tx, person: Asked) -> None:
    """Write how it stands with one person. When they were asked first, and in which step, stays."""
    await execute(
        tx,
        """
        INSERT INTO asked (ask_id, expert_id, step, state, at, settled_at, why)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (ask_id, expert_id) DO UPDATE
        SET state = excluded.state, settled_at = excluded.settled_at, why = excluded.why
        """,
        [
            person.ask_id, person.expert_id, person.step, person.state, person.at, person.settled_at,
            person.why,
        ],
    )  # fmt: skip


async def waiting_for(tx: Tx, community_id: str, expert_ids: Sequence[str]) -> dict[str, int]:
    """How many asks wait for each of these people, or are held by them."""
    cursor = await tx.execute(
        """
        SELECT p.expert_id, count(*)
        FROM asked p
        JOIN asks a ON a.id = p.ask_id AND a.ended_at IS NULL
        WHERE p.expert_id = ANY(%s::uuid[]) AND p.state IN ('waiting', 'accepted') AND a.community_id = %s
        GROUP BY p.expert_id
        """,
        [list(expert_ids), community_id],
    )
    return dict(await cursor.fetchall())


async def erase_asks(tx: Tx, customer_id: str) -> None:
    """What was asked and answered about an erased customer goes; that it was, when and by whom, stays."""
    await execute(
        tx,
        """
        UPDATE asked
        SET why = ''
        WHERE state = 'declined' AND ask_id IN (
            SELECT a.id FROM asks a JOIN cases k ON k.id = a.case_id WHERE k.customer_id = %s
        )
        """,
        [customer_id],
    )
    await execute(
        tx,
        """
        UPDATE asks
        SET topic = '', text = '', answer = '', language = CASE language WHEN '' THEN '' ELSE 'und' END
        WHERE case_id IN (SELECT id FROM cases WHERE customer_id = %s)
        """,
        [customer_id],
    )


# Timers


async def due(tx: Tx, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
    """(community, ask) of those whose step is over, or whose customer somebody attends to after all."""
    cursor = await tx.execute(
        """
        SELECT community_id, id
        FROM asks
        WHERE ended_at IS NULL AND step_ends_at <= %s
        UNION ALL
        SELECT a.community_id, a.id
        FROM asks a
        JOIN episodes e ON e.id = a.episode_id
        WHERE a.ended_at IS NULL AND e.state <> 'queued'
        LIMIT %s
        """,
        [now, limit],
    )
    return await cursor.fetchall()
