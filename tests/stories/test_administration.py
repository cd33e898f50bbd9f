"""Stories of the administration in a real browser: the way in, a community founded by keyboard, every page by axe."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from coterie.kit.access.accounts import open_account
from coterie.kit.access.passwords import hash_password
from coterie.kit.access.viewer import Role
from tests.stories.stage import Stage, hindrances, picture, staged

PASSWORD = "brisk otter lantern"
A = "/administration"


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as made:
        yield made


async def account(stage: Stage, role: Role, name: str) -> None:
    now = datetime.now(UTC)
    async with stage.world.house.ledger.unit(now=now) as tx:
        await open_account(
            tx, now, email=f"{role}@example.org", name=name, role=role,
            password_hash=await hash_password(PASSWORD),
        )  # fmt: skip


async def signed_in(stage: Stage, role: Role = "admin", to: str = A, **how: Any) -> Page:
    page = await stage.page(await stage.context(**how))
    await page.goto(f"{stage.server.url}{to}")
    await page.get_by_label("E-mail address").fill(f"{role}@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)  # and loaded: its scripts hear
    return page


async def test_the_way_in_says_what_is_wrong_and_leads_on(stage: Stage) -> None:
    await account(stage, "admin", "Ines Duarte")
    page = await stage.page(await stage.context())
    await page.goto(f"{stage.server.url}{A}/audit?by=ines")
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await page.keyboard.type("admin@example.org")
    await page.keyboard.press("Tab")
    await page.keyboard.type("not this one")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    await expect(page.get_by_label("Password")).to_be_focused()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{stage.server.url}{A}/audit?by=ines")
    await page.goto(f"{stage.server.url}/account")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="signed out")).to_be_visible()


async def test_a_community_is_founded_and_filled_by_keyboard_only(stage: Stage) -> None:
    await stage.world.community("Riverina", ["2650", "2651"])
    await account(stage, "admin", "Ines Duarte")
    page = await signed_in(stage, to=f"{A}/communities/new")
    await page.get_by_label("Name", exact=True).focus()
    await page.keyboard.type("Hunter")
    await expect(page.locator("[data-hue-name]")).to_have_text("Hunter")
    await page.get_by_label("Colour").focus()
    for _ in range(4):
        await page.keyboard.press("ArrowRight")
    await expect(page.locator(".hue__look")).to_have_attribute("data-hue", "210")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Hunter")).to_be_visible()
    await expect(page.get_by_text("Nobody yet")).to_be_visible()

    await page.get_by_role("link", name="Add somebody").press("Enter")
    await page.get_by_label("Name", exact=True).fill("Noor Haddad")
    await page.get_by_label("E-mail address").fill("noor@example.org")
    await page.get_by_label("Role").select_option("manager")
    await page.get_by_role("button", name="Add").press("Enter")
    await expect(page.get_by_role("heading", name="Noor Haddad")).to_be_visible()
    link = await page.get_by_label("Link").input_value()
    assert "/password/" in link

    await page.goto(f"{stage.server.url}{A}/territories")
    await page.get_by_label("2650", exact=True).press("Space")
    await page.get_by_label("To", exact=True).select_option(label="Hunter")
    await page.get_by_role("button", name="Look at the move").press("Enter")
    await expect(page.get_by_text("who get another home")).to_be_visible()
    await page.get_by_role("button", name="Move", exact=True).press("Enter")
    await expect(page.get_by_text("1 area moved to Hunter.")).to_be_visible()


async def test_a_membership_ends_after_a_question_that_can_be_left(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina")
    ana = await riverina.expert("Ana Ruiz")
    await account(stage, "admin", "Ines Duarte")
    page = await signed_in(stage, to=f"{A}/people/{ana.id}")
    await page.get_by_role("button", name="End the membership").press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await page.get_by_role("button", name="End the membership").press("Enter")
    await page.get_by_role("button", name="End it").press("Enter")
    await expect(page.get_by_text("The membership has ended")).to_be_visible()
    await expect(page.get_by_role("button", name="Appoint")).to_be_visible()


async def test_somebody_is_moved_after_a_question(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina")
    await stage.world.community("Hunter")
    ana = await riverina.expert("Ana Ruiz")
    await account(stage, "admin", "Ines Duarte")
    page = await signed_in(stage, to=f"{A}/people/{ana.id}")
    await page.get_by_role("button", name="Move to another community").press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("To")).to_contain_text("Hunter")
    assert await hindrances(page) == []
    await dialog.get_by_role("button", name="Move").press("Enter")
    await expect(page.get_by_text("They belong to their new community now")).to_be_visible()
    await expect(page.get_by_role("link", name="Hunter")).to_be_visible()


async def test_a_manager_looks_and_changes_nothing(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2650"])
    mia = await riverina.expert("Mia Rossi", role="manager")
    ana = await riverina.expert("Ana Ruiz", skills={"billing": 4})
    context = await stage.context()
    await stage.sign_in(context, mia)
    page = await stage.page(context)
    await page.goto(f"{stage.server.url}{A}/people/{ana.id}")
    await expect(page.get_by_text("billing 4")).to_be_visible()
    assert await page.locator("main form").count() == 0
    await page.goto(f"{stage.server.url}{A}/communities/{riverina.id}/settings")
    await expect(page.get_by_label("First answer to a message")).not_to_be_editable()
    await expect(page.get_by_role("button", name="Save settings")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1440, 900, "light"), (390, 844, "dark")],
)
async def test_every_page_looks_right_to_axe_and_fits_its_width(
    stage: Stage, width: int, height: int, scheme: str
) -> None:
    riverina = await stage.world.community("Riverina", ["2650", "2651"], watch_days=10)
    ana = await riverina.expert("Ana Ruiz", skills={"billing": 4, "network": 2})
    await account(stage, "admin", "Ines Duarte")
    how: dict[str, Any] = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    page = await stage.page(await stage.context(**how))
    await seen(page, stage, "/sign-in", f"sign-in-{width}-{scheme}")
    page = await signed_in(stage, **how)
    for name, path in (
        ("overview", A),
        ("communities", f"{A}/communities"),
        ("community-new", f"{A}/communities/new"),
        ("community", f"{A}/communities/{riverina.id}"),
        ("hours", f"{A}/communities/{riverina.id}/hours"),
        ("settings", f"{A}/communities/{riverina.id}/settings"),
        ("absences", "/absences"),
        ("absence-new", f"/absences/new?expert={ana.id}"),
        ("people", f"{A}/people"),
        ("person", f"{A}/people/{ana.id}"),
        ("person-new", f"{A}/people/new"),
        ("territories", f"{A}/territories"),
        ("area", f"{A}/territories/areas/2650"),
        ("programs", f"{A}/programs"),
        ("audit", f"{A}/audit"),
        ("account", "/account"),
    ):
        await seen(page, stage, path, f"administration-{name}-{width}-{scheme}")


async def seen(page: Page, stage: Stage, path: str, name: str) -> None:
    await page.goto(f"{stage.server.url}{path}")
    assert await hindrances(page) == [], path
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{path} is {wide} px too wide"
    await picture(page, name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_planner_sees_whether_times_given_are_kept(stage: Stage, scheme: str) -> None:
    riverina = await stage.world.community()
    for number in range(24):
        await stage.world.customer(f"Customer {number}").writes()
    async with stage.world.house.ledger.unit(riverina.id, now=stage.world.now) as tx:
        await tx.execute("UPDATE waits SET seconds = 60, ended_at = at, kept = mod(ahead, 8) > 0")
    await account(stage, "planner", "Tom Walker")
    for name, size in (("wide", (1440, 900)), ("phone", (390, 844))):
        page = await signed_in(
            stage, "planner", f"{A}/communities/{riverina.id}", color_scheme=scheme,
            viewport={"width": size[0], "height": size[1]},
        )  # fmt: skip
        await expect(page.get_by_role("heading", name="Times given")).to_be_visible()
        await page.get_by_role("heading", name="Times given").scroll_into_view_if_needed()
        assert await hindrances(page) == []
        await picture(page, f"times-given-{name}-{scheme}")
