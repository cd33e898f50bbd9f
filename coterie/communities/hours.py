"""When a community is there: opening hours on the clock of its zone, and time that counts only while it is open.

A wall time that daylight saving repeats means its first coming; one that it skips means the same distance after the
change. Instants that come in and go out are aware; what goes out is UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
Span = tuple[int, int]
"""From and to, in minutes after midnight; 1440 is the midnight at the end."""
Week = tuple[tuple[Span, ...], ...]
"""Seven days from Monday on, each with its spans in order; empty where the week knows no closing time."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A week that repeats and the days on which nobody is there."""

    week: Week = ()
    holidays: frozenset[date] = frozenset()

    @property
    def always_open(self) -> bool:
        return not self.week and not self.holidays

    def spans(self, day: date) -> tuple[Span, ...]:
        if day in self.holidays:
            return ()
        return self.week[day.weekday()] if self.week else ((0, DAY_MINUTES),)


ALWAYS_OPEN = Hours()


def is_open(at: datetime, hours: Hours, zone: ZoneInfo) -> bool:
    """Whether somebody should be there at this instant."""
    return hours.always_open or next_open(at, hours, zone) == at


def next_open(at: datetime, hours: Hours, zone: ZoneInfo) -> datetime:
    """The instant itself while open, else the next opening."""
    if hours.always_open:
        return at
    opens, _ = next(stretches(at, hours, zone))
    return max(at.astimezone(UTC), opens)


def add_open_time(start: datetime, seconds: float, hours: Hours, zone: ZoneInfo) -> datetime:
    """When so many open seconds have passed since `start`. Closed time does not count."""
    left = timedelta(seconds=seconds)
    if hours.always_open:
        return start + left
    cursor = start.astimezone(UTC)
    for opens, closes in stretches(start, hours, zone):
        cursor = max(cursor, opens)
        if cursor + left <= closes:
            return cursor + left
        left -= max(closes - cursor, timedelta())
        cursor = max(cursor, closes)
    raise AssertionError("the stretches never end")


def stretches(start: datetime, hours: Hours, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Each open stretch that ends after `start`, in order, without end. The hours open at least once a week."""
    day = start.astimezone(zone).date()
    while True:
        for span in hours.spans(day):
            opens, closes = instant(day, span[0], zone), instant(day, span[1], zone)
            if opens < closes and start < closes:
                yield opens, closes
        day += timedelta(days=1)


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The wall clock's minute of that day, as an instant."""
    day, minute = (day + timedelta(days=1), 0) if minute == DAY_MINUTES else (day, minute)
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone).astimezone(UTC)
