"""Both worlds of a plan in the twin: runs started, followed, cancelled; what came of one, and two of them side by side."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import NotFound, Refused
from coterie.kit.house import house_of
from coterie.planner import assumed, run_queries, runs
from coterie.planner.edge import (
    PLANNERS,
    PLANS,
    act,
    by_htmx,
    drawn_plan,
    show,
    whole_page,
    workshop_of,
)
from coterie.planner.list_pages import whole
from coterie.planner.model import Run
from coterie.planner.runs import Trial
from coterie.planning.plan import Plan
from coterie.planning.trial import axes, beside, comparison, needed, results
from coterie.planning.trial.comparison import Line
from coterie.ui.forms import NOTHING_SAID, Form, Said, asked, go, read_form

MOST = 50


@page(roles=PLANNERS)
async def the_twin(request: Request, viewer: Viewer) -> Response:
    return await the_runs(request, viewer)


async def the_runs(request: Request, viewer: Viewer, said: Said = NOTHING_SAID) -> Response:
    stored, plan = await drawn_plan(request)
    async with house_of(request).read() as tx:
        found = await run_queries.runs(tx, stored.id, "twin", MOST)
    return show(
        request, viewer, "twin.html", said, tab="/twin", stored=stored, plan=plan, found=found,
        groups=assumed.grouped(plan), wrong=str(getattr(said.refused, "field", None)).removeprefix(assumed.PREFIX),
    )  # fmt: skip


@page(roles=PLANNERS)
async def start(request: Request, viewer: Viewer) -> Response:
    form, plan_id = await read_form(request), request.path_params["id"]
    try:
        trial = trial_of(form, (await drawn_plan(request))[1])
        run_id, wanted = await act(
            request, lambda tx, now: runs.ask_twin(tx, now, plan_id, trial, viewer.account_id)
        )
    except Refused as refused:
        return await the_runs(request, viewer, form.refused(refused))
    workshop_of(request).start(run_id, wanted)
    return go(f"{PLANS}/{plan_id}/twin/{run_id}")


def trial_of(form: Form, plan: Plan) -> Trial:
    days, replications = whole(form, "days"), whole(form, "replications")
    seed, more, people = whole(form, "seed"), form.ticked("sensitivity"), form.ticked("people")
    return Trial(days, replications, seed, assumed.chosen(form, plan), more, people).checked()


@page(roles=PLANNERS)
async def one(request: Request, viewer: Viewer) -> Response:
    """A run: how far it is, why it came to nothing, or what came of it."""
    stored, plan = await drawn_plan(request)
    run = await run_of(request, request.path_params["run"])
    if run.result is not None and by_htmx(request):
        return whole_page()
    context = told(run.result) if run.result is not None else {}
    return show(
        request, viewer, "run.html", tab="/twin", stored=stored, plan=plan, run=run,
        stale=run.plan_version != stored.version, **context,
    )  # fmt: skip


@page(roles=PLANNERS)
async def result_json(request: Request, viewer: Viewer) -> Response:
    """The result as `coterie twin run` writes it."""
    run = await run_of(request, request.path_params["run"])
    if run.result is None:
        raise NotFound("This run has no result.")
    headers = {"Content-Disposition": 'attachment; filename="result.json"'}
    return JSONResponse(run.result, headers=headers)


async def run_of(request: Request, run_id: str) -> Run:
    """A run of the twin of this plan."""
    async with house_of(request).read() as tx:
        run = await runs.known_run(tx, run_id)
    if run.kind != "twin" or run.plan_id != request.path_params["id"]:
        raise NotFound("There is no such run.")
    return run


def told(result: dict[str, Any]) -> dict[str, Any]:
    """Everything that the page of a result shows."""
    lines, people = comparison.lines_of(result), result.get("people")
    return {
        "result": result,
        "headlines": [*((comparison.sentence(line), line.better) for line in lines if comparison.can_be_said(line)), *(needed.headlines(people) if people else ())],
        "groups": [*by_group(lines), *([(needed.TITLE, needed.rows(people))] if people else [])],
        "tornadoes": list(axes.tornadoes(result)),
        "assumptions": results.assumption_rows(result),
        "cannot": [*(needed.terms(people) if people else ()), *results.CANNOT, *(str(each) for each in result.get("notes", ()))],
        "facing": axes.facing,
        "value": comparison.said,
        "changed": comparison.changed,
    }  # fmt: skip


def by_group(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.figure.group, []).append(line)
    return list(groups.items())


@page(roles=PLANNERS)
async def compare(request: Request, viewer: Viewer) -> Response:
    """Two runs side by side: each figure in communities, its difference to skill groups, and what was assumed otherwise."""
    stored, plan = await drawn_plan(request)
    both = [await run_of(request, asked(request, name)) for name in ("a", "b")]
    if not all(run.result for run in both):
        raise NotFound("Choose two runs that are done.")
    a, b = (run.result or {} for run in both)
    return show(
        request, viewer, "runs.html", tab="/twin", stored=stored, plan=plan, both=both,
        pairs=beside.pairs_of(a, b), terms=beside.terms(a, b), otherwise=beside.otherwise(a, b), value=comparison.said, changed=comparison.changed,
    )  # fmt: skip
