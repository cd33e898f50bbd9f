"""People: who has an account, found by name, role and community, and how somebody comes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration import person, queries
from coterie.administration.desk import ADMIN, LOOKERS, show, writing
from coterie.administration.person import known_account, mail_invitation
from coterie.communities import actions
from coterie.communities import queries as communities
from coterie.communities.model import ROLES as MEMBER_ROLES
from coterie.kit.access.accounts import (
    Account,
    account_of_email,
    open_account,
)
from coterie.kit.access.accounts import checked_role as checked_account_role
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import ROLES, Viewer
from coterie.kit.errors import Invalid, Refused
from coterie.kit.house import house_of
from coterie.kit.ids import is_id
from coterie.ui.forms import NOTHING_SAID, Form, Said, asked, go, read_form

LIST = "/administration/people"
PAGE = 50


def routes() -> list[Route]:
    return [
        Route(LIST, listed),
        Route(LIST + "/new", new, methods=["GET", "POST"]),
        *person.routes(),
    ]


@page(roles=LOOKERS)
async def listed(request: Request, viewer: Viewer) -> Response:
    community = asked(request, "community")
    words, role = asked(request, "q"), asked(request, "role")
    async with house_of(request).read() as tx:
        found = await queries.people(
            tx, words=words, role=role, community_id=community if is_id(community) else None,
            only=visible(viewer), after=asked(request, "after"), limit=PAGE + 1,
        )  # fmt: skip
        known = await queries.community_lines(tx, visible(viewer))
    more = found[PAGE - 1] if len(found) > PAGE else None
    return show(
        request, viewer, "people.html", people=found[:PAGE], after=more.place if more else "", roles=ROLES,
        communities=known, community=community, words=words, role=role,
    )  # fmt: skip


def visible(viewer: Viewer) -> list[str] | None:
    """The communities whose people they see; None for all."""
    return None if viewer.sees_every_community else sorted(viewer.community_ids)


@page(roles=ADMIN)
async def new(request: Request, viewer: Viewer) -> Response:
    if request.method == "GET":
        return await show_new(request, viewer, NOTHING_SAID)
    form = await read_form(request)
    try:
        found = await add(request, viewer, form)
    except Refused as refused:
        return await show_new(request, viewer, form.refused(refused))
    return go(f"{LIST}/{found.id}", f"{found.name} has an account. Hand over the invitation below.")


async def show_new(request: Request, viewer: Viewer, said: Said) -> Response:
    async with house_of(request).read() as tx:
        known = await communities.communities(tx)
    chosen = asked(request, "community")
    return show(
        request, viewer, "person_new.html", said, communities=known, roles=ROLES, chosen=chosen
    )


async def add(request: Request, viewer: Viewer, form: Form) -> Account:
    """A member with a community, or somebody who works across them, with an invitation by mail."""
    role, community_id = checked_account_role(form.text("role")), form.text("community_id")
    is_member = role in MEMBER_ROLES
    if is_member and not is_id(community_id):
        raise Invalid(f"Choose the community of this {role}.", field="community_id")
    given: dict[str, Any] = {"email": form.text("email"), "name": form.text("name"), "role": role}
    now, by = house_of(request).now(), viewer.account_id
    async with writing(request, *([community_id] if is_member else [])) as tx:
        if await account_of_email(tx, given["email"]):
            raise Refused(f"Somebody has an account with {given['email']} already.", "email_taken")
        if is_member:
            account_id = await actions.appoint(tx, now, community_id, **given, by=by)
        else:
            account_id = await open_account(tx, now, **given, by=by)
        found = await known_account(tx, account_id)
        await mail_invitation(request, tx, found)
    return found
