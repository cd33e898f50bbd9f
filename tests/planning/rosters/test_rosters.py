"""Rosters keep their rules, whatever the week: counted anew by hand here, and by `rules.breaches`."""

import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.rosters.assign import assign
from coterie.planning.rosters.cover import cover
from coterie.planning.rosters.document import as_json, half_hours, read_roster
from coterie.planning.rosters.fairness import fairness
from coterie.planning.rosters.linear import Linear, relaxed, whole
from coterie.planning.rosters.making import make_roster
from coterie.planning.rosters.model import DAY, Frame, Person, Roster, Rules, Shift, Wish
from coterie.planning.rosters.rules import breaches
from coterie.planning.rosters.swaps import check_swap, swapped
from tests.planning.rosters.frames import MONDAY, frame

SLOW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def quick(wanted: Frame) -> Roster:
    return make_roster(wanted, tries=20_000)


MADE = quick(frame(1))


@SLOW
@given(st.integers(0, 10_000), st.sampled_from([Rules(), Rules(days_in_a_row=3, rest=24)]))
def test_every_roster_keeps_every_rule(seed: int, rules: Rules) -> None:
    wanted = frame(seed, rules=rules)
    made = quick(wanted)
    assert breaches(made) == []
    by_hand(made)


def by_hand(roster: Roster) -> None:
    """The same rules in other words: everything is expanded to half-hours of people."""
    wanted = roster.frame
    there: Counter[int] = Counter()
    work: dict[str, set[int]] = defaultdict(set)
    for shift in roster.shifts:
        span = set(range(shift.begins, shift.ends))
        assert not span & work[shift.person]
        assert shift.day not in wanted.off(shift.person)
        work[shift.person] |= span
        there.update(span - ({shift.begins + shift.pause} if shift.pause is not None else set()))
    assert all(there[at] >= many for at, many in enumerate(wanted.positions))
    for person in wanted.people:
        mine = [shift for shift in roster.shifts if shift.person == person.ref]
        assert sum((shift.length - (shift.length > 10)) / 2 for shift in mine) <= person.hours
        assert len(mine) <= person.days
        for at in sorted(work[person.ref]):
            if at + 1 not in work[person.ref]:
                assert not set(range(at + 1, at + 1 + wanted.rules.rest)) & work[person.ref]
        row = wanted.rules.days_in_a_row
        days = {shift.day for shift in mine}
        assert all(any(day + n not in days for n in range(row + 1)) for day in range(7))


def test_the_same_seed_makes_the_same_roster() -> None:
    assert quick(frame(1)).shifts == MADE.shifts


def test_the_second_week_keeps_rest_and_rows_of_the_first() -> None:
    made = quick(frame(7, weeks=2, rules=Rules(days_in_a_row=4)))
    assert breaches(made) == []
    first = [shift for shift in made.shifts if shift.day < 7]
    later = replace(made.frame, weeks=1, positions=made.frame.positions[:336], leave={}, wishes=(), before=tuple(replace(s, day=s.day - 7) for s in first))  # fmt: skip
    assert breaches(quick(later)) == []


@SLOW
@given(st.integers(0, 10_000))
def test_no_roster_is_cheaper_than_the_bound(seed: int) -> None:
    """The bound of the cover holds for what was made in one go with everything else, too."""
    wanted = frame(seed)
    bound = cover(wanted, 0, short=False)
    assert bound is not None and bound.proof.bound <= bound.proof.cost
    assigned = assign(wanted, 0, bound, tries=20_000)
    assert not assigned.missing
    assert bound.proof.bound <= assigned.proof.cost + 1e-6
    assert assigned.proof.bound <= assigned.proof.cost + 1e-6


def test_a_cover_that_can_be_counted_by_hand_is_the_least() -> None:
    """Eight half-hours for two positions: two shifts of four hours, and nothing shorter exists."""
    positions = tuple(2 if 20 <= at < 28 else 0 for at in range(336))
    found = cover(Frame(MONDAY, 1, positions, ()), 0, short=False)
    assert found is not None
    assert (found.proof.cost, found.proof.bound, sum(found.shapes.values())) == (8.0, 8.0, 2)


def test_what_cannot_be_covered_is_named() -> None:
    people = (Person("ana", days=5), Person("ben", days=5, latest=28))
    positions = tuple(2 if 28 <= at % DAY < 36 and at < 5 * DAY else 0 for at in range(336))
    with pytest.raises(Invalid, match=r"Mon 2026-12-07 at 14:00, where 1 of 2 are missing. 1 may work then: contracts of 1 don't allow it"):  # fmt: skip
        make_roster(Frame(MONDAY, 1, positions, people))


def test_contracts_that_hold_too_few_hours_are_named() -> None:
    people = (Person("ana", hours=20.0), Person("ben", hours=20.0))
    positions = tuple(1 if 16 <= at % DAY < 36 else 0 for at in range(336))
    with pytest.raises(Invalid, match="Contracts, less leave, hold 40 hours; 70 are needed"):
        make_roster(Frame(MONDAY, 1, positions, people))


def test_leave_is_named_and_short_writes_the_gaps() -> None:
    people = (Person("ana"), Person("ben"))
    positions = tuple(1 if 16 <= at < 32 else 0 for at in range(336))
    away = Frame(MONDAY, 1, positions, people, {"ana": frozenset({0}), "ben": frozenset({0})})
    with pytest.raises(Invalid, match="2 are on leave"):
        make_roster(away)
    gaps = [each for each in breaches(make_roster(away, short=True)) if each.rule == "cover"]
    assert sum(each.missing for each in gaps) == 16


