"""Surveys: who is asked, how seldom, and that an answer is taken once."""

from typing import Any

import pytest

from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import new_id
from coterie.performance import survey_queries, surveys
from coterie.performance.survey_queries import Survey
from coterie.performance.surveys import is_drawn
from tests.performance.test_lives import told
from tests.world import Community, Customer, Expert, World


async def asking(world: World) -> tuple[Community, Expert]:
    """A community that asks whenever it may."""
    community = await world.community(areas=["2650"], survey_share=1)
    return community, await community.expert("Ana")


async def resolved(world: World, ana: Expert, customer: Customer) -> Survey | None:
    """They write, Ana answers and resolves; what they are then asked."""
    receipt = await customer.writes()
    await ana.answers(receipt.case_id)
    await ana.resolves(receipt.case_id)
    return await open_survey(world, receipt.thread_id)


async def open_survey(world: World, thread_id: str) -> Survey | None:
    async with world.house.read() as tx:
        return await survey_queries.open_in_thread(tx, thread_id, world.now)


async def answers(ana: Expert, survey_id: str, **said: int | None) -> Any:
    given = {"nps": None, "csat": None, **said}
    return await ana.act(lambda tx, now: surveys.answer(tx, now, survey_id, **given))


async def test_nobody_is_asked_twice_in_a_month(world: World) -> None:
    _, ana = await asking(world)
    li, mo = world.customer("Li", "2650"), world.customer("Mo", "2650")
    first = await resolved(world, ana, li)
    assert first is not None
    await answers(ana, first.id, nps=9)
    assert await resolved(world, ana, mo) is not None
    world.later(days=30, hours=23)
    await world.tick()
    assert await resolved(world, ana, li) is None
    world.later(days=8, hours=2)
    await world.tick()
    assert await resolved(world, ana, li) is not None


async def test_two_records_of_one_person_are_one_person(world: World) -> None:
    _, ana = await asking(world)
    li, also_li = world.customer("Li", "2650"), world.customer("Li", "2650")
    receipts = [await each.writes() for each in (li, also_li)]
    await ana.answers(receipts[0].case_id)
    await ana.resolves(receipts[0].case_id)
    await world.merges(receipts[1].customer_id, receipts[0].customer_id)
    await ana.answers(receipts[1].case_id)
    await ana.resolves(receipts[1].case_id)
    async with world.house.read() as tx:
        [(asked,)] = await (await tx.execute("SELECT count(*) FROM surveys")).fetchall()
    assert asked == 1


async def test_an_answer_is_taken_once_and_refused_in_words_after_that(world: World) -> None:
    community, ana = await asking(world)
    survey = await resolved(world, ana, world.customer("Li", "2650"))
    assert survey is not None
    with pytest.raises(Invalid, match="at least one"):
        await answers(ana, survey.id)
    await answers(ana, survey.id, nps=10, csat=5)
    with pytest.raises(Refused, match="answered this already"):
        await answers(ana, survey.id, nps=0, csat=1)
    found = await told(world, community)
    assert (found["nps"], found["csat"], found["response_rate"]) == ((100, 1), (1, 1), (1, 1))


async def test_who_would_rather_not_say_or_says_nothing_counts_as_no_answer(world: World) -> None:
    community, ana = await asking(world)
    declined = await resolved(world, ana, world.customer("Li", "2650"))
    silent = await resolved(world, ana, world.customer("Mo", "2650"))
    assert declined is not None and silent is not None
    await ana.act(lambda tx, now: surveys.decline(tx, now, declined.id))
    world.later(days=14)
    for each in (declined, silent):
        assert await open_survey(world, each.thread_id) is None
        with pytest.raises(Refused, match="no longer open"):
            await answers(ana, each.id, nps=9)
    with pytest.raises(NotFound):
        await answers(ana, new_id(), nps=9)
    found = await told(world, community)
    assert found["response_rate"] == (0, 2)
    assert "nps" not in found


async def test_a_bad_rating_keeps_them_apart(world: World) -> None:
    _, ana = await asking(world)
    survey = await resolved(world, ana, world.customer("Li", "2650"))
    assert survey is not None
    await answers(ana, survey.id, csat=1)
    async with world.house.read() as tx:
        rows = await (await tx.execute("SELECT customer_id, expert_id FROM bad_ratings")).fetchall()
    assert rows == [(survey.customer_id, ana.id)]


def test_a_share_is_drawn_and_always_the_same() -> None:
    cases = [new_id() for _ in range(4_000)]
    drawn = [is_drawn(case, 0.3) for case in cases]
    assert 0.26 < sum(drawn) / len(drawn) < 0.34
    assert drawn == [is_drawn(case, 0.3) for case in cases]
    assert not any(is_drawn(case, 0) for case in cases)
    assert all(is_drawn(case, 1) for case in cases)


async def test_the_words_of_a_case_are_rated_once_until_it_is_solved_anew(world: World) -> None:
    """By the API, where a program asks: what it brings is taken once for each resolution."""
    _, ana = await asking(world)
    li = world.customer("Li", "2650")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await ana.resolves(receipt.case_id)
    world.later(minutes=1)
    await li.confirms(receipt.case_id, solved=True, nps=9)
    with pytest.raises(Refused, match="rated already"):
        await li.confirms(receipt.case_id, solved=True, nps=0)
    async with world.house.read() as tx:
        [(said,)] = await (await tx.execute("SELECT count(*) FROM confirmations")).fetchall()
    assert said == 1
    world.later(days=1)
    await li.confirms(receipt.case_id, solved=False, nps=2)
    await ana.answers(receipt.case_id)
    await ana.resolves(receipt.case_id)
    world.later(minutes=1)
    await li.confirms(receipt.case_id, solved=True, nps=10)


async def test_a_month_is_counted_across_communities(world: World) -> None:
    _, ana = await asking(world)
    hunter = await world.community("Hunter", survey_share=1)
    kim = await hunter.expert("Kim")
    li = world.customer("Li", "2650")
    first = await li.writes()
    await ana.answers(first.case_id)
    await ana.resolves(first.case_id)
    world.later(days=10)
    await world.tick()
    await world.pins(first.customer_id, hunter)
    again = await li.writes()
    await kim.answers(again.case_id)
    await kim.resolves(again.case_id)
    assert again.community_id == hunter.id
    async with world.house.read() as tx:
        [(asked,)] = await (await tx.execute("SELECT count(*) FROM surveys")).fetchall()
    assert asked == 1
