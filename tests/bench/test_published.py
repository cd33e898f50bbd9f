"""The page of published results says what was found: every figure, every verdict by its rule, nothing that was not lived."""

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.published.claims import HELD, claims
from benchmarks.published.findings import MOVED, SOUGHT, VARIANTS, WHOLE, Findings, Size
from benchmarks.published.operator import operator
from benchmarks.published.page import page
from coterie.twin.comparing import compared
from coterie.twin.scenario import Scenario
from tests.planning.made_up import people_needed

SIZE = Size(communities=2, replications=2, small=2, few=2, days=15)
REFUSED = "80.0% of calls answered within the promise is not reached."


@pytest.fixture(scope="module")
def found() -> Findings:
    scenario: Scenario = operator(SIZE.communities, SIZE.days)
    result = compared(scenario, 1, 2, lambda done, total: None)
    people: dict[tuple[str, str], Any] = {(name, held): people_needed() for name in SOUGHT for held in HELD}  # fmt: skip
    bars = {name: [{"assumption": f"a{k}", "plain": 0.5, "low": -k, "high": k} for k in range(4)] for name in MOVED}  # fmt: skip
    variants = dict.fromkeys([*VARIANTS, "solved in 70%"], result)
    return Findings(SIZE, scenario, result, variants, people, dict.fromkeys(WHOLE, (0.857, 0.874)), bars, 0.0)  # fmt: skip


def cost_verdict(found: Findings) -> str:
    return next(verdict for claim, _, verdict in claims(found) if "cost to serve" in claim)


def test_the_page_says_what_was_found(found: Findings) -> None:
    text = page(found, "28 November 2026")
    rate = found.whole["worlds"]["groups"]["figures"]["transfer_rate"]["value"]
    assert f"| transfer rate | {100 * rate:.1f}% |" in text
    assert "| people | 96 | 103 | +7 (+5 to +10) |" in text
    assert "2 communities of 45 people" in text and "+7.7% (+5.4% to +10.0%)" in text
    assert "while it is closed" not in text


def test_it_is_said_where_calls_given_up_take_the_people(found: Findings) -> None:
    people = {(name, held): people_needed(held=held) for name, held in found.people}
    assert "no more calls may be given up" not in page(found, "today")
    assert page(replace(found, people=people), "today").count("no more calls may be given up") == 1


def test_calls_at_night_are_spoken_of_where_there_are_any(found: Findings) -> None:
    assert "7.8% of calls" in page(replace(found, closed=0.078), "today")


def test_a_service_that_is_not_reached_is_said_to_be_that(found: Findings) -> None:
    people = {**found.people, ("whole", "calls"): REFUSED}
    text = page(replace(found, people=people), "today")
    assert f"Not reached: {REFUSED}" in text and f"| not reached | {REFUSED} |" in text


@pytest.mark.parametrize(
    ("variant", "held", "verdict"),
    [
        (None, None, "no"),
        ("whole", "answers", "yes with answers held, no otherwise"),
        ("for communities", "calls", "no; only for a smaller operator with assumptions moved"),
    ],
)
def test_cost_is_reached_where_it_falls_so_far(found: Findings, variant: str | None, held: str | None, verdict: str) -> None:  # fmt: skip
    people: dict[Any, Any] = dict(found.people)
    if variant:
        cheaper = people_needed()
        cheaper["relative"]["cost_per_solved"]["value"] = -0.14
        people[variant, held] = cheaper
    assert cost_verdict(replace(found, people=people)) == verdict
