"""One browser's live line: nothing missed, nothing twice, from wherever it goes on."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

from coterie.channels.messenger import queries
from coterie.channels.messenger.door import token_hash
from coterie.channels.messenger.feed import Feed
from coterie.kit.live import Subscriber
from tests.channels.messenger.conftest import Browser, Desk


class Line:
    """What a browser hears."""

    def __init__(self) -> None:
        self.batches: list[Any] = []
        self.subscriber = Subscriber(self.send)

    async def send(self, message: MutableMapping[str, Any]) -> None:
        for event in message["body"].decode().split("\n\n"):
            if event.startswith("data: "):
                self.batches.append(json.loads(event.removeprefix("data: ")))

    @property
    def numbers(self) -> list[int]:
        return [each["number"] for batch in self.batches for each in batch.get("messages", [])]

    async def until(self, numbers: list[int]) -> None:
        for _ in range(1000):
            if self.numbers == numbers:
                return
            await asyncio.sleep(0.02)
        assert self.numbers == numbers

    async def heard_something(self) -> None:
        for _ in range(1000):
            if self.batches:
                return
            await asyncio.sleep(0.02)


async def listened(desk: Desk, browser: Browser, after: int = 0) -> tuple[Line, Any]:
    line = Line()
    async with desk.world.house.read() as tx:
        known = await queries.browser(tx, desk.site.key, token_hash(browser.token))
    assert known is not None
    feed = Feed(desk.world.house, desk.site, known, after, line.subscriber)
    return line, await feed.open()


async def test_what_was_and_what_comes_is_heard_once(desk: Desk) -> None:
    li = await desk.browser()
    await li.writes("One")
    line, leave = await listened(desk, li)
    await line.until([1])
    await li.writes("Two")
    [case_id] = await desk.ids("SELECT id FROM cases")
    await desk.priya.notes(case_id)
    await desk.priya.answers(case_id)
    await line.until([1, 2, 4])
    assert next(batch["after"] for batch in line.batches if batch["messages"]) == 0
    assert line.batches[-1]["state"]["who"]["code"] == "has"
    leave()
    await desk.priya.answers(case_id)
    await asyncio.sleep(0.1)
    assert line.numbers == [1, 2, 4]
    again, leave = await listened(desk, li, after=4)
    await again.until([5])
    leave()
    assert desk.world.house.hub.topics == {}


async def test_many_at_once_and_a_long_absence_come_in_order(desk: Desk) -> None:
    li = await desk.browser()
    await li.writes("One")
    [case_id] = await desk.ids("SELECT id FROM cases")
    for _ in range(250):
        await desk.priya.notes(case_id)
        await desk.priya.answers(case_id)
    first, leave = await listened(desk, li)
    await first.until(list(range(403, 502, 2)))
    assert first.batches[0]["earlier"] is True
    leave()
    back, leave = await listened(desk, li, after=1)
    await back.until(list(range(3, 502, 2)))
    leave()


async def test_nobodys_line_carries_another_thread(desk: Desk) -> None:
    li, eve = await desk.browser(), await desk.browser()
    await li.writes("Of Li")
    await eve.writes("Of Eve")
    line, leave = await listened(desk, eve)
    await line.until([1])
    await li.writes("Of Li again")
    await asyncio.sleep(0.1)
    assert "Li" not in json.dumps(line.batches)
    leave()


async def test_a_visitor_without_a_thread_hears_how_things_stand(desk: Desk) -> None:
    line, leave = await listened(desk, await desk.browser())
    await line.heard_something()
    assert [batch["state"]["who"]["code"] for batch in line.batches] == ["team"]
    leave()
