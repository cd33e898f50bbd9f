"""One person: their account, their community, what they can do, and how they leave."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration import queries
from coterie.administration.desk import ADMIN, LOOKERS, show, writing
from coterie.communities import actions
from coterie.communities import queries as communities
from coterie.communities.model import ROLES as MEMBER_ROLES
from coterie.communities.model import SEATS, Expert
from coterie.conversations import away
from coterie.kit.access.accounts import (
    Account,
    account,
    change_account,
    close_account,
    reopen_account,
)
from coterie.kit.access.audit import audit
from coterie.kit.access.requirements import gate_of, page
from coterie.kit.access.sessions import end_sessions
from coterie.kit.access.sign_in import invitation
from coterie.kit.access.viewer import ROLES, Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.house import house_of
from coterie.kit.ids import is_id
from coterie.kit.outbox import queue_mail
from coterie.ui.forms import NOTHING_SAID, Form, Said, go, or_back, read_form

LIST = "/administration/people"


def routes() -> list[Route]:
    return [
        Route(LIST + "/{id}", one, methods=["GET", "POST"]),
        Route(LIST + "/{id}/work", change_work, methods=["POST"]),
        Route(LIST + "/{id}/community", change_community, methods=["POST"]),
        Route(LIST + "/{id}/end", end, methods=["POST"]),
        Route(LIST + "/{id}/invitation", invite, methods=["POST"]),
        Route(LIST + "/{id}/sessions", sign_out, methods=["POST"]),
        Route(LIST + "/{id}/closure", close, methods=["POST"]),
    ]


@page(roles=LOOKERS)
async def one(request: Request, viewer: Viewer) -> Response:
    if request.method == "GET":
        return await show_one(request, viewer, NOTHING_SAID)
    may_change(viewer)
    form = await read_form(request)
    try:
        async with writing(request) as tx:
            found, expert = await access_person(tx, request, viewer)
            wanted = {"name": form.text("name"), "email": form.text("email")}
            if not (expert and expert.community_id):
                wanted["role"] = form.text("role")
            if found.id == viewer.account_id and wanted.get("role", "admin") != "admin":
                raise Invalid("Nobody takes their own administration away.", field="role")
            now = house_of(request).now()
            await change_account(tx, now, found, wanted, by=viewer.account_id)
    except NotFound:
        raise
    except Refused as refused:
        return await show_one(request, viewer, form.refused(refused))
    gate_of(request).forget(found.id)
    return go(request.url.path, "Saved.")


async def show_one(request: Request, viewer: Viewer, said: Said, link: str = "") -> Response:
    house = house_of(request)
    async with house.read() as tx:
        found, expert = await access_person(tx, request, viewer)
        known = await communities.communities(tx)
        owned = await queries.owned_cases(tx, found.id)
        outlook = await leaving_of(tx, expert, house.now()) if owned else None
        memberships = await communities.memberships_of(tx, found.id)
        skills = await queries.known_skills(tx)
    if viewer.role == "admin" and found.password_hash is None and not found.closed_at:
        link = invitation(gate_of(request), found, house.settings.public_url)
    names = {each.id: each for each in known}
    return show(
        request, viewer, "person.html", said, account=found, expert=expert, communities=known,
        names=names, owned=owned, outlook=outlook, memberships=memberships, known_skills=skills, link=link,
        member_roles=MEMBER_ROLES, roles=ROLES, seats=SEATS, path=f"{LIST}/{found.id}",
    )  # fmt: skip


async def leaving_of(tx: Tx, expert: Expert | None, now: datetime) -> away.Outlook | None:
    """Who would take what, were they to leave now."""
    if expert is None or expert.community_id is None:
        return None
    return await away.shares_of(tx, expert.community_id, expert.id, now, now)


def may_change(viewer: Viewer) -> None:
    if viewer.role != "admin":
        raise NotFound("There is no such page.")


@page(roles=ADMIN)
async def change_work(request: Request, viewer: Viewer) -> Response:
    """Role in the community, skills, languages, seats, capacity."""
    form = await read_form(request)
    community_id, expert_id = await where(request)
    try:
        async with writing(request, community_id) as tx:
            now, by = house_of(request).now(), viewer.account_id
            await actions.change_role(tx, now, expert_id, form.text("member_role"), by=by)
            await actions.change_skills(tx, now, expert_id, skills_in(form), by=by)
            await actions.change_expert(
                tx, now, expert_id, languages=form.text("languages").replace(",", " ").split(),
                seats=form.texts("seats"), capacity=form.number("capacity", 0), by=by,
            )  # fmt: skip
    except Refused as refused:
        return await show_one(request, viewer, form.refused(refused))
    gate_of(request).forget(expert_id)
    return go(f"{LIST}/{expert_id}", "Saved. The next decision takes it into account.")


async def where(request: Request) -> tuple[str, str]:
    """The community whose stream a change of this person belongs to."""
    async with house_of(request).read() as tx:
        found = await known_account(tx, request.path_params["id"])
        membership = await communities.membership(tx, found.id)
    if membership is None:
        raise Refused(f"{found.name} belongs to no community.", "no_member")
    return membership.community_id, found.id


def skills_in(form: Form) -> dict[str, int]:
    """Pairs of a name and a level; an empty name or level is no skill."""
    pairs = zip(form.texts("skill"), form.texts("level"), strict=False)
    return {name.lower(): int(level[:3]) for name, level in pairs if name and level.isdecimal()}


@page(roles=ADMIN)
async def change_community(request: Request, viewer: Viewer) -> Response:
    """Begin a membership; from another community this ends the one there, perhaps after handing over."""
    form = await read_form(request)
    person, to = request.path_params["id"], form.text("community_id")

    async def verb() -> None:
        async with house_of(request).read() as tx:
            found = await known_account(tx, person)
            former = await communities.membership(tx, found.id)
            community = await communities.community(tx, to) if is_id(to) else None
        if community is None:
            raise Invalid("Choose a community.", field="community_id")
        streams = {to, former.community_id} if former else {to}
        async with writing(request, *streams) as tx:
            now, by = house_of(request).now(), viewer.account_id
            if former:
                await leave(tx, now, found.id, form, by)
            await actions.appoint_again(
                tx, now, to, found.id, form.text("member_role") or "expert", by=by
            )
        gate_of(request).forget(found.id)

    return await or_back(f"{LIST}/{person}", verb, "They belong to their new community now.")


async def leave(tx: Tx, now: datetime, expert_id: str, form: Form, by: str) -> None:
    """End a membership. Refused while they own cases, unless these are to be handed over first."""
    if form.ticked("hand_over"):
        await away.leave(tx, now, expert_id, brief=form.text("brief"), by=by)
    else:
        await actions.end_membership(tx, now, expert_id, by=by)


@page(roles=ADMIN)
async def end(request: Request, viewer: Viewer) -> Response:
    person = request.path_params["id"]
    form = await read_form(request)

    async def verb() -> None:
        community_id, expert_id = await where(request)
        async with writing(request, community_id) as tx:
            await leave(tx, house_of(request).now(), expert_id, form, viewer.account_id)
        gate_of(request).forget(expert_id)

    return await or_back(f"{LIST}/{person}", verb, "The membership has ended. What they did stays.")


@page(roles=ADMIN)
async def invite(request: Request, viewer: Viewer) -> Response:
    """A link with which they choose a password: shown here, and mailed where the house has a mail server."""
    async with writing(request) as tx:
        found = await known_account(tx, request.path_params["id"])
        if found.closed_at:
            raise Refused(f"The account of {found.name} is closed.", "closed")
        await mail_invitation(request, tx, found)
        await audit(tx, house_of(request).now(), viewer.account_id, "invite", "account", found.id)
    link = invitation(gate_of(request), found, house_of(request).settings.public_url)
    return await show_one(request, viewer, NOTHING_SAID, link)


@page(roles=ADMIN)
async def sign_out(request: Request, viewer: Viewer) -> Response:
    async with writing(request) as tx:
        found = await known_account(tx, request.path_params["id"])
        await end_sessions(tx, found.id, but=viewer.session)
        await audit(tx, house_of(request).now(), viewer.account_id, "sign_out", "account", found.id)
    gate_of(request).forget(found.id)
    return go(f"{LIST}/{found.id}", f"{found.name} is signed out everywhere.")


@page(roles=ADMIN)
async def close(request: Request, viewer: Viewer) -> Response:
    """Close an account, or open it again."""
    person = request.path_params["id"]
    form = await read_form(request)

    async def verb() -> None:
        async with writing(request) as tx:
            found = await known_account(tx, person)
            now, by = house_of(request).now(), viewer.account_id
            if form.ticked("reopen"):
                await reopen_account(tx, now, found.id, by=by)
                return
            if found.id == viewer.account_id:
                raise Refused("Nobody closes their own account.")
            if await communities.membership(tx, found.id):
                raise Refused(f"{found.name} belongs to a community. End the membership first.")
            await close_account(tx, now, found.id, by=by)
        gate_of(request).forget(person)

    words = "can be invited again" if form.ticked("reopen") else "is closed"
    return await or_back(f"{LIST}/{person}", verb, f"The account {words}.")


async def access_person(tx: Tx, request: Request, viewer: Viewer) -> tuple[Account, Expert | None]:
    """Themselves for an admin or a planner; for who leads a community, its members."""
    found = await known_account(tx, request.path_params["id"])
    expert = await communities.expert(tx, found.id)
    home = expert.community_id if expert else None
    if not viewer.sees_every_community and not (home and viewer.sees(home)):
        raise NotFound("There is no such person.")
    return found, expert


async def known_account(tx: Tx, account_id: str) -> Account:
    found = await account(tx, account_id) if is_id(account_id) else None
    if found is None:
        raise NotFound("There is no such person.")
    return found


async def mail_invitation(request: Request, tx: Tx, found: Account) -> None:
    house = house_of(request)
    if house.settings.smtp is None:
        return
    link = invitation(gate_of(request), found, house.settings.public_url)
    body = INVITATION_MAIL.format(name=found.name, url=link)
    await queue_mail(tx, house.now(), found.email, "Your account on Coterie", body)


INVITATION_MAIL = """\
Hello {name},

you have an account on Coterie. Choose your password here within seven days:

{url}
"""
