"""The board in a real browser: what needs its manager now, figures in pairs, and from a bad figure to the worst served."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from coterie.conversations.model import Receipt
from coterie.kit.access.accounts import open_account
from coterie.kit.access.viewer import Role
from tests.board.past import answered, followed, likely
from tests.stories.stage import PICTURES, Stage, hindrances, staged, until
from tests.world import Community, Expert

NAMES = (
    "Glenys Hoy", "Warren Addison", "Darrell Nguyen", "Sunita Ekka", "Rhys Tran", "Colleen Barber", "Bo Marsh",
    "Helen Petrou", "Kofi Mensah", "Ruth Doolan", "Imre Vass", "Lin Zhao", "Marta Silva", "Noor Haddad",
    "Owen Pryce", "Petra Novak", "Quinn Doyle", "Rosa Marin", "Stig Dahl", "Tui Parata", "Uma Rao", "Vic Hall",
    "Wendy Ong", "Yusuf Ali",
)  # fmt: skip


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as made:
        yield made


@dataclass
class Scene:
    riverina: Community
    boss: Expert
    priya: Expert
    receipts: dict[str, Receipt]


async def busy(stage: Stage) -> Scene:
    """Riverina on a full day: promises at risk, a queue, an ask without help, an overflow to Hunter, months behind it."""
    world = stage.world
    riverina = await world.community("Riverina", ["2701"])
    hunter = await world.community("Hunter", ["2300"])
    await riverina.has_buddy(hunter)
    boss = await riverina.expert("Mia Larsen", role="manager", present=False)
    experts = [
        await riverina.expert(name, capacity=capacity)
        for name, capacity in (
            ("Priya Nair", 6), ("Marek Kowal", 4), ("Tom Walsh", 4), ("Aisha Rahman", 4), ("Lachlan Orr", 3),
        )
    ]  # fmt: skip
    priya = experts[0]
    world.later(minutes=-200)
    receipts = {}
    for name in NAMES[:17]:
        receipts[name] = await world.customer(name, "2701").writes("Is my line fixed yet?")
    for name in NAMES[:8]:
        owner = experts[NAMES.index(name) % len(experts)]
        await owner.answers(receipts[name].case_id, "I'll find out.")
    await experts[0].promises(receipts["Glenys Hoy"].case_id, "A call about her refund", minutes=182)
    await experts[2].promises(receipts["Darrell Nguyen"].case_id, "The number is ported", minutes=222)
    for name in NAMES[8:14]:
        await experts[NAMES.index(name) % len(experts)].answers(receipts[name].case_id, "Done.")
    world.later(minutes=169)
    sam = await hunter.expert("Sam Okafor", capacity=2)
    for name in NAMES[17:]:
        receipts[name] = await world.customer(name, "2701").writes("No signal since the storm.")
    world.later(minutes=25)
    await experts[1].asks(receipts["Warren Addison"].case_id, "eSIM on a shared farm plan?")
    world.later(minutes=6)
    await world.tick()
    await sam.goes()
    await followed(world.house, world.now)
    past = likely([receipts[name] for name in NAMES], world.now, 180, 5)
    await answered(world, riverina, past)
    return Scene(riverina, boss, priya, receipts)


async def of_the_house(stage: Stage, role: Role) -> Page:
    """The browser of somebody who belongs to no community."""
    now = datetime.now(UTC)
    async with stage.world.house.ledger.unit(now=now) as tx:
        account = await open_account(tx, now, email=f"{role}@example.org", name="Tom Reyes", role=role)
    context = await stage.context()
    await stage.sign_in(context, Expert(stage.world.communities["Riverina"], account, "Tom Reyes"))
    return await stage.page(context)


async def pictured(page: Page, name: str) -> None:
    """Wide and narrow, light and dark, the whole page; nothing hinders anybody."""
    for width, height in ((1440, 900), (390, 844)):
        await page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await drawn(page)
            PICTURES.mkdir(exist_ok=True)
            await page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
            assert await hindrances(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme="light")


async def drawn(page: Page) -> None:
    """Every chart of the page stands there."""
    charts = page.locator("[data-chart]")
    for number in range(await charts.count()):
        await expect(charts.nth(number)).to_have_attribute("data-drawn", "")


async def test_from_a_bad_figure_to_the_worst_served_customer_in_two_clicks(stage: Stage) -> None:
    scene = await busy(stage)
    page = await stage.desk(scene.boss)
    await page.get_by_role("link", name="Board").click()
    await expect(page.get_by_role("heading", name="Riverina", exact=True)).to_be_visible()
    await pictured(page, "board")

    await page.locator(".half").filter(has_text="Came back within 7 days").first.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Came back within 7 days", level=1)).to_be_visible()
    await pictured(page, "figure")
    worst = page.locator(".worst tbody tr").first
    name = await worst.get_by_role("link").inner_text()
    await worst.get_by_role("link").click()
    await expect(page).to_have_url(f"{stage.server.url}/workspace/threads/{scene.receipts[name].thread_id}?list=community&case={scene.receipts[name].case_id}#thread")  # fmt: skip
    await expect(page.locator("#thread").get_by_role("heading", name=name)).to_be_visible()
