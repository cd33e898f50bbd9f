"""Handover: inside the community only, with a brief; it comes back; and nobody else ever owns the case."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from coterie.conversations import handover_queries, queries
from coterie.kit import events
from coterie.kit.errors import Invalid, Refused
from tests.world import Expert, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def owned(world: World) -> tuple[Expert, Expert, str]:
    """Ana owns a case of Li; Tom is her teammate."""
    riverina = await world.community()
    ana = await riverina.expert("Ana")
    receipt = await world.customer("Li").writes()
    await ana.answers(receipt.case_id)
    return ana, await riverina.expert("Tom"), receipt.case_id


async def owner_of(world: World, case_id: str) -> str | None:
    async with world.house.read() as tx:
        case = await queries.case(tx, case_id)
    assert case is not None
    return case.owner_id


async def test_a_case_goes_to_a_teammate_with_a_brief_and_comes_back(world: World) -> None:
    ana, tom, case_id = await owned(world)
    await ana.hands_over(case_id, tom, "Mast on Thursday, 7 am.")
    assert await owner_of(world, case_id) == tom.id
    async with world.house.read() as tx:
        standing = await handover_queries.standing(tx, case_id)
    assert standing is not None
    assert (standing.from_id, standing.to_id, standing.brief) == (
        ana.id,
        tom.id,
        "Mast on Thursday, 7 am.",
    )
    world.later(days=3)
    await tom.gives_back(case_id)
    assert await owner_of(world, case_id) == ana.id
    with pytest.raises(Refused, match="not handed over"):
        await ana.gives_back(case_id)


async def test_the_next_message_meets_the_new_owner_and_the_log_says_why(world: World) -> None:
    riverina = await world.community()
    ana, tom = await riverina.expert("Ana"), await riverina.expert("Tom", present=False)
    li = world.customer("Li")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await ana.hands_over(receipt.case_id, tom)
    await tom.comes()
    again = await li.writes("And now?")
    assert (again.attending_id, again.owner_id) == (tom.id, tom.id)
    async with world.house.read() as tx:
        found = await events.after(tx, receipt.community_id, 0)
    reasons = [each.values["reason"] for each in found if each.kind == "owner_set"]
    assert reasons == ["first_answer", "handover"]


async def test_a_handover_to_somebody_outside_is_refused_here_and_by_the_database(
    world: World,
) -> None:
    ana, _, case_id = await owned(world)
    bo = await (await world.community("Hunter")).expert("Bo")
    with pytest.raises(Refused, match="only its members can own it"):
        await ana.hands_over(case_id, bo)
    assert await owner_of(world, case_id) == ana.id
    async with world.house.ledger.unit(ana.community.id, now=world.now) as tx:
        case = await queries.case(tx, case_id)
        assert case is not None
    case.owner_id = bo.id
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        await world.house.act(ana.community.id, lambda tx, now: queries.save_case(tx, case))


async def test_without_a_brief_to_oneself_or_of_a_case_without_owner_it_is_refused(
    world: World,
) -> None:
    ana, tom, case_id = await owned(world)
    with pytest.raises(Invalid, match="brief"):
        await ana.hands_over(case_id, tom, "  ")
    with pytest.raises(Refused, match="own this case already"):
        await ana.hands_over(case_id, ana)
    fresh = await world.customer("Bo").writes()
    with pytest.raises(Refused, match="Nobody owns this case yet"):
        await ana.hands_over(fresh.case_id, tom)


async def test_who_has_handed_over_everything_can_leave_and_gets_nothing_back(
    world: World,
) -> None:
    ana, tom, case_id = await owned(world)
    with pytest.raises(Refused, match="still owns cases"):
        await ana.leaves()
    await ana.hands_over(case_id, tom)
    await ana.leaves()
    with pytest.raises(Refused, match="no longer a member"):
        await tom.gives_back(case_id)
    assert await owner_of(world, case_id) == tom.id


async def test_a_chain_of_handovers_comes_back_step_by_step(world: World) -> None:
    ana, tom, case_id = await owned(world)
    mei = await ana.community.expert("Mei")
    await ana.hands_over(case_id, tom)
    world.later(hours=1)
    await tom.hands_over(case_id, mei)
    await mei.gives_back(case_id)
    assert await owner_of(world, case_id) == tom.id
    await tom.gives_back(case_id)
    assert await owner_of(world, case_id) == ana.id
