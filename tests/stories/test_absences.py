"""Stories of absences in a real browser: entered, handed over, read, covered, and back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.stories.stage import Stage, hindrances, picture, row, staged
from tests.stories.test_administration import account, signed_in
from tests.world import Expert


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as made:
        yield made


async def team(stage: Stage) -> tuple[Expert, Expert, Expert]:
    riverina = await stage.world.community("Riverina", ["2650"])
    await riverina.expert("Mia Costa", role="manager")
    return (
        await riverina.expert("Priya Nair", skills={"internet": 4}),
        await riverina.expert("Tom Whitby", skills={"internet": 3}),
        await riverina.expert("Mei Chen", skills={"billing": 5}),
    )


async def owned(stage: Stage, expert: Expert, name: str, text: str, topic: str = "") -> str:
    receipt = await stage.world.customer(name, "2650").writes(text, topic=topic)
    await expert.answers(receipt.case_id, "I look into it and come back to you.")
    return receipt.case_id


async def looked_at(page: Page, name: str) -> None:
    """Wide and narrow, by day and by night; axe finds nothing, and nothing sticks out."""
    for width, height, scheme in ((1440, 900, "light"), (390, 844, "dark")):
        await page.set_viewport_size({"width": width, "height": height})
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert await hindrances(page) == [], name
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is {wide} px too wide"
        await picture(page, f"{name}-{width}-{scheme}")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme="light")


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


async def test_an_absence_is_entered_after_a_look_at_what_it_means(stage: Stage) -> None:
    priya, _, _ = await team(stage)
    await owned(stage, priya, "Colleen Barber", "The internet drops every evening.", "internet")
    await owned(stage, priya, "Minh Tran", "I was charged twice in October.", "billing")
    await owned(stage, priya, "Junee Street Bakery", "We move the shop in December.")
    page = await stage.desk(priya)
    await page.get_by_role("link", name="Absences").click()
    await expect(page.get_by_text("Nothing is planned.")).to_be_visible()
    await page.get_by_role("link", name="Enter an absence").click()
    await page.get_by_label("First day").fill(day(3))
    await page.get_by_label("Last day").fill(day(16))
    await page.get_by_role("button", name="See what it means").click()
    await expect(page.get_by_text("3 cases will be handed over")).to_be_visible()
    await page.get_by_label("For all of them").fill("Ring me if the mast is late.")
    await page.get_by_text("Colleen Barber", exact=True).click()
    await page.get_by_label("Brief for Colleen Barber").fill("Mast comes on Thursday, 7 am.")
    await looked_at(page, "absence-new")
    await page.get_by_role("button", name="Enter this absence").click()
    await expect(page.get_by_text("The absence of Priya Nair is entered.")).to_be_visible()
    await looked_at(page, "absences-own")


async def test_a_handover_is_read_by_its_receiver_and_the_giver_sees_it(stage: Stage) -> None:
    priya, tom, _ = await team(stage)
    case_id = await owned(stage, priya, "Colleen Barber", "It drops every evening.", "internet")
    hers = await stage.desk(priya)
    await row(hers, "Colleen Barber").click()
    await priya.hands_over(
        case_id, tom, "Mast on Thursday, 7 am. She works nights: ring after two."
    )
    await expect(hers.locator("#brief")).to_contain_text("You handed this case to Tom.")
    await expect(hers.locator("#brief")).to_contain_text("not read yet")
    page = await stage.desk(tom)
    await expect(row(page, "Colleen Barber")).to_contain_text("from Priya")
    await expect(row(page, "Colleen Barber")).to_contain_text("Brief: Mast on Thursday")
    await looked_at(page, "handover-in-the-list")
    await row(page, "Colleen Barber").click()
    await expect(page.locator("#brief")).to_contain_text("Priya handed this case to you.")
    await expect(page.locator("#brief")).to_contain_text("ring after two")
    await looked_at(page, "handover-read")
    await expect(row(page, "Colleen Barber")).not_to_contain_text("from Priya")
    await expect(hers.locator("#brief")).not_to_contain_text("not read yet")
    await expect(hers.locator(".sys", has_text="Tom has read the brief.")).to_be_visible()
    await picture(hers, "handover-seen-by-the-giver")


async def test_an_owner_away_is_covered_and_sees_what_was_done_when_back(stage: Stage) -> None:
    priya, tom, mei = await team(stage)
    await mei.goes()
    colleen = stage.world.customer("Colleen Barber", "2650")
    case_id = (await colleen.writes("It drops every evening.", topic="internet")).case_id
    await priya.answers(case_id, "I send somebody to look at the mast.")
    bakery = await owned(stage, priya, "Junee Street Bakery", "We move the shop in December.")
    await priya.is_absent(days=1, why="leave")
    stage.world.later(seconds=1)
    page = await stage.desk(tom)
    await colleen.writes("Nobody has come yet. Is that still on?")
    await row(page, "Colleen Barber").click()
    await expect(page.locator("#strip")).to_contain_text("owner Priya, on leave until")
    await expect(page.locator("#strip")).to_contain_text("Tom covers")
    await looked_at(page, "owner-away-and-covered")
    await tom.answers(case_id, "They are on the way and arrive at two.")
    await tom.resolves(bakery)

    hers = await stage.desk(priya)
    await expect(hers.locator("#absent")).to_contain_text("You are absent until")
    await picture(hers, "absent-in-the-workspace")
    await hers.get_by_role("button", name="I am back").click()
    await expect(hers.locator("#absent")).to_be_hidden()
    await hers.reload()
    await expect(hers.get_by_role("heading", name="While you were away")).to_be_visible()
    await expect(hers.locator("#back")).to_contain_text("Wrote; Tom answered.")
    await expect(hers.locator("#back")).to_contain_text("Solved: Done.")
    await looked_at(hers, "while-you-were-away")
    await hers.get_by_role("button", name="I have seen it").click()
    await expect(hers.get_by_text("Pick somebody")).to_be_visible()
    await colleen.writes("Thank you, it works.")
    await row(hers, "Colleen Barber").click()
    await expect(hers.locator("#strip")).to_contain_text("owner Priya")
    await expect(hers.locator("#strip")).not_to_contain_text("on leave")
    await picture(hers, "owner-back")


async def test_an_absence_over_three_days_hands_over_and_returns(stage: Stage) -> None:
    priya, tom, _ = await team(stage)
    case_id = await owned(stage, priya, "Colleen Barber", "It drops every evening.", "internet")
    await priya.promises(case_id, "A mast on the north gable", hours=60)
    await priya.notes(case_id, "Signal is marginal at the house, fine at the shed.")
    absence = await priya.is_absent(days=12, deputy=tom)
    page = await stage.desk(tom)
    await expect(row(page, "Colleen Barber")).to_contain_text("from Priya")
    await row(page, "Colleen Barber").click()
    brief = page.locator("#brief")
    await expect(brief).to_contain_text("Priya is on leave until")
    await expect(brief).to_contain_text("you own this case meanwhile. It returns to Priya then.")
    await expect(brief).to_contain_text("Last note: Signal is marginal")
    await looked_at(page, "absence-handed-over")
    mia = await stage.desk(await stage.world.communities["Riverina"].expert("Cem Ay", role="coach"))
    await mia.goto(f"{stage.server.url}/absences")
    await expect(mia.get_by_text("Are with Tom Whitby")).to_be_visible()
    await looked_at(mia, "absences-of-the-community")
    await mia.locator(".tbl__acts").get_by_role("button", name="Back").click()
    await mia.get_by_role("button", name="They are back").click()
    await expect(mia.get_by_text("their cases are back")).to_be_visible()
    await expect(brief).to_be_hidden()
    await expect(page.locator("#strip")).to_contain_text("owner Priya")
    await expect(page.locator(".sys", has_text="It is back with Priya.")).to_be_visible()
    await picture(page, "absence-returned")
    assert absence.hands_over


async def test_who_leaves_hands_over_first(stage: Stage) -> None:
    priya, tom, _ = await team(stage)
    for name in ("Colleen Barber", "Minh Tran", "Junee Street Bakery"):
        await owned(stage, priya, name, "It drops every evening.", "internet")
    await account(stage, "admin", "Ines Duarte")
    page = await signed_in(stage, to=f"/administration/people/{priya.id}")
    await page.get_by_role("button", name="End the membership").click()
    dialog = page.get_by_role("dialog", name="End the membership of Priya Nair?")
    await expect(dialog).to_contain_text("3 cases will be handed over for good: 3 to Tom Whitby.")
    await dialog.get_by_label("A brief for all of them").fill("All wait for the carrier's answer.")
    await looked_at(page, "leaving")
    await dialog.get_by_role("button", name="Hand over and end it").click()
    await expect(page.get_by_text("The membership has ended.")).to_be_visible()
    his = await stage.desk(tom)
    await expect(row(his, "Minh Tran")).to_contain_text("Brief: All wait for the carrier")
