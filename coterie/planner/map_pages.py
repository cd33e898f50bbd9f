"""The map of a plan: its territories with how even they are, and areas that are moved by hand, with the effect shown first."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Refused
from coterie.kit.house import house_of
from coterie.planner import plans, queries, run_queries
from coterie.planner.edge import (
    PLANNERS,
    PLANS,
    act,
    by_htmx,
    drawn_plan,
    moves_of,
    part,
    show,
    stored_plan,
    whole_page,
)
from coterie.planner.model import Move, StoredPlan
from coterie.planner.screen import panel_of, rows_of, summary_of
from coterie.planning.plan import Plan, read_plan
from coterie.planning.sheet import sheet_of
from coterie.planning.territories.shape import homes_of
from coterie.ui.forms import asked, go, read_form

SHOWN_MOVES = 8


@page(roles=PLANNERS)
async def the_map(request: Request, viewer: Viewer) -> Response:
    """The map; while the territories are being drawn, how far that is."""
    stored = await stored_plan(request)
    if stored.document is None:
        return await drawing(request, viewer, stored)
    if by_htmx(request):
        return whole_page()
    plan = plans.drawn(stored)
    area, homes = asked(request, "area"), homes_of(plan)
    async with house_of(request).read() as tx:
        context = await side_of(tx, stored, plan)
    return show(
        request, viewer, "map.html", tab="", sheet=sheet_of(plan), homes=homes, known=areas_in(plan, homes),
        panel=panel_of(plan, stored.hues, area) if area else None,
        chosen=chosen_of(request, plan, area), options=[(each.id, each.name) for each in plan.communities],
        **context,
    )  # fmt: skip


def areas_in(plan: Plan, homes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every area for the list, which the browser sieves."""
    return [
        {"code": each.area, "name": each.name, "customers": each.customers, "home": homes.get(each.area, "")}
        for each in plan.areas
    ]  # fmt: skip


def chosen_of(request: Request, plan: Plan, area: str) -> str:
    """The community whose areas are listed: the one asked for, that of the area, else the first."""
    wanted = asked(request, "community") or homes_of(plan).get(area, "")
    return wanted if any(each.id == wanted for each in plan.communities) else plan.communities[0].id


async def drawing(request: Request, viewer: Viewer, stored: StoredPlan) -> Response:
    async with house_of(request).read() as tx:
        found = await run_queries.runs(tx, stored.id, "territories", 1)
    return show(request, viewer, "drawing.html", stored=stored, run=found[0] if found else None)


async def side_of(tx: Tx, stored: StoredPlan, plan: Plan) -> dict[str, Any]:
    """What stands beside the map and changes with each move."""
    return {
        "stored": stored,
        "plan": plan,
        "rows": rows_of(plan, stored.hues),
        "summary": summary_of(plan),
        "notes": [str(each) for each in plan.territories.get("notes", ())],
        "moves": await queries.moves(tx, stored.id, SHOWN_MOVES),
        "names": {each.id: each.name for each in plan.communities},
        **await moves_of(tx, stored.id),
    }


@page(roles=PLANNERS)
async def area(request: Request, viewer: Viewer) -> Response:
    """One area and where it could go: the part of the page that says so."""
    stored, plan = await drawn_plan(request)
    panel = panel_of(plan, stored.hues, request.path_params["area"])
    return Response(
        part("panel.html", stored=stored, panel=panel, csrf=viewer.csrf), media_type="text/html"
    )


@page(roles=PLANNERS)
async def move(request: Request, viewer: Viewer) -> Response:
    form, plan_id = await read_form(request), request.path_params["id"]
    name, to, forced = form.text("area"), form.text("to"), bool(asked(request, "forced"))
    return await moved_by(
        request, viewer,
        lambda tx, now: plans.move(tx, now, plan_id, name, to, viewer.account_id, forced=forced),
        "{area} is in {to} now.",
    )  # fmt: skip


@page(roles=PLANNERS)
async def undo(request: Request, viewer: Viewer) -> Response:
    plan_id = request.path_params["id"]
    return await moved_by(
        request, viewer, lambda tx, now: plans.undo(tx, now, plan_id, viewer.account_id),
        "Undone: {area} is back in {home}.",
    )  # fmt: skip


@page(roles=PLANNERS)
async def redo(request: Request, viewer: Viewer) -> Response:
    plan_id = request.path_params["id"]
    return await moved_by(
        request, viewer, lambda tx, now: plans.redo(tx, now, plan_id, viewer.account_id),
        "Done again: {area} is in {to}.",
    )  # fmt: skip


async def moved_by(
    request: Request, viewer: Viewer, verb: Callable[[Tx, datetime], Awaitable[Move]], words: str
) -> Response:
    """Do it; a script is told what changed on the map, a browser alone is sent back to the page."""
    plan_id = request.path_params["id"]
    by_script = "application/json" in request.headers.get("accept", "")
    try:
        made = await act(request, verb)
    except Refused as refused:
        if by_script:
            return JSONResponse({"refused": refused.sentence}, refused.status)
        return go(f"{PLANS}/{plan_id}", refused.sentence, "danger")
    async with house_of(request).read() as tx:
        stored = await plans.known_plan(tx, plan_id)
        assert stored.document is not None
        plan = read_plan(stored.document)
        said = words.format(area=called(plan, made.area), home=named(plan, made.from_id), to=named(plan, made.to_id))  # fmt: skip
        if not by_script:
            return go(f"{PLANS}/{plan_id}?area={made.area}", said)
        context = await side_of(tx, stored, plan)
    return JSONResponse(
        {
            "said": f"{said} Furthest from the mean: {100 * plan.balance:.2f}%.",
            "undoable": context["undoable"],
            "redoable": context["redoable"],
            **changed(plan, stored, made),
            "side": part("side.html", csrf=viewer.csrf, **context),
        }
    )


def changed(plan: Plan, stored: StoredPlan, made: Move) -> dict[str, Any]:
    """What a script has to draw anew: the area, and the two communities."""
    home = homes_of(plan)[made.area]
    lands = {each.id: each for each in sheet_of(plan).lands if each.id in (made.from_id, made.to_id)}  # fmt: skip
    return {
        "area": made.area,
        "home": home,
        "hue": stored.hues.get(home, 190),
        "lands": {
            id_: {"path": each.path, "band": each.band, "x": each.x, "y": each.y}
            for id_, each in lands.items()
        },
    }


def called(plan: Plan, area: str) -> str:
    found = next((each.name for each in plan.areas if each.area == area), "")
    return f"{area} {found}".strip()


def named(plan: Plan, community: str) -> str:
    return next((each.name for each in plan.communities if each.id == community), community)
