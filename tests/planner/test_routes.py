"""All routes of the planner times all roles."""

from coterie.kit.access.requirements import required, walk
from coterie.kit.access.viewer import ROLES
from coterie.kit.ids import new_id
from coterie.planner.routes import routes
from tests.planner.hall import Hall
from tests.world import World

PLANNERS = frozenset({"admin", "planner"})
ADMIN = frozenset({"admin"})
P = "/planner/plans/{id}"
LOOKED_AT = {
    "/planner": PLANNERS,
    P: PLANNERS,
    P + "/plan.json": PLANNERS,
    P + "/areas/{area}": PLANNERS,
    P + "/people": PLANNERS,
    P + "/waves": PLANNERS,
    P + "/waves.csv": PLANNERS,
    P + "/waves/{wave}": PLANNERS,
    P + "/twin": PLANNERS,
    P + "/report": PLANNERS,
    P + "/report.html": PLANNERS,
}
OF_A_RUN = {P + "/twin/compare", P + "/twin/{run}", P + "/twin/{run}/result.json", P + "/report.pdf"}  # fmt: skip
CHANGED = {
    "/planner/draws": PLANNERS,
    "/planner/plans": PLANNERS,
    P + "/name": PLANNERS,
    P + "/copy": PLANNERS,
    P + "/delete": PLANNERS,
    P + "/bring-back": PLANNERS,
    P + "/moves": PLANNERS,
    P + "/undo": PLANNERS,
    P + "/redo": PLANNERS,
    P + "/waves/{wave}": ADMIN,
    P + "/waves/{wave}/look": PLANNERS,
    P + "/applied/{change}/undo": ADMIN,
    P + "/twin": PLANNERS,
    P + "/runs/{run}/cancel": PLANNERS,
    P + "/runs/{run}/again": PLANNERS,
}


def filled(path: str, plan_id: str) -> str:
    names = {"{id}": plan_id, "{area}": "2600", "{wave}": "0", "{run}": new_id(), "{change}": new_id()}  # fmt: skip
    for name, value in names.items():
        path = path.replace(name, value)
    return path


def test_every_route_says_what_it_requires_and_stands_in_the_tables() -> None:
    seen: dict[str, set[str]] = {"GET": set(), "POST": set()}
    for path, route in walk(routes()):
        requirement = required(route)
        assert requirement is not None and requirement.roles is not None, path
        for method in (route.methods or set()) - {"HEAD"}:
            seen[method].add(path)
            table = {**LOOKED_AT, **dict.fromkeys(OF_A_RUN, PLANNERS)} if method == "GET" else CHANGED  # fmt: skip
            assert requirement.roles == table[path], (method, path)
    assert seen == {"GET": LOOKED_AT.keys() | OF_A_RUN, "POST": set(CHANGED)}


async def test_each_page_opens_for_its_roles_and_for_nobody_else(world: World, hall: Hall) -> None:
    plan_id = await hall.keeps()
    riverina = await world.community("Riverina", ["2650"])
    for role in ROLES:
        if role in ("manager", "coach", "expert"):
            person = (await riverina.expert(f"A {role}", role=role)).id
        else:
            person = await hall.account(role)
        async with hall.visitor(person) as visitor:
            for path, roles in LOOKED_AT.items():
                answer = await visitor.get(filled(path, plan_id))
                assert answer.status_code == (200 if role in roles else 403), (role, path)
            for path, roles in CHANGED.items():
                if role not in roles:
                    answer = await visitor.post(filled(path, plan_id))
                    assert answer.status_code == 403, (role, path)


async def test_who_is_not_signed_in_is_sent_to_the_door_and_a_foreign_form_changes_nothing(
    hall: Hall,
) -> None:
    plan_id = await hall.keeps()
    async with hall.visitor(None) as nobody:
        for path in LOOKED_AT:
            assert (await nobody.get(filled(path, plan_id))).headers["location"].startswith("/sign-in?next=")  # fmt: skip
    async with hall.admin() as visitor:
        visitor.csrf = "guessed"
        for path in CHANGED:
            assert (await visitor.post(filled(path, plan_id))).status_code == 403, path
    assert (await hall.plan(plan_id)).communities


async def test_what_is_not_there_is_not_there(hall: Hall) -> None:
    plan_id = await hall.keeps()
    async with hall.admin() as visitor:
        for strange in ("nonsense", new_id(), "%00"):
            for path in LOOKED_AT:
                if "{id}" in path:
                    assert (await visitor.get(filled(path, strange))).status_code == 404, path
        for path in OF_A_RUN - {P + "/report.pdf"}:
            assert (await visitor.get(filled(path, plan_id))).status_code == 404, path
        for wave in ("9", "-1", "x", "99999999999999999999"):
            answer = await visitor.get(f"/planner/plans/{plan_id}/waves/{wave}")
            assert answer.status_code == 404
        for area in ("0000", "x'; DROP TABLE plans"):
            answer = await visitor.get(f"/planner/plans/{plan_id}/areas/{area}")
            assert answer.status_code == 422
