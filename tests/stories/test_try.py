"""The story of a rule that is tried: yesterday under another hold, side by side; a day without contacts; axe and pictures."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.routing.sandbox.stretch import Stretch
from tests.stories.stage import Stage, hindrances, picture, staged
from tests.world import Expert

HOUR = "%Y-%m-%dT%H:%M"


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as made:
        yield made


async def opened(stage: Stage, stretch: Stretch, who: Expert, **how: Any) -> Page:
    context = await stage.context(**how)
    await stage.sign_in(context, who)
    page = await stage.page(context)
    community = stretch.community.id
    await page.goto(f"{stage.server.url}/administration/communities/{community}/try")
    return page


async def test_a_manager_tries_another_hold_and_sees_both_sides(stage: Stage) -> None:
    world = stage.world
    stage.server.stop()  # whose clock is another one
    world.later(hours=-2)
    stretch = Stretch(world, 3)
    await stretch.begin()
    mia = await stretch.community.expert("Mia Rossi", role="manager", present=False)
    await stretch.live(world.now + timedelta(minutes=20))
    world.later(minutes=20)
    stage.server.start()
    page = await opened(stage, stretch, mia, reduced_motion="reduce")
    await expect(
        page.get_by_role("heading", name="Try a rule on what has happened")
    ).to_be_visible()
    await picture(page, "try-form-1440")
    zone = "Australia/Sydney"
    for name, days in (("From", 4), ("To", 3)):
        long_ago = (world.now - timedelta(days=days)).timestamp() * 1000
        await page.get_by_label(name, exact=True).fill(await page.evaluate(LOCAL, [long_ago, zone]))
    await page.get_by_role("button", name="Try it").press("Enter")
    await expect(page.get_by_text("Choose a span with contacts")).to_be_visible()
    assert await hindrances(page) == []
    await picture(page, "try-empty-1440")
    since = await page.evaluate(
        LOCAL, [(world.now - timedelta(minutes=50)).timestamp() * 1000, zone]
    )
    until = await page.evaluate(
        LOCAL, [(world.now - timedelta(minutes=10)).timestamp() * 1000, zone]
    )
    await page.get_by_label("From", exact=True).fill(since)
    await page.get_by_label("To", exact=True).fill(until)
    await page.get_by_text("Waiting for the owner").first.click()
    hold = page.locator("#f-hold_messaging_s")
    await hold.fill("a while")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="is no length of time")).to_be_visible()
    await hold.fill("0 s")
    await page.get_by_text("Load and presence").first.click()
    await page.locator("#f-warm_up_s").fill("0 s")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("come out the same (100.0%)")).to_be_visible()
    await expect(page.get_by_role("heading", name="What differs")).to_be_visible()
    for width, scheme in ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.wait_for_timeout(400)  # a button's colour takes a moment to follow
        assert await hindrances(page) == []
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
        await page.mouse.wheel(0, -9000)
        await picture(page, f"try-{width}-{scheme}")
        await page.get_by_role("heading", name="Who would have").scroll_into_view_if_needed()
        await page.mouse.wheel(0, 700)
        await picture(page, f"try-{width}-{scheme}-below")
    assert stage.trouble == []


LOCAL = """([at, timeZone]) => {
  const parts = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "short" }).format(new Date(at));
  return parts.replace(" ", "T");
}"""
