"""The desk itself: its stream, what its tabs look at, presence, settings."""

from functools import partial

from starlette.responses import Response
from starlette.routing import Route

from coterie.communities import actions as communities
from coterie.conversations.doors import access_thread
from coterie.kit.access.requirements import gate_of
from coterie.kit.live import Stream
from coterie.kit.numbers import whole
from coterie.ui.templates import render
from coterie.workspace import live, queries
from coterie.workspace.edge import Desk, at_desk, done, field, fragment
from coterie.workspace.fragments import macro
from coterie.workspace.looks import Look
from coterie.workspace.seats import sit_down

PRESENCE = {
    "present": "You are here, and take work.",
    "away": "You are away. New work goes to others.",
    "off": "You are off.",
}


def routes() -> list[Route]:
    return [
        Route("/workspace/live", follow),
        Route("/workspace/looks", look, methods=["POST"]),
        Route("/workspace/presence", presence),
        Route("/workspace/presence", be, methods=["PUT"]),
        Route("/workspace/settings", settings),
        Route("/workspace/settings", prefer, methods=["PUT"]),
    ]


@at_desk
async def follow(desk: Desk) -> Response:
    """From the cursor that the browser knows, else the one in the address, else the present."""
    given = desk.request.headers.get("last-event-id") or desk.request.query_params.get("after", "")
    async with desk.house.read() as tx:
        newest = await queries.cursor(tx, desk.me.community_id)
    known = whole(given, newest)
    after = newest if known is None else known
    browser = desk.request.query_params.get("browser", "")[:64]
    leads = desk.viewer.leads(desk.me.community_id)
    seat = partial(sit_down, desk.house, desk.me, desk.reader.zone, browser, after, leads)
    return Stream(desk.house.hub, seat)


@at_desk
async def look(desk: Desk) -> Response:
    """What one tab shows. Only threads that they may see are taken."""
    form = await desk.request.form()
    thread_id = field(form, "thread")
    gone = field(form, "gone") == "yes"
    async with desk.house.read() as tx:
        if not gone:
            await queries.found_again(tx, [desk.me.id])
        if thread_id:
            await access_thread(tx, desk.viewer, thread_id)
    await live.live_of(desk.house).looks.say(
        Look(
            community_id=desk.me.community_id,
            expert_id=desk.me.id,
            name=desk.me.name,
            browser=field(form, "browser")[:64],
            tab=field(form, "tab")[:64],
            number=whole(field(form, "number")) or 0,
            thread_id=thread_id,
            list=listed if (listed := field(form, "list")) in ("community", "asks") else "mine",
            after=whole(field(form, "after")) or 0,
            typing=field(form, "typing") == "yes",
            gone=gone,
        )
    )
    return Response(status_code=204)


@at_desk
async def presence(desk: Desk) -> Response:
    """How it stands with somebody's own presence: the menu, and the strip where they are away."""
    menu = render("workspace/html/presence.html", me=desk.me, csrf=desk.viewer.csrf)
    return fragment(menu + macro("absent")(desk.reader, desk.me))


@at_desk
async def be(desk: Desk) -> Response:
    """Present, away or off; what it changes for others follows from the event."""
    state = field(await desk.request.form(), "state")
    await desk.house.act(
        desk.me.community_id,
        lambda tx, now: communities.set_presence(tx, now, desk.me.id, state),
    )
    return done(PRESENCE.get(state, "Changed."))


@at_desk
async def settings(desk: Desk) -> Response:
    return fragment(render("workspace/html/settings.html", me=desk.me))


@at_desk
async def prefer(desk: Desk) -> Response:
    form = await desk.request.form()
    chosen: dict[str, object] = {
        "shortcuts": field(form, "shortcuts") == "yes",
        "enter_sends": field(form, "enter_sends") == "yes",
    }
    async with desk.house.read() as tx:
        await queries.prefer(tx, desk.me.id, chosen)
    gate_of(desk.request).forget(desk.viewer.account_id)
    return done("Kept. It holds from the next page on.")
