"""Rule 1, home, where customers are at home together."""

from collections.abc import AsyncIterator

import pytest

from coterie.conversations import queries
from coterie.customers import erasure, household_queries, households
from coterie.kit.db import value
from coterie.kit.errors import Invalid, NotFound, Refused
from tests.world import Community, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


@pytest.fixture
async def riverina(world: World) -> Community:
    return await world.community("Riverina", ["2650"])


@pytest.fixture
async def hunter(world: World, riverina: Community) -> Community:
    """Not the catch-all: the second that was founded."""
    return await world.community("Hunter", ["2300"])


async def met(world: World, name: str, area: str | None) -> str:
    world.later(seconds=1)
    return (await world.customer(name, area).writes()).customer_id


async def home(world: World, customer_id: str) -> tuple[str, str]:
    found = (await world.homes(customer_id))[0]
    return found.community_id, found.reason


async def test_who_lives_together_has_one_home_where_the_eldest_has_it(
    world: World, riverina: Community, hunter: Community
) -> None:
    li, mo = await met(world, "Li", "2300"), await met(world, "Mo", "2650")
    world.later(days=1)
    await world.household(li, mo)
    assert await home(world, li) == (hunter.id, "territory")
    assert await home(world, mo) == (hunter.id, "household")
    async with world.house.read() as tx:
        thread = await queries.thread_of_customer(tx, mo)
    assert thread is not None and thread.community_id == hunter.id
    world.later(days=1)
    await world.moves_out(mo)
    assert await home(world, mo) == (riverina.id, "territory")
    reasons = [each.reason for each in await world.homes(mo)]
    assert reasons == ["territory", "household", "territory"]


async def test_all_move_when_the_anchor_moves(
    world: World, riverina: Community, hunter: Community
) -> None:
    li, mo = await met(world, "Li", "2650"), await met(world, "Mo", "2650")
    ed = await met(world, "Ed", None)
    await world.household(li, mo, ed)
    await world.pins(li, hunter)
    assert {await home(world, each) for each in (mo, ed)} == {(hunter.id, "household")}
    await world.unpins(li)
    assert {await home(world, each) for each in (mo, ed)} == {(riverina.id, "household")}


async def test_a_pin_of_ones_own_comes_before_the_household(
    world: World, riverina: Community, hunter: Community
) -> None:
    li, mo = await met(world, "Li", "2650"), await met(world, "Mo", "2650")
    await world.pins(mo, hunter)
    await world.household(li, mo)
    assert await home(world, mo) == (hunter.id, "pin")
    assert await home(world, li) == (riverina.id, "territory")


async def test_the_anchor_is_the_eldest_of_whom_anything_is_known(
    world: World, riverina: Community, hunter: Community
) -> None:
    """Else two of one household could stand in the catch-all and in a territory."""
    li, mo = await met(world, "Li", None), await met(world, "Mo", "2300")
    await world.household(li, mo)
    assert await home(world, li) == (hunter.id, "household")
    assert await home(world, mo) == (hunter.id, "territory")


async def test_when_the_anchor_is_erased_the_others_are_at_home_where_the_next_is(
    world: World, riverina: Community, hunter: Community
) -> None:
    li, mo, ed = [await met(world, *who) for who in (("Li", "2300"), ("Mo", "2650"), ("Ed", None))]
    household_id = await world.household(li, mo, ed)
    await world.everywhere(lambda tx, now: erasure.erase(tx, now, li, None))
    assert await home(world, mo) == (riverina.id, "territory")
    assert await home(world, ed) == (riverina.id, "household")
    for each in (mo, ed):
        await world.everywhere(lambda tx, now, each=each: erasure.erase(tx, now, each, None))
    async with world.house.read() as tx:
        assert await household_queries.household(tx, household_id) is None


async def test_a_household_has_a_name_and_is_gone_with_its_last_member(
    world: World, riverina: Community
) -> None:
    li, mo = await met(world, "Li", "2650"), await met(world, "Mo", "2650")
    id_ = await world.household(li, mo)
    named = await world.everywhere(
        lambda tx, now: households.rename(tx, now, id_, "  The \n Wangs ", None)
    )
    assert named.name == "The Wangs"
    await world.moves_out(li)
    await world.moves_out(mo)
    async with world.house.read() as tx:
        assert await value(tx, "SELECT count(*) FROM households") == 0


async def test_what_is_no_household_is_refused_in_words(world: World, riverina: Community) -> None:
    li = await met(world, "Li", "2650")
    for verb, says, kind in (
        (lambda tx, now: households.live_with(tx, now, li, li, None), "somebody else", Invalid),
        (lambda tx, now: households.leave(tx, now, li, None), "in no household", Refused),
        (lambda tx, now: households.join(tx, now, li, li, None), "no such household", NotFound),
        (lambda tx, now: households.live_with(tx, now, li, riverina.id, None), "no such customer", NotFound),
    ):  # fmt: skip
        with pytest.raises(kind, match=says):
            await world.everywhere(verb)
    async with world.house.read() as tx:
        assert await value(tx, "SELECT count(*) FROM households") == 0
