"""What is done when a time has come, and when something goes wrong in it."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from psycopg import OperationalError
from psycopg.errors import CheckViolation

from coterie.flow import for_case
from coterie.kit.db import Tx
from tests.world import World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def test_one_that_fails_holds_up_nobody_behind_it(world: World) -> None:
    riverina = await world.community()
    tried: list[str] = []

    async def due(tx: Tx, now: datetime) -> list[tuple[str, str]]:
        return [(riverina.id, case) for case in ("first", "broken", "last")]

    async def act(tx: Tx, now: datetime, case_id: str) -> None:
        tried.append(case_id)
        if case_id == "broken":
            raise CheckViolation("This one is broken.")

    assert await for_case(due, act)(world.house, world.now) == 2
    assert tried[0] == "first" and tried[-1] == "last"


async def test_a_database_that_is_away_is_waited_for(world: World) -> None:
    riverina = await world.community()

    async def due(tx: Tx, now: datetime) -> list[tuple[str, str]]:
        return [(riverina.id, "one"), (riverina.id, "other")]

    async def act(tx: Tx, now: datetime, case_id: str) -> None:
        raise OperationalError("the connection is lost")

    with pytest.raises(OperationalError):
        await for_case(due, act)(world.house, world.now)
