"""The list of plans: made of what Coterie knows, brought in from a file, renamed, copied, put away and back."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from coterie.kit.access.requirements import LARGEST_FORM, page
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Invalid, Refused
from coterie.kit.house import house_of
from coterie.planner import known, plans, queries, runs
from coterie.planner.documents import packed, read_upload
from coterie.planner.edge import LIST, PLANNERS, PLANS, act, drawn_plan, show, workshop_of
from coterie.planner.runs import Draw
from coterie.ui.forms import NOTHING_SAID, Form, Said, go, or_back, read_form

MOST, MOST_DELETED = 200, 20


@page(roles=PLANNERS)
async def listed(request: Request, viewer: Viewer) -> Response:
    return await the_list(request, viewer)


async def the_list(request: Request, viewer: Viewer, said: Said = NOTHING_SAID) -> Response:
    async with house_of(request).read() as tx:
        lines = await queries.lines(tx, MOST)
        deleted = await queries.deleted_lines(tx, MOST_DELETED)
        extent = await known.extent(tx)
    return show(
        request, viewer, "plans.html", said, lines=lines, deleted=deleted, extent=extent,
        megabytes=LARGEST_FORM // 1_000_000, usual=usual(extent),
    )  # fmt: skip


def usual(extent: known.Extent) -> int:
    """How many communities a form begins with: some of about 12,000 customers each, three at least."""
    return min(max(3, round(max(extent.customers, extent.told) / 12_000)), max(1, extent.areas))


@page(roles=PLANNERS)
async def make(request: Request, viewer: Viewer) -> Response:
    """Have territories drawn of what Coterie knows."""
    form = await read_form(request)
    try:
        draw, name = wished(form), form.text("name")
        plan_id, run_id, wanted = await act(
            request, lambda tx, now: runs.ask_for_plan(tx, now, name, draw, viewer.account_id)
        )
    except Refused as refused:
        return await the_list(request, viewer, form.refused(refused))
    workshop_of(request).start(run_id, wanted)
    return go(f"{PLANS}/{plan_id}")


def wished(form: Form) -> Draw:
    """What the form asks for, checked."""
    by_size = form.text("by") == "size"
    count = whole(form, "size" if by_size else "communities")
    return Draw(
        communities=None if by_size else count,
        size=count if by_size else None,
        tolerance=form.number("tolerance", -1) / 100,
        seed=whole(form, "seed"),
        counting=form.text("counting") != "told",
    ).checked()


def whole(form: Form, field: str) -> int:
    number = form.number(field, -1)
    if number < 0 or number != int(number):
        raise Invalid("Write a whole number.", field=field)
    return int(number)


@page(roles=PLANNERS)
async def bring(request: Request, viewer: Viewer) -> Response:
    """A plan.json becomes one of the plans."""
    form = await read_form(request)
    given = form.given.get("file")
    try:
        if not isinstance(given, UploadFile) or not given.filename:
            raise Invalid("Choose a file: a plan that coterie plan wrote.", field="file")
        plan = read_upload(await given.read())
        name = form.text("title") or given.filename.removesuffix(".gz").removesuffix(".json")
        plan_id = await act(
            request,
            lambda tx, now: plans.keep(
                tx, now, name[: plans.LONGEST_NAME], plan, viewer.account_id
            ),
        )
    except Refused as refused:
        if getattr(refused, "field", None) != "title":
            refused = Invalid(refused.sentence, refused.code, "file")
        return await the_list(request, viewer, form.refused(refused))
    return go(f"{PLANS}/{plan_id}", "The plan is here.")


@page(roles=PLANNERS)
async def download(request: Request, viewer: Viewer) -> Response:
    """The plan as the commands write and read it."""
    stored, plan = await drawn_plan(request)
    name = "".join(each if each.isascii() and each.isalnum() else "-" for each in stored.name)
    headers = {"Content-Disposition": f'attachment; filename="{name.strip("-") or "plan"}.json"'}
    return Response(packed(plan), media_type="application/json", headers=headers)


@page(roles=PLANNERS)
async def rename(request: Request, viewer: Viewer) -> Response:
    form, plan_id = await read_form(request), request.path_params["id"]

    async def verb() -> None:
        await act(
            request,
            lambda tx, now: plans.rename(tx, now, plan_id, form.text("name"), viewer.account_id),
        )

    return await or_back(f"{PLANS}/{plan_id}", verb, "Renamed.")


@page(roles=PLANNERS)
async def copy(request: Request, viewer: Viewer) -> Response:
    plan_id = request.path_params["id"]
    try:
        made = await act(request, lambda tx, now: plans.copy(tx, now, plan_id, viewer.account_id))
    except Refused as refused:
        return go(LIST, refused.sentence, "danger")
    return go(f"{PLANS}/{made}", "This is the copy. The other one stays as it is.")


@page(roles=PLANNERS)
async def delete(request: Request, viewer: Viewer) -> Response:
    plan_id = request.path_params["id"]

    async def verb() -> None:
        await act(request, lambda tx, now: plans.delete(tx, now, plan_id, viewer.account_id))

    return await or_back(LIST, verb, "Deleted. It can be brought back below.")


@page(roles=PLANNERS)
async def bring_back(request: Request, viewer: Viewer) -> Response:
    plan_id = request.path_params["id"]

    async def verb() -> None:
        await act(request, lambda tx, now: plans.bring_back(tx, now, plan_id, viewer.account_id))

    return await or_back(LIST, verb, "It is back.")
