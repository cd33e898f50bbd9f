"""All SQL of customers and identities. Their homes are in `home_queries.py`."""

from collections.abc import Sequence
from datetime import datetime

from coterie.customers.model import Address, Choice, Customer, Identity, Newcomer
from coterie.kit.db import Asked, Tx, execute, row, rows, together


async def customer(tx: Tx, customer_id: str) -> Customer | None:
    return await row(tx, Customer, "SELECT * FROM customers WHERE id = %s", [customer_id])


async def customer_of(tx: Tx, address: Address) -> Customer | None:
    """Who is known by this address."""
    return await row(
        tx,
        Customer,
        """
        SELECT c.*
        FROM identities i
        JOIN customers c ON c.id = i.customer_id
        WHERE i.value = %s AND i.kind = %s AND i.scope = %s
        """,
        [address.value, address.kind, address.scope],
    )


async def records(tx: Tx, customer_id: str) -> list[Customer]:
    """A customer, and the records that were merged into them."""
    return await rows(
        tx,
        Customer,
        "SELECT * FROM customers WHERE id = %(id)s OR merged_id = %(id)s ORDER BY merged_id NULLS FIRST, id",
        {"id": customer_id},
    )


async def identities(tx: Tx, customer_id: str) -> list[Identity]:
    return await rows(
        tx,
        Identity,
        """
        SELECT kind, value, scope, customer_id, since
        FROM identities
        WHERE customer_id = %s
        ORDER BY since, kind, value
        """,
        [customer_id],
    )


async def territory_facts(tx: Tx, areas: Sequence[str]) -> dict[str, str | None]:
    return dict(await (await ask_territories(tx, areas)).fetchall())


async def ask_territories(tx: Tx, areas: Sequence[str]) -> Asked:
    """For each of these areas that is known, the community whose territory holds it: (area, community)."""
    return await tx.execute(
        """
        SELECT a.area, t.community_id
        FROM areas a
        LEFT JOIN territories t ON t.area = a.area AND t.until IS NULL
        WHERE a.area = ANY(%s)
        """,
        [list(areas)],
    )


async def catch_all(tx: Tx) -> str | None:
    found: tuple[str] | None = await (await ask_catch_all(tx)).fetchone()
    return found[0] if found else None


async def ask_catch_all(tx: Tx) -> Asked:
    return await tx.execute("SELECT id FROM communities WHERE catch_all")


async def add_customers(
    tx: Tx, now: datetime, newcomers: Sequence[tuple[str, Newcomer, Choice]]
) -> None:
    """Store customers with their first identity and home: (new id, who, home)."""
    async with together(tx):
        await tx.execute(
            """
            INSERT INTO customers (id, ref, name, area, language, community_id, created_at)
            SELECT n.id, n.ref, n.name, n.area, n.language, n.community_id, %s
            FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[])
                AS n (id, ref, name, area, language, community_id)
            """,
            [
                now,
                [id_ for id_, _, _ in newcomers],
                [who.ref for _, who, _ in newcomers],
                [who.name for _, who, _ in newcomers],
                [who.area for _, who, _ in newcomers],
                [who.language for _, who, _ in newcomers],
                [home.community_id for _, _, home in newcomers],
            ],
        )
        await tx.execute(
            """
            INSERT INTO identities (kind, value, scope, customer_id, since)
            SELECT n.kind, n.value, n.scope, n.id, %s
            FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS n (id, kind, value, scope)
            """,
            [
                now,
                [id_ for id_, _, _ in newcomers],
                [who.address.kind for _, who, _ in newcomers],
                [who.address.value for _, who, _ in newcomers],
                [who.address.scope for _, who, _ in newcomers],
            ],
        )
        await tx.execute(
            """
            INSERT INTO homes (customer_id, since, community_id, reason, detail)
            SELECT n.id, %s, n.community_id, n.reason, n.detail
            FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS n (id, community_id, reason, detail)
            """,
            [
                now,
                [id_ for id_, _, _ in newcomers],
                [home.community_id for _, _, home in newcomers],
                [home.reason for _, _, home in newcomers],
                [home.detail for _, _, home in newcomers],
            ],
        )


async def add_identity(tx: Tx, now: datetime, customer_id: str, address: Address) -> bool:
    """Give a customer one more address; False where somebody has it already."""
    return bool(
        await execute(
            tx,
            """
            INSERT INTO identities (kind, value, scope, customer_id, since)
            VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT DO NOTHING
            """,
            [address.kind, address.value, address.scope, customer_id, now],
        )
    )


async def save_care(tx: Tx, changed: Customer) -> None:
    """Write whether they need care, and what they agreed to."""
    await execute(
        tx,
        "UPDATE customers SET vulnerable = %s, consent = %s WHERE id = %s",
        [changed.vulnerable, changed.consent, changed.id],
    )


async def change_pin(tx: Tx, customer_id: str, pin_id: str | None, why: str | None) -> None:
    await execute(
        tx,
        "UPDATE customers SET pin_id = %s, pin_why = %s WHERE id = %s",
        [pin_id, why, customer_id],
    )
