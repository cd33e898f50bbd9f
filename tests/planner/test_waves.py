"""A wave in the live system: looked at without a trace, applied as a whole or not at all, undone as a whole."""

import json
import re
from typing import Any

import pytest

from coterie.communities import actions
from coterie.communities import queries as communities
from coterie.customers import territory
from coterie.kit.db import value
from coterie.kit.errors import Refused
from coterie.planner import applying, closing
from coterie.planner.waves import in_coterie
from coterie.planning.plan import Plan
from tests.planner.hall import Hall, Visitor, said
from tests.planning.made_up import a_document, a_plan, staffed
from tests.world import World

AREAS = ["2600", "2610", "2620", "2630", "2700", "2710"]
NEW = {"zone": "Australia/Sydney"}


async def settled(world: World) -> dict[str, str]:
    """The six areas of the plan's first two communities belong to Riverina, with a customer each; one case is open."""
    riverina = await world.community("Riverina", AREAS)
    ana = await riverina.expert("Ana Ruiz")
    found = {}
    for area in AREAS:
        receipt = await world.customer(f"Customer {area}", area).writes("Is it fixed?")
        found[area] = receipt.customer_id
        if area != "2610":
            await ana.answers(receipt.case_id)
    await world.pins(found["2620"], riverina)
    return found


async def state(world: World) -> Any:
    """Everything that applying a wave touches."""
    async with world.house.read() as tx:
        questions = (
            "SELECT id, name FROM communities ORDER BY id",
            "SELECT area, community_id FROM territories WHERE until IS NULL ORDER BY area",
            "SELECT id, community_id FROM customers ORDER BY id",
            "SELECT count(*) FROM events",
            "SELECT count(*) FROM audit",
            "SELECT name FROM regions ORDER BY name",
            "SELECT count(*) FROM streams",
        )
        return [await (await tx.execute(each)).fetchall() for each in questions]


async def seen(visitor: Visitor, path: str, **form: str) -> str:
    page = await visitor.get(path) if not form else await visitor.post(path + "/look", **form)
    found = re.search(r'name="seen" value="(\w+)"', page.text)
    assert found is not None
    return found[1]


async def homes(world: World, people: dict[str, str]) -> dict[str, str]:
    async with world.house.read() as tx:
        names = {each.id: each.name for each in await communities.communities(tx)}
    return {area: names[(await world.homes(id_))[0].community_id] for area, id_ in people.items()}


async def test_a_look_says_what_would_happen_and_leaves_no_trace(world: World, hall: Hall) -> None:
    await settled(world)
    plan_id = await hall.keeps(a_plan(**staffed()))
    async with hall.planner() as visitor:
        before = await state(world)
        page = said(await visitor.get(f"/planner/plans/{plan_id}/waves/0"))
        assert "4 areas move, and with them 3 customers who get another home. 1 community is founded." in page  # fmt: skip
        assert "1 customer of 4 who live there is pinned and stays" in page
        assert "Riverina Albury 3 3" in page
        assert "Administrators apply waves" in page
        assert await state(world) == before


