"""From events to the streams of a community's desks: each distinct view is read and rendered once, not once per viewer.

A room is a community in this process; a desk is one browser that has the workspace open. A room works off what happened
in order: it reads what a batch touched, renders, and offers.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from weakref import WeakKeyDictionary

import structlog

from coterie.conversations import crossing_queries
from coterie.kit import events
from coterie.kit.db import Tx
from coterie.kit.events import Event
from coterie.kit.house import House
from coterie.kit.live import Hub, sse
from coterie.workspace import queries
from coterie.workspace.fragments import (
    Desk,
    Painter,
    faces,
    fragments,
    fragments_for_guest,
    load,
)
from coterie.workspace.looks import Look, Looks

MOST_MISSED = 500
"""Events after which a browser had better fetch its page anew."""
SILENT_FOR = 250
"""Events that say nothing to a desk before it is told a new cursor all the same."""
COUNT_AFTER_S = 1.0

log = structlog.get_logger()


class Room:
    """A community's desks in this process, and what has happened since they were last told."""

    def __init__(self, house: House, community_id: str, closed: Callable[[], None]) -> None:
        self.house = house
        self.community_id = community_id
        self.desks: set[Desk] = set()
        self.joining: list[Desk] = []
        self.happened: list[Event] = []
        self.abroad: list[Event] = []
        """What happened in other communities' streams to what members of this one serve as guests."""
        self.guests: dict[str, Callable[[], None]] = {}
        """The threads that they serve so, each with what ends our following it."""
        self.task: asyncio.Task[None] | None = None
        self.closed = closed
        self.told_waiting = -1
        self.counting: asyncio.TimerHandle | None = None
        self.count_now = False
        self.leave_hub = house.hub.follow(community_id, self.hear)

    def hear(self, batch: Sequence[Event]) -> None:
        """Our own stream; and what names us in another's."""
        self.happened.extend(event for event in batch if event.stream_id == self.community_id)
        self.hear_abroad(batch)

    def hear_abroad(self, batch: Sequence[Event]) -> None:
        self.abroad.extend(event for event in batch if event.stream_id != self.community_id)
        self.wake()

    def join(self, desk: Desk) -> Callable[[], None]:
        """Let a desk in after what it has missed. The answer lets it go."""
        self.joining.append(desk)
        self.wake()
        return lambda: self.leave(desk)

    def tell_again(self, desk: Desk, after: int) -> None:
        """A desk shows something more, as it was at `after`: tell it what has happened to that since."""
        if desk in self.joining:
            desk.after = min(desk.after, after)
        else:
            desk.after = after
            self.joining.append(desk)
        self.wake()

    def leave(self, desk: Desk) -> None:
        self.desks.discard(desk)
        if desk in self.joining:
            self.joining.remove(desk)
        if not self.desks and not self.joining:
            self.leave_hub()
            for leave in self.guests.values():
                leave()
            if self.counting:
                self.counting.cancel()
            self.closed()

    def wake(self) -> None:
        if self.task is None:
            self.task = asyncio.create_task(self.work())

    async def work(self) -> None:
        """Work off who joined and what happened, until there is neither."""
        try:
            while self.joining or self.happened or self.abroad or self.count_now:
                while self.joining:
                    await self.let_in(self.joining[0])
                if self.happened:
                    batch, self.happened = self.happened, []
                    await self.tell(batch, self.desks)
                    self.count_soon(batch)
                if self.abroad:
                    batch, self.abroad = self.abroad, []
                    await self.tell_guests(batch)
                if self.count_now:
                    await self.count()
        except Exception:  # the edge of a background task: whoever could not be told comes back
            log.exception("the desks of a community come back with their cursors")
            self.send_away()
        finally:
            self.task = None

    def send_away(self) -> None:
        """What could not be told must be resumed: end the streams."""
        self.happened.clear()
        self.abroad.clear()
        for desk in [*self.desks, *self.joining]:
            desk.subscriber.close()

    async def let_in(self, desk: Desk) -> None:
        after = desk.after
        async with self.house.read() as tx:
            desk.mine.update(await queries.mine(tx, self.community_id, desk.expert_id))
            missed = await events.after(tx, self.community_id, after, MOST_MISSED + 1)
            unsure = await self.may_have_missed(tx, desk, after)
        if desk.after != after:
            return  # it shows something more by now: once again, from there
        if desk in self.joining:
            self.joining.remove(desk)
            self.desks.add(desk)
        if len(missed) > MOST_MISSED or unsure:
            desk.subscriber.offer(sse("", self.house.hub.heads.get(self.community_id), "stale"))
        elif missed:
            desk.was_away = True
            await self.tell(missed, {desk})
            desk.was_away = False

    async def may_have_missed(self, tx: Tx, desk: Desk, after: int) -> bool:
        """What a guest serves is in another stream, of which its cursor tells nothing."""
        await self.follow_guests(tx)
        if desk in self.desks:
            return not desk.open.isdisjoint(self.guests)
        return await crossing_queries.served_since(tx, desk.expert_id, self.community_id, after)

    async def tell(self, batch: Sequence[Event], desks: Iterable[Desk]) -> None:
        async with self.house.glance() as tx:
            change = await load(tx, batch)
        paint = Painter(self.house.now())
        for desk in list(desks):
            told = fragments(change, desk, paint)
            if told or change.last - desk.after >= SILENT_FOR:
                if desk not in self.joining:  # else it is told from where it stands
                    desk.after = change.last
                desk.subscriber.offer(sse("\n".join(told), change.last))

    async def follow_guests(self, tx: Tx) -> None:
        """Follow the threads that members of this community serve as guests now."""
        served = await crossing_queries.threads_of_guests(tx, self.community_id)
        for thread_id in self.guests.keys() - served:
            self.guests.pop(thread_id)()
        for thread_id in served - self.guests.keys():
            self.guests[thread_id] = self.house.hub.follow(thread_id, self.hear_abroad)

    async def tell_guests(self, batch: Sequence[Event]) -> None:
        """Only guests are told of what is another community's."""
        async with self.house.glance() as tx:
            if any(event.kind.startswith("crossing_") for event in batch):
                await self.follow_guests(tx)
            change = await load(tx, batch)
        paint = Painter(self.house.now())
        for desk in list(self.desks):
            told = fragments_for_guest(change, desk, paint)
            if told:
                desk.subscriber.offer(sse("\n".join(told)))

    def count_soon(self, batch: Sequence[Event]) -> None:
        """How many wait is everybody's business, so it is told seldom."""
        if self.counting is None and moves_the_queue(batch):
            self.counting = asyncio.get_running_loop().call_later(COUNT_AFTER_S, self.count_up)

    def count_up(self) -> None:
        self.counting, self.count_now = None, True
        self.wake()

    async def count(self) -> None:
        self.count_now = False
        async with self.house.read() as tx:
            waiting = await queries.count_waiting(tx, self.community_id)
        if waiting == self.told_waiting:
            return
        self.told_waiting = waiting
        html = sse(f'<span class="count" id="count-community">{waiting}</span>')
        for desk in self.desks:
            desk.subscriber.offer(html)


