"""The demo's people: customers who write, wait and come back; experts who answer, except for whoever is signed in.

Nothing is remembered between two looks: what a customer writes next, and what is answered, follows from what stands in
the thread. So a demo that is stopped in the middle of a conversation goes on with it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from random import Random

import structlog
from psycopg import OperationalError

from coterie.communities.actions import set_presence
from coterie.conversations import actions as conversations
from coterie.conversations import resolution
from coterie.conversations.model import Confirmation, ResolutionKind
from coterie.demo import queries
from coterie.demo.closing import read_and_resolve, say_how_it_was
from coterie.demo.help import Help
from coterie.demo.model import Demo
from coterie.demo.queries import Scene
from coterie.demo.stories import Cue, answer_to, cue_of, lines, spoken, stories
from coterie.exchange.client import Api, NoAnswer
from coterie.kit.errors import Refused
from coterie.kit.house import House
from coterie.kit.ids import new_id
from coterie.kit.tasks import end
from coterie.workspace.live import live_of

NEW_EVERY_S = 10.0
"""Seconds between two customers who begin something, at pace 1."""
SIGNED_IN_FOR = timedelta(minutes=3)
WARM = timedelta(minutes=4)
REST = timedelta(minutes=10)
MOST_AT_ONCE = 3
BUSY = 60
"""Open conversations beyond which nobody begins another."""

log = structlog.get_logger()


class People:
    """Everybody simulated, in one server's process. Customers write over HTTP, as any program would."""

    def __init__(self, house: House, demo: Demo, pace: float, random: Random) -> None:
        self.house = house
        self.demo = demo
        self.pace = pace
        self.random = random
        self.api = Api(demo.url)
        self.token = demo.account("admin").token
        self.help = Help(house, demo, pace)
        self.persons: set[str] = set()
        """Experts whom somebody has signed in as: they are left alone."""

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Live as long as the block. At pace 0 all are there, and nobody says a word."""
        lives = [self.keep_presence]
        if self.pace:
            lives += [self.converse, self.begin]
        tasks = [asyncio.create_task(self.keep(life)) for life in lives]
        try:
            yield
        finally:
            await end(*tasks)
            await self.api.http.aclose()

    async def keep(self, life: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await life()
            except (Refused, OperationalError, OSError, TimeoutError) as error:
                log.debug("the demo's people pause", why=str(error))
                await asyncio.sleep(2)

    # Presence

    async def keep_presence(self) -> None:
        await asyncio.sleep(2)
        await self.take_places(self.house.now())

    async def take_places(self, now: datetime) -> None:
        """Who is on shift is present without a browser; whoever is signed in decides for themselves."""
        async with self.house.read() as tx:
            self.persons = await queries.signed_in(tx, now - SIGNED_IN_FOR, now) | self.at_desks()
            members = await queries.on_shift(tx, now)
        for member in members:
            wanted = "present" if member.works else "off"
            if member.expert_id not in self.persons and member.state != wanted:
                await self.house.act(
                    member.community_id,
                    partial(set_presence, expert_id=member.expert_id, state=wanted),
                )

    def at_desks(self) -> set[str]:
        """Experts with the workspace open in some browser."""
        live = live_of(self.house)
        return {
            desk.expert_id
            for community_id in self.demo.communities.values()
            for desk in live.desks(community_id)
        }

    # Conversations

    async def converse(self) -> None:
        await asyncio.sleep(1 / max(1.0, self.pace))
        now = self.house.now()
        await self.go_on_with_some(now)
        await self.help.go_on(now, self.persons)
        await self.confirm(now)

    async def go_on_with_some(self, now: datetime) -> None:
        """Go on with a few conversations whose time has come, the longest waiting first."""
        async with self.house.read() as tx:
            found = await queries.scenes(tx)
        crowded = self.crowded(found, now)
        due = [
            scene
            for scene in found
            if self.is_due(scene, now)
            and (scene.expert_id not in crowded or scene.state == "attended" or is_warm(scene, now))
        ]
        for scene in due[:MOST_AT_ONCE]:
            with suppress(Refused):  # the world has moved on since we looked
                await self.go_on(scene)

    def is_due(self, scene: Scene, now: datetime) -> bool:
        cue = cue_of(scene.text)
        if scene.state == "attended":
            return self.is_ours(scene) and now >= scene.since + self.seconds(scene, 6, 24)
        if cue is None:
            return False
        if cue.next:
            return scene.is_simulated and now >= scene.since + self.seconds(scene, 9, 40)
        return self.is_ours(scene) and now >= scene.since + self.seconds(scene, 25, 90)

    def crowded(self, found: Sequence[Scene], now: datetime) -> set[str]:
        """Experts to whom nobody simulated turns now, so that there is room for what you write as Colleen."""
        warm = Counter(scene.expert_id for scene in found if is_warm(scene, now))
        yours = self.persons | {self.demo.named("Priya Nair").id}
        return {id_ for id_, load in warm.items() if load >= (1 if id_ in yours else 4)}

    def is_ours(self, scene: Scene) -> bool:
        return scene.expert_id not in self.persons

    def seconds(self, scene: Scene, least: int, most: int) -> timedelta:
        """How long somebody takes: the same whenever we look, another for each message."""
        digest = sha256(f"{scene.message_id}{scene.state}".encode()).digest()
        return timedelta(seconds=(least + digest[0] / 255 * (most - least)) / self.pace)

    async def go_on(self, scene: Scene) -> None:
        cue = cue_of(scene.text)
        if scene.state == "attended":
            await self.attend(scene, cue)
        elif cue and cue.next:
            key = f"demo:{scene.message_id}:next"
            await self.write(scene.ref, scene.customer, scene.channel, cue.next, key)
        elif cue:
            await self.resolve(scene, cue)

    async def attend(self, scene: Scene, cue: Cue | None) -> None:
        if cue and cue.turn == 0 and scene.said and scene.text != scene.first_text:
            await self.put_apart(scene)
        elif cue and not cue.answer:
            await self.resolve(scene, cue)
        else:
            await self.answer(scene, cue)

    async def put_apart(self, scene: Scene) -> None:
        """A second matter in an open or watched case gets a case of its own."""
        message_id, expert_id = scene.message_id, scene.owner_id or scene.expert_id
        await self.house.act(
            scene.community_id,
            lambda tx, at: conversations.move_message(tx, at, message_id, None, expert_id),
        )

    async def answer(self, scene: Scene, cue: Cue | None) -> None:
        words = answer_to(scene.text, self.said_plainly(scene))
        text = spoken(words, name=scene.customer, me=scene.expert, place=scene.place)
        case_id, expert_id = scene.case_id, scene.expert_id
        await self.house.act(
            scene.community_id,
            lambda tx, at: conversations.reply(
                tx, at, case_id=case_id, expert_id=expert_id, text=text
            ),
        )
        if cue and cue.turn == 0 and cue.story.ask:
            await self.help.ask(scene, cue.story)
        if cue and cue.turn == 0 and cue.story.note:
            note = cue.story.note
            await self.house.act(
                scene.community_id,
                lambda tx, at: conversations.write_note(
                    tx, at, case_id=case_id, expert_id=expert_id, text=note
                ),
            )

    def said_plainly(self, scene: Scene) -> list[str]:
        """Which lines of the stock this case has heard."""
        return [
            line
            for line in lines()
            if spoken(line, name=scene.customer, me=scene.expert, place=scene.place) in scene.said
        ]

    async def resolve(self, scene: Scene, cue: Cue) -> None:
        case_id, expert_id, how = scene.case_id, scene.owner_id or scene.expert_id, cue.story.how
        kind: ResolutionKind = "order" if cue.story.topic in ("order", "move") else "answer"
        await self.house.act(
            scene.community_id,
            lambda tx, at: read_and_resolve(tx, at, case_id, expert_id, how, kind),
        )

    async def confirm(self, now: datetime) -> None:
        """Some customers say whether it is solved; a few that it isn't."""
        begun, ended = timedelta(seconds=150 / self.pace), timedelta(seconds=45 / self.pace)
        async with self.house.read() as tx:
            found = await queries.unconfirmed(tx, now - begun, now - ended)
        for case_id, community_id in found:
            mood = sha256(case_id.encode()).digest()[0]
            if mood < 100:
                word = Confirmation(solved=mood > 8, effort=5 + mood % 3 if mood > 8 else 3)
                await self.house.act(
                    community_id, partial(resolution.confirm, case_id=case_id, word=word)
                )
                nps, csat = (9 + mood % 2, 5) if mood > 20 else (mood % 8, 2)
                await self.house.act(
                    community_id, partial(say_how_it_was, case_id=case_id, nps=nps, csat=csat)
                )

    # New matters

    async def begin(self) -> None:
        await asyncio.sleep(self.random.expovariate(self.pace / NEW_EVERY_S))
        await self.begin_something(self.house.now())

    async def begin_something(self, now: datetime) -> None:
        """Somebody writes of something new, more often to those who are signed in and look for it."""
        async with self.house.read() as tx:
            found = await queries.scenes(tx)
            if len(found) > BUSY:
                return
            crowded = self.crowded(found, now)
            owners = self.persons - crowded if self.random.random() < 0.4 else set()
            caller = await queries.caller(tx, new_id(), now - REST / self.pace, owners, crowded)
            told = await queries.told_before(tx, caller.ref) if caller else set()
        fresh = [story for story in stories() if story.opening not in told]
        if caller and fresh:
            channel = self.random.choice(("messenger", "messenger", "sms", "email"))
            text = self.random.choice(fresh).opening
            await self.write(caller.ref, caller.name, channel, text, f"demo:{new_id()}")

    async def write(self, ref: str, name: str, channel: str, text: str, key: str) -> None:
        """As a customer, through the public door."""
        writer = {"kind": "ref", "value": ref, "proved": True, "name": name}
        body = {"channel": channel, "from": writer, "text": text}
        with suppress(NoAnswer):
            await self.api.call("POST", "/contacts", self.token, body, key=key)


def is_warm(scene: Scene, now: datetime) -> bool:
    """Whether it still weighs as much as a whole episode: rule 7."""
    return scene.state == "attended" or scene.since > now - WARM
