"""Stories of the planner: a plan is made, an area moved by keyboard and back, dragged, both worlds compared, a report, a wave."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from coterie.communities import actions
from coterie.communities.model import Area
from coterie.kit.access.accounts import open_account
from coterie.kit.access.viewer import Role
from coterie.kit.db import transaction
from coterie.planner import applying, plans
from coterie.planner.workshop import Workshop
from coterie.planning.plan import as_json, read_plan
from coterie.planning.territories.draw import draw
from coterie.planning.territories.model import Wanted
from tests.planner.hall import speaking
from tests.planning.made_up import a_plan, a_run, people_needed, staffed
from tests.planning.territories.australian import ABSENT, AUSTRALIA, australia, named
from tests.stories.stage import PICTURES, Stage, hindrances, hold, staged
from tests.world import Community, Expert

COMPILING_MS = 900_000
"""What the twin compiles once on a machine may take minutes where others work beside."""
SHAPES = [(1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light"), (390, 844, "dark")]

NOTHING_HIDES = "[...document.querySelectorAll('.tablebox:has(.tbl--cards)')].every((each) => each.scrollWidth <= each.clientWidth)"
"""Whether all columns of tables whose rows are cards on a phone are in sight."""


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """While this file is not there, runs of the twin go on."""
    return tmp_path / "let it end"


@pytest.fixture
async def stage(database: str, monkeypatch: pytest.MonkeyPatch, gate: Path) -> AsyncIterator[Stage]:
    """Runs of seed 99 come out as they were made up, once somebody lets them; all others are the real process's."""
    run = a_run() | {"people": people_needed()}
    script = f"import os\nsay(done=1, total=4)\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.05)\nsay(found={run!r})"  # fmt: skip
    real = Workshop.follow

    async def follow(self: Workshop, wanted: Mapping[str, Any], far: list[int]) -> dict[str, Any]:
        shop = Workshop(self.house, speaking(script)) if wanted.get("seed") == 99 else self
        return await real(shop, wanted, far)

    monkeypatch.setattr(Workshop, "follow", follow)
    async with staged(database) as made:
        yield made


async def signed_in(stage: Stage, role: Role, **how: Any) -> Page:
    now = datetime.now(UTC)
    async with stage.world.house.ledger.unit(now=now) as tx:
        id_ = await open_account(tx, now, email=f"{role}@example.org", name="Tom Reyes", role=role)
    context = await stage.context(accept_downloads=True, **how)
    await stage.sign_in(context, Expert(Community(stage.world, "", ""), id_, "Tom Reyes"))
    return await stage.page(context)


async def pictured(page: Page, name: str) -> None:
    """Wide and narrow, light and dark, the whole page; nothing hinders anybody."""
    PICTURES.mkdir(exist_ok=True)
    for width, height, scheme in SHAPES:
        await page.set_viewport_size({"width": width, "height": height})
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.wait_for_timeout(300)  # colours change over a moment
        assert await hindrances(page) == [], (name, width, scheme)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)  # fmt: skip
        assert width > 400 or await page.evaluate(NOTHING_HIDES), name
        await page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme="light")


async def settled(stage: Stage) -> None:
    """Riverina has twelve areas on three rows, with customers who have written."""
    world, plan = stage.world, a_plan()
    riverina = await world.community("Riverina", [each.area for each in plan.areas])
    await riverina.expert("Ana Ruiz")
    async with world.house.ledger.unit(now=world.now) as tx:
        await actions.add_areas(tx, world.now, [Area(each.area, each.name, each.lat, each.lon) for each in plan.areas])  # fmt: skip
        for a, b in plan.adjacency:
            await tx.execute("INSERT INTO adjacency (a, b) VALUES (%s, %s)", sorted([a, b]))
    for each in plan.areas:
        await world.customer(f"Customer {each.area}", each.area).writes("Is it fixed?")


async def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        await page.keyboard.press(key)


