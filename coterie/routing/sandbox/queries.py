"""All SQL of the sandbox. It reads what happened and what is known of who was there; it writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coterie.kit.db import Tx, execute, rows, value
from coterie.routing.sandbox.model import Happened, Recorded, RecordedWait


async def look_only(tx: Tx) -> None:
    """The whole transaction sees one moment, and can write nothing."""
    await execute(tx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


async def turns_between(tx: Tx, community_id: str, start: datetime, end: datetime) -> int:
    """How often an episode came to need us."""
    number: int = await value(
        tx,
        """
        SELECT count(*)
        FROM events
        WHERE stream_id = %s AND at >= %s AND at < %s AND kind = 'episode_needs_us'
        """,
        [community_id, start, end],
    )
    return number


async def happened(
    tx: Tx, community_id: str, start: datetime, end: datetime, kinds: Sequence[str]
) -> list[Happened]:
    """The events of these kinds in their order; `group` is the first of those of one transaction."""
    return await rows(
        tx,
        Happened,
        """
        SELECT number, min(number) OVER (PARTITION BY era, transaction, at) AS "group", at, kind, ids, values
        FROM events
        WHERE stream_id = %s AND at >= %s AND at < %s AND kind = ANY(%s)
        ORDER BY number
        """,
        [community_id, start, end, list(kinds)],
    )


async def decided(tx: Tx, community_id: str, start: datetime, end: datetime) -> list[Recorded]:
    """The stored decisions, and of what they saw who attended and who owned the last case."""
    return await rows(
        tx,
        Recorded,
        """
        SELECT episode_id, at, policy, reason, chosen_id, time_given,
            situation->'ids'->>nullif((situation->'contact'->>0)::int, -1) AS attending_id,
            situation->'ids'->>nullif((situation->'contact'->>2)::int, -1) AS last_owner_id
        FROM decisions
        WHERE community_id = %s AND at >= %s AND at < %s
        ORDER BY at, id
        """,
        [community_id, start, end],
    )


async def said_at(tx: Tx, message_ids: Sequence[str]) -> dict[str, datetime]:
    cursor = await tx.execute(
        "SELECT id, at FROM messages WHERE id = ANY(%s::uuid[])", [list(message_ids)]
    )
    return dict(await cursor.fetchall())


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What routing asks of a case."""

    id: str
    topic: str
    language: str
    answered_at: datetime | None
    rated_at: list[datetime]
    rated_ids: list[str]


