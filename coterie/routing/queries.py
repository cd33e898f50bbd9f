"""All SQL of routing: the needs, the members as they are now, the decisions. Waits stand in `wait_queries`."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from psycopg import AsyncCursor
from psycopg.types.json import Jsonb

from coterie.communities.settings import DEFAULTS
from coterie.kit.db import Tx, ask, rows, value
from coterie.routing.model import Decision, Member, Need, Waiting

Place: TypeAlias = tuple[datetime, datetime, str]
"""A place in the queue: time given, waiting since, the episode's id."""

NEED = """
    SELECT e.id AS episode_id, e.case_id, e.thread_id, k.customer_id, e.community_id, e.channel, e.state,
        e.opened_at, e.waiting_since, e.answer_by, e.time_given, e.attending_id, e.served_by, k.owner_id,
        CASE WHEN k.owner_id IS NULL THEN (
            SELECT o.owner_id
            FROM cases o
            WHERE o.thread_id = k.thread_id AND o.id <> k.id AND o.owner_id IS NOT NULL
            ORDER BY o.spoken_at DESC, o.id DESC
            LIMIT 1
        ) END AS last_owner_id,
        k.topic, c.language,
        ARRAY(SELECT b.expert_id FROM bad_ratings b WHERE b.customer_id = k.customer_id) AS rated_badly,
        e.guest_id,
        EXISTS (
            SELECT FROM crossings x
            WHERE x.case_id = e.case_id AND x.kind = 'special_care' AND x.ended_at IS NULL) AS in_care,
        w.at AS queued_at, w.first_given, w.ahead
    FROM episodes e
    JOIN cases k ON k.id = e.case_id
    JOIN customers c ON c.id = k.customer_id
    LEFT JOIN waits w ON w.episode_id = e.id AND w.ended_at IS NULL
"""


async def ask_needs(tx: Tx, episode_ids: Sequence[str]) -> AsyncCursor[Need]:
    """These episodes, of those that need us, in the order of the queue."""
    return await ask(
        tx,
        Need,
        NEED
        + """
        WHERE e.id = ANY(%s::uuid[]) AND e.state IN ('queued', 'attended')
        ORDER BY e.time_given NULLS FIRST, e.waiting_since, e.id
        """,
        [list(episode_ids)],
    )


async def queue(
    tx: Tx, community_id: str, limit: int = 200, after: Place | None = None
) -> list[Need]:
    """What waits in a community, after a place: time given first, then longest waiting."""
    time_given, waiting_since, episode_id = after or (None, None, None)
    return await rows(
        tx,
        Need,
        NEED
        + """
        WHERE e.community_id = %(community)s AND e.state = 'queued'
          AND (%(first)s OR (e.time_given, e.waiting_since, e.id)
              > (%(time_given)s::timestamptz, %(waiting_since)s::timestamptz, %(id)s::uuid))
        ORDER BY e.time_given, e.waiting_since, e.id
        LIMIT %(limit)s
        """,
        {
            "community": community_id,
            "first": after is None,
            "time_given": time_given,
            "waiting_since": waiting_since,
            "id": episode_id,
            "limit": limit,
        },
    )


async def placeable(
    tx: Tx,
    now: datetime,
    community_id: str,
    room: bool,
    present: Sequence[str],
    after: Need | None,
    limit: int = 100,
) -> list[Need]:
    """What a look at the queue may change, in its order, after one need.

    Everything while somebody has room; else whose time has passed, who was served by somebody present, or in whose
    case a named guest may serve.
    """
    return await rows(
        tx,
        Need,
        NEED
        + """
        WHERE e.community_id = %(community)s AND e.state = 'queued'
          AND (%(room)s OR e.time_given <= %(now)s OR e.served_by = ANY(%(present)s::uuid[])
               OR EXISTS (
                   SELECT FROM crossings x
                   WHERE x.case_id = e.case_id AND x.kind = 'special_care' AND x.ended_at IS NULL))
          AND (%(first)s OR (e.time_given, e.waiting_since, e.id)
              > (%(time_given)s::timestamptz, %(waiting_since)s::timestamptz, %(id)s::uuid))
        ORDER BY e.time_given, e.waiting_since, e.id
        LIMIT %(limit)s
        """,
        {
            "community": community_id,
            "room": room,
            "now": now,
            "present": list(present),
            "first": after is None,
            "time_given": after and after.time_given,
            "waiting_since": after and after.waiting_since,
            "id": after and after.episode_id,
            "limit": limit,
        },
    )


