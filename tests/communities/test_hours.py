"""Open time against a clock that is stepped minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from coterie.communities.hours import ALWAYS_OPEN, Hours, Week, add_open_time, is_open, next_open
from coterie.communities.timetable import read_hours, written_hours

SYDNEY, BERLIN = ZoneInfo("Australia/Sydney"), ZoneInfo("Europe/Berlin")
OFFICE = read_hours({"week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}})


@st.composite
def weeks(draw: st.DrawFn, earliest: int = 0) -> Week:
    """Hours in quarters, none before `earliest`: with 16, none in which a clock is ever changed."""
    edges = st.lists(st.integers(earliest, 96), max_size=6, unique=True).map(sorted)
    days = [draw(edges) for _ in range(7)]
    spans = [tuple((a * 15, b * 15) for a, b in zip(d[::2], d[1::2], strict=False)) for d in days]
    return tuple(spans) if any(spans) else ()


ZONES = st.sampled_from([SYDNEY, BERLIN, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")])
# Around both changes of the clock, and between them.
STARTS = st.builds(
    lambda day, minute: datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=minute),
    st.sampled_from([date(2026, 3, 28), date(2026, 4, 4), date(2026, 10, 3), date(2026, 10, 24), date(2026, 7, 1)]),
    st.integers(0, 3 * 1440),
)  # fmt: skip
HOURS = st.builds(
    Hours, weeks(), st.frozensets(st.sampled_from([date(2026, 4, 5), date(2026, 10, 25)]))
)


def open_by_the_wall(at: datetime, hours: Hours, zone: ZoneInfo) -> bool:
    """The meaning of the hours, told a second way: the wall clock, read at this instant."""
    wall = at.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    return any(a <= minute < b for a, b in hours.spans(wall.date()))


@given(STARTS, st.integers(0, 2000), weeks(16), st.frozensets(st.just(date(2026, 4, 5))), ZONES)
def test_open_time_is_what_the_wall_clock_counts(
    start: datetime, minutes: int, week: Week, holidays: frozenset[date], zone: ZoneInfo
) -> None:
    hours = Hours(week, holidays)
    end = add_open_time(start, minutes * 60, hours, zone)
    cursor, counted = start, 0
    while cursor < end:
        counted += open_by_the_wall(cursor, hours, zone)
        cursor += timedelta(minutes=1)
    assert counted == minutes
    assert cursor == end


@given(STARTS, st.floats(0, 10**6), st.floats(0, 10**6), HOURS, ZONES)
def test_open_time_adds_up_and_never_runs_backwards(
    start: datetime, one: float, other: float, hours: Hours, zone: ZoneInfo
) -> None:
    at_once = add_open_time(start, one + other, hours, zone)
    in_two = add_open_time(add_open_time(start, one, hours, zone), other, hours, zone)
    assert start <= at_once
    assert abs(at_once - in_two) < timedelta(milliseconds=1) or not is_open(
        min(at_once, in_two) + timedelta(milliseconds=1), hours, zone
    )


@given(STARTS, HOURS, ZONES)
def test_the_next_opening_is_open_and_the_first(
    start: datetime, hours: Hours, zone: ZoneInfo
) -> None:
    opening = next_open(start, hours, zone)
    assert opening >= start and is_open(opening, hours, zone)
    if opening > start:
        assert not is_open(start, hours, zone)
        assert not is_open(start + (opening - start) / 2, hours, zone)


@given(HOURS)
def test_hours_read_back_as_they_were_written(hours: Hours) -> None:
    assert read_hours(written_hours(hours)) == hours


def test_always_open_is_plain_addition() -> None:
    start = datetime(2026, 4, 4, 15, 59, tzinfo=UTC)
    assert add_open_time(start, 86_400, ALWAYS_OPEN, SYDNEY) == start + timedelta(days=1)


def test_friday_evening_runs_on_to_monday() -> None:
    friday = datetime(2026, 3, 6, 16, 55, tzinfo=SYDNEY)
    assert add_open_time(friday, 600, OFFICE, SYDNEY) == datetime(2026, 3, 9, 9, 5, tzinfo=SYDNEY)
    saturday = datetime(2026, 3, 7, 12, 0, tzinfo=SYDNEY)
    assert next_open(saturday, OFFICE, SYDNEY) == datetime(2026, 3, 9, 9, 0, tzinfo=SYDNEY)


def test_the_closing_minute_is_closed_and_a_promise_may_end_on_it() -> None:
    monday = datetime(2026, 3, 9, 16, 0, tzinfo=SYDNEY)
    assert add_open_time(monday, 3600, OFFICE, SYDNEY) == datetime(2026, 3, 9, 17, tzinfo=SYDNEY)
    assert not is_open(datetime(2026, 3, 9, 17, tzinfo=SYDNEY), OFFICE, SYDNEY)


def test_daylight_saving_makes_days_of_23_and_25_hours() -> None:
    everyday = read_hours({"week": {d: ["00:00-24:00"] for d in ("sat", "sun", "mon")}})
    autumn = datetime(2026, 4, 5, 0, 0, tzinfo=SYDNEY)
    assert add_open_time(autumn, 25 * 3600, everyday, SYDNEY).astimezone(SYDNEY).hour == 0
    spring = datetime(2026, 10, 4, 0, 0, tzinfo=SYDNEY)
    assert add_open_time(spring, 23 * 3600, everyday, SYDNEY).astimezone(SYDNEY).hour == 0


def test_nine_is_nine_on_the_wall_on_the_day_the_clock_changes() -> None:
    sundays = read_hours({"week": {"sun": ["09:00-17:00"]}})
    for day in (date(2026, 4, 5), date(2026, 10, 4)):
        night = datetime.combine(day, datetime.min.time(), SYDNEY)
        assert next_open(night, sundays, SYDNEY) == datetime(
            day.year, day.month, day.day, 9, tzinfo=SYDNEY
        )


def test_a_holiday_is_closed() -> None:
    christmas = Hours(OFFICE.week, frozenset({date(2026, 12, 25)}))
    eve = datetime(2026, 12, 24, 17, 0, tzinfo=SYDNEY)
    assert next_open(eve, christmas, SYDNEY) == datetime(2026, 12, 28, 9, tzinfo=SYDNEY)
