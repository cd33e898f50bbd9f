from collections.abc import AsyncIterator

import pytest

from tests.planner.hall import Hall, opened_hall
from tests.world import World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as world:
        yield world


@pytest.fixture
async def hall(world: World) -> AsyncIterator[Hall]:
    async with opened_hall(world) as hall:
        yield hall