def test_who_speaks_a_language_is_always_there() -> None:
    rules = Rules(present={"language:vi": 1})
    made = quick(frame(3, rules=rules))
    able = {person.ref for person in made.frame.people if "language:vi" in person.can}
    assert able and breaches(made) == []
    without = tuple(shift for shift in made.shifts if shift.person not in able)
    assert any(each.rule == "present" for each in breaches(replace(made, shifts=without)))


def test_a_wish_for_a_day_off_is_granted_where_others_can_work() -> None:
    free = replace(frame(1), wishes=(Wish("p03", 2, "off", 5),))
    made = quick(free)
    assert fairness(made).granted == 1
    assert not any(shift.person == "p03" and shift.day == 2 for shift in made.shifts)


@pytest.mark.parametrize("rule", ["rest", "pause", "contract", "leave", "row", "cover"])
def test_a_broken_rule_is_found(rule: str) -> None:
    """Otherwise no roster would prove anything."""
    long = next(shift for shift in MADE.shifts if shift.pause is not None)
    others = tuple(shift for shift in MADE.shifts if shift.person != long.person)
    broken = {
        "rest": (*others, replace(long, day=0, start=30), replace(long, day=1, start=16)),
        "pause": (*others, replace(long, pause=0)),
        "contract": (*others, *(replace(long, day=day) for day in range(6))),
        "leave": MADE.shifts,
        "row": (*others, *(replace(long, day=day) for day in range(7))),
        "cover": others[: len(others) // 2],
    }[rule]
    away = replace(MADE.frame, leave={long.person: frozenset({long.day})}) if rule == "leave" else MADE.frame  # fmt: skip
    assert rule in {each.rule for each in breaches(replace(MADE, frame=away, shifts=broken))}


@given(st.data())
def test_a_swap_is_allowed_exactly_where_nothing_new_breaks(data: st.DataObject) -> None:
    shift = data.draw(st.sampled_from(MADE.shifts))
    other = data.draw(st.sampled_from([p.ref for p in MADE.frame.people if p.ref != shift.person]))
    day = data.draw(st.sampled_from([shift.day, *range(7)]))
    no = check_swap(MADE, shift.person, other, shift.day, day)
    after = swapped(MADE, shift.person, other, shift.day, day)
    assert (no == "") == (breaches(after) == [])
    assert no == "" or no in {each.sentence for each in breaches(after)}


def test_a_swap_that_says_no_says_why() -> None:
    people = (Person("ana", "Ana"), Person("ben", "Ben"))
    shifts = (Shift("ana", 0, 28, 16, 8), Shift("ben", 1, 16, 16, 8))
    roster = Roster(Frame(MONDAY, 1, (0,) * 336, people), shifts)
    assert check_swap(roster, "ben", "ana", 1, 1) == "Ana would have 10 hours between the shift of Mon 2026-12-07 and that of Tue 2026-12-08; 11 are the rule."  # fmt: skip
    assert check_swap(roster, "ana", "ben", 0, 1) == ""
    assert "none of the people" in check_swap(roster, "ana", "cleo", 0)
    assert "Neither works" in check_swap(roster, "ana", "ben", 4)
    assert "two people" in check_swap(roster, "ana", "ana", 0)


def test_swaps_are_checked_without_a_solver() -> None:
    """A page may check a swap: the server loads neither OR-tools nor numpy."""
    asked = "import sys, coterie.planning.rosters.swaps, coterie.planning.rosters.document; sys.exit(any(m in sys.modules for m in ('ortools', 'numpy', 'icalendar')))"  # fmt: skip
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_what_is_written_is_read_again() -> None:
    again = read_roster(as_json(MADE, "c01", "UTC"))
    assert sorted(again.shifts, key=str) == sorted(MADE.shifts, key=str)
    assert again.frame.people == MADE.frame.people and again.frame.rules == MADE.frame.rules
    assert again.frame.wishes == MADE.frame.wishes and again.frame.leave == MADE.frame.leave


@pytest.mark.parametrize("broken", [[], {"format": 1}, {"format": 1, "shifts": []}])
def test_what_is_no_roster_is_refused(broken: object) -> None:
    with pytest.raises(Invalid, match="roster"):
        read_roster(broken)


@pytest.mark.parametrize("written", ["8", "08:15", "25:00", "ab:00", ""])
def test_a_time_that_is_no_half_hour_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        half_hours(written)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=1, max_size=5), st.integers(1, 30))  # fmt: skip
def test_whole_numbers_never_cost_less_than_the_relaxed_answer(things: list[tuple[int, int]], need: int) -> None:  # fmt: skip
    model = Linear()
    numbers = [model.variable(30, cost) for _, cost in things]
    model.keep([(number, gives) for number, (gives, _) in zip(numbers, things, strict=True)], need)
    bound, answer = relaxed(model), whole(model, seed=0, gap=0.0, effort=1.0)
    best = min(cost / gives for gives, cost in things) * need
    assert bound is not None and answer is not None
    assert bound[0] == pytest.approx(best) and answer.cost >= bound[0] - 1e-6
