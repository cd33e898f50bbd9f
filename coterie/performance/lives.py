"""From the events of one customer to the records that figures ask. Pure; it reads the log and nothing else.

Who attends an episode is who answered last in it; where nobody has answered yet, to whom it was given last.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from coterie.performance.model import (
    Asked,
    Change,
    Contact,
    Ending,
    Happening,
    Help,
    LifeRecord,
    Promised,
    Turn,
    Wait,
    Where,
    Word,
)

HOUR_S = 3600
HANDED = frozenset({"handover", "absence", "leaving", "returned"})
"""Why a case has another owner than before."""
SCORES = ("nps", "csat", "effort")
NOTHING = dict.fromkeys(SCORES)


@dataclass(slots=True)
class Said:
    """A turn of the customer's: when, and whether it asks for anything ("thanks" does not)."""

    at: datetime
    burst: "Burst"
    needs_us: bool = True


@dataclass(slots=True)
class Reopening:
    """The customer came back after the case was resolved: by what they wrote, or by saying that it is not solved."""

    at: datetime
    said: Said | None = None


@dataclass(slots=True)
class Burst:
    """An episode on its way."""

    id: str
    opened_at: datetime
    owned: bool
    outside: bool = False
    by: str | None = None
    """Who attends."""
    owner: str | None = None
    """Who owned the case when they began to."""
    at_home: bool | None = None
    author: str | None = None
    as_guest: bool = False
    answered_at: datetime | None = None
    change: Change | None = None


@dataclass(slots=True)
class Matter:
    """A case on its way."""

    id: str
    community: str
    bursts: dict[str, Burst] = field(default_factory=dict)
    owner: str | None = None
    handed_at: datetime | None = None
    reopened: list[Reopening] = field(default_factory=list)
    solved: bool | None = None
    """The customer's last word on it."""
    scores: dict[str, tuple[Where, int]] = field(default_factory=dict)
    """Of each score the last that was given, and when."""
    asked: bool = False
    helpers: set[str] = field(default_factory=set)
    ended_at: datetime | None = None


