"""A storm: the home's experts are full, the buddy answers meanwhile, and afterwards the thread is at home again."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from coterie.conversations.model import Receipt
from tests.stories.stage import Stage, hindrances, picture, row, staged
from tests.world import Expert


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as made:
        yield made


async def storm(stage: Stage) -> tuple[Expert, Expert, Expert, Receipt]:
    """Nine minutes ago two wrote to Riverina, where Priya can do one thing at a time. Sam of Hunter is free."""
    world = stage.world
    riverina = await world.community("Riverina", ["2701"], overflow_warn_least=1)
    hunter = await world.community("Hunter", ["2300"])
    await riverina.has_buddy(hunter)
    world.later(minutes=-9)
    priya = await riverina.expert("Priya Nair", capacity=1)
    mia = await riverina.expert("Mia Larsen", role="manager", present=False)
    sam = await hunter.expert("Sam Okafor")
    await world.customer("Bo Marsh", "2701").writes("The line is dead since the storm.")
    receipt = await world.customer("Colleen Barber", "2701").writes("No signal since the storm.")
    world.later(minutes=9)
    return priya, mia, sam, receipt


async def pictured(page: Page, name: str) -> None:
    """Wide and narrow, light and dark; nothing hinders anybody."""
    for width, height in ((1440, 900), (390, 844)):
        await page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await picture(page, f"{name}-{width}-{scheme}")
            assert await hindrances(page) == []
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme="light")


async def test_a_storm_overflows_to_the_buddy_and_the_thread_comes_home(stage: Stage) -> None:
    priya, mia, sam, receipt = await storm(stage)
    guest = await stage.desk(sam)
    await expect(guest.get_by_text("You help out as a guest")).to_be_visible()
    await row(guest, "Colleen Barber").click()
    crossing = guest.locator("#crossing")
    await expect(crossing).to_contain_text("A customer of Riverina. You answer meanwhile")
    await expect(crossing).to_contain_text("Priya Nair owns the case.")
    await expect(crossing).to_contain_text("It goes home by itself")
    await expect(guest.get_by_role("button", name="Resolve")).to_have_count(0)
    await pictured(guest, "overflow-guest")

    await guest.locator("#t-reply").fill("Your mast lost power. A crew is on its way.")
    await guest.keyboard.press("Control+Enter")
    await expect(
        guest.locator(".turn--us .bubble", has_text="A crew is on its way")
    ).to_be_visible()

    boss = await stage.desk(mia)
    await expect(boss.locator("#warning")).to_contain_text("1 of the last hour's 2 conversations")
    await boss.goto(f"{stage.server.url}/workspace/threads/{receipt.thread_id}?list=community")
    await expect(boss.locator("#crossing")).to_contain_text("Sam of Hunter answers meanwhile")
    await pictured(boss, "overflow-home")
    await boss.goto(f"{stage.server.url}/administration/communities/{priya.community.id}/crossings")
    await expect(boss.get_by_role("link", name="Colleen Barber")).to_be_visible()
    await expect(boss.get_by_text("still served there")).to_be_visible()
    await pictured(boss, "overflow-ledger")

    await priya.answers(receipt.case_id, "Priya here again. Is it back?")
    await expect(
        guest.get_by_role("heading", name="This conversation is at home again")
    ).to_be_visible()
    await expect(guest.locator(".bubble")).to_have_count(0)
    await expect(row(guest, "Colleen Barber")).to_have_count(0)
    await pictured(guest, "overflow-went-home")
    answer = await guest.goto(f"{stage.server.url}/workspace/threads/{receipt.thread_id}")
    assert answer is not None
    assert answer.status == 404
    await boss.reload()
    await expect(boss.get_by_text("somebody at home has answered")).to_be_visible()
    file = await boss.request.get(f"{boss.url.split('?')[0]}.csv")
    assert "overflow,promise" in await file.text()


async def test_who_was_away_when_the_thread_went_home_is_told_when_they_are_back(
    stage: Stage,
) -> None:
    priya, _, sam, receipt = await storm(stage)
    guest = await stage.desk(sam)
    await row(guest, "Colleen Barber").click()
    await expect(guest.locator("#crossing")).to_be_visible()
    stage.server.stop()
    await expect(guest.locator("#offline")).to_be_visible()
    await priya.answers(receipt.case_id, "Priya here again. Is it back?")
    stage.server.start()
    await expect(
        guest.get_by_role("heading", name="This conversation is at home again")
    ).to_be_visible()
    await expect(guest.locator(".bubble")).to_have_count(0)
    await expect(row(guest, "Colleen Barber")).to_have_count(0)


async def test_special_care_is_begun_by_consent_and_ended(stage: Stage) -> None:
    world = stage.world
    riverina, hunter = await world.community("Riverina", ["2701"]), await world.community("Hunter")
    priya, sam = await riverina.expert("Priya Nair"), await hunter.expert("Sam Okafor")
    receipt = await world.customer("Colleen Barber", "2701").writes("I can't find the words.")
    await priya.answers(receipt.case_id, "Take your time.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await page.get_by_role("button", name="Special care").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Who").select_option(label="Sam Okafor, Hunter")
    await dialog.get_by_role("button", name="Begin").click()
    await expect(dialog).to_contain_text("Ask them first")
    await dialog.get_by_label("and agreed that").check()
    await pictured(page, "special-care")
    await dialog.get_by_role("button", name="Begin").click()
    await expect(page.locator("#crossing")).to_contain_text(
        "Sam of Hunter serves this case by special care"
    )
    guest = await stage.desk(sam)
    await expect(row(guest, "Colleen Barber")).to_be_visible()
    await page.get_by_role("button", name="End special care").click()
    await page.get_by_role("dialog").get_by_role("button", name="End special care").click()
    await expect(page.locator("#crossing")).to_be_hidden()
    await expect(row(guest, "Colleen Barber")).to_have_count(0)
