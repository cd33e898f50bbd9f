"""The messenger in a real browser: a customer on a foreign site, an expert elsewhere, a server that comes and goes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, BrowserContext, Route, async_playwright, expect

from coterie.channels.messenger import tokens
from coterie.communities import actions as communities
from coterie.conversations import queries
from coterie.customers.model import Address
from tests.channels.messenger.stage import Stage, Visitor, chromium, set_stage, visitor, visits
from tests.conftest import copied
from tests.stories.stage import ARGS, CHROMIUM, hindrances, hold, picture, row, until

STORED = "Object.entries(localStorage).find(([name]) => name.endsWith('.token'))[1].slice(1, -1)"
ELEMENT = "document.querySelector('coterie-messenger')"
UNSENT = "Object.keys(localStorage).filter((name) => name.includes('.unsent.')).length"
LEADS = f"{ELEMENT}.line.turn !== null"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
async def stage(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """One stage for all stories: each has customers of its own."""
    with copied(server, template) as database:
        async with set_stage(database, tmp_path_factory.mktemp("data")) as made:
            yield made


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as made:
        yield made


async def only_case(stage: Stage) -> str:
    """The id of the case that was opened last."""
    async with stage.world.house.read() as tx:
        cursor = await tx.execute("SELECT id FROM cases ORDER BY opened_at DESC LIMIT 1")
        (case_id,) = await cursor.fetchone() or ("",)
    return str(case_id)


async def until_written(stage: Stage, text: str) -> None:
    """Wait until the database has a message with this text."""
    for _ in range(600):
        if await is_written(stage, text):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{text!r} never arrived")


async def is_written(stage: Stage, text: str) -> bool:
    async with stage.world.house.read() as tx:
        cursor = await tx.execute("SELECT 1 FROM messages WHERE text = %s", [text])
        return await cursor.fetchone() is not None


async def test_written_on_a_foreign_site_and_answered(stage: Stage, browser: Browser) -> None:
    li = await visitor(browser, stage.host)
    await li.opens()
    await li.writes("The internet goes off every night.")
    await li.reads("The internet goes off every night.")
    await expect(li.messenger).to_contain_text("Priya has your message")
    await expect(li.messenger).to_contain_text("An answer by")
    begun = time.monotonic()
    await stage.priya.answers(await only_case(stage), "I can see that from here.")
    await li.reads("I can see that from here.")
    print(f"an answer was read {time.monotonic() - begun:.2f} s after it was written")
    await expect(li.messenger).to_contain_text("Priya has your case")
    await li.page.get_by_role("button", name="Close the messenger").click()
    await stage.priya.answers(await only_case(stage), "It is the new silo.")
    launcher = li.page.get_by_role("button", name="Write to Wattle Telecom, 1 unread message")
    await expect(launcher).to_be_visible()
    await launcher.click()
    await expect(li.log.get_by_role("heading", name="New")).to_be_visible()
    assert li.said == []


async def test_a_customer_and_an_expert_in_two_browsers(stage: Stage, browser: Browser) -> None:
    desk = await stage.desk(browser, stage.priya)
    li = await visitor(browser, stage.host)
    await li.page.wait_for_function("window.Coterie")
    token = tokens.sign(stage.site.secret, stage.world.now, sub="C-2", name="Li of two browsers")
    await li.page.evaluate("(token) => Coterie.identify(token)", token)
    await li.opens()
    await li.writes("Is anybody there?")
    await row(desk, "Li of two browsers").click()
    asked = desk.locator(".bubble", has_text="Is anybody there?")
    await expect(asked).to_be_visible()
    await desk.locator("#t-reply").fill("Priya is.")
    await desk.keyboard.press("Control+Enter")
    begun = time.monotonic()
    await li.reads("Priya is.")
    print(f"a reply reached the customer's window after {time.monotonic() - begun:.2f} s")
    await li.writes("That was quick.")
    begun = time.monotonic()
    await expect(desk.locator(".bubble", has_text="That was quick.")).to_be_visible()
    print(f"a message reached the expert's window after {time.monotonic() - begun:.2f} s")
    await expect(li.log.get_by_text(", read").last).to_be_visible()


async def test_a_promise_is_made_with_the_picker_seen_by_the_customer_and_kept(
    stage: Stage, browser: Browser
) -> None:
    desk = await stage.desk(browser, stage.priya)
    li = await visitor(browser, stage.host)
    await li.page.wait_for_function("window.Coterie")
    token = tokens.sign(stage.site.secret, stage.world.now, sub="C-7", name="Li of the promise")
    await li.page.evaluate("(token) => Coterie.identify(token)", token)
    await li.opens()
    await li.writes("Will somebody come out?")
    await row(desk, "Li of the promise").click()
    await desk.locator("#t-reply").fill("Somebody will.")
    await desk.keyboard.press("Control+Enter")
    await li.reads("Somebody will.")
    await desk.get_by_role("button", name="Promise something by a time").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("What will happen?").fill("A mast on the north gable")
    await picture(desk, "promise-picker-1440-light")
    await dialog.get_by_text("Tomorrow morning").click()
    await dialog.get_by_role("button", name="Promise", exact=True).click()
    await expect(desk.locator(".toast")).to_contain_text("The customer sees it")
    await expect(desk.locator("#context")).to_contain_text("A mast on the north gable")
    await expect(row(desk, "Li of the promise").locator(".promise")).to_be_visible()
    promised = li.messenger.get_by_role("list", name="What we promised")
    await expect(promised).to_contain_text("Priya promised: A mast on the north gable, by ")
    await picture(li.page, "promise-messenger-1440-light")
    await picture(desk, "promise-workspace-1440-light")
    assert await hindrances(desk) == []
    await desk.get_by_role("button", name="Mark as kept").click()
    undo = desk.locator(".toast").get_by_role("button", name="Undo")
    await undo.hover()  # what is pointed at stays
    await expect(promised).to_contain_text("Priya kept: A mast on the north gable")
    await expect(desk.locator("#context .promise--kept")).to_be_visible()
    await undo.click()
    await expect(promised).to_contain_text("Priya promised: A mast on the north gable")
    assert li.said == []


async def test_the_experts_see_what_arrived_and_what_was_read(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.host)
    await li.opens()
    await li.writes("Hello")
    await expect(li.log).to_contain_text("Delivered")
    await li.page.get_by_role("button", name="Close the messenger").click()
    message = await stage.priya.answers(await only_case(stage))
    launcher = li.page.get_by_role("button", name="1 unread message")
    await expect(launcher).to_be_visible()
    assert await marks(stage, message.thread_id, "customer_delivered", 2) == (2, 0)
    await launcher.click()
    assert await marks(stage, message.thread_id, "customer_read", 2) == (2, 2)


async def marks(stage: Stage, thread_id: str, until: str, number: int) -> tuple[int, int]:
    for _ in range(600):
        async with stage.world.house.read() as tx:
            cursor = await tx.execute(
                "SELECT customer_delivered, customer_read FROM threads WHERE id = %s", [thread_id]
            )
            delivered, read = await cursor.fetchone() or (0, 0)
        if (delivered if until == "customer_delivered" else read) >= number:
            break
        await asyncio.sleep(0.05)
    return delivered, read


async def test_a_server_that_is_killed_costs_no_message_and_no_reload(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.host)
    await li.opens()
    await li.writes("Killed one")
    await li.reads("Killed one")
    await until_written(stage, "Killed one")
    await li.page.evaluate("window.neverReloaded = true")
    await asyncio.to_thread(stage.server.stop, kill=True)
    await li.writes("Killed two")
    await expect(li.log.get_by_text("Not sent, no signal.")).to_be_visible()
    await expect(li.page.get_by_text("Reconnecting")).to_be_visible()
    await stage.priya.answers(await only_case(stage), "Answered meanwhile")
    await li.box.fill("half typed")
    await asyncio.to_thread(stage.server.start)
    await li.reads("Answered meanwhile")
    await until_written(stage, "Killed two")
    await expect(li.page.get_by_text("Reconnecting")).to_be_hidden()
    await expect(li.log.get_by_text("Not sent")).to_have_count(0)
    await expect(li.log.locator(".bubble")).to_have_count(3)
    assert sorted(await li.turns()) == ["Answered meanwhile", "Killed one", "Killed two"]
    assert await li.page.evaluate("window.neverReloaded")
    await expect(li.box).to_have_value("half typed")


async def test_what_was_not_sent_survives_the_page_and_arrives_once(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.host)
    await li.opens()
    await li.writes("Kept one")
    await until_written(stage, "Kept one")
    await li.page.route("**/messages", lambda route: route.abort())
    await li.writes("Kept two")
    await expect(li.log.get_by_text("Not sent, no signal.")).to_be_visible()
    await li.page.unroute("**/messages")
    await li.page.reload()
    await until_written(stage, "Kept two")
    await li.opens()
    await li.reads("Kept two")
    await li.has(["Kept one", "Kept two"])


async def test_an_answer_that_is_lost_on_its_way_makes_no_second_message(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.host)
    await li.opens()
    await li.writes("Lost one")
    await until_written(stage, "Lost one")
    lost, clicked = 0, False

    async def lose(route: Route) -> None:
        nonlocal lost
        if clicked:
            await route.continue_()
            return
        lost += 1
        await route.fetch()
        await route.abort()

    await li.page.route("**/messages", lose)
    await li.writes("Lost two")
    await until_written(stage, "Lost two")
    await expect(li.log.get_by_text("Not sent, no signal.")).to_be_visible()
    await li.log.get_by_role("button", name="Try again").click()
    clicked = True  # until then it could not succeed by itself
    await expect(li.log.get_by_text("Not sent")).to_have_count(0)
    assert lost >= 1
    await li.has(["Lost one", "Lost two"])


async def test_what_was_on_its_way_goes_when_its_writer_signs_out(
    stage: Stage, browser: Browser
) -> None:
    """It fails only afterwards: neither this page nor a later one keeps it for the next person."""
    li = await visitor(browser, stage.page)
    await li.writes("Before signing out")
    await until_written(stage, "Before signing out")
    sending, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def lose(route: Route) -> None:
        sending.set()
        await go_on.wait()
        await route.abort()
        ended.set()

    await li.page.route("**/messages", lose)
    await li.writes("Known to the first person only")
    await sending.wait()
    await li.page.evaluate(f"{ELEMENT}.signOut()")
    go_on.set()
    await asyncio.wait_for(ended.wait(), 30)
    await li.page.wait_for_timeout(500)
    assert await li.page.evaluate(UNSENT) == 0
    await li.page.unroute("**/messages")
    await li.page.reload()
    await li.writes("From the next person")
    await until_written(stage, "From the next person")
    await li.has(["From the next person"])


async def test_what_another_tab_has_not_sent_goes_with_its_writer_too(
    stage: Stage, browser: Browser
) -> None:
    one = await visitor(browser, stage.page)
    await one.writes("Signing out of two tabs")
    await until_written(stage, "Signing out of two tabs")
    two = Visitor(await one.page.context.new_page(), [])
    await two.page.goto(stage.page)
    await two.reads("Signing out of two tabs")
    await two.page.route("**/messages", lambda route: route.abort())
    await two.writes("Not sent by the other tab")
    await expect(two.log.get_by_text("Not sent, no signal.")).to_be_visible()
    await one.page.bring_to_front()
    await one.page.evaluate(f"{ELEMENT}.signOut()")
    assert await one.page.evaluate(UNSENT) == 0
    await two.page.unroute("**/messages")
    await two.page.evaluate("dispatchEvent(new Event('online'))")
    await two.has([])
    await one.writes("The next person in two tabs")
    await two.has(["The next person in two tabs"])


async def test_what_was_refused_with_an_old_token_is_not_sent_as_the_next_person(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.host)
    await li.page.wait_for_function("window.Coterie")
    first = tokens.sign(stage.site.secret, stage.world.now, sub="C-8", name="The first")
    await li.page.evaluate("(token) => Coterie.identify(token)", first)
    await li.opens()
    await li.writes("Hello from the first")
    await until_written(stage, "Hello from the first")
    sending, go_on = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        sending.set()
        await go_on.wait()
        await route.continue_()

    await li.page.route("**/messages", late)
    await li.writes("A secret of the first")
    await sending.wait()
    second = tokens.sign(stage.site.secret, stage.world.now, sub="C-9", name="The second")
    await li.page.evaluate("(token) => Coterie.identify(token)", second)
    async with li.page.expect_response("**/messages") as refused:
        go_on.set()
    assert (await refused.value).status == 401
    await li.writes("Hello from the second")
    await until_written(stage, "Hello from the second")
    assert not await is_written(stage, "A secret of the first")
    await li.has(["Hello from the second"])


@asynccontextmanager
async def forgetful(folder: Path) -> AsyncIterator[BrowserContext]:
    """A browser that is told to store nothing for any site: then it refuses locks as well."""
    refusing = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(refusing))
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=ARGS
        )
        yield context
        await context.close()


async def test_a_browser_that_stores_nothing_is_served_until_its_page_is_left(
    stage: Stage, tmp_path: Path
) -> None:
    async with forgetful(tmp_path / "profile") as context, asyncio.timeout(180):
        li = await visits(context, stage.host)
        await li.opens()
        await li.writes("From a browser without storage")
        await until_written(stage, "From a browser without storage")
        await stage.priya.answers(await only_case(stage), "It works all the same")
        await li.has(["From a browser without storage", "It works all the same"])
        await li.writes("The second one")
        await until_written(stage, "The second one")
        await li.has(["From a browser without storage", "It works all the same", "The second one"])
        assert (
            await li.page.evaluate(
                "navigator.locks.request('any', () => 'given').catch(() => 'refused')"
            )
            == "refused"
        )


async def test_a_full_storage_keeps_its_browser_in_mind(stage: Stage, browser: Browser) -> None:
    """What can't be stored is remembered until the page is left: one token, one thread."""
    li = await visitor(browser, stage.page)
    await li.page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    await li.page.reload()
    for text in ("Into a full storage", "And one more into it"):
        await li.writes(text)
        await until_written(stage, text)
    await li.has(["Into a full storage", "And one more into it"])


