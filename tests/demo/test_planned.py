"""The demo's plan: drawn, staffed, put into waves and lived beside, by the real processes, once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from coterie.demo import planned as module
from coterie.demo.planned import NAME, planned
from coterie.demo.region import found_communities
from coterie.kit.db import value
from coterie.planner import plans, queries, runs
from coterie.planner.model import PlanLine
from coterie.planner.runs import Trial
from coterie.planning.plan import read_plan
from tests.world import World, made_world

COMPILING_S = 900
"""What the twin compiles once on a machine may take minutes where others work beside."""


async def lines(world: World) -> list[PlanLine]:
    async with world.house.read() as tx:
        return await queries.lines(tx, 9)


async def until(world: World, true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(COMPILING_S):
        while not await true():
            async with world.house.read() as tx:
                refused = await value(tx, "SELECT max(refused) FROM plan_runs")
            assert refused is None, refused
            await asyncio.sleep(0.1)


async def settled(world: World) -> None:
    """The demo's communities with their areas."""
    async with world.house.ledger.unit(now=world.now) as tx:
        await found_communities(tx, world.now)


async def test_a_demo_without_areas_has_no_plan(database: str) -> None:
    async with made_world(database) as world:
        async with planned(world.house, later_s=0):
            await asyncio.sleep(0.3)
        assert await lines(world) == []


async def test_a_plan_with_people_waves_and_a_run_is_made_once(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRIAL", Trial(9, 2, 1, {}))

    async with made_world(database) as world:

        async def lived() -> bool:
            return any(each.runs for each in await lines(world))

        await settled(world)
        async with planned(world.house, later_s=0):
            await until(world, lived)
        (line,) = await lines(world)
        assert (line.name, line.communities, line.staffed, line.runs) == (NAME, 6, True, 1)
        assert line.waves >= 2
        async with world.house.read() as tx:
            stored = await plans.known_plan(tx, line.id)
        plan = read_plan(stored.document)
        assert len(plan.staff["assignments"]) == 160 and plan.staff["training"]
        assert all(each.experts and each.site and each.skills for each in plan.communities)
        async with planned(world.house, later_s=0):
            await asyncio.sleep(0.3)
        assert await lines(world) == [line]


async def test_what_was_left_unfinished_is_begun_again(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRIAL", Trial(9, 2, 1, {}))
    async with made_world(database) as world:

        async def staffed() -> bool:
            return any(each.staffed for each in await lines(world))

        await settled(world)
        async with world.house.ledger.unit(now=world.now) as tx:
            _, run_id, _ = await runs.ask_for_plan(tx, world.now, NAME, module.WANTED, None)
            await runs.cancel(tx, world.now, run_id, None)
        async with planned(world.house, later_s=0):
            await until(world, staffed)
        assert len(await lines(world)) == 1
