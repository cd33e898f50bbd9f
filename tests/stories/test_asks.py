"""Stories of help: an expert asks while the customer types, a teammate answers beside the thread, and is thanked."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.stories.stage import Stage, hindrances, picture, point_anew, row, staged
from tests.world import Customer, Expert

QUESTION = (
    "New steel silo 80 m from the antenna, straight down the path. Mast or a different tower?"
)
ANSWER = "Mast. From 2701 the next tower is over the hill. A 3 m mast clears a silo up to 14 m."
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as made:
        yield made


async def team(stage: Stage) -> tuple[Expert, Expert, Expert, Customer]:
    """Priya owns a case of Colleen's; Marek knows radio; Jess is new."""
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701", topic="fixed_wireless")
    receipt = await colleen.writes("The internet drops every evening.")
    await priya.answers(receipt.case_id, "Same pattern in the log. Give me a moment.")
    marek = await riverina.expert("Marek Kowalski", skills={"fixed_wireless": 5})
    jess = await riverina.expert("Jess Tran", skills={"billing": 3})
    return priya, marek, jess, colleen


async def asks(page: Page) -> None:
    await row(page, "Colleen Barber").click()
    await page.locator(".log").focus()
    await page.keyboard.press("h")
    await expect(page.locator("#t-ask")).to_be_focused()
    await page.keyboard.type(QUESTION)


async def to_the_asks(page: Page) -> None:
    """By keyboard, until the page there hears keys."""
    await page.keyboard.press("g")
    await page.keyboard.press("h")
    await page.wait_for_url("**/workspace/asks#list")


async def test_an_expert_asks_while_the_customer_types_and_thanks_who_answered(
    stage: Stage,
) -> None:
    priya, marek, jess, colleen = await team(stage)
    hers, his, others = await stage.desk(priya), await stage.desk(marek), await stage.desk(jess)
    await asks(hers)
    await expect(hers.locator("#ask-whom")).to_contain_text("Asks Marek and Jess")
    await colleen.writes("Is it the new silo next door?")
    await expect(hers.locator(".bubble", has_text="new silo next door")).to_be_visible()
    await expect(hers.locator("#t-ask")).to_have_value(QUESTION)
    await picture(hers, "ask-composer-1440-light")
    await hers.keyboard.press("Control+Enter")
    await expect(his.locator(".toast")).to_contain_text("Priya asks you: New steel silo")
    await his.locator(".toast").hover()  # it stays
    card = hers.locator("article.ask")
    await expect(card).to_contain_text("Priya asked the team")
    await expect(card).to_contain_text("Waits for Marek and Jess")
    await expect(hers.locator("#t-ask")).to_have_value("")

    await expect(his.locator("#count-asks")).to_have_text("1")
    await expect(his.locator("#rail-asks .unread")).to_contain_text("1")
    await his.locator(".toast").get_by_role("button", name="Open").click()
    await expect(his.locator("article.ask")).to_be_visible()
    await to_the_asks(his)
    await expect(his.locator(".askrow", has_text="New steel silo")).to_contain_text("waits for you")
    await picture(his, "asks-1440-light")
    await others.goto(f"{stage.server.url}/workspace/asks")
    await expect(others.locator("#rows-asks-for_me .askrow")).to_have_count(1)
    await his.locator(".askrow").get_by_role("button", name="Accept").click()
    await expect(his.locator(".ask__text")).to_be_focused()
    await expect(others.locator("#rows-asks-others .askrow")).to_contain_text("Marek has it")
    await expect(others.locator("#count-asks")).to_have_text("0")
    await expect(hers.locator("article.ask")).to_contain_text("Marek accepted")
    await his.keyboard.type(ANSWER)
    await colleen.writes("It went up that same week.")
    await expect(his.locator(".bubble", has_text="that same week")).to_be_visible()
    await expect(his.locator(".ask__text")).to_have_value(ANSWER)
    await picture(his, "asks-answering-1440-light")
    await his.keyboard.press("Control+Enter")

    await expect(hers.locator(".toast")).to_contain_text("Marek answered")
    await expect(card.locator(".ask__answer")).to_contain_text("A 3 m mast clears a silo")
    await expect(card.locator(".ask__answer")).to_contain_text("fixed wireless 5 of 5")
    assert await hindrances(hers) == []
    await card.get_by_role("button", name="Use in reply").click()
    await expect(hers.locator("#t-reply")).to_have_value(ANSWER)
    await hers.locator(".log").focus()
    await hers.keyboard.press("t")
    await expect(card).to_contain_text("thanked")
    await expect(his.locator(".toast")).to_contain_text("Priya thanks you")
    await card.scroll_into_view_if_needed()
    await picture(hers, "ask-answered-1440-light")
    async with stage.world.house.read() as tx:
        found = await tx.execute("SELECT owner_id FROM cases")
        assert await found.fetchall() == [(priya.id,)]