async def queue_length(tx: Tx, community_id: str) -> int:
    length: int = await value(
        tx,
        "SELECT count(*) FROM episodes WHERE community_id = %s AND state = 'queued'",
        [community_id],
    )
    return length


async def attended_by(tx: Tx, community_id: str, expert_id: str) -> list[str]:
    """The episodes that somebody attends now."""
    cursor = await tx.execute(
        """
        SELECT id
        FROM episodes
        WHERE community_id = %s AND attending_id = %s AND state = 'attended'
        ORDER BY waiting_since, id
        """,
        [community_id, expert_id],
    )
    return [episode_id for (episode_id,) in await cursor.fetchall()]


async def members(tx: Tx, community_id: str, now: datetime) -> list[Member]:
    """The experts, coaches and managers of a community as they are now, with their load by rule 7."""
    return await (await ask_members(tx, community_id, now)).fetchall()


async def ask_members(tx: Tx, community_id: str, now: datetime) -> AsyncCursor[Member]:
    """Their weights are the community's own, also of what they serve elsewhere as guests.

    Somebody without any planned shift is on shift whenever present. Who is absent is on no shift, and their next one
    begins after it.
    """
    return await ask(
        tx,
        Member,
        """
        SELECT m.expert_id AS id,
            coalesce(p.state = 'present', false) AS present,
            coalesce(s.on_shift, true) AND b.until IS NULL AS on_shift,
            CASE WHEN s.on_shift IS NULL THEN b.until ELSE s.next_shift END AS next_shift,
            x.seats,
            x.languages,
            coalesce(
                (SELECT jsonb_object_agg(k.skill, k.level) FROM skills k WHERE k.expert_id = m.expert_id), '{}'
            ) AS skills,
            (coalesce(l.load, 0) + coalesce(o.load, 0))::float8 AS load,
            x.capacity::float8 AS capacity,
            d.given_at,
            coalesce(l.on_call, false) OR coalesce(o.on_call, false) AS on_call,
            greatest(p.began_at, s.began_at) AS began_at
        FROM memberships m
        JOIN communities y ON y.id = m.community_id
        JOIN experts x ON x.id = m.expert_id
        LEFT JOIN presence p ON p.expert_id = m.expert_id
        LEFT JOIN LATERAL (
            SELECT range_agg(tstzrange(a.starts_at, a.ends_at)) AS spans,
                max(a.ends_at) FILTER (WHERE a.starts_at <= %(now)s AND a.ends_at > %(now)s) AS until
            FROM absences a
            WHERE a.expert_id = m.expert_id AND a.ended_at IS NULL AND a.cancelled_at IS NULL
        ) b ON true
        LEFT JOIN LATERAL (
            SELECT coalesce(
                    bool_or(h.starts_at <= %(now)s),
                    CASE WHEN EXISTS (SELECT FROM shifts o WHERE o.expert_id = m.expert_id) THEN false END
                ) AS on_shift,
                min(h.starts_at) FILTER (
                    WHERE h.starts_at > %(now)s AND (b.spans @> h.starts_at) IS NOT TRUE
                ) AS next_shift,
                max(h.starts_at) FILTER (WHERE h.starts_at <= %(now)s) AS began_at
            FROM shifts h
            WHERE h.expert_id = m.expert_id AND h.ends_at > %(now)s
        ) s ON true
        LEFT JOIN LATERAL (
            SELECT sum(w.weight) AS load, bool_or(w.call) AS on_call
            FROM (
                SELECT 1.0 AS weight, e.channel = 'voice' AS call
                FROM episodes e
                WHERE e.community_id = m.community_id AND e.attending_id = m.expert_id
                  AND e.state = 'attended'
                UNION ALL
                SELECT CASE
                    WHEN e.turn_at > %(now)s - make_interval(
                        secs => coalesce((y.settings->>'weight_after_s')::float8, %(weight_after_s)s))
                    THEN 1.0
                    ELSE coalesce((y.settings->>'weight_idle')::float8, %(weight_idle)s)
                END, false
                FROM episodes e
                WHERE e.community_id = m.community_id AND e.served_by = m.expert_id
                  AND e.state = 'waiting_customer'
            ) w
        ) l ON true
        LEFT JOIN (
            SELECT e.guest_id,
                sum(CASE
                    WHEN e.state = 'attended' OR e.turn_at > %(now)s - make_interval(
                        secs => coalesce((h.settings->>'weight_after_s')::float8, %(weight_after_s)s))
                    THEN 1.0
                    ELSE coalesce((h.settings->>'weight_idle')::float8, %(weight_idle)s)
                END) AS load,
                bool_or(e.state = 'attended' AND e.channel = 'voice') AS on_call
            FROM episodes e
            JOIN communities h ON h.id = %(community)s
            WHERE e.guest_id IS NOT NULL
            GROUP BY e.guest_id
        ) o ON o.guest_id = m.expert_id
        LEFT JOIN LATERAL (
            SELECT max(g.at) AS given_at
            FROM decisions g
            WHERE g.community_id = m.community_id AND g.chosen_id = m.expert_id
        ) d ON true
        WHERE m.community_id = %(community)s AND m.until IS NULL
        ORDER BY m.role = 'manager', m.role = 'coach', m.expert_id
        """,
        {
            "now": now,
            "weight_after_s": float(DEFAULTS.weight_after_s),
            "weight_idle": float(DEFAULTS.weight_idle),
            "community": community_id,
        },
    )


