"""Figures by hand, and against a naive reading of their definitions on logs drawn at random."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import log
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.performance.courses import course_of, records_of
from coterie.performance.figures import OF_A_LOG, Found, fold
from coterie.performance.folds import (
    FEWEST,
    GROUPS,
    Fold,
    Mean,
    Median,
    Score,
    Share,
    student,
)
from coterie.performance.model import Course, Record, Step

KINDS = (Share, Score, Mean, Median)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def steps(groups: str, people: str = "", closed: str = "") -> list[Step]:
    """A step an hour; a point is nobody, a c closes, an r reopens."""
    return [
        Step(
            START + timedelta(hours=hour),
            None if group == "." else group,
            None if person in ". " else person,
            closes=said == "c",
            reopens=said == "r",
        )
        for hour, (group, person, said) in enumerate(
            zip(groups, people.ljust(len(groups)), closed.ljust(len(groups)), strict=True)
        )
    ]


def course(groups: str, people: str = "", closed: str = "") -> Course:
    return course_of("1", "li", steps(groups, people, closed))


@pytest.mark.parametrize(
    ("groups", "changes", "came_back", "distinct", "last"),
    [
        ("....", 0, False, 0, None),
        ("A", 0, False, 1, "A"),
        ("A.A.", 0, False, 1, "A"),
        ("A.B.", 1, False, 2, "B"),
        (".A.BA", 2, True, 2, "A"),
        ("ABC", 2, False, 3, "C"),
    ],
)
def test_a_step_without_a_group_keeps_the_last_one_known(
    groups: str, changes: int, came_back: bool, distinct: int, last: str | None
) -> None:
    found = course(groups)
    assert (found.changes, found.came_back, found.groups, found.last_group) == (
        changes,
        came_back,
        distinct,
        last,
    )


@pytest.mark.parametrize(
    ("said", "reopened"),
    [("   ", False), ("  c", False), (" c ", True), (" cc", True), (" r ", True), ("  r", True)],
)
def test_reopened_is_what_says_so_or_what_goes_on_after_the_end(said: str, reopened: bool) -> None:
    assert course("AAA", closed=said).reopened is reopened


def test_who_comes_back_is_compared_with_their_case_before() -> None:
    first, unknown, third = course("AB", "xy"), course("..", ".."), course("B", "x")
    figures = fold(OF_A_LOG, [list(records_of([first, unknown, third])), [Record(first, None)]])
    assert figures["returning_cases"][""].value == 2
    assert figures["same_group_share"][""] == Found(None, 0, None)
    figures = fold(OF_A_LOG, [list(records_of([first, third]))])
    assert figures["same_group_share"][""].value == 1
    assert figures["same_person_share"][""].value == 0


def test_every_figure_names_the_figure_that_shows_when_it_is_gamed() -> None:
    names = {figure.name for figure in OF_A_LOG}
    for figure in OF_A_LOG:
        assert figure.counter in names - {figure.name}
        assert figure.question.endswith("?")


Case = tuple[int, int, list[tuple[str, str]]]
LOGS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 5),
        st.lists(
            st.tuples(st.sampled_from(".ABC"), st.sampled_from(".xy")), min_size=1, max_size=6
        ),
    ),
    max_size=12,
)


@given(LOGS)
def test_figures_are_what_their_definitions_say(cases: Sequence[Case]) -> None:
    ordered = sorted(cases, key=lambda case: (case[0], case[1]))
    customers = [
        [course_of("", "", at(opened, way)) for whose, opened, way in ordered if whose == customer]
        for customer in range(4)
    ]
    figures = fold(OF_A_LOG, [list(records_of(courses)) for courses in customers])
    known = [[group for group, _ in way if group != "."] for _, _, way in ordered]
    changes = [sum(a != b for a, b in pairwise(way)) for way in known]
    assert figures["cases"][""].value == len(cases)
    assert figures["group_changes_mean"][""].value == mean(changes)
    assert figures["group_changed_share"][""].value == mean([each > 0 for each in changes])
    assert figures["ping_pong_share"][""].value == mean([comes_back(way) for way in known])
    assert figures["groups_mean"][""].value == mean([len(set(way)) for way in known if way])
    for part, wanted in (("0", {0}), ("1", {1}), ("2+", {2, 3, 4, 5})):
        hours = [len(way) - 1 for (_, _, way), many in zip(ordered, changes, strict=True) if many in wanted]  # fmt: skip
        assert figures["duration_median_h"][part].value == (median(hours) if hours else None)
    lasts = [(whose, way[-1] if way else None) for (whose, _, _), way in zip(ordered, known, strict=True)]  # fmt: skip
    pairs = [(a, b) for (one, a), (two, b) in pairwise(lasts) if one == two]
    assert figures["returning_cases"][""].value == len(pairs)
    assert figures["same_group_share"][""].value == mean([a == b for a, b in pairs if a and b])


def at(opened: int, way: list[tuple[str, str]]) -> list[Step]:
    first = START + timedelta(days=opened)
    return [
        Step(first + timedelta(hours=hour), told(group), told(person))
        for hour, (group, person) in enumerate(way)
    ]


def told(name: str) -> str | None:
    return None if name == "." else name


def comes_back(way: Sequence[str]) -> bool:
    return any(
        way[i] == way[k] != way[j]
        for i in range(len(way))
        for j in range(i, len(way))
        for k in range(j, len(way))
    )


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=20))
def test_bounds_hold_the_value_and_stay_in_what_is_possible(customers: list[list[int]]) -> None:
    for found in (Mean(), Median()):
        for values in customers:
            found.add(values)
        value, bounds = found.value(), found.bounds()
        assert (bounds is None) == (sum(map(bool, customers)) < FEWEST)
        if bounds and value is not None:
            assert 0 <= bounds[0] <= value <= bounds[1]


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_intervals_hold_the_truth_where_customers_differ(
    kind: type[Fold], grouped: bool, record_property: Callable[[str, object], None]
) -> None:
    """1,000 small worlds: each of 60 customers has a tendency of their own, and several cases.

    Of a median no sums are kept, so its customers stand in no groups.
    """
    random = Random(7)
    held = sum(holds_the_truth(kind(), random, grouped) for _ in range(1_000))
    record_property(
        "figure", f"{kind.__name__}, {'groups' if grouped else 'customers'}: {held} of 1,000"
    )
    assert held >= 930


@pytest.mark.parametrize("truth", [0.9, 0.98])
def test_intervals_of_what_nearly_always_holds_hold_the_truth(truth: float) -> None:
    random = Random(8)
    held = sum(holds_the_truth(Share(), random, False, truth) for _ in range(1_000))
    assert held >= 930


def holds_the_truth(found: Fold, random: Random, grouped: bool, share: float = 0.4) -> bool:
    """Whether the interval of one world holds what its customers were made of."""
    truth = {Share: share, Score: 20.0, Mean: 1.5, Median: log(2)}[type(found)]
    groups: dict[int, list[float]] = defaultdict(list)
    for customer in range(60):
        tendency, cases = (
            random.betavariate(5 * share, 5 * (1 - share)),
            range(random.randint(1, 6)),
        )
        place = random.randrange(GROUPS) if grouped and type(found) is not Median else customer
        groups[place] += [answer(type(found), tendency, random) for _ in cases]
    for values in groups.values():
        found.add(values)
    low, high = found.bounds() or (1.0, 0.0)
    return low <= truth <= high


def answer(kind: type[Fold], tendency: float, random: Random) -> float:
    if kind is Share:
        return random.random() < tendency
    if kind is Score:
        return 100.0 * (random.random() < 0.1 + tendency) - 100.0 * (random.random() < 0.3)
    return float(random.randint(0, 3)) if kind is Mean else random.expovariate(1)


@pytest.mark.parametrize(
    ("df", "quantile"), [(4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (63, 1.998)]
)
def test_students_quantile_is_that_of_the_tables(df: int, quantile: float) -> None:
    assert student(df) == pytest.approx(quantile, abs=0.0015)


def test_the_share_of_nobody_has_a_width_too() -> None:
    found = Share()
    for _ in range(20):
        found.add([0.0, 0.0])
    low, high = found.bounds() or (1.0, 0.0)
    assert low == 0 and 0.1 < high < 0.25
