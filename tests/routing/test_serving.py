"""Who serves, through the real actions: holds, warm-up, calls, ratings, and returning by another channel."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from coterie.conversations import queries
from coterie.conversations.model import Episode, Receipt
from coterie.customers.model import Address
from tests.world import Community, Expert, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def episode_of(world: World, receipt: Receipt) -> Episode:
    async with world.house.read() as tx:
        found = await queries.episode(tx, receipt.episode_id)
    assert found is not None
    return found


async def busy_owner(
    world: World, **settings: Any
) -> tuple[Community, Expert, Expert, Receipt, Receipt]:
    """Ana, who can do one thing at a time, owns a case of Li that is quiet, and attends Bo; Tom is free."""
    riverina = await world.community(**settings)
    ana = await riverina.expert("Ana", capacity=1)
    of_li = await world.customer("Li").writes(address=Address("messenger", "li"))
    await ana.answers(of_li.case_id)
    world.later(hours=5)
    await world.tick()
    of_bo = await world.customer("Bo").writes("No signal.")
    assert of_bo.attending_id == ana.id
    return riverina, ana, await riverina.expert("Tom"), of_li, of_bo


async def li_writes(world: World) -> Receipt:
    return await world.customer("Li").writes("It is back.", address=Address("messenger", "li"))


async def test_a_message_is_held_for_its_busy_owner_who_gets_free(world: World) -> None:
    _, ana, _, _, of_bo = await busy_owner(world, weight_after_s=0, weight_idle=0)
    receipt = await li_writes(world)
    assert (receipt.attending_id, receipt.reason) == (None, "held")
    assert receipt.time_given is not None
    world.later(minutes=2)
    await ana.answers(of_bo.case_id)
    assert (await episode_of(world, receipt)).attending_id == ana.id


async def test_a_teammate_covers_when_the_hold_is_over(world: World) -> None:
    """And the owner stays accountable."""
    _, ana, tom, of_li, _ = await busy_owner(world)
    receipt = await li_writes(world)
    world.later(minutes=4, seconds=59)
    await world.tick()
    assert (await episode_of(world, receipt)).state == "queued"
    world.later(seconds=2)
    await world.tick()
    assert (await episode_of(world, receipt)).attending_id == tom.id
    async with world.house.read() as tx:
        case = await queries.case(tx, of_li.case_id)
    assert case is not None and case.owner_id == ana.id


async def test_an_owner_who_is_away_is_covered_at_once(world: World) -> None:
    _, ana, tom, _, _ = await busy_owner(world)
    await ana.is_now("away")
    receipt = await li_writes(world)
    assert (receipt.attending_id, receipt.reason) == (tom.id, "cover")


async def test_a_mail_waits_for_its_owners_next_shift_within_two_hours(world: World) -> None:
    riverina = await world.community()
    ana, tom = await riverina.expert("Ana"), await riverina.expert("Tom", present=False)
    li = world.customer("Li")
    first = await li.writes(channel="email")
    await ana.answers(first.case_id)
    await ana.goes()
    now = world.now
    await ana.works((now + timedelta(hours=26), now + timedelta(hours=34)))
    await tom.comes()
    world.later(hours=25)
    await world.tick()
    held = await li.writes("And another thing.", channel="email")
    assert held.reason == "held"
    world.later(hours=1)
    await ana.comes()
    assert (await episode_of(world, held)).attending_id == ana.id


async def test_warm_up_gives_one_new_one_each_ninety_seconds(world: World) -> None:
    riverina = await world.community(warm_up_s=90)
    waiting = [await world.customer(f"Customer {n}").writes() for n in range(5)]
    ana = await riverina.expert("Ana", capacity=4)

    async def given() -> int:
        episodes = [await episode_of(world, each) for each in waiting]
        return sum(each.attending_id == ana.id for each in episodes)

    counts = [await given()]
    for _ in range(9):
        world.later(seconds=45)
        await world.tick()
        counts.append(await given())
    assert counts == [1, 1, 2, 2, 3, 3, 4, 4, 4, 4]


async def test_a_break_is_no_new_warm_up(world: World) -> None:
    riverina = await world.community(warm_up_s=90)
    ana = await riverina.expert("Ana", capacity=4)
    world.later(hours=1)
    await ana.is_now("away")
    waiting = [await world.customer(f"Customer {n}").writes() for n in range(3)]
    await ana.is_now("present")
    assert [(await episode_of(world, each)).attending_id for each in waiting] == [ana.id] * 3


async def test_a_call_goes_to_somebody_with_at_most_one_other_thing_and_then_blocks(
    world: World,
) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana", seats=("messaging", "voice"))
    for name in ("Li", "Bo"):
        await world.customer(name).writes()
    call = await world.customer("Em").writes("(call)", channel="voice")
    assert (call.attending_id, call.reason) == (None, "all_full")
    tom = await riverina.expert("Tom", seats=("messaging", "voice"))
    assert (await episode_of(world, call)).attending_id == tom.id
    await ana.goes()
    ines = await world.customer("Ines").writes()
    assert (ines.attending_id, ines.reason) == (None, "all_on_call")
    await tom.answers(call.case_id)
    world.later(seconds=1)
    await world.tick()
    assert (await episode_of(world, ines)).attending_id == tom.id


async def test_a_queued_call_comes_to_somebody_who_has_no_room_for_a_message(
    world: World,
) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana", seats=("messaging", "voice"), capacity=1)
    first = await world.customer("Li").writes()
    await ana.answers(first.case_id)
    await ana.goes()
    call = await world.customer("Em").writes("(call)", channel="voice")
    assert call.reason == "nobody_present"
    await ana.comes()
    assert (await episode_of(world, call)).attending_id == ana.id


async def test_nobody_returns_to_whom_they_rated_badly_until_they_rate_better(
    world: World,
) -> None:
    riverina = await world.community()
    ana, tom = await riverina.expert("Ana"), await riverina.expert("Tom", present=False)
    li = world.customer("Li")
    first = await li.writes()
    await ana.answers(first.case_id)
    await ana.resolves(first.case_id)
    await li.confirms(first.case_id, solved=False, csat=1)
    await tom.comes()
    again = await li.writes("It happened again.")
    episode = await episode_of(world, again)
    assert episode.attending_id == ana.id  # as long as there was nobody else
    await ana.answers(first.case_id)
    world.later(days=1)
    await world.tick()
    met = await li.writes("Hello?")
    assert (met.attending_id, met.reason) == (tom.id, "cover")
    await tom.answers(first.case_id)
    await li.confirms(first.case_id, csat=5, about=ana.id)
    world.later(days=1)
    await world.tick()
    assert (await li.writes("Thank you!")).attending_id == ana.id


async def test_threaded_mail_meets_the_owner(world: World) -> None:
    """Seen elsewhere: who has a case was asked for new conversations only, and mail in a thread went to anybody."""
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    li = world.customer("Li")
    first = await li.writes(channel="email")
    reply = await ana.answers(first.case_id)
    for _ in range(3):
        await riverina.expert("Teammate", skills={"billing": 5})
    world.later(days=2)
    await world.tick()
    back = await li.writes("As you asked.", channel="email", topic="billing", quote_id=reply.id)
    assert (back.case_id, back.attending_id, back.reason) == (first.case_id, ana.id, "owner")
    await ana.resolves(first.case_id)
    world.later(days=30)
    await world.tick()
    new = await li.writes("Something else.", channel="email", topic="billing", quote_id=reply.id)
    assert new.case_id != first.case_id
    assert (new.attending_id, new.reason) == (ana.id, "last_owner")


async def test_rule_6_a_message_after_a_year_continues_the_thread(world: World) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    li = world.customer("Li")
    first = await li.writes()
    await ana.answers(first.case_id)
    await ana.resolves(first.case_id)
    world.later(days=400)
    await world.tick()
    again = await li.writes("Me again.")
    assert again.thread_id == first.thread_id
    assert again.case_id != first.case_id
    assert (again.attending_id, again.reason) == (ana.id, "last_owner")


async def test_whose_planned_shifts_are_over_is_on_none(world: World) -> None:
    """Only somebody who never had a shift planned serves whenever present."""
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    now = world.now
    await ana.works((now, now + timedelta(hours=2)))
    assert (await world.customer("Li").writes()).attending_id == ana.id
    world.later(hours=3)
    after = await world.customer("Bo").writes()
    assert (after.attending_id, after.reason) == (None, "nobody_on_shift")
