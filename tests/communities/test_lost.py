"""Who is gone without a word is away after a while, also where the server died in between."""

from coterie.communities import queries, records
from coterie.workspace import queries as workspace
from tests.world import Expert, World, made_world


async def state_of(world: World, expert: Expert) -> str:
    async with world.house.read() as tx:
        found = await queries.expert(tx, expert.id)
    assert found is not None
    return found.presence


async def sits_down(world: World, expert: Expert) -> None:
    async with world.house.read() as tx:
        await workspace.found_again(tx, expert.id)


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
