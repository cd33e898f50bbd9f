"""Times as people say them, in the zone of who reads."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coterie.ui.people import initials, tint
from coterie.ui.reader import Reader, lasting, zone_of

NOW = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)  # 2:20 pm on a Tuesday in Sydney
READER = Reader(ZoneInfo("Australia/Sydney"), NOW)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        ({"seconds": 20}, "a moment"),
        ({"minutes": 12}, "12 min"),
        ({"minutes": 59, "seconds": 59}, "59 min"),
        ({"hours": 3}, "3 h"),
        ({"hours": 47}, "47 h"),
        ({"days": 2}, "2 days"),
        ({"minutes": -5}, "a moment"),
    ],
)
def test_a_span_is_said_in_the_largest_unit_that_helps(ago: dict[str, float], said: str) -> None:
    assert lasting(timedelta(**ago)) == said


def test_noon_and_midnight() -> None:
    assert READER.clock(datetime(2026, 11, 24, 1, 0, tzinfo=UTC)) == "12:00 pm"
    assert READER.clock(datetime(2026, 11, 23, 13, 5, tzinfo=UTC)) == "12:05 am"


def test_a_day_is_the_readers_own() -> None:
    late_evening = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 1 am today in Sydney
    assert READER.day(late_evening) == "Today"
    assert Reader(ZoneInfo("Europe/Berlin"), NOW).day(late_evening) == "Yesterday"
    assert READER.day(NOW - timedelta(days=3)) == "Saturday 21 November"
    assert READER.day(NOW - timedelta(days=600)) == "3 April 2025"


def test_a_promise_is_plain_then_soon_then_late() -> None:
    made = NOW - timedelta(minutes=30)
    assert READER.chip(NOW + timedelta(minutes=30), made) == ("plain", 50, "2:50 pm")
    assert READER.chip(NOW + timedelta(minutes=10), made) == ("soon", 75, "2:30 pm")
    assert READER.chip(NOW - timedelta(minutes=18), made) == ("late", 100, "18 min late")
    assert READER.chip(NOW + timedelta(days=2), made).words == "Thu"


def test_a_promise_made_after_it_was_due_breaks_nothing() -> None:
    assert READER.chip(NOW + timedelta(minutes=1), NOW + timedelta(minutes=5)).share == 100


def test_a_zone_that_does_not_exist_falls_back() -> None:
    assert zone_of({"zone": "../../etc/passwd"}, "Australia/Perth") == ZoneInfo("Australia/Perth")
    assert zone_of({"zone": "Europe/Rome"}, "Australia/Perth") == ZoneInfo("Europe/Rome")
    assert zone_of({}, "Nowhere/At_All") is UTC


def test_initials_of_unusual_names() -> None:
    assert initials("Mick and Trish Doolan") == "MD"
    assert initials("Li") == "L"
    assert initials("  ") == initials("!!!") == "?"


def test_a_person_keeps_their_tint() -> None:
    assert tint("5b1f") == tint("5b1f")
    assert {tint(n) for n in range(200)} == set(range(1, 9))
