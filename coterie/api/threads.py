"""Threads and the messages in them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from coterie.api.edge import (
    House_,
    Id,
    IdField,
    Key,
    Limit,
    Reader,
    Shape,
    Shown,
    Text,
    Writer,
    expert_of,
)
from coterie.api.problems import may_fail
from coterie.api.shapes import Marks, MessageShown, message_shown
from coterie.conversations import actions, queries
from coterie.conversations.doors import access_case, access_message, access_thread
from coterie.conversations.model import Message, Thread
from coterie.kit import keys
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, Refused
from coterie.kit.house import House

router = APIRouter(tags=["threads"])


class Messages(Shown):
    items: list[MessageShown]
    next: str | None


@router.get("/threads/{id}/messages", responses=may_fail(404, 409))
async def messages(
    house: House_,
    viewer: Reader,
    id: Id,
    after: Annotated[str | None, Query(max_length=20, description="A message's number.")] = None,
    limit: Limit = 100,
) -> Messages:
    """A thread's messages after a number, in order. One that was merged leads to the thread in which it goes on."""
    if after is not None and not (after.isdecimal() and len(after) <= 9):
        raise Invalid("`after` is the number of a message.", "bad_cursor", field="after")
    async with house.read() as tx:
        thread = await access_thread(tx, viewer, id)
        if after is not None and thread.id != id:
            raise Refused(
                "This conversation goes on in another thread, with numbers of its own: begin without `after`.",
                "other_thread",
            )
        found = await queries.messages(tx, thread.id, after=int(after or 0), limit=limit)
        marks = await marks_of(tx, thread)
    more = str(found[-1].number) if len(found) == limit else None
    items = [message_shown(each, marks) for each in found]
    return Messages.model_validate({"items": items, "next": more})


async def marks_of(tx: Tx, thread: Thread) -> Marks:
    return Marks(*await queries.marks(tx, thread.id))


class NewMessage(Shape):
    """What an expert writes: a reply that the customer gets, or a note that the community reads."""

    case_id: IdField
    text: Text
    kind: Literal["reply", "note"] = "reply"


@router.post("/threads/{id}/messages", status_code=201, responses=may_fail(404, 409))
async def write(house: House_, viewer: Writer, id: Id, key: Key, body: NewMessage) -> MessageShown:
    """Write as the expert of the token. The first reply makes its writer the owner of the case."""
    expert_id, owner = expert_of(viewer), viewer.token_id or viewer.account_id
    async with house.read() as tx:
        thread = await access_thread(tx, viewer, id)
        case = await access_case(tx, viewer, body.case_id)
    if case.thread_id != thread.id:
        raise Invalid("That case is not in this thread.", "other_thread", field="case_id")
    hashed = keys.body_hash(f"{id}\n{body.model_dump_json()}")

    async def verb(tx: Tx, now: Any) -> dict[str, Any]:
        known = await keys.recall(tx, owner, key, hashed)
        if known is not None:
            return await with_text(tx, known)
        act = actions.reply if body.kind == "reply" else actions.write_note
        message: Message = await act(tx, now, case_id=case.id, expert_id=expert_id, text=body.text)
        shown = message_shown(message, Marks(0, 0))
        answer = MessageShown.model_validate(shown).model_dump(mode="json", by_alias=True)
        await keys.keep(tx, now, owner, key, hashed, {**answer, "text": ""})
        return answer

    return MessageShown.model_validate(await house.act(case.community_id, verb))


async def with_text(tx: Tx, kept: dict[str, Any]) -> dict[str, Any]:
    """A kept answer, whose text is kept at one place only: where it is erased it is gone."""
    message = await queries.message(tx, kept["id"])
    return {**kept, "text": message.text if message else ""}


class CaseOfMessage(Shape):
    """The case a message belongs to; null makes a new one."""

    case_id: Annotated[str, Field(min_length=1, max_length=64)] | None


@router.put("/messages/{id}/case", responses=may_fail(404, 409))
async def move(house: House_, viewer: Writer, id: Id, body: CaseOfMessage) -> MessageShown:
    """The message belongs elsewhere: to another case of its thread, or to a new one."""
    expert_id = expert_of(viewer)
    async with house.read() as tx:
        message = await access_message(tx, viewer, id)
        if body.case_id is not None:
            await access_case(tx, viewer, body.case_id)
    moved = await house.act(
        message.community_id,
        lambda tx, now: actions.move_message(tx, now, message.id, body.case_id, expert_id),
    )
    return MessageShown.model_validate(message_shown(moved, None))


@router.delete("/messages/{id}/needs-nothing", responses=may_fail(404, 409))
async def needs_something(house: House_, viewer: Writer, id: Id) -> MessageShown:
    """It does ask for something: it needs us again where nobody has answered it, and reopens its case again."""
    expert_id, message = expert_of(viewer), await reach(house, viewer, id)
    unmarked = await house.act(
        message.community_id,
        lambda tx, now: actions.unmark_needs_nothing(tx, now, message.id, expert_id),
    )
    return MessageShown.model_validate(message_shown(unmarked, None))


@router.put("/messages/{id}/needs-nothing", responses=may_fail(404, 409))
async def needs_nothing(house: House_, viewer: Writer, id: Id) -> MessageShown:
    """The message asks for nothing; where it reopened a case, that is undone."""
    expert_id, message = expert_of(viewer), await reach(house, viewer, id)
    marked = await house.act(
        message.community_id,
        lambda tx, now: actions.mark_needs_nothing(tx, now, message.id, expert_id),
    )
    return MessageShown.model_validate(message_shown(marked, None))


async def reach(house: House, viewer: Viewer, message_id: str) -> Message:
    async with house.read() as tx:
        return await access_message(tx, viewer, message_id)
