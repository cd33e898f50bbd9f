"""Working days of an absence, and circles of deputies: pure, by properties."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from coterie.communities.hours import ALWAYS_OPEN, Hours
from coterie.communities.model import Absence, Shift
from coterie.communities.rules import circle, overlap, working_days
from coterie.communities.timetable import read_hours

SYDNEY = ZoneInfo("Australia/Sydney")
MONDAY = datetime(2026, 11, 23, tzinfo=SYDNEY)
BY_DAY = read_hours(
    {"week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}}
)

spans = st.tuples(st.integers(0, 24 * 60), st.integers(1, 24 * 40)).map(
    lambda pair: (
        MONDAY.astimezone(UTC) + timedelta(hours=pair[0]),
        MONDAY.astimezone(UTC) + timedelta(hours=pair[0] + pair[1]),
    )
)


def counted(days: float, hours: Hours = ALWAYS_OPEN, *shifts: Shift, at: float = 0) -> int:
    starts_at = MONDAY + timedelta(hours=at)
    return working_days(starts_at, starts_at + timedelta(days=days), hours, SYDNEY, shifts)


def test_monday_to_friday_where_it_is_always_open() -> None:
    assert counted(7) == 5
    assert counted(14) == 10
    assert counted(2, at=5 * 24) == 0


def test_the_days_on_which_the_community_is_open() -> None:
    assert counted(7, BY_DAY) == 6
    assert counted(1, BY_DAY, at=17.5) == 1  # after closing: Tuesday is the first
    holiday = Hours(BY_DAY.week, frozenset({date(2026, 11, 25)}))
    assert counted(7, holiday) == 5
    assert counted(7, Hours((), frozenset({date(2026, 11, 25)}))) == 4


def test_days_with_a_shift_where_shifts_are_planned() -> None:
    nights = [
        Shift(str(n), "ana", MONDAY + timedelta(days=n, hours=22), MONDAY + timedelta(days=n + 1))
        for n in (4, 5, 6)
    ]
    assert counted(7, BY_DAY, *nights) == 3


@given(spans, st.sampled_from([ALWAYS_OPEN, BY_DAY]))
def test_never_more_working_days_than_days_and_more_time_has_no_fewer(
    span: tuple[datetime, datetime], hours: Hours
) -> None:
    starts_at, ends_at = span
    days = working_days(starts_at, ends_at, hours, SYDNEY, [])
    assert 0 <= days <= (ends_at - starts_at).days + 2
    assert working_days(starts_at, ends_at + timedelta(days=1), hours, SYDNEY, []) >= days


def absent(who: str, deputy: str | None, starts: int, ends: int) -> Absence:
    return Absence(
        id=f"{who}{starts}", expert_id=who, community_id="c", starts_at=MONDAY + timedelta(days=starts),
        ends_at=MONDAY + timedelta(days=ends), why="leave", deputy_id=deputy, days=0, hands_over=True,
        recorded_by=None, recorded_at=MONDAY,
    )  # fmt: skip


def test_two_who_are_each_others_deputy_are_a_circle_and_so_are_three() -> None:
    ana = absent("ana", "bo", 0, 5)
    assert circle(absent("bo", "ana", 2, 8), [ana]) == ["bo", "ana"]
    bo = absent("bo", "cy", 2, 8)
    assert circle(absent("cy", "ana", 3, 4), [ana, bo]) == ["cy", "ana", "bo"]


def test_deputies_one_after_the_other_are_no_circle() -> None:
    ana, bo = absent("ana", "bo", 0, 5), absent("bo", "cy", 4, 8)
    assert circle(absent("cy", "ana", 6, 9), [ana, bo]) == []
    assert circle(absent("bo", "ana", 5, 8), [ana]) == []
    assert circle(absent("cy", None, 3, 4), [ana, bo]) == []


absences = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 9), st.integers(1, 5)
    ).filter(lambda each: each[0] != each[1]),
    max_size=6,
)


@given(absences, st.integers(0, 14))
def test_without_circles_somebody_is_there_at_the_end_of_the_deputies(
    wanted: list[tuple[str, str, int, int]], day: int
) -> None:
    """Those that are let in one by one never lead round: at every moment the last deputy is there."""
    kept: list[Absence] = []
    for who, deputy, starts, lasts in wanted:
        new = absent(who, deputy, starts, starts + lasts)
        alone = not any(each.expert_id == who and overlap(each, new) for each in kept)
        if alone and not circle(new, kept):
            kept.append(new)
    at = MONDAY + timedelta(days=day, hours=12)
    now = {e.expert_id: e.deputy_id for e in kept if e.starts_at <= at < e.ends_at}
    for person in now:
        seen: list[str | None] = []
        reached: str | None = person
        while reached in now:
            assert reached not in seen
            seen.append(reached)
            reached = now[reached]