def moves_the_queue(batch: Sequence[Event]) -> bool:
    return any(event.kind.startswith(("episode_", "reply_")) for event in batch)


class Live:
    """The rooms of this process, opened by the first desk and closed by the last; and who looks at what."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.rooms: dict[str, Room] = {}
        self.looks = Looks(house, self.looked)

    def join(self, desk: Desk) -> Callable[[], None]:
        community_id = desk.community_id
        if community_id not in self.rooms:
            self.rooms[community_id] = Room(
                self.house, community_id, lambda: self.close(community_id)
            )
        self.looks.start()
        return self.rooms[community_id].join(desk)

    def close(self, community_id: str) -> None:
        self.rooms.pop(community_id, None)
        if not self.rooms:
            self.looks.stop()

    def desks(self, community_id: str) -> list[Desk]:
        room = self.rooms.get(community_id)
        return [*room.desks, *room.joining] if room else []

    def send_away(self, account_id: str) -> None:
        """Something about this account has changed: its streams end, and who may come back comes back."""
        for room in list(self.rooms.values()):
            for desk in [*room.desks, *room.joining]:
                if desk.expert_id == account_id:
                    desk.subscriber.close()

    def looked(self, look: Look, thread_ids: set[str], more: bool) -> None:
        """Who looks at these threads has changed: tell those who have them open. `more`: the tab shows something new."""
        for desk in self.desks(look.community_id):
            if desk.browser == look.browser:
                self.show(desk, look, more)
            self.tell_faces(desk, thread_ids)

    def show(self, desk: Desk, look: Look, more: bool) -> None:
        """Take over what a desk's tabs show. What is new there, be it in one tab, has stood still since it was rendered."""
        before = desk.open, desk.lists
        desk.open = self.looks.open_in(desk.browser)
        desk.lists = self.looks.lists_in(desk.browser)
        anew = desk.open - before[0] or desk.lists - before[1] - {"mine"}
        if more or (anew and not look.gone):
            self.rooms[desk.community_id].tell_again(desk, look.after)

    def tell_faces(self, desk: Desk, thread_ids: set[str]) -> None:
        now = self.house.now()
        told = [
            faces(self.looks.onlookers(thread_id, desk.expert_id, now), thread_id)
            for thread_id in thread_ids & desk.open
        ]
        if told:
            desk.subscriber.offer(sse("\n".join(told)))


LIVES: WeakKeyDictionary[Hub, Live] = WeakKeyDictionary()


def live_of(house: House) -> Live:
    """The rooms that belong to this house."""
    if house.hub not in LIVES:
        LIVES[house.hub] = Live(house)
    return LIVES[house.hub]
