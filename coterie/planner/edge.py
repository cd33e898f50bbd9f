"""The edge of these screens: who may look, in which frame, with which workshop beside."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx, transaction
from coterie.kit.house import house_of
from coterie.planner import plans, queries
from coterie.planner.model import StoredPlan
from coterie.planner.workshop import Workshop
from coterie.planning.plan import Plan
from coterie.ui import places, signed_in
from coterie.ui.forms import NOTHING_SAID, Said
from coterie.ui.templates import render

PLANNERS = places.WIDE
ADMIN = places.ADMIN
LIST = "/planner"
PLANS = LIST + "/plans"
PLAN = PLANS + "/{id}"
T = TypeVar("T")


def workshop_of(request: Request) -> Workshop:
    workshop: Workshop = request.app.state.workshop
    return workshop


async def act(request: Request, verb: Callable[[Tx, datetime], Awaitable[T]]) -> T:
    """Have a verb of plans done: it concerns no community, so it holds no stream."""
    house = house_of(request)
    async with transaction(house.pool) as tx:
        return await verb(tx, house.now())


async def stored_plan(request: Request) -> StoredPlan:
    """The plan of the address. Raises `NotFound`."""
    async with house_of(request).read() as tx:
        return await plans.known_plan(tx, request.path_params["id"])


async def drawn_plan(request: Request) -> tuple[StoredPlan, Plan]:
    stored = await stored_plan(request)
    return stored, plans.drawn(stored)


def show(
    request: Request, viewer: Viewer, name: str, said: Said = NOTHING_SAID, **context: Any
) -> HTMLResponse:
    """A page of the planner."""
    return signed_in.show(request, viewer, f"planner/html/{name}", LIST, said, **context)


def by_htmx(request: Request) -> bool:
    """Whether a page asks for its own part again, as one does that waits for a result."""
    return "hx-request" in request.headers


def whole_page() -> Response:
    """Tell such a page that it is another one now."""
    return Response(headers={"HX-Refresh": "true"})


def part(name: str, **context: Any) -> str:
    """A part of a page, for a script that puts it in."""
    return str(render(f"planner/html/{name}", **context))


async def moves_of(tx: Tx, plan_id: str) -> dict[str, bool]:
    """Whether there is something to undo, and to do again."""
    return {
        "undoable": await queries.last_move(tx, plan_id) is not None,
        "redoable": await queries.next_move(tx, plan_id) is not None,
    }
