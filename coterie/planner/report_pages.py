"""The report of a plan: chosen with a run, downloaded as a page that holds everything or as PDF."""

import base64
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Refused
from coterie.kit.house import house_of
from coterie.planner import run_queries
from coterie.planner.edge import PLANNERS, PLANS, drawn_plan, show, workshop_of
from coterie.planner.list_pages import MOST
from coterie.planner.model import Run
from coterie.planner.twin_pages import run_of
from coterie.planning.plan import as_json
from coterie.planning.report.made import made
from coterie.planning.report.page import page as as_page
from coterie.planning.report.risks import risks_of
from coterie.ui.forms import asked, go
from coterie.ui.signed_in import reader_for


@page(roles=PLANNERS)
async def the_report(request: Request, viewer: Viewer) -> Response:
    stored, plan = await drawn_plan(request)
    async with house_of(request).read() as tx:
        found = [each for each in await run_queries.runs(tx, stored.id, "twin", MOST) if each.ended_at and not each.refused]  # fmt: skip
    wanted = asked(request, "run")
    chosen = next((each for each in found if each.id == wanted), None) or (found[0] if found and wanted != "none" else None)  # fmt: skip
    run = await run_of(request, chosen.id) if chosen else None
    result = run.result if run else None
    return show(
        request, viewer, "report.html", tab="/report", stored=stored, plan=plan, found=found, chosen=chosen,
        risks=risks_of(plan, result), lead=made(plan, result, stored.name, "").lead,
    )  # fmt: skip


@page(roles=PLANNERS)
async def html_file(request: Request, viewer: Viewer) -> Response:
    stored, plan = await drawn_plan(request)
    run = await wanted_run(request)
    report = made(plan, run.result if run else None, stored.name, day_for(request, viewer))
    return file(as_page(report).encode(), "text/html; charset=utf-8", "report.html")


@page(roles=PLANNERS)
async def pdf_file(request: Request, viewer: Viewer) -> Response:
    """Set in a process of its own, since what sets it is large."""
    stored, plan = await drawn_plan(request)
    run = await wanted_run(request)
    wanted: dict[str, Any] = {
        "kind": "report",
        "plan": as_json(plan),
        "result": run.result if run else None,
        "name": stored.name,
        "day": day_for(request, viewer),
    }
    answer = await workshop_of(request).once(wanted)
    if "found" not in answer:
        back = f"{PLANS}/{stored.id}/report"
        return go(back, answer["refused"], "danger")
    return file(base64.b64decode(answer["found"]["pdf"]), "application/pdf", "report.pdf")


async def wanted_run(request: Request) -> Run | None:
    """The run that the address names, if any."""
    run_id = asked(request, "run")
    if run_id in ("", "none"):
        return None
    run = await run_of(request, run_id)
    if run.result is None:
        raise Refused("This run has no result yet.", "no_result")
    return run


def day_for(request: Request, viewer: Viewer) -> str:
    return reader_for(request, viewer).date(house_of(request).now())


def file(content: bytes, kind: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=kind, headers=headers)