@dataclass(slots=True)
class Life:
    """What one customer has been through. `take` their events in the order of the log, then ask for the `records`."""

    homes: dict[str, str] = field(default_factory=dict)
    """Of each of their records, where two are merged."""
    matters: dict[str, Matter] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    owners: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Since when who owned which case."""
    promises: dict[str, tuple[Where, float, bool | None]] = field(default_factory=dict)
    """Each with how far away it was, and whether it was kept; None while nobody knows."""
    surveys: dict[str, Asked] = field(default_factory=dict)
    told: list[Turn | Wait | Help] = field(default_factory=list)

    def take(self, event: Happening) -> None:
        """One event more. Kinds that no figure asks about change nothing."""
        handle = HANDLED.get(event.kind)
        if handle is not None:
            handle(self, event)

    def records(self) -> Iterator[LifeRecord]:
        """Everything that can be said by now."""
        yield from self.told
        yield from self.surveys.values()
        for where, hours, kept in self.promises.values():
            if kept is not None:
                yield Promised(where, kept, hours)
        for matter in self.matters.values():
            yield from self.contacts(matter)
            yield from self.words(matter)
            if matter.ended_at is not None:
                yield self.ending(matter, matter.ended_at)

    # Where it belongs

    def matter(self, event: Happening) -> Matter:
        id_ = event.ids["case"]
        found = self.matters.get(id_)
        if found is None:
            found = self.matters[id_] = Matter(id_, event.stream_id)
        return found

    def burst(self, event: Happening) -> Burst:
        """The event's episode; what happens first in it begins it."""
        matter, id_ = self.matter(event), event.ids["episode"]
        found = matter.bursts.get(id_)
        if found is None:
            found = matter.bursts[id_] = Burst(id_, event.at, matter.owner is not None)
        return found

    # What happens

    def has_home(self, event: Happening) -> None:
        self.homes[event.ids["customer"]] = event.ids.get("to", event.stream_id)

    def writes(self, event: Happening) -> None:
        said = self.said[event.ids["message"]] = Said(event.at, self.burst(event))
        self.reopened_by(said, event)

    def needs_us(self, event: Happening) -> None:
        burst = self.burst(event)
        said = self.said.get(event.ids.get("message", ""))
        if said is not None:
            said.burst = burst
            self.reopened_by(said, event)

    def reopened_by(self, said: Said, event: Happening) -> None:
        """What reopened the case in the same moment was this."""
        reopened = self.matter(event).reopened
        if reopened and reopened[-1].at == event.at and reopened[-1].said is None:
            reopened[-1].said = said

    def needs_nothing(self, event: Happening) -> None:
        """It was a "thanks": no contact, and no coming back."""
        said = self.said.get(event.ids["message"])
        if said is not None:
            said.needs_us = event.values.get("undone", False)

    def moves(self, event: Happening) -> None:
        said = self.said.get(event.ids["message"])
        if said is not None:
            said.burst = self.burst(event)

    def is_placed(self, event: Happening) -> None:
        burst = self.burst(event)
        outside = "crossing" in event.ids
        burst.owned |= "owner" in event.ids
        burst.outside |= outside
        if burst.author is None:
            self.attends(burst, event, outside=outside)

    def is_answered(self, event: Happening) -> None:
        burst, author = self.burst(event), event.ids["expert"]
        outside = event.values.get("guest", False)
        if burst.author not in (None, author) and burst.change is None:
            burst.change = self.why(burst, self.matter(event), outside=outside)
        burst.outside |= outside
        burst.author, burst.as_guest, burst.answered_at = author, outside, event.at
        self.attends(burst, event, outside=outside)
        kept = event.values.get("kept")
        if kept is not None:
            self.told.append(Turn(where(event, "message"), kept))

    def attends(self, burst: Burst, event: Happening, *, outside: bool) -> None:
        burst.by, burst.owner = event.ids["expert"], event.ids.get("owner")
        home = self.homes.get(event.ids["customer"], event.stream_id)
        burst.at_home = home == event.stream_id and not outside

    def why(self, burst: Burst, matter: Matter, *, outside: bool) -> Change:
        """Why somebody else answers than before."""
        if outside or burst.as_guest:
            return "outside"
        assert burst.answered_at is not None
        handed = matter.handed_at is not None and matter.handed_at >= burst.answered_at
        return "handover" if handed else "cover"

    def crosses(self, event: Happening) -> None:
        if "episode" in event.ids:
            self.burst(event).outside = True

    def is_owned(self, event: Happening) -> None:
        matter, expert = self.matter(event), event.ids["expert"]
        matter.owner = expert
        self.owners.append((event.at, matter.id, expert))
        if event.values["reason"] in HANDED:
            matter.handed_at = event.at

    def reopens(self, event: Happening) -> None:
        if event.values["by"] == "customer":
            self.matter(event).reopened.append(Reopening(event.at))

    def says(self, event: Happening) -> None:
        self.matter(event).solved = event.values["solved"]
        self.rates(event)

    def is_asked(self, event: Happening) -> None:
        self.surveys[event.ids["survey"]] = Asked(where(event, "survey"), False)

    def answers(self, event: Happening) -> None:
        survey = self.surveys.get(event.ids["survey"])
        if survey is not None:
            self.surveys[event.ids["survey"]] = survey._replace(answered=True)
        self.rates(event)

    def rates(self, event: Happening) -> None:
        """Of each score the last that was given on a case counts, when it was given."""
        scores, place = self.matter(event).scores, where(event, "case")
        for name in SCORES:
            if event.values.get(name) is not None:
                scores[name] = place, event.values[name]

    def is_over(self, event: Happening) -> None:
        if event.values["reason"] == "watched":
            self.matter(event).ended_at = event.at

    def is_promised(self, event: Happening) -> None:
        hours = event.values["seconds"] / HOUR_S
        self.promises[event.ids["promise"]] = (where(event, "promise"), hours, None)

    def settles(self, event: Happening) -> None:
        """Kept, broken, or not kept after all. What was broken stays so, though it is kept late."""
        found = self.promises.get(event.ids["promise"])
        if found is None:
            return
        place, hours, before = found
        if before is False:
            return
        kept = {"promise_kept": not event.values.get("late"), "promise_broken": False}.get(
            event.kind
        )
        self.promises[event.ids["promise"]] = (place._replace(at=event.at), hours, kept)

    def waited(self, event: Happening) -> None:
        id_ = str(uuid5(UUID(event.ids["episode"]), event.at.isoformat()))
        place = Where(id_, event.ids["case"], event.stream_id, event.at)
        self.told.append(Wait(place, event.kind == "time_kept"))

    def asks(self, event: Happening) -> None:
        self.matter(event).asked = True

    def is_helped(self, event: Happening) -> None:
        answered = event.kind == "ask_answered"
        if answered:
            self.matter(event).helpers.add(event.ids["expert"])
        seconds = event.values["seconds"] if answered else None
        self.told.append(Help(where(event, "ask"), answered, seconds))

    # What it comes to

    def words(self, matter: Matter) -> Iterator[Word]:
        for name, (place, score) in matter.scores.items():
            yield Word(place, **{**NOTHING, name: score})

    def came_back(self, matter: Matter) -> bool:
        """Whether a reopening stands: what the customer wrote is still here, and asks for something."""
        return any(
            each.said is None
            or any(
                said.needs_us and said.burst.id in matter.bursts
                for said in self.said.values()
                if said is each.said or said.at > each.at
            )
            for each in matter.reopened
        )

    def contacts(self, matter: Matter) -> Iterator[Contact]:
        wrote: dict[str, datetime] = {}
        for said in self.said.values():
            if said.needs_us and said.burst.id in matter.bursts:
                wrote.setdefault(said.burst.id, said.at)
        before: datetime | None = None
        for place, burst in enumerate(real(matter.bursts.values(), wrote)):
            at = wrote.get(burst.id, burst.opened_at)
            attended = burst.by is not None
            yield Contact(
                Where(burst.id, matter.id, matter.community, burst.opened_at),
                at_home=burst.at_home,
                by_owner=burst.by == burst.owner if attended and burst.owned else None,
                known=self.knows(matter, burst) if attended and place == 0 else None,
                change=burst.change,
                outside=burst.outside if attended else None,
                after_s=None if before is None else (at - before).total_seconds(),
                of_customer=burst.id in wrote,
            )
            before = at

    def knows(self, matter: Matter, burst: Burst) -> bool | None:
        """Whether who attends the first episode of a case owned an earlier one."""
        earlier = {
            expert for at, case, expert in self.owners if case != matter.id and at < burst.opened_at
        }
        return burst.by in earlier if earlier else None

    def ending(self, matter: Matter, at: datetime) -> Ending:
        """Solved: the customer says so, or has neither said a word nor come back."""
        solved = not self.came_back(matter) if matter.solved is None else matter.solved
        place = Where(matter.id, matter.id, matter.community, at)
        contacts = sum(1 for _ in self.contacts(matter))
        said = matter.solved is not None
        return Ending(place, solved, said, contacts, matter.asked, len(matter.helpers))


