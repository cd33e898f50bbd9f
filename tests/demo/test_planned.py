"""The demo's plan: drawn beside, by the real process, once."""

import asyncio

from coterie.demo.planned import NAME, planned
from coterie.planner import queries
from coterie.planner.model import PlanLine
from tests.planner.hall import inhabited
from tests.world import World, made_world


async def lines(world: World) -> list[PlanLine]:
    async with world.house.read() as tx:
        return await queries.lines(tx, 9)


async def test_a_plan_is_drawn_once_and_a_demo_without_customers_has_none(database: str) -> None:
    async with made_world(database) as world:
        async with planned(world.house, later_s=0):
            await asyncio.sleep(0.3)
        assert await lines(world) == []
        await inhabited(world)
        async with planned(world.house, later_s=0):
            for _ in range(1200):
                found = await lines(world)
                if found and found[0].communities:
                    break
                await asyncio.sleep(0.1)
        assert [(each.name, each.communities) for each in await lines(world)] == [(NAME, 6)]
        async with planned(world.house, later_s=0):
            await asyncio.sleep(0.3)
        assert len(await lines(world)) == 1
