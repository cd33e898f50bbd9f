"""What a log tells of cases: when each was with which group, and how likely the log shows such a case whole. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Any

import numpy as np

from coterie.performance.courses import course_of
from coterie.performance.model import Course, Step

NOBODY = ""
"""The group of a case that never names one."""
HOUR_S, DAY_S = 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A group that had a case, from when to when: seconds since the case was opened."""

    group: str
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Past:
    """A case of a log. `finished`: its last event closes it, or the log closes nothing."""

    course: Course
    topic: str
    visits: tuple[Visit, ...]
    finished: bool
    area: str = ""

    @property
    def opened(self) -> datetime:
        return self.course.opened

    def at(self, seconds: float) -> datetime:
        return self.opened + timedelta(seconds=seconds)

    @property
    def lasted_s(self) -> float:
        return (self.course.ended - self.course.opened).total_seconds()


def past_of(
    case: str, customer: str | None, topic: str, area: str, steps: Sequence[Step], *, closes: bool
) -> Past:
    """Of a case's steps in the order of time. `closes`: whether this log says of any case that it is closed."""
    course = course_of(case, customer, steps)
    finished = steps[-1].closes or not closes
    return Past(course, topic, tuple(visits_of(steps)), finished, area)


def visits_of(steps: Sequence[Step]) -> Iterator[Visit]:
    """A step without a group keeps the last one known; what comes before the first known one belongs to it."""
    opened, ended = steps[0].at, (steps[-1].at - steps[0].at).total_seconds()
    named = [(step.group, (step.at - opened).total_seconds()) for step in steps if step.group]
    begun = [(group, next(its)[1]) for group, its in groupby(named, key=lambda each: each[0])]
    if not begun:
        yield Visit(NOBODY, 0.0, ended)
        return
    begun[0] = (begun[0][0], 0.0)
    ends = [*(at for _, at in begun[1:]), ended]
    for (group, at), until in zip(begun, ends, strict=True):
        yield Visit(group, at, until)


SWEEP_SHARE, SWEEP_TIMES = 0.05, 5


def sweeps(pasts: Sequence[Past]) -> dict[date, int]:
    """Days on which something closed cases in heaps: a twentieth of all, and five times as many as the day of a median case."""
    ended = Counter(past.course.ended.date() for past in pasts if past.finished)
    if not ended:
        return {}
    usual = median(n for n in ended.values() for _ in range(n))
    many = max(SWEEP_SHARE * sum(ended.values()), SWEEP_TIMES * usual)
    return {day: n for day, n in sorted(ended.items()) if n >= many}


@dataclass(frozen=True, slots=True)
class Window:
    """When a log watched. `since`: no case of it ended before, so a case opened earlier is in it only if it lasted."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, pasts: Iterable[Past]) -> "Window":
        ended = [past.course.ended for past in pasts]
        return cls(min(ended), max(ended))


def weights(pasts: Sequence[Past], window: Window, half_life_days: float) -> Any:
    """(pasts,) how much each finished case counts; 0 for those that are not. Their mean is 1.

    A case that lasted d was seen whole if it was opened from `since` - d to `until` - d: the longer it lasted, the more
    openings before the log began show it, and the fewer before it ended. Each counts inversely to that chance
    (Horvitz and Thompson 1952; length-biased sampling, Cox 1969), as if openings came steadily. What was opened
    a half-life earlier counts half.
    """
    opened = np.array([past.opened.timestamp() for past in pasts]) / DAY_S
    lasted = np.array([past.lasted_s for past in pasts]) / DAY_S
    finished = np.array([past.finished for past in pasts])
    first, last = opened.min(), opened.max()
    since, until = window.since.timestamp() / DAY_S, window.until.timestamp() / DAY_S
    decay = np.log(2) / half_life_days
    low = np.maximum(first, since - lasted)
    high = np.minimum(last, until - lasted)
    age = last - opened
    # What the same decay gives all openings between low and high, at least those of a day.
    high = np.maximum(high, low + 1.0)
    seen = (np.exp(-decay * (last - high)) - np.exp(-decay * (last - low))) / decay
    found = np.where(finished, np.exp(-decay * age) / np.maximum(seen, 1e-12), 0.0)
    return found / found.mean() if found.any() else found
