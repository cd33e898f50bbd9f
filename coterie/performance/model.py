"""The words that figures are made of: a step of a case, the course of a case, a record. Tuples: there are millions of them."""

from datetime import datetime
from typing import NamedTuple


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
