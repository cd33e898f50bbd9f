"""Opening hours are read as they are written, and nothing that comes outside them is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planning.headcount.hours import kept_for_opening, opened


def test_hours_are_read() -> None:
    assert opened("Mon-Sun 08:00-20:00").sum() == 168
    found = opened("Mon-Fri 08:00-18:30, Sat 9:00-13:00").reshape(7, 48)
    assert found.sum(axis=1).tolist() == [21, 21, 21, 21, 21, 8, 0]
    assert np.flatnonzero(found[0])[[0, -1]].tolist() == [16, 36]
    assert opened("sat-mon 00:00-24:00").reshape(7, 48).all(axis=1).tolist() == [True, False, False, False, False, True, True]  # fmt: skip


@pytest.mark.parametrize("wrong", ["", "Mo 08:00-20:00", "Mon 8-20", "Mon 08:15-20:00", "Mon 20:00-08:00", "Mon 08:00-24:30", "Xyz-Fri 08:00-09:00"])  # fmt: skip
def test_hours_that_cannot_be_read_are_named(wrong: str) -> None:
    with pytest.raises(Invalid, match="can't be read"):
        opened(wrong)


@given(st.integers(0, 2**16), st.floats(0.02, 1))
def test_no_contact_is_lost(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    is_open, arrivals = rng.random(336) < share, rng.random((3, 336))
    if not is_open.any():
        is_open[100] = True
    during, later = kept_for_opening(arrivals, is_open)
    assert np.allclose((during + later).sum(axis=1), arrivals.sum(axis=1))
    assert not (during + later)[:, ~is_open].any()
    assert (during[:, is_open] == arrivals[:, is_open]).all()


def test_what_comes_at_night_is_served_in_the_four_hours_after_opening() -> None:
    arrivals = np.zeros(336)
    arrivals[40] = 8.0  # Monday at eight in the evening
    _, later = kept_for_opening(arrivals, opened("Mon-Sun 08:00-20:00"))
    assert later[48 + 16 : 48 + 24].tolist() == [1.0] * 8
    assert later.sum() == 8