async def test_an_origin_that_is_not_listed_gets_a_line_in_the_console_and_nothing_else(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.stranger)
    refusal = "is not among the origins that may embed this messenger"
    for _ in range(600):
        if any(refusal in line for line in li.said):
            break
        await asyncio.sleep(0.05)
    assert any(refusal in line for line in li.said)
    await expect(li.messenger).to_have_count(0)
    assert await li.page.evaluate("localStorage.length") == 0


async def test_a_typed_address_shows_nobodys_history_and_the_mailed_code_does(
    stage: Stage, browser: Browser
) -> None:
    address = Address("email", "colleen@example.org")
    known = stage.world.customer("Colleen Ward", address=address)
    before = await known.writes("My own old question")
    await stage.priya.answers(before.case_id, "My own old answer")
    li = await visitor(browser, stage.host)
    await li.opens()
    await li.writes("It is me, Colleen")
    await li.reads("It is me, Colleen")
    await li.page.get_by_role("button", name="Written to us before?").click()
    await li.page.get_by_role("textbox", name="Your e-mail address").fill("Colleen@example.org")
    await li.page.keyboard.press("Enter")
    code_box = li.page.get_by_role("textbox", name="The six digits")
    await code_box.fill("000000")
    await li.page.keyboard.press("Enter")
    await expect(li.page.get_by_text("That is not the code we sent.")).to_be_visible()
    await li.has(["It is me, Colleen"])
    await code_box.fill(await stage.code_sent_to("colleen@example.org"))
    await li.page.keyboard.press("Enter")
    await li.reads("My own old answer")
    await li.has(["My own old question", "My own old answer"])
    await expect(li.messenger).to_contain_text("You are here as colleen@example.org")
    await expect(li.box).to_have_value("It is me, Colleen")
    await li.writes("Thank you")
    await until_written(stage, "Thank you")
    async with stage.world.house.read() as tx:
        messages = await queries.messages(tx, before.thread_id)
    assert [each.text for each in messages][-1] == "Thank you"


