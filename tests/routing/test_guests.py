"""Rules 2 and 3, through the real actions: overflow to the buddy, special care, and home again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from coterie.conversations import crossing_queries, crossings, queries
from coterie.conversations.model import Case, Crossing, Episode, Receipt
from coterie.kit import events
from coterie.kit.errors import Invalid, Refused
from coterie.kit.events import Event
from coterie.routing import queries as routing
from coterie.routing import words
from coterie.routing.model import Waiting
from tests.world import Community, Customer, Expert, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def neighbours(
    world: World, *, capacity: int = 1, **settings: Any
) -> tuple[Community, Expert, Community, Expert]:
    """Riverina, where Ana can do one thing at a time, and its buddy Hunter, where Sam is free."""
    riverina = await world.community("Riverina", ["2650"], **settings)
    hunter = await world.community("Hunter", ["2300"])
    await riverina.has_buddy(hunter)
    ana = await riverina.expert("Ana", capacity=capacity, seats=("messaging", "voice"))
    sam = await hunter.expert("Sam", seats=("messaging", "voice"))
    return riverina, ana, hunter, sam


async def overflowed(world: World, **more: Any) -> tuple[Expert, Expert, Customer, Receipt]:
    """Ana is full with Bo; Li's message has waited until Sam took it."""
    _, ana, _, sam = await neighbours(world, **more)
    assert (await world.customer("Bo", "2650").writes()).attending_id == ana.id
    li = world.customer("Li", "2650")
    receipt = await li.writes("No signal.")
    assert receipt.attending_id is None
    world.later(minutes=8)
    await world.tick()
    return ana, sam, li, receipt


async def episode_of(world: World, receipt: Receipt) -> Episode:
    async with world.house.read() as tx:
        found = await queries.episode(tx, receipt.episode_id)
    assert found is not None
    return found


async def case_of(world: World, receipt: Receipt) -> Case:
    async with world.house.read() as tx:
        found = await queries.case(tx, receipt.case_id)
    assert found is not None
    return found


async def crossings_of(world: World, receipt: Receipt) -> list[Crossing]:
    async with world.house.read() as tx:
        return await crossing_queries.crossings_of_thread(tx, receipt.thread_id)


async def log(world: World, community_id: str) -> list[Event]:
    async with world.house.read() as tx:
        return await events.after(tx, community_id, 0)


async def test_rule_3_overflow_names_an_owner_at_home_in_the_same_transaction(world: World) -> None:
    ana, sam, _, receipt = await overflowed(world)
    episode, case = await episode_of(world, receipt), await case_of(world, receipt)
    assert (episode.state, episode.attending_id, episode.guest_id) == ("attended", None, sam.id)
    assert (case.community_id, case.owner_id) == (ana.community.id, ana.id)
    [crossing] = await crossings_of(world, receipt)
    assert (crossing.kind, crossing.reason, crossing.expert_id) == ("overflow", "promise", sam.id)
    assert (crossing.community_id, crossing.to_id) == (ana.community.id, sam.community.id)
    assert crossing.ends_at == world.now + timedelta(hours=4)
    told = [e for e in await log(world, ana.community.id) if e.ids.get("case") == receipt.case_id]
    assert [e.kind for e in told][-3:] == ["owner_set", "crossing_started", "episode_placed"]
    assert told[-3].values["reason"] == told[-1].values["reason"] == "overflow"
    assert (await log(world, sam.community.id))[-1].kind == "presence_changed"


async def test_rule_3_an_owner_who_is_away_stays_the_owner(world: World) -> None:
    _, ana, _, sam = await neighbours(world)
    li = world.customer("Li", "2650")
    first = await li.writes()
    await ana.answers(first.case_id)
    await ana.goes()
    again = await li.writes("And now?")
    world.later(minutes=29)
    await world.tick()
    assert (await episode_of(world, again)).guest_id == sam.id
    assert (await case_of(world, again)).owner_id == ana.id


async def test_rule_16_the_decision_of_an_overflow_is_stored_and_explained(world: World) -> None:
    ana, sam, _, receipt = await overflowed(world)
    async with world.house.read() as tx:
        decision = (await routing.decisions(tx, receipt.episode_id))[0]
    assert decision.community_id == ana.community.id
    assert (decision.chosen_id, decision.situation["ids"]) == (sam.id, [sam.id])
    assert words.holds(decision)
    assert words.sentence(decision, {sam.id: "Sam"}) == "Sam is the only one who can serve now."


