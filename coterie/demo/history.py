"""Plays months of care in seconds: the real actions under a clock of our own, one thing after the other."""

import heapq
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random

from coterie.conversations import actions as conversations
from coterie.conversations import resolution
from coterie.conversations.intake import receive
from coterie.conversations.model import Channel, Confirmation, Incoming, Receipt, ResolutionKind
from coterie.customers.model import Address
from coterie.demo.closing import read_and_resolve, say_how_it_was
from coterie.demo.customers import YOURS, Person, people, write_file
from coterie.demo.model import Demo
from coterie.demo.stories import Story, spoken, stories
from coterie.exchange.customers import import_customers
from coterie.exchange.mapping import Mapped
from coterie.flow import TIMERS
from coterie.kit.db import Tx
from coterie.kit.house import House
from coterie.kit.ids import new_id

MONTHS = timedelta(days=210)
TICK = timedelta(hours=12)
TIMED = ("quiet", "wake", "watch", "queues")
PRIYAS = {f"WT-{10000 + at}" for at in (3, 9, 11, 17, 19)}
CHANNELS: tuple[Channel, ...] = ("messenger", "messenger", "messenger", "sms", "email")

Step = Callable[[datetime], Awaitable["Next | None"]]
Next = tuple[datetime, Step]


@dataclass(slots=True)
class Clock:
    """The time of the house while its past is made."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(slots=True)
class History:
    """What is still to happen, soonest first."""

    house: House
    clock: Clock
    demo: Demo
    random: Random
    waiting: list[tuple[datetime, int, Step]] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)

    def plan(self, at: datetime, step: Step) -> None:
        heapq.heappush(self.waiting, (at, next(self.order), step))

    async def run(self, until: datetime, watch: Callable[[int], None]) -> None:
        """Do one thing after the other up to a time; a thing may plan the next."""
        done = 0
        while self.waiting and self.waiting[0][0] < until:
            at, _, step = heapq.heappop(self.waiting)
            self.clock.at = max(at, self.clock.at)
            following = await step(self.clock.at)
            if following:
                self.plan(*following)
            done += 1
            watch(done)

    async def tick(self, now: datetime) -> Next:
        """What is due at this time; twice a day is enough for the past."""
        for name in TIMED:
            await TIMERS[name](self.house, now)
        return now + TICK, self.tick


async def make_history(
    house: House, clock: Clock, demo: Demo, random: Random, folder: Path, now: datetime, watch: Callable[[int], None]
) -> None:  # fmt: skip
    """Customers who joined over the years, and what they and their teams have written in the last months."""
    everybody = people(random)
    await join(house, clock, everybody, folder, now)
    history = History(house, clock, demo, random)
    begin = now - MONTHS
    history.plan(begin, history.tick)
    for person in everybody:
        if person.ref == YOURS:
            plan_yours(history, person, now)
        else:
            plan_cases(history, person, begin, now)
    for team in demo.communities:
        plan_present(history, [person for person in everybody if person.team == team][2:], now)
    await history.run(now, watch)


async def join(
    house: House, clock: Clock, everybody: list[Person], folder: Path, now: datetime
) -> None:
    """Import them in six waves: some have been here for years."""
    path = folder / "customers.csv"
    for wave, months in enumerate((34, 27, 21, 15, 11, 8)):
        clock.at = now - timedelta(days=30 * months)
        write_file(path, [each for at, each in enumerate(everybody) if at % 6 == wave])
        await import_customers(
            house.ledger, clock.at, path,
            mapped=Mapped(), country="AU", dry_run=False, watch=lambda *_: None,
        )  # fmt: skip
    path.unlink()


def plan_cases(history: History, person: Person, begin: datetime, now: datetime) -> None:
    """One or two matters over the months, none while another is open; the last of some is of yesterday."""
    random = history.random
    matters = random.sample(stories(), random.choice((1, 1, 1, 1, 2)))
    gap = (now - begin - timedelta(days=3)) / len(matters)
    for at, story in enumerate(matters):
        opened = by_day(begin + gap * at + gap * random.uniform(0.05, 0.75))
        if at == len(matters) - 1 and random.random() < 0.25:
            opened = now - timedelta(hours=random.uniform(5, 60))
        told = Telling(
            history, person, story, random.choice(CHANNELS), by=expert_of(history, person)
        )
        history.plan(opened, told.customer_writes)


def expert_of(history: History, person: Person) -> str:
    """Who has answered this customer so far: somebody of the team, for some of the Riverina it was Priya."""
    priya = history.demo.named("Priya Nair").id
    if person.team == "Riverina" and person.ref in PRIYAS:
        return priya
    community_id = history.demo.communities[person.team]
    team = [
        login.id
        for login in history.demo.experts
        if login.community_id == community_id and login.role == "expert" and login.id != priya
    ]
    return team[int(person.ref[-3:]) % len(team)]


def plan_present(history: History, team: Sequence[Person], now: datetime) -> None:
    """What is under way at this moment: three wait on us, nine were answered and may write again, one did."""
    for at, person in enumerate(team[:13]):
        opened = now - timedelta(minutes=1.2 * at + 0.7 if at < 3 else 14 * at - 25)
        until = 1 if at < 3 else 2 if at < 12 else 3
        story = history.random.choice([story for story in stories() if len(story.turns) > 3])
        told = Telling(
            history, person, story, CHANNELS[at % 4], by=expert_of(history, person), until=until
        )
        history.plan(opened, told.customer_writes)


def by_day(moment: datetime) -> datetime:
    """The same day, at a time when people write: Sydney is ten or eleven hours ahead of UTC."""
    hours = (moment.hour + moment.minute / 60) / 24 * 13
    return moment.replace(hour=0, minute=0, second=0) - timedelta(hours=3) + timedelta(hours=hours)


@dataclass(slots=True)
class Telling:
    """One story on its way: who tells it to whom, and how far it has got."""

    history: History
    person: Person
    story: Story
    channel: Channel
    by: str = ""
    """Who answers, whomever it came to; else whoever attends."""
    until: int = 99
    """How many turns are told."""
    turn: int = 0
    receipt: Receipt | None = None
    expert_id: str = ""

    async def customer_writes(self, now: datetime) -> Next | None:
        text = self.story.turns[self.turn]
        self.receipt = await receive(
            self.history.house, incoming(self.person, self.channel, text, now)
        )
        self.turn += 1
        if self.turn >= self.until:
            return None
        writer = self.by or self.receipt.attending_id or self.expert_id or self.receipt.owner_id
        if writer is None:
            return now + timedelta(minutes=5), self.ask_again
        self.expert_id = writer
        if self.turn >= len(self.story.turns):
            return now + self.minutes(1, 6), self.expert_closes
        return now + self.minutes(1, 9), self.expert_answers

    async def ask_again(self, now: datetime) -> Next:
        """Nobody was free: the queue has moved meanwhile."""
        assert self.receipt is not None
        team = [
            login
            for login in self.history.demo.experts
            if login.community_id == self.receipt.community_id
        ]
        self.expert_id = self.history.random.choice(team).id
        return now, self.expert_answers

    async def expert_answers(self, now: datetime) -> Next | None:
        assert self.receipt is not None
        case_id, text = self.receipt.case_id, self.words(self.story.turns[self.turn])
        community_id, expert_id = self.receipt.community_id, self.expert_id
        await self.history.house.act(
            community_id,
            lambda tx, at: conversations.reply(
                tx, at, case_id=case_id, expert_id=expert_id, text=text
            ),
        )
        self.turn += 1
        if self.turn == 2 and self.story.note:
            await self.note(self.story.note)
        if self.turn >= self.until:
            return None
        if self.turn < len(self.story.turns):
            return now + self.minutes(2, 50), self.customer_writes
        return now + self.minutes(10, 90), self.expert_closes

    async def note(self, text: str) -> None:
        assert self.receipt is not None
        case_id, expert_id = self.receipt.case_id, self.expert_id
        await self.history.house.act(
            self.receipt.community_id,
            lambda tx, at: conversations.write_note(
                tx, at, case_id=case_id, expert_id=expert_id, text=text
            ),
        )

    async def expert_closes(self, now: datetime) -> Next | None:
        """Solved: the thank-you needs nothing, the case is resolved."""
        assert self.receipt is not None
        case_id, expert_id, how = self.receipt.case_id, self.expert_id, self.story.how
        kind = resolution_kind(self.story)
        await self.history.house.act(
            self.receipt.community_id,
            lambda tx, at: read_and_resolve(tx, at, case_id, expert_id, how, kind),
        )
        if self.history.random.random() < 0.55:
            return now + self.minutes(5, 900), self.customer_confirms
        return None

    async def customer_confirms(self, now: datetime) -> None:
        assert self.receipt is not None
        random, case_id = self.history.random, self.receipt.case_id
        word = Confirmation(solved=True, effort=random.choice((4, 5, 6, 6, 7, 7)))
        nps, csat = random.choice((4, 7, 8, 9, 9, 10, 10)), random.choice((3, 4, 4, 5, 5, 5))
        says = random.random() < 0.8

        async def confirm(tx: Tx, at: datetime) -> None:
            await resolution.confirm(tx, at, case_id, word)
            if says:
                await say_how_it_was(tx, at, case_id, nps=nps, csat=csat)

        await self.history.house.act(self.receipt.community_id, confirm)

    def words(self, text: str) -> str:
        me = next(login.name for login in self.history.demo.experts if login.id == self.expert_id)
        return spoken(text, name=self.person.name, me=me, place=self.person.place)

    def minutes(self, least: float, most: float) -> timedelta:
        return timedelta(minutes=self.history.random.uniform(least, most))


def resolution_kind(story: Story) -> ResolutionKind:
    return "order" if story.topic in ("order", "move") else "answer"


def incoming(person: Person, channel: Channel, text: str, now: datetime) -> Incoming:
    """As if it had come through the door of its channel, from a proved address."""
    by_mail = channel == "email" and person.email
    address = Address("email", person.email) if by_mail else Address("phone", person.phone)
    body = sha256(f"{person.ref} {now.isoformat()} {text}".encode()).digest()
    return Incoming(channel, text, address, key_owner=new_id(), key="demo", body=body)


def plan_yours(history: History, person: Person, now: datetime) -> None:
    """Colleen's two matters: the landline of last winter, and the evening drops that Priya is working on."""
    by_title = {story.title: story for story in stories()}
    priya = history.demo.named("Priya Nair").id
    old = Telling(history, person, by_title["Keep the landline number"], "messenger", by=priya)
    new = Telling(
        history, person, by_title["Internet drops every evening"], "messenger", by=priya, until=4
    )
    history.plan(by_day(now - timedelta(days=111)), old.customer_writes)
    history.plan(now - timedelta(hours=26), new.customer_writes)
