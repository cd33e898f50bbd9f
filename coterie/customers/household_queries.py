"""All SQL of households: who is at home together."""

from dataclasses import dataclass
from datetime import datetime

from coterie.customers.model import Household
from coterie.kit.db import Tx, execute, row, rows


@dataclass(frozen=True, slots=True)
class Housemate:
    """A member of a household, as a list shows them."""

    id: str
    name: str
    community_id: str
    since: datetime


async def household(tx: Tx, household_id: str) -> Household | None:
    return await row(
        tx, Household, "SELECT id, ref, name FROM households WHERE id = %s", [household_id]
    )


async def members(tx: Tx, household_id: str) -> list[Housemate]:
    """Who belongs to it, the eldest first."""
    return await rows(
        tx,
        Housemate,
        """
        SELECT id, name, community_id, created_at AS since
        FROM customers
        WHERE household_id = %s AND merged_id IS NULL
        ORDER BY created_at, id
        """,
        [household_id],
    )


async def add_household(tx: Tx, household_id: str) -> None:
    await execute(tx, "INSERT INTO households (id) VALUES (%s)", [household_id])


async def rename(tx: Tx, household_id: str, name: str) -> None:
    await execute(tx, "UPDATE households SET name = %s WHERE id = %s", [name, household_id])


async def put_into(tx: Tx, customer_id: str, household_id: str | None) -> None:
    await execute(
        tx, "UPDATE customers SET household_id = %s WHERE id = %s", [household_id, customer_id]
    )


async def drop_empty(tx: Tx, household_id: str) -> None:
    """A household of nobody is none, and its name goes with the last member."""
    await execute(
        tx,
        """
        DELETE FROM households
        WHERE id = %(id)s AND NOT EXISTS (SELECT FROM customers WHERE household_id = %(id)s)
        """,
        {"id": household_id},
    )