async def test_rule_3_not_before_its_time(world: World) -> None:
    _, _ana, _, _ = await neighbours(world)
    await world.customer("Bo", "2650").writes()
    receipt = await world.customer("Li", "2650").writes()
    world.later(minutes=7, seconds=59)
    await world.tick()
    assert (await episode_of(world, receipt)).state == "queued"
    assert (await case_of(world, receipt)).owner_id is None


@pytest.mark.parametrize(
    ("channel", "minutes", "served"),
    [("messenger", 8, True), ("sms", 8, True), ("voice", 1, True), ("email", 4 * 60, False), ("forum", 12 * 60, False)],
)  # fmt: skip
async def test_rule_3_messages_and_calls_overflow_mails_and_posts_never(
    world: World, channel: str, minutes: float, served: bool
) -> None:
    await neighbours(world)
    await world.customer("Bo", "2650").writes(channel="voice")
    receipt = await world.customer("Li", "2650").writes(channel=channel)
    world.later(minutes=minutes)
    await world.tick()
    assert bool((await episode_of(world, receipt)).guest_id) == served


async def test_rule_3_the_buddys_own_customers_come_first(world: World) -> None:
    """Somebody waits for a call at Hunter, where nobody takes calls now: nobody overflows to it."""
    _, _, hunter, sam = await neighbours(world)
    await sam.goes()
    tom = await hunter.expert("Tom")
    own = await world.customer("Cy", "2300").writes(channel="voice")
    assert own.attending_id is None
    await world.customer("Bo", "2650").writes()
    receipt = await world.customer("Li", "2650").writes()
    world.later(minutes=9)
    await world.tick()
    assert (await episode_of(world, receipt)).guest_id is None
    await sam.comes()
    assert (await episode_of(world, own)).attending_id == sam.id
    await world.tick()
    assert (await episode_of(world, receipt)).guest_id == tom.id


async def test_rule_3_home_comes_first(world: World) -> None:
    """Ana has become free at the last moment."""
    _, ana, _, _ = await neighbours(world, weight_after_s=0, weight_idle=0)
    of_bo = await world.customer("Bo", "2650").writes()
    receipt = await world.customer("Li", "2650").writes()
    world.later(minutes=9)
    await ana.answers(of_bo.case_id)
    await world.tick()
    assert (await episode_of(world, receipt)).attending_id == ana.id
    assert not await crossings_of(world, receipt)


@pytest.mark.parametrize("switch", ["setting", "buddy"])
async def test_rule_3_overflow_is_switched_off(world: World, switch: str) -> None:
    riverina, _, _, _ = await neighbours(world, **({"overflow": 0} if switch == "setting" else {}))
    if switch == "buddy":
        await riverina.has_buddy(None)
    await world.customer("Bo", "2650").writes()
    receipt = await world.customer("Li", "2650").writes()
    world.later(minutes=9)
    await world.tick()
    assert (await episode_of(world, receipt)).guest_id is None


async def test_rule_3_a_guest_at_capacity_takes_no_more(world: World) -> None:
    """What a guest serves weighs on them at home too."""
    _, _, hunter, sam = await neighbours(world)
    await world.customer("Bo", "2650").writes()
    waiting = [await world.customer(f"Li {n}", "2650").writes() for n in range(6)]
    world.later(minutes=8)
    await world.tick()
    taken = [(await episode_of(world, each)).guest_id == sam.id for each in waiting]
    assert taken == [True] * 4 + [False] * 2
    async with world.house.read() as tx:
        [member] = await routing.members(tx, hunter.id, world.now)
    assert member.load == 4
    assert (await world.customer("Cy", "2300").writes()).attending_id is None


async def test_rule_3_a_call_blocks_the_guest(world: World) -> None:
    _, _, hunter, sam = await neighbours(world)
    await world.customer("Bo", "2650").writes(channel="voice")
    call = await world.customer("Li", "2650").writes(channel="voice")
    world.later(seconds=61)
    await world.tick()
    assert (await episode_of(world, call)).guest_id == sam.id
    async with world.house.read() as tx:
        [member] = await routing.members(tx, hunter.id, world.now)
    assert member.on_call
    assert (await world.customer("Cy", "2300").writes()).attending_id is None


