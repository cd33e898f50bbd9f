from collections.abc import AsyncIterator

import pytest

from tests.board.hall import Hall, opened_hall
from tests.world import World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as world:
        yield world


@pytest.fixture
def hall(world: World) -> Hall:
    return opened_hall(world)
