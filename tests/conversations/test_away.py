"""Absences and cases: long ones hand over and return, short ones are covered, leaving hands over for good."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from coterie.communities import absence_queries
from coterie.communities import queries as communities
from coterie.communities.model import Absence
from coterie.conversations import away, handover, handover_queries, queries
from coterie.conversations.model import Handover
from coterie.kit import events
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.routing import queries as routing
from tests.world import Expert, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def team(world: World, *names: str) -> list[Expert]:
    riverina = await world.community("Riverina", ["2650"])
    return [await riverina.expert(name) for name in names]


async def owned_by(world: World, expert: Expert, name: str = "Li", **facts: str) -> str:
    """A case of a customer of theirs, that this expert has answered first."""
    receipt = await world.customer(name, "2650").writes("It drops.", **facts)
    await expert.answers(receipt.case_id)
    return receipt.case_id


async def owner(world: World, case_id: str) -> str | None:
    async with world.house.read() as tx:
        case = await queries.case(tx, case_id)
    assert case is not None
    return case.owner_id


async def now(world: World, absence: Absence) -> Absence:
    async with world.house.read() as tx:
        found = await absence_queries.absence(tx, absence.id)
    assert found is not None
    return found


async def presence(world: World, expert: Expert) -> str:
    async with world.house.read() as tx:
        found = await communities.expert(tx, expert.id)
    assert found is not None
    return found.presence


async def standing(world: World, case_id: str) -> Handover:
    async with world.house.read() as tx:
        found = await handover_queries.standing(tx, case_id)
    assert found is not None
    return found


async def passes(world: World, **by: float) -> None:
    world.later(**by)
    await world.tick()


async def test_a_long_absence_hands_over_to_the_deputy_and_returns(world: World) -> None:
    ana, bo, _ = await team(world, "Ana", "Bo", "Cy")
    case_id = await owned_by(world, ana)
    absence = await ana.is_absent(days=7, deputy=bo, after=timedelta(hours=1))
    assert (absence.state, absence.days, absence.hands_over) == ("planned", 6, True)
    assert (await owner(world, case_id), await presence(world, ana)) == (ana.id, "present")
    await passes(world, hours=2)
    assert (await owner(world, case_id), await presence(world, ana)) == (bo.id, "off")
    handed = await standing(world, case_id)
    assert (handed.reason, handed.absence_id, handed.by_id) == ("absence", absence.id, None)
    assert handed.brief.startswith("Open since Tue 24 Nov, 12:00. It waits on the customer.")
    await passes(world, days=7)
    assert await owner(world, case_id) == ana.id
    assert (await now(world, absence)).state == "over"
    async with world.house.read() as tx:
        log = await events.after(tx, ana.community.id, 0)
    reasons = [each.values["reason"] for each in log if each.kind == "owner_set"]
    assert reasons == ["first_answer", "absence", "returned"]
    assert not any("leave" in str(each.values) for each in log)


async def test_a_short_absence_hands_over_nothing_and_a_teammate_covers(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    li = world.customer("Li", "2650")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await ana.is_absent(days=2, why="sick")
    again = await li.writes("Are you there?")
    assert (again.owner_id, again.attending_id, again.reason) == (ana.id, bo.id, "cover")
    await passes(world, days=4)
    assert await owner(world, receipt.case_id) == ana.id


async def test_what_the_owner_wrote_is_the_brief_else_what_they_wrote_for_all(world: World) -> None:
    ana, bo, cy = await team(world, "Ana", "Bo", "Cy")
    one, two = await owned_by(world, ana, "Li"), await owned_by(world, ana, "Mo")
    await ana.is_absent(deputy=bo, brief="Ring me for anything.", briefs={one: "Mast on Thursday."})
    assert (await standing(world, one)).brief == "Mast on Thursday."
    assert (await standing(world, two)).brief == "Ring me for anything."
    three = await owned_by(world, cy, "Jo")
    with pytest.raises(Invalid, match="a case that they own"):
        await cy.is_absent(briefs={one: "Not mine.", three: "Mine."})
    assert await presence(world, cy) == "present"


async def test_while_it_runs_they_are_off_and_present_ends_it_early(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    case_id = await owned_by(world, ana)
    absence = await ana.is_absent(days=10, deputy=bo)
    with pytest.raises(Refused, match="Present ends the absence"):
        await ana.is_now("away")
    world.later(days=2)
    await ana.comes()
    assert (await now(world, absence)).ended_at == world.now
    assert (await owner(world, case_id), await presence(world, ana)) == (ana.id, "present")


async def test_a_planned_one_is_taken_back_and_a_running_one_ends(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    case_id = await owned_by(world, ana)
    planned = await ana.is_absent(days=10, after=timedelta(days=1))
    assert (await ana.takes_back(planned.id)).state == "taken_back"
    await passes(world, days=2)
    assert await owner(world, case_id) == ana.id
    running = await ana.is_absent(days=10)
    assert await owner(world, case_id) == bo.id
    assert (await ana.takes_back(running.id)).state == "over"
    assert await owner(world, case_id) == ana.id
    with pytest.raises(Refused, match="over already"):
        await ana.takes_back(running.id)
    with pytest.raises(NotFound):
        await ana.takes_back(ana.id)


@pytest.mark.parametrize("hours", [1, 0])
async def test_a_chain_comes_back_step_by_step_or_at_once_to_the_first(
    world: World, hours: int
) -> None:
    """Also where one fell ill in the same moment as the other."""
    ana, bo, cy = await team(world, "Ana", "Bo", "Cy")
    case_id = await owned_by(world, ana)
    first = await ana.is_absent(days=20, deputy=bo)
    world.later(hours=hours)
    second = await bo.is_absent(days=10, deputy=cy)
    assert await owner(world, case_id) == cy.id
    await bo.takes_back(second.id)
    assert await owner(world, case_id) == bo.id
    world.later(hours=1)
    await bo.is_absent(days=10)
    assert await owner(world, case_id) == cy.id  # Ana is away for long herself
    await ana.takes_back(first.id)
    assert await owner(world, case_id) == ana.id
    await bo.comes()
    assert await owner(world, case_id) == ana.id


async def test_what_was_given_on_by_hand_meanwhile_stays_there(world: World) -> None:
    ana, bo, cy = await team(world, "Ana", "Bo", "Cy")
    case_id = await owned_by(world, ana)
    await ana.is_absent(days=10, deputy=bo)
    world.later(hours=1)
    with pytest.raises(Refused, match="absent until"):
        await bo.hands_over(case_id, ana)
    with pytest.raises(Refused, match="returns by itself"):
        await bo.gives_back(case_id)
    await bo.hands_over(case_id, cy)
    await ana.comes()
    assert await owner(world, case_id) == cy.id


async def test_a_watched_case_returns_and_a_closed_one_stays(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    watched, closed = await owned_by(world, ana, "Li"), await owned_by(world, ana, "Mo")
    await ana.is_absent(days=12)
    await bo.resolves(closed)
    await passes(world, days=6)
    await bo.resolves(watched)
    await passes(world, days=2)
    await ana.comes()
    assert (await owner(world, watched), await owner(world, closed)) == (ana.id, bo.id)


async def test_where_nobody_can_take_it_it_stays_until_somebody_can(world: World) -> None:
    (ana,) = await team(world, "Ana")
    case_id = await owned_by(world, ana)
    await ana.is_absent(days=20)
    await world.tick()
    assert await owner(world, case_id) == ana.id
    bo = await ana.community.expert("Bo", present=False)
    await world.tick()
    assert await owner(world, case_id) == bo.id


async def test_one_that_is_prolonged_hands_over_when_it_is_long_enough(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    case_id = await owned_by(world, ana)
    absence = await ana.is_absent(days=2, why="sick")
    assert await owner(world, case_id) == ana.id
    longer = await ana.prolongs(absence.id, world.now + timedelta(days=9))
    assert longer.hands_over
    assert await owner(world, case_id) == bo.id
    world.later(hours=1)
    with pytest.raises(Invalid, match="still to come"):
        await ana.prolongs(absence.id, world.now)
    await ana.prolongs(absence.id, world.now + timedelta(hours=1))
    await passes(world, hours=2)
    assert await owner(world, case_id) == ana.id


async def test_where_one_absence_follows_another_nothing_returns_in_between(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    case_id = await owned_by(world, ana)
    first = await ana.is_absent(days=7)
    following = await ana.is_absent(days=1, after=timedelta(days=7))
    assert not following.hands_over
    await passes(world, days=7)
    assert (await now(world, first)).state == "over"
    assert (await owner(world, case_id), await presence(world, ana)) == (bo.id, "off")
    await passes(world, days=1)
    assert await owner(world, case_id) == ana.id


async def test_one_that_passed_while_the_server_was_down_hands_over_nothing(world: World) -> None:
    ana, _ = await team(world, "Ana", "Bo")
    case_id = await owned_by(world, ana)
    absence = await ana.is_absent(days=7, after=timedelta(days=1))
    await passes(world, days=30)
    assert (await owner(world, case_id), (await now(world, absence)).state) == (ana.id, "over")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"days": -1}, "ends after it begins"),
        ({"days": 1, "after": timedelta(days=-3)}, "That time is over"),
        ({"days": 9, "after": timedelta(days=-3)}, "in the past by a day"),
        ({"days": 400}, "a year at most"),
        ({"days": 4, "after": timedelta(days=400)}, "a year before"),
        ({"why": "bored"}, "leave, sick, training, other"),
    ],
)
async def test_times_and_reasons_that_nobody_means_are_refused(
    world: World, given: dict[str, object], says: str
) -> None:
    (ana,) = await team(world, "Ana")
    with pytest.raises(Invalid, match=says):
        await ana.is_absent(**given)  # type: ignore[arg-type]
    async with world.house.read() as tx:
        assert await absence_queries.absences_of(tx, ana.id) == []


async def test_two_of_one_person_never_overlap(world: World) -> None:
    (ana,) = await team(world, "Ana")
    await ana.is_absent(days=5, after=timedelta(days=2))
    with pytest.raises(Refused, match="Ana is absent already from Thu 26 Nov, 12:00"):
        await ana.is_absent(days=3)
    early = await ana.is_absent(days=2)
    with pytest.raises(Refused, match="absent already"):
        await ana.prolongs(early.id, world.now + timedelta(days=3))


async def test_a_deputy_is_a_teammate_who_is_there(world: World) -> None:
    ana, bo, cy = await team(world, "Ana", "Bo", "Cy")
    dee = await (await world.community("Hunter", ["2320"])).expert("Dee")
    with pytest.raises(Refused, match="choose somebody of Riverina"):
        await ana.is_absent(deputy=dee)
    with pytest.raises(Refused, match="own deputy"):
        await ana.is_absent(deputy=ana)
    await bo.is_absent(days=5, after=timedelta(days=3))
    with pytest.raises(Refused, match="Bo is absent at that time, too"):
        await ana.is_absent(days=5, deputy=bo)
    assert (await ana.is_absent(days=3, deputy=bo)).deputy_id == bo.id
    assert cy


async def test_a_circle_of_deputies_is_refused_in_words(world: World) -> None:
    ana, bo, cy = await team(world, "Ana", "Bo", "Cy")
    await ana.is_absent(days=9, deputy=bo, after=timedelta(days=1))
    with pytest.raises(Refused, match="Bo's deputy is Ana, Ana's deputy is Bo"):
        await bo.is_absent(days=9, deputy=ana, after=timedelta(days=3))
    await bo.is_absent(days=9, deputy=cy, after=timedelta(days=3))
    with pytest.raises(Refused, match="circle of deputies"):
        await cy.is_absent(days=2, deputy=ana, after=timedelta(days=4))
    late = await cy.is_absent(days=2, deputy=ana, after=timedelta(days=11))
    async with world.house.read() as tx:
        [first] = await absence_queries.absences_of(tx, ana.id)
    with pytest.raises(Refused, match="circle of deputies"):
        await ana.prolongs(first.id, late.starts_at + timedelta(days=1))


async def test_leaving_hands_over_for_good_and_ends_the_membership(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    one, two = await owned_by(world, ana, "Li"), await owned_by(world, ana, "Mo")
    with pytest.raises(Refused, match="still owns cases"):
        await ana.leaves()
    assert await ana.hands_all_over_and_leaves(briefs={one: "Mast on Thursday."}) == 2
    assert (await owner(world, one), await owner(world, two)) == (bo.id, bo.id)
    handed = await standing(world, one)
    assert (handed.reason, handed.brief) == ("leaving", "Mast on Thursday.")
    async with world.house.read() as tx:
        assert await communities.membership(tx, ana.id) is None


async def test_the_last_one_leaves_only_when_nobody_is_left_with_their_cases(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    case_id = await owned_by(world, ana)
    await bo.is_absent(days=20)
    with pytest.raises(Refused, match="Nobody of Riverina can take the 1 case"):
        await ana.hands_all_over_and_leaves()
    assert (await owner(world, case_id), await presence(world, ana)) == (ana.id, "present")


async def test_who_leaves_while_they_hold_it_for_somebody_breaks_no_return(world: World) -> None:
    ana, bo, cy = await team(world, "Ana", "Bo", "Cy")
    case_id = await owned_by(world, ana)
    await ana.is_absent(days=20, deputy=bo)
    await bo.hands_all_over_and_leaves()
    assert await owner(world, case_id) == cy.id
    await ana.comes()
    assert await owner(world, case_id) == ana.id


async def test_who_leaves_while_absent_gets_nothing_back(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    case_id = await owned_by(world, ana)
    absence = await ana.is_absent(days=20)
    later = await ana.is_absent(days=2, after=timedelta(days=30))
    await ana.leaves()
    assert (await owner(world, case_id), (await now(world, absence)).state) == (bo.id, "over")
    assert (await now(world, later)).state == "taken_back"


async def test_a_brief_is_read_once_by_who_received_it(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    case_id = await owned_by(world, ana)
    await ana.hands_over(case_id, bo)
    handed = await standing(world, case_id)
    with pytest.raises(NotFound):
        await ana.act(lambda tx, at: handover.read(tx, at, handed.id, ana.id))
    for _ in range(2):
        world.later(minutes=5)
        await bo.act(lambda tx, at: handover.read(tx, at, handed.id, bo.id))
    assert (await standing(world, case_id)).read_at == world.now - timedelta(minutes=5)
    async with world.house.read() as tx:
        log = await events.after(tx, ana.community.id, 0)
    assert [each.kind for each in log].count("handover_read") == 1


async def test_the_next_shift_of_who_is_absent_comes_after_it(world: World) -> None:
    ana, bo = await team(world, "Ana", "Bo")
    hour, day = timedelta(hours=1), timedelta(days=1)
    await ana.works(*((world.now + day * n, world.now + day * n + 8 * hour) for n in range(6)))
    await ana.is_absent(days=2.5)
    await bo.is_absent(days=2)
    async with world.house.read() as tx:
        found = {m.id: m for m in await routing.members(tx, ana.community.id, world.now)}
    assert (found[ana.id].on_shift, found[ana.id].next_shift) == (False, world.now + 3 * day)
    assert (found[bo.id].on_shift, found[bo.id].next_shift) == (False, world.now + 2 * day)


async def test_after_a_handover_the_next_message_meets_the_owner_as_the_owner(world: World) -> None:
    ana, bo, _ = await team(world, "Ana", "Bo", "Cy")
    li = world.customer("Li", "2650")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await ana.hands_over(receipt.case_id, bo)
    again = await li.writes("And now?")
    assert (again.attending_id, again.reason) == (bo.id, "owner")


async def test_an_outlook_says_who_would_take_what_and_changes_nothing(world: World) -> None:
    ana, bo, cy = await team(world, "Ana", "Bo", "Cy")
    for name in ("Li", "Mo", "Jo"):
        await owned_by(world, ana, name)
    span = {"starts_at": world.now, "ends_at": world.now + timedelta(days=9), "why": "leave"}
    async with world.house.read() as tx:
        seen = await away.outlook(tx, world.now, ana.id, **span)  # type: ignore[arg-type]
    assert sorted(number for _, number in seen.by_taker) == [1, 2]
    assert {taker.id for taker, _ in seen.by_taker} == {bo.id, cy.id}
    assert (seen.hands_over, seen.left, await presence(world, ana)) == (True, 0, "present")
