"""Stories of the expert's screen, in a real browser over the real server."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Request, Route, expect

from coterie.workspace import live
from tests.stories.stage import Stage, hindrances, picture, point_anew, row, staged, until


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as made:
        yield made


async def test_a_customer_writes_and_it_is_on_the_screen_at_once(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    page = await stage.desk(priya)
    await expect(page.get_by_text("Nobody waits on you")).to_be_visible()

    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("The internet drops every evening.")
    await expect(row(page, "Colleen Barber")).to_be_visible()
    await row(page, "Colleen Barber").click()
    await expect(page.locator(".bubble", has_text="drops every evening")).to_be_visible()
    await expect(page.locator(".sys", has_text="Came to Priya, who")).to_be_visible()

    await colleen.writes("And it is back by ten.")
    await expect(page.locator(".bubble", has_text="back by ten")).to_be_visible()
    await expect(page.locator(".turn")).to_have_count(2)


async def test_a_whole_case_by_keyboard_only(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    receipt = await stage.world.customer("Colleen Barber", "2701").writes("It drops every evening.")
    page = await stage.desk(priya)
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="Colleen Barber").first).to_be_visible()
    await page.keyboard.press("r")
    await page.keyboard.type("Same pattern in the log. j k e z")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".turn--us .bubble", has_text="j k e z")).to_be_visible()
    await expect(page.locator("#t-reply")).to_have_value("")
    await page.keyboard.press("Escape")
    await page.locator(".log").focus()
    await page.keyboard.press("i")
    await page.keyboard.type("Signal is marginal.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".note", has_text="Signal is marginal.")).to_be_visible()
    await page.locator(".log").focus()
    await page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading", name=re.compile("Resolve"))).to_be_visible()
    await dialog.get_by_label("How was it solved?").focus()
    await page.keyboard.type("A mast on the north gable")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Solved")
    await expect(page.locator("#strip")).to_contain_text("watched until")
    async with stage.world.house.read() as tx:
        found = await tx.execute("SELECT state FROM cases WHERE id = %s", [receipt.case_id])
        assert await found.fetchone() == ("watched",)


async def test_what_is_pressed_before_a_thread_is_here_is_meant_for_that_thread(
    stage: Stage,
) -> None:
    """And of two that are wanted one after the other, the last is shown, whichever comes first."""
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    slow = await stage.world.customer("Bo Ng", "2701").writes("My phone is gone.")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops every evening.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await expect(page.get_by_role("heading", name="Colleen Barber").first).to_be_visible()
    go_on = asyncio.Event()

    async def later(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    await page.route(f"**/threads/{slow.thread_id}?*", later)
    await row(page, "Bo Ng").click()
    await page.keyboard.press("e")
    await page.wait_for_timeout(300)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    go_on.set()
    await expect(page.get_by_role("dialog")).to_contain_text("My phone is gone.")
    await page.keyboard.press("Escape")
    await row(page, "Colleen Barber").click()
    await expect(page.get_by_role("heading", name="Colleen Barber").first).to_be_visible()
    go_on.clear()
    await row(page, "Bo Ng").click()
    await row(page, "Colleen Barber").click()
    for _ in range(2):  # while the other is still on its way, and when it has come
        await page.wait_for_timeout(300)
        await expect(page.locator("#thread")).to_contain_text("It drops every evening.")
        go_on.set()
    await expect(page.locator("#thread")).not_to_contain_text("My phone is gone.")
    await page.keyboard.press("r")
    await expect(page.locator("#t-reply")).to_be_focused()


async def test_undo_of_a_resolution(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops every evening.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await page.get_by_role("button", name="Resolve").click()
    await page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.locator(".toast")).to_contain_text("Open again")
    await expect(page.get_by_role("button", name="Resolve")).to_be_visible()


async def test_a_draft_survives_a_reload_and_another_browser(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops every evening.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await page.locator("#t-reply").fill("We will put a mast on your")
    await expect(page.locator("#draft-state")).to_have_text("Draft kept")
    await page.reload()
    await expect(page.locator("#t-reply")).to_have_value("We will put a mast on your")
    other = await stage.desk(priya)
    await row(other, "Colleen Barber").click()
    await expect(other.locator("#t-reply")).to_have_value("We will put a mast on your")


async def test_half_typed_text_and_caret_stay_while_messages_arrive(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("It drops every evening.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await page.locator("#t-reply").press_sequentially("We will mend it")
    for _ in range(len("mend it")):
        await page.keyboard.press("ArrowLeft")
    await colleen.writes("Are you there?")
    await expect(page.locator(".bubble", has_text="Are you there?")).to_be_visible()
    await page.wait_for_timeout(600)
    await page.keyboard.type("surely ")
    await expect(page.locator("#t-reply")).to_have_value("We will surely mend it")


async def test_a_restart_of_the_server_loses_nothing_and_reloads_nothing(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("First.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await page.evaluate("window.stillHere = true")
    await page.locator("#t-reply").fill("half a sent")
    stage.server.stop()
    await expect(page.locator("#offline")).to_be_visible()
    await colleen.writes("Second, while you were down.")
    stage.server.start()
    await expect(page.locator("#offline")).to_be_hidden()
    await expect(page.locator(".bubble", has_text="while you were down")).to_be_visible()
    await colleen.writes("Third.")
    await expect(page.locator(".bubble", has_text="Third.")).to_be_visible()
    await expect(page.locator(".turn")).to_have_count(3)
    await expect(page.locator("#t-reply")).to_have_value("half a sent")
    assert await page.evaluate("window.stillHere")


async def test_ten_tabs_share_one_stream(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("First.")
    first = await stage.desk(priya)
    tabs = [first] + [await stage.page(first.context) for _ in range(9)]
    for tab in tabs:
        await tab.goto(f"{stage.server.url}/workspace")
    await row(tabs[9], "Colleen Barber").click()
    await colleen.writes("Everywhere.")
    for tab in tabs:
        await expect(row(tab, "Everywhere.")).to_be_visible()
    await expect(tabs[9].locator(".bubble", has_text="Everywhere.")).to_be_visible()


async def test_rows_keep_still_under_the_pointer(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    names = ["Ann", "Bea", "Cleo"]
    people = [stage.world.customer(f"{name} Stone", "2701") for name in names]
    receipts = []
    for person in people:
        receipts.append(await person.writes(f"{person.name} here."))
        stage.world.later(seconds=20)
    page = await stage.desk(priya)

    async def order() -> list[str]:
        return [text.split()[0] for text in await page.locator(".row__name").all_inner_texts()]

    assert await order() == names
    await row(page, "Bea Stone").hover()
    await priya.answers(receipts[0].case_id, "On it.")
    await expect(row(page, "Ann Stone")).to_contain_text("You: On it.")
    await point_anew(row(page, "Bea Stone"))
    await page.wait_for_timeout(800)
    assert await order() == names
    await page.mouse.move(900, 400)
    await until(lambda: is_now(order, ["Bea", "Cleo", "Ann"]))
    await expect(page.locator('[data-group="waits"] .row')).to_have_count(1)


async def test_rows_go_where_they_belong_once_the_pointer_has_left(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    ann = stage.world.customer("Ann Stone", "2701")
    bea = stage.world.customer("Bea Stone", "2701")
    receipts = [await ann.writes("Ann here."), await bea.writes("Bea here.")]
    page = await stage.desk(priya)
    waiting = page.locator('[data-group="waiting"] .row')
    waits = page.locator('[data-group="waits"] .row')
    await row(page, "Ann Stone").click()  # the pointer and the focus stay on this row
    await priya.answers(receipts[0].case_id, "On it, Ann.")
    await priya.answers(receipts[1].case_id, "On it, Bea.")
    await point_anew(row(page, "Ann Stone"))
    await expect(row(page, "Bea Stone")).to_contain_text("You: On it, Bea.")
    await point_anew(row(page, "Ann Stone"))
    await bea.writes("Bea again.")
    await expect(row(page, "Bea Stone")).to_contain_text("Bea again.")
    await point_anew(row(page, "Ann Stone"))
    await expect(waiting).to_have_count(2)
    await page.mouse.move(900, 400)
    await expect(waits).to_have_count(1)
    await expect(waits).to_contain_text("Ann Stone")
    await expect(waiting).to_contain_text("Bea Stone")
    await row(page, "Bea Stone").focus()
    await priya.answers(receipts[1].case_id, "Done, Bea.")
    await expect(waits).to_have_count(2)
    await expect(row(page, "Bea Stone")).to_be_focused()
    await expect(page.locator('[data-group="waits"] [data-count]')).to_have_text("2")


async def test_who_answers_by_keyboard_has_let_go_of_the_pointer(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Ann Stone", "2701").writes("Ann here.")
    page = await stage.desk(priya)
    await row(page, "Ann Stone").click()  # the pointer lies on her row from here on
    await page.locator("#t-reply").focus()
    await page.keyboard.type("On it, Ann.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator('[data-group="waits"] .row')).to_contain_text("Ann Stone")


async def test_who_comes_while_the_list_is_pointed_at_is_announced(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    receipt = await stage.world.customer("Ann Stone", "2701").writes("Ann here.")
    await priya.answers(receipt.case_id, "On it, Ann.")
    page = await stage.desk(priya)
    await row(page, "Ann Stone").hover()
    before = await row(page, "Ann Stone").bounding_box()
    await point_anew(row(page, "Ann Stone"))
    await stage.world.customer("Bea Stone", "2701").writes("Bea here.")
    fresh = page.locator(".list").get_by_text("1 new", exact=True)
    await expect(fresh).to_be_visible()
    await point_anew(row(page, "Ann Stone"))
    await expect(row(page, "Bea Stone")).to_be_hidden()
    assert await row(page, "Ann Stone").bounding_box() == before
    await page.mouse.move(900, 400)
    await expect(row(page, "Bea Stone")).to_be_visible()
    await expect(fresh).to_be_hidden()


async def is_now(order: object, wanted: list[str]) -> bool:
    found: list[str] = await order()  # type: ignore[operator]
    return found == wanted


async def test_teammates_are_seen_looking_and_typing(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    tom = await riverina.expert("Tom Whitby", present=False)
    receipt = await stage.world.customer("Colleen Barber", "2701").writes("It drops.")
    mine = await stage.desk(priya)
    await row(mine, "Colleen Barber").click()
    his = await stage.desk(tom)
    await his.goto(f"{stage.server.url}/workspace/threads/{receipt.thread_id}")
    await expect(mine.get_by_text("Tom looks on")).to_be_visible()
    reply = his.locator("#t-reply")
    writing = asyncio.create_task(reply.press_sequentially("Let me see. " * 20, delay=250))
    await expect(mine.get_by_text("Tom is typing")).to_be_visible()
    writing.cancel()
    await asyncio.wait([writing])
    await his.goto(f"{stage.server.url}/workspace")
    await expect(mine.locator(".thread .faces__more")).to_have_count(0)


async def test_a_refusal_is_a_sentence_in_place(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await page.locator("#t-reply").fill("   ")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_have_text("A message needs some text.")


async def test_what_was_not_sent_is_said_until_it_is(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await expect(page.get_by_role("heading", name="Colleen Barber").first).to_be_visible()
    await page.route("**/workspace/threads/**", lambda route: route.abort())
    await page.locator("#t-reply").fill("On my way.")
    await page.keyboard.press("Control+Enter")
    state = page.locator("#draft-state")
    await expect(state).to_contain_text("Not sent, no connection")
    await page.wait_for_timeout(1000)  # a draft that can't be kept either says nothing over it
    await expect(state).to_contain_text("Not sent, no connection")
    await page.unroute("**/workspace/threads/**")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".turn--us", has_text="On my way.")).to_have_count(1)
    await expect(state).to_have_text("")


async def test_a_name_with_a_script_is_only_a_name(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    evil = "<img src=x onerror=alert(1)> <script>alert(2)</script>"
    page = await stage.desk(priya)
    await stage.world.customer(evil, "2701").writes("<b>bold</b> {{ 7 * 7 }}")
    await expect(row(page, "<script>alert(2)</script>")).to_be_visible()
    await row(page, "<script>").click()
    await expect(page.locator(".bubble")).to_have_text("<b>bold</b> {{ 7 * 7 }}")


async def test_single_keys_can_be_switched_off(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops.")
    page = await stage.desk(priya)
    await page.get_by_label(re.compile("Change presence")).click()
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_label("Single keys").uncheck()
    await page.get_by_role("button", name="Keep").click()
    await expect(page.locator(".toast")).to_contain_text("Kept")
    await page.reload()
    await page.keyboard.press("j")
    await page.wait_for_timeout(500)
    await expect(page.locator(".thread--resting")).to_be_visible()


async def test_a_message_goes_to_the_case_it_belongs_to(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("It drops every evening.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await colleen.writes("And my bill is wrong.")
    turn = page.locator(".turn", has_text="And my bill is wrong.")
    await turn.hover()
    await turn.get_by_label("About this message").click()
    await page.get_by_role("button", name="Belongs to another case").last.click()
    await page.get_by_role("button", name="Move it").click()
    await expect(page.locator(".toast")).to_contain_text("A new case begins")
    pick = page.get_by_label("Case at hand")
    await expect(pick.locator("option")).to_have_count(2)
    await pick.select_option(label="And my bill is wrong.")
    await page.locator("#t-reply").fill("I have corrected it.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".turn--us", has_text="corrected")).to_be_visible()
    async with stage.world.house.read() as tx:
        found = await tx.execute(
            "SELECT k.title FROM messages m JOIN cases k ON k.id = m.case_id WHERE m.kind = 'reply'"
        )
        assert await found.fetchall() == [("And my bill is wrong.",)]
    async with stage.world.house.read() as tx:
        found = await tx.execute("SELECT id::text FROM cases WHERE title = 'And my bill is wrong.'")
        [second] = await found.fetchone() or [""]
    await expect(page.get_by_label("Case at hand")).to_have_value(second)


async def test_undo_of_a_move(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("It drops every evening.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await colleen.writes("And next door has a silo now.")
    turn = page.locator(".turn", has_text="next door")
    await turn.hover()
    await turn.get_by_label("About this message").click()
    await turn.get_by_role("button", name="Belongs to another case").click()
    await page.get_by_role("button", name="Move it").click()
    undo = page.locator(".toast").get_by_role("button", name="Undo")
    await undo.hover()  # so it stays
    await expect(page.get_by_label("Case at hand").locator("option")).to_have_count(2)
    await undo.click()
    await expect(page.locator(".toast")).to_contain_text("Moved to the other case")
    await expect(page.get_by_label("Case at hand")).to_have_count(0)


async def test_the_palette_shows_what_fits_and_what_enter_does(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops.")
    page = await stage.desk(priya)
    await page.keyboard.press("Control+k")
    chosen = page.locator('#palette [aria-selected="true"]')
    await expect(chosen).to_contain_text("Reply")
    await page.keyboard.type("coll")
    await expect(chosen).to_contain_text("Colleen Barber")
    await expect(page.locator("#palette [role=option]:visible")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Colleen Barber").first).to_be_visible()


async def test_a_page_that_still_connects_does_not_say_that_it_has_no_connection(
    stage: Stage,
) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    page = await stage.desk(priya)
    await page.add_init_script(NOTES_THAT_IT_IS_OFFLINE)
    await page.reload()
    await stage.world.customer("Colleen Barber", "2701").writes("It drops.")
    await expect(row(page, "Colleen Barber")).to_be_visible()
    assert await page.evaluate("saidOffline") is False


NOTES_THAT_IT_IS_OFFLINE = """
    window.saidOffline = false;
    new MutationObserver(() => {
        if (document.getElementById("offline")?.hidden === false) window.saidOffline = true;
    }).observe(document, { subtree: true, attributes: true, childList: true });