async def test_declined_with_a_reason_by_keyboard(stage: Stage) -> None:
    priya, marek, _, _ = await team(stage)
    page, hers = await stage.desk(marek), await stage.desk(priya)
    await asks(hers)
    await hers.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Priya asks you")
    await to_the_asks(page)
    await expect(page.locator(".askrow")).to_have_count(1)
    await page.keyboard.press("j")
    await expect(page.locator("article.ask")).to_be_visible()
    await page.keyboard.press("d")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Decline this ask")
    assert await hindrances(page) == []
    await picture(page, "ask-decline-1440-light")
    await dialog.get_by_label("Or in your words").fill("On a roof until four")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Declined")
    await expect(hers.locator("article.ask")).to_contain_text(
        "Marek declined: On a roof until four"
    )
    await expect(page.locator("#rows-asks-others .askrow")).to_have_count(1)


async def test_a_draft_of_an_ask_survives_a_reload(stage: Stage) -> None:
    priya, *_ = await team(stage)
    page = await stage.desk(priya)
    await asks(page)
    await expect(page.locator("#draft-state")).to_have_text("Draft kept")
    await page.reload()
    await expect(page.locator("#mode-ask")).to_be_checked()
    await expect(page.locator("#t-ask")).to_have_value(QUESTION)
    await expect(page.locator("#ask-topic")).to_have_value("fixed_wireless")
    await expect(page.locator("#ask-whom")).to_contain_text("Asks Marek and Jess")


async def test_an_empty_ask_is_refused_in_place(stage: Stage) -> None:
    priya, *_ = await team(stage)
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await page.locator("label", has_text="Ask the team").click()
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("#said")).to_contain_text("Say what would help you")
    await expect(page.locator("article.ask")).to_have_count(0)


async def test_the_list_of_asks_keeps_still_under_the_pointer(stage: Stage) -> None:
    priya, marek, jess, _ = await team(stage)
    page = await stage.desk(marek)
    case = await case_of(stage)
    first = await priya.asks(case, "The first.")
    await page.goto(f"{stage.server.url}/workspace/asks")
    at = page.locator(f"#ask-{first.id} .row")
    await point_anew(at)
    await priya.asks(case, "The second.")
    await point_anew(at)
    await expect(page.locator("#list-fresh")).to_have_text("1 new")
    await jess.accepts(first.id)
    await point_anew(at)
    await expect(page.locator(f"#ask-{first.id}")).to_contain_text("Jess has it")
    await point_anew(at)
    await expect(page.locator("#rows-asks-for_me .askrow").first).to_contain_text("The first.")
    await page.mouse.move(900, 400)
    await expect(page.locator("#rows-asks-others .askrow")).to_contain_text("The first.")
    await expect(page.locator("#rows-asks-for_me .askrow")).to_contain_text("The second.")


async def case_of(stage: Stage) -> str:
    async with stage.world.house.read() as tx:
        found = await tx.execute("SELECT id FROM cases LIMIT 1")
        [id_] = await found.fetchone() or [""]
    return str(id_)


