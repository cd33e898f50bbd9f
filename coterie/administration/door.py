"""The way in and out: sign-in, sign-out, a forgotten password, an invitation, the first account of a new house."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coterie.administration.desk import home_of, network_of, show_alone, writing
from coterie.kit.access.accounts import Account, anybody, open_first_account
from coterie.kit.access.gate import Gate
from coterie.kit.access.passwords import checked_password, hash_password
from coterie.kit.access.requirements import gate_of, page, public
from coterie.kit.access.sessions import begin_session, end_session
from coterie.kit.access.sign_in import choose_password, mail_reset, new_hash, sign_in
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Invalid, Refused
from coterie.kit.house import house_of
from coterie.ui.forms import NOTHING_SAID, Form, Said, go, read_form


def routes() -> list[Route]:
    return [
        Route("/", front),
        Route("/sign-in", sign_in_page, methods=["GET", "POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
        Route("/password", forgotten, methods=["GET", "POST"]),
        Route("/password/{link}", choose, methods=["GET", "POST"]),
        Route("/setup", setup, methods=["GET", "POST"]),
    ]


@page()
async def front(request: Request, viewer: Viewer) -> Response:
    return RedirectResponse(home_of(viewer), status_code=303)


@public
async def sign_in_page(request: Request) -> Response:
    gate, house = gate_of(request), house_of(request)
    if request.method == "POST":
        return await try_sign_in(request, gate)
    viewer = await gate.person(request)
    if viewer:
        return go(safe_next(request.query_params.get("next", "")) or home_of(viewer))
    async with house.read() as tx:
        if not await anybody(tx):
            return go("/setup")
    return show_sign_in(request, NOTHING_SAID, request.query_params.get("next", ""))


def show_sign_in(request: Request, said: Said, to: str) -> Response:
    mails = house_of(request).settings.smtp is not None
    return show_alone(request, "sign_in.html", said, next=safe_next(to), mails=mails)


async def try_sign_in(request: Request, gate: Gate) -> Response:
    form = await read_form(request)
    to = safe_next(form.text("next"))
    agent = request.headers.get("user-agent", "")
    password = form.as_typed("password")
    try:
        secret = await sign_in(gate, form.text("email"), password, network_of(request), agent)
    except Refused as refused:
        return show_sign_in(request, form.refused(refused), to)
    response = go(to or "/")
    gate.give_cookie(response, secret)
    return response


@page()
async def sign_out(request: Request, viewer: Viewer) -> Response:
    gate = gate_of(request)
    async with writing(request) as tx:
        await end_session(tx, viewer.account_id, viewer.session or b"")
    gate.forget(viewer.account_id)
    response = go("/sign-in", "You are signed out.")
    gate.take_cookie(response)
    return response


@public
async def forgotten(request: Request) -> Response:
    house = house_of(request)
    mails = house.settings.smtp is not None
    if request.method == "GET" or not mails:
        return show_alone(request, "forgotten.html", mails=mails)
    form = await read_form(request)
    try:
        await mail_reset(
            gate_of(request), form.text("email"), network_of(request), house.settings.public_url
        )
    except Refused as refused:
        return show_alone(request, "forgotten.html", form.refused(refused), mails=mails)
    return go("/sign-in", "If that address has an account, a link is on its way to it.")


@public
async def choose(request: Request) -> Response:
    """Choose a password with a link that was mailed or handed over; whoever does is signed in."""
    gate, house = gate_of(request), house_of(request)
    link = request.path_params["link"]
    try:
        async with house.read() as tx:
            found = await gate.links.account_of(tx, house.now(), link)
    except Refused as refused:
        return go("/sign-in", refused.sentence, "danger")
    if request.method == "GET":
        return show_alone(request, "choose.html", account=found)
    form = await read_form(request)
    try:
        hashed = await new_hash(password_in(form), found)
        return await set_and_enter(request, found, link, hashed)
    except Refused as refused:
        return show_alone(request, "choose.html", form.refused(refused), account=found)


async def set_and_enter(request: Request, found: Account, link: str, hashed: str) -> Response:
    gate, house = gate_of(request), house_of(request)
    async with writing(request) as tx:
        await gate.links.account_of(tx, house.now(), link)
        await choose_password(tx, house.now(), found, hashed)
        secret = await begin_session(
            tx, house.now(), found.id, request.headers.get("user-agent", "")
        )
    gate.forget(found.id)
    response = go("/", "Your password is set.")
    gate.give_cookie(response, secret)
    return response


@public
async def setup(request: Request) -> Response:
    """The first account of a new house, with the code that its server printed. Closed for ever afterwards."""
    house = house_of(request)
    async with house.read() as tx:
        if await anybody(tx):
            return go("/sign-in")
    if request.method == "GET":
        return show_alone(request, "setup.html")
    form = await read_form(request)
    try:
        return await set_up(request, form, house.now())
    except Refused as refused:
        return show_alone(request, "setup.html", form.refused(refused))


async def set_up(request: Request, form: Form, now: datetime) -> Response:
    gate = gate_of(request)
    gate.tries_by_network.take(network_of(request), now)
    if not gate.links.is_setup_code(form.text("code")):
        raise Invalid("That is not the code that the server printed.", field="code")
    password = checked_password(password_in(form), form.text("name"), form.text("email"))
    hashed = await hash_password(password)
    async with writing(request) as tx:
        account_id = await open_first_account(
            tx, now, email=form.text("email"), name=form.text("name"), password_hash=hashed
        )
        agent = request.headers.get("user-agent", "")
        secret = await begin_session(tx, now, account_id, agent)
    response = go("/administration", "Welcome. Begin with a region and a community.")
    gate.give_cookie(response, secret)
    return response


def password_in(form: Form, name: str = "password") -> str:
    """A password as it was typed (spaces are part of it), written the same twice."""
    password, again = (form.as_typed(each) for each in (name, "again"))
    if password != again:
        raise Invalid("The two passwords are not the same.", field="again")
    return password


def safe_next(to: str) -> str:
    """An address of our own house, or nothing: never another site's."""
    ours = to.startswith("/") and not to.startswith("//") and to.isprintable()
    return to if ours and "\\" not in to else ""
