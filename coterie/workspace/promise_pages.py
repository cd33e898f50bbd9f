"""Promises at the desk: make one with the picker, mark it kept."""

from starlette.responses import Response
from starlette.routing import Route

from coterie.conversations import promises
from coterie.conversations.doors import access_promise
from coterie.conversations.model import Promise, PromiseKind
from coterie.kit.errors import Invalid
from coterie.ui.templates import render
from coterie.workspace.case_pages import case_of, read_time, whens
from coterie.workspace.edge import Desk, at_desk, done, field, fragment


def routes() -> list[Route]:
    return [
        Route("/workspace/cases/{id}/promises", ask_what),
        Route("/workspace/cases/{id}/promises", make, methods=["POST"]),
        Route("/workspace/promises/{id}/kept", keep, methods=["PUT"]),
        Route("/workspace/promises/{id}/kept", unkeep, methods=["DELETE"]),
    ]


@at_desk
async def ask_what(desk: Desk) -> Response:
    case = await case_of(desk)
    return fragment(render("workspace/html/promise.html", case=case, whens=whens(desk.reader)))


@at_desk
async def make(desk: Desk) -> Response:
    case = await case_of(desk)
    form = await desk.request.form()
    text, given = field(form, "text"), field(form, "at") or field(form, "by")
    if not given:
        raise Invalid("Choose a time.", field="at")
    due_at = read_time(given, desk.reader)
    kind: PromiseKind = "call_back" if field(form, "kind") == "call_back" else "promise"
    await desk.house.act(
        case.community_id,
        lambda tx, now: promises.make(
            tx, now, case.id, desk.me.id, text=text, due_at=due_at, kind=kind
        ),
    )
    return done(f"Promised, by {desk.reader.moment(due_at)}. The customer sees it.")


async def promise_of(desk: Desk) -> Promise:
    async with desk.house.read() as tx:
        return await access_promise(tx, desk.viewer, desk.request.path_params["id"])


@at_desk
async def keep(desk: Desk) -> Response:
    promise = await promise_of(desk)
    kept: Promise = await desk.house.act(
        promise.community_id, lambda tx, now: promises.keep(tx, now, promise.id, desk.me.id)
    )
    words = "Kept." if kept.state == "kept" else "Kept, later than promised."
    return done(words, undo=desk.request.url.path)


@at_desk
async def unkeep(desk: Desk) -> Response:
    promise = await promise_of(desk)
    await desk.house.act(
        promise.community_id, lambda tx, now: promises.unkeep(tx, now, promise.id, desk.me.id)
    )
    return done("Still to be kept.")
