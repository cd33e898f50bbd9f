"""Stories of homes in a real browser: a change of territories with its way back; a merge, then undone; a household."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from coterie.customers.model import Address
from tests.stories.stage import Stage, hindrances, picture, row, staged
from tests.stories.test_administration import A, account, signed_in

SHAPES = [(1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light"), (390, 844, "dark")]


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as made:
        yield made


async def shots(page: Page, name: str) -> None:
    """The screen in each width and light, and what axe says of it."""
    for width, height, scheme in SHAPES:
        await page.set_viewport_size({"width": width, "height": height})
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.wait_for_timeout(300)  # colours change over a moment
        assert await hindrances(page) == [], (name, width, scheme)
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is {wide} px too wide at {width}"
        await picture(page, f"{name}-{width}-{scheme}")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme="light")


async def test_areas_go_to_another_community_and_back(stage: Stage) -> None:
    world = stage.world
    riverina = await world.community("Riverina", ["2650", "2651", "2652"])
    hunter = await world.community("Hunter", ["2300"])
    ana = await riverina.expert("Ana Ruiz")
    await account(stage, "admin", "Ines Duarte")
    people = [await world.customer(f"Customer {n}", f"265{n % 3}").writes() for n in range(6)]
    await ana.answers(people[0].case_id)
    await world.pins(people[1].customer_id, riverina)
    page = await signed_in(stage, to=f"{A}/territories")
    await page.get_by_label("Move those ticked below, and").fill("2650-2651")
    await page.get_by_label("To", exact=True).select_option(label="Hunter")
    await page.get_by_role("button", name="Look at the move").click()
    await expect(page.get_by_text("3 customers who get another home")).to_be_visible()
    await expect(page.get_by_text("1 of 4 who live there is pinned and stays", exact=False)).to_be_visible()  # fmt: skip
    await shots(page, "territory-preview")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.get_by_text("2 areas moved to Hunter.")).to_be_visible()
    await expect(page.get_by_text("3 moved")).to_be_visible()
    assert (await world.homes(people[0].customer_id))[0].community_id == hunter.id
    await shots(page, "territory-changes")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("3 back")).to_be_visible()
    assert (await world.homes(people[0].customer_id))[0].community_id == riverina.id
    await shots(page, "territory-undone")


async def two(stage: Stage) -> tuple[Any, Any, Any]:
    """Ana's customer Li writes by mail, and somebody by phone who is Li, too."""
    world = stage.world
    riverina = await world.community("Riverina", ["2650"])
    ana = await riverina.expert("Ana Ruiz")
    mail = world.customer("Colleen Barber", "2650", address=Address("email", "colleen@example.com"))
    phone = world.customer("C Barber", None, address=Address("phone", "+61491570156"))
    one = await mail.writes("The internet at the farm drops every evening.", channel="email")
    await ana.answers(one.case_id, "I have booked the mast for Thursday.")
    world.later(minutes=3)
    other = await phone.writes("Did you get my mail about the mast?", channel="sms")
    return ana, one, other


async def test_two_records_of_one_person_become_one_and_two_again(stage: Stage) -> None:
    ana, one, other = await two(stage)
    page = await stage.desk(ana)
    await row(page, "Colleen Barber").click()
    await expect(page.get_by_role("heading", name="Colleen Barber").first).to_be_visible()
    await page.get_by_role("button", name="Same person as").click()
    await page.get_by_label("Who is the same person?").fill("C Bar")
    await page.get_by_role("button", name="C Barber").click()
    await expect(page.get_by_role("heading", name="One person?")).to_be_visible()
    await expect(page.locator("#dialog").get_by_text("+61 491 570 156")).to_be_visible()
    await shots(page, "merge-preview")
    await page.get_by_role("button", name="They are one person").click()
    await expect(page.locator(".log .bubble").get_by_text("Did you get my mail")).to_be_visible()
    await expect(page.locator("#context").get_by_text("+61 491 570 156")).to_be_visible()
    await expect(row(page, "Barber")).to_have_count(1)
    await shots(page, "merged")
    await page.locator("#context").get_by_role("button", name="They are two").click()
    await expect(page.locator(".log .bubble").get_by_text("Did you get my mail")).to_have_count(0)
    await expect(row(page, "Barber")).to_have_count(2)
    await shots(page, "merge-undone")
    async with stage.world.house.read() as tx:
        found = await tx.execute("SELECT id FROM threads ORDER BY id")
        assert {id_ for (id_,) in await found.fetchall()} == {one.thread_id, other.thread_id}


async def test_a_merge_is_undone_from_the_toast(stage: Stage) -> None:
    ana, _, _ = await two(stage)
    page = await stage.desk(ana)
    await row(page, "Colleen Barber").click()
    await page.get_by_role("button", name="Same person as").click()
    await page.get_by_label("Who is the same person?").fill("C Bar")
    await page.get_by_role("button", name="C Barber").click()
    await page.get_by_role("button", name="They are one person").click()
    await page.locator("#toasts").get_by_role("button", name="Undo").click()
    await expect(row(page, "Barber")).to_have_count(2)


async def test_a_household_is_put_together_and_taken_apart(stage: Stage) -> None:
    ana, _, _ = await two(stage)
    page = await stage.desk(ana)
    await row(page, "Colleen Barber").click()
    await page.get_by_role("button", name="Household").click()
    await page.get_by_label("Who lives with them?").fill("C Bar")
    await page.get_by_role("button", name="C Barber").click()
    await expect(page.locator("#context").get_by_text("with C Barber")).to_be_visible()
    await page.get_by_role("button", name="Household").click()
    await page.get_by_label("What is it called?").fill("The Barbers")
    await shots(page, "household")
    await page.get_by_role("button", name="Save the name").click()
    await expect(page.locator("#context").get_by_text("The Barbers, with C Barber")).to_be_visible()
    await page.get_by_role("button", name="Household").click()
    await page.get_by_role("button", name="Take Colleen out").click()
    await expect(page.locator("#context").get_by_text("The Barbers")).to_have_count(0)
