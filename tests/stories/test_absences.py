"""Stories of absences in a real browser: entered, handed over, read, covered, and back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.stories.stage import Stage, hindrances, picture, staged
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
