"""The board in a real browser: what needs its manager now, figures in pairs, and from a bad figure to the worst served."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from coterie.conversations.model import Receipt
from coterie.kit.access.accounts import open_account
from coterie.kit.access.viewer import Role
from tests.board.past import answered, followed, likely
from tests.stories.stage import PICTURES, Stage, hindrances, picture, staged
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
            ("Priya Nair", 2), ("Marek Kowal", 2), ("Tom Walsh", 2), ("Aisha Rahman", 1), ("Lachlan Orr", 2),
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
    await experts[0].promises(
        receipts["Glenys Hoy"].case_id, "A call about her refund", minutes=182
    )
    await experts[2].promises(
        receipts["Darrell Nguyen"].case_id, "The number is ported", minutes=222
    )
    for name in NAMES[8:14]:
        await experts[NAMES.index(name) % len(experts)].answers(receipts[name].case_id, "Done.")
    world.later(minutes=169)
    await riverina.expert("Sofia Brandt", role="coach", capacity=1)
    await hunter.expert("Sam Okafor", capacity=1)
    for name in NAMES[17:]:
        receipts[name] = await world.customer(name, "2701").writes("No signal since the storm.")
    world.later(minutes=25)
    await experts[1].asks(receipts["Warren Addison"].case_id, "eSIM on a shared farm plan?")
    world.later(minutes=6)
    await world.tick()
    await followed(world.house, world.now)
    past = likely([receipts[name] for name in NAMES], world.now, 180, 12)
    await answered(world, riverina, past)
    return Scene(riverina, boss, priya, receipts)


async def of_the_house(stage: Stage, role: Role) -> Page:
    """The browser of somebody who belongs to no community."""
    now = datetime.now(UTC)
    async with stage.world.house.ledger.unit(now=now) as tx:
        account = await open_account(
            tx, now, email=f"{role}@example.org", name="Tom Reyes", role=role
        )
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
    await page.wait_for_load_state()
    charts = page.locator("[data-chart]")
    for number in range(await charts.count()):
        await expect(charts.nth(number)).to_have_attribute("data-drawn", "")


async def test_from_a_bad_figure_to_the_worst_served_customer_in_two_clicks(stage: Stage) -> None:
    scene = await busy(stage)
    page = await stage.desk(scene.boss)
    await page.get_by_role("link", name="Board").click()
    await expect(page.get_by_role("heading", name="Riverina", exact=True)).to_be_visible()
    await pictured(page, "board")
    await page.get_by_role("link", name="Open Glenys Hoy").click()
    await expect(page.locator("#thread").get_by_role("heading", name="Glenys Hoy")).to_be_visible()
    await page.go_back()

    await (
        page.locator(".half")
        .filter(has_text="Came back within 7 days")
        .first.get_by_role("link")
        .click()
    )
    await expect(
        page.get_by_role("heading", name="Came back within 7 days", level=1)
    ).to_be_visible()
    await pictured(page, "figure")
    worst = page.locator(".worst tbody tr").first
    name = await worst.get_by_role("link").inner_text()
    await worst.get_by_role("link").click()
    await expect(page).to_have_url(f"{stage.server.url}/workspace/threads/{scene.receipts[name].thread_id}?list=community&case={scene.receipts[name].case_id}#thread")  # fmt: skip
    await expect(page.locator("#thread").get_by_role("heading", name=name)).to_be_visible()


async def test_where_a_chart_does_not_come_its_table_is_shown(stage: Stage) -> None:
    scene = await busy(stage)
    page = await stage.desk(scene.boss)
    await page.route("**/charts/*.json", lambda route: route.abort())
    await page.goto(f"{stage.server.url}/board")
    table = page.locator(".as-table", has=page.get_by_text("Continuity by week, in percent"))
    await expect(table).to_be_visible()
    await expect(page.locator("[data-chart]")).to_be_hidden()
    assert stage.trouble == []


async def test_what_a_figure_means_opens_by_pointer_key_and_touch(stage: Stage) -> None:
    scene = await busy(stage)
    page = await stage.desk(scene.boss)
    await page.goto(f"{stage.server.url}/board")
    meaning = page.locator(".meaning", has_text="Solved at first contact").first
    words = meaning.get_by_text("had one episode only")
    await expect(words).to_be_hidden()
    await meaning.locator("summary").hover()
    await expect(words).to_be_visible()
    await page.mouse.move(5, 5)
    await expect(words).to_be_hidden()
    await meaning.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(words).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(words).to_be_hidden()
    await meaning.locator("summary").dispatch_event(
        "click"
    )  # as a finger does it: no pointer before
    await expect(words).to_be_visible()
    await meaning.scroll_into_view_if_needed()
    await picture(page, "board-meaning-1440-light")
    assert await hindrances(page) == []
    await page.locator(".toggle label", has_text="Table").click()
    await expect(page.get_by_role("table", name="Continuity by week")).to_be_visible()
    await expect(page.locator(".as-chart")).to_be_hidden()


async def test_the_board_goes_on_by_itself_and_nothing_moves_under_a_hand(stage: Stage) -> None:
    scene = await busy(stage)
    page = await stage.desk(scene.boss)
    await page.goto(f"{stage.server.url}/board")
    needs = page.locator("#now")
    await expect(needs).to_contain_text("Glenys Hoy")
    row = needs.locator("li", has_text="Darrell Nguyen")
    await row.hover()
    promise = await scene.priya.promises(
        scene.receipts["Glenys Hoy"].case_id, "A second call", minutes=20
    )
    before = await needs.locator("li").all_inner_texts()
    box = await row.bounding_box()
    assert box is not None
    for step in range(24):  # more than one look at what is new
        await page.mouse.move(box["x"] + 80, box["y"] + 20 + step % 2)
        await page.wait_for_timeout(500)
    assert len(await needs.locator("li").all_inner_texts()) == len(before)
    await page.mouse.move(700, 5)
    await expect(needs).to_contain_text("A second call")
    await scene.priya.keeps(promise.id)
    await expect(needs).not_to_contain_text("A second call")


async def test_a_planner_compares_communities_and_sees_no_customer(stage: Stage) -> None:
    scene = await busy(stage)
    page = await of_the_house(stage, "planner")
    await page.goto(f"{stage.server.url}/board")
    await expect(page).to_have_url(f"{stage.server.url}/board/operation")
    await expect(page.get_by_role("table")).to_contain_text("All communities")
    await page.get_by_role("link", name="Solved").click()
    await expect(page.locator("[aria-sort=ascending]")).to_contain_text("Solved")
    await pictured(page, "board-operation")
    await page.locator("tbody tr", has_text="Riverina").get_by_role("link").nth(5).click()
    await expect(page.get_by_role("heading", name="Solved", level=1)).to_be_visible()
    await pictured(page, "figure-planner")
    for address in ("", "/figures/issue_resolution"):
        await page.goto(f"{stage.server.url}/board/{scene.riverina.id}{address}")
        text = await page.locator("main").inner_text()
        assert "A customer" in text
        for name in (*NAMES, "refund", "eSIM", "storm", "line fixed"):
            assert name not in text, name
        assert await page.locator('a[href*="/workspace"]').count() == 0


async def test_a_community_that_has_done_nothing_yet(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    boss = await riverina.expert("Mia Larsen", role="manager", present=False)
    page = await stage.desk(boss)
    await page.goto(f"{stage.server.url}/board")
    for words in (
        "Nobody waits for us",
        "Nobody was served elsewhere",
        "Nobody has come back yet",
        "Nobody is here",
    ):
        await expect(page.get_by_role("heading", name=words)).to_be_visible()
    await expect(page.locator(".quietfig").first).to_have_text("No answers yet. Shown from 5 on")
    await pictured(page, "board-empty")
    await page.goto(f"{stage.server.url}/board/{riverina.id}/figures/nps")
    await expect(
        page.get_by_role("heading", name="Nobody has answered this in 28 days")
    ).to_be_visible()
    await pictured(page, "figure-empty")
