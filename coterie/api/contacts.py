"""The one door for whatever comes in."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import Field, ValidationError

from coterie.api.edge import (
    ContactsWriter,
    GivenTime,
    House_,
    Key,
    Shape,
    Shown,
    Text,
    Time,
    contacts_writer,
    idempotency_key,
    time_as_json,
)
from coterie.api.problems import may_fail
from coterie.conversations import intake
from coterie.conversations.model import Channel, Incoming, Receipt
from coterie.conversations.rules import checked_text
from coterie.customers.model import PROVED, Address, IdentityKind
from coterie.customers.rules import normal, normal_name
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Forbidden, Invalid
from coterie.kit.house import house_of
from coterie.kit.ids import is_id
from coterie.kit.keys import body_hash
from coterie.routing import words


class Lean(APIRoute):
    """The hottest route of all: documented and checked as every other, but it reads its request itself.

    Having its dependencies solved by the framework cost a message a tenth of its processor time.
    """

    # FastAPI names the type of the coroutine, where any awaitable will do.
    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        async def taken(request: Request) -> Response:
            viewer = await contacts_writer.dependency(request, None)
            key = await idempotency_key(request.headers.get("idempotency-key"))
            return await contact(house_of(request), viewer, key, await body_of(request))

        return taken


router = APIRouter(tags=["contacts"], route_class=Lean)


class From(Shape):
    """Who writes. `proved` only by a token of scope identity:assert; otherwise the writer has a thread of their own."""

    kind: IdentityKind
    value: Annotated[Text, Field(min_length=1, max_length=320)]
    proved: bool = False
    name: Annotated[Text, Field(max_length=200)] = ""
    area: Annotated[Text, Field(max_length=40)] | None = None


class Contact(Shape):
    """What came in through a channel."""

    channel: Channel
    from_: Annotated[From, Field(alias="from")]
    text: Text
    sent_at: GivenTime | None = None
    topic: Annotated[Text, Field(max_length=80)] = ""
    quote: Annotated[str, Field(max_length=64)] | None = None
    browser: Annotated[Text, Field(max_length=200)] = ""


class ContactReceipt(Shown):
    """What became of it. `reason` says in words why it is with whom it is."""

    message_id: str
    thread_id: str
    episode_id: str
    case_id: str
    customer_id: str
    community_id: str
    owner_id: str | None
    attending_id: str | None
    answer_by: Time | None
    time_given: Time | None
    reason: str


@router.post(
    "/contacts", status_code=201, response_model=ContactReceipt, responses=may_fail(409, 413)
)
async def contact(house: House_, viewer: ContactsWriter, key: Key, body: Contact) -> Response:
    """Take in what a customer wrote. It is durable when this answers."""
    receipt = await intake.receive(house, incoming(viewer, key, body))
    return Response(written(receipt), 201, media_type="application/json")


async def body_of(request: Request) -> Contact:
    """The body as it must be; else the same error as everywhere."""
    if "json" not in request.headers.get("content-type", ""):
        raise RequestValidationError(
            [{"loc": ("body",), "msg": "Send it as JSON, with the content type application/json."}]
        )
    try:
        return Contact.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        ) from error


def incoming(viewer: Viewer, key: str, body: Contact) -> Incoming:
    assert viewer.token_id is not None
    if body.from_.proved and not viewer.has_scope("identity:assert"):
        raise Forbidden(
            "Only a token of scope identity:assert may say that an address is proved.", "scope"
        )
    if body.quote is not None and not is_id(body.quote):
        raise Invalid(
            "The quoted message is not in this conversation.", "unknown_quote", field="quote"
        )
    who = body.from_
    scope = PROVED if who.proved else f"{viewer.token_id}:{body.browser}"
    return Incoming(
        channel=body.channel,
        text=checked_text(body.text),
        address=Address(who.kind, normal(who.kind, who.value), scope),
        key_owner=viewer.token_id,
        key=key,
        body=body_hash(body.model_dump_json()),
        name=normal_name(who.name),
        area=(who.area or "").strip() or None,
        sent_at=body.sent_at,
        topic=body.topic.strip(),
        quote_id=body.quote,
    )


def written(receipt: Receipt) -> bytes:
    """The receipt as JSON, by hand: this is the hottest answer of all."""
    return json.dumps(
        {
            "message_id": receipt.message_id,
            "thread_id": receipt.thread_id,
            "episode_id": receipt.episode_id,
            "case_id": receipt.case_id,
            "customer_id": receipt.customer_id,
            "community_id": receipt.community_id,
            "owner_id": receipt.owner_id,
            "attending_id": receipt.attending_id,
            "answer_by": receipt.answer_by and time_as_json(receipt.answer_by),
            "time_given": receipt.time_given and time_as_json(receipt.time_given),
            "reason": words.plain(receipt.reason),
        }
    ).encode()
