"""Communities: who is in them, what waits, what they have set."""

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
    bad_cursor,
    cursor,
    read_cursor,
    read_time,
)
from coterie.api.problems import may_fail
from coterie.api.shapes import CommunityShown, MemberShown, community_shown, member_shown
from coterie.communities import actions, queries
from coterie.communities.doors import access_community
from coterie.communities.model import Community
from coterie.communities.settings import as_json
from coterie.kit.ids import is_id
from coterie.routing import queries as routing
from coterie.routing.queries import Place

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
    rest = sorted((each for each in every if place_of(each) > start), key=place_of)
    page = rest[:limit]
    more = cursor("communities", place_of(page[-1])) if len(rest) > limit else None
    return Communities(items=[community_shown(each) for each in page], next=more)


def place_of(community: Community) -> str:
    """Its place in the list. Our own order, since every database has another."""
    return community.name.lower() + community.id


class Members(Shown):
    items: list[MemberShown]
    next: str | None = None


@router.get("/{id}/members", responses=may_fail(404))
async def members(house: House_, viewer: CommunitiesReader, id: Id) -> Members:
    """Everybody of a community, with presence and load as routing sees them now."""
    async with house.read() as tx:
        community = await access_community(tx, viewer, id)
        seen = await routing.members(tx, community.id, house.now())
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

    @property
    def place(self) -> Place:
        """Its place in the queue."""
        return self.time_given, self.waiting_since, self.episode_id


class Queue(Shown):
    items: list[Queued]
    next: str | None = None


@router.get("/{id}/queue", responses=may_fail(404))
async def queue(
    house: House_, viewer: CommunitiesReader, id: Id, after: After = None, limit: Limit = 200
) -> Queue:
    """What waits in a community, in its order: time given, then longest waiting."""
    start = read_place(after) if after else None
    async with house.read() as tx:
        community = await access_community(tx, viewer, id)
        found = await routing.queue(tx, community.id, limit + 1, start)
    page = [Queued.model_validate(each) for each in found[:limit]]
    more = cursor("queue", *page[-1].place) if len(found) > limit else None
    return Queue(items=page, next=more)


def read_place(after: str) -> Place:
    given, since, episode_id = read_cursor(after, "queue", 3)
    if not is_id(episode_id):
        raise bad_cursor()
    try:
        return read_time(given), read_time(since), episode_id
    except ValueError:
        raise bad_cursor() from None


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
