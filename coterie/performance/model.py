"""The words that figures are made of. Tuples: there are millions of them.

Of another system's log: a step of a case, the course of a case, a record. Of our own: what each record of a customer's
life says, and the answer that a figure got from it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol


class Step(NamedTuple):
    """One thing that happened to a case; None is what nobody knows."""

    at: datetime
    group: str | None
    person: str | None
    closes: bool = False
    reopens: bool = False


class Course(NamedTuple):
    """What a case has been through, from its first step to its last."""

    case: str
    customer: str | None
    opened: datetime
    ended: datetime
    changes: int
    """How often it went from one known group to another."""
    came_back: bool
    """Whether a group had it again after another."""
    groups: int
    people: int
    last_group: str | None
    last_person: str | None
    reopened: bool


class Record(NamedTuple):
    """A case, and the one that its customer had before."""

    course: Course
    before: Course | None


class Happening(Protocol):
    """An event of the log."""

    @property
    def stream_id(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def ids(self) -> Mapping[str, str]: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


class Where(NamedTuple):
    """What a record is of: its own id, its case, the community of the case, and the moment that it counts at."""

    id: str
    case: str
    community: str
    at: datetime


Change = Literal["cover", "handover", "outside"]


class Contact(NamedTuple):
    """An episode, as far as it has come. What nobody can say yet is None."""

    where: Where
    at_home: bool | None
    """Whether who attends is of the customer's home. None where nobody has attended."""
    by_owner: bool | None
    """Whether who attends owns the case. None where nobody owned it."""
    known: bool | None
    """Whether who attends owned an earlier case of this customer. None where there is none, or it is no new case."""
    change: Change | None
    """Why the answering person changed first."""
    outside: bool | None
    """Whether somebody of another community served it. None where nobody has attended."""
    after_s: float | None
    """Seconds since the contact before, on the same case. None where it is the first."""
    of_customer: bool
    """Whether the customer wrote; else we began it."""


class Turn(NamedTuple):
    """A customer's turn that was answered."""

    where: Where
    kept: bool
    """Within the promise of its channel."""


class Wait(NamedTuple):
    """A wait in the queue that is over."""

    where: Where
    kept: bool
    """Whether the time that the customer was given first was met."""


class Promised(NamedTuple):
    """A promise that was kept or broken."""

    where: Where
    kept: bool
    hours: float
    """How far away its time was when it was made."""


class Ending(NamedTuple):
    """A case past its watch time."""

    where: Where
    solved: bool
    said: bool
    """Whether the customer said a word about it."""
    contacts: int
    asked: bool
    """Whether help was asked for."""
    helpers: int


class Word(NamedTuple):
    """What a customer said about a case. What they did not say is None."""

    where: Where
    nps: int | None
    csat: int | None
    effort: int | None


class Asked(NamedTuple):
    """A survey; it counts when it was asked."""

    where: Where
    answered: bool


class Help(NamedTuple):
    """An ask that came to its end by an answer, or with nobody left to ask."""

    where: Where
    answered: bool
    seconds: float | None
    """Until it was answered."""


LifeRecord = Contact | Turn | Wait | Promised | Ending | Word | Asked | Help


class Answer(NamedTuple):
    """What one record answers to one figure."""

    figure: str
    where: Where
    value: float
