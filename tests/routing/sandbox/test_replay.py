"""The replay of what was lived: without a change it makes the recorded decisions again; with one, what changes by it."""

import json
import os
import subprocess
import sys
from asyncio import to_thread
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.errors import ReadOnlySqlTransaction

from coterie.communities import actions as acts
from coterie.communities import queries as communities
from coterie.communities.absences import record as record_absence
from coterie.communities.settings import DEFAULT_JSON
from coterie.customers.model import Address
from coterie.kit.db import transaction
from coterie.kit.errors import Invalid, Refused
from coterie.routing import policy
from coterie.routing.sandbox import figures
from coterie.routing.sandbox.comparing import Comparison
from coterie.routing.sandbox.model import Record
from coterie.routing.sandbox.play import play
from coterie.routing.sandbox.queries import look_only
from coterie.routing.sandbox.reading import read_record
from coterie.routing.sandbox.trying import try_settings
from coterie.routing.sandbox.wanted import READ_KEYS, checked_over
from tests.routing.sandbox.stretch import Stretch
from tests.world import Community, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def record_of(world: World, community_id: str, start: datetime) -> Record:
    async with transaction(world.house.pool) as tx:
        await look_only(tx)
        community = await communities.community(tx, community_id)
        assert community is not None
        return await read_record(tx, world.now, community, start, world.now)


async def tried(
    world: World, community: Community, start: datetime, end: datetime | None = None, **over: Any
) -> Comparison:
    async with transaction(world.house.pool) as tx:
        await look_only(tx)
        found = await communities.community(tx, community.id)
        assert found is not None
        return await try_settings(tx, world.now, found, start, end or world.now, over)


@pytest.mark.parametrize("seed", [1, 2])
async def test_without_a_change_every_recorded_decision_comes_out_the_same(
    world: World, seed: int
) -> None:
    """The honesty of the sandbox: queues, holds, warm-up, breaks, shifts, calls, handovers, settings and skills that change."""
    stretch = Stretch(world, seed)
    began = world.now
    await stretch.begin()
    await stretch.live(began + timedelta(minutes=12))
    middle = world.now
    await stretch.live(began + timedelta(minutes=16))
    await stretch.sets(hold_messaging_s=60, weight_after_s=100)
    one, other = list(stretch.experts.values())[:2]
    await one.act(lambda tx, now: acts.change_skills(tx, now, one.id, {"network": 5}))
    await one.act(lambda tx, now: acts.change_expert(tx, now, one.id, capacity=5))
    await stretch.live(began + timedelta(minutes=20))
    until = world.now + timedelta(hours=9)
    await other.act(
        lambda tx, now: record_absence(
            tx, now, other.id, starts_at=now, ends_at=until, why="sick", by=other.id
        )
    )
    await stretch.live(began + timedelta(minutes=26))
    for start in (began, middle):
        record = await record_of(world, stretch.community.id, start)
        found = figures.trust(record, play(record, {}))
        assert found.recorded > 25
        assert (found.same, found.otherwise) == (found.recorded, {})
    assert {each.reason for each in record.decisions} >= {policy.STAYS, policy.COVER, policy.FIRST}


async def busy_owner(world: World) -> Community:
    """Ana, who can do one thing at a time, is asked for by Li while she attends Bo; Tom is free."""
    riverina = await world.community(weight_after_s=0, weight_idle=0)
    ana = await riverina.expert("Ana", capacity=1)
    li = Address("messenger", "li")
    of_li = await world.customer("Li").writes(address=li)
    await ana.answers(of_li.case_id)
    await ana.resolves(of_li.case_id)
    world.later(minutes=1)
    of_bo = await world.customer("Bo").writes("No signal.")
    await riverina.expert("Tom")
    world.later(minutes=1)
    await world.customer("Li").writes("It is back.", address=li)
    world.later(minutes=2)
    await ana.answers(of_bo.case_id)
    world.later(minutes=1)
    await ana.answers(of_li.case_id)
    world.later(minutes=1)
    return riverina


async def test_without_a_hold_a_teammate_covers_at_once(world: World) -> None:
    began = world.now
    riverina = await busy_owner(world)
    found = await tried(world, riverina, began, hold_messaging_s=0)
    assert found.trust.same == found.trust.recorded
    [differs] = found.differing
    assert (differs.was, differs.was_wait_s) == ("Ana", 120.0)
    assert (differs.would, differs.would_wait_s, differs.would_reason) == ("Tom", 0.0, "cover")
    assert (found.was.by_owner, found.would.by_owner) == (1, 0)
    assert {load.name: (load.was, load.would) for load in found.loads} == {
        "Ana": (3, 2),
        "Tom": (0, 1),
    }