async def test_many_customers_are_looked_at_while_the_page_says_so(
    world: World, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settled(world)
    plan_id = await hall.keeps(a_plan(**staffed()))
    monkeypatch.setattr(applying, "MANY", 3)
    async with hall.admin() as visitor:
        path = f"/planner/plans/{plan_id}/waves/0"
        page = await visitor.get(path)
        assert "4 customers live in these areas" in said(page) and ">Apply<" not in page.text
        form = {"to-c01": "new", "seen": await seen(visitor, path, **NEW), **NEW}
        headers = {"Accept": "text/html", "HX-Request": "true"}
        answer = await visitor.client.post(path + "/look", data={"csrf": visitor.csrf, **form}, headers=headers)  # fmt: skip
        assert "4 areas move, and with them 3 customers" in said(answer)
        assert f'name="seen" value="{form["seen"]}"' in answer.text


async def test_a_wave_is_applied_homes_follow_and_all_of_it_is_undone(world: World, hall: Hall) -> None:  # fmt: skip
    people = await settled(world)
    plan_id = await hall.keeps(a_plan(**staffed()))
    path = f"/planner/plans/{plan_id}/waves"
    async with hall.admin() as visitor:
        form = {"to-c01": "new", **NEW, "seen": await seen(visitor, path + "/0", **NEW)}
        refused = await visitor.post(path + "/0", **form)
        assert refused.status_code == 409 and "has no experts yet" in said(refused)
        answer = await visitor.post(path + "/0", **form, without_experts="yes")
        assert (answer.status_code, answer.headers["location"]) == (303, path)
        page = said(await visitor.get(path))
        assert "The wave is applied." in page and "1 founded" in page
        assert await homes(world, people) == {
            "2600": "Albury", "2610": "Albury", "2620": "Riverina", "2630": "Albury", "2700": "Riverina", "2710": "Riverina",
        }  # fmt: skip
        again = await visitor.post(path + "/0", **form, without_experts="yes")
        assert again.status_code == 409 and "This wave is applied" in said(again)
        async with world.house.read() as tx:
            (change,) = await (await tx.execute("SELECT change_id FROM plan_waves")).fetchone() or [""]  # fmt: skip
            verbs = {verb for (verb,) in await (await tx.execute("SELECT verb FROM audit WHERE account_id IS NOT NULL")).fetchall()}  # fmt: skip
            buddies = {each.name: each.buddy_id for each in await communities.communities(tx)}
        assert {"found", "plan", "apply_wave"} <= verbs and buddies["Albury"] is None
        await visitor.post(f"/planner/plans/{plan_id}/applied/{change}/undo")
        assert set((await homes(world, people)).values()) == {"Riverina"}
        assert "Undone" in said(await visitor.get(path))
        assert await names(world) == ["Riverina"]  # and in the end of what was founded
        assert "1 community is founded." in said(await visitor.get(path + "/0"))
        assert (await visitor.post(f"/planner/plans/{plan_id}/applied/{change}/undo")).headers["location"] == path  # fmt: skip
        assert "undone already" in said(await visitor.get(path))


async def names(world: World) -> list[str]:
    async with world.house.read() as tx:
        return [each.name for each in await communities.communities(tx)]


async def applied(hall: Hall, visitor: Visitor, path: str) -> str:
    """The first wave of a plan is applied; the address at which it is undone."""
    form = {**NEW, "without_experts": "yes", "seen": await seen(visitor, path + "/waves/0", **NEW)}
    assert (await visitor.post(path + "/waves/0", **form)).status_code == 303
    async with hall.world.house.read() as tx:
        change = await value(tx, "SELECT change_id FROM plan_waves ORDER BY applied_at DESC LIMIT 1")  # fmt: skip
    return f"{path}/applied/{change}/undo"


async def test_what_was_founded_once_is_opened_again(world: World, hall: Hall) -> None:
    people = await settled(world)
    path = f"/planner/plans/{await hall.keeps(a_plan(**staffed()))}"
    async with hall.admin() as visitor:
        ids = set()
        for _ in range(2):
            world.later(minutes=1)
            undoing = await applied(hall, visitor, path)
            async with world.house.read() as tx:
                ids |= {each.id for each in await communities.communities(tx) if each.name == "Albury"}  # fmt: skip
            assert (await homes(world, people))["2600"] == "Albury"
            await visitor.post(undoing)
            assert await names(world) == ["Riverina"]
        assert len(ids) == 1


async def test_what_was_founded_stays_where_somebody_uses_it(world: World, hall: Hall) -> None:
    people = await settled(world)
    path = f"/planner/plans/{await hall.keeps(a_plan(**staffed()))}"
    async with hall.admin() as visitor:
        undoing = await applied(hall, visitor, path)
        assert "unless somebody uses them by then" in said(await visitor.get(path + "/waves"))
        async with world.house.read() as tx:
            albury = await communities.community_named(tx, "Albury")
            assert albury is not None
        async with world.house.ledger.unit(albury.id, now=world.now) as tx:
            await actions.appoint(tx, world.now, albury.id, email="bo@example.org", name="Bo")
        await visitor.post(undoing)
        assert set((await homes(world, people)).values()) == {"Riverina"}
        assert await names(world) == ["Albury", "Riverina"]
        async with world.house.read() as tx:
            bo = await value(tx, "SELECT expert_id FROM memberships WHERE community_id = %s", [albury.id])  # fmt: skip
        async with world.house.ledger.unit(albury.id, now=world.now) as tx:
            await actions.end_membership(tx, world.now, bo)
        await closing.close_left(world.house)
        assert await names(world) == ["Riverina"]


async def test_what_was_founded_stays_where_a_case_was_opened(world: World, hall: Hall) -> None:
    await settled(world)
    path = f"/planner/plans/{await hall.keeps(a_plan(**staffed()))}"
    async with hall.admin() as visitor:
        undoing = await applied(hall, visitor, path)
        await world.customer("Li", "2600").writes("My bill is wrong")
        await visitor.post(undoing)
        assert await names(world) == ["Albury", "Riverina"]


async def test_a_live_community_is_chosen_instead(world: World, hall: Hall) -> None:
    people = await settled(world)
    hunter = await world.community("Hunter", ["2300"])
    await hunter.expert("Bo Marsh")
    plan_id = await hall.keeps(a_plan(**staffed()))
    path = f"/planner/plans/{plan_id}/waves/0"
    async with hall.admin() as visitor:
        chosen = {"to-c01": hunter.id, **NEW}
        page = said(await visitor.post(path + "/look", **chosen))
        assert "1 experts there now" in page and "1 area that these communities have now" in page
        await visitor.post(path, **chosen, seen=await seen(visitor, path, **chosen))
        assert (await homes(world, people))["2600"] == "Hunter"
        strange = await visitor.post(path + "/look", **{"to-c01": people["2600"]}, **NEW)
        assert strange.status_code == 422


async def test_two_planned_communities_never_become_one(world: World, hall: Hall) -> None:
    await settled(world)
    plan_id = await hall.keeps()
    riverina = world.communities["Riverina"].id
    async with hall.admin() as visitor:
        form = {"to-c01": riverina, "to-c02": riverina, **NEW}
        answer = await visitor.post(f"/planner/plans/{plan_id}/waves/0/look", **form)
        assert answer.status_code == 422 and "both become Riverina" in said(answer)


async def test_what_was_seen_must_still_be_so(world: World, hall: Hall) -> None:
    await settled(world)
    plan_id = await hall.keeps(a_plan(**staffed()))
    path = f"/planner/plans/{plan_id}"
    async with hall.admin() as visitor:
        form = {**NEW, "without_experts": "yes", "seen": await seen(visitor, path + "/waves/0", **NEW)}  # fmt: skip
        await visitor.script(path + "/moves", area="2600", to="c02")
        before = await state(world)
        answer = await visitor.post(path + "/waves/0", **form)
        assert answer.status_code == 409 and "changed since you looked" in said(answer)
        assert await state(world) == before
        form["seen"] = await seen(visitor, path + "/waves/0", **NEW)
        hunter = await world.community("Hunter", ["2300"])
        await world.changes_territory("2610", to=hunter)
        answer = await visitor.post(path + "/waves/0", **form)
        assert answer.status_code == 409 and "changed since you looked" in said(answer)


async def test_it_is_applied_whole_or_not_at_all(world: World, hall: Hall, monkeypatch: Any) -> None:  # fmt: skip
    """Whatever breaks after communities were founded takes them back, too."""
    await settled(world)
    plan_id = await hall.keeps(a_plan(**staffed()))
    path = f"/planner/plans/{plan_id}/waves/0"
    async with hall.admin() as visitor:
        form = {**NEW, "without_experts": "yes", "seen": await seen(visitor, path, **NEW)}
        before = await state(world)

        async def breaks(*_: Any) -> bool:
            raise Refused("It broke.", "broke")

        monkeypatch.setattr(territory, "begin", breaks)
        answer = await visitor.post(path, **form)
        assert answer.status_code == 409 and "It broke." in said(answer)
        assert await state(world) == before


def split(*areas: str) -> Plan:
    """These areas of the plan are the parts of 2600."""
    text = json.dumps(a_document())
    for number, area in enumerate(areas, 1):
        text = text.replace(f'"{area}"', f'"2600.{number}"')
    document = json.loads(text)
    for each in document["areas"]:
        each["whole"] = "2600" if each["area"].startswith("2600.") else ""
    return a_plan(**document)


def test_parts_that_stay_together_go_as_the_whole() -> None:
    plan, known = split("2600", "2610"), {"2600", "2620"}
    told, left = in_coterie(plan, plan.communities[:1], known)
    assert told == {"c01": ["2600", "2620", "2630"]} and left == []


def test_parts_that_coterie_knows_go_by_themselves() -> None:
    plan = split("2600", "2700")
    told, left = in_coterie(plan, plan.communities[:2], {"2600", "2600.1"})
    assert told["c01"] == ["2600.1", "2610", "2620", "2630"] and left == ["2600.2"]


async def test_what_cannot_be_applied_is_named(world: World, hall: Hall) -> None:
    await settled(world)
    plan_id = await hall.keeps(split("2600", "2700"))
    async with hall.planner() as visitor:
        page = said(await visitor.get(f"/planner/plans/{plan_id}/waves/0"))
        assert (
            "2 areas are parts of split ones, whose other parts go elsewhere, and left out: 2600.1, 2600.2."
            in page
        )
        assert "6 areas are not known to Coterie and left out: 2720, 2730, 2800" in page
        crossing = await world.community("Hunter", ["2300"])
        await world.everywhere(lambda tx, now: territory.plan(tx, now, {"2610": crossing.id}, now.replace(year=2027), None))  # fmt: skip
        page = said(await visitor.get(f"/planner/plans/{plan_id}/waves/0"))
        assert "moves 2610 too" in page and "who get another home" not in page


async def test_who_moves_when_is_a_file(hall: Hall) -> None:
    document = staffed()
    document["communities"][0]["name"] = "=Albury"
    plan_id = await hall.keeps(a_plan(**document))
    async with hall.planner() as visitor:
        lines = (await visitor.get(f"/planner/plans/{plan_id}/waves.csv")).text.splitlines()
    assert lines[0].startswith('"wave","pilot"')
    assert lines[1] == '"0","yes","2027-01-11","2027-02-01","c01","\'=Albury","460","12","2600 2610 2620 2630"'  # fmt: skip
    assert len(lines) == 4


async def test_the_page_says_who_moves_when_and_what_is_left(hall: Hall) -> None:
    with_waves, without = await hall.keeps(a_plan(**staffed())), await hall.keeps()
    async with hall.planner() as visitor:
        page = await visitor.get(f"/planner/plans/{with_waves}/waves")
        assert "Pilots Albury 11 January 2027 1 February 2027 460 12 67% Look" in said(page)
        assert page.text.count("gantt__trains") == 2
        page = await visitor.get(f"/planner/plans/{without}/waves")
        assert "no waves yet" in said(page) and "gantt" not in page.text
        people = said(await visitor.get(f"/planner/plans/{with_waves}/people"))
        assert "36 experts in 3 communities" in people and "1 person changes their site" in people
        assert "Hay: nobody speaks vi" in people and "p2 Temora billing 1 3" in people
        assert "Nobody has said yet" in said(await visitor.get(f"/planner/plans/{without}/people"))