async def test_rule_3_an_episode_stays_with_its_guest_and_the_next_is_the_homes(
    world: World,
) -> None:
    ana, sam, li, receipt = await overflowed(world, weight_after_s=0)
    await sam.answers(receipt.case_id, "Try it now.")
    case = await case_of(world, receipt)
    assert (case.owner_id, case.answered_at) == (ana.id, world.now)
    assert (await episode_of(world, receipt)).state == "waiting_customer"
    world.later(minutes=3)
    again = await li.writes("Still nothing.")
    assert (again.episode_id, again.attending_id, again.reason) == (
        receipt.episode_id,
        sam.id,
        "stays",
    )
    await sam.answers(receipt.case_id, "And now?")
    world.later(hours=4)
    await world.tick()
    assert (await episode_of(world, receipt)).state == "quiet"
    [crossing] = await crossings_of(world, receipt)
    assert (crossing.ended_at, crossing.ended_why) == (world.now, "quiet")
    following = await li.writes("It works, but slowly.")
    assert following.episode_id != receipt.episode_id
    assert (following.case_id, following.owner_id) == (receipt.case_id, ana.id)
    assert (following.attending_id, following.reason) == (None, "held")


async def test_rule_2_a_guest_only_answers_and_only_while_the_crossing_lasts(world: World) -> None:
    ana, sam, _, receipt = await overflowed(world)
    case_id = receipt.case_id
    await sam.notes(case_id, "She lives behind the ridge.")
    refused = [
        sam.resolves(case_id), sam.snoozes(case_id, hours=1), sam.waits_on(case_id), sam.promises(case_id),
        sam.hands_over(case_id, sam), ana.hands_over(case_id, sam), sam.moves(receipt.message_id, None),
    ]  # fmt: skip
    for verb in refused:
        with pytest.raises(Refused) as no:
            await verb
        assert "Riverina" in no.value.sentence
    await sam.answers(case_id)
    await ana.answers(case_id, "I have it again.")
    [crossing] = await crossings_of(world, receipt)
    assert crossing.ended_why == "home_answered"
    with pytest.raises(Refused) as no:
        await sam.answers(case_id)
    assert no.value.code == "other_community"
    assert (await case_of(world, receipt)).community_id == ana.community.id


async def test_rule_2_a_guest_says_what_needs_nothing(world: World) -> None:
    _ana, sam, li, receipt = await overflowed(world)
    await sam.answers(receipt.case_id)
    thanks = await li.writes("Thanks!")
    await sam.needs_nothing(thanks.message_id)
    episode = await episode_of(world, receipt)
    assert (episode.state, episode.guest_id) == ("waiting_customer", sam.id)
    await sam.needs_something(thanks.message_id)
    assert (await episode_of(world, receipt)).state == "attended"


@pytest.mark.parametrize(
    ("verb", "why"),
    [("resolves", "resolved"), ("snoozes", "snoozed"), ("waits_on", "waiting_third")],
)
async def test_rule_2_a_crossing_ends_when_its_episode_rests(
    world: World, verb: str, why: str
) -> None:
    ana, sam, _, receipt = await overflowed(world)
    await sam.answers(receipt.case_id)
    more = {"hours": 2} if verb == "snoozes" else {}
    await getattr(ana, verb)(receipt.case_id, **more)
    [crossing] = await crossings_of(world, receipt)
    assert crossing.ended_why == why
    assert (await episode_of(world, receipt)).guest_id is None


async def test_rule_3_a_guest_who_goes_is_replaced(world: World) -> None:
    ana, sam, _, receipt = await overflowed(world)
    tom = await sam.community.expert("Tom", present=False)
    await sam.goes()
    episode = await episode_of(world, receipt)
    assert (episode.state, episode.guest_id) == ("queued", None)
    await tom.comes()
    await world.tick()
    assert (await episode_of(world, receipt)).guest_id == tom.id
    first, second = await crossings_of(world, receipt)
    assert (first.expert_id, first.ended_why) == (sam.id, "guest_left")
    assert (second.expert_id, second.ended_at) == (tom.id, None)
    assert (await case_of(world, receipt)).owner_id == ana.id


async def test_rule_3_a_guest_who_leaves_the_company_is_nobodys_guest(world: World) -> None:
    _, sam, _, receipt = await overflowed(world)
    await sam.leaves()
    assert (await episode_of(world, receipt)).guest_id is None
    assert [each.ended_why for each in await crossings_of(world, receipt)] == ["guest_left"]


async def test_rule_3_who_answered_and_left_is_not_waited_for(world: World) -> None:
    _ana, sam, li, receipt = await overflowed(world, weight_after_s=0)
    await sam.answers(receipt.case_id)
    await sam.goes()
    assert (await episode_of(world, receipt)).guest_id is None
    world.later(minutes=1)
    assert (await li.writes("Hello?")).time_given is not None


