"""The words of a roster: people and what is agreed with them, shifts by the half-hour, and what a roster is made from.

Half-hours are whole numbers. Those of a day count from its midnight on the clock of the community (0 to 47; a shift may
run on into the next morning), those of a roster from the midnight at which its first Monday begins. Days count from that
Monday, 0; days before it are negative. The night in which clocks change counts 24 hours like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from coterie.kit.typed import Number

DAY = 48
"""Half-hours of a day."""
WEEK = 7 * DAY
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Shape(NamedTuple):
    """A way to work on a day: when it begins, and how long somebody is there, the pause included."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be rostered, and what is agreed with them: half-hours, but for `hours`."""

    ref: str
    name: str = ""
    hours: float = 38.0
    """Paid hours a week: never more, and rarely less (`Rules.under`)."""
    days: int = 5
    """Days a week at most."""
    earliest: int = 0
    """No shift begins before."""
    latest: int = 2 * DAY
    """No shift ends later. Above 48 it is the next morning."""
    shortest: int = 0
    longest: int = DAY
    can: frozenset[str] = frozenset()
    """`skill:billing`, `language:vi`, `seat:voice`."""

    @property
    def called(self) -> str:
        return self.name or self.ref


@dataclass(frozen=True, slots=True)
class Wish:
    """A day on which somebody would like to be off, or to work early or late; `weight` says how much (1 to 5)."""

    person: str
    day: int
    kind: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody works. `pause`: half-hours after its start at which they have theirs, None without one."""

    person: str
    day: int
    start: int
    length: int
    pause: int | None = None

    @property
    def shape(self) -> Shape:
        return Shape(self.start, self.length)

    @property
    def begins(self) -> int:
        """Half-hours of the roster."""
        return self.day * DAY + self.start

    @property
    def ends(self) -> int:
        return self.begins + self.length

    def served(self) -> list[int]:
        """The half-hours of the roster in which they fill a position."""
        return [at for at in range(self.begins, self.ends) if self.pause is None or at != self.begins + self.pause]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prices:
    """What a good roster avoids, each in paid half-hours that it would be worth to avoid it."""

    wish: Number = 1.0
    """A wish of weight 1 that isn't granted."""
    no_pair: Number = 1.0
    """Somebody's days off in a week are never two together."""
    unfair: Number = 1.0
    """A late or weekend shift above somebody's fair share."""
    under: Number = 3.0
    """A half-hour that a contract holds and the week doesn't give."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for everybody: half-hours, unless said."""

    rest: int = 22
    """Between two shifts of one person."""
    days_in_a_row: int = 6
    lengths: tuple[int, ...] = (8, 10, 12, 14, 16, 18)
    """How long somebody may be there on a day, the pause included."""
    begin_every: int = 1
    pause_after: int = 10
    """A shift that is longer has a pause of one half-hour, between a third and two thirds of it."""
    pause_paid: bool = False
    under: int = 8
    """So much less than the contract a week may give without being named."""
    early_before: int = 18
    """A shift that begins before is early."""
    late_from: int = 24
    """A shift that begins then or after is late."""
    away: float = 0.0
    """Share of those at work who fill no position just then (meetings, coaching); positions are raised by it."""
    present: Mapping[str, int] = field(default_factory=dict)
    """How many people who can do this are there whenever positions are wanted, such as `language:vi`: 1."""
    prices: Prices = Prices()


@dataclass(frozen=True, slots=True)
class Frame:
    """What a roster is made from."""

    monday: date
    weeks: int
    positions: tuple[int, ...]
    """Wanted in each half-hour of the roster: 336 a week."""
    people: tuple[Person, ...]
    leave: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """The days on which somebody isn't there, by person."""
    wishes: tuple[Wish, ...] = ()
    rules: Rules = Rules()
    before: tuple[Shift, ...] = ()
    """Shifts of the weeks before: their rest, their days in a row and their nights reach into this roster."""

    @property
    def days(self) -> range:
        return range(7 * self.weeks)

    def date_of(self, day: int) -> date:
        return self.monday + timedelta(days=day)

    def off(self, person: str) -> frozenset[int]:
        return self.leave.get(person, frozenset())


@dataclass(frozen=True, slots=True)
class Proof:
    """How good it is and how that is known: the cost reached, and a lower bound that nothing can be below."""

    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """What might still be saved, as a share of the cost."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Roster:
    """Who works when, and for each week what was proven: `cover` counts paid hours, `assign` also what is unwished."""

    frame: Frame
    shifts: tuple[Shift, ...]
    cover: tuple[Proof, ...] = ()
    assign: tuple[Proof, ...] = ()


def clock(half_hours: int) -> str:
    """`17` is 08:30; a time of the next morning is on its own clock."""
    return f"{half_hours % DAY // 2:02}:{half_hours % 2 * 30:02}"
