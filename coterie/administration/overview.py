"""The first page of the administration, and the audit."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import TypedDict

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from coterie.administration import queries
from coterie.administration.desk import ADMIN, WIDE_LOOKERS, home_of, show
from coterie.administration.words import OBJECTS, details, told
from coterie.communities import queries as communities
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.house import house_of
from coterie.kit.numbers import whole
from coterie.ui.forms import asked

PAGE = 100


def routes() -> list[Route]:
    return [
        Route("/administration", overview),
        Route("/administration/audit", audit),
        Route("/administration/audit.csv", audit_csv),
    ]


@page()
async def overview(request: Request, viewer: Viewer) -> Response:
    if viewer.role not in WIDE_LOOKERS:
        to = "/administration/people" if viewer.role in ("manager", "coach") else home_of(viewer)
        return RedirectResponse(to, status_code=303)
    async with house_of(request).read() as tx:
        totals = await queries.overview(tx)
        lines = await queries.community_lines(tx)
        catch_all = await communities.catch_all(tx)
        latest = await queries.audit_lines(tx, limit=8) if viewer.role == "admin" else []
    return show(
        request, viewer, "overview.html", totals=totals, lines=lines, catch_all=catch_all,
        latest=latest, told=told,
    )  # fmt: skip


@page(roles=ADMIN)
async def audit(request: Request, viewer: Viewer) -> Response:
    asks = asked_of_audit(request)
    before = asked(request, "before")
    async with house_of(request).read() as tx:
        found = await queries.audit_lines(
            tx,
            **asks,
            before=whole(before),
            limit=PAGE + 1,
        )
    more = found[PAGE - 1].id if len(found) > PAGE else 0
    return show(
        request, viewer, "audit.html", lines=found[:PAGE], more=more, objects=OBJECTS, told=told, details=details,
        asks=asks, query=request.url.query,
    )  # fmt: skip


class Asks(TypedDict):
    """What the audit is narrowed to."""

    by: str
    object: str
    since: date | None
    until: date | None


def asked_of_audit(request: Request) -> Asks:
    known = asked(request, "object")
    return {
        "by": asked(request, "by"),
        "object": known if known in OBJECTS else "",
        "since": day(asked(request, "since")),
        "until": day(asked(request, "until")),
    }


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@page(roles=ADMIN)
async def audit_csv(request: Request, viewer: Viewer) -> Response:
    """The same lines, all of them, page by page into a file."""
    asks = asked_of_audit(request)

    async def lines() -> AsyncIterator[str]:
        yield csv_row(["at", "by", "verb", "object", "object_id", "name", "change"])
        before: int | None = None
        while True:
            async with house_of(request).read() as tx:
                found = await queries.audit_lines(tx, **asks, before=before, limit=1000)
            for line in found:
                yield csv_row(
                    [line.at.isoformat(), line.by or "", line.verb, line.object, line.object_id,
                     line.name or "", json.dumps(line.change, ensure_ascii=False)]
                )  # fmt: skip
            if len(found) < 1000:
                return
            before = found[-1].id

    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def csv_row(cells: list[str]) -> str:
    """A line of CSV whose cells no spreadsheet takes for a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{c}" if c[:1] in ("=", "+", "-", "@", "\t") else c for c in cells])
    return out.getvalue()
