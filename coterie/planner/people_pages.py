"""The people of a plan: whom each community needs, when, who learns what, who changes their site."""

from starlette.requests import Request
from starlette.responses import Response

from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.planner import people
from coterie.planner.edge import PLANNERS, drawn_plan, show
from coterie.ui.forms import asked

SHOWN = 200


@page(roles=PLANNERS)
async def the_people(request: Request, viewer: Viewer) -> Response:
    stored, plan = await drawn_plan(request)
    names = {each.id: each.name for each in plan.communities}
    wanted = asked(request, "community")
    chosen = wanted if wanted in names else plan.communities[0].id
    skills, needs = people.needs_of(plan, stored.hues)
    training = people.training_of(plan, names)
    return show(
        request, viewer, "people.html", tab="/people", stored=stored, plan=plan, skills=skills, needs=needs,
        week=people.week_of(plan, chosen), chosen=chosen, names=names, options=list(names.items()),
        training=training[:SHOWN], trainings=len(training), sites=people.between_sites(plan),
        lacking=people.lacking_of(plan, names), assumptions=[str(each) for each in plan.staff.get("assumptions", ())],
        moved=plan.staff.get("moved_sites"),
    )  # fmt: skip
