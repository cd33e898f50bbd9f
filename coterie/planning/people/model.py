"""The words of who goes where: people as they are, sites, what communities want, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ABLE = 3
"""From this level of a skill on somebody serves its customers without help."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the present skill groups. Levels 0 to 5 by skill."""

    ref: str
    group: str = ""
    site: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    seats: frozenset[str] = frozenset()
    name: str = ""
    hours: float | None = None
    """Paid hours of a week, where they are told."""

    def able(self, skill: str) -> bool:
        return self.skills.get(skill, 0) >= ABLE


@dataclass(frozen=True, slots=True)
class Site:
    """A place where experts sit. `seats`: how many at once; None where it doesn't matter."""

    site: str
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a community wants: so many people, so many who are able in each skill, so many for each kind of seat.

    It wants one speaker at least of every language that anybody speaks.
    """

    community: str
    people: int
    skills: Mapping[str, int] = field(default_factory=dict)
    seats: Mapping[str, int] = field(default_factory=dict)
    site: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    person: str
    from_group: str
    from_site: str
    to_community: str
    to_site: str


@dataclass(frozen=True, slots=True)
class Training:
    """Somebody learns a skill for their community, from their level to one at which they are able."""

    person: str
    community: str
    skill: str
    level: int
    to: int = ABLE


@dataclass(frozen=True, slots=True)
class Lack:
    """What nobody of a community can do and training can't mend soon: a language, a kind of seat, or people at all."""

    community: str
    what: str
    which: str
    number: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Who goes where. `moved` people change their site; no assignment of all of them moves fewer than `moved_bound`.

    `cost` weighs moves and all that is lacking; no assignment costs less than `bound`.
    """

    assignments: Sequence[Assignment]
    training: Sequence[Training]
    lacks: Sequence[Lack]
    moved: int
    moved_bound: int
    cost: int
    bound: int

    @property
    def gap(self) -> float:
        """How far from the best this may be, as a share of the cost."""
        return (self.cost - self.bound) / self.cost if self.cost else 0.0
