"""Households: customers who are at home together. Where the anchor's home is, there is everybody's who is not pinned.

The transaction holds the streams of all communities that may be concerned.
"""

from datetime import datetime

from coterie.customers import household_queries, queries
from coterie.customers.actions import rehome_many
from coterie.customers.home_queries import housemates
from coterie.customers.model import Customer, Household
from coterie.customers.rules import normal_name
from coterie.kit.access.audit import audit
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import new_id

MOST_MEMBERS = 500


async def join(
    tx: Tx, now: datetime, customer_id: str, household_id: str, by: str | None
) -> Household:
    """Put a customer into a household; out of the one before. Homes follow, dated."""
    household = await known_household(tx, household_id)
    if len(await household_queries.members(tx, household.id)) >= MOST_MEMBERS:
        raise Refused(f"A household has at most {MOST_MEMBERS} members.", "household_full")
    customer = await living(tx, customer_id)
    if customer.household_id != household.id:
        await move(tx, now, customer, household.id, by)
    return household


async def live_with(
    tx: Tx, now: datetime, customer_id: str, other_id: str, by: str | None
) -> Household:
    """Put a customer into the household of another, who begins one where they have none."""
    if customer_id == other_id:
        raise Invalid("A household needs somebody else.", "same_customer", field="with")
    other = await living(tx, other_id)
    household_id = other.household_id
    if household_id is None:
        household_id = new_id()
        await household_queries.add_household(tx, household_id)
        await move(tx, now, other, household_id, by)
    return await join(tx, now, customer_id, household_id, by)


async def leave(tx: Tx, now: datetime, customer_id: str, by: str | None) -> None:
    """Take a customer out of their household. Their home is chosen anew, and that of those who stay."""
    customer = await living(tx, customer_id)
    if customer.household_id is None:
        raise Refused("They are in no household.", "no_household")
    await move(tx, now, customer, None, by)


async def rename(tx: Tx, now: datetime, household_id: str, name: str, by: str | None) -> Household:
    household = await known_household(tx, household_id)
    await household_queries.rename(tx, household.id, normal_name(name))
    await audit(tx, now, by, "rename", "household", household.id)
    return await known_household(tx, household_id)


async def move(
    tx: Tx, now: datetime, customer: Customer, household_id: str | None, by: str | None
) -> None:
    """Out of one household, into another or none; everybody concerned gets the home that rule 1 gives them then."""
    before = await housemates(tx, [customer.id])
    await household_queries.put_into(tx, customer.id, household_id)
    if customer.household_id:
        await household_queries.drop_empty(tx, customer.household_id)
    verb = "join" if household_id else "leave"
    await audit(tx, now, by, verb, "household", household_id or customer.household_id or "", {"customer": customer.id})  # fmt: skip
    concerned = {*before, *await housemates(tx, [customer.id])}
    await rehome_many(tx, now, sorted(concerned), by)


async def living(tx: Tx, customer_id: str) -> Customer:
    """A customer who is there to be cared for: not erased, not part of another."""
    found = await queries.customer(tx, customer_id)
    if found is None or found.erased_at:
        raise NotFound("There is no such customer.")
    if found.merged_id:
        raise Refused("This record is part of another customer now.", "merged")
    return found


async def known_household(tx: Tx, household_id: str) -> Household:
    found = await household_queries.household(tx, household_id)
    if found is None:
        raise NotFound("There is no such household.")
    return found
