"""The path of a message: received once, in order, placed, answered, resolved, reopened, closed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from coterie.conversations import queries
from coterie.conversations.model import Case, Episode
from coterie.kit.errors import Refused
from coterie.routing import queries as routing
from coterie.routing.words import holds
from tests.world import World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def case_of(world: World, case_id: str) -> tuple[Case, Episode | None]:
    async with world.house.read() as tx:
        file = await queries.case_file(tx, case_id)
    assert file is not None
    return file.case, file.episode


async def test_a_customer_writes_and_somebody_of_their_community_attends(world: World) -> None:
    riverina = await world.community(areas=["2701"])
    ana = await riverina.expert("Ana")
    receipt = await world.customer("Li", "2701").writes("My bill is wrong")
    assert receipt.community_id == riverina.id
    assert receipt.attending_id == ana.id
    assert receipt.owner_id is None
    assert receipt.time_given is None


async def test_the_first_answer_makes_the_owner_and_the_episode_waits_on_the_customer(
    world: World,
) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    receipt = await world.customer("Li").writes()
    await ana.answers(receipt.case_id)
    case, episode = await case_of(world, receipt.case_id)
    assert case.owner_id == ana.id
    assert episode is not None and episode.state == "waiting_customer"


async def test_nobody_there_means_the_queue_with_a_time_and_who_comes_takes_it(
    world: World,
) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana", present=False)
    receipt = await world.customer("Li").writes()
    assert receipt.attending_id is None
    assert receipt.time_given is not None and receipt.time_given > world.now
    world.later(minutes=2)
    await ana.comes()
    _, episode = await case_of(world, receipt.case_id)
    assert episode is not None and episode.attending_id == ana.id


async def test_the_receipt_says_what_the_database_says(world: World) -> None:
    """With somebody, in the queue, and each once more."""
    riverina = await world.community()
    ana = await riverina.expert("Ana", present=False)
    li = world.customer("Li")
    waits, waits_on = await li.writes(), await li.writes()
    await ana.comes()
    goes_on = await li.writes()
    new = await world.customer("Bo").writes()
    said = [(each.reason, each.attending_id) for each in (waits, waits_on, goes_on, new)]
    assert said == [
        ("nobody_present", None),
        ("queued", None),
        ("attended", ana.id),
        ("first", ana.id),
    ]
    assert waits_on.time_given == waits.time_given is not None
    for receipt in (goes_on, new):
        _, episode = await case_of(world, receipt.case_id)
        assert episode is not None
        assert (receipt.attending_id, receipt.answer_by, receipt.time_given) == (
            episode.attending_id,
            episode.answer_by,
            episode.time_given,
        )


async def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(world: World) -> None:
    await world.community()
    li = world.customer("Li")
    first, again = await asyncio.gather(li.writes("One", key="k"), li.writes("One", key="k"))
    assert first == again == await li.writes("One", key="k")
    with pytest.raises(Refused, match="used for another request"):
        await li.writes("Two", key="k")


async def test_many_at_once_keep_their_order(world: World) -> None:
    riverina = await world.community()
    await riverina.expert("Ana")
    li = world.customer("Li")
    first = await li.writes("Turn 0")
    others = await asyncio.gather(*(li.writes(f"Turn {n}") for n in range(1, 120)))
    receipts = [first, *others]
    assert [r.number for r in receipts] == list(range(1, 121))
    assert len({r.case_id for r in receipts}) == 1
    async with world.house.read() as tx:
        said = await queries.messages(tx, receipts[0].thread_id, limit=200)
    assert [m.text for m in said] == [f"Turn {n}" for n in range(120)]


async def test_who_leaves_is_replaced_and_the_owner_stays(world: World) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    li = world.customer("Li")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    ben = await riverina.expert("Ben")
    await ana.goes()
    world.later(minutes=1)
    again = await li.writes("Are you there?")
    assert again.attending_id == ben.id
    assert again.owner_id == ana.id


async def test_a_message_in_the_watch_time_reopens_and_thanks_undoes_it(world: World) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    li = world.customer("Li")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await ana.resolves(receipt.case_id)
    before, episode = await case_of(world, receipt.case_id)
    assert before.state == "watched" and episode is None
    world.later(days=2)
    thanks = await li.writes("Thanks!")
    assert thanks.case_id == receipt.case_id
    assert thanks.attending_id == ana.id
    reopened, _ = await case_of(world, receipt.case_id)
    assert reopened.state == "open"
    await ana.needs_nothing(thanks.message_id)
    after, episode = await case_of(world, receipt.case_id)
    assert (after.state, after.watch_ends_at) == ("watched", before.watch_ends_at)
    assert episode is None
    world.later(minutes=5)
    await ana.needs_something(thanks.message_id)
    again, needing = await case_of(world, receipt.case_id)
    assert (again.state, again.watch_ends_at) == ("open", None)
    assert needing is not None and needing.attending_id == ana.id
    assert needing.id == thanks.episode_id and needing.waiting_since is not None
    await ana.needs_nothing(thanks.message_id)
    after, episode = await case_of(world, receipt.case_id)
    assert (after.state, after.watch_ends_at, episode) == ("watched", before.watch_ends_at, None)


async def test_what_was_answered_since_is_only_marked_anew(world: World) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    li = world.customer("Li")
    first = await li.writes()
    await ana.needs_nothing(first.message_id)
    second = await li.writes("And my bill?")
    await ana.answers(second.case_id)
    await ana.needs_something(first.message_id)
    _, episode = await case_of(world, second.case_id)
    assert episode is not None and episode.state == "waiting_customer"
    third = await li.writes("Thanks")
    await ana.needs_nothing(third.message_id)
    world.later(days=1)
    await world.tick()
    await li.writes("A new day")
    await ana.answers(second.case_id)
    world.later(days=1)
    await world.tick()
    await ana.needs_something(third.message_id)
    _, episode = await case_of(world, second.case_id)
    assert episode is None, "answered since"
    await ana.resolves(second.case_id)
    world.later(days=8)
    await world.tick()
    await ana.needs_nothing(third.message_id)
    with pytest.raises(Refused, match="over"):
        await ana.needs_something(third.message_id)


async def test_after_the_watch_time_a_message_opens_a_new_case_with_the_last_owner(
    world: World,
) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    li = world.customer("Li")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await ana.resolves(receipt.case_id)
    world.later(days=8)
    await world.tick()
    case, _ = await case_of(world, receipt.case_id)
    assert case.state == "closed"
    await riverina.expert("Ben")
    new = await li.writes("Something else, a year later")
    assert new.case_id != receipt.case_id
    assert new.thread_id == receipt.thread_id
    assert new.attending_id == ana.id


async def test_every_decision_is_stored_and_holds(world: World) -> None:
    riverina = await world.community()
    await riverina.expert("Ana")
    receipt = await world.customer("Li").writes()
    async with world.house.read() as tx:
        [decision] = await routing.decisions(tx, receipt.episode_id)
    assert holds(decision)
    assert decision.chosen_id == receipt.attending_id


async def test_quiet_snooze_and_third_party(world: World) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    receipt = await world.customer("Li").writes()
    await ana.answers(receipt.case_id)
    await ana.snoozes(receipt.case_id, hours=1)
    world.later(hours=1)
    await world.tick()
    _, episode = await case_of(world, receipt.case_id)
    assert episode is not None and episode.attending_id == ana.id
    await ana.waits_on(receipt.case_id)
    await ana.wakes(receipt.case_id)
    await ana.answers(receipt.case_id)
    world.later(hours=5)
    await world.tick()
    _, episode = await case_of(world, receipt.case_id)
    assert episode is None


async def test_not_solved_reopens_and_somebody_is_to_come_back(world: World) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    li = world.customer("Li")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await ana.resolves(receipt.case_id)
    world.later(seconds=5)
    case = await li.confirms(receipt.case_id, solved=False, effort=2)
    assert case.state == "open"
    _, episode = await case_of(world, receipt.case_id)
    assert episode is not None and episode.attending_id == ana.id


async def test_a_message_goes_to_another_case_and_an_empty_one_is_over(world: World) -> None:
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    li = world.customer("Li")
    first = await li.writes("My bill is wrong")
    await ana.answers(first.case_id)
    world.later(minutes=1)
    second = await li.writes("And my router is dead")
    moved = await ana.moves(second.message_id, None)
    assert moved.case_id != first.case_id
    _, episode = await case_of(world, first.case_id)
    assert episode is not None and episode.state == "waiting_customer"
    back = await ana.moves(second.message_id, first.case_id)
    assert back.case_id == first.case_id
    case, _ = await case_of(world, moved.case_id)
    assert case.state == "closed"


async def test_a_time_given_that_passes_is_renewed(world: World) -> None:
    await world.community()
    receipt = await world.customer("Li").writes()
    assert receipt.time_given is not None
    world.clock[0] = receipt.time_given + timedelta(seconds=1)
    await world.tick()
    _, episode = await case_of(world, receipt.case_id)
    assert episode is not None and episode.time_given is not None
    assert episode.time_given > world.now


async def test_equals_take_turns(world: World) -> None:
    riverina = await world.community()
    experts = [await riverina.expert(name) for name in ("Ana", "Ben", "Cleo")]
    given = []
    for number in range(6):
        receipt = await world.customer(f"Customer {number}").writes()
        given.append(receipt.attending_id)
        [answerer] = [each for each in experts if each.id == receipt.attending_id]
        await answerer.resolves(receipt.case_id)
        world.later(minutes=30)
    assert len(set(given[:3])) == len(set(given[3:])) == 3
