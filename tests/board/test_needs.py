"""Who needs the manager now, what crossed today, and all communities side by side, of a real world."""

import re

from tests.board.hall import Hall
from tests.board.past import answered, followed
from tests.world import World


async def test_needs_come_by_whose_time_has_passed_and_go_when_they_are_met(
    world: World, hall: Hall
) -> None:
    community = await world.community("Riverina", ["2650"])
    mia = await community.expert("Mia", role="manager", present=False)
    ana = await community.expert("Ana", capacity=9)
    bo = await community.expert("Bo", capacity=9)
    late, soon, far, asked = [
        await world.customer(name, "2650").writes() for name in ("Late Lee", "Soon Sun", "Far Fox", "Asked Ash")
    ]  # fmt: skip
    for receipt in (late, soon, far, asked):
        await ana.answers(receipt.case_id)
    broken = await ana.promises(late.case_id, "A call", minutes=30)
    kept = await ana.promises(soon.case_id, "A letter", minutes=100)
    await ana.promises(far.case_id, "A visit", hours=48)
    world.later(minutes=45)
    await ana.goes()
    await bo.goes()
    waits = await world.customer("Waits Wu", "2650").writes()
    world.later(minutes=5)
    await world.tick()
    await ana.asks(asked.case_id, "Which mast?")  # nobody is there to be asked

    async def now() -> list[str]:
        text = (await hall.opens(mia.id, f"/board/{community.id}/now")).text
        return re.findall(r'<div class="needs__t"><b>([^<]*)', text)

    assert await now() == ["Late Lee", "Asked Ash", "Waits Wu", "Soon Sun"]
    await ana.keeps(broken.id)
    await ana.keeps(kept.id)
    await ana.resolves(asked.case_id)
    assert await now() == ["Waits Wu"]
    await ana.comes()
    await ana.answers(waits.case_id)
    assert await now() == []
    text = (await hall.opens(mia.id, f"/board/{community.id}")).text
    assert "Nobody waits for us" in text


async def test_a_crossing_of_today_stands_there_with_its_reason(world: World, hall: Hall) -> None:
    riverina = await world.community("Riverina", ["2650"])
    hunter = await world.community("Hunter", ["2300"])
    mia = await riverina.expert("Mia", role="manager", present=False)
    ana, sam = await riverina.expert("Ana"), await hunter.expert("Sam")
    li = world.customer("Li Wei", "2650")
    receipt = await li.writes()
    await ana.answers(receipt.case_id)
    await li.agrees_to_care(receipt.customer_id)
    await ana.gives_to_care(receipt.case_id, sam)
    text = (await hall.opens(mia.id, f"/board/{riverina.id}")).text
    assert "Sam of Hunter" in text and "Special care: they trust each other" in text
    world.later(days=1)
    text = (await hall.opens(mia.id, f"/board/{riverina.id}")).text
    assert "Sam of Hunter" not in text and "Nobody was served elsewhere" in text


async def test_the_board_says_so_while_figures_are_made_from_the_whole_log(
    world: World, hall: Hall
) -> None:
    riverina = await world.community("Riverina", ["2650"])
    mia = await riverina.expert("Mia", role="manager", present=False)
    address = f"/board/{riverina.id}"
    assert "not complete yet" in (await hall.opens(mia.id, address)).text
    await followed(world.house, world.now)
    assert "not complete yet" not in (await hall.opens(mia.id, address)).text


async def test_all_communities_side_by_side_and_their_total(world: World, hall: Hall) -> None:
    planner = await hall.account("planner")
    for name, area, solved in (("Riverina", "2650", 9), ("Hunter", "2300", 3)):
        community = await world.community(name, [area])
        receipt = await world.customer(name, area).writes()
        await followed(world.house, world.now)
        await answered(
            world, community,
            [(receipt, "issue_resolution", world.now, float(number < solved)) for number in range(10)],
        )  # fmt: skip
    world.later(minutes=12)
    text = (await hall.opens(planner, "/board/operation?sort=issue_resolution")).text
    found = re.findall(r'(?:<tr id="of-[^"]*"|<tfoot>).*?</tr>', text, re.DOTALL)
    told = [re.findall(r"<b>(\d+%)</b><small>n (\d+)", row) for row in found]
    assert told == [[("30%", "10")], [("90%", "10")], [("60%", "20")]]
    assert "Hunter" in found[0] and "Riverina" in found[1] and "All communities" in found[2]
    assert all("12 min" in row for row in found)
    assert f"/board/{community.id}/figures/issue_resolution?days=28" in found[0]
    last = (await hall.opens(planner, "/board/operation?sort=issue_resolution&down=1")).text
    assert last.index("Riverina") < last.index("Hunter")
