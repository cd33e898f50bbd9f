"""The workspace where answers come late or in another order than they were asked for, as they do on a slow line."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, Route, expect

from coterie.kit.db import value
from coterie.workspace import live
from tests.stories.stage import Gate, Stage, hold, row, staged
from tests.world import Customer, Expert

BOX = "#t-reply"
SHORTLY_MS = 700
"""So long is looked whether something comes that should not."""


@dataclass(frozen=True)
class Desk:
    """Priya with Ann's and Bea's threads before her; `customer` is Ann."""

    stage: Stage
    priya: Expert
    customer: Customer
    page: Page
    ann: str
    bea: str
    ann_case: str
    bea_case: str

    async def opens(self, name: str) -> None:
        await row(self.page, name).click()
        await expect(self.page.locator("#thread h2").first).to_contain_text(name)

    async def sends(self, text: str) -> None:
        await self.page.locator(BOX).fill(text)
        await self.page.keyboard.press("Control+Enter")

    async def a_moment(self) -> None:
        await self.page.wait_for_timeout(SHORTLY_MS)


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Desk]:
    async with staged(database) as stage:
        riverina = await stage.world.community("Riverina", ["2701"])
        priya = await riverina.expert("Priya Nair", capacity=100)
        ann = stage.world.customer("Ann Stone", "2701")
        a = await ann.writes("Ann here.")
        b = await stage.world.customer("Bea Stone", "2701").writes("Bea here.")
        page = await stage.desk(priya)
        yield Desk(stage, priya, ann, page, a.thread_id, b.thread_id, a.case_id, b.case_id)
        assert stage.trouble == []


async def test_what_is_typed_while_a_message_is_sent_stays(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    posted = await hold(page, "**/messages", "POST")
    await desk.sends("One.")
    await posted.held()
    await page.locator(BOX).fill("One. And a second thought")
    await posted.goes_on()
    await expect(page.locator(BOX)).to_have_value("And a second thought")
    await expect(page.locator(".turn--us .bubble")).to_have_text(["One."])
    await expect(page.locator("#draft-state")).to_have_text("Draft kept")
    await page.reload()
    await expect(page.locator(BOX)).to_have_value("And a second thought")


async def test_who_wants_to_write_before_the_thread_is_here_writes_into_its_box(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    slow = await hold(page, f"**/threads/{desk.bea}?*")
    await row(page, "Bea Stone").click()
    await slow.held()
    await page.keyboard.press("r")
    await slow.goes_on()
    await expect(page.locator(BOX)).to_be_focused()
    await desk.a_moment()
    await page.keyboard.type("eze")  # which resolve and snooze where nobody writes
    await expect(page.locator(BOX)).to_have_value("eze")
    await expect(page.get_by_role("dialog")).to_have_count(0)


BREAKS_OFF = """() => {
    const whole = Response.prototype.text;
    Response.prototype.text = () => {
        Response.prototype.text = whole;
        return Promise.reject(new TypeError("network error"));
    };
}"""
"""The next answer breaks off in its middle, as on a line that goes dead: no route of a browser does that by itself."""


async def test_a_thread_whose_page_breaks_off_is_opened_all_the_same(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    await page.evaluate(BREAKS_OFF)
    async with page.expect_event("load"):
        await row(page, "Bea Stone").click()
    await expect(page.locator("#thread h2").first).to_contain_text("Bea Stone")
    await desk.sends("For Bea")
    await expect(page.locator(".turn--us .bubble")).to_have_text(["For Bea"])


async def test_a_message_that_is_taken_when_its_thread_was_left_touches_nothing_of_the_next(
    desk: Desk,
) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    posted = await hold(page, "**/messages", "POST")
    slow = await hold(page, f"**/threads/{desk.bea}?*")
    await desk.sends("For Ann")
    await posted.held()
    await row(page, "Bea Stone").click()
    await slow.held()
    await expect(page.locator(".bones")).to_be_visible()
    await posted.goes_on()
    await desk.a_moment()
    await slow.goes_on()
    await expect(page.locator("#thread h2").first).to_contain_text("Bea Stone")
    await expect(page.locator(BOX)).to_have_value("")
    await desk.opens("Ann Stone")
    await expect(page.locator(".turn--us .bubble")).to_have_text(["For Ann"])
    await expect(page.locator(BOX)).to_have_value("")


async def test_a_message_that_is_lost_when_its_thread_was_left_waits_there_as_a_draft(
    desk: Desk,
) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    posted = await hold(page, "**/messages", "POST", refuses=True)
    await desk.sends("Lost for Ann")
    await posted.held()
    await desk.opens("Bea Stone")
    await posted.goes_on()
    await expect(page.get_by_text("A message could not be sent.")).to_be_visible()
    await expect(page.locator("#draft-state")).to_have_text("")
    await expect(page.locator(BOX)).to_have_value("")
    await page.get_by_role("button", name="Open").click()
    await expect(page.locator(BOX)).to_have_value("Lost for Ann")


async def test_other_words_after_a_try_that_seemed_lost_are_another_message(desk: Desk) -> None:
    """The first arrived, though nothing was heard of it: what is sent instead is not taken for the same."""
    page = desk.page
    await desk.opens("Ann Stone")

    async def lost(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/messages", lost)
    await desk.sends("The first words")
    await expect(page.locator("#draft-state")).to_contain_text("Not sent, no connection")
    await page.unroute("**/messages")
    await desk.sends("Other words")
    await expect(page.locator(".turn--us .bubble")).to_have_text(["The first words", "Other words"])
    await expect(page.locator(BOX)).to_have_value("")


async def test_what_was_sent_does_not_come_back_as_a_draft(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    kept = await hold(page, "**/drafts/reply", "PUT", before=True)
    await page.locator(BOX).fill("Sent once.")
    await kept.held()
    await page.keyboard.press("Control+Enter")
    await desk.a_moment()
    await kept.goes_on()
    await expect(page.locator(".turn--us .bubble")).to_have_text(["Sent once."])
    await expect(page.locator(BOX)).to_have_value("")
    await page.reload()
    await expect(page.locator(".turn--us .bubble")).to_have_text(["Sent once."])
    await expect(page.locator(BOX)).to_have_value("")


async def test_a_message_waits_for_the_file_that_is_being_added(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    added = await hold(page, "**/attachments?*", "POST")
    await page.locator(".panel--reply [data-attach]").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    await added.held()
    await desk.sends("See attached.")
    await expect(page.locator("#draft-state")).to_contain_text("Still adding the file")
    await expect(page.locator(".turn--us")).to_have_count(0)
    await added.goes_on()
    await expect(page.locator(".panel--reply .pending__file")).to_have_count(1)
    await page.locator(BOX).press("Control+Enter")
    await expect(page.locator(".turn--us")).to_contain_text("a.txt")
    await expect(page.locator(".panel--reply .pending__file")).to_have_count(0)


async def test_a_dialog_of_a_thread_that_was_left_does_not_open(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    dialog = await hold(page, "**/cases/*/resol*")
    await page.keyboard.press("e")
    await dialog.held()
    await desk.opens("Bea Stone")
    await dialog.goes_on()
    await desk.a_moment()
    await expect(page.locator("#dialog")).not_to_be_visible()
    await page.keyboard.press("e")
    await expect(page.locator("#dialog")).to_be_visible()
    assert desk.bea_case in (await page.locator("#dialog form").get_attribute("hx-put") or "")


async def test_the_answer_of_a_verb_leaves_a_dialog_alone_that_was_opened_since(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Bea Stone")
    said = await hold(page, "**/needs-nothing", "PUT")
    turn = page.locator(".turn", has_text="Bea here.")
    await turn.hover()
    await turn.get_by_label("About this message").click()
    await turn.get_by_role("button", name="Needs nothing").click()
    await said.held()
    await page.locator(".log").focus()
    await page.keyboard.press("e")
    story = page.locator("#dialog").get_by_label("How was it solved?")
    await story.fill("A long story")
    await said.goes_on()
    await expect(page.locator(".toast")).to_be_visible()
    await expect(story).to_have_value("A long story")
    await page.locator("#dialog").get_by_role("button", name="Resolve").click()
    await expect(page.locator("#dialog")).not_to_be_visible()


async def test_an_older_standing_does_not_undo_a_newer_one(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    await desk.a_moment()  # what opening it brought about is over
    old = await hold(page, "**/standing?*")
    await desk.priya.notes(desk.ann_case, "Looked at it")
    await old.held()
    await desk.priya.answers(desk.ann_case, "It works again")
    await desk.priya.resolves(desk.ann_case)
    await expect(page.locator("#strip")).to_contain_text("watched until")
    await old.goes_on()
    await desk.a_moment()
    await expect(page.locator("#strip")).to_contain_text("watched until")


async def test_an_older_standing_does_not_take_back_the_case_that_was_picked(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    await desk.customer.writes("And my bill is wrong.")
    turn = page.locator(".turn", has_text="And my bill is wrong.")
    await turn.hover()
    await turn.get_by_label("About this message").click()
    await page.get_by_role("button", name="Belongs to another case").last.click()
    await page.get_by_role("button", name="Move it").click()
    pick = page.get_by_label("Case at hand")
    await expect(pick.locator("option")).to_have_count(2)
    await desk.a_moment()  # what moving it brought about is over
    old = await hold(page, "**/standing?*")
    await desk.priya.notes(desk.ann_case, "Looked at it")
    await old.held()
    was = await pick.input_value()
    [other] = [
        each
        for each in await pick.locator("option").evaluate_all("all => all.map((one) => one.value)")
        if each != was
    ]
    async with page.expect_response("**/standing?*"):
        await pick.select_option(other)
    await old.goes_on()
    await desk.a_moment()
    await expect(pick).to_have_value(other)
    await expect(page.locator(".panel--reply [data-case]")).to_have_value(other)


async def test_of_two_dialogs_the_one_that_was_wanted_last_opens(desk: Desk) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    first = await hold(page, "**/cases/*/resol*")
    await page.keyboard.press("e")
    await first.held()
    await page.keyboard.press("z")
    snooze = page.locator('#dialog form[hx-put$="/snooze"]')
    await expect(snooze).to_be_visible()
    await first.goes_on()
    await desk.a_moment()
    await expect(snooze).to_be_visible()


async def falls_behind(desk: Desk, patch: pytest.MonkeyPatch) -> Gate:
    """The page has missed too much and asks how things stand, which is held."""
    page = desk.page
    patch.setattr(live, "MOST_MISSED", 0)
    whole = Gate()

    async def held(route: Route) -> None:
        if "hx-request" in route.request.headers:
            await route.fallback()
        else:
            await whole(route)

    await page.route(f"**/threads/{desk.ann}*", held)
    desk.stage.server.stop()
    await expect(page.locator("#offline")).to_be_visible()
    await desk.priya.notes(desk.ann_case, "While it was down")
    desk.stage.server.start()
    await whole.held()
    patch.undo()
    return whole


async def test_the_page_of_a_thread_that_was_left_is_not_put_over_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    whole = await falls_behind(desk, monkeypatch)
    await desk.opens("Bea Stone")
    await whole.goes_on()
    await desk.a_moment()
    await expect(page.locator("#thread h2").first).to_contain_text("Bea Stone")
    assert desk.ann_case not in await page.locator("#verbs").inner_html()
    await expect(page.locator("#context")).to_have_attribute("aria-label", "About Bea Stone")


async def test_what_is_told_while_a_page_is_on_its_way_is_not_taken_back_by_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.page
    await desk.opens("Ann Stone")
    whole = await falls_behind(desk, monkeypatch)
    await desk.customer.writes("Told meanwhile.")
    told = page.locator(".bubble", has_text="Told meanwhile.")
    await expect(told).to_be_visible()
    await whole.goes_on()
    await desk.a_moment()
    await expect(told).to_be_visible()
    await expect(row(page, "Ann Stone")).to_contain_text("Told meanwhile.")


async def test_who_was_away_while_two_records_became_one_comes_to_where_it_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing told the page of it but that it has missed too much."""
    page = desk.page
    await desk.opens("Ann Stone")
    monkeypatch.setattr(live, "MOST_MISSED", 0)
    desk.stage.server.stop()
    await expect(page.locator("#offline")).to_be_visible()
    async with desk.stage.world.house.read() as tx:
        of = {
            thread_id: await value(tx, "SELECT customer_id FROM threads WHERE id = %s", [thread_id])
            for thread_id in (desk.ann, desk.bea)
        }
    await desk.stage.world.merges(of[desk.bea], of[desk.ann])
    desk.stage.server.start()
    await expect(page.locator("#thread h2").first).to_contain_text("Bea Stone")
    await expect(page.locator("#thread")).not_to_have_attribute("data-thread", desk.ann)
    await expect(page.locator(".bubble")).to_have_text(["Ann here.", "Bea here."])
    await expect(page.locator(".list .row__name")).to_have_text(["Bea Stone"])
    await desk.sends("For both")
    await expect(page.locator(".turn--us .bubble")).to_have_text(["For both"])
