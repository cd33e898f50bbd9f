"""The words of drawing territories: areas as given, what is wanted of them, and the graph that they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class GivenArea:
    """An area before anything was planned. `contacts` are those of a year; None where nobody knows."""

    area: str
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    customers: int = 0
    contacts: float | None = None
    region: str = ""
    hazard: float | None = None
    """How exposed it is to what hits neighbours together, 0 to 1."""
    pin: str = ""
    """The community that it must belong to: a number from 1 on, an id such as c03, or an area's code or name: with that one."""
    site: str = ""
    whole: str = ""
    """The area that it is a part of, where one was split."""

    @property
    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, where both are known."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the territories: how many communities, or how many customers each."""

    communities: int | None = None
    size: int | None = None
    tolerance: float = TOLERANCE
    seed: int = 1
    split_above: float = 0.0
    """Areas up to this share of the mean community stay whole, whatever that costs."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Contacts by area and day: `days` in order, and for each area a number for each of them."""

    days: tuple[str, ...]
    contacts: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Graph:
    """Areas by their place in a list, and which are neighbours: each pair once, the smaller place first, in order."""

    size: int
    pairs: tuple[tuple[int, int], ...]
    joined: tuple[tuple[int, int], ...] = field(default=())
    """Those of the pairs that were added so that everything hangs together."""
    given: bool = True
    """Whether somebody said who is whose neighbour, or coordinates did."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place and how exposed it is, 0 to 1."""

    lat: float
    lon: float
    hazard: float
