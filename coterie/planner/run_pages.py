"""What is worked out apart, as pages steer it: cancelled, and started again where it came to nothing."""

from starlette.requests import Request
from starlette.responses import Response

from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Refused
from coterie.planner import runs
from coterie.planner.edge import PLANNERS, PLANS, act, workshop_of
from coterie.planner.model import Run
from coterie.ui.forms import go


@page(roles=PLANNERS)
async def cancel(request: Request, viewer: Viewer) -> Response:
    run_id = request.path_params["run"]
    run = await act(request, lambda tx, now: runs.cancel(tx, now, run_id, viewer.account_id))
    workshop_of(request).stop(run)
    return go(place_of(run), "Cancelled.")


@page(roles=PLANNERS)
async def again(request: Request, viewer: Viewer) -> Response:
    run_id, plan_id = request.path_params["run"], request.path_params["id"]
    try:
        run = await act(request, lambda tx, now: runs.known_run(tx, run_id))
        new_id, wanted = await act(
            request, lambda tx, now: runs.ask_again(tx, now, run_id, viewer.account_id)
        )
    except Refused as refused:
        return go(f"{PLANS}/{plan_id}", refused.sentence, "danger")
    workshop_of(request).start(new_id, wanted)
    return go(
        f"{PLANS}/{run.plan_id}/twin/{new_id}" if run.kind == "twin" else f"{PLANS}/{run.plan_id}"
    )


def place_of(run: Run) -> str:
    return f"{PLANS}/{run.plan_id}" + ("/twin" if run.kind == "twin" else "")
