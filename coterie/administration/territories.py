"""Territories: which areas a community serves, moved with a look at what it means first, and kept dated."""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration import queries
from coterie.administration.desk import (
    ADMIN,
    NOTHING_SAID,
    WIDE_LOOKERS,
    Form,
    asked,
    go,
    house_of,
    or_back,
    read_form,
    show,
    writing,
)
from coterie.communities import actions
from coterie.communities import queries as communities
from coterie.communities.model import Area, Community
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import is_id

LIST = "/administration/territories"
PAGE, MOST = 100, 5000


def routes() -> list[Route]:
    return [
        Route(LIST, listed),
        Route(LIST + "/areas", add, methods=["POST"]),
        Route(LIST + "/areas/{area}", one),
        Route(LIST + "/look", look, methods=["POST"]),
        Route(LIST + "/moves", move, methods=["POST"]),
    ]


@page(roles=WIDE_LOOKERS)
async def listed(request: Request, viewer: Viewer) -> Response:
    words, holder = asked(request, "q"), asked(request, "holder")
    async with house_of(request).read() as tx:
        found = await queries.areas(
            tx, words=words, holder=holder, after=asked(request, "after"), limit=PAGE + 1
        )
        known = await communities.communities(tx)
        totals = await queries.overview(tx)
    after = found[PAGE - 1].area if len(found) > PAGE else ""
    return show(
        request, viewer, "territories.html", areas=found[:PAGE], after=after, words=words,
        holder=holder, communities=known, totals=totals,
    )  # fmt: skip


@page(roles=WIDE_LOOKERS)
async def one(request: Request, viewer: Viewer) -> Response:
    """An area and to whom it has belonged."""
    async with house_of(request).read() as tx:
        area = await communities.area(tx, request.path_params["area"].replace("\x00", ""))
        if area is None:
            raise NotFound("There is no such area.")
        holdings = await communities.holdings_of(tx, area.area)
        known = {each.id: each for each in await communities.communities(tx)}
    return show(request, viewer, "area.html", area=area, holdings=holdings, names=known)


@page(roles=ADMIN)
async def add(request: Request, viewer: Viewer) -> Response:
    form = await read_form(request)
    area = Area(form.text("area").upper(), form.text("name"))

    async def verb() -> None:
        async with writing(request) as tx:
            if await communities.area(tx, area.area):
                raise Refused(f"The area {area.area} is there already.")
            await actions.add_areas(tx, house_of(request).now(), [area], by=viewer.account_id)

    return await or_back(f"{LIST}?q={area.area}", verb, f"The area {area.area} is added.")


@page(roles=ADMIN)
async def look(request: Request, viewer: Viewer) -> Response:
    """What moving these areas would mean, before anything is moved."""
    form = await read_form(request)
    try:
        async with house_of(request).read() as tx:
            areas, to = await areas_in(tx, form), await target_in(tx, form)
            moves = await queries.moves(tx, areas, to.id)
    except Refused as refused:
        return go(LIST, refused.sentence, "danger")
    return show(
        request, viewer, "move.html", NOTHING_SAID, moves=moves, to=to,
        areas=[area for move in moves for area in move.areas],
        would_move=sum(move.would_move for move in moves), staying=len(areas) - sum(len(m.areas) for m in moves),
    )  # fmt: skip


@page(roles=ADMIN)
async def move(request: Request, viewer: Viewer) -> Response:
    form = await read_form(request)
    try:
        async with writing(request) as tx:
            areas, to = await areas_in(tx, form), await target_in(tx, form)
            now = house_of(request).now()
            moved = await actions.assign_territory(tx, now, to.id, areas, by=viewer.account_id)
    except Refused as refused:
        return go(LIST, refused.sentence, "danger")
    return go(f"{LIST}?holder={to.id}", f"{counted(moved, 'area')} moved to {to.name}.")


async def areas_in(tx: Tx, form: Form) -> list[str]:
    """The areas that were ticked, and those that were typed: `2650, 2640-2649`."""
    wanted = [*((area, False) for area in form.texts("area")), *read_areas(form.text("typed"))]
    known = await queries.areas_called(tx, [area for area, _ in wanted])
    wrong = [area for area, in_range in wanted if area.lower() not in known and not in_range]
    if wrong:
        raise Invalid(f"There is no area {', '.join(wrong[:10])}.", field="typed")
    if not known:
        raise Invalid("Choose at least one area.", field="typed")
    return sorted(known.values())


def read_areas(text: str) -> list[tuple[str, bool]]:
    """Codes, and whether each comes from a range: in a range not every number need be an area."""
    found: list[tuple[str, bool]] = []
    for part in (each.strip() for each in re.split(r"[,;\n]", text)):
        ends = re.fullmatch(r"(\d{1,10})\s*-\s*(\d{1,10})", part)
        if ends:
            found += [(area, True) for area in ranged(ends[1], ends[2])]
        elif part:
            found.append((part, False))
    return found


def ranged(first: str, last: str) -> list[str]:
    """Every number from one to the other, as wide as the first."""
    if not 0 <= int(last) - int(first) < MOST:
        raise Invalid(f"{first}-{last} is no range of at most {MOST} areas.", field="typed")
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]


async def target_in(tx: Tx, form: Form) -> Community:
    chosen = form.text("to")
    community = await communities.community(tx, chosen) if is_id(chosen) else None
    if community is None:
        raise Invalid("Choose the community that shall have them.", field="to")
    return community


def counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
