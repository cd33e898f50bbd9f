"""Who is writing (rule 17): a new browser, the host site's word, a code to an address."""

from datetime import datetime

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from coterie.channels.messenger import queries, tokens
from coterie.channels.messenger.door import Unknown, Visit, new_token, token_hash
from coterie.channels.messenger.model import Browser
from coterie.channels.messenger.state import Json
from coterie.communities import queries as communities
from coterie.customers import proof
from coterie.customers import queries as customers
from coterie.customers.model import Address
from coterie.kit.db import Tx, transaction
from coterie.kit.errors import Refused
from coterie.kit.events import emit
from coterie.kit.ids import new_id


class NewBrowser(BaseModel):
    """`area` is what the host says of its visitor. It proves nothing and only helps to find a home."""

    area: str | None = Field(None, max_length=40)


class HostToken(BaseModel):
    token: str


class CodeWanted(BaseModel):
    email: str = Field(max_length=320)


class CodeGiven(BaseModel):
    code: str = Field(max_length=40)


async def open_browser(visit: Visit) -> Response:
    """A token for a new browser. We keep its hash alone."""
    visit.limits.browsers.take(visit.address, visit.now)
    wanted = await visit.read(NewBrowser)
    token = new_token()
    async with transaction(visit.house.pool) as tx:
        await queries.add_browser(
            tx, visit.now, new_id(), token_hash(token), visit.site.key, wanted.area
        )
    return JSONResponse({"token": token}, 201)


async def identify(visit: Visit) -> Response:
    """The host site says who this is: from now on the browser goes on in their thread."""
    given = await visit.read(HostToken)
    visitor = tokens.visitor_of(given.token, visit.site.secret, visit.now)
    async with visit.house.ledger.unit(now=visit.now) as tx:
        browser = await visit.browser(tx)
        area = visitor.area if await is_area(tx, visitor.area) else None
        ref = Address("ref", visitor.ref)
        found = await proof.prove(tx, visit.now, browser.writer, ref, visitor.name, area)
        if visitor.email:
            await add_email(tx, visit.now, found.customer_id, visitor.email)
        return await bound(tx, visit.now, browser, found)


async def is_area(tx: Tx, area: str | None) -> bool:
    """An area that we don't know is left out: the site's word on who this is still stands."""
    return area is not None and await communities.area(tx, area) is not None


async def add_email(tx: Tx, now: datetime, customer_id: str, email: str) -> None:
    """The site vouches for the address; if it is somebody else's already, it stays theirs."""
    await customers.add_identity(tx, now, customer_id, proof.email_address(email))


async def send_code(visit: Visit) -> Response:
    """Send a code. The answer is the same whether we know the address or not."""
    wanted = await visit.read(CodeWanted)
    if visit.house.settings.smtp is None:
        raise Refused("Codes can't be sent here yet: this server has no mail server.", "no_mail")
    visit.limits.codes.take(visit.address, visit.now)
    async with transaction(visit.house.pool) as tx:
        browser = await visit.browser(tx)
        secret, sender = visit.house.settings.secret, visit.site.name
        await proof.send_code(tx, visit.now, secret, browser.id, wanted.email, sender)
    return Response(status_code=202)


async def give_code(visit: Visit) -> Response:
    """The right code binds the browser to whoever the address belongs to. A wrong try is counted, then refused."""
    given = await visit.read(CodeGiven)
    visit.limits.codes.take(visit.address, visit.now)
    async with visit.house.ledger.unit(now=visit.now) as tx:
        browser = await visit.browser(tx)
        secret = visit.house.settings.secret
        checked = await proof.check_code(tx, visit.now, secret, browser.id, given.code)
        if not isinstance(checked, Refused):
            found = await proof.prove(tx, visit.now, browser.writer, checked)
            return await bound(tx, visit.now, browser, found)
    raise checked


async def bound(tx: Tx, now: datetime, browser: Browser, found: proof.Proof) -> Response:
    """The browser goes on as this customer. Whoever else knew its token until then knows nothing any more."""
    said: Json = {
        "changed": browser.customer_id not in (None, found.customer_id),
        "continued": found.earlier_id is not None,
    }
    if browser.proved_at is None or browser.customer_id != found.customer_id:
        said["token"] = await renewed(tx, now, browser, found.customer_id)
    await queries.note_customer(tx, browser.id, found.customer_id, now)
    return JSONResponse(said)


async def renewed(tx: Tx, now: datetime, browser: Browser, customer_id: str) -> str:
    """A new token for the browser. The event ends the streams that were opened with the old one."""
    token = new_token()
    if not await queries.renew_token(tx, browser, token_hash(token)):
        raise Unknown("This browser is not known here.", "unknown_browser")
    customer = await customers.customer(tx, customer_id)
    assert customer is not None
    ids = {"customer": customer_id, "browser": browser.id}
    emit(tx, customer.community_id, "token_renewed", now, ids)
    return token
