"""Experts: whether they are there, when they work, and how they leave."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from coterie.api.edge import CommunitiesWriter, GivenTime, House_, Id, Shape, Shown, Time
from coterie.api.problems import may_fail
from coterie.communities import actions, queries
from coterie.communities.doors import access_expert
from coterie.communities.model import Expert
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Refused
from coterie.kit.house import House

router = APIRouter(prefix="/experts/{id}", tags=["experts"])

MOST_SHIFTS = 1_000


class Presence(Shape):
    """Only `present` receives work."""

    state: Literal["present", "away", "off"]


class PresenceShown(Shown):
    expert_id: str
    state: str
    since: Time | None


@router.put("/presence", responses=may_fail(404, 409))
async def presence(
    house: House_, viewer: CommunitiesWriter, id: Id, body: Presence
) -> PresenceShown:
    """Be there, or not. Who goes has what they attend placed anew; their cases stay theirs."""
    expert, community_id = await directed(house, viewer, id)
    await house.act(
        community_id, lambda tx, now: actions.set_presence(tx, now, expert.id, body.state)
    )
    async with house.read() as tx:
        after = await queries.expert(tx, expert.id)
    assert after is not None
    return PresenceShown(expert_id=after.id, state=after.presence, since=after.present_since)


async def directed(house: House, viewer: Viewer, expert_id: str) -> tuple[Expert, str]:
    """An expert whom the viewer may direct, and the community that they belong to."""
    async with house.read() as tx:
        expert = await access_expert(tx, viewer, expert_id, direct=True)
    if expert.community_id is None:
        raise Refused(f"{expert.name} belongs to no community.", "no_member")
    return expert, expert.community_id


class Shift(Shape):
    starts_at: GivenTime
    ends_at: GivenTime


class Shifts(Shape):
    """All shifts that have not ended yet; those given replace them."""

    shifts: Annotated[list[Shift], Field(max_length=MOST_SHIFTS)]


class ShiftShown(Shown):
    id: str
    starts_at: Time
    ends_at: Time


class ShiftsShown(Shown):
    items: list[ShiftShown]
    next: str | None = None


@router.put("/shifts", responses=may_fail(404, 409))
async def shifts(house: House_, viewer: CommunitiesWriter, id: Id, body: Shifts) -> ShiftsShown:
    """Plan when somebody works. Without any shift on record, present is on shift."""
    expert, community_id = await directed(house, viewer, id)
    planned = [(each.starts_at, each.ends_at) for each in body.shifts]
    await house.act(
        community_id,
        lambda tx, now: actions.plan_shifts(tx, now, expert.id, planned, by=viewer.account_id),
    )
    async with house.read() as tx:
        found = await queries.shifts_ahead(tx, expert.id, house.now())
    return ShiftsShown(items=[ShiftShown.model_validate(each) for each in found])
