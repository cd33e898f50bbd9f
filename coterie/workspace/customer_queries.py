"""SQL of what is known about a customer and their thread: who they are, where their home is, what was decided and solved."""

from collections.abc import Sequence
from dataclasses import replace

from coterie.kit.db import Tx, row, rows
from coterie.routing.model import Decision
from coterie.workspace.model import About, Home, Identity, Merged, Owned, Person, Said, Solved
from coterie.workspace.queries import like_start


async def about(tx: Tx, customer_id: str) -> About | None:
    """What is known of a customer, their homes and their cases."""
    found = await row(
        tx,
        About,
        """
        SELECT c.id AS customer_id, c.name, c.ref, c.area, r.name AS area_name, h.name AS household, c.segment,
               c.language, c.vulnerable, c.consent, c.created_at
        FROM customers c
        LEFT JOIN areas r ON r.area = c.area
        LEFT JOIN households h ON h.id = c.household_id
        WHERE c.id = %s
        """,
        [customer_id],
    )
    if found is None:
        return None
    return replace(
        found,
        identities=tuple(await identities(tx, customer_id)),
        homes=tuple(await homes(tx, customer_id)),
        cases=tuple(await cases(tx, customer_id)),
        kin=tuple(await kin(tx, customer_id)),
        merged=tuple(await merged(tx, customer_id)),
    )


async def identities(tx: Tx, customer_id: str) -> list[Identity]:
    return await rows(
        tx,
        Identity,
        """
        SELECT kind, value, scope = '' AS proved
        FROM identities
        WHERE customer_id = %s AND kind NOT IN ('messenger', 'ref')
        ORDER BY scope, kind, value
        LIMIT 12
        """,
        [customer_id],
    )


async def homes(tx: Tx, customer_id: str) -> list[Home]:
    return await rows(
        tx,
        Home,
        """
        SELECT k.name AS community, k.hue, h.since, h.until, h.reason, h.detail
        FROM homes h
        JOIN communities k ON k.id = h.community_id
        WHERE h.customer_id = %s
        ORDER BY h.since DESC
        LIMIT 10
        """,
        [customer_id],
    )


async def cases(tx: Tx, customer_id: str) -> list[Owned]:
    return await rows(
        tx,
        Owned,
        """
        SELECT k.id AS case_id, k.title, k.state, k.owner_id, a.name AS owner, k.opened_at
        FROM threads t
        JOIN cases k ON k.thread_id = t.id
        LEFT JOIN accounts a ON a.id = k.owner_id
        WHERE t.customer_id = %s
        ORDER BY k.opened_at DESC
        LIMIT 30
        """,
        [customer_id],
    )


async def merged(tx: Tx, customer_id: str) -> list[Merged]:
    """The records that are part of this customer, the latest first."""
    return await rows(
        tx,
        Merged,
        """
        SELECT m.id AS merge_id, o.name, m.at
        FROM merges m
        JOIN customers o ON o.id = m.other_id
        WHERE m.customer_id = %s AND m.undone_at IS NULL
        ORDER BY m.at DESC, m.id DESC
        """,
        [customer_id],
    )


async def people(tx: Tx, community_id: str, words: str, but: str, limit: int) -> list[Person]:
    """Customers at home here, by the beginning of a name or by a whole address; without this one."""
    return await rows(
        tx,
        Person,
        """
        SELECT c.id, c.name, ARRAY(
            SELECT i.value
            FROM identities i
            WHERE i.customer_id = c.id AND i.scope = '' AND i.kind NOT IN ('messenger', 'ref')
            ORDER BY i.kind, i.value
            LIMIT 2
        ) AS addresses
        FROM customers c
        WHERE c.community_id = %(community)s AND c.id <> %(but)s
          AND c.merged_id IS NULL AND c.erased_at IS NULL
          AND (lower(c.name) LIKE %(start)s OR c.id IN (
              SELECT customer_id FROM identities WHERE value = ANY(%(values)s)))
        ORDER BY lower(c.name), c.id
        LIMIT %(limit)s
        """,
        {
            "community": community_id,
            "but": but,
            "start": like_start(words.lower()),
            "values": [words, words.lower(), words.replace(" ", "")],
            "limit": limit,
        },
    )


async def kin(tx: Tx, customer_id: str) -> list[str]:
    """Who else lives in the household."""
    cursor = await tx.execute(
        """
        SELECT o.name
        FROM customers c
        JOIN customers o ON o.household_id = c.household_id AND o.id <> c.id
        WHERE c.id = %s AND o.erased_at IS NULL AND o.merged_id IS NULL
        ORDER BY o.name
        LIMIT 6
        """,
        [customer_id],
    )
    return [name for (name,) in await cursor.fetchall()]


async def resolutions(tx: Tx, thread_id: str) -> list[Solved]:
    """When cases of this thread were solved, reopened, and what the customer said to it."""
    return await rows(
        tx,
        Solved,
        """
        SELECT r.case_id, r.at, a.name AS expert, r.how, r.kind, r.undone_at, r.undone_by
        FROM cases k
        JOIN resolutions r ON r.case_id = k.id
        LEFT JOIN accounts a ON a.id = r.expert_id
        WHERE k.thread_id = %s
        ORDER BY r.at
        """,
        [thread_id],
    )


async def confirmations(tx: Tx, thread_id: str) -> list[Said]:
    return await rows(
        tx,
        Said,
        """
        SELECT f.case_id, f.at, f.solved, f.effort
        FROM cases k
        JOIN confirmations f ON f.case_id = k.id
        WHERE k.thread_id = %s
        ORDER BY f.at
        """,
        [thread_id],
    )


async def decisions(tx: Tx, thread_id: str, limit: int = 40) -> list[Decision]:
    """The latest decisions about a thread's bursts of contact, in the order of time."""
    found = await rows(
        tx,
        Decision,
        """
        SELECT d.id, d.episode_id, d.community_id, d.at, d.policy, d.settings_version, d.situation, d.codes,
               d.reason, d.chosen_id, d.time_given
        FROM cases k
        JOIN episodes e ON e.case_id = k.id
        JOIN decisions d ON d.episode_id = e.id
        WHERE k.thread_id = %s
        ORDER BY d.at DESC, d.id DESC
        LIMIT %s
        """,
        [thread_id, limit],
    )
    return found[::-1]


async def names(tx: Tx, account_ids: Sequence[str]) -> dict[str, str]:
    cursor = await tx.execute(
        "SELECT id, name FROM accounts WHERE id = ANY(%s::uuid[])", [list(account_ids)]
    )
    return dict(await cursor.fetchall())
