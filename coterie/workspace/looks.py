"""Who has which thread open, and who types: said by each tab, known in every process, forgotten after 45 seconds.

It is nobody's history, so it lives in memory; the processes of one house tell each other by a notification.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
import structlog

from coterie.kit.db import connect, transaction
from coterie.kit.house import House
from coterie.kit.ids import new_id
from coterie.workspace.model import Onlooker

CHANNEL = "coterie_looks"
LASTS = timedelta(seconds=45)
TYPING_LASTS = timedelta(seconds=6)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Look:
    """What one tab shows, as it was at event `after`. `thread_id` is empty for a list alone; `gone`: the tab closes.

    A tab counts what it says in `number`, since two of its messages may overtake each other; 0: it does not.
    """

    community_id: str
    expert_id: str
    name: str
    browser: str
    tab: str
    number: int = 0
    thread_id: str = ""
    list: str = "mine"
    after: int = 0
    typing: bool = False
    gone: bool = False


class Looks:
    """The looks of every tab of every process."""

    def __init__(self, house: House, changed: Callable[[Look, set[str], bool], None]) -> None:
        """`changed` hears each look, of which threads it changed who looks, and whether its tab shows something new."""
        self.house = house
        self.changed = changed
        self.tabs: dict[tuple[str, str], tuple[Look, datetime]] = {}
        self.process = new_id()
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self.task is None:
            self.task = asyncio.create_task(self.listen())

    def stop(self) -> None:
        """Nobody is at a desk of this process: what the others look at matters to no one here."""
        if self.task is not None:
            self.task.cancel()
            self.task = None
        self.tabs.clear()

    async def say(self, look: Look) -> None:
        """Take what a tab says, and pass it on to the other processes."""
        self.take(look, self.house.now())
        said = json.dumps({"process": self.process, **asdict(look)})
        async with transaction(self.house.pool) as tx:
            await tx.execute("SELECT pg_notify(%s, %s)", [CHANNEL, said])

    def take(self, look: Look, now: datetime) -> None:
        touched, key = self.forget(now), (look.browser, look.tab)
        before, _ = self.tabs.get(key, (None, now))
        overtaken = before is not None and 0 < look.number < before.number
        if not overtaken:
            self.tabs[key] = (look, now)
            touched |= {look.thread_id, before.thread_id if before else ""}
        if touched or not overtaken:
            self.changed(look, touched - {""}, not overtaken and shows_more(look, before))

    def forget(self, now: datetime) -> set[str]:
        """Drop tabs that have not been heard of; the threads they had open."""
        old = [key for key, (_, at) in self.tabs.items() if now - at > LASTS]
        return {self.tabs.pop(key)[0].thread_id for key in old}

    def shown(self) -> list[tuple[Look, datetime]]:
        """The looks of the tabs that are not closed."""
        return [(look, at) for look, at in self.tabs.values() if not look.gone]

    def open_in(self, browser: str) -> set[str]:
        return {look.thread_id for look, _ in self.shown() if look.browser == browser} - {""}

    def lists_in(self, browser: str) -> set[str]:
        """Which lists the tabs of a browser show."""
        return {look.list for look, _ in self.shown() if look.browser == browser}

    def onlookers(self, thread_id: str, viewer_id: str, now: datetime) -> tuple[Onlooker, ...]:
        """The others who have this thread open, those who type first."""
        found: dict[str, Onlooker] = {}
        for look, at in self.shown():
            if look.thread_id != thread_id or look.expert_id == viewer_id:
                continue
            typing = look.typing and now - at < TYPING_LASTS
            known = found.get(look.expert_id)
            found[look.expert_id] = Onlooker(
                look.expert_id, look.name, typing or bool(known and known.typing)
            )
        return tuple(sorted(found.values(), key=lambda person: (not person.typing, person.name)))

    async def listen(self) -> None:
        """Hear the other processes, for as long as this one runs."""
        while True:
            try:
                await self.hear()
            except (psycopg.Error, OSError) as error:
                log.warning("looks wait for the database", error=str(error))
                await asyncio.sleep(1)

    async def hear(self) -> None:
        connection = await connect(self.house.hub.url, autocommit=True)
        try:
            await connection.execute("LISTEN coterie_looks")
            async for heard in connection.notifies():
                said = json.loads(heard.payload)
                if said.pop("process") != self.process:
                    self.take(look_of(said), self.house.now())
        finally:
            await connection.close()


def shows_more(look: Look, before: Look | None) -> bool:
    """Whether a tab shows something that it did not show before: a thread, or a list beside one's own.

    One that was forgotten since, as in the background, where it speaks once a minute, shows what it showed.
    """
    forgotten = before is None and look.number > 1
    if look.gone or forgotten:
        return False
    was = ("", "mine") if before is None or before.gone else (before.thread_id, before.list)
    return look.thread_id not in ("", was[0]) or look.list not in ("mine", was[1])


def look_of(said: Mapping[str, Any]) -> Look:
    """Of what another process told, which may be of another version and know more, or less."""
    return Look(**{name: said[name] for name in Look.__slots__ if name in said})