async def test_rule_2_at_its_end_it_goes_home_by_itself_though_unanswered(world: World) -> None:
    ana, _sam, _, receipt = await overflowed(world, overflow_longest_s=600)
    world.later(minutes=10)
    await ana.is_now("away")
    await ana.comes()
    await world.tick()
    first = (await crossings_of(world, receipt))[0]
    assert (first.ended_at, first.ended_why) == (world.now, "time")


async def test_rule_3_two_communities_are_each_others_buddies_and_nobody_waits_for_the_other(
    world: World,
) -> None:
    """Many at once in both, both timers together: no transaction waits for the other for ever."""
    riverina, ana, hunter, sam = await neighbours(world)
    await hunter.has_buddy(riverina)
    people = [world.customer(f"Li {n}", ("2650", "2300")[n % 2]) for n in range(24)]
    receipts = await asyncio.gather(*(each.writes() for each in people))
    world.later(minutes=9)
    await asyncio.gather(*(world.tick() for _ in range(3)), ana.is_now("away"), sam.is_now("away"))
    await world.tick()
    for receipt in receipts:
        assert (await episode_of(world, receipt)).state == "queued"
        assert all(each.ended_at for each in await crossings_of(world, receipt))


# The manager's warning


async def test_rule_2_the_manager_is_warned_once_an_hour(world: World) -> None:
    riverina, _, _, _ = await neighbours(world, overflow_warn_least=5)
    for n in range(5):
        await world.customer(f"Li {n}", "2650").writes()
    world.later(minutes=8)
    await world.tick()
    world.later(minutes=1)
    await world.tick()
    warned = [e for e in await log(world, riverina.id) if e.kind == "overflow_warned"]
    assert [e.values for e in warned] == [{"episodes": 5, "overflowed": 4, "share": 0.8}]


# Special care


async def in_care(world: World) -> tuple[Expert, Expert, Customer, Receipt]:
    """Ana owns a case of Li, who is vulnerable and has agreed that Sam of Hunter serves it."""
    _, ana, _, sam = await neighbours(world, capacity=4)
    li = world.customer("Li", "2650")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await li.agrees_to_care(receipt.customer_id)
    await ana.gives_to_care(receipt.case_id, sam)
    return ana, sam, li, receipt


async def test_rule_2_a_named_expert_serves_by_special_care_and_the_owner_stays(
    world: World,
) -> None:
    ana, sam, li, receipt = await in_care(world)
    world.later(hours=5)
    await world.tick()
    following = await li.writes("It hurts again.")
    assert (following.attending_id, following.reason) == (sam.id, "special_care")
    await sam.answers(receipt.case_id)
    assert (await case_of(world, receipt)).owner_id == ana.id
    world.later(days=7)
    await world.tick()
    [crossing] = await crossings_of(world, receipt)
    assert (crossing.kind, crossing.reason, crossing.ended_why) == ("special_care", "trust", "time")
    assert (await li.writes("And now?")).attending_id == ana.id


async def test_rule_2_who_is_away_is_covered_at_home_and_serves_again(world: World) -> None:
    ana, sam, li, receipt = await in_care(world)
    await sam.goes()
    covered = await li.writes("Are you there?")
    assert covered.attending_id == ana.id
    await ana.answers(receipt.case_id)
    await sam.comes()
    assert (await li.writes("Sam?")).attending_id == sam.id
    await sam.goes()
    assert (await episode_of(world, covered)).attending_id == ana.id


@pytest.mark.parametrize("end", ["by hand", "no consent", "closed"])
async def test_rule_2_special_care_ends(world: World, end: str) -> None:
    ana, sam, li, receipt = await in_care(world)
    if end == "by hand":
        assert (await ana.ends_care(receipt.case_id)).expert_id == sam.id
    elif end == "no consent":
        await li.agrees_to_care(receipt.customer_id, False)
    else:
        await ana.resolves(receipt.case_id)
        world.later(days=7)
        await world.tick()
    [crossing] = await crossings_of(world, receipt)
    assert crossing.ended_at is not None
    with pytest.raises(Refused):
        await sam.answers(receipt.case_id)