async def test_what_is_attended_takes_as_long_as_it_took(world: World) -> None:
    """Tom would have come to her two minutes earlier, and so would his answer."""
    began = world.now
    found = await tried(world, await busy_owner(world), began, hold_messaging_s=0)
    assert found.was.answered == found.would.answered == 3
    assert found.was.answered_in_time == 3
    record = await record_of(world, found.community_id, began)
    would = play(record, {"hold_messaging_s": 0})
    last = list(would.handled.values())[-1]
    assert last.rested_at is not None
    assert (last.rested_at - last.waiting_since).total_seconds() == 60


async def test_trying_writes_nothing_and_cannot(world: World) -> None:
    began = world.now
    riverina = await busy_owner(world)
    async with transaction(world.house.pool) as tx:
        await look_only(tx)
        community = await communities.community(tx, riverina.id)
        assert community is not None
        await try_settings(tx, world.now, community, began, world.now, {"warm_up_s": 300})
        with pytest.raises(ReadOnlySqlTransaction):
            await tx.execute("DELETE FROM waits")


async def test_a_span_that_cannot_be_tried_is_refused_in_words(world: World) -> None:
    riverina = await world.community()
    now = world.now
    for start, end, words in (
        (now, now - timedelta(hours=1), "before it ends"),
        (now, now, "before it ends"),
        (now - timedelta(hours=1), now + timedelta(hours=1), "in the future"),
        (now - timedelta(days=32), now, "31 days at most"),
        (now - timedelta(days=1), now, "Choose a span with contacts"),
    ):
        with pytest.raises(Refused, match=words):
            await tried(world, riverina, start, end)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("watch_days=3", "Routing doesn't read watch_days.*hold_messaging_s"),
        ("overflow=0", "Overflow is not replayed"),
        ("moon=3", "no setting 'moon'"),
        ("warm_up_s=9999", "between 0 and 600 s"),
        ("warm_up_s=soon", "must be a number"),
        ("warm_up_s", "KEY=VALUE"),
        ("weight_idle=true", "must be a number"),
        ('hours={"week": 3}', "week"),
        ("hours=always", "hours as JSON"),
    ],
)
def test_a_setting_that_cannot_be_tried_is_refused_in_words(given: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        checked_over([given])


def test_a_setting_is_set_once() -> None:
    with pytest.raises(Invalid, match="twice"):
        checked_over(["warm_up_s=0", "warm_up_s=1"])
    assert checked_over(["warm_up_s=0", "weight_idle=0.5"]) == {"warm_up_s": 0, "weight_idle": 0.5}


def test_every_setting_is_read_by_routing_or_known_not_to_be() -> None:
    """A new setting must say on which side it stands."""
    others = {
        "promise_warn_s", "quiet_messaging_s", "quiet_email_s", "quiet_forum_s", "watch_days", "watch_order_days",
        "away_after_lost_s", "handover_absence_days", "ask_teammates_s", "ask_coach_s", "ask_manager_s", "ask_answer_s",
        "overflow", "overflow_messaging_lead_s", "overflow_voice_after_s", "overflow_longest_s", "overflow_warn_share",
        "overflow_warn_least", "survey_share",
    }  # fmt: skip
    assert set(READ_KEYS) | others == set(DEFAULT_JSON)
    assert not set(READ_KEYS) & others


def coterie(database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COTERIE_DATABASE_URL": database, "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, "-m", "coterie", "routing", "replay", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


async def test_the_command_prints_both_sides_or_one_clear_line(world: World, database: str) -> None:
    began = world.now
    riverina = await busy_owner(world)
    span = ("--from", began.isoformat(), "--to", world.now.isoformat())
    done = await to_thread(coterie, database, *span, "--set", "hold_messaging_s=0", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert found["community"]["id"] == riverina.id
    assert found["set"] == {"hold_messaging_s": {"was": 300, "would": 0}}
    assert found["trust"]["same"] == found["trust"]["recorded"] == 4
    assert [each["would"] for each in found["differing"]] == ["Tom"]
    shown = await to_thread(coterie, database, *span, "--set", "hold_messaging_s=0")
    assert "4 of 4 recorded decisions come out the same" in shown.stdout
    assert "As it would be" in shown.stdout
    for wrong, words in (
        (("--community", "Hunter"), "There is no community 'Hunter'"),
        (("--set", "watch_days=3"), "Routing doesn't read watch_days"),
        (("--from", "yesterday"), "--from must be a time"),
    ):
        done = await to_thread(coterie, database, *span, *wrong)
        assert done.returncode == 1
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert (await to_thread(coterie, database, "--set", "x=1")).returncode == 2
