"""The week that a twin assumes: who is on while it is open, in proportion to what is asked, and nobody works too much."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.twin.world.shifts import DAYS, SLOTS_A_DAY, WORKDAYS, people_of, week_of
from tests.twin.operations import WEEK

LENGTH = 13
EIGHT_TO_EIGHT = np.array(WEEK)


def cover_of(made: Any, length: int = LENGTH) -> Any:
    """(7, 48) people on."""
    cover = np.zeros((DAYS, SLOTS_A_DAY))
    for day, start in made:
        cover[day, start : start + length] += 1
    return cover


def asked_of(wanted: Any, people: int) -> Any:
    """(7, 48): the same half-hours in proportion to what is asked."""
    return (wanted * people * WORKDAYS * LENGTH / wanted.sum()).reshape(DAYS, SLOTS_A_DAY)


@pytest.mark.parametrize("people", [1, 2, 5, 24, 45, 200])
def test_nobody_is_on_before_opening_or_after_closing(people: int) -> None:
    cover = cover_of(week_of(people, EIGHT_TO_EIGHT, LENGTH))
    assert cover[:, :16].sum() == cover[:, 40:].sum() == 0


@pytest.mark.parametrize("people", [24, 45, 200])
def test_mornings_and_evenings_have_people_in_proportion_to_what_is_asked(people: int) -> None:
    """All shifts meet at noon, so the ends of a day have a bit less than their share; neither has much less than the other."""
    cover, asked = cover_of(week_of(people, EIGHT_TO_EIGHT, LENGTH)), asked_of(EIGHT_TO_EIGHT, people)  # fmt: skip
    for day in range(DAYS):
        for some in (slice(16, 20), slice(32, 36), slice(36, 40)):
            assert 0.8 <= cover[day, some].sum() / asked[day, some].sum() <= 1.15, (day, some)
        assert cover[day].sum() == pytest.approx(asked[day].sum(), rel=0.12)


def test_a_short_saturday_is_covered_though_shifts_are_longer() -> None:
    week = EIGHT_TO_EIGHT.reshape(DAYS, SLOTS_A_DAY).copy()
    week[5:] = 0.0
    week[5, 18:26] = 1.0
    wanted = week.ravel()
    cover, asked = cover_of(week_of(40, wanted, LENGTH)), asked_of(wanted, 40)
    assert (cover[5, 18:26] >= 0.6 * asked[5, 18:26]).all()
    assert cover[6].sum() == cover[:5, :16].sum() == cover[:5, 40:].sum() == 0


@given(st.integers(1, 12), st.lists(st.sampled_from([0.0, 0.1, 1.0, 3.0]), min_size=336, max_size=336).filter(any), st.integers(1, 20))  # fmt: skip
def test_everybody_works_five_days_a_week_one_shift_a_day(people: int, wanted: list[float], length: int) -> None:  # fmt: skip
    made = week_of(people, np.array(wanted), length)
    assert len(made) == people * WORKDAYS
    assert (made[:, 1] >= 0).all() and (made[:, 1] + length <= SLOTS_A_DAY).all()
    assert ((people_of(people, made) >= 0).sum(1) == WORKDAYS).all()