async def test_an_address_that_is_sent_twice_is_mailed_one_code(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.page)
    asking, go_on, asked = asyncio.Event(), asyncio.Event(), 0

    async def slow(route: Route) -> None:
        nonlocal asked
        asked += 1
        asking.set()
        await go_on.wait()
        await route.continue_()

    await li.page.route("**/codes", slow)
    await li.page.get_by_role("button", name="Written to us before?").click()
    await li.page.get_by_role("textbox", name="Your e-mail address").fill("twice@example.org")
    await li.page.keyboard.press("Enter")
    await asking.wait()
    await li.page.keyboard.press("Enter")
    go_on.set()
    await li.page.get_by_role("textbox", name="The six digits").fill("123456")
    await li.page.wait_for_timeout(500)
    assert asked == 1
    await expect(li.page.get_by_role("textbox", name="The six digits")).to_have_value("123456")


async def test_a_proof_in_one_tab_renews_the_token_for_all(stage: Stage, browser: Browser) -> None:
    """Two tabs of one browser; whoever else holds the old token hears and reads nothing more."""
    address = Address("email", "neville@example.org")
    known = stage.world.customer("Neville", address=address)
    before = await known.writes("The old matter")
    await stage.priya.answers(before.case_id, "Looked into")
    one = await visitor(browser, stage.page)
    two = Visitor(await one.page.context.new_page(), [])
    await two.page.goto(stage.page)
    for number, tab in enumerate((one, two)):
        await tab.writes(f"It is me in tab {number}")
        await until_written(stage, f"It is me in tab {number}")
    planted = await one.page.evaluate(STORED)
    await one.page.bring_to_front()
    await proves(stage, one, "neville@example.org")
    for tab in (one, two):
        await tab.has(["The old matter", "Looked into"])
    assert await one.page.evaluate(STORED) == await two.page.evaluate(STORED) != planted
    answer = await one.page.evaluate(
        "(token) => fetch(location.origin + `/messenger/v1/${location.pathname.split('/').pop()}/messages`,"
        " {headers: {authorization: `Bearer ${token}`}}).then((answer) => answer.status)",
        planted,
    )
    assert answer == 401
    await two.writes("From the other tab")
    await one.writes("From this tab")
    await stage.priya.answers(before.case_id, "Both arrived")
    for tab in (one, two):
        await expect(tab.log.locator(".bubble")).to_have_count(5)
        await tab.reads("Both arrived")
    async with stage.world.house.read() as tx:
        texts = [each.text for each in await queries.messages(tx, before.thread_id)]
    assert set(texts[2:]) == {"From the other tab", "From this tab", "Both arrived"}


