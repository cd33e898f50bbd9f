"""The conversation: reading it, writing, files, how far it was read, the word on whether it is solved."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from coterie.channels.messenger import files, queries
from coterie.channels.messenger.actions import note_marks
from coterie.channels.messenger.door import TooLarge, Visit, read_body
from coterie.channels.messenger.feed import BEYOND_ALL, FIRST_PAGE, Feed
from coterie.channels.messenger.model import Browser, Site, Turn
from coterie.channels.messenger.state import Json, state_of, turn_json
from coterie.conversations import queries as conversations
from coterie.conversations import resolution, rules
from coterie.conversations.intake import receive
from coterie.conversations.model import Confirmation, Incoming, Receipt
from coterie.kit import live
from coterie.kit.db import Tx, transaction
from coterie.kit.errors import Invalid, NotFound
from coterie.kit.house import House
from coterie.kit.ids import ID, is_id, new_id
from coterie.kit.numbers import whole
from coterie.kit.times import given_time
from coterie.performance import survey_queries, surveys
from coterie.performance.survey_queries import Survey

LONGEST_KEY = 100
DAY_SECONDS = 86_400
SEEN_EVERY = timedelta(hours=1)

Id = Annotated[str, StringConstraints(pattern=f"^{ID.pattern}$")]


class Writing(BaseModel):
    text: str = ""
    attachments: list[Id] = Field(default=[], max_length=files.MOST_FILES)
    sent_at: Annotated[datetime, AfterValidator(given_time)] | None = None
    quote: Id | None = None


class MarksGiven(BaseModel):
    """How far the browser has got: what arrived, what was looked at."""

    delivered: int = Field(0, ge=0, lt=BEYOND_ALL)
    read: int = Field(0, ge=0, lt=BEYOND_ALL)


class Word(BaseModel):
    case: Id
    solved: bool
    effort: int | None = Field(None, ge=1, le=7)


class SurveyAnswer(BaseModel):
    nps: int | None = Field(None, ge=0, le=10)
    csat: int | None = Field(None, ge=1, le=5)


async def welcome(visit: Visit) -> Response:
    """What a visitor sees who has no token yet: whom they would be with."""
    async with visit.house.read() as tx:
        state = await state_of(tx, visit.now, visit.site, None)
    return JSONResponse({**state, "can_prove": visit.house.settings.smtp is not None})


async def show_state(visit: Visit) -> Response:
    async with visit.house.read() as tx:
        browser = await visit.browser(tx)
        return JSONResponse(await state_of(tx, visit.now, visit.site, browser))


async def show_messages(visit: Visit) -> Response:
    """A page of earlier messages."""
    before = number_in(visit, "before", BEYOND_ALL)
    async with visit.house.read() as tx:
        browser = await visit.browser(tx)
        turns = await turns_before(tx, browser, before)
    page = {
        "thread": browser.thread_id,
        "messages": [turn_json(each) for each in turns],
        "earlier": len(turns) == FIRST_PAGE,
    }
    return JSONResponse(page)


async def turns_before(tx: Tx, browser: Browser, before: int) -> list[Turn]:
    if browser.thread_id is None:
        return []
    return await queries.turns_before(tx, browser.thread_id, before, FIRST_PAGE)


def number_in(visit: Visit, name: str, default: int) -> int:
    given = whole(visit.request.query_params.get(name) or str(default), BEYOND_ALL)
    if given is None:
        raise Invalid(f"`{name}` is the number of a message.", field=name)
    return given


async def write(visit: Visit) -> Response:
    """Take in a message. The same key and body again get the same answer."""
    key = visit.request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid("A message needs an Idempotency-Key of at most 100 characters.", "no_key")
    writing = await visit.read(Writing)
    text = rules.checked_text(writing.text, or_attachments=bool(writing.attachments))
    browser = await visit.known_browser()
    visit.limits.messages.take(browser.id, visit.now)
    receipt = await receive(visit.house, incoming(browser, writing, text, key))
    async with transaction(visit.house.pool) as tx:
        if browser.customer_id is None:
            await queries.note_customer(tx, browser.id, receipt.customer_id, None)
        said = await present_turn(tx, receipt)
    return JSONResponse(said, 201)


async def present_turn(tx: Tx, receipt: Receipt) -> Json:
    """The message as it stands now: since a key's first answer its thread may have become another."""
    message = await conversations.message(tx, receipt.message_id)
    turn = await queries.turn(tx, message.thread_id, message.id) if message else None
    if message is None or turn is None:
        raise NotFound("This message is no longer in this conversation.")
    return {"thread": message.thread_id, **turn_json(turn)}


def incoming(browser: Browser, writing: Writing, text: str, key: str) -> Incoming:
    body = json.dumps([text, sorted(writing.attachments), writing.quote])
    return Incoming(
        channel="messenger",
        text=text,
        address=browser.writer,
        key_owner=browser.id,
        key=key,
        body=hashlib.sha256(body.encode()).digest(),
        area=browser.area,
        sent_at=writing.sent_at,
        quote_id=writing.quote,
        attachment_ids=tuple(writing.attachments),
    )