async def test_rule_2_special_care_needs_consent(world: World) -> None:
    _, ana, _, sam = await neighbours(world)
    tom = await ana.community.expert("Tom")
    li = world.customer("Li", "2650")
    receipt = await li.writes()
    with pytest.raises(Refused, match="Answer first"):
        await ana.gives_to_care(receipt.case_id, sam)
    await ana.answers(receipt.case_id)
    with pytest.raises(Refused, match="vulnerable"):
        await ana.gives_to_care(receipt.case_id, sam)
    await li.agrees_to_care(receipt.customer_id, False)
    with pytest.raises(Refused, match="not agreed"):
        await ana.gives_to_care(receipt.case_id, sam)
    await li.agrees_to_care(receipt.customer_id)
    with pytest.raises(Refused, match="owner, a coach or the manager"):
        await tom.gives_to_care(receipt.case_id, sam)
    with pytest.raises(Refused, match="hand the case over"):
        await ana.gives_to_care(receipt.case_id, tom)
    with pytest.raises(Invalid, match="within a year"):
        await ana.gives_to_care(receipt.case_id, sam, days=-1)
    with pytest.raises(Refused, match="only its members"):
        await sam.gives_to_care(receipt.case_id, sam)
    await tom.gives_to_care(receipt.case_id, sam, leads=True)
    with pytest.raises(Refused, match="already"):
        await ana.gives_to_care(receipt.case_id, sam)


def test_rule_2_every_reason_of_special_care_is_a_code() -> None:
    assert all(reason.isidentifier() for reason in crossings.CARE_REASONS)


# Failures of peers


async def test_no_conversation_is_lost_between_assignment_and_reopen(world: World) -> None:
    """Solved, reopened by the customer, its guest and its owner gone meanwhile: it always is somebody's or waits."""
    ana, sam, li, receipt = await overflowed(world, weight_after_s=0)
    eva = await ana.community.expert("Eva", present=False)
    await sam.answers(receipt.case_id)
    await ana.resolves(receipt.case_id)
    await sam.goes()
    await ana.goes()
    for solved in (None, False):
        await (
            li.writes("It is back.")
            if solved is None
            else li.confirms(receipt.case_id, solved=solved)
        )
        case, [live] = await case_of(world, receipt), await living(world, receipt)
        assert (case.state, case.owner_id, live.state) == ("open", ana.id, "queued")
        await eva.comes()
        [live] = await living(world, receipt)
        assert live.attending_id == eva.id
        await eva.answers(receipt.case_id)
        world.later(minutes=1)
        await eva.resolves(receipt.case_id)
        await eva.goes()


async def living(world: World, receipt: Receipt) -> list[Episode]:
    async with world.house.read() as tx:
        found = await queries.episodes_of_case(tx, receipt.case_id)
    return [each for each in found if each.state != "quiet"]


async def test_every_fallback_can_run(world: World) -> None:
    """One after the other: the owner, a teammate, the buddy, another guest, the queue; and home again."""
    riverina, ana, hunter, sam = await neighbours(world, weight_after_s=0, weight_idle=0)
    li = world.customer("Li", "2650")
    receipt = await li.writes()
    placed = [(receipt.attending_id, receipt.reason)]
    await ana.answers(receipt.case_id)
    placed.append(await writes_again(li))
    tom = await riverina.expert("Tom", capacity=1)
    await ana.goes()
    covered = await episode_of(world, receipt)
    assert covered.attending_id == tom.id
    await tom.goes()
    assert (await episode_of(world, receipt)).state == "queued"
    world.later(minutes=29)
    await world.tick()
    assert (await episode_of(world, receipt)).guest_id == sam.id
    ida = await hunter.expert("Ida")
    await sam.goes()
    await world.tick()
    assert (await episode_of(world, receipt)).guest_id == ida.id
    await ida.goes()
    await world.tick()
    assert (await episode_of(world, receipt)).state == "queued"
    await ana.comes()
    assert (await episode_of(world, receipt)).attending_id == ana.id
    assert placed == [(ana.id, "first"), (ana.id, "stays")]


async def writes_again(customer: Customer) -> tuple[str | None, str]:
    receipt = await customer.writes("And another thing.")
    return receipt.attending_id, receipt.reason


async def test_nothing_is_offered_to_a_buddy_where_nobody_is_there(world: World) -> None:
    """So that a call in the night does not hold two communities each second until the morning."""
    riverina, hunter = await world.community("Riverina"), await world.community("Hunter")
    await riverina.has_buddy(hunter)
    await riverina.expert("Ana", present=False)
    cy = await hunter.expert("Cy", seats=["messaging", "voice"], present=False)
    await world.customer("Li").writes(channel="voice")

    async def offered() -> list[Waiting]:
        async with world.house.read() as tx:
            return await routing.overflowing(tx)

    assert await offered() == []
    await cy.comes()
    assert [each.buddy_id for each in await offered()] == [hunter.id]