async def test_a_drawing_is_cancelled_while_its_page_goes_on(stage: Stage) -> None:
    await settled(stage)
    page = await signed_in(stage, "planner")
    await page.goto(f"{stage.server.url}/planner")
    await expect(page.get_by_text("No plans yet")).to_be_visible()
    await pictured(page, "planner-empty")
    await page.locator("#f-name").fill("Never to be")
    await page.locator("#f-communities").fill("3")
    await page.locator("#f-seed").fill("99")
    await page.get_by_role("button", name="Draw the territories").click()
    await expect(page.get_by_text("1 of 4 attempts at most")).to_be_visible()
    await pictured(page, "planner-drawing")
    await page.get_by_role("button", name="Cancel").hover()
    await page.mouse.down()
    async with page.expect_response("**/planner/plans/*"):  # the page goes on under the finger
        pass
    async with page.expect_response("**/planner/plans/*"):
        pass
    await page.mouse.up()
    await expect(page.get_by_text("The drawing was cancelled.")).to_be_visible()


async def test_a_plan_is_made_an_area_moved_by_keyboard_and_undone(stage: Stage) -> None:
    await settled(stage)
    page = await signed_in(stage, "planner")
    await page.goto(f"{stage.server.url}/planner")
    await page.locator("#f-name").fill("Murray in three")
    await page.locator("#f-communities").fill("3")
    await page.locator("#f-tolerance").fill("40")
    await page.get_by_role("button", name="Draw the territories").click()
    await expect(page.get_by_role("heading", name="Murray in three")).to_be_visible()
    await expect(page.get_by_role("heading", name="Move an area")).to_be_visible()
    await expect(page.get_by_text("3 communities of 12 areas")).to_be_visible()
    await page.reload()
    find = page.get_by_label("Find by code or name")
    area, home = await movable(page)
    await find.fill(area)
    await keys(page, "ArrowDown")
    listbox = page.get_by_role("listbox", name="Areas")
    await expect(listbox).to_be_focused()
    await expect(page.locator("#panel h3")).to_contain_text(area)
    await keys(page, "Enter")
    go = page.locator(".go:focus")
    await expect(go).to_be_visible()
    target = await go.get_attribute("data-to")
    assert target != home
    await pictured(page, "planner-map")
    await keys(page, "Enter")
    dot = page.locator(f'circle[data-area="{area}"]')
    await expect(dot).to_have_attribute("data-home", str(target))
    await expect(page.locator("#map-status")).to_contain_text("Furthest from the mean")
    await expect(listbox).to_be_focused()
    names = [await page.locator(f'#f-community option[value="{each}"]').inner_text() for each in (home, target)]  # fmt: skip
    await expect(page.locator(".movelist li").first).to_contain_text(f"{area} from {names[0]} to {names[1]}")  # fmt: skip
    await keys(page, "Control+z")
    await expect(dot).to_have_attribute("data-home", home)
    await expect(page.locator("#map-status")).to_contain_text("Undone")
    await keys(page, "Control+Shift+z")
    await expect(dot).to_have_attribute("data-home", str(target))
    await page.get_by_role("button", name="Undo").first.click()
    await expect(dot).to_have_attribute("data-home", home)
    assert stage.trouble == []


async def movable(page: Page) -> tuple[str, str]:
    """An area that may go to another community without breaking any: the first of those that the server lets go."""
    found = await page.evaluate(
        """async () => {
          for (const dot of document.querySelectorAll("circle")) {
            const text = await (await fetch(`${location.pathname}/areas/${dot.dataset.area}`)).text();
            const panel = new DOMParser().parseFromString(text, "text/html");
            if (panel.querySelector(".go:not(.go--objected)")) return [dot.dataset.area, dot.dataset.home];
          }
        }"""
    )
    return found[0], found[1]


async def kept(stage: Stage, document: dict[str, Any]) -> str:
    """A plan of two waves that is there; its page."""
    async with transaction(stage.world.house.pool) as tx:
        id_ = await plans.keep(tx, datetime.now(UTC), "Murray", read_plan(document), None)
    return f"{stage.server.url}/planner/plans/{id_}"