async def test_what_was_written_before_the_line_stood_hides_nothing_of_the_thread_that_comes(
    stage: Stage, browser: Browser
) -> None:
    """The second tab's line is so slow that the first proves who it is before the second hears which thread is its own."""
    address = Address("email", "nora@example.org")
    before = await stage.world.customer("Nora", address=address).writes("A matter of March")
    await stage.priya.answers(before.case_id, "Looked into since")
    one = await visitor(browser, stage.page)
    await one.writes("Nora's first tab")
    await until_written(stage, "Nora's first tab")
    two = Visitor(await one.page.context.new_page(), [])
    proved = asyncio.Event()

    async def slow(route: Route) -> None:
        await proved.wait()
        await route.continue_()

    await two.page.route("**/stream?**", slow)
    await two.page.goto(stage.page)
    await two.writes("Nora's second tab")
    await until_written(stage, "Nora's second tab")
    await two.has(["Nora's second tab"])
    await expect(two.log).to_contain_text("Sent")
    planted = await one.page.evaluate(STORED)
    await one.page.bring_to_front()
    await proves(stage, one, "nora@example.org")
    await one.page.wait_for_function(f"(planted) => {STORED} !== planted", arg=planted)
    proved.set()
    for tab in (one, two):
        await tab.has(["A matter of March", "Looked into since"])


