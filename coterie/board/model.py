"""What the board shows, as data: needs, crossings, loads, figures in pairs, weeks, rows, cells."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from coterie.performance.figures import Figure, Found

Kind = Literal["wait", "promise", "ask"]
Feeling = Literal["", "up", "bad"]
"""How a change is felt: nothing to say, for the better, for the worse."""


class Reading(Protocol):
    """A figure as it may be shown: no value below five answers, no bounds below five customers."""

    @property
    def figure(self) -> Figure[Any]: ...
    @property
    def found(self) -> Found: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


class Week(Protocol):
    """A figure in the week that begins on a Monday."""

    @property
    def begins(self) -> date: ...
    @property
    def reading(self) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a community up to its today; both ends are included."""

    days: int
    since: date
    until: date
    before_since: date
    before_until: date
    """As many days before these."""


@dataclass(frozen=True, slots=True)
class Need:
    """Somebody who waits for us. It gets worse at `due_at`; the names are as they are stored."""

    kind: Kind
    id: str
    due_at: datetime
    since: datetime
    thread_id: str
    case_id: str
    customer_id: str
    customer: str
    person_id: str | None
    """Who made the promise or asked for help; who owns the case that waits."""
    person: str
    text: str
    """What was promised, or is asked. Of a wait, its channel."""
    over: bool
    """A broken promise, or an ask with nobody left to ask."""
    many: int
    """How many of this kind there are."""
    told_at: datetime | None = None
    """When who waits was told to be answered, at the latest."""


@dataclass(frozen=True, slots=True)
class Line:
    """A need as the page shows it. `href` is empty for whoever may not open the thread."""

    need: Need
    name: str
    words: str
    href: str
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs the manager now, worst first; `many` of it in all."""

    lines: list[Line]
    many: int
    waiting: int
    longest: datetime | None
    """Since when who waits longest in the queue has waited."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """A crossing as the board shows it."""

    id: str
    kind: str
    who: str
    who_id: str
    community: str
    why: str
    started_at: datetime
    ended: str


@dataclass(frozen=True, slots=True)
class Crossings:
    """What crossed the boundary today."""

    lines: list[Crossed]
    overflow: int
    care: int
    running: int
    episodes: int
    """Conversations that began today."""
    warned: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Carried:
    """How much a member carries now. The last three are in units of a drawing 200 wide."""

    id: str
    name: str
    present: bool
    load: float
    capacity: float
    bar: float
    limit: float

    @property
    def over(self) -> bool:
        return self.load > self.capacity


@dataclass(frozen=True, slots=True)
class Loads:
    """Who carries what, the most loaded first."""

    lines: list[Carried]
    more: int
    free: int
    spread: tuple[float, float] | None
    """The least and the most that somebody present carries."""


@dataclass(frozen=True, slots=True)
class Whisk:
    """A value with its interval and where it stood before, on an axis from 2 to 198."""

    value: float
    low: float | None
    high: float | None
    before: float | None


@dataclass(frozen=True, slots=True)
class Side:
    """A figure as one half of a pair. `value` is empty below five answers."""

    name: str
    title: str
    question: str
    definition: str
    value: str
    n: int
    interval: str
    change: str
    feeling: Feeling
    whisk: Whisk | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure and the one that shows when it is gamed."""

    figure: Side
    counter: Side


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs that belong together."""

    title: str
    pairs: list[Pair]


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in a week, in the unit that it is told in; None below five answers."""

    week: date
    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a community in the table of all."""

    name: str
    value: str
    n: int
    sort: float | None


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """A community in the table of all; the total has no id."""

    id: str
    name: str
    hue: int
    waits_since: datetime | None
    waiting: int
    cells: list[Cell]
