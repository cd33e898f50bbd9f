"""One browser's live line: what is new in its thread, once and in order, and how things stand."""

import asyncio
import json
from collections.abc import Callable, Sequence

import psycopg
import structlog

from coterie.channels.messenger import queries
from coterie.channels.messenger.model import Browser, Site, Turn
from coterie.channels.messenger.state import Json, state_of, turn_json
from coterie.kit.db import Tx
from coterie.kit.events import Event
from coterie.kit.house import House
from coterie.kit.live import Subscriber, sse

FIRST_PAGE = 50
MOST_AT_ONCE = 200
BEYOND_ALL = 2**31 - 1
ENDINGS = ("token_renewed", "customers_merged", "customers_parted")
"""After these whoever listened hears nothing more: the browser has a new token, or goes on in another thread."""

log = structlog.get_logger()


class Feed:
    """Follows a thread, and whoever has its case. However many events come together, it looks once."""

    def __init__(
        self, house: House, site: Site, browser: Browser, after: int, subscriber: Subscriber
    ) -> None:
        self.house = house
        self.site = site
        self.browser = browser
        self.after = after
        self.subscriber = subscriber
        self.leaves: dict[str, Callable[[], None]] = {}
        self.looking: asyncio.Task[None] | None = None
        self.opening = True
        self.again = False

    async def open(self) -> Callable[[], None]:
        """Follow first, then look: what happens in between is seen twice rather than never."""
        self.follow({self.browser.id, self.browser.thread_id})
        try:
            await self.look(first=True)
        except BaseException:
            self.close()
            raise
        self.opening = False
        if self.again:
            self.notice([])
        return self.close

    def close(self) -> None:
        self.follow(set())
        if self.looking:
            self.looking.cancel()

    def follow(self, topics: set[str | None]) -> None:
        wanted = {topic for topic in topics if topic}
        for topic in self.leaves.keys() - wanted:
            self.leaves.pop(topic)()
        for topic in wanted - self.leaves.keys():
            self.leaves[topic] = self.house.hub.follow(topic, self.notice)

    def notice(self, batch: Sequence[Event]) -> None:
        if any(event.kind in ENDINGS for event in batch):
            self.subscriber.close()
        elif self.looking is None and not self.opening:
            self.looking = asyncio.create_task(self.keep_looking())
        else:
            self.again = True

    async def keep_looking(self) -> None:
        try:
            self.again = True
            while self.again:
                self.again = False
                await self.look()
        except (psycopg.Error, TimeoutError) as error:
            log.warning("a messenger's line ends for the database", error=str(error))
            self.subscriber.close()  # the browser comes back and goes on from its last message
        finally:
            self.looking = None

    async def look(self, first: bool = False) -> None:
        async with self.house.glance() as tx:
            if first and not await queries.is_known(tx, self.browser.hash):
                self.subscriber.close()  # the token was renewed on the way here
                return
            said = await self.news(tx, first)
        self.subscriber.offer(sse(json.dumps(said, separators=(",", ":"))))

    async def news(self, tx: Tx, first: bool) -> Json:
        """The messages first and the state after them, so that it is never older than they are."""
        said: Json = {"after": self.after}
        if self.browser.thread_id is not None:
            turns = await self.turns(tx, self.browser.thread_id, first)
            said["messages"] = [turn_json(turn) for turn in turns]
            if first and self.after == 0:
                said["earlier"] = len(turns) == FIRST_PAGE
            self.after = turns[-1].number if turns else self.after
        state = said["state"] = await state_of(tx, self.house.now(), self.site, self.browser)
        self.follow({self.browser.id, self.browser.thread_id, state["who"].get("id")})
        return said

    async def turns(self, tx: Tx, thread_id: str, first: bool) -> list[Turn]:
        """What the browser has not heard yet; at its very first, the end of the thread."""
        if first and self.after == 0:
            return await queries.turns_before(tx, thread_id, BEYOND_ALL, FIRST_PAGE)
        found = await queries.turns_after(tx, thread_id, self.after, MOST_AT_ONCE)
        self.again = self.again or len(found) == MOST_AT_ONCE
        return found
