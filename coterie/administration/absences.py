"""Absences: entered with a look at what they mean, prolonged, ended; one's own, or of those whom one leads."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coterie.administration import queries
from coterie.administration.desk import show, writing
from coterie.communities import absence_queries, absences
from coterie.communities import queries as communities
from coterie.communities.doors import access_absence, access_community, access_expert
from coterie.communities.model import Absence, Community, Expert
from coterie.conversations import away
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Role, Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.house import house_of
from coterie.ui.forms import Form, Said, asked, go, or_back, read_form

LIST = "/absences"
OVER = timedelta(days=30)
ENTER: frozenset[Role] = frozenset({"admin", "manager", "coach", "expert"})
BRIEF = "brief-"
WHYS = {"leave": "Leave", "sick": "Ill", "training": "Training", "other": "Something else"}


def routes() -> list[Route]:
    return [
        Route(LIST, listed),
        Route(LIST + "/new", new, methods=["GET", "POST"]),
        Route(LIST + "/{id}/end", prolong, methods=["POST"]),
        Route(LIST + "/{id}/gone", take_back, methods=["POST"]),
    ]


@page(roles=ENTER)
async def listed(request: Request, viewer: Viewer) -> Response:
    """Who leads sees their community's; everybody their own."""
    now = house_of(request).now()
    async with house_of(request).read() as tx:
        community = await community_of(tx, request, viewer)
        wide = viewer.leads(community.id)
        found = await absence_queries.absences_in(tx, community.id, now - OVER)
        seen = [each for each in found if wide or each.expert_id == viewer.expert_id]
        people = {id_ for each in seen for id_ in (each.expert_id, each.deputy_id) if id_}
        names = await communities.names(tx, sorted(people))
        stuck = await queries.owned_by_the_absent(tx, community.id)
        known = await communities.communities(tx) if viewer.role == "admin" else []
    lines = [line_of(each, names, community.clock) for each in seen]
    return show(
        request, viewer, "absences.html", community=community, wide=wide, communities=known,
        stuck=[(names[id_], number) for id_, number in stuck.items() if id_ in names],
        running=[each for each in lines if each.absence.state == "running"],
        planned=[each for each in lines if each.absence.state == "planned"],
        over=[each for each in reversed(lines) if each.absence.state == "over"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """An absence as the list shows it; `last` is its last day."""

    absence: Absence
    name: str
    deputy: str
    why: str
    when: str
    last: date


def line_of(absence: Absence, names: dict[str, str], zone: ZoneInfo) -> Line:
    """24 Nov to 4 Dec; a time of the clock stands beside a day of which only a part is meant."""
    starts, ends = (
        at.astimezone(zone) for at in (absence.starts_at, absence.ended_at or absence.ends_at)
    )
    whole = ends.time() == time()
    last = (ends - timedelta(days=1) if whole else ends).date()
    until = f"{last.day} {last:%b}" + ("" if whole else f", {ends:%H:%M}")
    when = f"{starts.day} {starts:%b} to {until}" if starts.date() != last else until
    return Line(
        absence, names[absence.expert_id], names.get(absence.deputy_id or "", ""),
        WHYS[absence.why], when, last,
    )  # fmt: skip


async def community_of(tx: Tx, request: Request, viewer: Viewer) -> Community:
    """The one that was asked for, else their own; for an admin the first."""
    wanted = asked(request, "community") or next(iter(viewer.community_ids), "")
    if wanted or viewer.role != "admin":
        return await access_community(tx, viewer, wanted)
    known = await communities.communities(tx)
    if not known:
        raise NotFound("There is no community yet.")
    return known[0]


@page(roles=ENTER)
async def new(request: Request, viewer: Viewer) -> Response:
    """Enter an absence: first what it means, then with the briefs for good."""
    form = await read_form(request) if request.method == "POST" else Form(FormData())
    person = form.text("expert") or asked(request, "expert") or viewer.expert_id or ""
    async with house_of(request).read() as tx:
        desk = await desk_of(tx, viewer, person)
    try:
        if form.text("do") == "enter":
            return await enter(request, viewer, desk, form)
        outlook = await look(request, desk, form) if request.method == "POST" else None
    except Refused as refused:
        return show_new(request, viewer, desk, form.refused(refused))
    said = Said({name: form.texts(name) for name in form.given})
    return show_new(request, viewer, desk, said, outlook)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose absence it is, where, and who could stand in."""

    expert: Expert
    community: Community
    team: list[Expert]


async def desk_of(tx: Tx, viewer: Viewer, expert_id: str) -> Desk:
    expert = await access_expert(tx, viewer, expert_id, direct=True)
    community = await communities.community(tx, expert.community_id or "")
    if community is None:
        raise Refused(f"{expert.name} belongs to no community.", "no_member")
    return Desk(expert, community, await communities.experts_of(tx, community.id))


def show_new(
    request: Request,
    viewer: Viewer,
    desk: Desk,
    said: Said,
    outlook: away.Outlook | None = None,
) -> Response:
    return show(
        request, viewer, "absence_new.html", said, expert=desk.expert, community=desk.community,
        team=[each for each in desk.team if each.id != desk.expert.id], whys=WHYS, outlook=outlook,
        people=desk.team if viewer.leads(desk.community.id) else [], own=desk.expert.id == viewer.expert_id,
        enough=desk.community.settings.handover_absence_days,
    )  # fmt: skip


async def look(request: Request, desk: Desk, form: Form) -> away.Outlook:
    now = house_of(request).now()
    starts_at, ends_at = span(form, desk.community.clock, now)
    async with house_of(request).read() as tx:
        return await away.outlook(
            tx, now, desk.expert.id, starts_at=starts_at, ends_at=ends_at, why=form.text("why"),
            deputy_id=form.text("deputy") or None,
        )  # fmt: skip


async def enter(request: Request, viewer: Viewer, desk: Desk, form: Form) -> Response:
    async with writing(request, desk.community.id) as tx:
        now = house_of(request).now()
        starts_at, ends_at = span(form, desk.community.clock, now)
        briefs = {
            name.removeprefix(BRIEF): form.text(name)
            for name in form.given
            if name.startswith(BRIEF)
        }
        await away.record(
            tx, now, desk.expert.id, starts_at=starts_at, ends_at=ends_at, why=form.text("why"),
            deputy_id=form.text("deputy") or None, brief=form.text("brief"), briefs=briefs,
            by=viewer.account_id,
        )  # fmt: skip
    return go(
        f"{LIST}?community={desk.community.id}", f"The absence of {desk.expert.name} is entered."
    )


def span(form: Form, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """From the first day to the end of the last, on the community's clock; or parts of them. Today begins now."""
    first, last = day(form, "first"), day(form, "last")
    starts_at = datetime.combine(first, clock(form, "from") or time(), zone)
    until = clock(form, "until")
    ends_at = datetime.combine(last if until else last + timedelta(days=1), until or time(), zone)
    today = first == now.astimezone(zone).date() and not form.text("from")
    return (max(starts_at, now) if today else starts_at), ends_at


def day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.text(name))
    except ValueError:
        raise Invalid("Choose a day.", field=name) from None


def clock(form: Form, name: str) -> time | None:
    if not form.text(name):
        return None
    try:
        return time.fromisoformat(form.text(name)).replace(tzinfo=None)
    except ValueError:
        raise Invalid("Give a time such as 13:30, or none.", field=name) from None


@page(roles=ENTER)
async def prolong(request: Request, viewer: Viewer) -> Response:
    """Another last day."""
    found, community = await reach(request, viewer)
    form = await read_form(request)

    async def verb() -> None:
        last = day(form, "last")
        ends_at = datetime.combine(last + timedelta(days=1), time(), community.clock)
        async with writing(request, community.id) as tx:
            now = house_of(request).now()
            await absences.prolong(tx, now, found.id, ends_at, by=viewer.account_id)

    return await or_back(f"{LIST}?community={community.id}", verb, "It ends on another day now.")


@page(roles=ENTER)
async def take_back(request: Request, viewer: Viewer) -> Response:
    found, community = await reach(request, viewer)

    async def verb() -> None:
        async with writing(request, community.id) as tx:
            now = house_of(request).now()
            await absences.take_back(tx, now, found.id, by=viewer.account_id)

    words = "It is over, and their cases are back." if found.begun_at else "It does not take place."
    return await or_back(f"{LIST}?community={community.id}", verb, words)


async def reach(request: Request, viewer: Viewer) -> tuple[Absence, Community]:
    async with house_of(request).read() as tx:
        found = await access_absence(tx, viewer, request.path_params["id"])
        community = await communities.community(tx, found.community_id)
    assert community is not None
    return found, community
