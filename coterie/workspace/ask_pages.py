"""Asking the team from the composer, and what those do who are asked."""

from datetime import datetime

from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from coterie.asks import actions as asks
from coterie.asks import queries
from coterie.asks.doors import access_ask
from coterie.asks.model import Ask
from coterie.conversations.actions import file_of
from coterie.conversations.doors import access_thread
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid
from coterie.kit.ids import is_id
from coterie.ui.templates import render
from coterie.workspace import ask_rules, ask_screen
from coterie.workspace.edge import Desk, at_desk, done, field, fragment
from coterie.workspace.fragments import macro
from coterie.workspace.message_pages import case_for
from coterie.workspace.queries import use_key

REASONS = ("I am with a customer", "I don't know this", "Somebody else knows it better")


def routes() -> list[Route]:
    return [
        Route("/workspace/threads/{id}/asks", make, methods=["POST"]),
        Route("/workspace/threads/{id}/asks/whom", whom),
        Route("/workspace/asks/{id}/acceptance", accept, methods=["PUT"]),
        Route("/workspace/asks/{id}/decline", ask_why),
        Route("/workspace/asks/{id}/decline", decline, methods=["PUT"]),
        Route("/workspace/asks/{id}/answer", answer, methods=["PUT"]),
        Route("/workspace/asks/{id}/withdrawal", withdraw, methods=["PUT"]),
        Route("/workspace/asks/{id}/thanks", thank, methods=["PUT"]),
    ]


@at_desk
async def make(desk: Desk) -> Response:
    """Ask about the case at hand. The same key again changes nothing, so that trying again is safe."""
    form = await desk.request.form()
    async with desk.house.read() as tx:
        thread = await access_thread(tx, desk.viewer, desk.request.path_params["id"])
        case_id = await case_for(tx, thread.id, field(form, "case"))
        community_id = (await file_of(tx, case_id)).case.community_id
    made = await desk.house.act(
        community_id, lambda tx, now: make_once(tx, now, desk, case_id, form)
    )
    return await shown(desk, made) if made else fragment("")


async def make_once(tx: Tx, now: datetime, desk: Desk, case_id: str, form: FormData) -> Ask | None:
    """Ask, unless this key was used before: then it is asked already."""
    key = field(form, "key")
    if not is_id(key):
        raise Invalid("This page is out of date. Reload it and ask again.", field="key")
    if not await use_key(tx, now, desk.me.id, key):
        return None
    return await asks.ask(
        tx,
        now,
        case_id,
        desk.me.id,
        topic=field(form, "topic"),
        text=field(form, "text"),
        urgency="urgent" if field(form, "urgent") == "yes" else "normal",
    )


async def shown(desk: Desk, ask: Ask) -> Response:
    """Its card, as it stands now."""
    async with desk.house.read() as tx:
        views = await ask_screen.views(tx, await queries.asks(tx, [ask.id]))
    return fragment(
        "".join(macro("ask_card")(desk.reader, ask_rules.card(view, desk.me.id)) for view in views)
    )


@at_desk
async def whom(desk: Desk) -> Response:
    """Who would be asked now: said before one asks."""
    async with desk.house.read() as tx:
        await access_thread(tx, desk.viewer, desk.request.path_params["id"])
        topic = desk.request.query_params.get("topic", "")[: asks.LONGEST_TOPIC]
        words = await ask_screen.whom(tx, desk.me, desk.now, topic)
    return PlainTextResponse(words, headers={"Cache-Control": "no-store"})


async def ask_of(desk: Desk) -> Ask:
    async with desk.house.read() as tx:
        return await access_ask(tx, desk.viewer, desk.request.path_params["id"])


@at_desk
async def accept(desk: Desk) -> Response:
    """It is theirs to answer: the toast leads to where they write."""
    ask = await ask_of(desk)
    await desk.house.act(ask.community_id, lambda tx, now: asks.accept(tx, now, ask.id, desk.me.id))
    async with desk.house.read() as tx:
        [view] = await ask_screen.views(tx, await queries.asks(tx, [ask.id]))
    words = render("workspace/html/accepted.html", ask=ask, address=ask_rules.address(view))
    return fragment(words)


@at_desk
async def ask_why(desk: Desk) -> Response:
    ask = await ask_of(desk)
    return fragment(render("workspace/html/decline.html", ask=ask, reasons=REASONS))


@at_desk
async def decline(desk: Desk) -> Response:
    ask = await ask_of(desk)
    form = await desk.request.form()
    why = field(form, "other").strip() or field(form, "why")
    await desk.house.act(
        ask.community_id, lambda tx, now: asks.decline(tx, now, ask.id, desk.me.id, why)
    )
    return done("Declined. It goes on without you.")


@at_desk
async def answer(desk: Desk) -> Response:
    ask = await ask_of(desk)
    text = field(await desk.request.form(), "text")
    await desk.house.act(
        ask.community_id, lambda tx, now: asks.answer(tx, now, ask.id, desk.me.id, text)
    )
    return done("Answered. The credit is yours.")


@at_desk
async def withdraw(desk: Desk) -> Response:
    ask = await ask_of(desk)
    await desk.house.act(
        ask.community_id, lambda tx, now: asks.withdraw(tx, now, ask.id, desk.me.id)
    )
    return done("Withdrawn. Nobody is asked any more.")


@at_desk
async def thank(desk: Desk) -> Response:
    ask = await ask_of(desk)
    await desk.house.act(ask.community_id, lambda tx, now: asks.thank(tx, now, ask.id, desk.me.id))
    return done("Thanked.")
