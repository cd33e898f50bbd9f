"""Territories: which areas a community serves, moved with a look at what it means first, and kept dated."""

import re
from datetime import UTC, datetime, tzinfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration import queries
from coterie.administration.desk import ADMIN, WIDE_LOOKERS, show, writing
from coterie.communities import actions
from coterie.communities import queries as communities
from coterie.communities.model import Area, Community
from coterie.conversations import rehoming
from coterie.customers import territory, territory_queries
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx, transaction
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.house import house_of
from coterie.kit.ids import is_id
from coterie.ui.forms import NOTHING_SAID, Form, asked, go, or_back, read_form
from coterie.ui.signed_in import zone_for

LIST = "/administration/territories"
CHANGES = LIST + "/changes"
PAGE, MOST, MOST_CHANGES = 100, 5000, 50
AT_ONCE = 4
"""Batches of homes that follow before the page answers; the timer does the others."""


def routes() -> list[Route]:
    return [
        Route(LIST, listed),
        Route(LIST + "/areas", add, methods=["POST"]),
        Route(LIST + "/areas/{area}", one),
        Route(LIST + "/look", look, methods=["POST"]),
        Route(LIST + "/moves", move, methods=["POST"]),
        Route(CHANGES, changes),
        Route(CHANGES + "/{change}/undo", undo, methods=["POST"]),
        Route(CHANGES + "/{change}/cancel", cancel, methods=["POST"]),
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
    house = house_of(request)
    try:
        async with transaction(house.pool) as tx:
            areas, to = await areas_in(tx, form), await target_in(tx, form)
            wanted = dict.fromkeys(areas, to.id)
            seen = await rehoming.preview(tx, house.now(), wanted, None)
            known = {each.id: each for each in await communities.communities(tx)}
    except Refused as refused:
        return go(LIST, refused.sentence, "danger")
    return show(
        request, viewer, "move.html", NOTHING_SAID, seen=seen, to=to, names=known,
        staying=len(areas) - len(seen.moves),
    )  # fmt: skip


@page(roles=ADMIN)
async def move(request: Request, viewer: Viewer) -> Response:
    """Make the change: now, or at the time that was chosen."""
    form, house = await read_form(request), house_of(request)
    try:
        at = chosen_time(form.text("at"), zone_for(request, viewer))
        async with house.read() as tx:
            areas, to = await areas_in(tx, form), await target_in(tx, form)
        wanted = dict.fromkeys(areas, to.id)
        made = await house.act_everywhere(
            lambda tx, now: territory.plan(tx, now, wanted, at, viewer.account_id)
        )
    except Refused as refused:
        return go(LIST, refused.sentence, "danger")
    if at:
        return go(CHANGES, f"{counted(len(areas), 'area')} will move to {to.name}.")
    await territory.carry_out(house, made.id, batches=AT_ONCE)
    return go(CHANGES, f"{counted(len(areas), 'area')} moved to {to.name}. Homes follow.")


def chosen_time(given: str, zone: tzinfo) -> datetime | None:
    """A time as the browser's field gives it, on the clock of who chose it; none for now."""
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("Choose a day and a time, or leave both empty for now.", field="at") from None


@page(roles=WIDE_LOOKERS)
async def changes(request: Request, viewer: Viewer) -> Response:
    """What was planned and done, the latest first, with its way back."""
    async with house_of(request).read() as tx:
        found = await territory_queries.changes(tx, None, MOST_CHANGES)
        lines = [
            (each, await territory_queries.area_moves(tx, each.id), await territory_queries.outcome(tx, each))
            for each in found
        ]  # fmt: skip
        known = {each.id: each for each in await communities.communities(tx)}
        by = await communities.names(tx, sorted({each.by_id for each in found if each.by_id}))
    return show(request, viewer, "changes.html", lines=lines, names=known, by=by)


@page(roles=ADMIN)
async def undo(request: Request, viewer: Viewer) -> Response:
    change_id, house = request.path_params["change"], house_of(request)

    async def verb() -> None:
        await house.act_everywhere(
            lambda tx, now: territory.undo(tx, now, change_id, viewer.account_id)
        )
        await territory.carry_out(house, change_id, batches=AT_ONCE)

    return await or_back(CHANGES, verb, "Undone. Areas and homes go back.")


@page(roles=ADMIN)
async def cancel(request: Request, viewer: Viewer) -> Response:
    change_id, house = request.path_params["change"], house_of(request)

    async def verb() -> None:
        await house.act_everywhere(
            lambda tx, now: territory.cancel(tx, now, change_id, viewer.account_id)
        )

    return await or_back(CHANGES, verb, "Given up. Nothing moves.")


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
