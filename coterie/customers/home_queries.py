"""All SQL of homes: what rule 1 needs of customers, and the dated history of where they were at home."""

from collections.abc import Sequence
from datetime import datetime

from coterie.customers.model import Choice, FactsOf, Home
from coterie.kit.db import Tx, rows, together


async def homes(tx: Tx, customer_id: str) -> list[Home]:
    """The history of a customer's homes, the present one first."""
    return await rows(
        tx,
        Home,
        """
        SELECT customer_id, since, community_id, reason, detail, until
        FROM homes
        WHERE customer_id = %s
        ORDER BY since DESC
        """,
        [customer_id],
    )


async def present_homes(tx: Tx, customer_ids: Sequence[str]) -> dict[str, Home]:
    found = await rows(
        tx,
        Home,
        """
        SELECT customer_id, since, community_id, reason, detail, until
        FROM homes
        WHERE customer_id = ANY(%s::uuid[]) AND until IS NULL
        """,
        [list(customer_ids)],
    )
    return {each.customer_id: each for each in found}


async def home_facts(tx: Tx, customer_ids: Sequence[str]) -> list[FactsOf]:
    """What rule 1 needs of these customers. Who was erased, or is part of another customer, has no home to choose.

    A household is where its anchor is: the eldest member who has a pin or lives in a territory.
    """
    return await rows(
        tx,
        FactsOf,
        """
        SELECT
            c.id,
            c.pin_id AS pin,
            a.community_id AS household,
            t.community_id AS territory,
            (SELECT id FROM communities WHERE catch_all) AS catch_all,
            c.area,
            a.id::text AS housemate
        FROM customers c
        LEFT JOIN territories t ON t.area = c.area AND t.until IS NULL
        LEFT JOIN LATERAL (
            SELECT m.id, coalesce(m.pin_id, mt.community_id) AS community_id
            FROM customers m
            LEFT JOIN territories mt ON mt.area = m.area AND mt.until IS NULL
            WHERE m.household_id = c.household_id
              AND m.merged_id IS NULL
              AND coalesce(m.pin_id, mt.community_id) IS NOT NULL
            ORDER BY m.created_at, m.id
            LIMIT 1
        ) a ON a.id <> c.id
        WHERE c.id = ANY(%s::uuid[]) AND c.merged_id IS NULL AND c.erased_at IS NULL
        """,
        [list(customer_ids)],
    )


async def housemates(tx: Tx, customer_ids: Sequence[str]) -> list[str]:
    """These customers and everybody who shares a household with one of them."""
    cursor = await tx.execute(
        """
        SELECT id
        FROM customers
        WHERE id = ANY(%(ids)s::uuid[])
        UNION
        SELECT m.id
        FROM customers c
        JOIN customers m ON m.household_id = c.household_id AND m.merged_id IS NULL
        WHERE c.id = ANY(%(ids)s::uuid[])
        """,
        {"ids": list(customer_ids)},
    )
    return [id_ for (id_,) in await cursor.fetchall()]


async def change_homes(
    tx: Tx, moved: Sequence[tuple[Home, datetime, Choice]], change_id: str | None
) -> None:
    """End these present homes, each at its time, and begin the next; the customers carry it."""
    ids = [before.customer_id for before, _, _ in moved]
    times = [at for _, at, _ in moved]
    communities = [home.community_id for _, _, home in moved]
    async with together(tx):
        await tx.execute(
            """
            UPDATE homes h
            SET until = n.at
            FROM unnest(%s::uuid[], %s::timestamptz[]) AS n (id, at)
            WHERE h.customer_id = n.id AND h.until IS NULL
            """,
            [ids, times],
        )
        await tx.execute(
            """
            INSERT INTO homes (customer_id, since, community_id, reason, detail, change_id)
            SELECT n.id, n.at, n.community_id, n.reason, n.detail, %s::uuid
            FROM unnest(%s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::text[])
                AS n (id, at, community_id, reason, detail)
            """,
            [
                change_id,
                ids,
                times,
                communities,
                [home.reason for _, _, home in moved],
                [home.detail for _, _, home in moved],
            ],
        )
        await tx.execute(
            """
            UPDATE customers c
            SET community_id = n.community_id
            FROM unnest(%s::uuid[], %s::uuid[]) AS n (id, community_id)
            WHERE c.id = n.id AND c.community_id <> n.community_id
            """,
            [ids, communities],
        )
