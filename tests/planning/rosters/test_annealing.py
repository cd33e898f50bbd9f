"""What is annealed is what is counted: the arrays' costs against prices counted shift by shift, and a week known by hand."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.peers.roster import solved
from coterie.planning.rosters.annealing import Schedule, anneal
from coterie.planning.rosters.arrays import arrays, nobody, shapes_in, shifts_of
from coterie.planning.rosters.assign import assign
from coterie.planning.rosters.cover import Cover, cover
from coterie.planning.rosters.model import DAY, Frame, Person, Rules
from coterie.planning.rosters.nameless import nameless
from coterie.planning.rosters.prices import CENT, price
from coterie.planning.rosters.shapes import served, wanted_in
from coterie.planning.rosters.state import cost_of
from tests.planning.rosters.frames import MONDAY, frame

SLOW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(st.integers(0, 10_000), st.integers(0, 30_000))
def test_what_was_saved_is_what_is_counted_by_hand(seed: int, tries: int) -> None:
    """Thousands of small changes, each with its own difference, end where a count from the beginning does."""
    wanted = frame(seed)
    shapes = shapes_in(wanted, 0)
    fixed = arrays(wanted, 0, {}, shapes)
    state = nobody(fixed)
    before = sum(cost_of(fixed, state, at) for at in range(len(wanted.people)))
    before += fixed.short * sum(wanted_in(wanted, 0).values())
    saved = anneal(fixed, state, Schedule((80.0, 2.0), tries), seed)
    shifts = list(shifts_of(wanted, 0, shapes, state))
    there = served(shifts)
    missing = sum(max(0, many - there.get(at, 0)) for at, many in wanted_in(wanted, 0).items())
    assert before - saved == pytest.approx(CENT * price(wanted, 0, shifts, {}, shapes) + fixed.short * missing)  # fmt: skip


def test_a_week_that_can_be_counted_by_hand_is_named_for_the_least() -> None:
    """Four hours on each of five days for one of two: as cheap as CP-SAT knows to make it."""
    positions = tuple(1 if 16 <= at % DAY < 24 and at < 5 * DAY else 0 for at in range(336))
    wanted = Frame(MONDAY, 1, positions, (Person("ana", hours=20.0), Person("ben", hours=20.0)))
    found = assign(wanted, 0, made(wanted), tries=20_000)
    assert not found.missing
    least = solved(wanted, 0, made(wanted), effort=5.0)
    assert least is not None
    assert found.proof.cost == pytest.approx(least.proof.cost)


def made(wanted: Frame) -> Cover:
    found = cover(wanted, 0, short=False)
    assert found
    return found


def test_a_bound_holds_where_contracts_hold_more_than_is_wanted() -> None:
    """More of a shape than positions want may be cheaper than hours that contracts miss."""
    positions = tuple(1 if 16 <= at % DAY < 24 and at < 5 * DAY else 0 for at in range(336))
    people = tuple(Person(f"p{n}", hours=20.0, days=5) for n in range(6))
    wanted = replace(Frame(MONDAY, 1, positions, people), rules=Rules(under=0))
    covered = made(wanted)
    assigned = assign(wanted, 0, covered, tries=20_000)
    assert covered.proof.bound <= assigned.proof.cost + 1e-6


@settings(SLOW, max_examples=3)
@given(st.integers(0, 10_000), st.booleans())
def test_a_nameless_cover_fills_every_position(seed: int, named: bool) -> None:
    wanted = frame(seed) if named else replace(frame(seed), people=(), leave={}, wishes=())
    found = nameless(wanted, 0, None, seed)
    assert found
    there: Counter[int] = Counter()
    for (day, shape), many in found.shapes.items():
        for at in range(day * DAY + shape.start, day * DAY + shape.end):
            there[at] += many
    assert all(there[at] >= many for at, many in enumerate(wanted.positions))
    assert made(wanted).proof.bound <= found.cost / 2 + 1e-6
