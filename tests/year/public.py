"""The customers: who they are, when they turn to us, and what they do about what we answer. Of a seed."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from coterie.conversations.model import Receipt
from coterie.kit.events import Event
from tests.world import Customer, World
from tests.year.casebook import Casebook, Matter, Meaning
from tests.year.jumps import Jumps
from tests.year.roster import ZONE, at
from tests.year.tally import Tally

MONTH_DAYS = 30.4
CONTACTS_A_MONTH = 0.15
"""Matters that bring somebody to us; what comes back about them is beside it."""
HOUR_WEIGHTS = [1, 1, 0, 0, 0, 1, 3, 8, 14, 18, 18, 16, 14, 14, 14, 14, 15, 15, 14, 13, 10, 6, 4, 2]
CHANNELS = {"messenger": 56, "sms": 10, "email": 18, "voice": 9, "forum": 3, "social": 4}
TOPICS = {"billing": 35, "technical": 35, "sales": 15, "moving": 10, "": 5}
LANGUAGES = {"": 600, "en": 350, "zh": 35, "ar": 12, "fi": 3}
ANSWERS = {1: 55, 2: 27, 3: 12, 4: 6}
"""How many answers a matter takes."""
WORDS = {
    "asks": ("My bill is wrong.", "The line has been dead since noon.", "Can I have the bigger plan?"),
    "thanks": ("Thanks!", "Great, thank you."),
    "another": ("Something else: we move in March.", "By the way, the second phone is broken."),
}  # fmt: skip


@dataclass(eq=False, slots=True)
class Visitor:
    """A customer of the simulation."""

    customer: Customer
    area: str
    gap_days: float
    """Mean time between their contacts."""
    channel: str
    id: str | None = None
    matters: set[str] = field(default_factory=set)


class Public:
    """All customers."""

    def __init__(self, world: World, jumps: Jumps, book: Casebook, tally: Tally, seed: int) -> None:
        self.world = world
        self.jumps = jumps
        self.book = book
        self.tally = tally
        self.rng = Random(f"public {seed}")
        self.visitors: list[Visitor] = []
        self.known: dict[str, Visitor] = {}
        book.on("reply_sent", self.hear_answer)
        book.on("case_resolved", self.hear_resolution)
        book.on("case_closed", self.forget)

    def pick(self, weights: dict[Any, int]) -> Any:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def move_in(self, number: int, areas: list[str]) -> None:
        """So many customers; each writes for the first time when their first matter comes."""
        for place in range(number):
            area = self.rng.choice(areas)
            gap = MONTH_DAYS / CONTACTS_A_MONTH / self.rng.gammavariate(2, 0.5)
            customer = self.world.customer(f"Customer {place}", area, language=self.pick(LANGUAGES))
            visitor = Visitor(customer, area, gap, self.pick(CHANNELS))
            self.visitors.append(visitor)
            self.plan_next(visitor)

    def plan_next(self, visitor: Visitor) -> None:
        """The next time that something brings them to us."""
        days = self.rng.expovariate(1 / visitor.gap_days)
        day = (self.world.now.astimezone(ZONE) + timedelta(days=days)).date()
        hour = self.rng.choices(range(24), HOUR_WEIGHTS)[0] + self.rng.random()
        when = max(at(day, min(hour, 23.98)), self.world.now + timedelta(minutes=1))
        self.jumps.at(when, partial(self.turn_to_us, visitor))

    async def turn_to_us(self, visitor: Visitor) -> None:
        self.plan_next(visitor)
        again = bool(visitor.matters)
        meaning: Meaning = "another" if again and self.rng.random() < 0.5 else "asks"
        channel = visitor.channel if self.rng.random() < 0.7 else self.pick(CHANNELS)
        await self.write(visitor, meaning, channel)

    def storm(self, areas: set[str], hours: float, share: float) -> None:
        """Many of some areas have the same trouble within a few hours."""
        for visitor in self.visitors:
            if visitor.area in areas and self.rng.random() < share:
                later = timedelta(seconds=int(self.rng.triangular(0, hours * 3600, hours * 600)))
                channel = self.pick({"messenger": 70, "sms": 15, "voice": 15})
                self.jumps.at(self.world.now + later, partial(self.write, visitor, "asks", channel))

    async def write(self, visitor: Visitor, meaning: Meaning, channel: str) -> None:
        """One turn of theirs, into whichever case it goes."""
        text = self.rng.choice(WORDS[meaning])
        topic = self.pick(TOPICS)
        answers, order = self.pick(ANSWERS), self.rng.random() < 0.08
        receipt: Receipt = await visitor.customer.writes(text, channel=channel, topic=topic)
        self.tally.did("writes")
        visitor.id = receipt.customer_id
        self.known[receipt.customer_id] = visitor
        matter = self.book.matters[receipt.case_id]
        self.book.meanings[receipt.message_id] = meaning
        if receipt.case_id not in visitor.matters:
            visitor.matters.add(receipt.case_id)
            matter.answers_left, matter.order = answers, order

    def hear_answer(self, event: Event, matter: Matter) -> None:
        """They were answered: mostly they answer, where the matter asks for more."""
        asked_more = matter.answers_left > 0 and self.rng.random() < 0.75
        visitor = self.known.get(matter.customer_id)
        if visitor and asked_more:
            seconds = DELAYS[matter.channel] * self.rng.lognormvariate(0, 1.2)
            self.plan(seconds, partial(self.write, visitor, "asks", matter.channel))

    def forget(self, event: Event, matter: Matter) -> None:
        if visitor := self.known.get(matter.customer_id):
            visitor.matters.discard(matter.case_id)

    def plan(self, seconds: float, act: Any) -> None:
        self.jumps.at(self.world.now + timedelta(seconds=int(seconds) + 5), act)

    def hear_resolution(self, event: Event, matter: Matter) -> None:
        """They say that it is solved or that it isn't, thank, come back, or say nothing."""
        visitor = self.known.get(matter.customer_id)
        if visitor is None:
            return
        says = self.pick(
            {"confirms": 34, "rates": 8, "unsolved": 4, "thanks": 14, "returns": 5, "another": 3, "": 32}
        )  # fmt: skip
        soon = 3600 * self.rng.lognormvariate(0, 1)
        channel = "messenger" if matter.channel == "voice" else matter.channel
        if says == "confirms":
            self.plan(soon, partial(self.confirm, matter, solved=True, csat=5, nps=10))
        elif says == "rates":
            bad = partial(self.confirm, matter, solved=True, csat=1, about=matter.owner)
            self.plan(soon, bad)
        elif says == "unsolved":
            self.plan(soon * 12, partial(self.confirm, matter, solved=False, csat=2))
        elif says == "thanks":
            self.plan(soon / 8, partial(self.write, visitor, "thanks", channel))
        elif says == "returns":
            self.plan(soon * 30, partial(self.write, visitor, "asks", channel))
        elif says == "another":
            self.plan(soon * 5, partial(self.write, visitor, "another", channel))

    async def confirm(self, matter: Matter, *, solved: bool, **more: Any) -> None:
        if matter.state == "watched":
            await self.tally.attempt(
                "confirms" if solved else "not solved",
                Customer(self.world, "", None, {}).confirms(matter.case_id, solved=solved, **more),
            )


DELAYS = {
    "messenger": 240.0,
    "sms": 400.0,
    "email": 14_000.0,
    "voice": 40_000.0,
    "forum": 9_000.0,
    "social": 5_000.0,
}
"""About how many seconds customers take to answer."""
