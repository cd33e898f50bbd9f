"""Erasing a person: what names them goes, what happened stays, and every figure still stands.

The other slices erase their part as a reaction to `customer_erased`. The log needs nothing: it holds ids alone.
"""

from datetime import datetime

from coterie.customers.actions import rehome_many
from coterie.customers.home_queries import housemates
from coterie.customers.household_queries import drop_empty
from coterie.customers.queries import customer, records
from coterie.kit.access.audit import audit
from coterie.kit.db import Tx, execute
from coterie.kit.errors import NotFound
from coterie.kit.events import emit, settle


async def erase(tx: Tx, now: datetime, customer_id: str, by: str | None) -> None:
    """Take away everything that says who this customer is, and what was merged with them. It can't be undone."""
    found = await customer(tx, customer_id)
    if found is None:
        raise NotFound("There is no such customer.")
    if found.merged_id:
        return await erase(tx, now, found.merged_id, by)
    if found.erased_at:
        return None
    others = set(await housemates(tx, [customer_id])) - {customer_id}
    emit(tx, found.community_id, "customer_erased", now, {"customer": customer_id, "by": by})
    await settle(tx)  # while it can still be told what is theirs
    for record in await records(tx, customer_id):
        await forget_person(tx, now, record.id)
        await forget_addresses(tx, record.id)
        await forget_places(tx, record.id)
        if record.household_id:
            await drop_empty(tx, record.household_id)
    await audit(tx, now, by, "erase", "customer", customer_id)
    await rehome_many(tx, now, sorted(others), by)
    return None


async def forget_person(tx: Tx, now: datetime, customer_id: str) -> None:
    await execute(
        tx,
        """
        UPDATE customers
        SET ref = NULL, name = '', area = NULL, household_id = NULL, segment = '', language = '',
            vulnerable = false, consent = '{}', pin_why = CASE WHEN pin_id IS NULL THEN NULL ELSE '' END,
            erased_at = %s
        WHERE id = %s
        """,
        [now, customer_id],
    )


async def forget_addresses(tx: Tx, customer_id: str) -> None:
    """The addresses, the codes and mails that went to them or to a slip of the pen, and the browsers' ties."""
    await execute(
        tx,
        """
        DELETE FROM outbox
        WHERE recipient IN (SELECT value FROM identities WHERE customer_id = %s)
           OR recipient IN (
               SELECT c.value
               FROM codes c
               JOIN browsers b ON b.id = c.browser_id
               WHERE b.customer_id = %s
           )
        """,
        [customer_id, customer_id],
    )
    await execute(
        tx,
        """
        DELETE FROM codes
        WHERE value IN (SELECT value FROM identities WHERE customer_id = %s)
           OR browser_id IN (SELECT id FROM browsers WHERE customer_id = %s)
        """,
        [customer_id, customer_id],
    )
    await execute(
        tx,
        "UPDATE browsers SET customer_id = NULL, proved_at = NULL, area = NULL WHERE customer_id = %s",
        [customer_id],
    )
    await execute(tx, "DELETE FROM identities WHERE customer_id = %s", [customer_id])


async def forget_places(tx: Tx, customer_id: str) -> None:
    """Which community was home stays; the area that decided it goes."""
    await execute(tx, "UPDATE homes SET detail = '' WHERE customer_id = %s", [customer_id])
