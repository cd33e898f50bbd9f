"""The operation: all communities side by side, with the main figures and who waits longest now."""

from starlette.requests import Request
from starlette.responses import Response

from coterie.board import edge, rules, screen, words
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.house import house_of
from coterie.performance.scorecard import BY_NAME
from coterie.ui.signed_in import reader_for

SORTS = ("name", "wait", *rules.OF_OPERATION)


@page(roles=edge.WIDE)
async def operation(request: Request, viewer: Viewer) -> Response:
    given = request.query_params.get("sort", "name")
    by, down = (given if given in SORTS else "name"), "down" in request.query_params
    days, reader = edge.days_of(request), reader_for(request, viewer)
    async with house_of(request).read() as tx:
        rows, total = await screen.operation(tx, reader.now, days)
        frame = await edge.frame_of(tx, request, viewer)
    return edge.show(
        "operation.html",
        frame=frame,
        viewer=viewer,
        reader=reader,
        days=days,
        periods=rules.PERIODS,
        rows=rules.ordered(rows, by, down=down),
        total=total,
        by=by,
        down=down,
        figures=[BY_NAME[name] for name in rules.OF_OPERATION],
        short=words.SHORT,
    )
