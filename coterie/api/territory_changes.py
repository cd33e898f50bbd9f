"""Territory changes: areas that go from one community to another, looked at first, dated, undone."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from coterie.api.edge import (
    After,
    CommunitiesReader,
    CommunitiesWriter,
    GivenTime,
    House_,
    Id,
    IdField,
    Limit,
    Shape,
    Shown,
    Text,
    Time,
    cursor,
    read_cursor,
)
from coterie.api.problems import may_fail
from coterie.conversations import rehoming
from coterie.conversations.rehoming import Preview
from coterie.customers import territory, territory_queries
from coterie.customers.model import AreaMove, TerritoryChange, TerritoryState
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx, transaction
from coterie.kit.errors import Forbidden, Invalid
from coterie.kit.ids import is_id

router = APIRouter(prefix="/territory-changes", tags=["communities"])

Area = Annotated[Text, Field(min_length=1, max_length=20)]
AT_ONCE = 4
"""Batches of homes that follow before the answer; the timer does the others."""


class MoveGiven(Shape):
    """Areas, and the community that shall have them. Null leaves them without a home, which is refused."""

    areas: Annotated[list[Area], Field(min_length=1, max_length=territory.MOST_AREAS)]
    to: IdField | None


class NewChange(Shape):
    """`at`: from when; now where it is left out. `dry_run`: say what it would mean, and change nothing."""

    moves: Annotated[list[MoveGiven], Field(min_length=1, max_length=200)]
    at: GivenTime | None = None
    dry_run: bool = False


class AreaMoved(Shown):
    area: str
    from_: str | None = Field(alias="from")
    to: str
    left_alone: bool


class FlowShown(Shown):
    """How many customers move from one community to another, and how many open cases run off where they were opened."""

    from_: str = Field(alias="from")
    to: str
    customers: int
    open_cases: int


class PreviewShown(Shown):
    """`customers` live in the areas. Of them `pinned` and `in_household` stay where a pin or an anchor elsewhere holds them."""

    customers: int
    moving: int
    pinned: int
    in_household: int
    flows: list[FlowShown]


class ChangeShown(Shown):
    """A change of territories. `looked` of `total` customers have followed; `moved` have another home by it.

    After an undo `moved_back` are home again, and `stayed` are not, since their home was changed otherwise meanwhile.
    """

    id: str | None
    state: TerritoryState | Literal["dry_run"]
    made_at: Time | None
    at: Time | None
    done_at: Time | None
    undone_at: Time | None
    looked: int
    total: int
    moved: int
    moved_back: int
    stayed: int
    areas: list[AreaMoved]
    preview: PreviewShown | None


class Changes(Shown):
    items: list[ChangeShown]
    next: str | None


ONLY_ADMIN = "Only an admin changes territories."


def check_admin(viewer: Viewer) -> None:
    if viewer.role != "admin":
        raise Forbidden(ONLY_ADMIN, "role")


def check_wide(viewer: Viewer) -> None:
    if not viewer.sees_every_community:
        raise Forbidden("Changes of territories concern every community: they are for an admin or a planner.", "role")  # fmt: skip


@router.post("", status_code=201, responses={200: {"model": ChangeShown}, **may_fail(404, 409)})
async def make(
    house: House_, viewer: CommunitiesWriter, body: NewChange, response: Response
) -> ChangeShown:
    """Move areas between communities, now or at a time. 200 with `dry_run`: what it would mean. For an admin.

    Homes follow in batches: who is pinned stays, a household goes with its anchor, open cases run off where they are.
    """
    check_admin(viewer)
    wanted = areas_wanted(body)
    async with transaction(house.pool) as tx:
        seen = await rehoming.preview(tx, house.now(), wanted, body.at)
    if body.dry_run:
        response.status_code = 200
        return previewed(seen)
    made = await house.act_everywhere(
        lambda tx, now: territory.plan(tx, now, wanted, body.at, viewer.account_id)
    )
    if body.at is None:
        await territory.carry_out(house, made.id, batches=AT_ONCE)
    async with house.read() as tx:
        return await shown(tx, await territory.known_change(tx, made.id), seen)


def areas_wanted(body: NewChange) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {}
    for move in body.moves:
        if move.to is not None and not is_id(move.to):
            raise Invalid("There is no such community.", field="to")
        for area in move.areas:
            if wanted.setdefault(area, move.to) != move.to:
                raise Invalid(f"{area} is to go to two communities.", "twice", field="moves")
    return wanted


def previewed(seen: Preview) -> ChangeShown:
    return ChangeShown.model_validate(
        {
            "id": None, "state": "dry_run", "made_at": None, "at": None, "done_at": None, "undone_at": None,
            "looked": 0, "total": seen.living, "moved": 0, "moved_back": 0, "stayed": 0,
            "areas": [area_moved(each) for each in seen.moves], "preview": preview_of(seen),
        }
    )  # fmt: skip


def area_moved(each: AreaMove) -> AreaMoved:
    return AreaMoved.model_validate(
        {"area": each.area, "from": each.from_id, "to": each.to_id, "left_alone": each.left_alone}
    )


def preview_of(seen: Preview) -> PreviewShown:
    flows = [
        {
            "from": each.from_id,
            "to": each.to_id,
            "customers": each.customers,
            "open_cases": each.open_cases,
        }
        for each in seen.flows
    ]
    return PreviewShown.model_validate(
        {
            "customers": seen.living,
            "moving": seen.moving,
            "pinned": seen.pinned,
            "in_household": seen.in_household,
            "flows": flows,
        }
    )


async def shown(tx: Tx, found: TerritoryChange, seen: Preview | None = None) -> ChangeShown:
    outcome = await territory_queries.outcome(tx, found)
    return ChangeShown(
        id=found.id,
        state=found.state,
        made_at=found.made_at,
        at=found.at,
        done_at=found.done_at,
        undone_at=found.undone_at,
        looked=found.looked,
        total=found.total,
        moved=outcome.moved,
        moved_back=outcome.moved_back,
        stayed=outcome.stayed,
        areas=[area_moved(each) for each in await territory_queries.area_moves(tx, found.id)],
        preview=preview_of(seen) if seen else None,
    )


@router.get("", responses=may_fail())
async def changes(
    house: House_, viewer: CommunitiesReader, after: After = None, limit: Limit = 100
) -> Changes:
    """Changes of territories, the latest made first. For an admin or a planner."""
    check_wide(viewer)
    before = read_cursor(after, "territory_changes", 1)[0] if after else None
    if before is not None and not is_id(before):
        raise Invalid("That cursor is not one of this list's.", "bad_cursor", field="after")
    async with house.read() as tx:
        page = await territory_queries.changes(tx, before, limit)
        items = [await shown(tx, each) for each in page]
    more = cursor("territory_changes", page[-1].id) if len(page) == limit else None
    return Changes(items=items, next=more)


@router.get("/{id}", responses=may_fail(404))
async def change(house: House_, viewer: CommunitiesReader, id: Id) -> ChangeShown:
    """One change, and how far it is. For an admin or a planner."""
    check_wide(viewer)
    async with house.read() as tx:
        return await shown(tx, await territory.known_change(tx, id))


@router.delete("/{id}", status_code=204, responses=may_fail(404, 409))
async def cancel(house: House_, viewer: CommunitiesWriter, id: Id) -> None:
    """Give up a change that is planned. What has begun is undone instead. For an admin."""
    check_admin(viewer)
    await house.act_everywhere(lambda tx, now: territory.cancel(tx, now, id, viewer.account_id))


@router.post("/{id}/undo", responses=may_fail(404, 409))
async def undo(house: House_, viewer: CommunitiesWriter, id: Id) -> ChangeShown:
    """Give the areas back, and with them the homes. Areas that went on to others since are left. For an admin."""
    check_admin(viewer)
    await house.act_everywhere(lambda tx, now: territory.undo(tx, now, id, viewer.account_id))
    await territory.carry_out(house, id, batches=AT_ONCE)
    async with house.read() as tx:
        return await shown(tx, await territory.known_change(tx, id))
