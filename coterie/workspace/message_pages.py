"""What is written and where it belongs: replies, notes, drafts, the case of a message, what is read."""

from datetime import datetime

from starlette.datastructures import FormData
from starlette.responses import Response
from starlette.routing import Route

from coterie.conversations import actions
from coterie.conversations import queries as conversations
from coterie.conversations.doors import access_message, access_thread
from coterie.conversations.model import Message
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import is_id
from coterie.kit.numbers import whole
from coterie.ui.templates import render
from coterie.workspace import queries
from coterie.workspace.actions import note_our_read
from coterie.workspace.edge import Desk, at_desk, done, field, fragment
from coterie.workspace.fragments import macro
from coterie.workspace.screen import MODES

LONGEST_DRAFT = 8_000
MOST = 2**31 - 1


def routes() -> list[Route]:
    return [
        Route("/workspace/threads/{id}/messages", write, methods=["POST"]),
        Route("/workspace/threads/{id}/drafts/{mode}", keep_draft, methods=["PUT"]),
        Route("/workspace/threads/{id}/read", read, methods=["POST"]),
        Route("/workspace/messages/{id}/case", ask_case),
        Route("/workspace/messages/{id}/case", move, methods=["PUT"]),
        Route("/workspace/messages/{id}/needs-nothing", needs_nothing, methods=["PUT"]),
        Route("/workspace/messages/{id}/needs-nothing", needs_something, methods=["DELETE"]),
    ]


@at_desk
async def write(desk: Desk) -> Response:
    """A reply or a note. The same key again changes nothing, so that trying again is safe."""
    thread_id = desk.request.path_params["id"]
    form = await desk.request.form()
    async with desk.house.read() as tx:
        thread = await access_thread(tx, desk.viewer, thread_id)
        case_id = await case_for(tx, thread.id, field(form, "case"))
        community_id = (await actions.file_of(tx, case_id)).case.community_id
    message = await desk.house.act(
        community_id, lambda tx, now: write_once(tx, now, desk, case_id, form)
    )
    async with desk.house.read() as tx:
        turns = await queries.turns_at(tx, [(thread_id, message.number)]) if message else []
    return fragment("".join(macro("turn")(desk.reader, turn) for turn in turns))


async def case_for(tx: Tx, thread_id: str, asked: str) -> str:
    """The case that a message of ours goes to: the one at hand, else the last one."""
    cases = await conversations.cases_of_thread(tx, thread_id)
    for case in cases:
        if case.id == asked:
            return case.id
    if not cases:
        raise Refused("There is no case in this conversation yet.")
    return max(cases, key=lambda case: (case.state != "closed", case.spoken_at)).id


async def write_once(
    tx: Tx, now: datetime, desk: Desk, case_id: str, form: FormData
) -> Message | None:
    """Write it, unless this key was used before: then it is there already."""
    key = field(form, "key")
    if not is_id(key):
        raise Invalid("This page is out of date. Reload it and send again.", field="key")
    if not await queries.use_key(tx, now, desk.me.id, key):
        return None
    verb = actions.write_note if field(form, "kind") == "note" else actions.reply
    return await verb(
        tx,
        now,
        case_id=case_id,
        expert_id=desk.me.id,
        text=field(form, "text"),
        attachment_ids=[
            given for given in form.getlist("file") if isinstance(given, str) and is_id(given)
        ],
    )


@at_desk
async def keep_draft(desk: Desk) -> Response:
    thread_id, mode = desk.request.path_params["id"], desk.request.path_params["mode"]
    if mode not in MODES:
        raise Invalid("A draft is a reply, a note or an ask.", field="mode")
    text = field(await desk.request.form(), "text")
    if len(text) > LONGEST_DRAFT:
        raise Invalid(f"A draft has at most {LONGEST_DRAFT:,} characters.", field="text")
    async with desk.house.read() as tx:
        await access_thread(tx, desk.viewer, thread_id)
        if text.strip():
            await conversations.keep_draft(tx, desk.now, desk.me.id, thread_id, mode, text)
        else:
            await conversations.drop_draft(tx, desk.me.id, thread_id, mode)
    return Response(status_code=204)


@at_desk
async def read(desk: Desk) -> Response:
    """This far the community has read; the rows of everybody hear of it."""
    thread_id = desk.request.path_params["id"]
    number = whole(field(await desk.request.form(), "number"), MOST)
    if number is None:
        raise Invalid("The number of the last message read is missing.", field="number")
    async with desk.house.read() as tx:
        thread = await access_thread(tx, desk.viewer, thread_id)
    await desk.house.act(
        thread.community_id, lambda tx, now: note_our_read(tx, now, thread, number)
    )
    return Response(status_code=204)


@at_desk
async def ask_case(desk: Desk) -> Response:
    """Where else this message may belong: the open and watched cases of its thread, or a new one."""
    async with desk.house.read() as tx:
        message = await access_message(tx, desk.viewer, desk.request.path_params["id"])
        cases = await conversations.cases_of_thread(tx, message.thread_id)
    others = [case for case in cases if case.state != "closed" and case.id != message.case_id]
    return fragment(render("workspace/html/move.html", message=message, cases=others))


@at_desk
async def move(desk: Desk) -> Response:
    async with desk.house.read() as tx:
        message = await access_message(tx, desk.viewer, desk.request.path_params["id"])
    case_id = field(await desk.request.form(), "case") or None
    if case_id and not is_id(case_id):
        raise NotFound("There is no such case in this conversation.")
    await desk.house.act(
        message.community_id,
        lambda tx, now: actions.move_message(tx, now, message.id, case_id, desk.me.id),
    )
    words = "Moved to the other case." if case_id else "A new case begins with this message."
    async with desk.house.read() as tx:
        source = await conversations.case(tx, message.case_id)
    if source is None or source.state == "closed":
        return done(words)  # it was the only message there: that case is over
    undo = desk.request.url.path
    return fragment(
        render("workspace/html/done.html", words=words, undo=undo, back={"case": source.id})
    )


@at_desk
async def needs_nothing(desk: Desk) -> Response:
    async with desk.house.read() as tx:
        message = await access_message(tx, desk.viewer, desk.request.path_params["id"])
    await desk.house.act(
        message.community_id,
        lambda tx, now: actions.mark_needs_nothing(tx, now, message.id, desk.me.id),
    )
    return done("Marked: it needs nothing.", undo=desk.request.url.path)


@at_desk
async def needs_something(desk: Desk) -> Response:
    async with desk.house.read() as tx:
        message = await access_message(tx, desk.viewer, desk.request.path_params["id"])
    await desk.house.act(
        message.community_id,
        lambda tx, now: actions.unmark_needs_nothing(tx, now, message.id, desk.me.id),
    )
    return done("It is as before.")
