"""The words of a log that is lived again: what was touched, a piece of work, a team, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple


class Touch(NamedTuple):
    """One event of another system's log. What nobody knows is empty."""

    case: str
    customer: str
    area: str
    topic: str
    group: str
    person: str
    at: datetime


class Span(NamedTuple):
    """From when to when somebody is there."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """Work on a case: when it could be begun, how long it takes, when and by whom it was begun in the log."""

    case: str
    customer: str
    topic: str
    at: datetime
    effort: timedelta
    begun: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Worker:
    """A person of the log: their topics with how often they met each, and when they were seen at work."""

    name: str
    topics: Mapping[str, int]
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Team:
    """A community made from areas, with the people who worked for these."""

    name: str
    areas: frozenset[str]
    workers: Sequence[Worker]
    pieces: Sequence[Piece]


class Done(NamedTuple):
    """A piece that somebody did: begun when, by whom of which team."""

    piece: Piece
    begun: datetime
    person: str
    team: str


@dataclass(slots=True)
class Lived:
    """What a team did, and what its log would hold."""

    done: list[Done] = field(default_factory=list)
    never: int = 0
    """Pieces that nobody had begun when the last person of the log had gone."""
