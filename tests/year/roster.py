"""Who works when: a roster of shifts over the year, and what keeps people from it. Pure, of a seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Australia/Sydney")
DAY = timedelta(days=1)
OPENS, CLOSES = 8, 20
HOURS_A_SHIFT = 8
BEGINNINGS = (8, 10, 12)
FEAST_DAYS = ((12, 25), (12, 26), (1, 1), (1, 26), (4, 25))
HOURS = {"week": {day: ["08:00-20:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}}
LEAVES = (2, 5, 5, 10, 15, 20)
"""Lengths of leave in days."""


def holidays(years: range) -> list[date]:
    return [date(year, month, day) for year in years for month, day in FEAST_DAYS]


def at(day: date, hour: float) -> datetime:
    """The wall clock's hour of that day, as an instant."""
    minutes = round(hour * 60)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=ZONE)
    return local.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Shift:
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(eq=False, slots=True)
class Worker:
    """One person's place in the roster: their turn in the rotation and when they are on leave."""

    place: int
    leaves: list[tuple[date, date]] = field(default_factory=list)
    """First day and the day after the last."""

    def on_leave(self, day: date) -> bool:
        return any(first <= day < after for first, after in self.leaves)

    def shift(self, day: date) -> Shift | None:
        """Five of six days a week, beginning early, late or between by turns. Leave does not change the roster."""
        week = day.toordinal() // 7
        free = day.weekday() == 6 or day.weekday() == (self.place + week) % 6
        if free or (day.month, day.day) in FEAST_DAYS:
            return None
        begins = BEGINNINGS[(self.place + week) % len(BEGINNINGS)]
        return Shift(day, at(day, begins), at(day, begins + HOURS_A_SHIFT))

    def shifts(self, first: date, days: int) -> Iterator[Shift]:
        for number in range(days):
            if shift := self.shift(first + DAY * number):
                yield shift


def worker(rng: Random, place: int, first: date, days: int) -> Worker:
    """Somebody with leaves of different lengths spread over the time."""
    made = Worker(place)
    day = first + DAY * rng.randrange(5, 90)
    while day < first + DAY * days:
        length = rng.choice(LEAVES)
        made.leaves.append((day, day + DAY * length))
        day += DAY * (length + rng.randrange(40, 150))
    return made
