"""A year of a community through the real actions and the real database. Two weeks of it by default.

Longer: `COTERIE_YEAR=365,1 pytest tests/year -n 0` (days, seed).
"""

import gc
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from coterie.performance.actions import read_more
from tests.machine.invariants import broken
from tests.machine.test_machine import hurry
from tests.replayed import differing
from tests.world import made_world
from tests.year.decided import decided_otherwise
from tests.year.figures import figures, forgotten
from tests.year.ids import count_ids
from tests.year.year import BEGINS, Year

SHORT = "14,1"
LOOKED_AT = timedelta(days=61)
"""After so long everything is looked at, and at the end."""


@pytest.fixture
def little_garbage() -> Iterator[None]:
    """What is loaded stays, and a year makes next to no garbage in circles: it need not be looked for so often."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("little_garbage")
async def test_a_year_of_a_community(
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """No orphan, no trapped episode, no broken invariant, and every decision is decided the same again."""
    days, seed = (int(each) for each in os.environ.get("COTERIE_YEAR", SHORT).split(","))
    hurry(database)
    began = time.monotonic()
    async with made_world(database, at=BEGINS) as world:
        count_ids(world, monkeypatch)
        year = Year(world, seed)
        await year.begin(days)
        end = BEGINS + timedelta(days=days)
        with psycopg.connect(database, autocommit=True) as admin:
            while world.now < end:
                await year.live(min(end, world.now + LOOKED_AT))
                look_at_everything(admin, world.now)
                await read_more(world.house, world.now)
            lived = time.monotonic() - began
            decisions, wrong = decided_otherwise(admin)
            for line in figures(admin, world.now):
                record_property("figure", line)
        began = time.monotonic()
        assert await differing(world.house) == []
        record_property(
            "figure",
            f"figures made and made again from the log in {time.monotonic() - began:.0f} s",
        )
    assert not wrong
    took = f"{days} days in {lived:.0f} s, {year.jumps.made:,} jumps, {decisions:,} decisions decided again"
    record_property("figure", took)
    record_property("figure", str(year.tally))
    for verb in (
        "writes",
        "answers",
        "resolves",
        "promises",
        "keeps",
        "moves",
        "snoozes",
        "falls ill",
    ):
        assert year.tally.done[verb], year.tally


def look_at_everything(admin: psycopg.Connection[Any], now: datetime) -> None:
    assert broken(admin, now, ticked=True) == {}
    assert forgotten(admin, now) == {}
