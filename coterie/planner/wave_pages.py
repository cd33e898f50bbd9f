"""The waves of a plan: who moves when, as a picture and as a file; and a wave applied to the live system, reviewed and undone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from coterie.communities import queries as communities
from coterie.customers import territory, territory_queries
from coterie.customers.model import TerritoryChange
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import NotFound, Refused
from coterie.kit.house import house_of
from coterie.kit.numbers import whole
from coterie.planner import applying, closing, plans, wave_queries, waves
from coterie.planner.applying import AT_ONCE
from coterie.planner.edge import ADMIN, PLANNERS, PLANS, by_htmx, drawn_plan, show
from coterie.planner.ground import NEW, Choices
from coterie.planner.model import AppliedWave
from coterie.planner.waves import Wave
from coterie.planning.days import day_of, in_words
from coterie.ui.forms import NOTHING_SAID, Form, go, or_back, read_form

AFTER = timedelta(weeks=4)
MOST_WAVES = 10_000


@dataclass(frozen=True, slots=True)
class Bar:
    """A wave on the axis of time, 0 to 100: trained from `trains` on, serving from `starts` on."""

    wave: Wave
    trains: float
    starts: float


@dataclass(frozen=True, slots=True)
class Gantt:
    bars: list[Bar]
    months: list[tuple[float, str]]


def gantt_of(found: list[Wave]) -> Gantt | None:
    """None where a wave has no day."""
    days = [
        (day_of(each.trains_from) or day_of(each.starts), day_of(each.starts)) for each in found
    ]
    known = [(a, b) for a, b in days if a and b]
    if not found or len(known) < len(found):
        return None
    first, last = min(a for a, _ in known), max(b for _, b in known) + AFTER
    span = (last - first).days or 1

    def place(at: date) -> float:
        return round(100 * (at - first).days / span, 2)

    bars = [Bar(each, place(a), place(b)) for each, (a, b) in zip(found, known, strict=True)]
    return Gantt(bars, month_names([(place(at), at) for at in months(first, last)]))


def month_names(places: list[tuple[float, date]]) -> list[tuple[float, str]]:
    """The first one and each January with its year."""
    return [
        (at, f"{month:%b %Y}" if not number or month.month == 1 else f"{month:%b}")
        for number, (at, month) in enumerate(places)
    ]


def months(first: date, last: date) -> list[date]:
    found, at = [], first.replace(day=1)
    while at <= last:
        if at >= first:
            found.append(at)
        at = (at + timedelta(days=32)).replace(day=1)
    return found


@page(roles=PLANNERS)
async def the_waves(request: Request, viewer: Viewer) -> Response:
    stored, plan = await drawn_plan(request)
    found = waves.waves_of(plan)
    async with house_of(request).read() as tx:
        done = [
            (each, await territory_queries.change(tx, each.change_id))
            for each in await wave_queries.applied(tx, stored.id)
        ]
        by = await communities.names(tx, sorted({each.applied_by for each, _ in done if each.applied_by}))  # fmt: skip
    return show(
        request, viewer, "waves.html", tab="/waves", stored=stored, plan=plan, found=found,
        gantt=gantt_of(found), done=done, called={each.number: each.called for each in found}, now_open=standing(done), by=by,
        in_words=in_words,
        assumptions=[str(each) for each in plan.waves.get("assumptions", ())],
        may_change=viewer.role == "admin",
    )  # fmt: skip


def standing(done: list[tuple[AppliedWave, TerritoryChange | None]]) -> dict[int, TerritoryChange]:
    """Waves that stand applied, by number."""
    return {
        each.wave: change
        for each, change in done
        if change and not change.undone_at and not change.cancelled_at
    }


@page(roles=PLANNERS)
async def waves_csv(request: Request, viewer: Viewer) -> Response:
    """Who moves when: a line for each community of each wave."""
    _, plan = await drawn_plan(request)

    async def lines() -> AsyncIterator[str]:
        yield csv_row("wave", "pilot", "trains_from", "starts", "community", "name", "customers", "experts", "areas")  # fmt: skip
        for wave in waves.waves_of(plan):
            for each in wave.communities:
                yield csv_row(
                    wave.number, "yes" if wave.pilot else "", wave.trains_from, wave.starts, each.id, each.name,
                    each.customers, "" if each.experts is None else each.experts, " ".join(each.areas),
                )  # fmt: skip

    headers = {"Content-Disposition": 'attachment; filename="waves.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def csv_row(*cells: object) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    said = [str(each) for each in cells]
    safe = [f"'{each}" if each[:1] in "=+-@\t\r" and each else each for each in said]
    return ",".join('"' + each.replace('"', '""') + '"' for each in safe) + "\r\n"


def number_of(request: Request) -> int:
    number = whole(request.path_params["wave"], MOST_WAVES)
    if number is None:
        raise NotFound("There is no such wave in this plan.")
    return number


def choices_of(form: Form) -> Choices:
    targets = {name.removeprefix("to-"): form.text(name) for name in form.given if name.startswith("to-")}  # fmt: skip
    return Choices(targets, form.text("region_id"), form.text("zone"), form.ticked("without_experts"))  # fmt: skip


@page(roles=PLANNERS)
async def look(request: Request, viewer: Viewer) -> Response:
    """What applying a wave would do: nothing is kept of it."""
    return await look_at(request, viewer, await read_form(request))


async def look_at(request: Request, viewer: Viewer, form: Form, refused: Refused | None = None) -> Response:  # fmt: skip
    stored, plan = await drawn_plan(request)
    number, house = number_of(request), house_of(request)
    async with house.read() as tx:
        live, regions, sites = (
            await communities.communities(tx),
            await communities.regions(tx),
            await communities.sites(tx),
        )
    zone = form.text("zone") or (sites[0].zone if sites else live[0].zone if live else "UTC")
    chosen = choices_of(form)
    choices = Choices(chosen.targets, chosen.region_id or (regions[0].id if regions else ""), zone, chosen.without_experts)  # fmt: skip
    seen = await applying.look(house, stored, plan, number, choices, patient=by_htmx(request))
    return show(
        request, viewer, "wave.html", form.refused(refused) if refused else NOTHING_SAID, tab="/waves", stored=stored,
        plan=plan, seen=seen, choices=choices, new=NEW, live_options=[(each.id, each.name) for each in live],
        region_options=[(each.id, each.name) for each in regions], zones=sorted(available_timezones()),
        may_change=viewer.role == "admin",
    )  # fmt: skip


@page(roles=ADMIN)
async def apply(request: Request, viewer: Viewer) -> Response:
    """Do what was looked at, as one change; homes follow in batches."""
    form = await read_form(request)
    plan_id, number, house = request.path_params["id"], number_of(request), house_of(request)
    choices, seen = choices_of(form), form.text("seen")
    try:
        done = await house.act_everywhere(
            lambda tx, now: applying.apply(tx, now, plan_id, number, choices, seen, viewer.account_id)
        )  # fmt: skip
    except Refused as refused:
        return await look_at(request, viewer, form, refused)
    await territory.carry_out(house, done.change_id, batches=AT_ONCE)
    return go(f"{PLANS}/{plan_id}/waves", "The wave is applied. Homes follow.")


@page(roles=ADMIN)
async def undo(request: Request, viewer: Viewer) -> Response:
    house, change_id = house_of(request), request.path_params["change"]
    async with house.read() as tx:
        stored = await plans.known_plan(tx, request.path_params["id"])

    async def verb() -> None:
        await house.act_everywhere(
            lambda tx, now: applying.undo(tx, now, stored, change_id, viewer.account_id)
        )
        await territory.carry_out(house, change_id, batches=AT_ONCE)
        await closing.close_left(house)

    return await or_back(
        f"{PLANS}/{stored.id}/waves", verb, "Undone. Areas and homes go back; communities that were founded close, unless somebody uses them."
    )  # fmt: skip
