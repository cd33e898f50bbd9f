"""The edge of this screen: who sits at the desk, and how a verb answers (a sentence in place, a toast, a way back)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Invalid, Refused
from coterie.kit.house import House, house_of
from coterie.kit.texts import is_storable
from coterie.ui.reader import Reader, zone_of
from coterie.ui.templates import render
from coterie.workspace import queries
from coterie.workspace.model import Me


@dataclass(frozen=True, slots=True)
class Desk:
    """What every route of this screen needs: the request, the house, who asks, their now and zone."""

    request: Request
    house: House
    viewer: Viewer
    me: Me
    reader: Reader

    @property
    def now(self) -> datetime:
        return self.reader.now

    @property
    def partial(self) -> bool:
        """Asked by our own script, which wants a part of the page."""
        return "hx-request" in self.request.headers


At = Callable[[Desk], Awaitable[Response]]


def at_desk(endpoint: At) -> Callable[[Request], Awaitable[Response]]:
    """A route for members of a community; others are sent to where they work. A refusal is told in place."""

    @page(roles={"manager", "coach", "expert", "admin", "planner", "specialist"})
    @wraps(endpoint)
    async def route(request: Request, viewer: Viewer) -> Response:
        house = house_of(request)
        async with house.read() as tx:
            me = await queries.me(tx, viewer.account_id)
        if me is None:
            return RedirectResponse("/administration", status_code=303)
        reader = Reader(zone_of(request.cookies, me.zone), house.now())
        try:
            return await endpoint(Desk(request, house, viewer, me, reader))
        except Refused as refused:
            if request.method == "GET" and "hx-request" not in request.headers:
                raise
            return refusal(refused)

    return route


def refusal(refused: Refused) -> Response:
    """What the model said no with, as a sentence for the place that asked."""
    words = render("workspace/html/refused.html", words=refused.sentence)
    return HTMLResponse(words, status_code=refused.status, headers={"Cache-Control": "no-store"})


def done(words: str, undo: str = "") -> Response:
    """A verb is done: a toast, perhaps with the address whose DELETE undoes it. What changed comes by the stream."""
    return fragment(render("workspace/html/done.html", words=words, undo=undo))


def fragment(html: str) -> Response:
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def field(form: FormData, name: str) -> str:
    """A text field of a form; nothing where it is missing or a file. Raises Invalid for what no database keeps."""
    given = form.get(name, "")
    if not isinstance(given, str):
        return ""
    if not is_storable(given):
        raise Invalid("A text can't hold null characters or broken letters.", field=name)
    return given
