"""Households: who is at home together."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, model_validator

from coterie.api.edge import (
    CustomersReader,
    CustomersWriter,
    House_,
    Id,
    IdField,
    Shape,
    Shown,
    Text,
)
from coterie.api.problems import may_fail
from coterie.conversations.doors import access_customer, access_household, may_bring_together
from coterie.customers import household_queries, households
from coterie.customers.model import Household
from coterie.customers.rules import LONGEST_NAME
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.house import House

router = APIRouter(tags=["customers"])


class HousemateShown(Shown):
    id: str
    name: str
    community_id: str


class HouseholdShown(Shown):
    """Customers who are at home together. `members` are those that this token sees, the eldest first."""

    id: str
    ref: str | None
    name: str
    members: list[HousemateShown]


class Belonging(Shape):
    """Into which household: one that there is, or that of another customer, who begins one where they have none."""

    household: IdField | None = None
    with_: IdField | None = Field(None, alias="with")

    @model_validator(mode="after")
    def one_of_both(self) -> "Belonging":
        if (self.household is None) == (self.with_ is None):
            raise ValueError("say either `household` or `with`")
        return self


class Named(Shape):
    name: Annotated[Text, Field(max_length=LONGEST_NAME)]


@router.put("/customers/{id}/household", responses=may_fail(404, 409))
async def join(house: House_, viewer: CustomersWriter, id: Id, body: Belonging) -> HouseholdShown:
    """Put this customer into a household, out of the one before. Homes follow, dated.

    Where that takes somebody to another community, for an admin or a manager.
    """
    async with house.read() as tx:
        customer = await access_customer(tx, viewer, id)
        if body.with_ is not None:
            other = await access_customer(tx, viewer, body.with_)
            may_bring_together(viewer, {customer.community_id, other.community_id})
            household, found = None, other.id
        else:
            household = await access_household(tx, viewer, body.household or "")
            mates = await household_queries.members(tx, household.id)
            may_bring_together(viewer, {customer.community_id, *(m.community_id for m in mates)})
            found = household.id
    verb = households.live_with if household is None else households.join
    return await changed(
        house, viewer, lambda tx, now: verb(tx, now, customer.id, found, viewer.account_id)
    )


async def changed(
    house: House, viewer: Viewer, verb: Callable[[Tx, datetime], Awaitable[Household]]
) -> HouseholdShown:
    async def act(tx: Tx, now: datetime) -> HouseholdShown:
        return await shown(tx, viewer, await verb(tx, now))

    return await house.act_everywhere(act)


async def shown(tx: Tx, viewer: Viewer, household: Household) -> HouseholdShown:
    mates = await household_queries.members(tx, household.id)
    return HouseholdShown(
        id=household.id,
        ref=household.ref,
        name=household.name,
        members=[
            HousemateShown.model_validate(each)
            for each in mates
            if viewer.role == "admin" or each.community_id in viewer.community_ids
        ],
    )


@router.delete("/customers/{id}/household", status_code=204, responses=may_fail(404, 409))
async def leave(house: House_, viewer: CustomersWriter, id: Id) -> None:
    """Take this customer out of their household. Their home is chosen anew, and that of those who stay."""
    async with house.read() as tx:
        customer = await access_customer(tx, viewer, id)
        mates = (
            await household_queries.members(tx, customer.household_id)
            if customer.household_id
            else []
        )
    may_bring_together(viewer, {customer.community_id, *(each.community_id for each in mates)})
    await house.act_everywhere(
        lambda tx, now: households.leave(tx, now, customer.id, viewer.account_id)
    )


@router.get("/households/{id}", responses=may_fail(404))
async def household(house: House_, viewer: CustomersReader, id: Id) -> HouseholdShown:
    async with house.read() as tx:
        return await shown(tx, viewer, await access_household(tx, viewer, id))


@router.patch("/households/{id}", responses=may_fail(404))
async def rename(house: House_, viewer: CustomersWriter, id: Id, body: Named) -> HouseholdShown:
    """Give the household a name that people know it by, or none."""
    async with house.read() as tx:
        found = await access_household(tx, viewer, id)
    return await changed(
        house,
        viewer,
        lambda tx, now: households.rename(tx, now, found.id, body.name, viewer.account_id),
    )
