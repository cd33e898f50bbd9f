"""The desk itself: its stream, what its tabs look at, presence, settings."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import tzinfo
from functools import partial

import psycopg
import structlog
from psycopg_pool import PoolClosed, PoolTimeout
from starlette.responses import Response
from starlette.routing import Route

from coterie.communities import actions as communities
from coterie.communities import records
from coterie.conversations.doors import access_thread
from coterie.kit.house import House
from coterie.kit.live import Stream, Subscriber
from coterie.ui.templates import render
from coterie.workspace import fragments, live, queries
from coterie.workspace.edge import Desk, at_desk, done, field, fragment
from coterie.workspace.fragments import macro
from coterie.workspace.looks import Look
from coterie.workspace.model import Me

log = structlog.get_logger()

STREAM_LASTS_S = 600
"""Then the browser comes back by itself, and is asked again who it is."""

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
    after = min(whole(given, newest), newest)
    browser = desk.request.query_params.get("browser", "")[:64]
    return Stream(
        desk.house.hub, partial(sit_down, desk.house, desk.me, desk.reader.zone, browser, after)
    )


async def sit_down(
    house: House, me: Me, zone: tzinfo, browser: str, after: int, subscriber: Subscriber
) -> Callable[[], Awaitable[None]]:
    """Somebody has the workspace open in one more browser. The answer is their going."""
    async with house.read() as tx:
        await queries.found_again(tx, me.id)
    ends = asyncio.get_running_loop().call_later(STREAM_LASTS_S, subscriber.close)
    room = live.live_of(house)
    leave = room.join(fragments.Desk(subscriber, browser, me.id, me.community_id, zone, after))
    return partial(get_up, house, me.community_id, me.id, ends, leave)


async def get_up(
    house: House,
    community_id: str,
    expert_id: str,
    ends: asyncio.TimerHandle,
    leave: Callable[[], None],
) -> None:
    """Where it was somebody's last browser, they count as away after a while."""
    ends.cancel()
    leave()
    if any(other.expert_id == expert_id for other in live.live_of(house).desks(community_id)):
        return
    try:
        async with house.read() as tx:
            await records.note_lost(tx, expert_id, house.now())
    except (psycopg.Error, PoolClosed, PoolTimeout) as error:
        log.warning("who has left could not be noted", error=str(error))


def whole(given: str, otherwise: int) -> int:
    """A number of the address; `otherwise` where it is none."""
    return int(given) if given.isdecimal() and len(given) <= 18 else otherwise


@at_desk
async def look(desk: Desk) -> Response:
    """What one tab shows. Only threads that they may see are taken."""
    form = await desk.request.form()
    thread_id = field(form, "thread")
    async with desk.house.read() as tx:
        await queries.found_again(tx, desk.me.id)
        if thread_id:
            await access_thread(tx, desk.viewer, thread_id)
    await live.live_of(desk.house).looks.say(
        Look(
            community_id=desk.me.community_id,
            expert_id=desk.me.id,
            name=desk.me.name,
            browser=field(form, "browser")[:64],
            tab=field(form, "tab")[:64],
            thread_id=thread_id,
            list="community" if field(form, "list") == "community" else "mine",
            after=whole(field(form, "after"), 0),
            typing=field(form, "typing") == "yes",
            gone=field(form, "gone") == "yes",
        )
    )
    return Response(status_code=204)


@at_desk
async def presence(desk: Desk) -> Response:
    """How it stands with somebody's own presence: the menu, and the strip where they are away."""
    menu = render("workspace/html/presence.html", me=desk.me, csrf=desk.viewer.csrf)
    return fragment(menu + macro("absent")(desk.me.presence))


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
    desk.request.app.state.gate.forget(desk.viewer.account_id)
    return done("Kept. It holds from the next page on.")
