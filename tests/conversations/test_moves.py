"""What a slip leaves behind: a message in the wrong case, a resolution too soon, a quote of a stranger."""

from collections.abc import AsyncIterator

import pytest

from coterie.conversations import queries
from coterie.kit.db import value
from coterie.kit.errors import Invalid
from tests.world import Expert, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


@pytest.fixture
async def ana(world: World) -> Expert:
    riverina = await world.community()
    return await riverina.expert("Ana")


async def test_an_empty_case_that_was_put_aside_is_over_for_good(world: World, ana: Expert) -> None:
    receipt = await world.customer("Li").writes()
    await ana.snoozes(receipt.case_id, hours=1)
    await ana.moves(receipt.message_id, None)
    await is_over(world, receipt.case_id)


async def test_an_empty_case_that_was_woken_again_is_over_for_good(
    world: World, ana: Expert
) -> None:
    receipt = await world.customer("Li").writes()
    await ana.needs_nothing(receipt.message_id)
    await ana.waits_on(receipt.case_id)
    await ana.wakes(receipt.case_id)
    await ana.moves(receipt.message_id, None)
    await is_over(world, receipt.case_id)


async def is_over(world: World, case_id: str) -> None:
    world.later(hours=2)
    await world.tick()
    async with world.house.read() as tx:
        file = await queries.case_file(tx, case_id)
    assert file is not None
    assert (file.case.state, file.episode) == ("closed", None)


async def test_a_stranger_who_quotes_is_refused_and_not_kept(world: World, ana: Expert) -> None:
    receipt = await world.customer("Li").writes()
    with pytest.raises(Invalid, match="not in this conversation"):
        await world.customer("Mo").writes("About this.", quote_id=receipt.message_id)
    async with world.house.read() as tx:
        assert await value(tx, "SELECT count(*) FROM customers") == 1
        assert await value(tx, "SELECT count(*) FROM threads") == 1


async def test_a_resolution_by_slip_that_is_taken_back_leaves_nobody_without_an_answer(
    world: World, ana: Expert
) -> None:
    receipt = await world.customer("Li").writes()
    await ana.resolves(receipt.case_id)
    world.later(seconds=5)
    await ana.reopens(receipt.case_id)
    async with world.house.read() as tx:
        file = await queries.case_file(tx, receipt.case_id)
    assert file is not None and file.episode is not None
    assert file.episode.attending_id == ana.id


async def test_thanks_for_what_was_resolved_without_a_reply_undoes_its_reopening(
    world: World, ana: Expert
) -> None:
    li = world.customer("Li")
    receipt = await li.writes("Please call me.")
    world.later(minutes=5)
    await ana.resolves(receipt.case_id)
    world.later(minutes=5)
    thanks = await li.writes("Thanks for calling!")
    await ana.needs_nothing(thanks.message_id)
    async with world.house.read() as tx:
        file = await queries.case_file(tx, receipt.case_id)
    assert file is not None
    assert (file.case.state, file.episode) == ("watched", None)
