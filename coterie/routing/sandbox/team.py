"""Who is there in a replay, and what each of them carries."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime, timedelta

from coterie.communities.settings import Settings
from coterie.routing.model import Member
from coterie.routing.sandbox.model import Burst, Person

LEADS = {"manager": 2, "coach": 1}


class Team:
    """The people of a community while its time is played again."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = {person.id: Standing(copy(person)) for person in people}
        self.ordered: list[Standing] = []
        self.attended: dict[str, set[str]] = defaultdict(set)
        """Expert to the cases that they attend."""
        self.resting: dict[str, set[str]] = defaultdict(set)
        """Expert to the cases that wait on the customer and weigh on them."""
        self.arrange()

    def arrange(self) -> None:
        """The members in the order of `routing.queries.members`."""
        members = [each for each in self.people.values() if each.person.member]
        members.sort(key=lambda each: (LEADS.get(each.person.role, 0), each.person.id))
        self.ordered = members

    def known(self) -> list[Person]:
        """Everybody, members or not."""
        return [each.person for each in self.people.values()]

    def weigh(self, case_id: str, burst: Burst) -> None:
        """Let a burst weigh on who attends it, or on who answered it last."""
        if burst.state == "attended" and burst.attending_id:
            self.attended[burst.attending_id].add(case_id)
        elif burst.state == "waiting_customer" and burst.served_by:
            self.resting[burst.served_by].add(case_id)

    def lay_down(self, case_id: str, burst: Burst) -> None:
        """It weighs on nobody any longer."""
        if burst.attending_id:
            self.attended[burst.attending_id].discard(case_id)
        if burst.served_by:
            self.resting[burst.served_by].discard(case_id)

    def members(
        self, now: datetime, settings: Settings, bursts: Mapping[str, Burst]
    ) -> list[Member]:
        return [self.member(each, now, settings, bursts) for each in self.ordered]

    def member(
        self, standing: "Standing", now: datetime, settings: Settings, bursts: Mapping[str, Burst]
    ) -> Member:
        """As `routing.queries.ask_members` has it, from the state of the replay."""
        person = standing.person
        on_shift, next_shift, shift_began = standing.at(now)
        attended = self.attended[person.id]
        fading = now - timedelta(seconds=settings.weight_after_s)
        load = float(len(attended))
        for case_id in self.resting[person.id]:
            turn_at = bursts[case_id].turn_at
            load += 1.0 if turn_at and turn_at > fading else settings.weight_idle
        began = [at for at in (person.began_at, shift_began) if at is not None]
        return Member(
            id=person.id,
            present=person.present,
            on_shift=on_shift,
            next_shift=next_shift,
            seats=person.seats,
            languages=person.languages,
            skills=person.skills,
            load=load,
            capacity=person.capacity,
            given_at=person.given_at,
            on_call=any(bursts[case_id].turn.channel == "voice" for case_id in attended),
            began_at=max(began, default=None),
        )


class Standing:
    """A person's shifts and absences, looked up once for each stretch in which they do not change."""

    def __init__(self, person: Person) -> None:
        self.person = person
        edges = {at for shift in person.shifts for at in shift}
        edges |= {at for absence in person.absences for at in absence}
        if person.planned_since:
            edges.add(person.planned_since)
        self.edges = sorted(edges)
        self.until: datetime | None = None
        self.since: datetime | None = None
        self.known: tuple[bool, datetime | None, datetime | None] = (True, None, None)

    def at(self, now: datetime) -> tuple[bool, datetime | None, datetime | None]:
        """On shift, the next shift, when this one began."""
        if self.since is None or now < self.since or (self.until is not None and now >= self.until):
            place = bisect_left(self.edges, now + timedelta(microseconds=1))
            self.since = now
            self.until = self.edges[place] if place < len(self.edges) else None
            self.known = self.looked_up(now)
        return self.known

    def looked_up(self, now: datetime) -> tuple[bool, datetime | None, datetime | None]:
        person = self.person
        absences = [(a, b) for known, a, b in person.absences if known <= now]
        absent = max((b for a, b in absences if a <= now < b), default=None)
        if person.planned_since is None or person.planned_since > now:
            return absent is None, absent, None
        current = [a for a, b in person.shifts if a <= now < b]
        ahead = (
            a for a, _ in person.shifts if a > now and not any(x <= a < y for x, y in absences)
        )
        on_shift = bool(current) and absent is None
        return on_shift, min(ahead, default=None), max(current, default=None)

    def boundaries(self, after: datetime) -> list[datetime]:
        place = bisect_left(self.edges, after + timedelta(microseconds=1))
        return self.edges[place : place + 1]
