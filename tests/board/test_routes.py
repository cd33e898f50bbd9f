"""All routes of the board times all roles times own and other community."""

from coterie.board.routes import routes
from coterie.kit.access.requirements import required, walk
from coterie.kit.access.viewer import ROLES
from tests.board.hall import Hall
from tests.world import World

WIDE = frozenset({"admin", "planner"})
LOOKING = WIDE | {"manager", "coach"}
PAGES = {
    "/board/operation": (WIDE, WIDE),
    "/board/{id}": (LOOKING, WIDE),
    "/board/{id}/now": (LOOKING, WIDE),
    "/board/{id}/figures/{name}": (LOOKING, WIDE),
}
"""Who may open what: of their own community, and of another."""


async def people(world: World, hall: Hall) -> dict[str, str]:
    riverina = await world.community("Riverina", ["2650"])
    await world.community("Hunter", ["2300"])
    found: dict[str, str] = {}
    for role in ROLES:
        if role in ("manager", "coach", "expert"):
            found[role] = (await riverina.expert(f"A {role}", role=role)).id
        else:
            found[role] = await hall.account(role)
    return found


def test_every_route_says_what_it_requires_and_stands_in_the_table() -> None:
    told = {path for path, route in walk(routes()) if path != "/board"}
    assert told == set(PAGES)
    for path, route in walk(routes()):
        requirement = required(route)
        assert requirement is not None and requirement.roles is not None, path
        assert route.methods == {"GET", "HEAD"}


async def test_each_page_opens_for_its_roles_and_for_nobody_else(world: World, hall: Hall) -> None:
    for role, person in (await people(world, hall)).items():
        for path, (own, other) in PAGES.items():
            for name, allowed in (("Riverina", own), ("Hunter", other)):
                filled = path.replace("{id}", world.communities[name].id)
                for figure in ("nps", "help_median_s") if "{name}" in path else ("",):
                    for tail in ("", "?as=csv", "?as=parquet", "?days=365&page=9"):
                        answer = await hall.opens(person, filled.replace("{name}", figure) + tail)
                        assert (answer.status_code == 200) == (role in allowed), (role, path, name)
                        if answer.status_code != 200:
                            wanted = 404 if role in own else 403
                            assert answer.status_code == wanted, (role, path, name)


async def test_another_community_and_a_figure_that_nobody_knows_are_not_there(
    world: World, hall: Hall
) -> None:
    manager = (await people(world, hall))["manager"]
    own, other = (world.communities[name].id for name in ("Riverina", "Hunter"))
    told = {
        (await hall.opens(manager, f"/board/{id_}{tail}")).text
        for id_ in (other, "nonsense", "01a2226f-659a-7fd0-9da7-89df99d1bc0b")
        for tail in ("", "/now", "/figures/nps", "/figures/nps?as=csv")
    }
    assert len(told) == 1
    for name in ("handle_time", "x'; DROP TABLE", "%00"):
        answer = await hall.opens(manager, f"/board/{own}/figures/{name}")
        assert answer.status_code == 404
    for strange in (
        "days=9",
        "days=x",
        "days=28&page=0",
        "days=28&page=99999999999999999999",
        "as=exe",
    ):
        answer = await hall.opens(manager, f"/board/{own}/figures/nps?{strange}")
        assert answer.status_code == 200, strange


async def test_everybody_is_led_to_their_board(world: World, hall: Hall) -> None:
    found = await people(world, hall)
    own = f"/board/{world.communities['Riverina'].id}"
    for role, place in (("manager", own), ("coach", own), ("planner", "/board/operation"), ("admin", "/board/operation")):  # fmt: skip
        answer = await hall.opens(found[role], "/board")
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert (await hall.opens(found["expert"], "/board")).status_code == 403
    assert (await hall.opens(None, own)).headers["location"].startswith("/sign-in?next=")


async def test_no_page_speaks_of_handle_time(world: World, hall: Hall) -> None:
    manager = (await people(world, hall))["manager"]
    text = (await hall.opens(manager, f"/board/{world.communities['Riverina'].id}")).text.lower()
    assert "handle time" not in text and "handling time" not in text and "occupancy" not in text
