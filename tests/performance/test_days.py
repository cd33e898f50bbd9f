"""Days and months: what is summed up says the same as the answers, over any days, also when something comes late."""

from datetime import date, timedelta
from typing import Any

from coterie.performance.folds import Mean
from coterie.performance.reading import scorecard
from coterie.performance.scorecard import BY_NAME
from coterie.performance.series import by_community
from tests.performance.test_lives import riverina
from tests.replayed import differing, folded, follow_all, replayed, same
from tests.world import World

SUMMED = [name for name, figure in BY_NAME.items() if issubclass(figure.fold, Mean)]


async def months(world: World) -> list[Any]:
    async with world.house.read() as tx:
        found = await tx.execute("SELECT DISTINCT month FROM figure_months ORDER BY month")
        return [month for (month,) in await found.fetchall()]


async def agree(world: World, community_id: str, since: date, until: date) -> None:
    """The scorecard over these days is what the answers of these days fold into."""
    async with world.house.read() as tx:
        answers = {each for each in await replayed(tx) if since <= each.day <= until}
        card = await scorecard(tx, [community_id], since, until)
        beside, together = await by_community(tx, [(community_id, since, until)], SUMMED)
    for name, wanted in folded(answers, community_id).items():
        assert same(card[name].found, wanted), (name, since, until)
        if name in SUMMED:
            assert same(beside[community_id][name].found, wanted), (name, since, until)
            assert same(together[name].found, wanted), (name, since, until)


async def test_months_that_are_over_are_added_up_and_say_what_their_days_say(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    begun = world.now.date()
    for number in range(30):
        customer = world.customer(f"Li {number % 9}", "2650")
        receipt = await customer.writes()
        await ana.answers(receipt.case_id)
        if number % 3:
            await ana.resolves(receipt.case_id)
        world.later(days=4, hours=3)
        if number % 4 == 0:
            await world.tick()
    await follow_all(world.house)
    assert await months(world) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]
    last = world.now.date()
    for since, until in (
        (begun, last), (date(2026, 12, 1), date(2026, 12, 31)), (date(2026, 12, 2), date(2027, 2, 28)),
        (date(2026, 12, 1), date(2027, 1, 30)), (date(2026, 12, 15), date(2026, 12, 16)),
        (begun - timedelta(days=400), last + timedelta(days=400)),
    ):  # fmt: skip
        await agree(world, community.id, since, until)
    assert await differing(world.house) == []


async def test_what_comes_late_changes_its_day_and_its_month(world: World) -> None:
    community, [ana] = await riverina(world, "Ana")
    li = world.customer("Li", "2650")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    world.later(days=2)
    await world.tick()
    again = await li.writes("Thanks, it works.")
    world.later(days=45)
    await follow_all(world.house)
    november = date(2026, 11, 1), date(2026, 11, 30)
    assert await repeats(world, community.id, *november) == (0.5, 2)
    assert await months(world) == [date(2026, 11, 1)]
    await ana.needs_nothing(again.message_id)
    await follow_all(world.house)
    assert await repeats(world, community.id, *november) == (0, 1)
    await agree(world, community.id, *november)
    assert date(2026, 11, 1) in await months(world)


async def repeats(
    world: World, community_id: str, since: date, until: date
) -> tuple[float | None, int]:
    async with world.house.read() as tx:
        found = (await scorecard(tx, [community_id], since, until))["repeat_7d"].found
    return found.value, found.n


async def test_other_definitions_make_everything_anew(world: World) -> None:
    _, [ana] = await riverina(world, "Ana")
    await ana.answers((await world.customer("Li", "2650").writes()).case_id)
    world.later(days=45)
    await follow_all(world.house)
    async with world.house.ledger.unit(now=world.now) as tx:
        await tx.execute("UPDATE figures_read SET version = 0")
        await tx.execute("UPDATE figure_answers SET value = 7")
        await tx.execute("UPDATE figure_days SET sums = '{9}', numbers = '{9}', groups = '{1}'")
        await tx.execute("DELETE FROM figure_months")
    assert await differing(world.house) == []
    assert await months(world) == [date(2026, 11, 1)]