def real(bursts: Iterable[Burst], wrote: Mapping[str, datetime]) -> Iterator[Burst]:
    """Episodes in which something was asked or answered: what was moved elsewhere, or a "thanks", leaves none behind."""
    return (burst for burst in bursts if burst.id in wrote or burst.author is not None)


def where(event: Happening, of: str) -> Where:
    return Where(event.ids[of], event.ids["case"], event.stream_id, event.at)


HANDLED: Mapping[str, Callable[[Life, Happening], None]] = {
    "customer_registered": Life.has_home,
    "home_changed": Life.has_home,
    "message_received": Life.writes,
    "message_needs_nothing": Life.needs_nothing,
    "message_moved": Life.moves,
    "episode_needs_us": Life.needs_us,
    "episode_placed": Life.is_placed,
    "reply_sent": Life.is_answered,
    "crossing_started": Life.crosses,
    "owner_set": Life.is_owned,
    "case_reopened": Life.reopens,
    "case_confirmed": Life.says,
    "survey_asked": Life.is_asked,
    "survey_answered": Life.answers,
    "case_closed": Life.is_over,
    "promise_made": Life.is_promised,
    "promise_kept": Life.settles,
    "promise_broken": Life.settles,
    "promise_unkept": Life.settles,
    "time_kept": Life.waited,
    "time_missed": Life.waited,
    "ask_made": Life.asks,
    "ask_answered": Life.is_helped,
    "ask_unanswered": Life.is_helped,
}
"""What each kind of event means for somebody's life."""


def life_of(events: Iterable[Happening]) -> Life:
    """One customer's events, in the order of the log."""
    life = Life()
    for event in events:
        life.take(event)
    return life
