"""What the year's rows say at its end: the model's figures, and who was forgotten. Each is a sentence and its SQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString

import psycopg

Rows = psycopg.Connection[Any]

FORGOTTEN: Mapping[str, LiteralString] = {
    "an open or watched case is owned by somebody who belongs to its community today": """
        SELECT c.id, c.owner_id
        FROM cases c
        LEFT JOIN memberships m ON m.expert_id = c.owner_id AND m.community_id = c.community_id AND m.until IS NULL
        WHERE c.state <> 'closed' AND c.owner_id IS NOT NULL AND m.expert_id IS NULL
    """,
    "an answered case has an owner, for ever": """
        SELECT c.id
        FROM cases c
        WHERE c.owner_id IS NULL AND EXISTS (SELECT FROM messages m WHERE m.case_id = c.id AND m.kind = 'reply')
    """,
    "nothing waits in the queue with its time passed": """
        SELECT id, time_given FROM episodes WHERE state = 'queued' AND time_given <= %(now)s
    """,
    "nobody attends without being present": """
        SELECT e.id, e.attending_id
        FROM episodes e
        LEFT JOIN presence p ON p.expert_id = coalesce(e.attending_id, e.guest_id)
        WHERE e.state = 'attended' AND p.state IS DISTINCT FROM 'present'
    """,
    "nothing has needed us for longer than three working days": """
        SELECT id, state, waiting_since
        FROM episodes
        WHERE state IN ('queued', 'attended') AND waiting_since < %(now)s - interval '5 days'
    """,
    "what a snooze, a quiet or a watch time ended was ended": """
        SELECT id FROM episodes WHERE least(wake_at, quiet_at) <= %(now)s
        UNION ALL
        SELECT id FROM cases WHERE watch_ends_at <= %(now)s AND state = 'watched'
    """,
}


def forgotten(database: Rows, now: datetime) -> dict[str, list[Any]]:
    """Every sentence that does not hold, with the rows that break it."""
    found = {
        what: database.execute(sql, {"now": now}).fetchall() for what, sql in FORGOTTEN.items()
    }
    return {what: rows for what, rows in found.items() if rows}


COUNTS: Mapping[str, LiteralString] = {
    "customers": "SELECT count(*) FROM customers",
    "contacts": "SELECT count(*) FROM messages WHERE kind = 'customer'",
    "cases": "SELECT count(*) FROM cases",
    "episodes": "SELECT count(*) FROM episodes",
    "decisions": "SELECT count(*) FROM decisions",
    "events": "SELECT count(*) FROM events",
}

# Placements with what the model's definitions ask: the owner then, and whether anybody who attended is of the home.
PLACED: LiteralString = """
    CREATE TEMPORARY TABLE placed AS
    SELECT e.ids ->> 'episode' AS episode, e.ids ->> 'case' AS case_id, e.ids ->> 'customer' AS customer,
        e.ids ->> 'expert' AS expert, e.ids ->> 'owner' AS owner, e.stream_id, e.number, e.at,
        e.values ->> 'reason' AS reason
    FROM events e
    WHERE e.kind = 'episode_placed';
    CREATE INDEX ON placed (customer, at);
    CREATE TEMPORARY TABLE answered AS
    SELECT e.ids ->> 'episode' AS episode, e.ids ->> 'expert' AS expert, e.ids ->> 'customer' AS customer,
        e.ids ->> 'case' AS case_id, coalesce(e.ids ->> 'owner', e.ids ->> 'expert') AS owner, e.stream_id, e.number, e.at
    FROM events e
    WHERE e.kind = 'reply_sent';
    CREATE INDEX ON answered (episode);
    CREATE TEMPORARY TABLE owned AS
    SELECT e.ids ->> 'case' AS case_id, e.ids ->> 'customer' AS customer, e.ids ->> 'expert' AS expert, e.at
    FROM events e
    WHERE e.kind = 'owner_set';
    CREATE INDEX ON owned (customer, at);
    ANALYZE placed, answered, owned
