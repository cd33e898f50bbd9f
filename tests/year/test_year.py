"""A year of a community through the real actions and the real database. Two weeks of it by default.

Longer: `COTERIE_YEAR=365,1 pytest tests/year -n 0` (days, seed).
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from tests.machine.invariants import broken
from tests.machine.test_machine import hurry
from tests.world import made_world
from tests.year.ids import count_ids
from tests.year.year import BEGINS, Year

SHORT = "14,1"


async def test_a_year_of_a_community(
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    days, seed = (int(each) for each in os.environ.get("COTERIE_YEAR", SHORT).split(","))
    hurry(database)
    began = time.monotonic()
    async with made_world(database, at=BEGINS) as world:
        count_ids(world, monkeypatch)
        year = Year(world, seed)
        await year.begin(days)
        await year.live(BEGINS + timedelta(days=days))
        with psycopg.connect(database, autocommit=True) as admin:
            assert broken(admin, world.now, ticked=True) == {}
    print(time.monotonic() - began, time.process_time(), year.jumps.made, year.tally)