async def test_earlier_messages_of_another_thread_are_not_put_into_this_one(
    stage: Stage, browser: Browser
) -> None:
    address = Address("email", "norman@example.org")
    before = await stage.world.customer("Norman", address=address).writes("A matter of May")
    await stage.priya.answers(before.case_id, "Looked into in June")
    one = await visitor(browser, stage.page)
    await one.writes("Norman's first tab")
    await until_written(stage, "Norman's first tab")
    case_id = await only_case(stage)
    for number in range(53):
        await stage.priya.answers(case_id, f"Answer {number}")
    two = Visitor(await one.page.context.new_page(), [])
    await two.page.goto(stage.page)
    await two.reads("Answer 52")
    proved, answered = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        await proved.wait()
        await route.fulfill(response=answer)
        answered.set()

    await two.page.route("**/messages?before=**", late)
    await two.log.get_by_role("button", name="Show earlier messages").click()
    await one.page.bring_to_front()
    await proves(stage, one, "norman@example.org")
    for tab in (one, two):
        await tab.has(["A matter of May", "Looked into in June"])
    proved.set()
    await asyncio.wait_for(answered.wait(), 30)
    await two.page.wait_for_timeout(500)
    await two.has(["A matter of May", "Looked into in June"])


async def proves(stage: Stage, tab: Visitor, email: str) -> None:
    """Say whose the address is, with the code that was mailed."""
    await tab.page.get_by_role("button", name="Written to us before?").click()
    await tab.page.get_by_role("textbox", name="Your e-mail address").fill(email)
    await tab.page.keyboard.press("Enter")
    code_box = tab.page.get_by_role("textbox", name="The six digits")
    await code_box.fill(await stage.code_sent_to(email))
    await tab.page.keyboard.press("Enter")


async def test_an_answer_to_what_was_sent_in_another_thread_hides_nothing_here(
    stage: Stage, browser: Browser
) -> None:
    """Two tabs; one proves who it is while the other still waits for the receipt of what it wrote before."""
    address = Address("email", "nadia@example.org")
    before = await stage.world.customer("Nadia", address=address).writes("An old matter")
    await stage.priya.answers(before.case_id, "Looked into that")
    one = await visitor(browser, stage.page)
    two = Visitor(await one.page.context.new_page(), [])
    await two.page.goto(stage.page)
    await one.writes("Hello from one")
    await until_written(stage, "Hello from one")
    await two.writes("Good morning")
    await two.reads("Hello from one")
    go_on = asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        answer = await route.fetch()
        await go_on.wait()
        await route.fulfill(response=answer)

    await two.page.route("**/messages", late)
    await two.writes("And another thing")
    await until_written(stage, "And another thing")
    await one.page.bring_to_front()
    await proves(stage, one, "nadia@example.org")
    await one.has(["An old matter", "Looked into that"])
    await two.reads("Looked into that")
    go_on.set()
    await two.page.wait_for_timeout(500)
    await two.has(["An old matter", "Looked into that"])


async def test_the_host_site_says_who_it_is(stage: Stage, browser: Browser) -> None:
    token = tokens.sign(stage.site.secret, stage.world.now, sub="C-1", name="Li Chen", area="2650")
    li = await visitor(browser, stage.host)
    await li.page.wait_for_function("window.Coterie")
    await li.page.evaluate("(token) => Coterie.identify(token)", token)
    await li.opens()
    await li.writes("Here again")
    await until_written(stage, "Here again")
    phone = await visitor(browser, stage.host, **PHONE)
    await phone.page.wait_for_function("window.Coterie")
    again = tokens.sign(stage.site.secret, stage.world.now, sub="C-1")
    await phone.page.evaluate("(token) => Coterie.identify(token)", again)
    await phone.opens()
    await phone.reads("Here again")
    await phone.page.evaluate("Coterie.signOut()")
    await expect(phone.log.get_by_text("What can we do for you?")).to_be_visible()
    await phone.has([])


async def test_whoever_writes_right_after_signing_out_keeps_what_they_wrote(
    stage: Stage, browser: Browser
) -> None:
    """The line that is told who they are by now is slow to come: their thread is there before it."""
    li = await visitor(browser, stage.page)
    await li.writes("Soon signed out")
    await until_written(stage, "Soon signed out")
    line = await hold(li.page, "**/stream?**", before=True)
    await li.page.evaluate(f"{ELEMENT}.signOut()")
    await li.writes("Somebody new already")
    await until_written(stage, "Somebody new already")
    await li.reads("Somebody new already")
    await line.goes_on()
    await stage.priya.answers(await only_case(stage), "I hear you")
    await li.has(["Somebody new already", "I hear you"])


