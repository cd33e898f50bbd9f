from collections.abc import AsyncIterator

import pytest

from tests.world import World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as world:
        yield world
