"""What stands first, what has changed, where a whisker begins."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.board import rules, words
from coterie.board.model import Carried, CommunityRow, Kind, Need, Point
from coterie.performance.figures import Found
from coterie.performance.reading import Reading
from coterie.performance.scorecard import BY_NAME, OF_A_COMMUNITY

NOON = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def need(kind: Kind, due: float, since: float = 0, id: str = "1") -> Need:
    """Due and waiting since so many minutes from noon."""
    at, began = (NOON + timedelta(minutes=each) for each in (due, since))
    return Need(kind, id, at, began, "t", "c", "u", "Li", None, "", "", over=False, many=1)


def reading(
    name: str, value: float, low: float | None = None, high: float | None = None, n: int = 50
) -> Reading:
    bounds = None if low is None or high is None else (low, high)
    return Reading(BY_NAME[name], Found(value, n, bounds))


def test_whose_time_passed_first_stands_first_whatever_it_is() -> None:
    wanted = [
        need("promise", -18), need("wait", -5), need("ask", 0, -9), need("ask", 0, -6),
        need("ask", 0, -6, "2"), need("promise", 22),
    ]  # fmt: skip
    for given_ in permutations(wanted):
        assert rules.worst_first(given_) == wanted


@pytest.mark.parametrize("days", rules.PERIODS)
def test_a_period_and_the_one_before_touch_and_are_alike(days: int) -> None:
    found = rules.period(date(2026, 3, 1), days)
    assert (found.until - found.since).days + 1 == days
    assert (found.before_until - found.before_since).days + 1 == days
    assert found.since - found.before_until == timedelta(days=1)
    assert (found.until - rules.weeks_since(found)).days >= 76


def test_every_figure_stands_beside_its_own_counter_figure_once() -> None:
    now = {figure.name: reading(figure.name, 0.5, 0.4, 0.6) for figure in OF_A_COMMUNITY}
    pairs = [each for group in rules.groups(now, {}) for each in group.pairs]
    shown = [frozenset((each.figure.name, each.counter.name)) for each in pairs]
    assert len(shown) == len(set(shown))
    for figure in OF_A_COMMUNITY:
        assert frozenset((figure.name, figure.counter)) in shown
    assert {name for each in shown for name in each} == set(words.TITLES) == set(BY_NAME)
    assert set(words.BAD) == set(BY_NAME)


def test_a_change_within_chance_is_steady_and_what_is_felt_follows_the_figure() -> None:
    before = reading("issue_resolution", 0.80, 0.78, 0.82)
    better = reading("issue_resolution", 0.90, 0.88, 0.92)
    assert rules.changed(better, before) == ("up 10", "up")
    assert rules.changed(before, better) == ("down 10", "bad")
    assert rules.changed(reading("issue_resolution", 0.82, 0.80, 0.84), before) == ("steady", "")
    fewer = reading("repeat_7d", 0.10, 0.09, 0.11), reading("repeat_7d", 0.20, 0.19, 0.21)
    assert rules.changed(*fewer) == ("down 10", "up")
    assert rules.changed(better, None) == ("", "")
    assert rules.changed(better, replace(before, found=Found(0.8, 4, None))) == ("", "")
    assert rules.changed(better, reading("issue_resolution", 0.8)) == ("", "")


def test_a_figure_below_five_answers_says_nothing() -> None:
    side = rules.side(reading("nps", 100.0, 100.0, 100.0, n=4), None)
    assert (side.value, side.interval, side.whisk, side.n) == ("", "", None, 4)


@given(
    st.sampled_from([figure.name for figure in OF_A_COMMUNITY]),
    st.floats(0, 1), st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_a_whisker_stays_on_its_axis_and_in_order(name: str, a: float, b: float, c: float) -> None:
    low, value, high = sorted((a, b, c))
    whisk = rules.whisk(reading(name, value, low, high), reading(name, a))
    assert whisk is not None and whisk.low is not None and whisk.high is not None
    assert rules.AXIS[0] <= whisk.low <= whisk.value <= whisk.high <= rules.AXIS[1]


@pytest.mark.parametrize(
    ("unit", "value", "told"),
    [
        ("share", 0.884, "88.4%"), ("share", 1, "100%"), ("share", 0, "0%"), ("share", 0.9996, "100%"),
        ("points", 46.4, "+46"), ("points", -0.4, "0"), ("points", -12, "-12"),
        ("seconds", 45, "45 s"), ("seconds", 200, "3 min"), ("seconds", 7200, "2 h"),
        ("hours", 0.5, "30 min"), ("hours", 22.26, "22.3 h"), ("hours", 72, "3 days"),
        ("helpers per 100 cases", 27.3, "27"), ("helpers per 100 cases", 2.34, "2.3"),
    ],
)  # fmt: skip
def test_a_value_in_words(unit: str, value: float, told: str) -> None:
    assert words.told(unit, value) == told


def carried(id: str, load: float, capacity: float = 4, *, present: bool = True) -> Carried:
    return Carried(id, id, present, load, capacity, 0, 0)


def test_who_carries_most_of_what_they_can_stands_first_and_bars_share_a_scale() -> None:
    found = rules.loads(
        [carried("a", 1), carried("b", 4.4), carried("c", 2, 2), carried("d", 0, present=False),
         carried("e", 0.3, present=False)]
    )  # fmt: skip
    assert [each.id for each in found.lines] == ["b", "c", "a", "e"]
    assert [each.over for each in found.lines] == [True, False, False, False]
    assert found.free == 1 and found.spread == (1, 4.4)
    assert max(each.bar for each in found.lines) <= rules.BARS
    assert found.lines[1].bar == found.lines[1].limit
    assert rules.loads([]).lines == []


def test_communities_are_sorted_by_what_somebody_asks_and_the_unknown_come_last() -> None:
    def row(name: str, solved: float | None, waits: float | None = None) -> CommunityRow:
        value = reading("issue_resolution", solved or 0, n=9 if solved else 0)
        since = NOON - timedelta(minutes=waits) if waits else None
        return CommunityRow(name, name, 0, since, 1, [rules.cell(value)])

    rows = [row("c", 0.7, 3), row("a", None), row("d", 0.9, 9), row("b", 0.7, None)]
    assert names(rows, "name") == "abcd"
    assert names(rows, "name", down=True) == "dcba"
    assert names(rows, "issue_resolution") == "bcda"
    assert names(rows, "issue_resolution", down=True) == "dbca"
    assert names(rows, "wait", down=True) == "dcab"


def names(rows: list[CommunityRow], by: str, *, down: bool = False) -> str:
    return "".join(row.name for row in rules.ordered(rows, by, down=down))


def test_a_line_in_words_leaves_out_weeks_that_say_nothing() -> None:
    values = (None, 74.24, 70.0, None, 82.0)
    line = [Point(date(2026, 11, 2), value, None, None, 9) for value in values]
    assert rules.course(line, "%") == "from 74.2% to 82%, between 70% and 82%"
    assert rules.course(line[:1], "%") == "too few answers"
    assert [each["name"] for each in rules.drawn(line, "know")] == ["", "", "", "", "know"]
    assert [each["name"] for each in rules.drawn(line[:4], "know")] == ["", "", "know", ""]
