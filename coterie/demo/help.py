"""How the demo's experts help each other: they ask, accept, decline, answer and thank. Never for somebody signed in.

Nothing is remembered between two looks, as with all the demo's people.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from coterie.asks import actions as asks
from coterie.asks import queries as ask_queries
from coterie.asks.model import Ask, Asked
from coterie.demo import queries
from coterie.demo.model import Demo
from coterie.demo.queries import Scene
from coterie.demo.stories import Story, help_with
from coterie.kit.errors import Refused
from coterie.kit.house import House

DECLINES = 40
"""Of 256: how often somebody who is asked declines."""
WHY = "I'm with a customer, ask me again in ten minutes"


class Help:
    """The asks of the demo's communities, and what its simulated experts do about them."""

    def __init__(self, house: House, demo: Demo, pace: float) -> None:
        self.house = house
        self.demo = demo
        self.pace = pace

    async def ask(self, scene: Scene, story: Story) -> None:
        """Whoever attends asks the team."""
        case_id, expert_id = scene.case_id, scene.expert_id
        await self.house.act(
            scene.community_id,
            lambda tx, at: asks.ask(tx, at, case_id, expert_id, topic=story.skill, text=story.ask),
        )

    async def go_on(self, now: datetime, persons: Collection[str]) -> None:
        """Whoever's time has come accepts, declines, answers or thanks. The world may have moved on since we looked."""
        for community_id in self.demo.communities.values():
            async with self.house.read() as tx:
                found = await ask_queries.alive_in(tx, community_id)
                people = await ask_queries.asked(tx, [each.id for each in found])
            for each in found:
                with suppress(Refused):
                    its = [person for person in people if person.ask_id == each.id]
                    await self.help_with(now, each, its, persons)
        await self.thank(now, persons)

    async def help_with(
        self, now: datetime, ask: Ask, people: Sequence[Asked], persons: Collection[str]
    ) -> None:
        if ask.accepted_by and ask.accepted_at:
            if ask.accepted_by not in persons and now >= ask.accepted_at + self.takes(ask, 20, 70):
                await self.answer(ask, ask.accepted_by)
            return
        waiting = [person for person in people if person.state == "waiting" and ask.asked_by]
        patience = 60 if any(person.expert_id in persons for person in waiting) else 0
        for person in waiting:
            due = person.at + self.takes(ask, 8 + patience, 40 + patience, person.expert_id)
            if person.expert_id not in persons and now >= due:
                await self.reply(ask, person.expert_id)
                return

    async def reply(self, ask: Ask, expert_id: str) -> None:
        """Mostly they accept."""
        if drawn(ask.id, expert_id, "declines") < DECLINES:
            verb = partial(asks.decline, ask_id=ask.id, expert_id=expert_id, why=WHY)
        else:
            verb = partial(asks.accept, ask_id=ask.id, expert_id=expert_id)
        await self.house.act(ask.community_id, verb)

    async def answer(self, ask: Ask, expert_id: str) -> None:
        await self.house.act(
            ask.community_id,
            lambda tx, at: asks.answer(tx, at, ask.id, expert_id, help_with(ask.text)),
        )

    async def thank(self, now: datetime, persons: Collection[str]) -> None:
        """Whoever asked thanks after a little while."""
        async with self.house.read() as tx:
            found = await queries.unthanked(tx, now - timedelta(seconds=25 / self.pace))
        for ask_id, community_id, expert_id in found:
            if expert_id not in persons:
                with suppress(Refused):
                    await self.house.act(
                        community_id, partial(asks.thank, ask_id=ask_id, expert_id=expert_id)
                    )

    def takes(self, ask: Ask, least: int, most: int, expert_id: str = "") -> timedelta:
        """How long somebody takes: the same whenever we look."""
        share = drawn(ask.id, ask.state, expert_id) / 255
        return timedelta(seconds=(least + share * (most - least)) / self.pace)


def drawn(*of: str) -> int:
    """0 to 255, the same for the same."""
    return sha256(" ".join(of).encode()).digest()[0]