async def test_a_host_that_moves_the_closed_messenger_leaves_it_its_line(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.host)
    await li.opens()
    await li.writes("Moved about")
    await until_written(stage, "Moved about")
    await li.page.get_by_role("button", name="Close the messenger").click()
    await li.page.evaluate(f"document.body.append({ELEMENT})")
    await stage.priya.answers(await only_case(stage), "Do you hear me?")
    await expect(li.page.get_by_role("button", name="1 unread message")).to_be_visible()


async def test_who_signs_out_in_a_tab_that_does_not_lead_leaves_them_all(
    stage: Stage, browser: Browser
) -> None:
    one = await visitor(browser, stage.host)
    await one.opens()
    await one.writes("Before I left")
    await until_written(stage, "Before I left")
    case_id = await only_case(stage)
    await one.page.keyboard.press("Escape")
    two = Visitor(await one.page.context.new_page(), [])
    await two.page.goto(stage.host)
    await two.opens()
    await two.reads("Before I left")
    await two.box.fill("Half typed")
    assert await two.page.evaluate(LEADS)
    await until(lambda: one.page.evaluate(f"!({LEADS})"))
    await one.page.evaluate("Coterie.signOut()")
    await expect(two.log.get_by_text("What can we do for you?")).to_be_visible()
    await expect(two.box).to_have_value("")
    await stage.priya.answers(case_id, "For who was here before")
    await two.page.wait_for_timeout(700)
    await two.has([])
    await two.writes("Somebody else by now")
    await until_written(stage, "Somebody else by now")
    await two.has(["Somebody else by now"])
    await one.page.get_by_role("button", name="Write to Wattle Telecom").click()
    await one.has(["Somebody else by now"])


async def test_is_it_solved_and_not_yet(stage: Stage, browser: Browser) -> None:
    li = await visitor(browser, stage.page)
    await li.writes("No internet")
    await until_written(stage, "No internet")
    case_id = await only_case(stage)
    await stage.priya.answers(case_id, "Fixed")
    await stage.priya.resolves(case_id)
    await li.page.get_by_text("Not yet").click()
    await li.page.get_by_role("button", name="Tell Priya").click()
    await expect(li.log).to_contain_text("It goes on here.")
    await expect(li.messenger).to_contain_text("Priya has your case")
    await stage.priya.answers(case_id, "And now?")
    await stage.priya.resolves(case_id)
    await li.page.get_by_text("Yes", exact=True).click()
    await li.page.get_by_role("group", name="Priya made it easy for me").get_by_text("6").click()
    await li.page.get_by_role("button", name="Tell Priya").click()
    await expect(li.log).to_contain_text("It is noted.")
    async with stage.world.house.read() as tx:
        cursor = await tx.execute(
            "SELECT solved, effort FROM confirmations WHERE case_id = %s ORDER BY at", [case_id]
        )
        assert await cursor.fetchall() == [(False, None), (True, 6)]


