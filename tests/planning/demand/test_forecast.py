"""Forecasts: what was put in is found, odd days don't spoil others, and real calls are met better than by last week's."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.exchange.plan_tables import read_counts
from coterie.kit.errors import Invalid
from coterie.planning.demand.backtest import Past, backtest, coverage, origins_of, spreads, wape
from coterie.planning.demand.calendar import calendar
from coterie.planning.demand.ends import known, trimmed
from coterie.planning.demand.forecast import fit, forecast
from coterie.planning.demand.intervals import Spread, bounds, calibrated, rate_bounds
from coterie.planning.demand.model import Calendar, Floats, Series
from tests.planning.demand.made import MONDAY, SHAPE, WEEKDAYS, made
from tests.recorded import recorded

BANK = recorded("bank_arrivals/calls_per_5min.csv.gz")
NOTHING = Calendar()


def ahead(series: Series, days: int = 14, special: Calendar = NOTHING) -> Floats:
    to_come = [series.day(series.days + place) for place in range(days)]
    return fit(series, special).on(to_come)


def test_a_week_like_all_others_is_forecast_as_it_is() -> None:
    series = made(70, 500)
    expected = made(7, 500).counts
    assert np.allclose(ahead(series, 7), expected, rtol=0.02)
    assert np.allclose(fit(series, NOTHING).typical_week(4), expected, rtol=0.02)


def test_a_level_that_changed_is_followed_in_some_weeks() -> None:
    series = made(140, 500, factor=lambda day: 1.0 if day < 84 else 1.5)
    assert ahead(series, 7).sum() == pytest.approx(made(7, 750).counts.sum(), rel=0.04)


def test_a_trend_goes_on_but_fades() -> None:
    series = made(140, 500, factor=lambda day: 1.01 ** (day / 7))
    weeks = ahead(series, 84).reshape(12, 7, 48).sum(axis=(1, 2))
    steps = weeks[1:] / weeks[:-1]
    assert weeks[0] == pytest.approx(series.counts[-7:].sum() * 1.01, rel=0.015)
    assert 1.0 <= steps[-1] < steps[0] < 1.01
    assert ahead(made(140, 500), 84).sum() == pytest.approx(made(84, 500).counts.sum(), rel=0.02)


@pytest.mark.parametrize("days", [70, 140])
def test_a_holiday_without_contacts_is_expected_without_and_spoils_no_other_day(days: int) -> None:
    closed, to_come = MONDAY + timedelta(21), MONDAY + timedelta(days)
    special = Calendar(holidays={closed: "a", to_come: "b"})
    found = ahead(made(days, 500, factor=lambda day: float(day != 21)), 7, special)
    assert found[0].sum() < 1
    assert found[1:].sum() == pytest.approx(made(7, 500).counts[1:].sum(), rel=0.02)


def test_without_a_holiday_seen_it_is_taken_for_the_quietest_weekday() -> None:
    """One that is closed on Sundays is taken to be closed on a holiday."""
    to_come = MONDAY + timedelta(70)
    assert ahead(made(70, 500), 1, Calendar(holidays={to_come: "x"})).sum() == 0


def test_the_day_after_a_holiday_is_learned() -> None:
    holidays = {MONDAY + timedelta(day): "x" for day in (21, 49, 84)}
    series = made(84, 500, factor=lambda day: 1.4 if day in (22, 50) else float(day not in (21, 49)))  # fmt: skip
    found = ahead(series, 3, Calendar(holidays=holidays))
    assert found[1].sum() == pytest.approx(500 * WEEKDAYS[1] * 1.4, rel=0.06)
    assert found[2].sum() == pytest.approx(500 * WEEKDAYS[2], rel=0.03)


def test_the_turn_of_the_month_is_learned() -> None:
    def factor(day: int) -> float:
        return 1.3 if (MONDAY + timedelta(day)).day == 1 else 1.0

    series = made(359, 500, factor=factor)
    days = [series.day(359 + place) for place in range(60)]
    totals = ahead(series, 60).sum(axis=1)
    firsts = [totals[at] / (500 * WEEKDAYS[day.weekday()]) for at, day in enumerate(days) if day.day == 1 and WEEKDAYS[day.weekday()]]  # fmt: skip
    assert firsts and min(firsts) > 1.12


def test_special_days_have_the_factor_that_was_given_or_learned() -> None:
    special: dict[date, tuple[str, float | None]] = {
        MONDAY + timedelta(day): ("bills", None) for day in (9, 37, 72)
    }
    special[MONDAY + timedelta(73)] = ("advertisement", 2.0)
    series = made(70, 500, factor=lambda day: 1.5 if day in (9, 37) else 1.0)
    found = ahead(series, 5, Calendar(special=special)).sum(axis=1)
    assert found[2] == pytest.approx(500 * WEEKDAYS[2] * 1.5, rel=0.06)
    assert found[3] == pytest.approx(500 * WEEKDAYS[3] * 2.0, rel=0.03)
    assert found[4] == pytest.approx(500 * WEEKDAYS[4], rel=0.03)


@pytest.mark.parametrize("seen", [True, False])
def test_a_gap_in_the_log_is_no_quiet_time(seen: bool) -> None:
    """Whether the source says that there was nothing, or says nothing."""
    series = made(70, 500, factor=lambda day: float(not 40 <= day < 47))
    days = np.ones(70, dtype=bool)
    days[40:47] = seen
    series = Series(series.first, series.counts, days)
    assert ahead(series, 7).sum() == pytest.approx(made(7, 500).counts.sum(), rel=0.03)


def test_one_day_far_off_moves_the_forecast_little() -> None:
    series = made(70, 500, factor=lambda day: 8.0 if day == 66 else 1.0)
    assert ahead(series, 7).sum() == pytest.approx(made(7, 500).counts.sum(), rel=0.12)


def test_the_seasons_of_a_year_are_seen_when_there_are_two() -> None:
    def factor(day: int) -> float:
        return float(1 + 0.3 * np.sin(2 * np.pi * day / 365.25))

    series = made(800, 500, factor=factor)
    week = ahead(series, 182)[175:182].sum()
    wanted = made(7, 500 * factor(800 + 178)).counts.sum()
    assert abs(week / wanted - 1) < 0.12
    assert abs(series.counts[-7:].sum() / wanted - 1) > 0.25


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 120), st.floats(0, 3000), st.integers(0, 2**20),
    st.lists(st.integers(0, 119), max_size=30), st.integers(1, 5),
)  # fmt: skip
def test_whatever_the_history_a_forecast_is_a_number_within_its_bounds(
    days: int, total: float, seed: int, unseen: list[int], weeks: int
) -> None:
    series = made(max(1, days), total, seed=seed)
    seen = np.array([day not in unseen for day in range(series.days)])
    series = Series(series.first, series.counts * seen[:, None], seen)
    found = forecast(series, calendar(series.first, series.day(series.days + 40), "AU", "NSW"), weeks, [Spread()])  # fmt: skip
    assert np.isfinite(found.mean).all() and np.isfinite(found.high).all()
    assert (found.low >= 0).all() and (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    assert found.mean.max(initial=0.0) <= 20 * max(1.0, series.counts.max(initial=0.0))
    assert (found.mean[[day.weekday() == 6 for day in dates(found.first, len(found.mean))]] == 0).all()  # fmt: skip


def dates(first: date, number: int) -> list[date]:
    return [first + timedelta(place) for place in range(number)]


@settings(max_examples=8, deadline=None)
@given(st.floats(2, 40), st.integers(0, 10_000))
def test_a_sparse_series_keeps_its_total_and_its_intervals_hold(total: float, seed: int) -> None:
    """Some contacts a day: next to nothing in a half-hour."""
    series = made(140, total, seed=seed)
    mean = ahead(series.until(112), 28)
    usual = total * WEEKDAYS.sum() * 4
    assert abs(mean.sum() - usual) < 5 * np.sqrt(usual) + 0.1 * usual
    found = coverage(backtest(series, NOTHING, 2), 2)
    assert found is not None and found > 0.85


def test_intervals_hold_nine_of_ten_where_days_differ_by_more_than_chance() -> None:
    """Of made series, each with its own noise of days, learned from its earlier part and asked of its later part."""
    rng = np.random.default_rng(5)
    held = []
    for seed in range(12):
        noise = np.exp(rng.normal(0, 0.1, 200))
        series = made(196, 800, seed=seed, factor=lambda day, noise=noise: float(noise[day]))  # type: ignore[misc]
        held.append(coverage(backtest(series, NOTHING, 2), 2))
    found = [each for each in held if each is not None]
    assert len(found) == 12
    assert 0.87 <= np.mean(found) <= 0.96


def test_a_rate_is_surer_than_the_contacts_that_come() -> None:
    mean = np.array([0.5, 5.0, 500.0])
    spread = Spread(0.01, -1.5, 1.5)
    (low, high), (rate_low, rate_high) = bounds(mean, spread), rate_bounds(mean, spread)
    assert (low <= rate_low).all() and (rate_high <= high).all()
    assert (rate_high / mean).round(6).tolist() == [1.15, 1.15, 1.15]


def test_too_few_errors_teach_nothing() -> None:
    assert calibrated(np.ones(50), np.ones(50)).learned == 0
    assert calibrated(np.ones(500), np.ones(500)).learned == 500


def test_ragged_ends_are_cut_and_nothing_else() -> None:
    whole = made(140, 500)
    counts = whole.counts.copy()
    counts[:14] *= 0.01
    counts[98:] *= 0.002
    kept, left_out = trimmed(Series(whole.first, counts, whole.seen))
    assert (kept.first, kept.days) == (MONDAY + timedelta(14), 84)
    assert left_out == pytest.approx(counts[:14].sum() + counts[98:].sum())
    kept, left_out = trimmed(whole)
    assert (kept.days, left_out) == (140, 0)


@pytest.mark.parametrize("days", [14, 17, 28, 35, 60])
def test_a_log_from_mid_day_to_mid_day_is_no_lower_than_one_of_whole_days(days: int) -> None:
    """A hundred a day; the first from 15:00 on, the last until 10:00."""
    flat, found = np.full(48, 1 / 48), []
    for seed in range(12):
        draw = np.random.default_rng(seed)
        counts = draw.poisson(100 * np.tile(flat, (days, 1))).astype(np.float64)
        counts[0, :30] = counts[-1, 20:] = 0
        log = known(Series(MONDAY, counts, np.ones(days, dtype=bool)), instants=True)
        assert (~log.series.seen).nonzero()[0].tolist() == [0, log.series.days - 1]
        found.append(fit(log.series, NOTHING).typical_week(1).sum() / 700)
    assert np.mean(found) == pytest.approx(1, abs=0.05)
    assert [note[:16] for note in log.notes] == ["The log begins w", "The log ends wit"]
    assert "15:00" in log.notes[0] and "10:00" in log.notes[1]


def test_whole_days_at_the_ends_of_a_log_stay_seen() -> None:
    """Also those that begin late by chance, are of a weekday that is shut, or stand in counts, which say zero where none came."""
    for seed in range(5):
        for total in (2, 30, 500):
            log = made(40, total, seed=seed)
            assert known(log, instants=True).series.seen[[0, -1]].all()
    counts = made(40, 500).counts.copy()
    counts[0, :30] = 0
    assert known(Series(MONDAY, counts, np.ones(40, dtype=bool)), instants=False).series.seen.all()


def far(days: int, first: int, last: int = 0) -> Series:
    """Days of 500, with three contacts long before and five long after them."""
    counts = np.vstack([np.zeros((first, 48)), made(days, 500).counts, np.zeros((last, 48))])
    counts[0, 0] += 3 * (first > 0)
    counts[-1, 0] += 5 * (last > 0)
    return Series(MONDAY - timedelta(first), counts, np.ones(len(counts), dtype=bool))


def test_dates_that_stand_for_none_are_left_out_and_told() -> None:
    found = known(far(84, 19_800, 3_000), instants=True)
    assert (found.series.first, found.series.days, found.ragged) == (MONDAY, 83, 0)
    assert found.notes == [
        f"Contacts on {MONDAY - timedelta(19_800)} are left out (3): more than 8 weeks without any part them from the others, as with dates that stand for none.",
        f"Contacts on {MONDAY + timedelta(3_083)} are left out (5): more than 8 weeks without any part them from the others, as with dates that stand for none.",
    ]
    assert known(far(84, 21, 21), instants=True).notes == []


def test_a_fit_looks_at_three_years_at_most() -> None:
    log = made(5 * 365, 20)
    found = known(log, instants=True)
    assert found.series.days == 3 * 364 and found.series.day(3 * 364) == log.day(log.days)
    assert "last three years" in found.notes[0]
    assert known(made(1092, 20), instants=True).notes == []
    few = far(84, 19_800)
    few.counts[0, 0] = 5_000
    assert known(few, instants=True).series.first == MONDAY


def test_what_came_the_week_before_is_compared_fairly() -> None:
    """The last week that is known by then; where its day was not seen, the week before that."""
    series = made(42, 500, factor=lambda day: 1.0 + day)
    seen = np.ones(42, dtype=bool)
    seen[21] = False
    past = backtest(Series(series.first, series.counts, seen), NOTHING, 2, [28])[0]
    assert past.naive[0].tolist() == series.counts[14].tolist()
    assert past.naive[1].tolist() == series.counts[22].tolist()
    assert past.naive[8].tolist() == series.counts[22].tolist()


def test_errors_are_counted_over_contacts_of_days_that_were_seen() -> None:
    seen = np.array([True, False])
    past = Past(np.full((2, 48), 2.0), np.full((2, 48), 3.0), np.full((2, 48), 1.0), seen)
    found = wape([past])
    assert found and (found.ours, found.naive, found.contacts) == (0.5, 0.5, 96)
    assert wape([Past(past.actual * 0, past.mean, past.naive, seen)]) is None


def test_origins_meet_every_weekday_and_leave_something_to_learn_from() -> None:
    for days in (20, 34, 126, 400, 2000):
        origins = origins_of(Series(MONDAY, np.zeros((days, 48)), np.ones(days, dtype=bool)))
        assert all(21 <= origin <= days - 7 for origin in origins)
        assert len(origins) < 45
        assert days < 60 or len({origin % 7 for origin in origins}) == 7


def test_what_no_calendar_knows_is_named() -> None:
    with pytest.raises(Invalid, match="XX"):
        calendar(MONDAY, MONDAY, "XX")
    with pytest.raises(Invalid, match="ZZ is no subdivision of AU"):
        calendar(MONDAY, MONDAY, "AU", "ZZ")
    with pytest.raises(Invalid, match="NSW needs its country"):
        calendar(MONDAY, MONDAY, None, "NSW")
    found = calendar(date(2025, 1, 1), date(2025, 12, 31), "AU", "NSW").holidays
    assert date(2025, 12, 25) in found and date(2025, 3, 3) not in found


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Series:
    if BANK is None:
        pytest.skip("bank_arrivals is not on this machine")
    mapping: Path = tmp_path_factory.mktemp("bank") / "bank.toml"
    mapping.write_text('[columns]\ntime = "DateTime"\ncontacts = "Calls"\n')
    return read_counts(BANK, mapping, "UTC")


def test_calls_of_a_bank_are_met_a_tenth_better_than_by_the_week_before(bank: Series) -> None:
    """From days of June to August, one to four weeks ahead. The method's constants were chosen on March to May."""
    special = calendar(bank.first, bank.day(bank.days + 28), "US")
    june = (date(2003, 6, 1) - bank.first).days
    pasts = backtest(bank, special, 4, range(june, bank.days - 7, 3))
    for part in (pasts, *([past.week(week) for past in pasts] for week in range(4))):
        found = wape(part)
        assert found and found.ours < 0.9 * found.naive


def test_intervals_for_the_bank_hold_what_came(bank: Series) -> None:
    """Learned from what was known at each origin of June to August, nothing later."""
    special = calendar(bank.first, bank.day(bank.days + 28), "US")
    june = (date(2003, 6, 1) - bank.first).days
    held = number = 0
    for origin in range(june, bank.days - 7, 9):
        known = bank.until(origin)
        found = forecast(known, special, 4, spreads(backtest(known, special, 4), 4))
        until = min(28, bank.days - origin)
        some = bank.seen[origin : origin + until, None] & (found.mean[:until] > 0)
        actual = bank.counts[origin : origin + until]
        held += int(((actual >= found.low[:until]) & (actual <= found.high[:until]))[some].sum())
        number += int(some.sum())
    assert 0.86 <= held / number <= 0.97


def test_the_shape_of_a_day_is_found() -> None:
    assert np.allclose(fit(made(70, 500), NOTHING).profiles[0], SHAPE, atol=1e-9)