async def centre(page: Page, area: str) -> tuple[float, float]:
    box = await page.locator(f'circle[data-area="{area}"]').bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_an_area_is_dragged_to_a_neighbour_and_refused_elsewhere(stage: Stage) -> None:
    url = await kept(stage, staffed())
    page = await signed_in(stage, "planner", reduced_motion="reduce")
    await page.goto(url)
    await expect(page.locator("circle")).to_have_count(12)
    await drag(page, "2600", "2700")
    await expect(page.locator('circle[data-area="2600"]')).to_have_attribute("data-home", "c02")
    await page.locator("#toasts").get_by_role("button", name="Undo").click()
    await expect(page.locator('circle[data-area="2600"]')).to_have_attribute("data-home", "c01")
    await drag(page, "2600", "2800")
    await expect(page.locator("#toasts")).to_contain_text("has no neighbour there")
    await drag(page, "2610", "2710")
    await expect(page.locator("#toasts")).to_contain_text("would no longer be in one piece")
    await expect(page.locator('circle[data-area="2610"]')).to_have_attribute("data-home", "c01")
    await page.get_by_role("button", name="Move anyway").click()
    await expect(page.locator('circle[data-area="2610"]')).to_have_attribute("data-home", "c02")
    await expect(page.get_by_text("1 community in pieces")).to_be_visible()
    before = await page.locator("#sheet").get_attribute("viewBox")
    await page.get_by_role("button", name="Closer").click()
    assert await page.locator("#sheet").get_attribute("viewBox") != before
    assert stage.trouble == []


async def drag(page: Page, area: str, onto: str) -> None:
    start, end = await centre(page, area), await centre(page, onto)
    await page.mouse.move(*start)
    await page.mouse.down()
    await page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    await page.mouse.move(*end, steps=4)
    await page.mouse.up()


async def lies(page: Page, area: str, home: str) -> None:
    await expect(page.locator(f'circle[data-area="{area}"]')).to_have_attribute("data-home", home)


async def test_what_is_dragged_moves_though_another_area_is_still_shown(stage: Stage) -> None:
    url = await kept(stage, staffed())
    page = await signed_in(stage, "planner", reduced_motion="reduce")
    await page.goto(url)
    heading, toasts = page.locator("#panel h3"), page.locator("#toasts")
    await page.locator('#areas [data-area="2600"]').click()
    await expect(heading).to_contain_text("2600")
    one = await hold(page, "**/areas/2610")
    await drag(page, "2610", "2710")
    await one.held()
    await page.wait_for_timeout(300)
    await lies(page, "2600", "c01")
    await one.goes_on()
    await expect(toasts).to_contain_text("would no longer be in one piece")
    await expect(heading).to_contain_text("2610")
    two = await hold(page, "**/areas/2600")
    await drag(page, "2600", "2700")
    await two.held()
    await expect(heading).to_contain_text("2610")
    await two.goes_on()
    await lies(page, "2600", "c02")
    await expect(heading).to_contain_text("2600")
    await page.route("**/areas/2630", lambda route: route.abort(), times=1)
    await drag(page, "2630", "2730")
    await expect(toasts).to_contain_text("The connection was lost")
    three = await hold(page, "**/areas/2630")
    await drag(page, "2630", "2730")
    await three.held()
    await page.locator('#areas [data-area="2620"]').click()
    await expect(heading).to_contain_text("2620")
    await three.goes_on()
    await expect(toasts).to_contain_text("2630 was not moved")
    for area, home in (("2600", "c02"), ("2610", "c01"), ("2620", "c01"), ("2630", "c01")):
        await lies(page, area, home)
    assert stage.trouble == []


async def test_the_keyboard_goes_on_to_the_area_that_is_chosen_and_to_no_other(
    stage: Stage,
) -> None:
    url = await kept(stage, staffed())
    page = await signed_in(stage, "planner", reduced_motion="reduce")
    await page.goto(url)
    heading, listbox = page.locator("#panel h3"), page.get_by_role("listbox", name="Areas")
    await page.locator('#areas [data-area="2600"]').click()
    await expect(heading).to_contain_text("2600")
    await listbox.focus()
    one, two = await hold(page, "**/areas/2610"), await hold(page, "**/areas/2620")
    await keys(page, "ArrowDown", "Enter", "ArrowDown")
    await one.held()
    await two.held()
    await one.goes_on()
    await page.wait_for_timeout(300)
    await expect(listbox).to_be_focused()
    await two.goes_on()
    await expect(heading).to_contain_text("2620")
    await expect(listbox).to_be_focused()
    await page.route("**/areas/2610", lambda route: route.abort(), times=1)
    await keys(page, "ArrowUp", "Enter")
    await expect(page.locator("#toasts")).to_contain_text("The connection was lost")
    await keys(page, "Enter")
    await page.wait_for_timeout(300)
    await expect(listbox).to_be_focused()
    await keys(page, "Home", "Enter")
    await expect(page.locator("#panel", has_text="2600").locator(".go:focus")).to_be_visible()
    await keys(page, "Enter")
    await lies(page, "2600", "c02")
    assert stage.trouble == []