async def save_placement(
    tx: Tx,
    episode_id: str,
    state: str,
    attending_id: str | None,
    time_given: datetime | None,
    because: str,
    guest_id: str | None = None,
) -> None:
    """Where an episode stands from now on: with a member of its community, with a guest, or in the queue."""
    await tx.execute(
        """
        UPDATE episodes
        SET state = %s, attending_id = %s, guest_id = %s, time_given = %s, placed_because = %s,
            served_by = coalesce(%s, attending_id, guest_id, served_by)
        WHERE id = %s
        """,
        [
            state,
            attending_id,
            guest_id,
            time_given,
            because,
            attending_id or guest_id,
            episode_id,
        ],
    )


async def add_decision(tx: Tx, made: Decision) -> None:
    await tx.execute(
        """
        INSERT INTO decisions (
            id, episode_id, community_id, at, policy, settings_version, situation, codes, reason,
            chosen_id, time_given)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            made.id, made.episode_id, made.community_id, made.at, made.policy, made.settings_version,
            Jsonb(made.situation), made.codes, made.reason, made.chosen_id, made.time_given,
        ],
    )  # fmt: skip


DECISION = """
    SELECT id, episode_id, community_id, at, policy, settings_version, situation, codes, reason, chosen_id,
        time_given
    FROM decisions
"""


async def decisions(tx: Tx, episode_id: str) -> list[Decision]:
    """Every decision about an episode, the last first."""
    return await rows(
        tx, Decision, DECISION + "WHERE episode_id = %s ORDER BY at DESC, id DESC", [episode_id]
    )


async def last_decisions(tx: Tx, episode_ids: Sequence[str]) -> list[Decision]:
    """The last decision about each of these episodes."""
    return await rows(
        tx,
        Decision,
        """
        SELECT DISTINCT ON (episode_id)
            id, episode_id, community_id, at, policy, settings_version, situation, codes, reason, chosen_id,
            time_given
        FROM decisions
        WHERE episode_id = ANY(%s::uuid[])
        ORDER BY episode_id, at DESC, id DESC
        """,
        [list(episode_ids)],
    )


async def overflowing(tx: Tx) -> list[Waiting]:
    """What waits on a channel that may overflow, of communities whose buddy is there: the most urgent of each channel."""
    return await rows(
        tx,
        Waiting,
        """
        SELECT y.id AS community_id, y.buddy_id, y.settings::text AS stored_settings, e.channel,
            min(e.waiting_since) AS waiting_since, min(e.answer_by) AS answer_by
        FROM episodes e
        JOIN communities y ON y.id = e.community_id
        JOIN communities b ON b.id = y.buddy_id AND b.closed_at IS NULL
        WHERE e.state = 'queued' AND e.channel IN ('messenger', 'sms', 'voice')
          AND EXISTS (
              SELECT FROM memberships m
              JOIN presence p ON p.expert_id = m.expert_id AND p.state = 'present'
              WHERE m.community_id = b.id AND m.until IS NULL)
        GROUP BY y.id, e.channel
        ORDER BY y.id, e.channel
        """,
    )


async def cases_owned(tx: Tx, community_id: str) -> dict[str, int]:
    """How many open and watched cases each member owns; nobody who owns none."""
    cursor = await tx.execute(
        """
        SELECT owner_id, count(*)
        FROM cases
        WHERE community_id = %s AND state <> 'closed' AND owner_id IS NOT NULL
        GROUP BY owner_id
        """,
        [community_id],
    )
    return dict(await cursor.fetchall())


async def communities_with_queue(tx: Tx) -> list[str]:
    cursor = await tx.execute("SELECT DISTINCT community_id FROM episodes WHERE state = 'queued'")
    return [community_id for (community_id,) in await cursor.fetchall()]
