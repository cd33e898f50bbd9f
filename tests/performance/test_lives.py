"""Each figure by hand: what happens to customers of a real world, and what it must answer."""

from datetime import timedelta

from coterie.conversations.promises import unkeep
from coterie.kit.events import emit
from coterie.performance.reading import Reading, scorecard
from coterie.performance.scorecard import OF_A_COMMUNITY
from tests.replayed import follow_all
from tests.world import Community, Expert, World


async def figures(world: World, community: Community) -> dict[str, Reading]:
    """Every figure of a community over all its days, from the sums of days."""
    await follow_all(world.house)
    async with world.house.read() as tx:
        day = world.now.date()
        return await scorecard(tx, [community.id], day.replace(year=2020), day.replace(year=2030))


async def told(world: World, community: Community) -> dict[str, tuple[float | None, int]]:
    """Value and n of each figure that somebody answered."""
    found = await figures(world, community)
    return {name: (each.found.value, each.found.n) for name, each in found.items() if each.found.n}


async def riverina(world: World, *names: str) -> tuple[Community, list[Expert]]:
    community = await world.community(areas=["2650"])
    return community, [await community.expert(name) for name in names or ("Ana", "Bo")]


def test_every_figure_is_read_beside_another_and_says_what_it_is() -> None:
    names = {figure.name for figure in OF_A_COMMUNITY}
    assert len(names) == len(OF_A_COMMUNITY)
    for figure in OF_A_COMMUNITY:
        assert figure.counter in names - {figure.name}
        assert figure.question.endswith("?")
        assert figure.definition.endswith(".")