async def test_resolved_again_while_the_line_was_down_is_asked_again(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(browser, stage.page)
    await li.writes("No internet, twice")
    await until_written(stage, "No internet, twice")
    case_id = await only_case(stage)
    await stage.priya.answers(case_id, "Fixed")
    await stage.priya.resolves(case_id)
    await li.page.get_by_text("Not yet").click()
    await li.page.route("**/stream?**", lambda route: route.abort())
    await li.page.evaluate(f"{ELEMENT}.line.restart()")
    await expect(li.page.get_by_text("Reconnecting")).to_be_visible()
    await li.page.get_by_role("button", name="Tell Priya").click()
    await expect(li.log).to_contain_text("It goes on here.")
    await stage.priya.answers(case_id, "Fixed again")
    await stage.priya.resolves(case_id)
    await li.page.unroute("**/stream?**")
    await li.reads("Fixed again")
    await li.page.get_by_text("Yes", exact=True).click()
    await li.page.get_by_role("button", name="Tell Priya").click()
    await expect(li.log).to_contain_text("It is noted.")


async def surveyed(stage: Stage, share: float) -> None:
    await stage.priya.act(
        lambda tx, now: communities.change_settings(
            tx, now, stage.priya.community.id, {"survey_share": share}
        )
    )


async def test_now_and_then_how_it_was_is_asked_in_place(stage: Stage, browser: Browser) -> None:
    await surveyed(stage, 1)
    li = await visitor(browser, stage.page)
    await li.writes("No internet since the survey")
    await until_written(stage, "No internet since the survey")
    case_id = await only_case(stage)
    await stage.priya.answers(case_id, "Fixed")
    await stage.priya.resolves(case_id)
    await surveyed(stage, 0)
    await li.page.get_by_text("Yes", exact=True).click()
    await li.page.get_by_role("button", name="Tell Priya").click()
    likely = li.page.get_by_role("group", name="How likely would you recommend us to a friend?")
    await expect(likely).to_be_visible()
    for width, height in ((1440, 900), (390, 844)):
        for scheme in ("light", "dark"):
            await li.page.set_viewport_size({"width": width, "height": height})
            await li.page.emulate_media(color_scheme=scheme)
            await li.page.wait_for_timeout(300)  # until colours have changed
            await picture(li.page, f"survey-{width}-{scheme}")
            assert await hindrances(li.page) == []
    await li.page.get_by_role("button", name="Tell Priya").click()
    await expect(li.page.get_by_role("alert")).to_have_text("Choose a number for one of the two.")
    await likely.get_by_role("radio", name="9", exact=True).focus()
    await li.page.keyboard.press("Space")
    pleased = li.page.get_by_role("group", name="How satisfied are you with how Priya handled it?")
    await pleased.get_by_text("5", exact=True).click()
    await li.page.get_by_role("button", name="Tell Priya").click()
    await expect(likely).to_be_hidden()
    await expect(li.log).to_contain_text("It is noted.")
    async with stage.world.house.read() as tx:
        cursor = await tx.execute("SELECT nps, csat FROM surveys WHERE case_id = %s", [case_id])
        assert await cursor.fetchall() == [(9, 5)]
    assert li.said == []


async def test_files_are_taken_and_others_refused_in_words(
    stage: Stage, browser: Browser, tmp_path: Path
) -> None:
    li = await visitor(browser, stage.host)
    await li.opens()
    picture = tmp_path / "mast.png"
    await li.page.screenshot(path=picture)
    (tmp_path / "nothing.txt").write_bytes(b"")
    (tmp_path / "large.pdf").write_bytes(b"%PDF-" + bytes(10_000_001))
    (tmp_path / "virus.exe").write_bytes(b"MZ")
    picker = li.page.locator("input[type=file]")
    for name, words in {
        "nothing.txt": "nothing.txt is empty.",
        "large.pdf": "large.pdf is larger than 10.0 MB.",
        "virus.exe": "virus.exe is a kind of file that we can't take.",
    }.items():
        await picker.set_input_files(tmp_path / name)
        await expect(li.page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    await picker.set_input_files(picture)
    await expect(li.page.get_by_role("button", name="Remove mast.png")).to_be_visible()
    await expect(li.messenger).not_to_contain_text("Adding mast.png")
    await li.writes("Here it is")
    await until_written(stage, "Here it is")
    saving = li.log.get_by_role("button", name="Save mast.png")
    await expect(saving.locator("canvas")).to_be_visible()
    async with li.page.expect_download() as download:
        await saving.click()
    assert (await (await download.value).path()).read_bytes() == picture.read_bytes()


async def test_ten_tabs_share_one_line_and_all_hear(stage: Stage, browser: Browser) -> None:
    li = await visitor(browser, stage.page)
    await li.writes("Tabs one")
    await until_written(stage, "Tabs one")
    tabs = [li]
    for _ in range(9):
        page = await li.page.context.new_page()
        await page.goto(stage.page)
        tabs.append(Visitor(page, []))
    for tab in tabs:
        await tab.reads("Tabs one")
    await stage.priya.answers(await only_case(stage), "Heard by all")
    for tab in tabs:
        await tab.reads("Heard by all")
        await tab.has(["Tabs one", "Heard by all"])
    await tabs[-1].page.close()
    await stage.priya.answers(await only_case(stage), "By the others too")
    await tabs[3].reads("By the others too")


async def test_a_tab_whose_line_broke_stands_again_by_what_another_tab_hears(
    stage: Stage, browser: Browser
) -> None:
    one = await visitor(browser, stage.page)
    await one.writes("Line of one")
    await until_written(stage, "Line of one")
    two = Visitor(await one.page.context.new_page(), [])
    await two.page.goto(stage.page)
    await two.reads("Line of one")
    await one.page.route("**/stream?**", lambda route: route.abort())
    await one.page.evaluate("dispatchEvent(new Event('focus'))")  # the first leads
    await expect(one.page.get_by_text("Reconnecting")).to_be_visible()
    await two.page.evaluate("dispatchEvent(new Event('focus'))")  # the second leads
    await stage.priya.answers(await only_case(stage), "Heard by way of two")
    await one.reads("Heard by way of two")
    await expect(one.page.get_by_text("Reconnecting")).to_be_hidden()


async def test_who_is_gone_takes_no_turn_at_the_line(stage: Stage, browser: Browser) -> None:
    """Neither a turn that was only asked for, nor one that was queued for behind another tab."""
    one = await visitor(browser, stage.page)
    await one.writes("Gone soon")
    await until_written(stage, "Gone soon")
    two = Visitor(await one.page.context.new_page(), [])
    await two.page.goto(stage.page)
    await two.reads("Gone soon")
    waiting = "navigator.locks.query().then(({pending}) => pending.length)"
    await until(lambda: one.page.evaluate(f"{waiting}.then((all) => all === 1)"))
    await one.page.evaluate(f"{ELEMENT}.remove()")
    await until(lambda: one.page.evaluate(f"{waiting}.then((all) => all === 0)"))
    await two.page.evaluate(
        f"{{ const {{line}} = {ELEMENT}; line.stop(); line.start(); {ELEMENT}.remove(); }}"
    )
    got = await two.page.evaluate(
        "(name) => Promise.race([navigator.locks.request(name, () => 'free'),"
        " new Promise((done) => setTimeout(done, 5000, 'taken'))])",
        f"coterie.{stage.site.key}",
    )
    assert got == "free"


async def test_marks_that_did_not_arrive_are_said_again(stage: Stage, browser: Browser) -> None:
    li = await visitor(browser, stage.page)
    await li.writes("Marks")
    await until_written(stage, "Marks")
    lost = asyncio.Event()

    async def lose_first(route: Route) -> None:
        if lost.is_set():
            await route.continue_()
            return
        await route.abort()
        lost.set()

    await li.page.route("**/marks", lose_first)
    message = await stage.priya.answers(await only_case(stage), "Read this")
    await li.reads("Read this")
    await lost.wait()
    await li.page.evaluate(f"{ELEMENT}.line.restart()")
    assert await marks(stage, message.thread_id, "customer_read", 2) == (2, 2)


async def test_by_keyboard_alone(stage: Stage, browser: Browser) -> None:
    li = await visitor(browser, stage.host)
    launcher = li.page.get_by_role("button", name="Write to Wattle Telecom")
    await launcher.wait_for()
    keys = li.page.keyboard
    await keys.press("Tab")
    await keys.press("Tab")
    await expect(launcher).to_be_focused()
    await keys.press("Enter")
    await expect(li.box).to_be_focused()
    await keys.type("Written by keys")
    await keys.press("Enter")
    await li.reads("Written by keys")
    more = li.page.get_by_role("button", name="More")
    await more.focus()
    await keys.press("Enter")
    await expect(
        li.page.get_by_role("button", name="Show my earlier conversations")
    ).to_be_focused()
    await keys.press("Escape")
    await expect(more).to_be_focused()
    await keys.press("Escape")
    await expect(launcher).to_be_focused()
    await expect(li.box).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(stage: Stage, browser: Browser, scheme: str) -> None:
    li = await visitor(browser, stage.page, color_scheme=scheme, reduced_motion="reduce")
    await expect(li.log.get_by_text("What can we do for you?")).to_be_visible()
    assert await hindrances(li.page) == []
    await li.writes(f"No internet, {scheme}")
    await until_written(stage, f"No internet, {scheme}")
    case_id = await only_case(stage)
    await stage.priya.answers(case_id, "Fixed")
    await stage.priya.resolves(case_id)
    await li.page.get_by_text("Yes", exact=True).click()
    await li.page.get_by_role("button", name="More").click()
    assert await hindrances(li.page) == []
    await li.page.get_by_role("button", name="Show my earlier conversations").click()
    assert await hindrances(li.page) == []


async def test_a_phone_is_filled_and_nothing_sticks_out(stage: Stage, browser: Browser) -> None:
    li = await visitor(browser, stage.host, **PHONE)
    await li.opens()
    await li.box.fill("x" * 300)
    await li.page.get_by_role("button", name="Send").click()
    await expect(li.log.locator(".bubble")).to_have_count(1)
    box = await li.page.locator(".msgr").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert await li.page.evaluate("document.documentElement.scrollWidth") == 390


async def test_at_twice_the_size_everything_is_still_reached(
    stage: Stage, browser: Browser
) -> None:
    li = await visitor(
        browser, stage.host, viewport={"width": 720, "height": 450}, device_scale_factor=2
    )
    await li.opens()
    await li.writes("Zoomed to 200%")
    await li.reads("Zoomed to 200%")
    for name in ("Send", "Close the messenger", "More"):
        await expect(li.page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(
            ratio=1
        )


@pytest.mark.parametrize(
    "how",
    [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}],
    ids=["light", "narrow"],
)
async def test_who_waits_in_line_reads_an_honest_time_of_their_own_zone(
    stage: Stage, browser: Browser, how: dict[str, object], request: pytest.FixtureRequest
) -> None:
    """Nobody is there: the messenger is open, takes the message, and says when somebody answers."""
    await stage.priya.is_now("away")
    try:
        li = await visitor(browser, stage.page, timezone_id="Europe/Berlin", **how)
        await li.writes("Is anybody there?")
        await li.reads("Is anybody there?")
        await expect(li.messenger).to_contain_text("In line: an answer by about")
        async with stage.world.house.read() as tx:
            cursor = await tx.execute(
                "SELECT time_given FROM episodes ORDER BY opened_at DESC LIMIT 1"
            )
            (given,) = await cursor.fetchone() or (None,)
        assert given is not None
        there = given.astimezone(ZoneInfo("Europe/Berlin"))
        await expect(li.messenger.locator(".msgr__next")).to_contain_text(
            f":{there:%M}" if there.minute else f"{there:%I} ".lstrip("0")
        )
        await picture(li.page, f"in-line-{request.node.callspec.id}")
    finally:
        await stage.priya.comes()
