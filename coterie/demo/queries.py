"""What the simulated people look at: all SQL of the demo."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from coterie.demo.customers import YOURS
from coterie.kit.db import Tx, row, rows, value


@dataclass(frozen=True, slots=True)
class Scene:
    """An episode of an open case, as its two sides see it. `said` are the replies so far."""

    episode_id: str
    case_id: str
    community_id: str
    state: str
    expert_id: str
    expert: str
    owner_id: str | None
    since: datetime
    channel: str
    ref: str
    customer: str
    place: str
    message_id: str
    text: str
    first_text: str
    said: list[str]

    @property
    def is_simulated(self) -> bool:
        """Whether nobody but us writes for this customer."""
        return self.ref.startswith("WT-") and self.ref != YOURS


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer who may write next."""

    ref: str
    name: str
    email: str
    phone: str


async def scenes(tx: Tx) -> list[Scene]:
    """What is attended, and what waits on the customer. Social is left to whoever replays it."""
    return await rows(
        tx,
        Scene,
        """
        SELECT e.id AS episode_id, e.case_id, e.community_id, e.state,
            x.id AS expert_id, x.name AS expert, k.owner_id,
            coalesce(e.waiting_since, e.turn_at, e.opened_at) AS since,
            e.channel, coalesce(c.ref, '') AS ref, c.name AS customer, coalesce(a.name, '') AS place,
            l.id AS message_id, l.text, f.text AS first_text,
            ARRAY(
                SELECT r.text FROM messages r WHERE r.case_id = e.case_id AND r.kind = 'reply'
            ) AS said
        FROM episodes e
        JOIN cases k ON k.id = e.case_id
        JOIN customers c ON c.id = k.customer_id
        JOIN accounts x ON x.id = coalesce(e.attending_id, e.served_by, k.owner_id)
        LEFT JOIN areas a ON a.area = c.area
        JOIN LATERAL (
            SELECT m.id, m.text
            FROM messages m
            WHERE m.case_id = e.case_id AND m.kind = 'customer' AND NOT m.needs_nothing
            ORDER BY m.number DESC
            LIMIT 1
        ) l ON true
        JOIN LATERAL (
            SELECT m.text
            FROM messages m
            WHERE m.case_id = e.case_id AND m.kind = 'customer'
            ORDER BY m.number
            LIMIT 1
        ) f ON true
        WHERE e.state IN ('attended', 'waiting_customer') AND k.state = 'open' AND e.channel <> 'social'
        ORDER BY since
        """,
    )


async def caller(
    tx: Tx, salt: str, quiet_since: datetime, owners: Iterable[str], crowded: Iterable[str]
) -> Caller | None:
    """Somebody without an open case who has not written for a while; customers of these owners first, of those never."""
    return await row(
        tx,
        Caller,
        """
        SELECT c.ref, c.name,
            coalesce((SELECT min(i.value) FROM identities i
                WHERE i.customer_id = c.id AND i.kind = 'email' AND i.scope = ''), '') AS email,
            coalesce((SELECT min(i.value) FROM identities i
                WHERE i.customer_id = c.id AND i.kind = 'phone' AND i.scope = ''), '') AS phone
        FROM customers c
        LEFT JOIN threads t ON t.customer_id = c.id
        WHERE c.ref LIKE 'WT-%%' AND c.ref <> %(yours)s
            AND (t.last_at IS NULL OR t.last_at < %(quiet_since)s)
            AND NOT EXISTS (
                SELECT FROM cases k
                WHERE k.customer_id = c.id
                    AND (k.state = 'open' OR k.owner_id = ANY(%(crowded)s::uuid[]))
            )
        ORDER BY
            EXISTS (
                SELECT FROM cases k
                WHERE k.customer_id = c.id AND k.owner_id = ANY(%(owners)s::uuid[])
            ) DESC,
            EXISTS (SELECT FROM cases k WHERE k.customer_id = c.id AND k.state = 'watched'),
            md5(c.ref || %(salt)s)
        LIMIT 1
        """,
        {
            "yours": YOURS,
            "quiet_since": quiet_since,
            "owners": list(owners),
            "crowded": list(crowded),
            "salt": salt,
        },
    )


async def told_before(tx: Tx, ref: str) -> set[str]:
    """What a customer has ever written."""
    cursor = await tx.execute(
        """
        SELECT m.text
        FROM customers c
        JOIN threads t ON t.customer_id = c.id
        JOIN messages m ON m.thread_id = t.id AND m.kind = 'customer'
        WHERE c.ref = %s
        """,
        [ref],
    )
    return {text for (text,) in await cursor.fetchall()}


async def signed_in(tx: Tx, since: datetime, now: datetime) -> set[str]:
    """Accounts of which a browser has asked for something lately."""
    cursor = await tx.execute(
        "SELECT account_id FROM sessions WHERE used_at > %s AND ends_at > %s", [since, now]
    )
    return {account_id for (account_id,) in await cursor.fetchall()}


async def unconfirmed(tx: Tx, after: datetime, before: datetime) -> list[tuple[str, str]]:
    """Cases resolved in this time of which the customer has said nothing: (case, community)."""
    cursor = await tx.execute(
        """
        SELECT r.case_id, k.community_id
        FROM resolutions r
        JOIN cases k ON k.id = r.case_id AND k.state = 'watched'
        JOIN customers c ON c.id = k.customer_id
        WHERE r.at > %s AND r.at <= %s AND r.undone_at IS NULL
            AND c.ref LIKE 'WT-%%' AND c.ref <> %s
            AND NOT EXISTS (SELECT FROM confirmations f WHERE f.case_id = r.case_id)
        """,
        [after, before, YOURS],
    )
    return list(await cursor.fetchall())


async def unthanked(tx: Tx, before: datetime) -> list[tuple[str, str, str]]:
    """(ask, its community, who asked) of those that were answered before this time, and whose helper nobody has thanked."""
    cursor = await tx.execute(
        """
        SELECT id, community_id, asked_by
        FROM asks
        WHERE answered_at <= %s AND thanked_at IS NULL AND asked_by IS NOT NULL
        """,
        [before],
    )
    return list(await cursor.fetchall())


@dataclass(frozen=True, slots=True)
class OnShift:
    """A member, whether they work now, and what they say of themselves."""

    expert_id: str
    community_id: str
    works: bool
    state: str


async def on_shift(tx: Tx, now: datetime) -> list[OnShift]:
    return await rows(
        tx,
        OnShift,
        """
        SELECT m.expert_id, m.community_id, coalesce(p.state, 'off') AS state,
            EXISTS (
                SELECT FROM shifts s
                WHERE s.expert_id = m.expert_id AND s.starts_at <= %s AND s.ends_at > %s
            ) AND NOT EXISTS (
                SELECT FROM absences a
                WHERE a.expert_id = m.expert_id AND a.begun_at IS NOT NULL AND a.ended_at IS NULL
            ) AS works
        FROM memberships m
        LEFT JOIN presence p ON p.expert_id = m.expert_id
        WHERE m.until IS NULL
        """,
        [now, now],
    )


async def is_empty(tx: Tx) -> bool:
    """Whether nobody lives in this database yet."""
    return not await value(tx, "SELECT EXISTS (SELECT FROM accounts)")