"""

SHARES: Mapping[str, LiteralString] = {
    "owner rate (episodes of owned cases attended by their owner)": """
        SELECT count(*) FILTER (WHERE owner = expert), count(*)
        FROM (SELECT DISTINCT ON (episode) * FROM placed WHERE owner IS NOT NULL ORDER BY episode, at DESC) p
    """,
    "continuity (returning customers met by an owner of an earlier case)": """
        SELECT count(*) FILTER (WHERE met), count(*)
        FROM (
            SELECT DISTINCT ON (p.episode) EXISTS (
                SELECT FROM owned o
                WHERE o.customer = p.customer AND o.case_id <> p.case_id AND o.at < p.at AND o.expert = p.expert) AS met
            FROM placed p
            WHERE EXISTS (
                SELECT FROM owned o WHERE o.customer = p.customer AND o.case_id <> p.case_id AND o.at < p.at)
            ORDER BY p.episode, p.at DESC
        ) r
    """,
    "home rate (episodes attended by the customer's home)": """
        SELECT count(*) FILTER (WHERE m.community_id = h.community_id), count(*)
        FROM (SELECT DISTINCT ON (episode) * FROM placed ORDER BY episode, at DESC) p
        JOIN memberships m
            ON m.expert_id = p.expert::uuid AND m.since <= p.at AND (m.until IS NULL OR m.until >= p.at)
        JOIN homes h ON h.customer_id = p.customer::uuid AND h.since <= p.at AND (h.until IS NULL OR h.until > p.at)
    """,
    "transferred (episodes in which the answering person changed)": """
        SELECT count(*) FILTER (WHERE people > 1), count(*)
        FROM (SELECT count(DISTINCT expert) AS people FROM answered GROUP BY episode) e
    """,
    "outside (episodes with overflow)": """
        SELECT (SELECT count(DISTINCT episode_id) FROM crossings WHERE kind = 'overflow'), (SELECT count(*) FROM episodes)
    """,
    "of the transferred by a handover": """
        SELECT count(*) FILTER (WHERE EXISTS (
            SELECT FROM answered a JOIN handovers h ON h.case_id = a.case_id::uuid
            WHERE a.episode = e.episode AND h.at BETWEEN e.began AND e.ended)), count(*)
        FROM (
            SELECT episode, min(at) AS began, max(at) AS ended
            FROM answered
            GROUP BY episode
            HAVING count(DISTINCT expert) > 1
        ) e
    """,
    "promise kept": """
        SELECT count(*) FILTER (WHERE kept_at <= due_at), count(*)
        FROM promises
        WHERE due_at <= %(now)s
    """,
    "honest times met": "SELECT count(*) FILTER (WHERE kept), count(*) FROM waits WHERE ended_at IS NOT NULL",
    "service level (turns answered within the channel's promise)": """
        SELECT count(*) FILTER (WHERE (values ->> 'kept')::boolean), count(*)
        FROM events
        WHERE kind = 'reply_sent' AND values ->> 'kept' IS NOT NULL
    """,
    "queued (episodes that ever stood in the queue)": """
        SELECT (SELECT count(DISTINCT ids ->> 'episode') FROM events WHERE kind = 'episode_queued'),
            (SELECT count(*) FROM episodes)
    """,
    "resolved at the first contact (closed cases with one episode)": """
        SELECT count(*) FILTER (WHERE n = 1), count(*)
        FROM (
            SELECT count(*) AS n
            FROM episodes e JOIN cases c ON c.id = e.case_id AND c.state = 'closed' AND c.answered_at IS NOT NULL
            GROUP BY c.id
        ) k
    """,
}
WAITS: LiteralString = """
    SELECT coalesce(percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds), '{0,0}')
    FROM waits
    WHERE ended_at IS NOT NULL
"""


def figures(database: Rows, now: datetime) -> list[str]:
    """The model's figures in lines to print, each with its n."""
    database.execute(PLACED)
    counts = [f"{one(database, sql, now)[0]:,} {what}" for what, sql in COUNTS.items()]
    lines = [", ".join(counts)]
    for what, sql in SHARES.items():
        part, whole = one(database, sql, now)
        lines.append(f"{what}: {part / whole if whole else 0:.1%} of {whole:,}")
    median, long = one(database, WAITS, now)[0]
    lines.append(
        f"wait in the queue: median {median / 60:.1f} min, 0.9 quantile {long / 60:.1f} min"
    )
    return lines


def one(database: Rows, sql: LiteralString, now: datetime) -> Any:
    return database.execute(sql, {"now": now} if "%(now)s" in sql else None).fetchone()
