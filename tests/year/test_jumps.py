"""Jumping to what is due leaves the rows that ticking every second leaves."""

import re
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any, LiteralString

import psycopg
import pytest

from coterie.flow import TIMERS
from tests.machine.test_machine import hurry
from tests.world import made_world
from tests.year.ids import count_ids
from tests.year.jumps import DUE
from tests.year.year import BEGINS, Size, Year

SMALL = Size(experts=10, coaches=1, buddies=2, customers=400)
MORNING = timedelta(days=1, hours=9, minutes=55)
LONG = timedelta(minutes=11)
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOG: LiteralString = """
    SELECT stream_id::text, number, at::text, kind, ids::text, values::text
    FROM events
    ORDER BY at, stream_id, number
"""
ROWS: tuple[LiteralString, ...] = (
    LOG,
    """
    SELECT case_id::text, state, attending_id::text, served_by::text, time_given::text, answer_by::text,
        quiet_at::text, wake_at::text, turn_at::text, ended_at::text
    FROM episodes
    ORDER BY opened_at, case_id
    """,
    "SELECT community_id::text, at::text, seconds, kept FROM waits ORDER BY at, seconds",
)


def test_each_timer_has_its_next_due_time() -> None:
    assert list(DUE) == list(TIMERS)


async def test_jumping_does_what_ticking_every_second_does(
    server: str, template: str, monkeypatch: pytest.MonkeyPatch, new_database: Any
) -> None:
    jumped = await lived(new_database(), monkeypatch, ticking=False)
    ticked = await lived(new_database(), monkeypatch, ticking=True)
    said = Counter(row[3] for row in jumped[0])
    assert said["episode_placed"] > 20, said
    assert said["episode_queued"] > 30, said
    assert said["crossing_started"], said
    for ours, theirs in zip(jumped, ticked, strict=True):
        assert ours == theirs


async def lived(
    database: str, monkeypatch: pytest.MonkeyPatch, *, ticking: bool
) -> list[list[tuple[Any, ...]]]:
    """A day, a night with a queue, and a stormy morning; the last of it second by second, where we tick."""
    hurry(database)
    async with made_world(database, at=BEGINS) as world:
        count_ids(world, monkeypatch)
        year = Year(world, seed=3)
        await year.begin(7, SMALL)
        storm = partial(year.storm, areas=15, hours=0.1, share=0.3)
        year.jumps.at(BEGINS + MORNING + timedelta(minutes=1), storm)
        await year.live(BEGINS + MORNING)
        live = year.jumps.tick_until if ticking else year.jumps.until
        await live(BEGINS + MORNING + LONG)
    with psycopg.connect(database) as admin:
        return [named(admin.execute(rows).fetchall()) for rows in ROWS]


def named(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Ids by the order in which they first appear: more are drawn where more is looked at."""
    names: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"id {len(names)}")

    return [tuple(ID.sub(name, str(value)) for value in row) for row in rows]
