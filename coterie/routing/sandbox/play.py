"""Plays a record again: the same causes in their order, through the policy that runs live. Pure.

The customers write when they wrote, everybody comes and goes as they did, and what is attended takes as long as it
took. Who attends, what waits and what load that makes follows from the policy and the settings.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count, islice
from math import floor
from typing import Any

from coterie.conversations.rules import answer_by
from coterie.routing import policy, rules
from coterie.routing.actions import has_room
from coterie.routing.model import Member, Need
from coterie.routing.sandbox.model import (
    Burst,
    CaseFacts,
    Change,
    Handled,
    Made,
    Person,
    Played,
    Record,
    Rest,
    Rules,
    Turn,
)
from coterie.routing.sandbox.record import begun, settle
from coterie.routing.sandbox.team import Team
from coterie.routing.sandbox.waiting import Waits

TICK = timedelta(seconds=1)
LATER = 1 << 60
"""Groups from here on are what happens only in the replay; it comes after what the log has at that instant."""
PAGE = 100
EVERY = 500
"""Causes between two reports of how far it is."""

Watch = Callable[[int, int], None]
UNKNOWN = CaseFacts("", "", None, ())


def play(record: Record, over: Mapping[str, Any], watch: Watch | None = None) -> Played:
    """The span once, under the settings of then with these in their place."""
    return Replay(record, over).run(watch or (lambda done, total: None))


class Replay:
    """One side of a comparison while it is played."""

    def __init__(self, record: Record, over: Mapping[str, Any]) -> None:
        self.record, self.over = record, over
        self.played = Played()
        self.rules = self.under(record.rules[0])
        self.team = Team(record.people)
        self.owners = dict(record.owners)
        self.spoken = defaultdict(dict, {key: dict(each) for key, each in record.spoken.items()})
        self.answered: set[str] = set()
        self.waits = Waits(record.waits, record.start)
        self.bursts: dict[str, Burst] = {}
        self.queued: set[str] = set()
        self.now = self.looked_at = record.start
        self.anew = True
        """Something changed that nobody looks at the queue for, before the next tick."""
        self.numbers = count()
        self.items: list[tuple[datetime, int, int, str, Any]] = []
        for case_id, burst in record.bursts.items():
            self.begin_with(case_id, copy(burst))
        self.plan()

    # What is known beforehand

    def under(self, rules: Rules) -> Rules:
        return replace(rules, settings=replace(rules.settings, **self.over))

    def begin_with(self, case_id: str, burst: Burst) -> None:
        """A burst that was alive when the span began, with what was then still to come of it."""
        self.bursts[case_id] = burst
        turn = burst.turn
        if burst.needs_us:
            done = burst.owed or timedelta()
            owed = self.owed_by(turn)
            burst.owed = None if owed is None else max(owed - done, timedelta())
            burst.waiting_since = turn.waiting_since
            burst.answer_by = self.promised(turn)
            self.follow(turn, burst)
            self.plan_rest(burst)
            burst.held_until = self.held_until(self.record.start, self.need(case_id))
        else:
            self.plan_later(burst, turn, lambda rest: rest.at)
        self.weigh(case_id, burst)

    def plan(self) -> None:
        record = self.record
        for turn in record.turns:
            self.items.append((turn.at, turn.group, turn.id, "turn", turn))
            if turn.guest is not None:
                self.items.append((turn.guest.at, turn.guest.group, turn.id, "turn_of_guest", turn))
        for change in record.changes:
            self.items.append((change.at, change.group, next(self.numbers), "change", change))
        for each in record.rules[1:]:
            self.items.append((each.since, each.group, next(self.numbers), "rules", each))
        for at, group in record.looks:
            self.items.append((at, group, next(self.numbers), "look", None))
        heapify(self.items)

    # The time

    def run(self, watch: Watch) -> Played:
        total, done = len(self.record.turns), 0
        for at, batch in self.instants():
            self.happen(at, batch)
            turns = sum(kind == "turn" for kind, _ in batch)
            done += turns
            if turns and done % EVERY < turns:
                watch(done, total)
        watch(total, total)
        return self.played

    def instants(self) -> Iterator[tuple[datetime, list[tuple[str, Any]]]]:
        """What happens together, as one transaction, in order; and the ticker's looks where they can change anything."""
        while True:
            first = self.items[0][:2] if self.items else (self.record.end, LATER)
            tick = self.next_tick()
            if tick is not None and tick < first[0]:
                if tick >= self.record.end:
                    return
                yield tick, [("look", None)]
                continue
            if first[0] >= self.record.end:
                return
            batch = []
            while self.items and self.items[0][:2] == first:
                _, _, _, kind, what = heappop(self.items)
                batch.append((kind, what))
            yield first[0], batch

    def push(self, at: datetime, group: int, kind: str, what: Any) -> None:
        number = next(self.numbers)
        heappush(self.items, (at, group if group >= 0 else LATER + number, number, kind, what))

    def happen(self, now: datetime, batch: list[tuple[str, Any]]) -> None:
        """The verbs of a transaction, and then who reacts to them, as `flow.py` has it."""
        self.now = now
        reactions: dict[str, list[str]] = {}
        for kind, what in batch:
            for cause, id_ in getattr(self, f"happen_{kind}")(now, what):
                reactions.setdefault(cause, []).append(id_)
        for cause, ids in reactions.items():
            if cause == "needs_us":
                self.place(now, ids)
            elif cause == "presence":
                self.follow_presence(now, ids)
            else:
                self.pull(now)

    def follow_presence(self, now: datetime, expert_ids: list[str]) -> None:
        here = [self.team.people[id_].person.present for id_ in expert_ids]
        for expert_id, present in zip(expert_ids, here, strict=True):
            if not present:
                self.place(now, sorted(self.team.attended[expert_id]))
        if any(here):
            self.pull(now)

    # What happens

    def happen_turn(self, now: datetime, turn: Turn) -> list[tuple[str, str]]:
        case_id = turn.case_id
        if turn.owner_id and case_id not in self.owners:
            self.owners[case_id] = turn.owner_id
        self.spoken[turn.thread_id][case_id] = now
        before = self.bursts.get(case_id)
        if before is not None and before.needs_us:
            self.go_on(before, turn)
            return []
        burst = begun(turn, before)
        burst.owed = self.owed_by(turn)
        burst.answer_by = max(self.promised(turn), now)
        burst.time_given = burst.answer_by
        self.lay_down(case_id)
        self.bursts[case_id] = burst
        self.follow(turn, burst)
        return [("needs_us", case_id)]

    def go_on(self, burst: Burst, turn: Turn) -> None:
        """The customer wrote again while this was not answered yet: both are answered together."""
        owed = self.owed_by(turn)
        burst.turn = turn
        burst.owed = None if burst.owed is None or owed is None else burst.owed + owed
        self.plan_rest(burst)

    def happen_turn_of_guest(self, now: datetime, turn: Turn) -> list[tuple[str, str]]:
        """The buddy took it over. Not where somebody at home has it by then."""
        burst, guest = self.bursts[turn.case_id], turn.guest
        if burst.turn is not turn or burst.state != "queued" or guest is None:
            return []
        need = self.need(turn.case_id)
        self.interrupt(now, burst)
        burst.state, burst.attending_id, burst.served_by = (
            "attended",
            guest.expert_id,
            guest.expert_id,
        )
        burst.time_given, burst.attended_since = None, now
        self.plan_rest(burst)
        self.note(now, need, guest.expert_id, guest.reason, None)
        return []

    def happen_look(self, now: datetime, what: None) -> list[tuple[str, str]]:
        return [("look", "")] if self.queued else []

    def happen_rules(self, now: datetime, rules: Rules) -> list[tuple[str, str]]:
        self.rules = self.under(rules)
        self.anew = True
        for case_id in self.queued:
            self.bursts[case_id].held_until = self.held_until(now, self.need(case_id))
        return []

    def happen_change(self, now: datetime, change: Change) -> list[tuple[str, str]]:
        self.anew = True
        if change.kind == "owner":
            self.own(change.id, change.value)
            return []
        known = self.team.people.get(change.id)
        if known is None:
            return []
        person = known.person
        if change.kind == "presence":
            return self.come_or_go(now, person, change.value)
        if change.kind in ("joined", "left"):
            person.member, person.role = change.kind == "joined", change.value or person.role
            self.team.arrange()
        elif change.kind == "learned":
            skills = {**person.skills, **{key: pair[1] for key, pair in change.value.items()}}
            person.skills = {key: level for key, level in skills.items() if level is not None}
        else:
            setattr(person, change.kind, change.value)
        return []

    def come_or_go(self, now: datetime, person: Person, state: str) -> list[tuple[str, str]]:
        person.present = state == "present"
        person.began_at = None if state == "off" else person.began_at or now
        return [("presence", person.id)]

    def own(self, case_id: str, expert_id: str) -> None:
        """A handover: who attends just now goes on; whatever comes next meets the new owner."""
        before, self.owners[case_id] = self.owners.get(case_id), expert_id
        burst = self.bursts.get(case_id)
        if burst is not None and burst.state != "attended" and burst.served_by == before:
            self.lay_down(case_id)
            burst.served_by = None

    def happen_rest(self, now: datetime, what: tuple[str, int, Rest]) -> list[tuple[str, str]]:
        """It is answered, put aside, over; or what rests already changes."""
        case_id, token, rest = what
        burst = self.bursts[case_id]
        if burst.token != token:
            return []
        needed, by = burst.needs_us, rest.by
        author = by or burst.attending_id or burst.served_by
        self.lay_down(case_id)
        self.queued.discard(case_id)
        settle(burst, replace(rest, at=now), by)
        self.weigh(case_id, burst)
        if author and (rest.kind == "answered" or (rest.kind == "ended" and by)):
            self.owners.setdefault(case_id, author)
        if rest.kind == "answered":
            self.answered.add(case_id)
            self.spoken[burst.turn.thread_id][case_id] = now
        if needed:
            self.end_wait(now, burst.turn.episode_id, answered=rest.kind == "answered")
            self.rested(now, burst, rest)
        return [("ended" if rest.kind == "ended" else "waits", case_id)]

    def rested(self, now: datetime, burst: Burst, rest: Rest) -> None:
        handled = self.played.handled.get(burst.told_as)
        if handled is not None:
            handled.rested_at, handled.answered = now, rest.kind == "answered"
        turn = burst.turn
        self.plan_later(burst, turn, lambda each: now + each.after)

    # What is still to come

    def owed_by(self, turn: Turn) -> timedelta | None:
        """How much attending a turn takes: as much as it took. None where it has not come to rest yet."""
        if turn.rest is None and turn.attended:
            return None
        if turn.rest is None or turn.from_queue:
            return self.record.typical.get(turn.channel, timedelta())
        return turn.work

    def plan_rest(self, burst: Burst) -> None:
        """When it comes to rest: after the attending that it takes. What was answered in the queue is so when it was."""
        burst.token += 1
        turn, rest = burst.turn, burst.turn.rest
        if rest is not None and turn.from_queue:
            at = rest.at
        elif burst.attended_since is not None and burst.owed is not None:
            at = burst.attended_since + burst.owed
        else:
            return
        rest = rest or Rest("answered", at, -1, timedelta(), None)
        self.push(
            at, rest.group if at == rest.at else -1, "rest", (turn.case_id, burst.token, rest)
        )

    def plan_later(self, burst: Burst, turn: Turn, when: Callable[[Rest], datetime]) -> None:
        burst.token += 1
        for rest in turn.later:
            at = when(rest)
            if at >= self.record.start:
                group = rest.group if at == rest.at else -1
                self.push(at, group, "rest", (turn.case_id, burst.token, rest))

    def promised(self, turn: Turn) -> datetime:
        facts = self.record.cases.get(turn.case_id, UNKNOWN)
        before = facts.answered_at is not None and facts.answered_at < min(
            turn.at, self.record.start
        )
        first = not before and turn.case_id not in self.answered
        now, channel = turn.waiting_since, turn.channel
        return answer_by(self.rules.settings, self.rules.zone, channel, first=first, now=now)  # type: ignore[arg-type]  # only known channels are on record

    # Load

    def lay_down(self, case_id: str) -> None:
        """Whatever this weighs, it weighs no longer."""
        if burst := self.bursts.get(case_id):
            self.team.lay_down(case_id, burst)

    def weigh(self, case_id: str, burst: Burst) -> None:
        if burst.state == "queued":
            self.queued.add(case_id)
        else:
            self.team.weigh(case_id, burst)

    def members(self, now: datetime) -> list[Member]:
        found = self.team.members(now, self.rules.settings, self.bursts)
        self.played.seen.update(member.id for member in found if member.present)
        return found

    # As `routing.actions`

    def place(self, now: datetime, case_ids: Iterable[str]) -> None:
        wanted = [id_ for id_ in dict.fromkeys(case_ids) if not self.with_guest(self.bursts[id_])]
        needs = [self.need(id_) for id_ in wanted]
        members = self.members(now)
        for need in sorted(needs, key=first_served):
            self.place_one(now, need, members)

    def with_guest(self, burst: Burst) -> bool:
        return burst.state == "attended" and burst.attending_id not in self.team.people

    def pull(self, now: datetime) -> None:
        self.looked_at, self.anew = now, False
        if not self.queued:
            return
        members = self.members(now)
        nobody: dict[tuple[Any, ...], int] = {}
        last: tuple[Any, ...] = ()
        while page := self.placeable(now, members, last):
            for case_id in page:
                need, held = self.need(case_id), self.bursts[case_id].held_until > now
                chosen, reason = self.ask(now, need, members, nobody, held=held)
                if chosen is not None:
                    self.attend(now, need, chosen, reason)
                    nobody.clear()
                elif need.time_given is not None and need.time_given <= now:
                    self.enqueue(now, need, members, reason)
                last = order(need)

    def ask(
        self,
        now: datetime,
        need: Need,
        members: list[Member],
        nobody: dict[tuple[Any, ...], int],
        *,
        held: bool,
    ) -> tuple[Member | None, int]:
        """Ask the policy. What differs only in its topic finds nobody where the one before found nobody."""
        alike = (
            need.channel, need.language, need.served_by, need.owner_id, need.last_owner_id, *need.rated_badly
        )  # fmt: skip
        if not held and alike in nobody:
            return None, nobody[alike]
        chosen, reason = decide(need, members, self.rules, now)
        if chosen is None and not held:
            nobody[alike] = reason
        return chosen, reason

    def placeable(self, now: datetime, members: list[Member], after: tuple[Any, ...]) -> list[str]:
        """The next cases of the queue that a look may change, in its order."""
        room = any(has_room(member) for member in members)
        present = {member.id for member in members if member.present}
        places = sorted((place_of(self.bursts[case_id]), case_id) for case_id in self.queued)
        found = (
            case_id
            for place, case_id in places
            if place > after
            and (room or place[0] <= now or self.bursts[case_id].served_by in present)
        )
        return list(islice(found, PAGE))

    def place_one(self, now: datetime, need: Need, members: list[Member]) -> None:
        chosen, reason = decide(need, members, self.rules, now)
        if chosen is not None:
            self.attend(now, need, chosen, reason)
        else:
            self.enqueue(now, need, members, reason)

    def attend(self, now: datetime, need: Need, chosen: Member, reason: int) -> None:
        burst = self.bursts[need.case_id]
        self.interrupt(now, burst)
        if need.channel == "voice":
            self.end_wait(now, need.episode_id, answered=True)
        burst.state, burst.attending_id, burst.served_by = "attended", chosen.id, chosen.id
        burst.time_given, burst.attended_since = None, now
        self.weigh(need.case_id, burst)
        self.plan_rest(burst)
        chosen.load += 1.0
        chosen.given_at = self.team.people[chosen.id].person.given_at = now
        chosen.on_call |= need.channel == "voice"
        self.note(now, need, chosen.id, reason, None)

    def enqueue(self, now: datetime, need: Need, members: list[Member], reason: int) -> None:
        burst = self.bursts[need.case_id]
        self.interrupt(now, burst)
        queue = [self.need(case_id) for case_id in self.queued]
        given = self.waits.give_time(now, need, members, self.team.known(), queue, self.rules)
        burst.state, burst.time_given = "queued", given
        burst.held_until = self.held_until(now, need)
        self.weigh(need.case_id, burst)
        self.plan_rest(burst)
        self.note(now, need, None, reason, given)

    def end_wait(self, now: datetime, episode_id: str, *, answered: bool) -> None:
        self.waits.end(now, episode_id, self.team.known(), self.rules, answered=answered)

    def held_until(self, now: datetime, need: Need) -> datetime:
        left = rules.hold_left(need, self.rules.settings, self.rules.zone, now)
        return now + timedelta(seconds=left)

    def interrupt(self, now: datetime, burst: Burst) -> None:
        """It goes elsewhere; what was attended so far counts."""
        self.lay_down(burst.turn.case_id)
        self.queued.discard(burst.turn.case_id)
        if burst.attended_since is not None and burst.owed is not None:
            burst.owed = max(burst.owed - (now - burst.attended_since), timedelta())
        burst.attending_id = burst.attended_since = None

    def need(self, case_id: str) -> Need:
        burst = self.bursts[case_id]
        turn, facts = burst.turn, self.record.cases.get(case_id, UNKNOWN)
        owner_id = self.owners.get(case_id)
        assert burst.waiting_since is not None
        assert burst.answer_by is not None
        return Need(
            episode_id=turn.episode_id,
            case_id=case_id,
            thread_id=turn.thread_id,
            customer_id=turn.customer_id,
            community_id="",
            channel=turn.channel,
            state=burst.state,
            opened_at=burst.opened_at,
            waiting_since=burst.waiting_since,
            answer_by=burst.answer_by,
            time_given=burst.time_given,
            attending_id=burst.attending_id,
            served_by=burst.served_by,
            owner_id=owner_id,
            last_owner_id=None if owner_id else self.last_owner(turn),
            topic=facts.topic,
            language=facts.language,
            rated_badly=[id_ for at, id_ in facts.rated_badly if at <= turn.at],
        )

    def last_owner(self, turn: Turn) -> str | None:
        """Who owned the case of this thread that was last spoken of; before the record, as the decision saw it."""
        others = [
            (at, case_id)
            for case_id, at in self.spoken[turn.thread_id].items()
            if case_id != turn.case_id and case_id in self.owners
        ]
        return self.owners[max(others)[1]] if others else turn.last_owner_id

    # What is told of it

    def follow(self, turn: Turn, burst: Burst) -> None:
        burst.told_as = turn.id
        assert burst.waiting_since is not None
        assert burst.answer_by is not None
        self.played.handled[turn.id] = Handled(
            turn, burst.waiting_since, burst.answer_by, self.owners.get(turn.case_id)
        )

    def note(
        self, now: datetime, need: Need, chosen: str | None, reason: int, given: datetime | None
    ) -> None:
        self.played.decisions.append(Made(now, need.episode_id, chosen, reason, given))
        handled = self.played.handled[self.bursts[need.case_id].told_as]
        handled.first_reason = handled.first_reason or reason
        handled.time_given = handled.time_given or given
        if chosen is not None and handled.attended_at is None:
            handled.attended_at, handled.expert_id, handled.reason = now, chosen, reason
            self.played.given[chosen] = self.played.given.get(chosen, 0) + 1

    # The ticker

    def next_tick(self) -> datetime | None:
        """The next look of the ticker that could change anything; on the second on which the log shows it to look."""
        if not self.queued:
            return None
        due = self.next_due()
        if due is None:
            return None
        due = max(due, self.now)
        looks = self.record.looks
        place = bisect_left(looks, (due, 0))
        if place < len(looks):
            shown = looks[place][0]
            tick = shown - floor((shown - due) / TICK) * TICK
            return None if tick == shown else tick
        shown = looks[-1][0] if looks else self.record.start
        return shown - floor((shown - due) / TICK) * TICK

    def next_due(self) -> datetime | None:
        """When next a weight fades, a shift begins or ends, a warm-up or a hold is over, a time given has passed."""
        after = self.looked_at
        if self.anew:
            return self.now
        settings = self.rules.settings
        times: list[datetime] = []
        fade, warm = (
            timedelta(seconds=settings.weight_after_s),
            timedelta(seconds=settings.warm_up_s),
        )
        for standing in self.team.ordered:
            person = standing.person
            times.extend(standing.boundaries(after))
            if not person.present:
                continue
            turns = (self.bursts[case_id].turn_at for case_id in self.team.resting[person.id])
            times.extend(at + fade for at in turns if at)
            if person.given_at:
                times.append(person.given_at + warm)
        for case_id in self.queued:
            burst = self.bursts[case_id]
            assert burst.time_given is not None
            times.append(burst.time_given)
            times.append(burst.held_until)
        return min((at for at in times if at > after), default=None)


def order(need: Need) -> tuple[Any, ...]:
    return need.time_given, need.waiting_since, need.episode_id


def place_of(burst: Burst) -> tuple[Any, ...]:
    """A place in the queue: time given, then longest waiting."""
    return burst.time_given, burst.waiting_since, burst.turn.episode_id


def first_served(need: Need) -> tuple[Any, ...]:
    """The order in which needs that come together are placed: who had an attendee until now comes first."""
    given = need.time_given
    return given is not None, given or need.waiting_since, need.waiting_since, need.episode_id


def decide(
    need: Need, members: list[Member], rules_: Rules, now: datetime
) -> tuple[Member | None, int]:
    seen = rules.situation(need, members, rules_.settings, rules_.zone, now)
    index, reason = policy.decide(seen.contact, seen.experts, [0] * len(members))
    return members[index] if index >= 0 else None, reason
