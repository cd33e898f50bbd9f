"""Who is gone without a word is away after a while, also where the server died in between."""

from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any

from coterie.communities import queries, records
from coterie.flow import miss_the_lost
from coterie.house import opened_house
from coterie.kit.house import House
from coterie.kit.live import Subscriber
from coterie.workspace import queries as workspace
from coterie.workspace.seats import sit_down
from tests.world import Expert, World, made_world


async def state_of(world: World, expert: Expert) -> str:
    async with world.house.read() as tx:
        found = await queries.expert(tx, expert.id)
    assert found is not None
    return found.presence


async def sits_down(world: World, expert: Expert) -> None:
    async with world.house.read() as tx:
        await workspace.found_again(tx, [expert.id])


async def test_a_browser_that_is_gone_for_a_minute_means_away(database: str) -> None:
    async with made_world(database) as world:
        ana = await (await world.community()).expert("Ana")
        await sits_down(world, ana)
        async with world.house.read() as tx:
            await records.note_lost(tx, ana.id, world.now)
        world.later(seconds=59)
        await world.tick()
        assert await state_of(world, ana) == "present"
        world.later(seconds=2)
        await world.tick()
        assert await state_of(world, ana) == "away"


async def test_a_server_that_died_forgets_nobody_and_keeps_nobody_for_ever(database: str) -> None:
    async with made_world(database) as world:
        riverina = await world.community()
        ana, ben, cleo = [await riverina.expert(name) for name in ("Ana", "Ben", "Cleo")]
        await sits_down(world, ana)
        await sits_down(world, ben)
        later = world.now.replace(hour=world.now.hour + 5)
    async with made_world(database, at=later) as world:
        await sits_down(world, ben)
        world.later(seconds=61)
        await world.tick()
        assert await state_of(world, ana) == "away"
        assert await state_of(world, ben) == "present"
        assert await state_of(world, cleo) == "present"  # by a program's word


async def opens_a_browser(house: House, expert: Expert) -> Callable[[], Awaitable[None]]:
    """The workspace of an expert in a browser that this process serves. The answer closes it."""

    async def send(message: Any) -> None:
        pass

    async with house.read() as tx:
        me = await workspace.me(tx, expert.id)
    assert me is not None
    return await sit_down(house, me, UTC, "a browser", 0, False, Subscriber(send))


async def test_who_still_sits_at_another_process_is_not_lost(database: str) -> None:
    async with made_world(database) as world:
        one = world.house
        ana = await (await world.community()).expert("Ana")
        async with opened_house(one.settings, now=one.now, ticking=False) as other:
            leave_one, leave_other = (
                await opens_a_browser(one, ana),
                await opens_a_browser(other, ana),
            )
            await leave_one()
            await miss_the_lost(other, world.now)
            world.later(seconds=70)
            for house in (one, other):
                await miss_the_lost(house, world.now)
            assert await state_of(world, ana) == "present"
            async with opened_house(one.settings, now=one.now, ticking=False):  # one more begins
                await miss_the_lost(other, world.now)
                world.later(seconds=70)
                await miss_the_lost(one, world.now)
                assert await state_of(world, ana) == "present"
            await leave_other()
            await miss_the_lost(other, world.now)
            world.later(seconds=70)
            await miss_the_lost(one, world.now)
            assert await state_of(world, ana) == "away"
