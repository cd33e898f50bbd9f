"""Promises: what an expert told the customer will happen, by when."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from coterie.api.cases import reach
from coterie.api.edge import (
    GivenTime,
    House_,
    Id,
    Reader,
    Shape,
    Shown,
    Text,
    Time,
    Writer,
    expert_of,
)
from coterie.api.problems import may_fail
from coterie.conversations import promise_queries as queries
from coterie.conversations import promises
from coterie.conversations.doors import access_case, access_promise
from coterie.conversations.model import Promise
from coterie.kit.access.viewer import Viewer
from coterie.kit.house import House

router = APIRouter(tags=["promises"])


class PromiseShown(Shown):
    """`state` is open, kept, broken (its time has passed) or kept_late."""

    id: str
    case_id: str
    community_id: str
    expert_id: str
    kind: Literal["promise", "call_back"]
    text: str
    made_at: Time
    due_at: Time
    kept_at: Time | None
    broken_at: Time | None
    state: Literal["open", "kept", "broken", "kept_late"]


class Promises(Shown):
    items: list[PromiseShown]
    next: str | None = None


class NewPromise(Shape):
    """What will happen, and by when. A call-back is a promise of its own kind."""

    text: Annotated[Text, Field(min_length=1, max_length=promises.LONGEST)]
    due_at: GivenTime
    kind: Literal["promise", "call_back"] = "promise"


@router.get("/cases/{id}/promises", responses=may_fail(404))
async def of_case(house: House_, viewer: Reader, id: Id) -> Promises:
    """The promises made on a case, by the time that was given."""
    async with house.read() as tx:
        case = await access_case(tx, viewer, id)
        found = await queries.promises_of_case(tx, case.id)
    return Promises(items=[shown(each) for each in found])


@router.post("/cases/{id}/promises", status_code=201, responses=may_fail(404, 409))
async def make(house: House_, viewer: Writer, id: Id, body: NewPromise) -> PromiseShown:
    """Promise the customer something by a time. They see it; who promises is warned before it is due."""
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)
    made: Promise = await house.act(
        found.community_id,
        lambda tx, now: promises.make(
            tx, now, found.id, expert_id, text=body.text, due_at=body.due_at, kind=body.kind
        ),
    )
    return shown(made)


@router.put("/promises/{id}/kept", responses=may_fail(404, 409))
async def keep(house: House_, viewer: Writer, id: Id) -> PromiseShown:
    """It has happened. After its time it counts as kept late, and stays broken on record."""
    expert_id, found = expert_of(viewer), await promised(house, viewer, id)
    kept = await house.act(
        found.community_id, lambda tx, now: promises.keep(tx, now, found.id, expert_id)
    )
    return shown(kept)


@router.delete("/promises/{id}/kept", responses=may_fail(404, 409))
async def unkeep(house: House_, viewer: Writer, id: Id) -> PromiseShown:
    """That it was kept was a slip."""
    expert_id, found = expert_of(viewer), await promised(house, viewer, id)
    open_again = await house.act(
        found.community_id, lambda tx, now: promises.unkeep(tx, now, found.id, expert_id)
    )
    return shown(open_again)


async def promised(house: House, viewer: Viewer, promise_id: str) -> Promise:
    async with house.read() as tx:
        return await access_promise(tx, viewer, promise_id)


def shown(promise: Promise) -> PromiseShown:
    return PromiseShown.model_validate(promise)
