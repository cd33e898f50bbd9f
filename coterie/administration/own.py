"""One's own account: name, zone, shortcuts, password, and where one is signed in."""

from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration.desk import network_of, show, writing
from coterie.administration.door import password_in
from coterie.kit.access.accounts import Account, account, change_account
from coterie.kit.access.passwords import matches
from coterie.kit.access.requirements import gate_of, page
from coterie.kit.access.sessions import begin_session, end_session, end_sessions, sessions_of
from coterie.kit.access.sign_in import choose_password, new_hash
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.house import house_of
from coterie.ui.forms import NOTHING_SAID, Said, go, read_form


def routes() -> list[Route]:
    return [
        Route("/account", own, methods=["GET", "POST"]),
        Route("/account/password", password, methods=["POST"]),
        Route("/account/sessions", end_others, methods=["POST"]),
        Route("/account/sessions/{hash}", end_one, methods=["POST"]),
    ]


@page()
async def own(request: Request, viewer: Viewer) -> Response:
    if request.method == "GET":
        return await show_own(request, viewer, NOTHING_SAID)
    form = await read_form(request)
    found = await own_account(request, viewer)
    shortcuts = {"shortcuts": form.ticked("shortcuts")}
    wanted = {
        "name": form.text("name"),
        "zone": form.text("zone"),
        "preferences": {**found.preferences, **shortcuts},
    }
    try:
        async with writing(request) as tx:
            now = house_of(request).now()
            await change_account(tx, now, found, wanted, by=viewer.account_id)
    except Refused as refused:
        return await show_own(request, viewer, form.refused(refused))
    gate_of(request).forget(viewer.account_id)
    return go("/account", "Saved.")


async def show_own(request: Request, viewer: Viewer, said: Said) -> Response:
    house = house_of(request)
    async with house.read() as tx:
        sessions = await sessions_of(tx, house.now(), viewer.account_id)
    found = await own_account(request, viewer)
    zones = sorted(zone for zone in available_timezones() if "/" in zone)
    return show(
        request,
        viewer,
        "own.html",
        said,
        account=found,
        sessions=sessions,
        zones=zones,
        browser=browser,
    )


async def own_account(request: Request, viewer: Viewer) -> Account:
    async with house_of(request).read() as tx:
        found = await account(tx, viewer.account_id)
    if found is None:
        raise NotFound("There is no such account.")
    return found


@page()
async def password(request: Request, viewer: Viewer) -> Response:
    """A new password for who knows the old one. Every other session ends; this one begins anew."""
    form = await read_form(request)
    gate, now = gate_of(request), house_of(request).now()
    found = await own_account(request, viewer)
    try:
        gate.tries_by_network.take(network_of(request), now)
        gate.tries_by_address.take(f"change {found.id}", now)
        if not await matches(found.password_hash, form.as_typed("current")):
            raise Invalid("That is not your password.", field="current")
        hashed = await new_hash(password_in(form), found)
    except Refused as refused:
        return await show_own(request, viewer, form.refused(refused))
    async with writing(request) as tx:
        await choose_password(tx, now, found, hashed)
        secret = await begin_session(tx, now, found.id, request.headers.get("user-agent", ""))
    gate.forget(found.id)
    response = go("/account", "Your password is changed, and you are signed out everywhere else.")
    gate.give_cookie(response, secret)
    return response


@page()
async def end_others(request: Request, viewer: Viewer) -> Response:
    async with writing(request) as tx:
        ended = await end_sessions(tx, viewer.account_id, but=viewer.session)
    gate_of(request).forget(viewer.account_id)
    words = "nowhere else" if not ended else f"{ended} other browser{'s' if ended > 1 else ''}"
    return go(
        "/account", f"You were signed in {words}." if not ended else f"Signed out in {words}."
    )


@page()
async def end_one(request: Request, viewer: Viewer) -> Response:
    given = request.path_params["hash"]
    try:
        hash = bytes.fromhex(given)
    except ValueError:
        raise NotFound("There is no such session.") from None
    async with writing(request) as tx:
        if not await end_session(tx, viewer.account_id, hash):
            raise NotFound("There is no such session.")
    gate_of(request).forget(viewer.account_id)
    return go("/account", "Signed out there.")


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """What a person would call it: Firefox on Linux."""
    program = next((name for sign, name in BROWSERS if sign in agent), "A browser")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return f"{program} on {system}" if system else program