async def test_who_promised_is_warned_on_the_screen(stage: Stage) -> None:
    priya, *_ = await team(stage)
    page = await stage.desk(priya)
    await expect(row(page, "Colleen Barber")).to_be_visible()
    promise = await priya.promises(await case_of(stage), "Ring with a fix", minutes=5)
    stage.world.clock[0] = promise.warn_at
    await stage.world.tick()
    await expect(page.locator(".toast")).to_contain_text("Due in 2 min: Ring with a fix")
    await page.locator(".toast").get_by_role("button", name="Open").click()
    await expect(page.get_by_role("heading", name="Colleen Barber").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_how_it_looks_wide_and_narrow(stage: Stage, theme: str) -> None:
    priya, marek, jess, colleen = await team(stage)
    case = await case_of(stage)
    await priya.notes(case, "Signal was steady until 12 Nov, weak since.")
    done = await priya.asks(case, QUESTION, topic="fixed_wireless")
    stage.world.later(seconds=70)
    await jess.declines(done.id, "Never seen a silo.")
    await marek.accepts(done.id)
    stage.world.later(minutes=4)
    await marek.helps(done.id, ANSWER)
    await colleen.writes("It went up that same week.")
    await priya.asks(case, "Who has the keys to the Coolamon hut?", urgency="urgent")
    held = await jess.asks(case, "May I credit four evenings?", topic="billing")
    await priya.accepts(held.id)
    for name, size in (("1440", {"width": 1440, "height": 900}), ("390", PHONE)):
        for who, label in ((marek, "helper"), (priya, "asker")):
            page = await stage.desk(who, viewport=size, color_scheme=theme)
            await page.goto(f"{stage.server.url}/workspace/asks#list")
            await expect(page.locator(".askrow")).to_have_count(3)
            assert await hindrances(page) == []
            await picture(page, f"asks-list-{label}-{name}-{theme}")
            await page.locator(".askrow", has_text="Coolamon hut").locator(".row").click()
            await expect(page.locator("article.ask")).to_have_count(3)
            assert await hindrances(page) == []
            await picture(page, f"asks-{label}-{name}-{theme}")
            await page.locator(".modes label", has_text=re.compile("^Ask")).click()
            await expect(page.locator("#ask-whom")).not_to_be_empty()
            await page.locator("#t-ask").fill("Is there a cherry picker on Thursday?")
            assert await hindrances(page) == []
            await picture(page, f"asks-composer-{label}-{name}-{theme}")
            await page.context.close()


async def test_nobody_asks(stage: Stage) -> None:
    _, marek, _, _ = await team(stage)
    page = await stage.desk(marek)
    await page.goto(f"{stage.server.url}/workspace/asks")
    await expect(page.get_by_text("Nobody asks")).to_be_visible()
    assert await hindrances(page) == []
    await picture(page, "asks-empty-1440-light")


async def test_who_was_not_answered_may_ask_again(stage: Stage) -> None:
    priya, marek, jess, _ = await team(stage)
    page = await stage.desk(priya)
    ask = await priya.asks(await case_of(stage), QUESTION)
    await row(page, "Colleen Barber").click()
    await marek.declines(ask.id)
    await jess.declines(ask.id)
    await expect(page.locator(".toast")).to_contain_text("Nobody could answer")
    await page.locator("article.ask").get_by_role("button", name="Ask again").click()
    await expect(page.locator("#t-ask")).to_have_value(QUESTION)


async def test_asked_beside_each_other_in_one_thread(stage: Stage) -> None:
    """The row that one chose is the one at hand, and its card is what the keys are for."""
    priya, marek, _, _ = await team(stage)
    case = await case_of(stage)
    await priya.asks(case, "The first.")
    second = await priya.asks(case, "The second.")
    page = await stage.desk(marek)
    await page.goto(f"{stage.server.url}/workspace/asks")
    await page.locator(".askrow .row", has_text="The second.").click()
    await expect(page.locator(".row[aria-current]")).to_have_count(1)
    await page.keyboard.press("a")
    await expect(page.locator(f"#answer-{second.id}")).to_be_focused()


async def test_who_speaks_a_language_sees_that_they_are_needed_and_it_goes_when_they_serve(
    stage: Stage,
) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    await riverina.expert("Priya Nair", languages=["en"])
    mei = await riverina.expert("Mei Lin", languages=["en", "zh"], present=False)
    page = await stage.desk(mei)
    await stage.world.customer("Li Wang", "2701", language="zh").writes("我的网络断了。")
    await expect(page.locator(".toast")).to_contain_text("Who speaks Mandarin?")
    await expect(page.locator("#count-asks")).to_have_text("1")
    await page.goto(f"{stage.server.url}/workspace/asks")
    await expect(page.locator(".askrow")).to_contain_text("Who speaks Mandarin?")
    await page.locator(".askrow .row").click()
    await expect(page.locator("article.ask")).to_contain_text("The house asked the team")
    assert await hindrances(page) == []
    await picture(page, "ask-language-1440-light")
    await page.get_by_role("button", name="I am here").click()
    await expect(page.locator("#strip")).to_contain_text("with Mei")
    await expect(page.locator(".askrow")).to_have_count(0)
    await expect(page.locator("#count-asks")).to_have_text("0")