async def test_an_answer_that_was_overtaken_shows_nothing(stage: Stage) -> None:
    url = await kept(stage, staffed())
    page = await signed_in(stage, "planner", reduced_motion="reduce")
    await page.goto(url)
    here = page.locator("#panel")
    await drag(page, "2600", "2700")
    await expect(here).to_contain_text("In Temora")
    old = await hold(page, "**/areas/2600")
    await page.locator('circle[data-area="2600"]').click()
    await old.held()
    await keys(page, "Control+z")
    await expect(here).to_contain_text("In Albury")
    await old.goes_on()
    await page.wait_for_timeout(300)
    await expect(here).to_contain_text("In Albury")
    assert stage.trouble == []


@pytest.mark.skipif(not AUSTRALIA, reason=ABSENT)
async def test_an_area_of_a_real_country_is_moved_by_keyboard_and_undone(stage: Stage) -> None:
    plan = draw(named(australia()), None, Wanted(70, seed=1))
    url = await kept(stage, as_json(plan))
    page = await signed_in(stage, "planner", reduced_motion="reduce")
    await page.goto(url)
    await expect(page.locator("circle")).to_have_count(len(plan.areas))
    await pictured(page, "planner-country")
    find = page.get_by_label("Find by code or name")
    area, home = await movable(page)
    await find.fill(area)
    await keys(page, "ArrowDown")
    await expect(page.locator("#panel h3")).to_contain_text(area)
    near = await page.locator("#near").bounding_box()
    assert near is not None and near["width"] > 20  # the map went there
    await keys(page, "Enter")
    go = page.locator(".go:focus")
    await expect(go).to_contain_text("Furthest from the mean")
    target = await go.get_attribute("data-to")
    await pictured(page, "planner-country-near")
    await keys(page, "Enter")
    dot = page.locator(f'circle[data-area="{area}"]')
    await expect(dot).to_have_attribute("data-home", str(target))
    await expect(page.locator("#map-status")).to_contain_text("Furthest from the mean")
    await keys(page, "Control+z")
    await expect(dot).to_have_attribute("data-home", home)
    assert stage.trouble == []


async def test_both_worlds_are_compared_and_a_report_is_downloaded(
    stage: Stage, gate: Path
) -> None:
    url = await kept(stage, staffed())
    page = await signed_in(stage, "planner", reduced_motion="reduce")
    await page.goto(f"{url}/people")
    await expect(page.get_by_role("heading", name="A typical week in Albury")).to_be_visible()
    await pictured(page, "planner-people")
    await page.goto(f"{url}/twin")
    await expect(page.get_by_text("No runs yet")).to_be_visible()
    await page.get_by_label("Days", exact=True).fill("14")
    await page.get_by_label("Seed", exact=True).fill("99")
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("1 of 4 worlds lived")).to_be_visible()
    await pictured(page, "planner-running")
    gate.touch()
    await expect(page.get_by_text("Calls wait 21 s in communities, 64 s in skill groups: 38 to 49 s less.")).to_be_visible()  # fmt: skip
    await expect(page.get_by_role("heading", name="What this can't tell")).to_be_visible()
    await page.reload()
    await pictured(page, "planner-compared")
    await page.get_by_role("link", name="Report").last.click()
    await expect(page.get_by_role("heading", name="What it says first")).to_be_visible()
    await pictured(page, "planner-report")
    for name, begins in (("PDF", b"%PDF-"), ("One page of HTML", b"<!DOCTYPE html>")):
        async with page.expect_download() as coming:
            await page.get_by_role("link", name=name).click()
        path = await (await coming.value).path()
        assert path.read_bytes().startswith(begins)
    await page.goto(f"{url}/twin")
    gate.unlink()
    await page.get_by_label("Seed", exact=True).fill("99")
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="Cancel").first.click()
    await expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    await page.get_by_text("What is assumed: both worlds").click()
    await page.get_by_text("What is assumed: communities").click()
    await expect(page.get_by_label("People who take calls and messages side by side")).to_have_value("100")  # fmt: skip
    await pictured(page, "planner-twin")
    gate.touch()
    await page.get_by_label("Seed", exact=True).fill("99")
    await page.get_by_label("What a paid hour costs, workplace included").fill("60")
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_role("heading", name="What this can't tell")).to_be_visible()
    await page.goto(f"{url}/twin")
    await page.get_by_label("First: run of").last.check()
    await page.get_by_label("Second: run of").first.check()
    await page.get_by_role("button", name="Compare the two").click()
    await expect(page.get_by_role("heading", name="Two runs", exact=True)).to_be_visible()
    await pictured(page, "planner-beside")
    assert stage.trouble == []


