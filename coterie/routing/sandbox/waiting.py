"""The waits of a replay: what honest times are made from, as `routing.waits` keeps them live."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coterie.communities.settings import channel_family
from coterie.communities.staffed import Span, Staffed
from coterie.routing import honest, rules
from coterie.routing.honest import Place, Wait
from coterie.routing.model import Member, Need
from coterie.routing.sandbox.model import Person, RecordedWait, Rules
from coterie.routing.waits import PLANNED


@dataclass(slots=True)
class Running:
    """A wait from its first time given on; `seconds` and `kept` as soon as they are known."""

    at: datetime
    family: str
    language: str
    place: Place
    first_given: datetime
    seconds: float | None = None
    kept: bool = False
    over: bool = False


class Waits:
    """Those of before the span that had ended by then, and those of the replay."""

    def __init__(self, recorded: Sequence[RecordedWait], start: datetime) -> None:
        self.of: dict[str, list[Running]] = defaultdict(list)
        self.running: dict[str, Running] = {}
        for each in recorded:
            place = Place(each.at, each.began, each.ahead, each.positions)
            known = Running(each.at, each.family, each.language, place, each.first_given)
            self.of[each.family].append(known)
            if each.ended_at is not None and each.ended_at < start:
                known.seconds, known.kept, known.over = each.seconds, each.kept or False, True
            else:
                self.running[each.episode_id] = known

    def recent(self, family: str, now: datetime) -> list[Wait]:
        since = now - timedelta(days=honest.DAYS)
        known = [
            Wait(each.place.began, each.place.ahead, each.place.positions, each.seconds, each.kept, each.over)
            for each in reversed(self.of[family])
            if each.seconds is not None and each.at > since
        ]  # fmt: skip
        return known[: honest.RECENT]

    def give_time(
        self,
        now: datetime,
        need: Need,
        members: Sequence[Member],
        people: Iterable[Person],
        queue: Sequence[Need],
        under: Rules,
    ) -> datetime:
        family, seat = channel_family(need.channel), rules.seat_of(need.channel)
        this = need.waiting_since, need.episode_id
        before = [
            n
            for n in queue
            if (n.waiting_since, n.episode_id) < this and n.episode_id in self.running
        ]
        ahead = sum(rules.seat_of(each.channel) == seat for each in before)
        same = [
            n for n in before if (channel_family(n.channel), n.language) == (family, need.language)
        ]
        last_given = max((n.time_given for n in same if n.time_given), default=None)
        spans = planned(people, seat, need.language, now, now + PLANNED)
        staffed = rules.staffed(need, members, spans, under.settings, under.zone, now)
        place = rules.place(need, members, staffed, ahead, now)
        hours = Staffed(under.settings.hours, under.zone)
        promised_s = hours.between(need.waiting_since, need.answer_by)
        given = honest.time_given(
            place, self.recent(family, now), promised_s, staffed, now, last_given
        )
        running = self.running.get(need.episode_id)
        if running is None:
            begun = Running(now, family, need.language, place, given)
            self.running[need.episode_id] = begun
            self.of[family].append(begun)
        elif running.first_given <= now:
            running.seconds = self.waited(running, now, people, under)
        return given

    def end(
        self,
        now: datetime,
        episode_id: str,
        people: Iterable[Person],
        under: Rules,
        *,
        answered: bool,
    ) -> None:
        """It is answered; or it ended otherwise, and is none where its time still stood."""
        running = self.running.pop(episode_id, None)
        if running is None:
            return
        in_time = now <= running.first_given
        if not answered and in_time:
            self.of[running.family].remove(running)
            return
        running.seconds = self.waited(running, now, people, under)
        running.kept, running.over = answered and in_time, True

    def waited(
        self, wait: Running, until: datetime, people: Iterable[Person], under: Rules
    ) -> float:
        seat = rules.seat_of(wait.family)
        spans = planned(people, seat, wait.language, wait.at, until + PLANNED)
        return Staffed(under.settings.hours, under.zone, spans).between(wait.at, until)


def planned(
    people: Iterable[Person], seat: str, language: str, since: datetime, until: datetime
) -> list[Span]:
    """As `wait_queries.planned` has it: when somebody with this seat and language is planned, and not absent."""
    free = [
        part
        for person in people
        if person.member and seat in person.seats and (not language or language in person.languages)
        for begins, ends in person.shifts
        if ends > since and begins < until
        for part in without((begins, ends), [(a, b) for _, a, b in person.absences])
    ]
    joined: list[Span] = []
    for begins, ends in sorted(free):
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], ends)
        else:
            joined.append((begins, ends))
    return joined


def without(span: Span, absences: Sequence[Span]) -> list[Span]:
    parts = [span]
    for begins, ends in absences:
        parts = [
            part
            for a, b in parts
            for part in ((a, min(b, begins)), (max(a, ends), b))
            if part[0] < part[1]
        ]
    return parts
