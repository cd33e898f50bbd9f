"""Customers, their home and why it is there."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from coterie.api.edge import (
    CustomersReader,
    CustomersWriter,
    House_,
    Id,
    IdField,
    Shape,
    Shown,
    Text,
    Time,
)
from coterie.api.problems import may_fail
from coterie.communities import queries as communities
from coterie.conversations.doors import MOVERS, access_customer
from coterie.customers import actions, erasure, home_queries, queries, rules
from coterie.customers.model import Choice, Customer, Home
from coterie.kit.db import Tx
from coterie.kit.errors import Forbidden, NotFound
from coterie.kit.house import House
from coterie.kit.ids import is_id

router = APIRouter(prefix="/customers/{id}", tags=["customers"])


class IdentityShown(Shown):
    kind: str
    value: str
    proved: bool
    since: Time


class CustomerShown(Shown):
    """A person or business that is cared for."""

    id: str
    ref: str | None
    name: str
    area: str | None
    segment: str
    language: str
    vulnerable: bool
    community_id: str
    household_id: str | None
    identities: list[IdentityShown]


class PastHome(Shown):
    community_id: str
    reason: str
    since: Time
    until: Time | None


class HomeShown(Shown):
    """The one home of this customer, why, and the ones before, the present first."""

    community_id: str
    reason: str
    since: Time
    history: list[PastHome]


@router.get("", responses=may_fail(404))
async def customer(house: House_, viewer: CustomersReader, id: Id) -> CustomerShown:
    async with house.read() as tx:
        found = await access_customer(tx, viewer, id)
        identities = await queries.identities(tx, found.id)
    return CustomerShown(
        id=found.id,
        ref=found.ref,
        name=found.name,
        area=found.area,
        segment=found.segment,
        language=found.language,
        vulnerable=found.vulnerable,
        community_id=found.community_id,
        household_id=found.household_id,
        identities=[IdentityShown.model_validate(each) for each in identities],
    )


@router.get("/home", responses=may_fail(404))
async def home(house: House_, viewer: CustomersReader, id: Id) -> HomeShown:
    async with house.read() as tx:
        return await home_shown(tx, await access_customer(tx, viewer, id))


async def home_shown(tx: Tx, customer: Customer) -> HomeShown:
    homes = await home_queries.homes(tx, customer.id)
    names = {each.id: each.name for each in await communities.communities(tx)}

    def words(each: Home) -> str:
        name = names.get(each.community_id, "A closed community")
        return rules.home_in_words(each.reason, each.detail, name, pin_why=customer.pin_why)

    history = [
        PastHome(community_id=h.community_id, reason=words(h), since=h.since, until=h.until)
        for h in homes
    ]
    present = history[0]
    return HomeShown(
        community_id=present.community_id,
        reason=present.reason,
        since=present.since,
        history=history,
    )


class Pin(Shape):
    community_id: IdField
    why: Annotated[Text, Field(min_length=1, max_length=500)]


@router.put("/pin", responses=may_fail(404, 409))
async def pin(house: House_, viewer: CustomersWriter, id: Id, body: Pin) -> HomeShown:
    """Give this customer a home by hand. Open cases run off where they were opened. For an admin or a manager."""
    if viewer.role not in MOVERS:
        raise Forbidden("Only an admin or a manager pins a customer.", "role")
    async with house.read() as tx:
        customer = await access_customer(tx, viewer, id)
        target = await open_community(tx, body.community_id)
    return await moved(
        house,
        customer.id,
        lambda tx, now: actions.pin(tx, now, customer.id, target, body.why, viewer.account_id),
    )


async def moved(
    house: House, customer_id: str, verb: Callable[[Tx, datetime], Awaitable[Choice]]
) -> HomeShown:
    """Have a verb change a home, and with it perhaps those of a household."""

    async def act(tx: Tx, now: datetime) -> HomeShown:
        await verb(tx, now)
        return await home_shown(tx, await actions.known(tx, customer_id))

    return await house.act_everywhere(act)


async def open_community(tx: Tx, community_id: str) -> str:
    """A customer may be pinned to any community that is open, also one that the viewer doesn't see."""
    found = await communities.community(tx, community_id) if is_id(community_id) else None
    if found is None or found.closed_at:
        raise NotFound("There is no such community.")
    return found.id


@router.delete("/pin", responses=may_fail(404, 409))
async def unpin(house: House_, viewer: CustomersWriter, id: Id) -> HomeShown:
    """Take the pin away: household, territory or catch-all decide again. For an admin or a manager."""
    if viewer.role not in MOVERS:
        raise Forbidden("Only an admin or a manager pins a customer.", "role")
    async with house.read() as tx:
        customer = await access_customer(tx, viewer, id)
    return await moved(
        house,
        customer.id,
        lambda tx, now: actions.unpin(tx, now, customer.id, viewer.account_id),
    )


@router.delete("", status_code=204, responses=may_fail(404, 409))
async def erase(house: House_, viewer: CustomersWriter, id: Id) -> None:
    """Erase everything that says who this customer is. What happened stays, by ids. For an admin; no way back."""
    if viewer.role != "admin":
        raise Forbidden("Only an admin erases a customer.", "role")
    async with house.read() as tx:
        customer = await access_customer(tx, viewer, id)
    await house.act(
        customer.community_id,
        lambda tx, now: erasure.erase(tx, now, customer.id, viewer.account_id),
    )