async def test_the_twin_itself_lives_both_worlds(stage: Stage) -> None:
    url = await kept(stage, staffed())
    page = await signed_in(stage, "planner", reduced_motion="reduce")
    await page.goto(f"{url}/twin")
    await page.get_by_label("Days", exact=True).fill("16")
    await page.get_by_label("Replications", exact=True).fill("4")
    await page.get_by_role("button", name="Start").click()
    heading = page.get_by_role("heading", name="What this can't tell")
    await expect(heading).to_be_visible(timeout=COMPILING_MS)
    await expect(page.locator(".says li").first).to_contain_text("in communities")
    await expect(page.get_by_text("Not in it: What people feel")).to_be_visible()
    await pictured(page, "planner-lived")
    assert stage.trouble == []


async def test_a_wave_is_looked_at_applied_and_undone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        applying, "MANY", 3
    )  # so that the page is there before everybody was looked at
    await settled(stage)
    url = await kept(stage, staffed())
    page = await signed_in(stage, "admin")
    await page.goto(f"{url}/waves")
    await pictured(page, "planner-waves")
    await page.get_by_role("link", name="Look and apply Pilots").click()
    await expect(page.get_by_text("4 areas move")).to_be_visible()
    await pictured(page, "planner-wave")
    await page.get_by_role("button", name="Apply", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("has no experts yet")
    await page.get_by_label("Apply it all the same").check()
    await page.get_by_role("button", name="Apply", exact=True).click()
    await expect(page.get_by_text("The wave is applied.")).to_be_visible()
    assert await held(stage, "2600") == "Albury"
    await pictured(page, "planner-applied")
    await page.get_by_role("button", name="Undo Pilots").click()
    await expect(page.get_by_text("Undone. Areas and homes go back")).to_be_visible()
    assert await held(stage, "2600") == "Riverina"
    assert stage.trouble == []


async def held(stage: Stage, area: str) -> str:
    async with stage.world.house.read() as tx:
        found = await tx.execute(
            "SELECT c.name FROM territories t JOIN communities c ON c.id = t.community_id WHERE t.area = %s AND t.until IS NULL",
            [area],
        )
        line: Sequence[str] = await found.fetchone() or [""]
        return line[0]


async def test_a_file_is_brought_in_and_a_bad_one_is_said_so_beside_it(stage: Stage) -> None:
    page = await signed_in(stage, "planner")
    await page.goto(f"{stage.server.url}/planner")
    files = page.locator("#f-file")
    await files.set_input_files({"name": "plan.json", "mimeType": "application/json", "buffer": b"{}"})  # fmt: skip
    await page.get_by_role("button", name="Bring it in").click()
    await expect(page.locator("#w-file")).to_contain_text("it names no communities")
    content = json.dumps(staffed()).encode()
    await files.set_input_files({"name": "Murray.json", "mimeType": "application/json", "buffer": content})  # fmt: skip
    await page.get_by_role("button", name="Bring it in").click()
    await expect(page.get_by_role("heading", name="Murray")).to_be_visible()
    await page.goto(f"{stage.server.url}/planner")
    await pictured(page, "planner-list")
    await page.get_by_role("button", name="Delete Murray").click()
    await page.get_by_role("button", name="Bring back Murray").click()
    await expect(page.get_by_role("link", name="Murray")).to_be_visible()
    assert stage.trouble == []
