"""The members of a community: when they are there, and how they work through what comes to them. Of a seed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import TypeAlias

from coterie.asks import queries as ask_queries
from coterie.communities import actions as communities
from coterie.kit.events import Event
from tests.world import Community, Expert
from tests.year.casebook import Casebook, Matter
from tests.year.jumps import Jumps
from tests.year.roster import DAY, ZONE, Shift, Worker, at, worker
from tests.year.tally import Tally

PLANNED_DAYS = 28
HANDLING_S = {
    "messenger": 150,
    "sms": 120,
    "email": 400,
    "voice": 420,
    "forum": 300,
    "social": 200,
}
"""About how many seconds an answer takes."""
SKILLS = ("billing", "technical", "sales", "moving")

Work: TypeAlias = Callable[["Person"], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Person:
    """Somebody who works here."""

    expert: Expert
    worker: Worker
    leaves_on: date | None = None
    away_until: date = date.min
    busy_until: datetime | None = None
    later: list[tuple[Matter, Work]] = field(default_factory=list)
    """What they do about cases of theirs when they are next there."""


class Staff:
    """All members of one community."""

    def __init__(
        self, community: Community, jumps: Jumps, book: Casebook, tally: Tally, seed: int
    ) -> None:
        self.community = community
        self.world = community.world
        self.jumps = jumps
        self.book = book
        self.tally = tally
        self.rng = Random(f"staff of {community.name} {seed}")
        self.people: dict[str, Person] = {}
        self.hired = 0
        self.days = 0
        book.on("owner_set", self.hear_owner)
        book.on("episode_placed", self.hear_placed)
        book.on("reply_sent", self.hear_guest)
        book.on("episode_ended", self.hear_ended)
        book.on("ask_passed", self.hear_ask)
        book.on("ask_answered", self.hear_help)
        book.on("promise_warned", self.hear_warning)
        book.on("promise_broken", self.hear_broken)

    # Who they are

    async def begin(self, experts: int, coaches: int, managers: int, days: int) -> None:
        self.days = days
        roles = ["manager"] * managers + ["coach"] * coaches + ["expert"] * experts
        for role in roles:
            await self.hire(role)
        first = self.today()
        for person in self.people.values():
            if self.rng.random() < 0.15:
                person.leaves_on = first + DAY * self.rng.randrange(20, 360)
        for number in range(days):
            day = first + DAY * number
            self.jumps.at(at(day, 5), partial(self.plan_day, day))
            if number % PLANNED_DAYS == 0:
                self.jumps.at(at(day, 0), self.plan_roster)

    async def hire(self, role: str = "expert") -> Person:
        place = self.hired
        self.hired += 1
        languages = ["en", *(["zh"] if place % 5 == 0 else []), *(["ar"] if place % 9 == 4 else [])]
        expert = await self.community.expert(
            f"{role.title()} {place}",
            role=role,
            present=False,
            skills={skill: self.rng.choice((0, 0, 1, 2, 3, 4, 5)) for skill in SKILLS},
            languages=languages,
            seats=("messaging", "voice") if self.rng.random() < 0.6 else ("messaging",),
            capacity={"expert": 4, "coach": 2, "manager": 1}[role],
        )
        person = Person(expert, worker(self.rng, place, self.today(), self.days))
        self.people[expert.id] = person
        return person

    def today(self) -> date:
        return self.world.now.astimezone(ZONE).date()

    async def plan_roster(self) -> None:
        for person in self.people.values():
            await self.plan_shifts(person)

    async def plan_shifts(self, person: Person) -> None:
        shifts = list(person.worker.shifts(self.today(), PLANNED_DAYS))
        await person.expert.works(*((each.starts_at, each.ends_at) for each in shifts))
        self.jumps.look = True
        self.tally.did("plans shifts")

    # Who is there

    async def plan_day(self, day: date) -> None:
        """Who comes when, who is on leave or falls ill, who leaves for good, who has learned something."""
        for person in list(self.people.values()):
            if person.leaves_on == day:
                await self.let_go(person)
                continue
            if self.rng.random() < 0.003:
                await self.learn(person)
            await self.plan_leave(person, day)
            shift = person.worker.shift(day)
            if shift is None or person.away_until > day:
                continue
            if self.rng.random() < 0.015:
                await self.fall_ill(person, day)
            else:
                self.plan_shift(person, shift)

    async def plan_leave(self, person: Person, day: date) -> None:
        """Leave is entered two weeks ahead, mostly with a deputy; now and then somebody comes back early."""
        for first, after in person.worker.leaves:
            if first == day:
                early = DAY if self.rng.random() < 0.1 and after - first > DAY * 4 else DAY * 0
                person.away_until = after - early
            if first == day + DAY * 14:
                deputy = self.rng.choice(list(self.people.values())).expert
                starts_at = at(first, 0)
                absence = person.expert.is_absent(
                    after=starts_at - self.world.now,
                    days=(at(after, 0) - starts_at) / DAY,
                    deputy=deputy if self.rng.random() < 0.6 and deputy is not person.expert else None,
                    brief="Nothing special." if self.rng.random() < 0.3 else "",
                )  # fmt: skip
                await self.tally.attempt("enters leave", absence)
                self.jumps.look = True

    async def fall_ill(self, person: Person, day: date) -> None:
        """Told at once; some are ill for longer than they thought."""
        days = self.rng.choice((1, 1, 2, 3, 6, 12))
        person.away_until = day + DAY * days
        until = at(person.away_until, 4)
        ill = person.expert.is_absent(days=(until - self.world.now) / DAY, why="sick")
        absence = await self.tally.attempt("falls ill", ill)
        if absence and self.rng.random() < 0.3:
            person.away_until += DAY * 2
            longer = person.expert.prolongs(absence.id, until + DAY * 2)
            await self.tally.attempt("stays ill", longer)

    def plan_shift(self, person: Person, shift: Shift) -> None:
        self.jumps.at(shift.starts_at + self.minutes(-5, 8), partial(self.come, person))
        away = shift.starts_at + timedelta(hours=4) + self.minutes(-60, 60)
        self.jumps.at(away, partial(self.show, person, "away"))
        self.jumps.at(away + self.minutes(20, 45), partial(self.come, person))
        self.jumps.at(shift.ends_at + self.minutes(-3, 10), partial(self.show, person, "off"))

    def minutes(self, least: int, most: int) -> timedelta:
        return timedelta(minutes=self.rng.randint(least, most))

    async def show(self, person: Person, state: str) -> None:
        if person.expert.id in self.people:
            await person.expert.is_now(state)
            self.tally.did(state)

    async def come(self, person: Person) -> None:
        await self.show(person, "present")
        later, person.later = person.later, []
        for matter, work in later:
            self.of_owner(matter, work, seconds=60 * self.rng.uniform(2, 90))

    async def learn(self, person: Person) -> None:
        """They have learned something, or can do less or more at once."""
        skill = self.rng.choice(SKILLS)

        skills = {each: self.rng.randint(0, 5) for each in SKILLS} | {skill: 5}
        await person.expert.act(
            lambda tx, now: communities.change_skills(tx, now, person.expert.id, skills)
        )
        self.jumps.look = True
        self.tally.did("learns")

    async def let_go(self, person: Person) -> None:
        """Somebody leaves for good: their cases go to teammates, and somebody else takes their place."""
        leaving = person.expert.hands_all_over_and_leaves(brief="I leave today.")
        if await self.tally.attempt("leaves", leaving) is None:
            return
        del self.people[person.expert.id]
        await self.plan_shifts(await self.hire(person.expert.name.split()[0].lower()))

    def hear_owner(self, event: Event, matter: Matter) -> None:
        """What its owner meant to do for a case is what the next one does."""
        before = self.people.get(event.ids.get("from", ""))
        if before:
            for each in [each for each in before.later if each[0] is matter]:
                before.later.remove(each)
                self.of_owner(*each, seconds=1800)

    # What comes to them

    def hear_placed(self, event: Event, matter: Matter) -> None:
        """It is theirs to answer: they do one thing after the other."""
        person = self.people.get(event.ids["expert"])
        if person:
            self.plan_look(person, matter)

    def plan_look(self, person: Person, matter: Matter, wait_s: float = 0) -> None:
        takes = HANDLING_S[matter.channel] * self.rng.lognormvariate(0, 0.6)
        begins = max(person.busy_until or self.world.now, self.world.now)
        person.busy_until = begins + timedelta(seconds=int(takes) + wait_s)
        self.jumps.at(person.busy_until, partial(self.look, person, matter))

    async def look(self, person: Person, matter: Matter) -> None:
        """They have read it and know what to do, if it is still theirs."""
        if matter.attending != person.expert.id or matter.over:
            return
        await self.sort_out(person, matter)
        if matter.attending == person.expert.id:
            await self.answer(person, matter)
        if matter.attending == person.expert.id:
            self.plan_look(person, matter, 600)

    async def sort_out(self, person: Person, matter: Matter) -> None:
        """Thanks need nothing; what is about something else becomes a case of its own."""
        for message_id in list(matter.unanswered):
            meaning = self.book.meanings.get(message_id)
            if meaning == "thanks":
                work = person.expert.needs_nothing(message_id)
                await self.tally.attempt("needs nothing", work)
            elif meaning == "another" and self.takes_out(matter):
                await self.tally.attempt("moves", person.expert.moves(message_id, None))

    def takes_out(self, matter: Matter) -> bool:
        """Not where the case is about nothing else yet, nor as a guest."""
        ours = matter.community_id == self.community.id
        return ours and matter.owner is not None and self.rng.random() < 0.8

    async def answer(self, person: Person, matter: Matter) -> None:
        expert, case_id = person.expert, matter.case_id
        if matter.community_id != self.community.id:
            await self.tally.attempt("answers as a guest", expert.answers(case_id))
            return
        if self.rng.random() < 0.12:
            await self.tally.attempt("notes", expert.notes(case_id))
        if await self.tally.attempt("answers", expert.answers(case_id)) is None:
            return
        if matter.answers_left <= 0:
            self.soon(20, 120, partial(self.resolve, person, matter))
        else:
            await self.go_on(person, matter)

    async def go_on(self, person: Person, matter: Matter) -> None:
        """It isn't solved yet: promise something, wait on somebody, or wait for the customer."""
        expert, case_id, drawn = person.expert, matter.case_id, self.rng.random()
        if drawn < 0.2:
            hours = self.rng.choice((1, 2, 4, 24, 48))
            await self.tally.attempt("promises", expert.promises(case_id, hours=hours))
        elif drawn < 0.27:
            await self.tally.attempt("waits on", expert.waits_on(case_id))
            days = self.rng.uniform(0.5, 6)
            self.later(days, matter, partial(self.wake, matter))
        elif drawn < 0.34:
            await self.tally.attempt(
                "snoozes", expert.snoozes(case_id, hours=self.rng.choice((3, 20, 70)))
            )
        elif drawn < 0.41:
            topic = self.rng.choice((*SKILLS, ""))
            await self.tally.attempt("asks", expert.asks(case_id, topic=topic))
        elif drawn < 0.44 and matter.owner == expert.id:
            heir = self.rng.choice([each for each in self.people.values() if each is not person])
            await self.tally.attempt("hands over", expert.hands_over(case_id, heir.expert))
            if self.rng.random() < 0.5:
                self.later(3, matter, partial(self.give_back, matter))

    # Help

    def hear_ask(self, event: Event, matter: Matter) -> None:
        """Some of those who are asked help soon, take it and help later, decline, or say nothing."""
        if event.stream_id == self.community.id and self.rng.random() < 0.85:
            self.soon(15, 200, partial(self.help, event.ids["ask"]))

    async def help(self, ask_id: str) -> None:
        async with self.world.house.read() as tx:
            asked = await ask_queries.asked(tx, [ask_id])
        waiting = [self.people[a.expert_id].expert for a in asked if a.state == "waiting"]
        if not waiting:
            return
        helper, drawn = self.rng.choice(waiting), self.rng.random()
        if drawn < 0.55:
            await self.tally.attempt("helps", helper.helps(ask_id))
        elif drawn < 0.75:
            await self.tally.attempt("accepts", helper.accepts(ask_id))
            self.soon(60, 500, partial(self.help_at_last, helper, ask_id))
        else:
            await self.tally.attempt("declines", helper.declines(ask_id))

    async def help_at_last(self, helper: Expert, ask_id: str) -> None:
        if helper.id in self.people:
            await self.tally.attempt("helps", helper.helps(ask_id))

    def hear_help(self, event: Event, matter: Matter) -> None:
        asker = self.people.get(event.ids.get("by", ""))
        if asker and self.rng.random() < 0.7:
            self.soon(30, 900, partial(self.thank, asker, event.ids["ask"]))

    async def thank(self, asker: Person, ask_id: str) -> None:
        if asker.expert.id in self.people:
            await self.tally.attempt("thanks", asker.expert.thanks(ask_id))

    def soon(self, least_s: int, most_s: int, act: Callable[[], Awaitable[None]]) -> None:
        self.jumps.at(self.world.now + timedelta(seconds=self.rng.randint(least_s, most_s)), act)

    async def resolve(self, person: Person, matter: Matter) -> None:
        """Solved, unless the customer has written meanwhile."""
        here = person.expert.id in self.people
        if here and matter.state == "open" and not matter.unanswered:
            kind = "order" if matter.order else "answer"
            await self.tally.attempt("resolves", person.expert.resolves(matter.case_id, kind))
            if self.rng.random() < 0.01:
                self.soon(30, 600, partial(self.reopen, person, matter))

    async def reopen(self, person: Person, matter: Matter) -> None:
        if matter.state == "watched":
            await self.tally.attempt("reopens", person.expert.reopens(matter.case_id))
            self.soon(300, 900, partial(self.resolve, person, matter))

    # What owners do of their own accord

    def later(self, days: float, matter: Matter, work: Work) -> None:
        self.of_owner(matter, work, seconds=days * 86_400)

    def of_owner(self, matter: Matter, work: Work, *, seconds: float) -> None:
        when = self.world.now + timedelta(seconds=int(seconds))
        self.jumps.at(when, partial(self.as_owner, matter, work))

    async def as_owner(self, matter: Matter, work: Work) -> None:
        """Whoever owns it then does it, now or when they come."""
        owner = self.people.get(matter.owner or "")
        if owner is None or matter.over:
            return
        if owner.expert.id in self.book.present:
            await work(owner)
        else:
            owner.later.append((matter, work))

    def hear_guest(self, event: Event, matter: Matter) -> None:
        """Somebody elsewhere has answered one of our cases: its owner sees to the rest."""
        ours = matter.community_id == self.community.id
        if ours and event.ids["expert"] not in self.people and matter.answers_left <= 0:
            self.later(0.01, matter, partial(self.see_to, matter))

    async def see_to(self, matter: Matter, owner: Person) -> None:
        await self.resolve(owner, matter)

    def hear_ended(self, event: Event, matter: Matter) -> None:
        """The customer fell silent before it was solved: the owner asks again, in time."""
        ours = matter.community_id == self.community.id
        if ours and event.values["reason"] == "quiet" and matter.state == "open":
            self.later(self.rng.uniform(0.5, 3), matter, partial(self.follow_up, matter))

    async def follow_up(self, matter: Matter, owner: Person) -> None:
        if matter.state != "open" or matter.live is not None:
            return
        if self.rng.random() < 0.6:
            await self.tally.attempt("follows up", owner.expert.answers(matter.case_id))
        matter.answers_left = 0
        await self.resolve(owner, matter)

    async def wake(self, matter: Matter, owner: Person) -> None:
        if matter.live == "waiting_third":
            await self.tally.attempt("wakes", owner.expert.wakes(matter.case_id))

    async def give_back(self, matter: Matter, owner: Person) -> None:
        await self.tally.attempt("gives back", owner.expert.gives_back(matter.case_id))

    def hear_warning(self, event: Event, matter: Matter) -> None:
        """Soon it is due: mostly it is kept in time, by the owner or by whoever is there."""
        if matter.community_id != self.community.id or self.rng.random() > 0.96:
            return
        keep = partial(self.keep, event.ids["promise"], matter)
        here = [each for id_, each in self.people.items() if id_ in self.book.present]
        if matter.owner in self.book.present or not here:
            self.of_owner(matter, keep, seconds=60)
        else:
            self.soon(60, 240, partial(keep, self.rng.choice(here)))

    def hear_broken(self, event: Event, matter: Matter) -> None:
        if matter.community_id == self.community.id and self.rng.random() < 0.7:
            self.of_owner(matter, partial(self.keep, event.ids["promise"], matter), seconds=7200)

    async def keep(self, promise_id: str, matter: Matter, owner: Person) -> None:
        await self.tally.attempt("keeps", owner.expert.keeps(promise_id))