async def case_rows(tx: Tx, case_ids: Sequence[str]) -> list[CaseRow]:
    return await rows(
        tx,
        CaseRow,
        """
        SELECT k.id, k.topic, c.language, k.answered_at,
            ARRAY(SELECT b.at FROM bad_ratings b WHERE b.customer_id = c.id ORDER BY b.expert_id) AS rated_at,
            ARRAY(
                SELECT b.expert_id::text FROM bad_ratings b WHERE b.customer_id = c.id ORDER BY b.expert_id
            ) AS rated_ids
        FROM cases k
        JOIN customers c ON c.id = k.customer_id
        WHERE k.id = ANY(%s::uuid[])
        """,
        [list(case_ids)],
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who was a member at any time of a span, as they are today."""

    id: str
    name: str
    role: str
    since: datetime
    until: datetime | None
    seats: list[str]
    languages: list[str]
    skills: dict[str, int]
    capacity: float
    given_at: datetime | None
    planned_since: datetime | None
    state: str | None
    state_since: datetime | None
    began_at: datetime | None


async def person_rows(tx: Tx, community_id: str, start: datetime, end: datetime) -> list[PersonRow]:
    return await rows(
        tx,
        PersonRow,
        """
        SELECT m.expert_id AS id, a.name, m.role, m.since, m.until, x.seats, x.languages,
            coalesce(
                (SELECT jsonb_object_agg(k.skill, k.level) FROM skills k WHERE k.expert_id = m.expert_id), '{}'
            ) AS skills,
            x.capacity::float8 AS capacity,
            (SELECT max(d.at) FROM decisions d
             WHERE d.community_id = m.community_id AND d.chosen_id = m.expert_id AND d.at < %(start)s) AS given_at,
            least(
                (SELECT min(h.starts_at) FROM shifts h WHERE h.expert_id = m.expert_id),
                (SELECT min(u.at) FROM audit u
                 WHERE u.object = 'expert' AND u.object_id = m.expert_id::text AND u.verb = 'plan_shifts')
            ) AS planned_since,
            p.state, p.since AS state_since, p.began_at
        FROM memberships m
        JOIN experts x ON x.id = m.expert_id
        JOIN accounts a ON a.id = m.expert_id
        LEFT JOIN presence p ON p.expert_id = m.expert_id
        WHERE m.community_id = %(community)s AND m.since < %(end)s
          AND (m.until IS NULL OR m.until >= %(start)s)
        """,
        {"community": community_id, "start": start, "end": end},
    )


async def presences_before(
    tx: Tx, community_id: str, start: datetime
) -> list[tuple[str, str, datetime]]:
    """Expert, state and since when: the last change of each before a time."""
    cursor = await tx.execute(
        """
        SELECT DISTINCT ON (ids->>'expert') ids->>'expert', values->>'state', at
        FROM events
        WHERE stream_id = %s AND at < %s AND kind = 'presence_changed'
        ORDER BY ids->>'expert', number DESC
        """,
        [community_id, start],
    )
    return await cursor.fetchall()


async def shifts(
    tx: Tx, expert_ids: Sequence[str], start: datetime
) -> list[tuple[str, datetime, datetime]]:
    cursor = await tx.execute(
        """
        SELECT expert_id, starts_at, ends_at
        FROM shifts
        WHERE expert_id = ANY(%s::uuid[]) AND ends_at >= %s
        ORDER BY starts_at
        """,
        [list(expert_ids), start],
    )
    return await cursor.fetchall()


async def absences(
    tx: Tx, expert_ids: Sequence[str], start: datetime
) -> list[tuple[str, datetime, datetime, datetime]]:
    """Expert, recorded at, from, to. What was taken back before it began is as if it had never been."""
    cursor = await tx.execute(
        """
        SELECT expert_id, recorded_at, starts_at, least(ended_at, ends_at)
        FROM absences
        WHERE expert_id = ANY(%s::uuid[]) AND cancelled_at IS NULL AND least(ended_at, ends_at) >= %s
        ORDER BY starts_at
        """,
        [list(expert_ids), start],
    )
    return await cursor.fetchall()


@dataclass(frozen=True, slots=True)
class Changed:
    """A line of the audit: what differed before and after."""

    at: datetime
    object: str
    object_id: str
    verb: str
    change: dict[str, Any]


async def changes_since(
    tx: Tx, community_id: str, expert_ids: Sequence[str], start: datetime
) -> list[Changed]:
    """What was changed about the community and its people since then, the last first."""
    return await rows(
        tx,
        Changed,
        """
        SELECT at, object, object_id, verb, change
        FROM audit
        WHERE at >= %s
          AND ((object = 'community' AND object_id = %s AND verb IN ('set', 'change'))
            OR (object = 'expert' AND object_id = ANY(%s) AND verb IN ('set_skills', 'change')))
        ORDER BY at DESC, id DESC
        """,
        [start, community_id, list(expert_ids)],
    )


async def settings_changed(
    tx: Tx, community_id: str, start: datetime, end: datetime
) -> list[tuple[datetime, int, int]]:
    """When the settings changed: at, number of the event, version."""
    cursor = await tx.execute(
        """
        SELECT at, number, (values->>'version')::int
        FROM events
        WHERE stream_id = %s AND at >= %s AND at < %s AND kind = 'settings_changed'
        ORDER BY number
        """,
        [community_id, start, end],
    )
    return await cursor.fetchall()


async def waits_before(
    tx: Tx, community_id: str, since: datetime, start: datetime
) -> list[RecordedWait]:
    """The waits that began between two times, the first first."""
    return await rows(
        tx,
        RecordedWait,
        """
        SELECT episode_id, at, family, language, began, ahead, positions, first_given, seconds, kept, ended_at
        FROM waits
        WHERE community_id = %s AND at > %s AND at < %s
        ORDER BY at, episode_id
        """,
        [community_id, since, start],
    )