"""


async def test_a_thank_you_needs_nothing(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("It drops every evening.")
    await priya.answers(receipt.case_id, "Mended.")
    await colleen.writes("Thanks, love")
    page = await stage.desk(priya)
    await expect(page.locator('[data-group="waiting"] .row')).to_have_count(1)
    await row(page, "Colleen Barber").click()
    turn = page.locator(".turn", has_text="Thanks, love")
    await turn.hover()
    await turn.get_by_label("About this message").click()
    await turn.get_by_role("button", name="Needs nothing").click()
    undo = page.locator(".toast").get_by_role("button", name="Undo")
    await undo.hover()  # so it stays
    await expect(turn.locator(".turn__state")).to_have_text("Needs nothing")
    await expect(page.locator('[data-group="waits"] .row')).to_have_count(1)
    await undo.click()
    await expect(page.locator('[data-group="waiting"] .row')).to_have_count(1)
    await expect(turn.locator(".turn__state")).to_have_count(0)


async def test_a_long_thread_is_read_upwards(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("Message 001")
    for number in range(2, 131):
        await colleen.writes(f"Message {number:03}")
    await priya.answers(receipt.case_id, "All read.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await expect(page.locator(".bubble", has_text="All read.")).to_be_in_viewport()
    for _ in range(100):
        if await page.locator(".bubble", has_text="Message 001").count():
            break
        await page.locator(".log").evaluate("log => log.scrollTop = -log.scrollHeight")
        await page.wait_for_timeout(300)
    shown = await page.locator(".turn .bubble").all_inner_texts()
    assert shown == [f"Message {number:03}" for number in range(1, 131)] + ["All read."]


async def test_unread_is_where_one_begins(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("Message 0")
    await priya.answers(receipt.case_id, "Go on.")
    for number in range(1, 31):
        await colleen.writes(f"Message {number}")
    page = await stage.desk(priya)
    await expect(row(page, "Colleen Barber").locator(".unread")).to_have_text("30 unread")
    await row(page, "Colleen Barber").click()
    await expect(page.locator("#unread-line")).to_be_in_viewport()
    await page.get_by_role("button", name="Latest").click()
    await expect(page.locator(".bubble", has_text="Message 30")).to_be_in_viewport()
    await page.mouse.move(900, 300)
    await expect(row(page, "Colleen Barber").locator(".unread")).to_have_count(0)


async def test_a_browser_without_shared_workers_has_a_leading_tab(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("First.")
    context = await stage.context()
    await stage.sign_in(context, priya)
    await context.add_init_script("delete window.SharedWorker")
    first, second = await stage.page(context), await stage.page(context)
    for tab in (first, second):
        await tab.goto(f"{stage.server.url}/workspace")
        await row(tab, "Colleen Barber").click()
    await colleen.writes("Second.")
    for tab in (first, second):
        await expect(tab.locator(".bubble", has_text="Second.")).to_be_visible()
    await first.close()
    await colleen.writes("Third.")
    await expect(second.locator(".bubble", has_text="Third.")).to_be_visible()


async def test_on_a_phone_one_region_at_a_time(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops.")
    page = await stage.desk(priya, viewport={"width": 390, "height": 844}, has_touch=True)
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    await row(page, "Colleen Barber").tap()
    await expect(page.locator(".bubble")).to_be_visible()
    await expect(page.locator(".list")).to_be_hidden()
    await page.get_by_label("About Colleen Barber").first.tap()
    await expect(page.locator("#context")).to_be_visible()
    await expect(page.locator("#thread")).to_be_hidden()
    await page.get_by_role("link", name="Back to the conversation").tap()
    await page.locator("#t-reply").fill("On my way.")
    await page.get_by_role("button", name="Send").tap()
    await expect(page.locator(".turn--us", has_text="On my way.")).to_be_visible()
    await page.get_by_label("Back to the list").tap()
    await page.get_by_label(re.compile("Change presence")).tap()
    await expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
    await expect(row(page, "Colleen Barber")).to_be_visible()
    await expect(page.locator("#thread")).to_be_hidden()
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not await page.evaluate(wide)


async def test_sizes_and_theme_are_remembered(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    page = await stage.desk(priya)
    split = page.get_by_label("Width of the list")
    await split.focus()
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    wide = await page.locator("#list").evaluate("list => list.getBoundingClientRect().width")
    await page.get_by_label("Dark").check(force=True)
    await page.reload()
    assert (
        await page.locator("#list").evaluate("list => list.getBoundingClientRect().width") == wide
    )
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"


async def test_who_is_away_gets_no_work_and_is_told(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    page = await stage.desk(priya)
    await page.get_by_label(re.compile("Change presence")).click()
    await page.get_by_role("button", name="Away others take over").click()
    await expect(page.locator("#absent")).to_contain_text("You are away")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops.")
    await expect(page.locator("#count-community")).to_have_text("1")
    await expect(row(page, "Colleen Barber")).to_have_count(0)
    await page.get_by_role("button", name="I am here").click()
    await expect(row(page, "Colleen Barber")).to_be_visible()
    await expect(page.locator("#absent")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_hindered(stage: Stage, width: int, height: int, scheme: str) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    receipt = await colleen.writes("It drops every evening.")
    await priya.answers(receipt.case_id, "Since when?")
    await priya.notes(receipt.case_id, "Signal is marginal.")
    await colleen.writes("Since the new silo went up.")
    await stage.world.customer("Darrell Nguyen", "2701").writes("Number port is pending.")
    page = await stage.desk(priya, viewport={"width": width, "height": height}, color_scheme=scheme)
    await expect(row(page, "Colleen Barber")).to_be_visible()
    await picture(page, f"workspace-list-{width}-{scheme}")
    assert await hindrances(page) == []
    await row(page, "Colleen Barber").click()
    await expect(page.locator(".bubble", has_text="new silo")).to_be_visible()
    await page.wait_for_timeout(400)
    await picture(page, f"workspace-thread-{width}-{scheme}")
    assert await hindrances(page) == []
    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette")).to_be_visible()
    await picture(page, f"workspace-palette-{width}-{scheme}")
    assert await hindrances(page) == []


async def test_nobody_is_hindered_by_dialogs_and_the_community(stage: Stage) -> None:
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    await stage.world.customer("Colleen Barber", "2701").writes("It drops every evening.")
    page = await stage.desk(priya)
    await page.goto(f"{stage.server.url}/workspace/community?show=waiting")
    await expect(row(page, "Colleen Barber")).to_be_visible()
    await picture(page, "workspace-community-1440-light")
    assert await hindrances(page) == []
    await row(page, "Colleen Barber").click()
    for key, name in (("e", "resolve"), ("z", "snooze"), ("?", "keys")):
        await page.locator(".log").focus()
        await page.keyboard.press(key)
        await expect(page.locator("dialog[open]")).to_be_visible()
        await page.wait_for_timeout(300)
        await picture(page, f"workspace-{name}-1440-light")
        assert await hindrances(page) == []
        await page.keyboard.press("Escape")
    await page.get_by_label(re.compile("Change presence")).click()
    assert await hindrances(page) == []
    await page.goto(f"{stage.server.url}/workspace/community?q=Nobody")
    await expect(page.get_by_text("Nobody found")).to_be_visible()
    assert await hindrances(page) == []


async def test_who_missed_too_much_catches_up_without_a_reload(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_MISSED", 3)
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("First.")
    page = await stage.desk(priya)
    await row(page, "Colleen Barber").click()
    await page.evaluate("window.stillHere = true")
    await page.locator("#t-reply").fill("half a sent")
    stage.server.stop()
    await expect(page.locator("#offline")).to_be_visible()
    for number in range(5):
        await colleen.writes(f"Missed {number}")
    await stage.world.customer("Darrell Nguyen", "2701").writes("Number port is pending.")
    stage.server.start()
    await expect(page.locator(".bubble", has_text="Missed 4")).to_be_visible()
    await expect(page.locator(".turn")).to_have_count(6)
    await expect(row(page, "Darrell Nguyen")).to_be_visible()
    await expect(page.locator("#t-reply")).to_have_value("half a sent")
    await colleen.writes("And live again.")
    await expect(page.locator(".bubble", has_text="And live again.")).to_be_visible()
    assert await page.evaluate("window.stillHere")


async def test_who_has_heard_all_the_time_needs_no_page_after_a_restart(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much has happened since the page was loaded."""
    riverina = await stage.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    colleen = stage.world.customer("Colleen Barber", "2701")
    await colleen.writes("First.")
    context = await stage.context()
    await stage.sign_in(context, priya)
    page = await stage.page(context)
    await page.clock.install()
    await page.goto(f"{stage.server.url}/workspace")
    await row(page, "Colleen Barber").click()
    for number in range(15):
        await colleen.writes(f"Heard {number}")
    await expect(page.locator(".bubble", has_text="Heard 14")).to_be_visible()
    for _ in range(2):
        async with page.expect_request("**/workspace/looks"):
            await page.clock.run_for(20_000)
    monkeypatch.setattr(live, "MOST_MISSED", 12)
    pages: list[str] = []
    page.on("request", lambda asked: pages.append(asked.url) if is_page(asked) else None)
    stage.server.stop()
    await expect(page.locator("#offline")).to_be_visible()
    await colleen.writes("Missed.")
    stage.server.start()
    await expect(page.locator(".bubble", has_text="Missed.")).to_be_visible()
    await page.wait_for_timeout(700)
    assert pages == []


def is_page(asked: Request) -> bool:
    return "/threads/" in asked.url and asked.method == "GET" and not asked.url.count("standing")
