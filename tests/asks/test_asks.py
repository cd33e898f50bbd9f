"""Asking the team: who is asked, what they say, and that help is never a reassignment."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from random import Random

import pytest

from coterie.asks import actions, queries
from coterie.asks.model import Ask, Asked
from coterie.communities import queries as communities
from coterie.conversations import queries as conversations
from coterie.kit import events
from coterie.kit.errors import Invalid, Refused
from tests.world import Community, Expert, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def owned(world: World) -> tuple[Community, Expert, str]:
    """Ana owns a case of Li, in a community with a coach and a manager."""
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    receipt = await world.customer("Li").writes()
    await ana.answers(receipt.case_id)
    await riverina.expert("Cora Coach", role="coach")
    await riverina.expert("Max Manager", role="manager")
    return riverina, ana, receipt.case_id


async def stored(world: World, ask: Ask) -> Ask:
    async with world.house.read() as tx:
        found = await queries.ask(tx, ask.id)
    assert found is not None
    return found


async def people(world: World, ask: Ask) -> dict[str, Asked]:
    async with world.house.read() as tx:
        return {each.expert_id: each for each in await queries.asked(tx, [ask.id])}


async def states(world: World, ask: Ask, *team: Expert) -> list[tuple[str, str]]:
    asked = await people(world, ask)
    return [(asked[each.id].state, asked[each.id].why) for each in team]


async def told(world: World, ask: Ask) -> list[str]:
    async with world.house.read() as tx:
        found = await events.after(tx, ask.community_id, 0)
    return [each.kind for each in found if each.ids.get("ask") == ask.id]


async def named(world: World, riverina: Community, *names: str) -> list[Expert]:
    return [await riverina.expert(name) for name in names]


async def test_asked_answered_and_thanked(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom = await riverina.expert("Tom")
    ask = await ana.asks(case_id)
    assert (ask.state, ask.step, ask.asked_by) == ("open", "teammate", ana.id)
    assert ask.step_ends_at == world.now + timedelta(minutes=2)
    assert (await people(world, ask)).keys() == {tom.id}
    world.later(seconds=20)
    held = await tom.accepts(ask.id)
    assert (held.state, held.accepted_by) == ("accepted", tom.id)
    assert held.step_ends_at == world.now + timedelta(minutes=10)
    world.later(minutes=4)
    answered = await tom.helps(ask.id, "A 3 m mast on the north gable.")
    assert (answered.state, answered.answered_by) == ("answered", tom.id)
    assert (await ana.thanks(ask.id)).thanked_at == world.now
    assert (await stored(world, ask)).answer == "A 3 m mast on the north gable."
    assert await told(world, ask) == [
        "ask_made", "ask_passed", "ask_accepted", "ask_answered", "ask_thanked",
    ]  # fmt: skip


async def test_three_at_once_the_best_placed(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    for number in range(5):
        await riverina.expert(f"Expert {number}", skills={"network": number})
    ask = await ana.asks(case_id, topic="network")
    async with world.house.read() as tx:
        team = {each.id: each for each in await communities.experts_of(tx, riverina.id)}
    assert sorted(team[id_].name for id_ in await people(world, ask)) == [
        "Expert 2", "Expert 3", "Expert 4",
    ]  # fmt: skip


async def test_who_answered_on_this_topic_lately_is_asked_before_others(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom, *_ = await named(world, riverina, "Tom", "Uma", "Vic", "Wes", "Xia")
    first = await ana.asks(case_id, topic="network")
    await tom.helps(first.id)
    again = await ana.asks(case_id, topic="network")
    assert tom.id in await people(world, again)


async def test_from_teammates_to_the_coach_to_the_manager_to_nobody(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom = await riverina.expert("Tom")
    ask = await ana.asks(case_id)
    went = []
    for minutes in (2, 5, 15):
        world.later(minutes=minutes, seconds=-1)
        await world.tick()
        went.append((await stored(world, ask)).step)
        world.later(seconds=1)
        await world.tick()
    assert went == ["teammate", "coach", "manager"]
    ended = await stored(world, ask)
    assert (ended.state, ended.ended_at) == ("unanswered", world.now)
    asked = await people(world, ask)
    assert [each.why for each in asked.values()] == ["time"] * 3
    assert asked[tom.id].state == "passed_over"
    with pytest.raises(Refused, match="over"):
        await tom.helps(ask.id)
    assert (await ana.asks(case_id)).state == "open"


async def test_a_step_without_anybody_present_is_left_out_at_once(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom = await riverina.expert("Tom", present=False)
    ask = await ana.asks(case_id)
    assert ask.step == "coach"
    assert tom.id not in await people(world, ask)


async def test_where_nobody_is_present_it_is_unanswered_at_once(world: World) -> None:
    ana = await (await world.community()).expert("Ana")
    receipt = await world.customer("Li").writes()
    ask = await ana.asks(receipt.case_id)
    assert ask.state == "unanswered"
    assert await told(world, ask) == ["ask_made", "ask_unanswered"]


async def test_when_all_of_a_step_have_declined_the_next_begins_at_once(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom, uma = await named(world, riverina, "Tom", "Uma")
    ask = await ana.asks(case_id)
    assert (await tom.declines(ask.id, "Never seen one.")).step == "teammate"
    assert (await uma.declines(ask.id, "Lunch.")).step == "coach"
    assert await states(world, ask, tom, uma) == [
        ("declined", "Never seen one."),
        ("declined", "Lunch."),
    ]


async def test_the_first_to_accept_holds_it_and_the_others_see_it_taken(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom, uma = await named(world, riverina, "Tom", "Uma")
    ask = await ana.asks(case_id)
    await tom.accepts(ask.id)
    assert (await tom.accepts(ask.id)).accepted_by == tom.id
    with pytest.raises(Refused, match="Tom has taken this"):
        await uma.accepts(ask.id)
    with pytest.raises(Refused, match="Tom has taken this"):
        await uma.helps(ask.id)
    assert await states(world, ask, tom, uma) == [("accepted", ""), ("passed_over", "taken")]


async def test_who_accepts_and_says_nothing_is_passed_over(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom = await riverina.expert("Tom")
    ask = await ana.asks(case_id)
    await tom.accepts(ask.id)
    world.later(minutes=10)
    await world.tick()
    gone_on = await stored(world, ask)
    assert (gone_on.state, gone_on.step, gone_on.accepted_by) == ("open", "coach", None)
    assert await states(world, ask, tom) == [("passed_over", "time")]


async def test_who_has_accepted_may_still_decline(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom = await riverina.expert("Tom")
    ask = await ana.asks(case_id)
    await tom.accepts(ask.id)
    gone_on = await tom.declines(ask.id, "A call came in.")
    assert (gone_on.state, gone_on.step) == ("open", "coach")


async def test_whoever_goes_is_passed_over(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom, uma = await named(world, riverina, "Tom", "Uma")
    ask = await ana.asks(case_id)
    await tom.goes()
    assert (await stored(world, ask)).step == "teammate"
    await uma.is_now("away")
    assert (await stored(world, ask)).step == "coach"
    assert await states(world, ask, tom, uma) == [("passed_over", "gone")] * 2


async def test_whoever_holds_it_and_leaves_holds_it_no_more(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom = await riverina.expert("Tom")
    ask = await ana.asks(case_id)
    await tom.accepts(ask.id)
    await tom.leaves()
    gone_on = await stored(world, ask)
    assert (gone_on.state, gone_on.step) == ("open", "coach")


async def test_any_member_may_help_who_was_not_asked(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    for name in "Tom", "Uma", "Vic":
        await riverina.expert(name)
    ask = await ana.asks(case_id)
    wes = await riverina.expert("Wes")
    assert (await wes.helps(ask.id)).answered_by == wes.id
    assert (await people(world, ask))[wes.id].state == "accepted"


async def test_an_urgent_one_goes_on_sooner(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    await riverina.expert("Tom")
    ask = await ana.asks(case_id, urgency="urgent")
    assert ask.step_ends_at == world.now + timedelta(minutes=1)


async def test_withdrawn_by_its_asker(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom = await riverina.expert("Tom")
    ask = await ana.asks(case_id)
    with pytest.raises(Refused, match="who asked"):
        await tom.withdraws(ask.id)
    assert (await ana.withdraws(ask.id)).state == "withdrawn"
    with pytest.raises(Refused, match="over"):
        await ana.withdraws(ask.id)
    assert await states(world, ask, tom) == [("passed_over", "over")]


async def test_a_solved_case_asks_nobody(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom = await riverina.expert("Tom")
    still_open, held = await ana.asks(case_id), await ana.asks(case_id)
    await tom.accepts(held.id)
    await ana.resolves(case_id)
    assert (await stored(world, still_open)).state == "withdrawn"
    assert (await tom.helps(held.id)).state == "answered"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 2_001}, "text"),
        ({"topic": "t" * 61}, "topic"),
        ({"urgency": "at once"}, "urgency"),
    ],
)
async def test_an_ask_without_words_or_beyond_its_limits_is_refused(
    world: World, given: dict[str, str], field: str
) -> None:
    _, ana, case_id = await owned(world)
    with pytest.raises(Invalid) as refused:
        await ana.asks(case_id, **given)
    assert refused.value.field == field
    async with world.house.read() as tx:
        assert await queries.alive_of_case(tx, case_id) == []


async def test_what_cannot_be_is_refused_in_a_sentence(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    tom, uma = await named(world, riverina, "Tom", "Uma")
    ask = await ana.asks(case_id)
    with pytest.raises(Invalid, match="Say why not"):
        await tom.declines(ask.id, " ")
    with pytest.raises(Refused, match="asked this yourself"):
        await ana.accepts(ask.id)
    with pytest.raises(Refused, match="Nobody has answered"):
        await ana.thanks(ask.id)
    with pytest.raises(Invalid, match="Write an answer"):
        await tom.helps(ask.id, "")
    await tom.helps(ask.id)
    with pytest.raises(Refused, match="answered already"):
        await tom.helps(ask.id)
    with pytest.raises(Refused, match="answered already"):
        await uma.declines(ask.id)
    with pytest.raises(Refused, match="who asked"):
        await uma.thanks(ask.id)
    assert (await ana.thanks(ask.id)).thanked_at == (await ana.thanks(ask.id)).thanked_at


async def test_too_many_on_one_case(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    await riverina.expert("Tom")
    for _ in range(5):
        await ana.asks(case_id)
    with pytest.raises(Refused, match="still wait"):
        await ana.asks(case_id)


async def test_another_community_neither_asks_nor_helps(world: World) -> None:
    riverina, ana, case_id = await owned(world)
    await riverina.expert("Tom")
    bo = await (await world.community("Hunter")).expert("Bo")
    with pytest.raises(Refused, match="only its members"):
        await bo.asks(case_id)
    ask = await ana.asks(case_id)
    outsider = Expert(
        riverina, bo.id, bo.name
    )  # whoever comes to the right door with the wrong name
    for verb in outsider.accepts, outsider.declines, outsider.helps, outsider.withdraws:
        with pytest.raises(Refused, match="Only members"):
            await verb(ask.id)
    assert (await people(world, ask)).keys().isdisjoint({bo.id})


# Rule 9


async def test_help_is_never_reassignment(world: World) -> None:
    """Whatever is done with asks, in whatever order: who owns the case and who attends stay who they were."""
    riverina, ana, case_id = await owned(world)
    li = world.customer("Li again")
    attended = (await li.writes()).case_id
    team = [ana, *await named(world, riverina, "Tom", "Uma", "Vic")]
    before = await standing(world, [case_id, attended])
    random, made, done = Random(9), list[Ask](), 0
    for _ in range(150):
        who = random.choice(team)
        try:
            if not made or random.random() < 0.2:
                made.append(await who.asks(random.choice([case_id, attended])))
            else:
                await random.choice(verbs(who))(random.choice(made[-4:]).id)
            done += 1
        except Refused:
            pass
        world.later(seconds=random.choice([1, 30, 130]))
        async with world.house.read() as tx:
            due = await queries.due(tx, world.now)
        for _, ask_id in due:
            await ana.act(partial(actions.go_on_when_due, ask_id=ask_id))
        assert await standing(world, [case_id, attended]) == before
    assert done > 50


def verbs(who: Expert) -> Sequence[Callable[[str], Awaitable[Ask]]]:
    return who.accepts, who.declines, who.helps, who.withdraws, who.thanks


async def standing(world: World, case_ids: Sequence[str]) -> list[object]:
    """Cases and their episodes, every column of them."""
    found: list[object] = []
    async with world.house.read() as tx:
        for case_id in case_ids:
            found.append(await conversations.case(tx, case_id))
            found += await conversations.episodes_of_case(tx, case_id)
    return found


# A language


async def bilingual(world: World) -> tuple[Community, Expert, Expert]:
    riverina = await world.community()
    ana = await riverina.expert("Ana", languages=["en"])
    return riverina, ana, await riverina.expert("Mei", languages=["en", "zh"], present=False)


async def only(world: World, riverina: Community) -> Ask:
    async with world.house.read() as tx:
        [ask] = await queries.listed(tx, [riverina.id], None, None, 10)
    return ask


async def test_a_language_that_nobody_present_speaks_is_asked_for_once(world: World) -> None:
    riverina, ana, mei = await bilingual(world)
    li = world.customer("Li", language="zh")
    receipt = await li.writes()
    assert receipt.attending_id is None
    ask = await only(world, riverina)
    assert (ask.asked_by, ask.language, ask.state, ask.step_ends_at) == (None, "zh", "open", None)
    assert (await people(world, ask)).keys() == {mei.id}
    await li.writes("Hello?")
    world.later(hours=3)
    await world.tick()
    assert await only(world, riverina) == ask
    assert ana.id not in await people(world, ask)


async def test_it_is_withdrawn_when_somebody_attends(world: World) -> None:
    riverina, _, mei = await bilingual(world)
    receipt = await world.customer("Li", language="zh").writes()
    await mei.comes()
    async with world.house.read() as tx:
        episode = (await conversations.episodes_of_case(tx, receipt.case_id))[0]
    assert episode.attending_id == mei.id
    await world.tick()
    assert (await only(world, riverina)).state == "withdrawn"


async def test_it_is_withdrawn_when_the_case_is_answered_all_the_same(world: World) -> None:
    riverina, ana, _ = await bilingual(world)
    receipt = await world.customer("Li", language="zh").writes()
    await ana.answers(receipt.case_id)
    await world.tick()
    assert (await only(world, riverina)).state == "withdrawn"


async def test_who_speaks_it_may_help_with_words_alone(world: World) -> None:
    riverina, ana, mei = await bilingual(world)
    receipt = await world.customer("Li", language="zh").writes()
    ask = await only(world, riverina)
    await mei.is_now("away")
    assert (await stored(world, ask)).state == "open"
    assert (await mei.helps(ask.id, "She asks for her bill.")).answered_by == mei.id
    await ana.answers(receipt.case_id)
    assert (await ana.thanks(ask.id)).thanked_at


async def test_who_speaks_it_and_leaves_is_asked_no_more(world: World) -> None:
    riverina, _, mei = await bilingual(world)
    await world.customer("Li", language="zh").writes()
    await mei.leaves()
    assert (await only(world, riverina)).state == "unanswered"
