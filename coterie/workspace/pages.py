"""What the expert sees: lists, a thread, what stands around it. Verbs are in the other `..._pages`."""

from datetime import UTC, datetime

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coterie.conversations.doors import access_thread
from coterie.kit.db import Tx
from coterie.kit.numbers import whole
from coterie.ui.templates import html, render
from coterie.workspace import queries, remarks, rules, screen
from coterie.workspace.edge import Desk, at_desk, fragment
from coterie.workspace.fragments import macro
from coterie.workspace.live import live_of
from coterie.workspace.model import List, ThreadPage

FOUND = 8
MOST = 2**31 - 1


def routes() -> list[Route]:
    return [
        Route("/workspace", mine),
        Route("/workspace/community", community),
        Route("/workspace/asks", asks),
        Route("/workspace/load", load),
        Route("/workspace/palette", palette),
        Route("/workspace/threads/{id}", thread),
        Route("/workspace/threads/{id}/messages", earlier),
        Route("/workspace/threads/{id}/standing", standing),
    ]


@at_desk
async def mine(desk: Desk) -> Response:
    return await show(desk, "mine")


@at_desk
async def community(desk: Desk) -> Response:
    return await show(desk, "community")


@at_desk
async def asks(desk: Desk) -> Response:
    return await show(desk, "asks")


async def show(desk: Desk, name: str, page: ThreadPage | None = None) -> Response:
    """The whole screen. The cursor is read first, so that nothing falls between page and stream."""
    async with desk.house.read() as tx:
        after = await queries.cursor(tx, desk.me.community_id)
        listed = await list_of(tx, desk, name)
        carried = await screen.load_of(tx, desk.me, desk.now)
        back = None if page else await screen.back(tx, desk.me, desk.now)
        warned = await screen.warned(tx, desk.viewer, desk.me, desk.now)
    return html(
        "workspace/html/page.html",
        frame=screen.frame(desk.me, desk.viewer, name, listed.asks),
        me=desk.me,
        reader=desk.reader,
        list=listed,
        load=carried,
        warned=warned,
        thread=page,
        back=back,
        after=after,
    )


async def list_of(tx: Tx, desk: Desk, name: str) -> List:
    if name == "mine":
        return await screen.my_list(tx, desk.me, desk.now)
    if name == "asks":
        return await screen.ask_list(tx, desk.me)
    asked = desk.request.query_params
    query = asked.get("q", "").strip()[:100]
    before, part = moment(asked.get("before", "")), asked.get("show", "")
    return await screen.community_list(tx, desk.me, desk.now, query, before, part)


def moment(given: str) -> datetime | None:
    """A time of the address, as seconds; none where it is no such thing."""
    try:
        return datetime.fromtimestamp(float(given), UTC)
    except (ValueError, OverflowError, OSError):
        return None


@at_desk
async def thread(desk: Desk) -> Response:
    """A thread: its two regions for our script, else the whole screen around it."""
    if moved := await moved_to(desk):
        return moved
    page = await page_of(desk)
    if not desk.partial:
        listed = desk.request.query_params.get("list", "")
        return await show(desk, listed if listed in ("community", "asks") else "mine", page)
    return fragment(
        render("workspace/html/opened.html", thread=page, me=desk.me, reader=desk.reader)
    )


async def moved_to(desk: Desk) -> Response | None:
    """Where a thread goes on since a merge or its undoing; None for one that is where it was."""
    thread_id = desk.request.path_params["id"]
    async with desk.house.read() as tx:
        found = await access_thread(tx, desk.viewer, thread_id)
    if found.id == thread_id:
        return None
    return RedirectResponse(f"/workspace/threads/{found.id}", status_code=303)


async def page_of(desk: Desk) -> ThreadPage:
    thread_id = desk.request.path_params["id"]
    looking = live_of(desk.house).looks.onlookers(thread_id, desk.me.id, desk.now)
    async with desk.house.read() as tx:
        await access_thread(tx, desk.viewer, thread_id)
        case_id = desk.request.query_params.get("case", "")
        return await screen.thread_page(tx, desk.me, desk.reader, thread_id, case_id, looking)


@at_desk
async def standing(desk: Desk) -> Response:
    """What surrounds the turns, as it is now: the case at hand, its verbs, the card, remarks."""
    if moved := await moved_to(desk):
        return moved
    page = await page_of(desk)
    return fragment(
        render("workspace/html/standing.html", thread=page, me=desk.me, reader=desk.reader)
    )


@at_desk
async def earlier(desk: Desk) -> Response:
    """The stretch of a thread above what is shown."""
    thread_id = desk.request.path_params["id"]
    before = whole(desk.request.query_params.get("before", ""), MOST) or 1
    async with desk.house.read() as tx:
        await access_thread(tx, desk.viewer, thread_id)
        turns = await queries.turns(tx, thread_id, before=before, limit=screen.PAGE)
        told = await screen.between(tx, desk.me, thread_id)
    items = remarks.with_remarks(turns, told, last=False)
    above = turns[0].number if turns and turns[0].number > 1 else 0
    return fragment(
        render(
            "workspace/html/earlier.html",
            items=items,
            above=above,
            thread_id=thread_id,
            reader=desk.reader,
        )
    )


@at_desk
async def load(desk: Desk) -> Response:
    async with desk.house.read() as tx:
        carried = await screen.load_of(tx, desk.me, desk.now)
    return fragment(macro("load")(carried))


@at_desk
async def palette(desk: Desk) -> Response:
    """Customers by what is typed: the list to choose from."""
    words = desk.request.query_params.get("q", "").strip()[:100]
    async with desk.house.read() as tx:
        found = await queries.search(tx, desk.me.community_id, words, FOUND) if words else []
        views = await queries.views(tx, found)
    rows = sorted(
        (rules.row(view, desk.me.id, desk.now) for view in views), key=lambda row: row.customer
    )
    return fragment(render("workspace/html/found.html", rows=rows, query=words))
