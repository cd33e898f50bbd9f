"""Who a customer is: the same person as somebody else, and with whom they are at home."""

from starlette.responses import Response
from starlette.routing import Route

from coterie.conversations import merging
from coterie.conversations.doors import (
    access_customer,
    access_household,
    access_merge,
    may_bring_together,
)
from coterie.customers import household_queries, households
from coterie.customers import queries as customers
from coterie.customers.merging import mergeable
from coterie.customers.model import Customer
from coterie.kit.errors import Invalid, NotFound
from coterie.ui.templates import render
from coterie.workspace import customer_queries
from coterie.workspace.edge import Desk, at_desk, done, field, fragment
from coterie.workspace.rules import given

FOUND = 8


def routes() -> list[Route]:
    return [
        Route("/workspace/customers/{id}/merges", ask_who),
        Route("/workspace/customers/{id}/merges", merge, methods=["POST"]),
        Route("/workspace/customers/{id}/people", people),
        Route("/workspace/customers/{id}/merge-preview", preview),
        Route("/workspace/merges/{id}", unmerge, methods=["DELETE"]),
        Route("/workspace/customers/{id}/household", ask_household),
        Route("/workspace/customers/{id}/household", join, methods=["PUT"]),
        Route("/workspace/customers/{id}/household", rename, methods=["POST"]),
        Route("/workspace/customers/{id}/household", leave, methods=["DELETE"]),
    ]


async def customer_of(desk: Desk) -> Customer:
    async with desk.house.read() as tx:
        return await access_customer(tx, desk.viewer, desk.request.path_params["id"])


async def other_of(desk: Desk, customer: Customer, other_id: str) -> Customer:
    """Somebody else, whom they see, and whom they may bring together with this customer."""
    async with desk.house.read() as tx:
        await mergeable(tx, other_id)
        other = await access_customer(tx, desk.viewer, other_id)
    if other.id == customer.id:
        raise Invalid("Choose somebody else.", field="other")
    may_bring_together(desk.viewer, {customer.community_id, other.community_id})
    return other


# The same person


@at_desk
async def ask_who(desk: Desk) -> Response:
    customer = await customer_of(desk)
    return fragment(render("workspace/html/same_person.html", customer=customer))


@at_desk
async def people(desk: Desk) -> Response:
    """People of the community by name, phone or address, to choose from; `for` says what for."""
    customer = await customer_of(desk)
    query = desk.request.query_params.get("q", "").replace("\x00", "").strip()[:100]
    async with desk.house.read() as tx:
        found = (
            await customer_queries.people(tx, desk.me.community_id, query, customer.id, FOUND)
            if query
            else []
        )
    purpose = "household" if desk.request.query_params.get("for") == "household" else "merge"
    return fragment(
        render(
            "workspace/html/people.html",
            customer=customer,
            people=found,
            query=query,
            purpose=purpose,
            reader=desk.reader,
        )
    )


@at_desk
async def preview(desk: Desk) -> Response:
    """The two side by side, before anything is done."""
    customer = await customer_of(desk)
    other = await other_of(desk, customer, desk.request.query_params.get("other", ""))
    async with desk.house.read() as tx:
        both = [await customer_queries.about(tx, each.id) for each in (customer, other)]
    return fragment(
        render("workspace/html/merge.html", both=both, other=other, customer=customer, reader=desk.reader)
    )  # fmt: skip


@at_desk
async def merge(desk: Desk) -> Response:
    customer = await customer_of(desk)
    other = await other_of(desk, customer, field(await desk.request.form(), "other"))
    made = await desk.house.act_everywhere(
        lambda tx, now: merging.merge(tx, now, customer.id, other.id, desk.viewer.account_id)
    )
    return done("One person now, with one conversation.", undo=f"/workspace/merges/{made.id}")


@at_desk
async def unmerge(desk: Desk) -> Response:
    async with desk.house.read() as tx:
        found = await access_merge(tx, desk.viewer, desk.request.path_params["id"])
        both = [await customers.customer(tx, each) for each in (found.customer_id, found.other_id)]
    may_bring_together(desk.viewer, {each.community_id for each in both if each})
    await desk.house.act_everywhere(
        lambda tx, now: merging.unmerge(tx, now, found.id, desk.viewer.account_id)
    )
    return done("Two again. Each has what was theirs.")


# The household


@at_desk
async def ask_household(desk: Desk) -> Response:
    customer = await customer_of(desk)
    household, members = None, []
    async with desk.house.read() as tx:
        if customer.household_id:
            household = await access_household(tx, desk.viewer, customer.household_id)
            members = await household_queries.members(tx, household.id)
    return fragment(
        render(
            "workspace/html/household.html",
            customer=customer,
            household=household,
            members=members,
        )
    )


@at_desk
async def join(desk: Desk) -> Response:
    customer = await customer_of(desk)
    other = await other_of(desk, customer, field(await desk.request.form(), "other"))
    await desk.house.act_everywhere(
        lambda tx, now: households.live_with(tx, now, other.id, customer.id, desk.viewer.account_id)
    )
    return refreshed(f"{given(other.name) or 'They'} and {given(customer.name) or 'they'} are at home together.")  # fmt: skip


@at_desk
async def rename(desk: Desk) -> Response:
    customer = await customer_of(desk)
    name = field(await desk.request.form(), "name")
    if customer.household_id is None:
        raise NotFound("They are in no household.")
    household_id = customer.household_id
    await desk.house.act_everywhere(
        lambda tx, now: households.rename(tx, now, household_id, name, desk.viewer.account_id)
    )
    return refreshed("The household has a new name.")


@at_desk
async def leave(desk: Desk) -> Response:
    customer = await customer_of(desk)
    async with desk.house.read() as tx:
        mates = (
            await household_queries.members(tx, customer.household_id)
            if customer.household_id
            else []
        )
    may_bring_together(desk.viewer, {customer.community_id, *(each.community_id for each in mates)})
    await desk.house.act_everywhere(
        lambda tx, now: households.leave(tx, now, customer.id, desk.viewer.account_id)
    )
    return refreshed("Out of the household.")


def refreshed(words: str) -> Response:
    """A toast; and the card, which no event of a thread renews, is asked for again."""
    return fragment(render("workspace/html/refreshed.html", words=words))
