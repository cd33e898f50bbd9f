"""Communities: who is in them, what waits, what they have set."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body

from coterie.api.edge import (
    After,
    CommunitiesReader,
    CommunitiesWriter,
    House_,
    Id,
    Limit,
    Shown,
    Time,
    cursor,
    read_cursor,
)
from coterie.api.problems import may_fail
from coterie.api.shapes import CommunityShown, MemberShown, community_shown, member_shown
from coterie.communities import actions, queries
from coterie.communities.doors import access_community
from coterie.communities.settings import as_json
from coterie.routing import queries as routing

router = APIRouter(prefix="/communities", tags=["communities"])


class Communities(Shown):
    items: list[CommunityShown]
    next: str | None


@router.get("", responses=may_fail())
async def communities(
    house: House_, viewer: CommunitiesReader, after: After = None, limit: Limit = 100
) -> Communities:
    """The communities that this token sees, by name."""
    async with house.read() as tx:
        every = [each for each in await queries.communities(tx) if viewer.sees(each.id)]
    start = read_cursor(after, "communities", 1)[0] if after else ""
    rest = [each for each in every if (each.name.lower() + each.id) > start]
    page = rest[:limit]
    more = cursor("communities", page[-1].name.lower() + page[-1].id) if len(rest) > limit else None
    return Communities(items=[community_shown(each) for each in page], next=more)


class Members(Shown):
    items: list[MemberShown]
    next: str | None = None


@router.get("/{id}/members", responses=may_fail(404))
async def members(house: House_, viewer: CommunitiesReader, id: Id) -> Members:
    """Everybody of a community, with presence and load as routing sees them now."""
    async with house.read() as tx:
        community = await access_community(tx, viewer, id)
        settings = community.settings
        seen = await routing.members(
            tx, community.id, house.now(),
            weight_after=timedelta(seconds=settings.weight_after_s),
            weight_idle=settings.weight_idle,
        )  # fmt: skip
        experts = await queries.experts_of(tx, community.id)
    loads = {each.id: each.load for each in seen}
    return Members(items=[member_shown(each, loads.get(each.id, 0)) for each in experts])


class Queued(Shown):
    """An episode that waits. `time_given` is what the customer was told."""

    episode_id: str
    case_id: str
    thread_id: str
    customer_id: str
    channel: str
    owner_id: str | None
    topic: str
    waiting_since: Time
    answer_by: Time
    time_given: Time


class Queue(Shown):
    items: list[Queued]
    next: str | None = None


@router.get("/{id}/queue", responses=may_fail(404))
async def queue(house: House_, viewer: CommunitiesReader, id: Id, limit: Limit = 200) -> Queue:
    """What waits in a community, in its order: time given, then longest waiting."""
    async with house.read() as tx:
        community = await access_community(tx, viewer, id)
        found = await routing.queue(tx, community.id, limit)
    return Queue(items=[Queued.model_validate(each) for each in found])


@router.get("/{id}/settings", responses=may_fail(404))
async def settings(house: House_, viewer: CommunitiesReader, id: Id) -> dict[str, Any]:
    """Every setting with the value in force. What each means stands in the reference."""
    async with house.read() as tx:
        community = await access_community(tx, viewer, id)
    return as_json(community.settings)


@router.patch("/{id}/settings", responses=may_fail(404, 409))
async def change_settings(
    house: House_, viewer: CommunitiesWriter, id: Id, body: Annotated[dict[str, Any], Body()]
) -> dict[str, Any]:
    """Change some settings; null takes one back to its default. For an admin."""
    async with house.read() as tx:
        community = await access_community(tx, viewer, id, change=True)
    await house.act(
        community.id,
        lambda tx, now: actions.change_settings(tx, now, community.id, body, by=viewer.account_id),
    )
    async with house.read() as tx:
        after = await access_community(tx, viewer, id)
    return as_json(after.settings)
