"""A run in words and on axes: what is said is what was found, to the sign."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan
from coterie.planning.report import made as report
from coterie.planning.report import risks
from coterie.planning.trial import axes, comparison, results
from tests.changed import each_changed
from tests.planning.made_up import FIGURES, a_plan, a_run, people_needed, staffed


def line(name: str, run: dict[str, Any] | None = None) -> comparison.Line:
    return next(each for each in comparison.lines_of(run or a_run()) if each.figure.name == name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("voice_wait_s", "Calls wait 21 s in communities, 64 s in skill groups: 38 to 49 s less."),
        ("transfer_rate", "The person who answers changes in 3.9% in communities, 21.4% in skill groups: 16.8 to 18.1 points fewer."),
        ("abandoned", "Callers who hang up are 7.9% in communities, 8.0% in skill groups. The difference does not stand out of the noise."),
        ("cost_per_case", "A case costs 6.45 in communities, 6.20 in skill groups: 0.10 to 0.40 more."),
        ("messaging_wait_s", "Messages wait 7 min 10 s in communities, 8 min 30 s in skill groups: 42 s to 2 min less."),
    ],
)  # fmt: skip
def test_a_sentence_says_both_worlds_and_the_range_of_the_difference(name: str, words: str) -> None:
    assert comparison.sentence(line(name)) == words


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (0.0061, 0.0064, "share", "0.6 points"),
        (0.006, 0.01, "share", "0.6 to 1.0 points"),
        (38, 38.3, "seconds", "38 s"),
        (38, 49, "seconds", "38 to 49 s"),
    ],
)
def test_ends_that_are_said_alike_are_said_once(low: float, high: float, unit: str, words: str) -> None:  # fmt: skip
    assert comparison.span(low, high, unit) == words


def test_each_important_figure_of_both_worlds_has_its_sentence() -> None:
    important = [name for name in FIGURES if comparison.BY_NAME[name].lead]
    assert len(comparison.headlines(comparison.lines_of(a_run()))) == len(important) == 6


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e5), st.booleans())
def test_less_is_said_where_it_is_less(value: float, half: float, stands: bool) -> None:
    run = a_run()
    run["differences"]["voice_wait_s"] = {"value": value, "low": value - half, "high": value + half, "stands_out": stands, "better": None}  # fmt: skip
    words = comparison.sentence(line("voice_wait_s", run))
    assert ("does not stand out" in words) == (not stands)
    if stands:
        assert words.endswith(" less." if value < 0 else " more.")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0.0 s"), (3.25, "3.2 s"), (42.4, "42 s"), (99.6, "1 min 40 s"), (431, "7 min 10 s"), (600, "10 min"), (3599, "60 min"), (3600, "1.0 h"), (86400, "24.0 h"), (-42, "-42 s")],
)  # fmt: skip
def test_lengths_of_time_read_well(seconds: float, words: str) -> None:
    assert comparison.lasting(seconds) == words


def test_no_interval_holds_what_cannot_be() -> None:
    run = a_run()
    run["worlds"]["groups"]["figures"]["solved"] |= {"value": 0.97, "low": 0.924, "high": 1.016}
    run["worlds"]["groups"]["figures"]["voice_wait_s"] |= {"value": 0.1, "low": -0.2}
    solved, wait = line("solved", run).groups, line("voice_wait_s", run).groups
    assert solved and (solved.low, solved.high) == (0.924, 1.0)
    assert wait and wait.low == 0.0


def test_an_end_that_could_not_be_counted_changes_nothing() -> None:
    run = a_run()
    run["sensitivity"]["voice_wait_s"][0] |= {"low": None, "high": None}
    (found,) = axes.tornadoes(run)
    assert found.bars[-1].assumption == "knows" and found.bars[-1].left == found.bars[-1].right == found.value  # fmt: skip


def test_what_an_assumption_does_is_told_from_the_difference_over_the_same_replications() -> None:
    """A bar without length stands at the difference, though fewer replications had another mean."""
    run = a_run()
    value = run["differences"]["voice_wait_s"]["value"]
    run["sensitivity"]["voice_wait_s"] = [
        {"assumption": "knows", "plain": value - 9, "low": value - 9, "high": value - 9},
        {"assumption": "misroute", "plain": value - 9, "low": value - 12, "high": value - 4},
    ]
    (found,) = axes.tornadoes(run)
    bars = {bar.assumption: bar for bar in found.bars}
    assert bars["knows"].left == bars["knows"].right == found.value
    assert (bars["misroute"].low, bars["misroute"].high) == (value - 3, value + 5)


def test_what_only_one_world_has_is_said_so() -> None:
    home = line("home_rate")
    assert home.groups is None and home.verdict == "Only in one of the two" and comparison.changed(home) == ""  # fmt: skip


def test_verdicts_follow_what_stands_out() -> None:
    verdicts = {each.figure.name: each.verdict for each in comparison.lines_of(a_run())}
    assert verdicts["voice_wait_s"] == "Better in communities"
    assert verdicts["cost_per_case"] == "Better in skill groups"
    assert verdicts["abandoned"] == "Not out of the noise"
    assert verdicts["contacts"] == "Differs"


@given(st.data())
def test_both_worlds_lie_on_the_axis_in_their_order(data: st.DataObject) -> None:
    run = a_run()
    for side in ("groups", "communities"):
        low, value, high = sorted(data.draw(st.lists(st.floats(0, 1e6), min_size=3, max_size=3)))
        run["worlds"][side]["figures"]["voice_wait_s"] = {"value": value, "low": low, "high": high, "n": 1}  # fmt: skip
    pair = axes.facing(line("voice_wait_s", run))
    for each in (pair.groups, pair.communities):
        assert each is not None and 0 <= each.low <= each.value <= each.high <= 100


def test_the_longest_bar_stands_first_and_no_difference_has_its_place() -> None:
    (found,) = axes.tornadoes(a_run())
    assert [bar.assumption for bar in found.bars] == ["knows", "misroute", "menu_s"]
    assert found.zero is not None and found.bars[0].left < found.value < found.zero < found.bars[0].right  # fmt: skip
    assert not found.bars[0].low_is_left and (found.bars[0].low_said, found.bars[0].high_said) == ("+12 s", "-60 s")  # fmt: skip


def test_assumptions_stand_in_their_units() -> None:
    rows = {each["name"]: each for each in results.assumption_rows(a_run())}
    assert rows["misroute"]["value"] == "15%" and rows["misroute"]["range"] == "8% to 25%"
    assert rows["menu_s"]["value"] == "45 s" and rows["knows"]["source"] == "The log"


def test_an_empty_run_shows_nothing_and_breaks_nothing() -> None:
    empty: dict[str, Any] = {"worlds": {}}
    results.check_result(empty)
    assert comparison.lines_of(empty) == [] and list(axes.tornadoes(empty)) == []
    assert results.assumption_rows(empty) == []


@pytest.mark.parametrize(
    "document", [None, [], {}, {"worlds": []}, {"worlds": {}, "format": 9}, {"worlds": {"groups": 3}}, {"worlds": {}, "notes": "none"}, {"worlds": {}, "people": {"today": 96}}]
)  # fmt: skip
def test_what_is_no_result_is_refused_in_words(document: Any) -> None:
    with pytest.raises(Invalid) as refused:
        results.check_result(document)
    assert re.search(r"[a-z ]{15}", refused.value.sentence)


def reported_of(plan: Plan, result: dict[str, Any]) -> None:
    """The parts of a report that are about the run."""
    lines = comparison.lines_of(result)
    comparison.headlines(lines), report.waits_and_cost(lines), list(report.sensitivity(result))
    report.assumed(plan, result), list(risks.of_run(result))
    if result.get("people"):
        report.people_needed(result["people"])


def test_a_strange_result_is_refused_in_words_or_reported() -> None:
    plan, result = a_plan(**staffed()), a_run() | {"people": people_needed()}
    figures = result["worlds"]["groups"]["figures"]
    result["worlds"]["groups"]["figures"] = {name: figures[name] for name in ("voice_wait_s",)}  # fmt: skip
    result["worlds"]["communities"]["figures"] = result["worlds"]["groups"]["figures"]
    result["differences"] = {"voice_wait_s": result["differences"]["voice_wait_s"]}
    del result["each"]
    reported = 0
    for where, value, document in each_changed(result):
        try:
            results.check_result(document)
        except Invalid as refused:
            if not refused.sentence.endswith("."):
                pytest.fail(f"{where} {value!r}: {refused.sentence}")
            continue
        reported += 1
        try:
            reported_of(plan, document)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            raise AssertionError(f"{where} {value!r}") from error
    assert reported > 300
