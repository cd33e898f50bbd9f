"""Territory changes: looked at first, dated, followed by homes, undone; and what is refused."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from coterie.communities import actions as communities
from coterie.communities.model import Area
from coterie.communities.queries import community_of_area
from coterie.conversations import queries, rehoming
from coterie.customers import territory, territory_queries
from coterie.customers.model import TerritoryChange
from coterie.kit.db import transaction, value
from coterie.kit.errors import Invalid, NotFound, Refused
from tests.world import Community, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


@pytest.fixture
async def riverina(world: World) -> Community:
    return await world.community("Riverina", ["2650", "2651", "2652"])


@pytest.fixture
async def hunter(world: World, riverina: Community) -> Community:
    return await world.community("Hunter", ["2300", "2301"])


async def met(world: World, name: str, area: str | None) -> str:
    world.later(seconds=1)
    return (await world.customer(name, area).writes()).customer_id


async def home(world: World, customer_id: str) -> str:
    return (await world.homes(customer_id))[0].community_id


async def holder(world: World, area: str) -> str | None:
    async with world.house.read() as tx:
        return await community_of_area(tx, area)


async def state(world: World, change_id: str) -> TerritoryChange:
    async with world.house.read() as tx:
        return await territory.known_change(tx, change_id)


async def look(world: World, wanted: dict[str, str | None], **given: Any) -> rehoming.Preview:
    async with transaction(world.house.pool) as tx:
        return await rehoming.preview(tx, world.now, wanted, given.get("at"))


async def test_a_change_is_looked_at_and_nothing_has_moved(
    world: World, riverina: Community, hunter: Community
) -> None:
    ana = await riverina.expert("Ana")
    li, mo = await met(world, "Li", "2650"), await met(world, "Mo", "2650")
    al, ed = await met(world, "Al", "2301"), await met(world, "Ed", "2650")
    await world.household(al, ed)
    await world.pins(mo, riverina)
    receipt = await world.customer("Bo", "2651").writes()
    await ana.answers(receipt.case_id)
    await ana.resolves(receipt.case_id)
    seen = await look(world, {"2650": hunter.id, "2651": hunter.id, "2300": hunter.id})
    assert [each.area for each in seen.moves] == ["2650", "2651"]
    [flow] = seen.flows
    assert (flow.from_id, flow.to_id, flow.customers, flow.open_cases) == (riverina.id, hunter.id, 2, 2)  # fmt: skip
    assert (seen.living, seen.pinned, seen.in_household) == (4, 1, 1)
    assert await holder(world, "2650") == riverina.id
    assert await home(world, li) == riverina.id
    async with world.house.read() as tx:
        assert await value(tx, "SELECT count(*) FROM territory_changes") == 0


async def test_homes_follow_dated_and_open_cases_run_off_where_they_were_opened(
    world: World, riverina: Community, hunter: Community
) -> None:
    ana, bo = await riverina.expert("Ana"), await hunter.expert("Bo")
    li = world.customer("Li", "2650")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    world.later(days=1)
    change_id = await world.changes_territory("2650", to=hunter)
    present, before = await world.homes(receipt.customer_id)
    assert (present.community_id, present.reason, present.detail) == (hunter.id, "territory", "2650")  # fmt: skip
    assert before.until == present.since == world.now
    again = await li.writes("And now?")
    assert (again.case_id, again.community_id, again.owner_id) == (receipt.case_id, riverina.id, ana.id)  # fmt: skip
    async with world.house.read() as tx:
        thread = await queries.thread_of_customer(tx, receipt.customer_id)
    assert thread is not None and thread.community_id == hunter.id
    await ana.resolves(receipt.case_id)
    world.later(days=8)
    await world.tick()
    new = await li.writes("Something else.")
    assert (new.community_id, new.attending_id) == (hunter.id, bo.id)
    assert (await state(world, change_id)).state == "done"


async def test_who_is_pinned_stays_and_a_household_goes_with_its_anchor(
    world: World, riverina: Community, hunter: Community
) -> None:
    li, mo = await met(world, "Li", "2650"), await met(world, "Mo", "2652")
    pinned = await met(world, "Ed", "2650")
    await world.household(li, mo)
    await world.pins(pinned, riverina)
    await world.changes_territory("2650", to=hunter)
    assert await home(world, pinned) == riverina.id
    assert await home(world, li) == await home(world, mo) == hunter.id


async def test_a_planned_change_happens_at_its_time_and_a_pin_placed_before_wins(
    world: World, riverina: Community, hunter: Community
) -> None:
    li, mo = await met(world, "Li", "2650"), await met(world, "Mo", "2650")
    at = world.now + timedelta(days=3)
    change_id = await world.changes_territory("2650", to=hunter, at=at)
    await world.pins(mo, riverina)
    world.later(days=2)
    await world.tick()
    assert (await state(world, change_id)).state == "planned"
    assert await home(world, li) == riverina.id
    world.later(days=2)
    await world.tick()
    assert (await state(world, change_id)).state == "done"
    assert (await home(world, li), await home(world, mo)) == (hunter.id, riverina.id)
    new = await met(world, "Bo", "2650")
    assert await home(world, new) == hunter.id


async def test_a_planned_change_can_be_given_up(
    world: World, riverina: Community, hunter: Community
) -> None:
    li = await met(world, "Li", "2650")
    change_id = await world.changes_territory("2650", to=hunter, at=world.now + timedelta(days=1))
    await world.everywhere(lambda tx, now: territory.cancel(tx, now, change_id, None))
    world.later(days=2)
    await world.tick()
    assert (await state(world, change_id)).state == "cancelled"
    assert await home(world, li) == riverina.id
    done = await world.changes_territory("2650", to=hunter)
    with pytest.raises(Refused, match="Undo it instead"):
        await world.everywhere(lambda tx, now: territory.cancel(tx, now, done, None))


async def test_undoing_brings_areas_and_homes_back_but_what_changed_otherwise_since(
    world: World, riverina: Community, hunter: Community
) -> None:
    coast = await world.community("Coast")
    people = {name: await met(world, name, "2650") for name in ("Li", "Mo")}
    gone = await met(world, "Ed", "2651")
    change_id = await world.changes_territory("2650", "2651", to=hunter)
    await world.pins(people["Mo"], coast)
    await world.changes_territory("2651", to=coast)
    newcomer = await met(world, "Bo", "2650")
    await world.undoes_territory(change_id)
    assert await holder(world, "2650") == riverina.id
    assert await holder(world, "2651") == coast.id
    assert await home(world, people["Li"]) == await home(world, newcomer) == riverina.id
    assert await home(world, people["Mo"]) == await home(world, gone) == coast.id
    async with world.house.read() as tx:
        change = await territory.known_change(tx, change_id)
        assert (await territory_queries.outcome(tx, change)).stayed == 2
        moves = await territory_queries.area_moves(tx, change_id)
    assert change.state == "undone"
    assert [(each.area, each.left_alone) for each in moves] == [("2650", False), ("2651", True)]
    with pytest.raises(Refused, match="undone already"):
        await world.undoes_territory(change_id)


async def test_an_area_that_nobody_had_goes_back_to_nobody(
    world: World, riverina: Community, hunter: Community
) -> None:
    async with world.house.ledger.unit(now=world.now) as tx:
        await communities.add_areas(tx, world.now, [Area("2700", "Narrandera")])
    li = await met(world, "Li", "2700")
    assert (await world.homes(li))[0].reason == "catch_all"
    change_id = await world.changes_territory("2700", to=hunter)
    assert await home(world, li) == hunter.id
    await world.undoes_territory(change_id)
    assert await holder(world, "2700") is None
    assert (await world.homes(li))[0].reason == "catch_all"


async def test_many_homes_follow_in_batches_and_a_restart_goes_on(
    world: World, riverina: Community, hunter: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(territory, "BATCH", 2)
    people = [await met(world, f"Customer {n}", f"265{n % 3}") for n in range(7)]
    made = await world.everywhere(
        lambda tx, now: territory.plan(tx, now, dict.fromkeys(("2650", "2651", "2652"), hunter.id), None, None)
    )  # fmt: skip
    await territory.carry_out(world.house, made.id, batches=1)
    part = await state(world, made.id)
    assert (part.state, part.looked, part.total) == ("applying", 2, 7)
    assert len([each for each in people if await home(world, each) == hunter.id]) == 2
    await world.tick()
    assert {await home(world, each) for each in people} == {hunter.id}
    whole = await state(world, made.id)
    assert (whole.state, whole.looked) == ("done", 7)


async def test_what_cannot_be_is_refused_in_words_and_nothing_is_half_done(
    world: World, riverina: Community, hunter: Community
) -> None:
    li, mo = await met(world, "Li", "2650"), await met(world, "Mo", "2652")
    await world.household(li, mo)
    await world.changes_territory("2650", to=hunter, at=world.now + timedelta(days=2))
    before = await everything(world)
    later = world.now + timedelta(days=5)
    impossible: list[tuple[dict[str, str | None], datetime | None, type[Refused], str]] = [
        ({"2651": None}, None, Refused, "2651 would be without a home"),
        ({"9999": hunter.id}, None, Invalid, "no area 9999"),
        ({"2651": li}, None, NotFound, "no such community"),
        ({"2651": hunter.id}, world.now - timedelta(seconds=1), Invalid, "has passed"),
        ({"2651": hunter.id}, world.now + timedelta(days=800), Invalid, "two years ahead"),
        ({"2650": hunter.id}, later, Refused, "planned for .* moves 2650 too"),
        ({"2652": hunter.id}, None, Refused, "household lives in 2652 and in 2650"),
        ({"2300": hunter.id}, None, Refused, "Nothing would move"),
        ({}, None, Invalid, "1 to 5,000 areas"),
    ]  # fmt: skip
    for wanted, at, kind, says in impossible:
        with pytest.raises(kind, match=says):
            await world.everywhere(lambda tx, now, w=wanted, a=at: territory.plan(tx, now, w, a, None))  # fmt: skip
        with pytest.raises(kind, match=says):
            await look(world, wanted, at=at)
    assert await everything(world) == before


async def test_an_undo_that_crosses_a_planned_change_is_refused(
    world: World, riverina: Community, hunter: Community
) -> None:
    done = await world.changes_territory("2650", to=hunter)
    await world.changes_territory("2650", to=riverina, at=world.now + timedelta(days=1))
    with pytest.raises(Refused, match="moves 2650 too"):
        await world.undoes_territory(done)
    assert await holder(world, "2650") == hunter.id


async def everything(world: World) -> list[Any]:
    async with world.house.read() as tx:
        found = await tx.execute(
            """
            SELECT 'area', area, community_id::text, until FROM territories
            UNION ALL SELECT 'home', customer_id::text, community_id::text, until FROM homes
            UNION ALL SELECT 'change', id::text, NULL, at FROM territory_changes
            ORDER BY 1, 2, 3, 4
            """
        )
        return await found.fetchall()
