"""Handing a case to a teammate, giving it back, reading the brief, and what was done while one was absent."""

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coterie.communities import absences
from coterie.communities import queries as communities
from coterie.communities.doors import access_absence
from coterie.communities.model import Expert
from coterie.conversations import handover
from coterie.kit.errors import Invalid, NotFound
from coterie.kit.ids import is_id
from coterie.ui.templates import render
from coterie.workspace.case_pages import case_of
from coterie.workspace.edge import Desk, at_desk, done, field, fragment
from coterie.workspace.rules import given


def routes() -> list[Route]:
    return [
        Route("/workspace/cases/{id}/handover", ask_whom),
        Route("/workspace/cases/{id}/handover", hand_over, methods=["POST"]),
        Route("/workspace/cases/{id}/handover", give_back, methods=["DELETE"]),
        Route("/workspace/handovers/{id}/read", read, methods=["PUT"]),
        Route("/workspace/absences/{id}/seen", seen, methods=["POST"]),
    ]


@at_desk
async def ask_whom(desk: Desk) -> Response:
    case = await case_of(desk)
    async with desk.house.read() as tx:
        team = await communities.experts_of(tx, case.community_id)
    teammates = [
        (each.id, words(each)) for each in sorted(team, key=nearness) if each.id != case.owner_id
    ]
    page = render("workspace/html/handover.html", case=case, teammates=teammates)
    return fragment(page)


def nearness(expert: Expert) -> tuple[bool, bool, str]:
    """Who is there before who isn't, experts before those who lead."""
    return expert.presence != "present", expert.role != "expert", expert.name.lower()


def words(expert: Expert) -> str:
    """Tom Whitby, present"""
    return f"{expert.name}, {expert.presence}"


@at_desk
async def hand_over(desk: Desk) -> Response:
    case = await case_of(desk)
    form = await desk.request.form()
    to_id, brief = field(form, "to"), field(form, "brief")
    if not is_id(to_id):
        raise Invalid("Choose who takes over.", field="to")
    await desk.house.act(
        case.community_id,
        lambda tx, now: handover.hand_over(tx, now, case.id, desk.me.id, to_id=to_id, brief=brief),
    )
    async with desk.house.read() as tx:
        names = await communities.names(tx, [to_id])
    return done(f"{given(names.get(to_id))} owns it now.", undo=desk.request.url.path)


@at_desk
async def give_back(desk: Desk) -> Response:
    case = await case_of(desk)
    await desk.house.act(
        case.community_id, lambda tx, now: handover.give_back(tx, now, case.id, desk.me.id)
    )
    return done("Given back.")


@at_desk
async def read(desk: Desk) -> Response:
    """Its receiver has the case open, with the brief on top."""
    handover_id = desk.request.path_params["id"]
    if not is_id(handover_id):
        raise NotFound("There is no such handover to you.")
    await desk.house.act(
        desk.me.community_id, lambda tx, now: handover.read(tx, now, handover_id, desk.me.id)
    )
    return Response(status_code=204)


@at_desk
async def seen(desk: Desk) -> Response:
    """They know what was done while they were absent."""
    async with desk.house.read() as tx:
        absence = await access_absence(tx, desk.viewer, desk.request.path_params["id"])
    if absence.expert_id != desk.me.id:
        raise NotFound("There is no such absence of yours.")
    await desk.house.act(
        absence.community_id, lambda tx, now: absences.catch_up(tx, now, absence.id)
    )
    return RedirectResponse("/workspace#list", status_code=303)
