"""The messenger after a merge: both browsers of one person show one thread, where both have proved who they are."""

import asyncio

import pytest

from coterie.customers.model import Address
from coterie.kit.errors import Refused
from coterie.kit.ids import new_id
from tests.channels.messenger.conftest import Browser, Desk
from tests.channels.messenger.test_feed import listened


async def proved(desk: Desk, email: str, text: str) -> tuple[Browser, str]:
    """A browser that has proved this address and has written; its customer."""
    browser = await desk.browser()
    await browser.proves(email)
    await browser.writes(text)
    return browser, (await desk.ids("SELECT id FROM customers ORDER BY created_at, id"))[-1]


async def test_both_browsers_show_the_one_thread_and_each_its_own_after_the_undoing(
    desk: Desk,
) -> None:
    world = desk.world
    work, colleen = await proved(desk, "colleen@work.example", "From work")
    world.later(minutes=1)
    home, other = await proved(desk, "colleen@home.example", "From home")
    merge_id = await world.merges(colleen, other)
    assert await work.reads() == await home.reads() == ["From work", "From home"]
    state = await home.state()
    assert state["thread"] == (await work.state())["thread"]
    assert (await home.writes("Again from home")).status_code == 201
    assert await work.reads() == ["From work", "From home", "Again from home"]
    await world.parts(merge_id)
    assert await work.reads() == ["From work"]
    assert await home.reads() == ["From home", "Again from home"]


async def test_a_line_that_is_open_ends_and_begins_in_the_thread_of_both(desk: Desk) -> None:
    work, colleen = await proved(desk, "colleen@work.example", "From work")
    home, other = await proved(desk, "colleen@home.example", "From home")
    line, leave = await listened(desk, home)
    await line.until([1])
    await desk.world.merges(colleen, other)
    for _ in range(500):
        if line.subscriber.closed:
            break
        await asyncio.sleep(0.02)
    assert line.subscriber.closed
    leave()
    again, leave = await listened(desk, home)
    await again.until([1, 2])
    leave()
    assert await work.reads() == await home.reads() == ["From work", "From home"]


async def test_a_message_that_is_sent_again_after_a_merge_is_the_same_message(desk: Desk) -> None:
    home, other = await proved(desk, "colleen@home.example", "From home")
    key = new_id()
    first = await home.writes("Twice", key=key)
    elder = await desk.world.customer("Colleen", address=Address("email", "c@x.example")).writes()
    await desk.world.merges(elder.customer_id, other)
    again = await home.writes("Twice", key=key)
    assert again.status_code == first.status_code == 201
    assert again.json()["id"] == first.json()["id"]
    assert (await home.reads()).count("Twice") == 1


async def test_rule_17_who_has_proved_nothing_is_merged_with_nobody(desk: Desk) -> None:
    _, colleen = await proved(desk, "colleen@work.example", "My secret")
    eve = await desk.browser()
    await eve.writes("I am Colleen")
    [stranger] = await desk.ids("SELECT customer_id FROM browsers WHERE proved_at IS NULL")
    for one, other in ((colleen, stranger), (stranger, colleen)):
        with pytest.raises(Refused, match="Ask for a code"):
            await desk.world.merges(one, other)
    assert await eve.reads() == ["I am Colleen"]
