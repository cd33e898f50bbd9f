"""A community in memory: customers come, experts come, answer and go, by the real policy and the real honest times.

An event at a time, from a heap. Random numbers come from a seed. Nothing here decides who attends or which time is given.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import exp, log
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from coterie.communities.hours import Hours
from coterie.communities.settings import Settings, channel_family
from coterie.communities.staffed import Span, Staffed
from coterie.conversations.rules import answer_by
from coterie.routing import honest, policy, rules
from coterie.routing.honest import Place, Wait
from coterie.routing.model import Member, Need, Situation

ZONE = ZoneInfo("Australia/Sydney")
START = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)  # a Monday's midnight there
RESPONSE_S, SPREAD, AGAIN_S, TURNS = 180.0, 0.8, 400.0, 1.6
"""An answer takes about three minutes, a customer comes back after about seven, 1.6 turns on the mean."""

Rate = Callable[[float], float]
"""Contacts an hour, at so many hours after the start."""


def at(day: float, hour: float) -> datetime:
    return START + timedelta(days=day, hours=hour)


def poisson(random: Random, rate: Rate, peak: float, days: float) -> Iterator[datetime]:
    """Arrivals at a rate that changes and is never above the peak."""
    hours = 0.0
    while (hours := hours + random.expovariate(peak)) < days * 24:
        if random.random() * peak < rate(hours):
            yield START + timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class Line:
    """Who writes: on which channel, in which language, how often."""

    channel: str
    rate: Rate
    peak: float
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Worker:
    """When somebody works. `planned`, where the plan says something else."""

    works: Sequence[Span]
    planned: Sequence[Span] | None = None
    seats: tuple[str, ...] = ("messaging",)
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class Scenario:
    hours: Hours
    workers: Sequence[Worker]
    lines: Sequence[Line]
    days: float
    late_s: float = 120.0
    missing: float = 0.03
    """The share of shifts to which nobody comes."""


@dataclass(slots=True)
class Waited:
    """One wait in the queue: the place, what was said, how it went."""

    at: datetime
    place: Place
    staffed: Staffed
    first_given: datetime
    seconds: float | None = None
    kept: bool = False
    answered_at: datetime | None = None

    @property
    def as_wait(self) -> Wait:
        assert self.seconds is not None
        place, over = self.place, self.answered_at is not None
        return Wait(place.began, place.ahead, place.positions, self.seconds, self.kept, over)


@dataclass(eq=False, slots=True)
class Talk:
    need: Need
    turns: int
    wait: Waited | None = None
    turn_at: datetime = START
    version: int = 0


@dataclass(eq=False)
class Community:
    scenario: Scenario
    seed: int
    history: bool = True
    """Whether honest times may look at what has been; else each is the channel's promise."""
    now: datetime = START
    queue: dict[str, Talk] = field(default_factory=dict)
    waits: list[Waited] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.settings = Settings(hours=self.scenario.hours)
        self.due: list[tuple[datetime, int, Callable[[], None]]] = []
        self.count = 0
        self.by_family: dict[str, list[Waited]] = {}
        self.spans: dict[tuple[tuple[str, ...], int], list[Span]] = {}
        self.members: list[Member] = []
        self.plans: dict[str, list[Span]] = {}
        self.attended: dict[str, dict[str, Talk]] = {}
        self.resting: dict[str, dict[str, Talk]] = {}
        for number, worker in enumerate(self.scenario.workers):
            self.employ(f"x{number:02}", worker)
        for line in self.scenario.lines:
            for when in poisson(self.random, line.rate, line.peak, self.scenario.days):
                self.later(when, lambda line=line: self.arrives(line))  # type: ignore[misc]

    def run(self) -> "Community":
        end = START + timedelta(days=self.scenario.days + 6)
        while self.due and self.due[0][0] < end:
            self.now, _, act = heapq.heappop(self.due)
            act()
        return self

    def later(self, when: datetime, act: Callable[[], None]) -> None:
        self.count += 1
        heapq.heappush(self.due, (when, self.count, act))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.later(self.now + timedelta(seconds=seconds), act)

    # Experts

    def employ(self, id_: str, worker: Worker) -> None:
        planned = list(worker.works if worker.planned is None else worker.planned)
        member = Member(
            id_, False, not planned, None, list(worker.seats), list(worker.languages), {}, 0.0, 4.0, None
        )  # fmt: skip
        self.members.append(member)
        self.plans[id_], self.attended[id_], self.resting[id_] = planned, {}, {}
        for begins, ends in worker.works:
            if self.random.random() >= self.scenario.missing:
                late = timedelta(seconds=self.random.expovariate(1 / self.scenario.late_s))
                self.later(begins + late, lambda: self.comes(member))
                self.later(ends, lambda: self.goes(member))

    def comes(self, member: Member) -> None:
        member.present, member.began_at = True, self.now
        self.pull()
        for each in range(1, 5):
            self.after(self.settings.warm_up_s * each + 0.1, self.pull)

    def goes(self, member: Member) -> None:
        member.present, member.began_at = False, None
        left = list(self.attended[member.id].values())
        self.attended[member.id].clear()
        self.look()
        for talk in left:
            self.place(talk)

    def look(self) -> None:
        """The members as they are now."""
        for member in self.members:
            member.load = len(self.attended[member.id]) + sum(
                self.weight(talk) for talk in self.resting[member.id].values()
            )
            plan = self.plans[member.id]
            if plan:
                while plan and plan[0][1] <= self.now - timedelta(days=7):
                    plan.pop(0)
                member.on_shift = any(begins <= self.now < ends for begins, ends in plan[:20])
                coming = (begins for begins, _ in plan if begins > self.now)
                member.next_shift = next(coming, None)

    def weight(self, talk: Talk) -> float:
        full = (self.now - talk.turn_at).total_seconds() < self.settings.weight_after_s
        return 1.0 if full else self.settings.weight_idle

    @property
    def room(self) -> bool:
        return any(
            m.present and m.on_shift and not m.on_call
            and (m.load + 1 <= m.capacity or ("voice" in m.seats and m.load <= 1))
            for m in self.members
        )  # fmt: skip

    # Customers

    def arrives(self, line: Line) -> None:
        id_, turns = f"e{self.count}", 1
        self.count += 1
        while self.random.random() < 1 - 1 / TURNS:
            turns += 1
        need = Need(
            id_, id_, id_, id_, "c", line.channel, "queued", self.now, self.now, self.now, None, None, None,
            None, None, "", line.language, [],
        )  # fmt: skip
        self.needs_us(Talk(need, turns), first=True)

    def needs_us(self, talk: Talk, *, first: bool = False) -> None:
        need = talk.need
        promise = answer_by(self.settings, ZONE, need.channel, first=first, now=self.now)  # type: ignore[arg-type]
        talk.need = replace(
            need, state="queued", waiting_since=self.now, answer_by=promise, time_given=None, attending_id=None
        )  # fmt: skip
        if need.served_by:
            self.resting[need.served_by].pop(need.episode_id, None)
        talk.wait = None
        self.look()
        self.place(talk)

    # Routing

    def judge(self, talk: Talk) -> tuple[Member | None, int, Situation]:
        seen = rules.situation(talk.need, self.members, self.settings, ZONE, self.now)
        index, reason = policy.decide(seen.contact, seen.experts, [0] * len(self.members))
        return (self.members[index] if index >= 0 else None), reason, seen

    def place(self, talk: Talk) -> None:
        member, reason, seen = self.judge(talk)
        if member:
            self.attend(talk, member)
        else:
            self.enqueue(talk)
        if reason == policy.HELD:
            self.after(seen.contact.hold_s + 0.01, self.pull)

    def pull(self) -> None:
        if not self.queue:
            return
        self.look()
        for talk in sorted(self.queue.values(), key=in_order):
            if not self.room:
                return
            member, _, _ = self.judge(talk)
            if member:
                self.attend(talk, member)

    def attend(self, talk: Talk, member: Member) -> None:
        need = talk.need
        self.queue.pop(need.episode_id, None)
        talk.need = replace(
            need, state="attended", attending_id=member.id, served_by=member.id, time_given=None
        )
        self.attended[member.id][need.episode_id] = talk
        member.load += 1
        member.given_at = self.now
        member.on_call |= need.channel == "voice"
        if need.channel == "voice":
            self.answered(talk)
        talk.version += 1
        version, middle = talk.version, log(RESPONSE_S) - SPREAD**2 / 2
        seconds = exp(self.random.gauss(middle, SPREAD)) * (2 if need.channel == "email" else 1)
        self.after(seconds, lambda: self.answers(talk, member, version))

    def answers(self, talk: Talk, member: Member, version: int) -> None:
        need = talk.need
        if talk.version != version or need.attending_id != member.id:
            return
        self.attended[member.id].pop(need.episode_id)
        self.answered(talk)
        talk.turns, talk.turn_at = talk.turns - 1, self.now
        talk.need = replace(
            need, state="waiting_customer", attending_id=None, owner_id=need.owner_id or member.id
        )
        if need.channel == "voice":
            member.on_call = False
        else:
            self.resting[member.id][need.episode_id] = talk
            self.after(self.settings.weight_after_s + 0.5, self.pull)
            self.after(self.settings.quiet_messaging_s, lambda: self.quiet(talk, version))
            if talk.turns > 0:
                wait_s = self.random.expovariate(1 / AGAIN_S)
                self.after(wait_s, lambda: self.comes_back(talk, version))
        self.pull()

    def quiet(self, talk: Talk, version: int) -> None:
        if talk.version == version and talk.need.served_by:
            self.resting[talk.need.served_by].pop(talk.need.episode_id, None)

    def comes_back(self, talk: Talk, version: int) -> None:
        if talk.version == version and talk.need.state == "waiting_customer":
            self.needs_us(talk)

    # The queue

    def enqueue(self, talk: Talk) -> None:
        need, family = talk.need, channel_family(talk.need.channel)
        before = [o.need for o in self.queue.values() if o.need.waiting_since < need.waiting_since]
        seat = rules.seat_of(need.channel)
        ahead = sum(rules.seat_of(each.channel) == seat for each in before)
        same = [
            n for n in before if (channel_family(n.channel), n.language) == (family, need.language)
        ]
        last_given = max((n.time_given for n in same if n.time_given), default=None)
        spans = self.planned(rules.fitting(need, self.members))
        staffed = rules.staffed(need, self.members, spans, self.settings, ZONE, self.now)
        place = rules.place(need, self.members, staffed, ahead, self.now)
        promised_s = Staffed(self.settings.hours, ZONE).between(need.waiting_since, need.answer_by)
        recent = list(self.recent(family)) if self.history else []
        given = honest.time_given(place, recent, promised_s, staffed, self.now, last_given)
        assert given > self.now
        if talk.wait is None:
            talk.wait = Waited(self.now, place, Staffed(self.settings.hours, ZONE, spans), given)
            self.waits.append(talk.wait)
            self.by_family.setdefault(family, []).append(talk.wait)
        talk.need = replace(need, state="queued", attending_id=None, time_given=given)
        self.queue[need.episode_id] = talk
        self.later(given, lambda: self.renew(talk, given))

    def planned(self, fit: Sequence[Member]) -> list[Span]:
        key = tuple(member.id for member in fit), int(self.now.timestamp() // 1800)
        if key not in self.spans:
            ahead = self.now + timedelta(days=14)
            self.spans[key] = union(
                span for each in fit for span in self.plans[each.id] if span[0] < ahead
            )
        return self.spans[key]

    def recent(self, family: str) -> Iterator[Wait]:
        left = honest.RECENT
        for waited in reversed(self.by_family.get(family, [])):
            if not left or waited.at < self.now - timedelta(days=honest.DAYS):
                return
            if waited.seconds is not None:
                left -= 1
                yield waited.as_wait

    def renew(self, talk: Talk, given: datetime) -> None:
        """The time has passed: what the wait took so far is known, and another time is given."""
        if talk.need.episode_id not in self.queue or talk.need.time_given != given:
            return
        if talk.wait:
            talk.wait.seconds = talk.wait.staffed.between(talk.wait.at, self.now)
        self.look()
        self.place(talk)

    def answered(self, talk: Talk) -> None:
        wait = talk.wait
        if wait and wait.answered_at is None:
            wait.answered_at, wait.kept = self.now, self.now <= wait.first_given
            wait.seconds = wait.staffed.between(wait.at, self.now)

    @property
    def figures(self) -> dict[str, Any]:
        """The share kept; what was said and what it took, in staffed seconds; the ratio of both."""
        n = len(self.waits)
        said = sorted(w.staffed.between(w.at, w.first_given) for w in self.waits)
        took = sorted(w.seconds or 0.0 for w in self.waits)
        ratio = sorted(
            w.staffed.between(w.at, w.first_given) / max(w.seconds or 0.0, 30.0) for w in self.waits
        )
        return {
            "n": n,
            "kept": sum(wait.kept for wait in self.waits) / n,
            "said": said[n // 2],
            "took": took[n // 2],
            "took_q90": took[int(0.9 * n)],
            "ratio": ratio[n // 2],
            "too_long": sum(max(0.0, s) for s in said) / n,
        }


def in_order(talk: Talk) -> tuple[datetime, datetime, str]:
    assert talk.need.time_given is not None
    return talk.need.time_given, talk.need.waiting_since, talk.need.episode_id


def union(spans: Iterable[Span]) -> list[Span]:
    out: list[Span] = []
    for begins, ends in sorted(spans):
        if out and begins <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], ends)
        else:
            out.append((begins, ends))
    return out
