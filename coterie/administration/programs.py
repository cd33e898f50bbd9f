"""Programs that talk to the house: sites that embed the messenger, tokens of the API. A secret is shown once."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration import queries
from coterie.administration.desk import ADMIN, show, writing
from coterie.channels.messenger import queries as messenger
from coterie.channels.messenger import sites
from coterie.kit.access.accounts import account_of_email
from coterie.kit.access.audit import audit
from coterie.kit.access.requirements import gate_of, page
from coterie.kit.access.tokens import SCOPES, make_token, revoke_token, tokens
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.house import house_of
from coterie.kit.ids import is_id
from coterie.kit.numbers import whole
from coterie.ui.forms import NOTHING_SAID, Form, Said, or_back, read_form

LIST = "/administration/programs"


def routes() -> list[Route]:
    return [
        Route(LIST, listed),
        Route(LIST + "/tokens", make, methods=["POST"]),
        Route(LIST + "/tokens/{id}/revocation", revoke, methods=["POST"]),
        Route(LIST + "/sites", open_site, methods=["POST"]),
        Route(LIST + "/sites/{key}", change_site, methods=["POST"]),
        Route(LIST + "/sites/{key}/closure", close_site, methods=["POST"]),
    ]


@page(roles=ADMIN)
async def listed(request: Request, viewer: Viewer) -> Response:
    return await show_list(request, viewer, NOTHING_SAID)


async def show_list(
    request: Request, viewer: Viewer, said: Said, secret: str = "", what: str = ""
) -> Response:
    """`secret` is shown on this page and never again."""
    async with house_of(request).read() as tx:
        known = await tokens(tx)
        holders = await queries.accounts_of_tokens(tx)
        embedding = await messenger.sites(tx)
    return show(
        request, viewer, "programs.html", said, tokens=known, holders=holders, sites=embedding,
        scopes=SCOPES, secret=secret, what=what, public_url=house_of(request).settings.public_url,
    )  # fmt: skip


@page(roles=ADMIN)
async def make(request: Request, viewer: Viewer) -> Response:
    """A token for one's own account, or for that of somebody with less."""
    form = await read_form(request)
    now = house_of(request).now()
    try:
        async with writing(request) as tx:
            holder = await account_of_email(tx, form.text("holder"))
            if holder is None or holder.closed_at:
                raise Invalid("Nobody has an account with that address.", field="holder")
            days = days_in(form)
            _, secret = await make_token(
                tx, now, holder.id, form.text("name"), form.texts("scopes"),
                ends_at=now + timedelta(days=days) if days else None, by=viewer.account_id,
            )  # fmt: skip
    except Refused as refused:
        return await show_list(request, viewer, form.refused(refused))
    return await show_list(request, viewer, NOTHING_SAID, secret, form.text("name"))


def days_in(form: Form) -> int:
    text = form.text("days")
    days = whole(text, 3650)
    if text and not days:
        raise Invalid("A token lasts from 1 to 3650 days, or without end.", field="days")
    return days or 0


@page(roles=ADMIN)
async def revoke(request: Request, viewer: Viewer) -> Response:
    async def verb() -> None:
        token_id = request.path_params["id"]
        if not is_id(token_id):
            raise NotFound("There is no such token in force.")
        async with writing(request) as tx:
            await revoke_token(tx, house_of(request).now(), token_id, by=viewer.account_id)
        gate_of(request).forget_all()

    return await or_back(LIST, verb, "The token opens nothing any more.")


@page(roles=ADMIN)
async def open_site(request: Request, viewer: Viewer) -> Response:
    form = await read_form(request)
    now = house_of(request).now()
    try:
        async with writing(request) as tx:
            site = await sites.open_site(tx, now, form.text("name"), origins_in(form))
            change = {"name": site.name, "origins": site.origins}
            await audit(tx, now, viewer.account_id, "open", "site", site.key, change)
    except Refused as refused:
        return await show_list(request, viewer, form.refused(refused))
    return await show_list(request, viewer, NOTHING_SAID, site.secret, site.name)


def origins_in(form: Form) -> list[str]:
    return form.text("origins").replace(",", " ").split()


@page(roles=ADMIN)
async def change_site(request: Request, viewer: Viewer) -> Response:
    form = await read_form(request)
    key, now = request.path_params["key"], house_of(request).now()

    async def verb() -> None:
        async with writing(request) as tx:
            origins = origins_in(form)
            await sites.change_site(tx, key, form.text("name"), origins)
            change = {"name": form.text("name"), "origins": origins}
            await audit(tx, now, viewer.account_id, "change", "site", key, change)

    return await or_back(LIST, verb, "Saved.")


@page(roles=ADMIN)
async def close_site(request: Request, viewer: Viewer) -> Response:
    key, now = request.path_params["key"], house_of(request).now()

    async def verb() -> None:
        async with writing(request) as tx:
            await sites.close_site(tx, now, key)
            await audit(tx, now, viewer.account_id, "close", "site", key)

    return await or_back(
        LIST, verb, "The messenger is gone from that site. What was written stays."
    )
