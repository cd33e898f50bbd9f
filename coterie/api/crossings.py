"""Crossings: who of another community serves a case for a while, and the ledger of them."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from coterie.api.cases import reach
from coterie.api.edge import (
    After,
    CommunitiesReader,
    CustomersWriter,
    GivenTime,
    House_,
    Id,
    IdField,
    Limit,
    Shape,
    Shown,
    Time,
    Writer,
    bad_cursor,
    cursor,
    expert_of,
    read_cursor,
)
from coterie.api.problems import may_fail
from coterie.communities.doors import access_community
from coterie.conversations import crossing_queries as queries
from coterie.conversations import crossings
from coterie.conversations.crossing_queries import Place
from coterie.conversations.doors import access_customer
from coterie.conversations.model import Crossing
from coterie.customers import actions as customers
from coterie.kit.ids import is_id
from coterie.kit.times import given_time
from coterie.routing import guests

router = APIRouter(tags=["crossings"])


class CrossingShown(Shown):
    """Somebody of `to_id` serves a case of `community_id`, or one episode of it. It ends by itself at `ends_at` or before.

    `reason`: promise or call (overflow); trust, language, skill or safety (special care).
    """

    id: str
    kind: Literal["overflow", "special_care"]
    case_id: str
    thread_id: str
    episode_id: str | None
    community_id: str
    to_id: str
    expert_id: str
    reason: str
    started_at: Time
    ends_at: Time
    ended_at: Time | None
    ended_why: str | None


class Crossings(Shown):
    items: list[CrossingShown]
    next: str | None


FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
Bound = Annotated[datetime | None, AfterValidator(lambda at: at and given_time(at))]


@router.get("/communities/{id}/crossings", responses=may_fail(404))
async def ledger(
    house: House_,
    viewer: CommunitiesReader,
    id: Id,
    from_: Annotated[Bound, Query(alias="from", description="Begun at this time or later.")] = None,
    to: Annotated[Bound, Query(description="Begun before this time.")] = None,
    after: After = None,
    limit: Limit = 100,
) -> Crossings:
    """What crossed the boundary of a community, the latest first: overflow and special care of its customers."""
    start = read_place(after) if after else None
    async with house.read() as tx:
        community = await access_community(tx, viewer, id)
        found = await queries.ledger(tx, community.id, from_ or FIRST, to or LAST, limit + 1, start)
    page = found[:limit]
    more = cursor("crossings", page[-1].started_at, page[-1].id) if len(found) > limit else None
    return Crossings(items=[shown(each) for each in page], next=more)


def read_place(after: str) -> Place:
    started_at, crossing_id = read_cursor(after, "crossings", 2)
    if not is_id(crossing_id):
        raise bad_cursor()
    try:
        return given_time(datetime.fromisoformat(started_at)), crossing_id
    except ValueError:
        raise bad_cursor() from None


class NewCare(Shape):
    """Which expert of another community serves the case, why, and until when."""

    expert_id: IdField
    reason: Literal["trust", "language", "skill", "safety"]
    until: GivenTime


@router.post("/cases/{id}/care", status_code=201, responses=may_fail(404, 409))
async def begin_care(house: House_, viewer: Writer, id: Id, body: NewCare) -> CrossingShown:
    """Begin special care. For the case's owner, a coach or the manager; only with the customer's recorded consent."""
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)
    begun: Crossing = await house.act(
        found.community_id,
        lambda tx, now: crossings.begin_care(
            tx, now, found.id, expert_id, leads=viewer.leads(found.community_id),
            expert_id=body.expert_id, reason=body.reason, until=body.until,
        ),
    )  # fmt: skip
    return shown(begun)


@router.delete("/cases/{id}/care", responses=may_fail(404, 409))
async def end_care(house: House_, viewer: Writer, id: Id) -> CrossingShown:
    """End special care before its date."""
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)
    ended: Crossing = await house.act(
        found.community_id,
        lambda tx, now: guests.end_care(
            tx, now, found.id, expert_id, leads=viewer.leads(found.community_id)
        ),
    )
    return shown(ended)


class Care(Shape):
    """Whether the customer is vulnerable, and whether they agreed that an expert of another community serves them."""

    vulnerable: bool
    special_care: bool


@router.put("/customers/{id}/care", status_code=204, responses=may_fail(404, 409))
async def record_care(house: House_, viewer: CustomersWriter, id: Id, body: Care) -> None:
    """Record what a customer needs and agreed to. Without consent their special care ends."""
    async with house.read() as tx:
        customer = await access_customer(tx, viewer, id)
    await house.act(
        customer.community_id,
        lambda tx, now: customers.record_care(
            tx, now, customer.id, vulnerable=body.vulnerable,
            consents={crossings.CONSENT: body.special_care}, by=viewer.account_id,
        ),
    )  # fmt: skip


def shown(crossing: Crossing) -> CrossingShown:
    return CrossingShown.model_validate(crossing)
