"""Areas: where customers can live, and whose territory each is in."""

from fastapi import APIRouter

from coterie.api.edge import After, CommunitiesReader, House_, Limit, Shown, cursor, read_cursor
from coterie.api.problems import may_fail
from coterie.communities import queries

router = APIRouter(tags=["communities"])


class AreaShown(Shown):
    """`community_id` is null where no community serves it: its customers go to the catch-all."""

    area: str
    name: str
    community_id: str | None


class Areas(Shown):
    items: list[AreaShown]
    next: str | None


@router.get("/areas", responses=may_fail())
async def areas(
    house: House_, viewer: CommunitiesReader, after: After = None, limit: Limit = 500
) -> Areas:
    """The areas that are known, in order. What belongs to a community that this token doesn't see is left out."""
    start = read_cursor(after, "areas", 1)[0] if after else ""
    async with house.read() as tx:
        page = await queries.held_areas(tx, start, limit)
    more = cursor("areas", page[-1].area) if len(page) == limit else None
    seen = [each for each in page if each.community_id is None or viewer.sees(each.community_id)]
    return Areas(items=[AreaShown.model_validate(each) for each in seen], next=more)