async def test_one_case_from_its_first_word_to_the_end_of_its_watch(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    world.later(minutes=5)
    await ana.answers(case_id)
    await ana.resolves(case_id)
    world.later(days=8)
    await world.tick()
    assert await told(world, community) == {
        "home_rate": (1, 1),
        "transfer_rate": (0, 1),
        "transfer_cover": (0, 1),
        "transfer_handover": (0, 1),
        "transfer_outside": (0, 1),
        "outside_rate": (0, 1),
        "ask_rate": (0, 1),
        "helpers_per_100": (0, 1),
        "issue_resolution": (1, 1),
        "first_contact_resolution": (1, 1),
        "repeat_7d": (0, 1),
        "repeat_30d": (0, 1),
        "service_level": (1, 1),
        "word_rate": (0, 1),
    }


async def test_who_covers_is_not_the_owner_and_changes_the_answering_person(world: World) -> None:
    community, [ana, bo] = await riverina(world)
    await bo.goes()
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    await ana.answers(case_id)
    await ana.goes()
    await bo.comes()
    world.later(minutes=1)
    await li.writes("And one thing more.")
    await world.tick()
    await bo.answers(case_id)
    found = await told(world, community)
    assert found["owner_rate"] == (0, 1)
    assert found["transfer_rate"] == found["transfer_cover"] == (1, 1)
    assert found["transfer_handover"] == found["transfer_outside"] == (0, 1)
    assert found["home_rate"] == (1, 1)
    await bo.goes()
    await ana.comes()
    world.later(days=2)
    await world.tick()
    await li.writes("Hello again.")
    await ana.answers(case_id)
    found = await told(world, community)
    assert found["owner_rate"] == (0.5, 2)
    assert found["transfer_rate"] == (0.5, 2)
    assert found["repeat_7d"] == found["repeat_30d"] == (0.5, 2)
    assert found["service_level"] == (1, 3)


async def test_a_handover_is_no_cover(world: World) -> None:
    community, [ana, bo] = await riverina(world)
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    await ana.answers(case_id)
    world.later(minutes=1)
    await ana.hands_over(case_id, bo)
    await li.writes("And one thing more.")
    await bo.answers(case_id)
    found = await told(world, community)
    assert found["transfer_rate"] == found["transfer_handover"] == (1, 1)
    assert found["transfer_cover"] == (0, 1)


async def test_continuity_asks_who_meets_a_customer_that_was_here_before(world: World) -> None:
    community, [ana, bo] = await riverina(world)
    await bo.goes()
    customers = [world.customer(name, "2650") for name in ("Li", "Mo")]
    for customer in customers:
        case_id = (await customer.writes()).case_id
        await ana.answers(case_id)
        await ana.resolves(case_id)
    world.later(days=10)
    await world.tick()
    assert "continuity" not in await told(world, community)
    again = (await customers[0].writes("Something else.")).case_id
    await ana.answers(again)
    await ana.goes()
    await bo.comes()
    await customers[1].writes("Something else.")
    found = await told(world, community)
    assert found["continuity"] == (0.5, 2)
    assert found["issue_resolution"] == (1, 2)


async def test_who_says_no_or_comes_back_has_no_solved_case(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    silent, sad, back, glad, thankful = (
        world.customer(name, "2650") for name in ("Silent", "Sad", "Back", "Glad", "Thankful")
    )
    cases = {}
    for customer in (silent, sad, back, glad, thankful):
        case_id = cases[customer] = (await customer.writes()).case_id
        await ana.answers(case_id)
        await ana.resolves(case_id)
    world.later(hours=6)
    await sad.confirms(cases[sad], solved=False, effort=2, csat=1, nps=0)
    await back.writes("It is back.")
    await glad.writes("It is back.")
    thanks = await thankful.writes("Thanks!")
    await ana.needs_nothing(thanks.message_id)
    for customer in (sad, back, glad):
        await ana.answers(cases[customer])
        await ana.resolves(cases[customer])
    await glad.confirms(cases[glad], solved=True, effort=7, csat=5, nps=10)
    world.later(days=9)
    await world.tick()
    found = await told(world, community)
    assert found["issue_resolution"] == (3 / 5, 5)  # silent, glad at last, thankful
    assert found["first_contact_resolution"] == (2 / 5, 5)
    assert found["word_rate"] == (2 / 5, 5)
    assert found["effort"] == found["csat"] == (0.5, 2)
    assert found["nps"] == (0, 2)
    assert found["repeat_7d"] == (2 / 7, 7)  # what Sad said is no contact, nor is a thank-you


async def test_promises_are_kept_or_not_and_not_both(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    await ana.answers(case_id)
    kept, late, slip = [await ana.promises(case_id, hours=hours) for hours in (2, 4, 8)]
    await ana.keeps(kept.id)
    await ana.keeps(slip.id)
    await ana.serve(case_id, lambda tx, now: unkeep(tx, now, slip.id, ana.id))
    assert (await told(world, community))["promise_kept"] == (1, 1)
    world.later(hours=5)
    await world.tick()
    await ana.keeps(late.id)
    found = await told(world, community)
    assert found["promise_kept"] == (0.5, 2)
    assert found["promise_median_h"] == (3, 2)


async def test_help_is_counted_by_case_and_by_ask(world: World) -> None:
    community, [ana, bo] = await riverina(world)
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    await ana.answers(case_id)
    ask = await ana.asks(case_id)
    world.later(seconds=90)
    await bo.accepts(ask.id)
    await bo.helps(ask.id)
    await ana.resolves(case_id)
    world.later(days=8)
    await world.tick()
    found = await told(world, community)
    assert found["help_answered"] == (1, 1)
    assert found["help_median_s"] == (90, 1)
    assert found["helpers_per_100"] == (100, 1)
    assert found["ask_rate"] == (1, 1)


async def test_overflow_is_outside_and_not_at_home(world: World) -> None:
    community, experts = await riverina(world)
    for expert in experts:
        await expert.goes()
    hunter = await world.community("Hunter")
    kim = await hunter.expert("Kim")
    await community.has_buddy(hunter)
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    world.later(minutes=8)
    await world.tick()
    await kim.answers(case_id)
    found = await told(world, community)
    assert found["home_rate"] == (0, 1)
    assert found["outside_rate"] == (1, 1)
    assert found["transfer_rate"] == (0, 1)
    assert not await told(world, hunter)


async def test_who_answers_after_a_guest_changes_the_person_outside(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    await ana.goes()
    hunter = await world.community("Hunter")
    kim = await hunter.expert("Kim")
    await community.has_buddy(hunter)
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    world.later(minutes=8)
    await world.tick()
    await kim.answers(case_id)
    await kim.goes()
    await ana.comes()
    await li.writes("Still broken.")
    await world.tick()
    await ana.answers(case_id)
    found = await told(world, community)
    assert found["transfer_rate"] == found["transfer_outside"] == (1, 1)
    assert found["transfer_cover"] == found["transfer_handover"] == (0, 1)
    assert found["home_rate"] == found["outside_rate"] == (1, 1)


async def test_a_turn_that_is_answered_too_late_is_missed(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    for number, minutes in enumerate((9, 10, 11, 60)):
        customer = world.customer(f"Li {number}", "2650")
        case_id = (await customer.writes()).case_id
        world.later(minutes=minutes)
        await ana.answers(case_id)
        await ana.answers(case_id, "And one thing more.")
    assert (await told(world, community))["service_level"] == (0.5, 4)


async def test_a_time_that_was_given_is_met_or_missed(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    await ana.goes()
    for name, minutes in (("Li", 3), ("Mo", 50)):
        customer = world.customer(name, "2650")
        case_id = (await customer.writes()).case_id
        world.later(minutes=minutes)
        await ana.comes()
        await ana.answers(case_id)
        await ana.goes()
    assert (await told(world, community))["honest_time_kept"] == (0.5, 2)


async def test_who_moved_away_is_attended_by_another_home_until_their_case_is_over(
    world: World,
) -> None:
    community, [ana] = await riverina(world, "Ana")
    await world.community("Hunter", areas=["2340"])
    li = world.customer("Li", "2650")
    first = await li.writes()
    await ana.answers(first.case_id)
    await world.pins(first.customer_id, world.communities["Hunter"])
    world.later(days=1)
    await world.tick()
    await li.writes("Still broken.")
    await ana.answers(first.case_id)
    assert (await told(world, community))["home_rate"] == (0.5, 2)


async def test_what_was_put_into_another_case_is_no_contact_of_the_first(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    await ana.answers(case_id)
    world.later(days=2)
    await world.tick()
    other = await li.writes("By the way, I moved house.")
    assert other.case_id == case_id
    assert (await told(world, community))["repeat_7d"] == (0.5, 2)
    await ana.moves(other.message_id, None)
    found = await told(world, community)
    assert found["repeat_7d"] == (0, 2)


async def test_fewer_than_five_answers_say_nothing(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    for number in range(16):
        reading = (await figures(world, community))["service_level"]
        assert (reading.value, reading.found.n) == (None if number < 5 else 1, number)
        assert number >= 5 or reading.low is reading.high is None
        customer = world.customer(f"Li {number}", "2650")
        await ana.answers((await customer.writes()).case_id)
    assert reading.low is not None and 0.5 < reading.low < 1 == reading.high


async def test_what_reopened_a_case_and_was_put_elsewhere_has_not_reopened_it(world: World) -> None:
    """Nor has a "thanks", though it was taken for a question in between."""
    community, [ana] = await riverina(world, "Ana")
    for number, elsewhere in enumerate((True, False)):
        customer = world.customer(f"Li {number}", "2650")
        case_id = (await customer.writes()).case_id
        await ana.answers(case_id)
        await ana.resolves(case_id)
        world.later(days=1)
        again = await customer.writes("By the way, I have moved.")
        assert again.case_id == case_id
        if elsewhere:
            await ana.moves(again.message_id, None)
            continue
        await ana.needs_nothing(again.message_id)
        world.later(hours=1)
        await ana.needs_something(again.message_id)
        world.later(hours=1)
        await ana.needs_nothing(again.message_id)
    world.later(days=10)
    await world.tick()
    found = await told(world, community)
    assert found["issue_resolution"] == found["first_contact_resolution"] == (1, 2)


async def test_a_score_counts_when_it_was_given(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    li = world.customer("Li", "2650")
    case_id = (await li.writes()).case_id
    await ana.answers(case_id)
    await ana.resolves(case_id)
    first = world.now.date()
    await li.confirms(case_id, solved=True, nps=9)
    world.later(days=3)
    await li.confirms(case_id, solved=False, effort=2)
    await follow_all(world.house)
    async with world.house.read() as tx:
        card = await scorecard(tx, [community.id], first, first + timedelta(days=1))
        later = await scorecard(
            tx, [community.id], first + timedelta(days=2), first + timedelta(days=5)
        )
    assert (card["nps"].found.n, card["effort"].found.n) == (1, 0)
    assert (later["nps"].found.n, later["effort"].found.n) == (0, 1)


async def test_a_life_that_cannot_be_read_holds_up_no_other(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    for name in ("Li", "Mo"):
        receipt = await world.customer(name, "2650").writes()
        await ana.answers(receipt.case_id)
    async with world.house.ledger.unit(community.id, now=world.now) as tx:
        emit(tx, community.id, "reply_sent", world.now, {"customer": receipt.customer_id})
    assert (await told(world, community))["service_level"] == (1, 1)
