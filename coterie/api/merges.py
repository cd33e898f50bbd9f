"""Two records of one person: merged, and parted again."""

from fastapi import APIRouter

from coterie.api.edge import (
    CustomersReader,
    CustomersWriter,
    House_,
    Id,
    IdField,
    Shape,
    Shown,
    Time,
)
from coterie.api.problems import may_fail
from coterie.conversations import merging
from coterie.conversations.doors import access_customer, access_merge, may_bring_together
from coterie.customers import merge_queries
from coterie.customers import queries as customers
from coterie.customers.merging import mergeable

router = APIRouter(tags=["customers"])


class Other(Shape):
    """The record that becomes part of this customer."""

    other: IdField


class MergeShown(Shown):
    id: str
    customer_id: str
    other_id: str
    at: Time


class Merges(Shown):
    items: list[MergeShown]
    next: str | None = None


@router.post("/customers/{id}/merges", status_code=201, responses=may_fail(404, 409))
async def merge(house: House_, viewer: CustomersWriter, id: Id, body: Other) -> MergeShown:
    """These are one person: this customer survives, and the other's addresses, cases and messages are theirs.

    Whatever any of the addresses writes goes into one thread. Cases stay in the community in which they were opened.
    Whoever sees both may do it where they are at home in the same community; else an admin or a manager.
    """
    async with house.read() as tx:
        homes = {
            (await access_customer(tx, viewer, each)).community_id for each in (id, body.other)
        }
        for each in (id, body.other):
            await mergeable(tx, each)
    may_bring_together(viewer, homes)
    made = await house.act_everywhere(
        lambda tx, now: merging.merge(tx, now, id, body.other, viewer.account_id)
    )
    return MergeShown.model_validate(made)


@router.get("/customers/{id}/merges", responses=may_fail(404))
async def merges(house: House_, viewer: CustomersReader, id: Id) -> Merges:
    """What is merged into this customer now, the latest first: that one can be undone."""
    async with house.read() as tx:
        customer = await access_customer(tx, viewer, id)
        found = await merge_queries.standing(tx, customer.id)
    return Merges(items=[MergeShown.model_validate(each) for each in found])


@router.delete("/merges/{id}", status_code=204, responses=may_fail(404, 409))
async def unmerge(house: House_, viewer: CustomersWriter, id: Id) -> None:
    """They were two after all. Each has again what was theirs; what came after goes to whose address wrote it.

    Refused where one was erased, or where they were merged with somebody else since: undo that one first.
    """
    async with house.read() as tx:
        found = await access_merge(tx, viewer, id)
        both = [await customers.customer(tx, each) for each in (found.customer_id, found.other_id)]
    may_bring_together(viewer, {each.community_id for each in both if each})
    await house.act_everywhere(
        lambda tx, now: merging.unmerge(tx, now, found.id, viewer.account_id)
    )
