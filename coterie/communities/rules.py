"""Rules of absences: how many working days one has, and when deputies go round in a circle. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coterie.communities.hours import Hours, instant
from coterie.communities.model import Absence, Shift

SATURDAY = 5


def working_days(
    starts_at: datetime, ends_at: datetime, hours: Hours, zone: ZoneInfo, shifts: Sequence[Shift]
) -> int:
    """Days on which somebody would have worked between these times.

    Where they have shifts in that time, the days on which one begins; else the days on which the community is open then,
    Monday to Friday where its week knows no closing time.
    """
    if shifts:
        return len({shift.starts_at.astimezone(zone).date() for shift in shifts})
    return sum(
        any(
            max(starts_at, instant(day, opens, zone)) < min(ends_at, instant(day, closes, zone))
            for opens, closes in hours.spans(day)
        )
        for day in days(starts_at, ends_at, zone)
        if hours.week or day.weekday() < SATURDAY
    )


def days(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Every day of the calendar that this time touches."""
    first, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def circle(absence: Absence, others: Sequence[Absence]) -> list[str]:
    """The people of the circle that this absence's deputy would close, in order; nobody where there is none.

    From deputy to deputy, as long as there is a moment in which all of them are absent.
    """
    return way_back(absence, absence.expert_id, others, [])


def way_back(
    absence: Absence, home: str, others: Sequence[Absence], passed: list[str]
) -> list[str]:
    passed = [*passed, absence.expert_id]
    if absence.deputy_id is None or absence.deputy_id == home:
        return passed if absence.deputy_id else []
    following = [
        common(absence, each)
        for each in others
        if each.expert_id == absence.deputy_id and overlap(absence, each)
    ]
    ways = (
        way_back(each, home, others, passed) for each in following if each.expert_id not in passed
    )
    return next((way for way in ways if way), [])


def common(absence: Absence, other: Absence) -> Absence:
    """The other absence, for the time that both share."""
    return replace(
        other,
        starts_at=max(absence.starts_at, other.starts_at),
        ends_at=min(absence.ends_at, other.ends_at),
    )


def overlap(absence: Absence, other: Absence) -> bool:
    return absence.starts_at < other.ends_at and other.starts_at < absence.ends_at
