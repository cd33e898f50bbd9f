"""Promises by experts: made for a time to come, warned of, kept or broken, and on record whatever becomes of them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from coterie.conversations import promise_queries as queries
from coterie.conversations import promises
from coterie.conversations import queries as conversations
from coterie.conversations.model import Promise
from coterie.kit import events
from coterie.kit.errors import Invalid, Refused
from tests.world import Expert, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def owned(world: World) -> tuple[Expert, str]:
    """Ana owns a case of Li."""
    ana = await (await world.community()).expert("Ana")
    receipt = await world.customer("Li").writes()
    await ana.answers(receipt.case_id)
    return ana, receipt.case_id


async def stored(world: World, promise: Promise) -> Promise:
    async with world.house.read() as tx:
        found = await queries.promise(tx, promise.id)
    assert found is not None
    return found


async def told(world: World, promise: Promise) -> list[str]:
    """The kinds of the events about a promise, in order."""
    async with world.house.read() as tx:
        found = await events.after(tx, promise.community_id, 0)
    return [each.kind for each in found if each.ids.get("promise") == promise.id]


async def test_kept_in_time(world: World) -> None:
    ana, case_id = await owned(world)
    promise = await ana.promises(case_id, "A mast by Thursday.", hours=48)
    assert (promise.state, promise.expert_id) == ("open", ana.id)
    world.later(hours=20)
    kept = await ana.keeps(promise.id)
    assert kept.state == "kept"
    world.later(hours=40)
    await world.tick()
    assert await stored(world, promise) == kept
    assert await told(world, promise) == ["promise_made", "promise_kept"]


async def test_warned_before_it_is_due_then_broken_and_kept_late(world: World) -> None:
    ana, case_id = await owned(world)
    promise = await ana.promises(case_id, hours=2)
    world.later(minutes=109)
    await world.tick()
    assert (await stored(world, promise)).warned_at is None
    world.later(minutes=2)
    await world.tick()
    await world.tick()
    assert (await stored(world, promise)).warned_at == world.now
    world.later(minutes=9)
    await world.tick()
    broken = await stored(world, promise)
    assert (broken.state, broken.broken_at) == ("broken", world.now)
    world.later(days=1)
    late = await ana.keeps(promise.id)
    assert (late.state, late.broken_at) == ("kept_late", broken.broken_at)
    assert await told(world, promise) == [
        "promise_made",
        "promise_warned",
        "promise_broken",
        "promise_kept",
    ]


async def test_a_short_one_is_warned_of_at_half_its_time(world: World) -> None:
    ana, case_id = await owned(world)
    promise = await ana.promises(case_id, minutes=6)
    assert promise.warn_at == world.now + timedelta(minutes=3)


async def test_that_it_was_kept_can_be_a_slip(world: World) -> None:
    ana, case_id = await owned(world)
    promise = await ana.promises(case_id)
    await ana.keeps(promise.id)
    with pytest.raises(Refused, match="kept already"):
        await ana.keeps(promise.id)
    open_again = await ana.act(lambda tx, now: promises.unkeep(tx, now, promise.id, ana.id))
    assert open_again.state == "open"
    with pytest.raises(Refused, match="not kept yet"):
        await ana.act(lambda tx, now: promises.unkeep(tx, now, promise.id, ana.id))


@pytest.mark.parametrize(
    ("text", "by"), [("A call.", {"hours": -1}), ("A call.", {"days": 400}), ("  ", {"hours": 1})]
)
async def test_a_promise_in_the_past_or_without_words_is_refused(
    world: World, text: str, by: dict[str, float]
) -> None:
    ana, case_id = await owned(world)
    with pytest.raises(Invalid):
        await ana.promises(case_id, text, **by)
    async with world.house.read() as tx:
        assert await queries.promises_of_case(tx, case_id) == []


async def test_nobody_promises_on_a_case_that_nobody_owns_or_of_another_community(
    world: World,
) -> None:
    riverina, hunter = await world.community(), await world.community("Hunter")
    ana, bo = await riverina.expert("Ana"), await hunter.expert("Bo")
    receipt = await world.customer("Li").writes()
    with pytest.raises(Refused, match="Answer first"):
        await ana.promises(receipt.case_id)
    await ana.answers(receipt.case_id)
    with pytest.raises(Refused, match="only its members"):
        await bo.promises(receipt.case_id)
    promise = await ana.promises(receipt.case_id)
    with pytest.raises(Refused, match="Only members"):
        await world.house.act(
            riverina.id, lambda tx, now: promises.keep(tx, now, promise.id, bo.id)
        )


async def test_a_case_is_watched_until_what_was_promised_on_it_is_due(world: World) -> None:
    ana, case_id = await owned(world)
    await ana.promises(case_id, days=20)
    case = await ana.resolves(case_id)
    assert case.watch_ends_at == world.now + timedelta(days=20)
    await ana.promises(case_id, days=25)
    await ana.promises(case_id, days=3)
    async with world.house.read() as tx:
        again = await conversations.case(tx, case_id)
    assert again is not None and again.watch_ends_at == world.now + timedelta(days=25)


async def test_a_teammate_who_covers_may_keep_it(world: World) -> None:
    ana, case_id = await owned(world)
    tom = await world.communities["Riverina"].expert("Tom")
    promise = await ana.promises(case_id)
    kept = await tom.keeps(promise.id)
    assert (kept.expert_id, kept.kept_by) == (ana.id, tom.id)
