"""The words of a move: communities and where their people come from, who trains when, what the old groups must still do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CEILING = 0.85
"""Occupancy above which a group no longer copes (`docs/glossary.md`, load)."""


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who moves. `ref` may be empty where the plan only counts people."""

    ref: str
    group: str
    site: str
    new_site: str
    skills: tuple[str, ...] = ()
    """What they must learn before."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A community to be, as the move sees it."""

    id: str
    customers: int
    contacts: float
    movers: tuple[Mover, ...]
    buddy: str | None = None
    region: str = ""
    hazard: float = 0.0
    """Mean of its areas by customers, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it may go: weeks, places and hours."""

    pilots: int = 5
    weeks: int = 26
    """From the pilots' start to that of the last wave, at most."""
    wave_every: int = 3
    pilot_weeks: int = 6
    """From the pilots' start to that of the first wave after them, at least."""
    ahead: int = 6
    """A community's people are trained in so many weeks before it starts."""
    skill_weeks: int = 2
    """To learn one skill."""
    skill_hours: float = 20.0
    week_hours: float = 38.0
    busy: float = 0.75
    """How busy the old groups are today: work over people's time."""
    lend: int = 0
    """People whom an old group may borrow."""

    @property
    def slots(self) -> list[int]:
        """The weeks in which communities may start, counted from the pilots' start."""
        return [0, *range(self.pilot_weeks, self.weeks + 1, self.wave_every)]

    @property
    def away(self) -> float:
        """Share of their week that somebody in training is missing to their old group."""
        return min(1.0, self.skill_hours / self.skill_weeks / self.week_hours)


@dataclass(frozen=True, slots=True)
class Seat:
    """A mover's weeks of training, counted from their community's start: from -4 up to but not with -2."""

    mover: Mover
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Move:
    """Who starts in which week, how long it takes, and the least that it could."""

    starts: Mapping[str, int]
    """Weeks from the pilots' start."""
    pilots: frozenset[str]
    training: Mapping[str, Sequence[Seat]]
    places: int
    """Training places of a site."""
    weeks: int
    bound: int
    short: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """People missing in an old group in a week."""