async def attach(visit: Visit) -> Response:
    """Take in a file, to be sent with a message. It is cut off at the limit, whatever it said it was."""
    browser = await visit.known_browser()
    visit.limits.files.take(browser.id, visit.now)
    media_type = files.checked_type(visit.request.headers.get("content-type", ""))
    name = files.checked_name(visit.request.query_params.get("name", ""))
    try:
        body = await read_body(visit.request, files.MOST_BYTES)
    except TooLarge as error:
        raise files.too_large() from error
    content = files.checked_content(body, name, media_type)
    attachment_id = new_id()
    async with transaction(visit.house.pool) as tx:
        if await queries.unsent_files(tx, browser.id) >= files.MOST_UNSENT:
            raise Invalid("Too many files wait for their message: send or remove some.", "unsent")
        await queries.add_attachment(
            tx, visit.now, attachment_id, browser.id, name, media_type, content
        )
    said = {"id": attachment_id, "name": name, "type": media_type, "size": len(content)}
    return JSONResponse(said, 201)


async def show_attachment(visit: Visit) -> Response:
    """A file of one's own thread, never shown as a page of ours."""
    attachment_id = visit.request.path_params["attachment"]
    async with visit.house.read() as tx:
        browser = await visit.browser(tx)
        found = None
        if browser.thread_id and is_id(attachment_id):
            found = await queries.attachment(tx, browser.thread_id, attachment_id)
    if found is None:
        raise NotFound("There is no such file.")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}",
        "Cache-Control": f"private, max-age={DAY_SECONDS}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.bytes, media_type=found.media_type, headers=headers)


async def mark(visit: Visit) -> Response:
    """How far the customer has got."""
    given = await visit.read(MarksGiven)
    browser = await visit.known_browser()
    if browser.community_id is not None:
        await visit.house.act(
            browser.community_id,
            lambda tx, now: note_marks(tx, now, browser, given.delivered, given.read),
        )
    return Response(status_code=204)


async def confirm(visit: Visit) -> Response:
    """The customer's word on a case of their own, and on its owner."""
    word = await visit.read(Word)
    async with visit.house.read() as tx:
        browser = await visit.browser(tx)
        case = await conversations.case(tx, word.case)
    if case is None or case.thread_id != browser.thread_id:
        raise NotFound("There is no such case.")
    about = case.owner_id if case.state != "closed" else None
    said = Confirmation(solved=word.solved, effort=word.effort, about=about)
    await visit.house.act(
        case.community_id, lambda tx, now: resolution.confirm(tx, now, word.case, said)
    )
    return Response(status_code=204)


async def answer_survey(visit: Visit) -> Response:
    """How it was, once."""
    said = await visit.read(SurveyAnswer)
    found = await own_survey(visit)
    await visit.house.act(
        found.community_id,
        lambda tx, now: surveys.answer(tx, now, found.id, nps=said.nps, csat=said.csat),
    )
    return Response(status_code=204)


async def decline_survey(visit: Visit) -> Response:
    """They would rather not say."""
    found = await own_survey(visit)
    await visit.house.act(found.community_id, lambda tx, now: surveys.decline(tx, now, found.id))
    return Response(status_code=204)


async def own_survey(visit: Visit) -> Survey:
    """The survey that is asked for, where it is this customer's."""
    survey_id = visit.request.path_params["survey"]
    async with visit.house.read() as tx:
        browser = await visit.browser(tx)
        found = await survey_queries.survey(tx, survey_id) if is_id(survey_id) else None
    if found is None or found.thread_id != browser.thread_id:
        raise NotFound("There is no such survey.")
    return found


async def transcript(visit: Visit) -> Response:
    """The whole conversation as plain text, times in UTC with their offset."""
    lines = [f"Conversation with {visit.site.name}", ""]
    async with visit.house.read() as tx:
        browser = await visit.browser(tx)
        number = 0
        while browser.thread_id:
            turns = await queries.turns_after(tx, browser.thread_id, number, 500)
            if not turns:
                break
            number = turns[-1].number
            lines += [line for turn in turns for line in written(turn)]
    return PlainTextResponse("\n".join(lines) + "\n")


def written(turn: Turn) -> list[str]:
    who = (turn.author or "").split()[0] if turn.author else "You"
    attached = [f"[file: {each['name']}]" for each in turn.attachments]
    return [
        f"{who}, {turn.at:%Y-%m-%d %H:%M} UTC",
        *([turn.text] if turn.text else []),
        *attached,
        "",
    ]


async def listen(visit: Visit) -> Response:
    """The live line, from after a message of a thread on."""
    after = number_in(visit, "after", 0)
    browser = await visit.known_browser()
    if visit.now - browser.seen_at > SEEN_EVERY:
        async with transaction(visit.house.pool) as tx:
            await queries.note_seen(tx, visit.now, browser.id)
    if visit.request.query_params.get("thread") != (browser.thread_id or ""):
        after = 0
    return LiveLine(visit.house, visit.site, browser, after)


class LiveLine(Response):
    """A response that stays open; the headers that the door sets are its own."""

    def __init__(self, house: House, site: Site, browser: Browser, after: int) -> None:
        super().__init__()
        del self.headers["content-length"]
        self.hub = house.hub
        self.opened = partial(open_line, house, site, browser, after)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await live.Stream(self.hub, self.opened, self.raw_headers)(scope, receive, send)


async def open_line(
    house: House, site: Site, browser: Browser, after: int, subscriber: live.Subscriber
) -> Callable[[], None]:
    return await Feed(house, site, browser, after, subscriber).open()
