"""How many contacts a day brings: a level that drifts, times the weekday, the turn of the month, holidays and special days.

A penalised log-linear fit of the totals of days (generalised linear models: Nelder and Wedderburn 1972; penalties as
priors: Hoerl and Kennard 1970). A day's variance is its Poisson noise and a share `phi` of its square, so days of 30,000
contacts and of 3 are fitted by the same rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from coterie.planning.demand.model import WEEK, Bools, Calendar, Floats, Series
from coterie.planning.demand.penalised import solve

TREND_WEEKS, TREND_SHARE, TREND_DAMPING = 8, 0.25, 0.8
"""A quarter of what the level changed in the last eight weeks goes on, and of that each week four fifths of the one before."""
MOST_TREND: Final = 0.02
"""What a week's trend is at most: what grows faster doesn't go on so for long."""
WEEKDAY_SD, SPECIAL_SD, AFTER_SD, TURN_SD, YEAR_SD = 1.0, 0.5, 0.2, 0.1, 0.1
TURNS: Final = (-2, -1, 1, 2, 3)
"""The days of the turn of the month: open days counted from its end and from its beginning."""
LONG: Final = 540
"""Days from which on a history shows the seasons of a year."""
CLOSED: Final = 10.0
"""A day without a single contact where so many are usual is no quiet day: we were closed, or the log has a gap."""
HOLIDAY_WEIGHT: Final = 1.0
"""How many days the assumption that a holiday is like the quietest weekday is worth."""


@dataclass(frozen=True, slots=True)
class Days:
    """A fitted model of days. `open`: the weekdays that have contacts, Monday first."""

    first: date
    known: int
    calendar: Calendar
    open: Bools
    names: tuple[str, ...]
    """Of the special days that are learned."""
    knots: int
    weights: Floats
    holiday: float
    phi: float
    """The variance of a day beyond Poisson noise, as a share of its square."""

    @property
    def drift(self) -> float:
        """What the level changes in the first week to come, in logarithms: part of what it lately did."""
        level = self.weights[: self.knots]
        if len(level) <= TREND_WEEKS:
            return 0.0
        lately = float(level[-1] - level[-1 - TREND_WEEKS]) / TREND_WEEKS
        return min(max(TREND_SHARE * lately, -MOST_TREND), MOST_TREND)


def fit(series: Series, calendar: Calendar) -> Days:
    """Fit the totals of the days that were seen. Nothing at all gives a model that expects nothing."""
    days = [series.day(place) for place in range(series.days)]
    used, opened = usable(series, days, calendar)
    names = learned(days, calendar)
    knots = max(2, -(-series.days // WEEK) + 1)
    blank = Days(series.first, series.days, calendar, opened, names, knots, np.zeros(0), 1.0, 0.0)
    design = columns(blank, days)
    weights, phi = solve(
        design[used],
        series.totals[used],
        offsets(days, calendar)[used],
        knots,
        precision(blank, design.shape[1]),
    )
    fitted = replace(blank, weights=weights, phi=phi)
    return replace(fitted, holiday=holiday_factor(series, days, fitted))


def usable(series: Series, days: Sequence[date], calendar: Calendar) -> tuple[Bools, Bools]:
    """Which days are fitted, and which weekdays are open at all.

    Holidays are left to a factor of their own.
    """
    totals, weekday = series.totals, np.array([day.weekday() for day in days])
    ordinary = series.seen & np.array([day not in calendar.holidays for day in days])
    opened = np.array([bool((totals[ordinary & (weekday == each)] > 0).any()) for each in range(7)])
    usual = np.array([
        np.median(some) if len(some := totals[ordinary & (weekday == each) & (totals > 0)]) else 0
        for each in range(7)
    ])  # fmt: skip
    silent = (totals == 0) & (usual[weekday] >= CLOSED)
    return ordinary & opened[weekday] & ~silent, opened


def learned(days: Sequence[date], calendar: Calendar) -> tuple[str, ...]:
    """Special days whose factor nobody gave and whose name the history has."""
    known = {calendar.special[day][0] for day in days if day in calendar.special and calendar.special[day][1] is None}  # fmt: skip
    return tuple(sorted(known))


def offsets(days: Sequence[date], calendar: Calendar) -> Floats:
    """The logarithm of the factors that were given."""
    given = [calendar.special.get(day, ("", None))[1] for day in days]
    return np.array([np.log(max(factor, 1e-6)) if factor is not None else 0.0 for factor in given])


def columns(model: Days, days: Sequence[date]) -> Floats:
    """A row of the design for each day: level, weekday, turn of the month, the day after a holiday, special days, season."""
    number = len(days)
    # Later than the last day it stays where that had it.
    at = np.clip(
        [(day - model.first).days / WEEK for day in days], 0, max(0, model.known - 1) / WEEK
    )
    below = np.minimum(at.astype(int), model.knots - 2)
    level = np.zeros((number, model.knots))
    level[np.arange(number), below] = 1 - (at - below)
    level[np.arange(number), below + 1] = at - below
    weekday = np.eye(WEEK)[[day.weekday() for day in days]]
    turn = np.array([[turn_of(day, model) == each for each in TURNS] for day in days], dtype=float)
    after = np.array([[after_holiday(day, model)] for day in days], dtype=float)
    special = np.array(
        [[model.calendar.special.get(day, ("",))[0] == name for name in model.names] for day in days],
        dtype=float,
    ).reshape(number, len(model.names))  # fmt: skip
    parts = [level, weekday, turn, after, special]
    if model.known >= LONG:
        angle = np.array([day.timetuple().tm_yday for day in days]) * 2 * np.pi / 365.25
        parts.append(np.stack([f(k * angle) for k in (1, 2) for f in (np.sin, np.cos)], axis=1))
    return np.hstack(parts)


def turn_of(day: date, model: Days) -> int:
    """Which open day of its month it is: 1, 2, 3 from the beginning, -1, -2 from the end; 0 in between."""
    if not is_open(day, model):
        return 0
    before, after = 1, 1
    other = day - timedelta(1)
    while other.month == day.month and before <= max(TURNS):
        before += is_open(other, model)
        other -= timedelta(1)
    other = day + timedelta(1)
    while other.month == day.month and after <= -min(TURNS):
        after += is_open(other, model)
        other += timedelta(1)
    if before <= max(TURNS):
        return before
    return -after if after <= -min(TURNS) else 0


def is_open(day: date, model: Days) -> bool:
    return bool(model.open[day.weekday()]) and day not in model.calendar.holidays


def after_holiday(day: date, model: Days) -> bool:
    """Whether we were closed or quiet yesterday for a holiday, as we usually are not on that weekday."""
    before = day - timedelta(1)
    away = before in model.calendar.holidays and bool(model.open[before.weekday()])
    return away and is_open(day, model)


def precision(model: Days, width: int) -> Floats:
    """One over the variance that is expected of each effect; nothing of the level, whose steps are estimated."""
    named = [WEEKDAY_SD] * WEEK + [TURN_SD] * len(TURNS) + [AFTER_SD] + [SPECIAL_SD] * len(model.names)  # fmt: skip
    season = [YEAR_SD] * (width - model.knots - len(named))
    return np.append(np.zeros(model.knots), 1 / np.square([*named, *season]))


def holiday_factor(series: Series, days: Sequence[date], fitted: Days) -> float:
    """What a holiday brings of what its weekday would: as those that were seen, and as the quietest weekday until then.

    A source that says nothing of a holiday on an open weekday says that it was closed.
    """
    places = [p for p, day in enumerate(days) if day in fitted.calendar.holidays and fitted.open[day.weekday()]]  # fmt: skip
    usual = ordinary(fitted, days)
    expected, found = usual[places].sum(), series.totals[places].sum()
    each = expected / len(places) if places else float(usual.mean()) or 1.0
    return float((found + HOLIDAY_WEIGHT * each * quietest(fitted)) / (expected + HOLIDAY_WEIGHT * each or 1.0))  # fmt: skip


def quietest(fitted: Days) -> float:
    """The quietest weekday over the mean of those that are open; 0 where one is closed."""
    if not fitted.open.all():
        return 0.0
    factors = np.exp(fitted.weights[fitted.knots : fitted.knots + WEEK])
    return float(factors.min() / factors.mean())


def ordinary(model: Days, days: Sequence[date]) -> Floats:
    """What these days would bring if none of them were a holiday."""
    if not model.open.any():
        return np.zeros(len(days))
    opened = model.open[[day.weekday() for day in days]]
    eta = columns(model, days) @ model.weights + offsets(days, model.calendar) + ahead(model, days)
    return np.asarray(np.where(opened, np.exp(np.clip(eta, -12, 25)), 0.0))


def plain(model: Days, days: Sequence[date]) -> Floats:
    """What these days would bring if they were like any other of their weekday: no holiday, no turn of a month, nothing special."""
    if not model.open.any():
        return np.zeros(len(days))
    design = columns(model, days)
    odd = model.knots + WEEK
    design[:, odd : odd + len(TURNS) + 1 + len(model.names)] = 0
    eta = design @ model.weights + ahead(model, days)
    return np.asarray(np.where(model.open[[day.weekday() for day in days]], np.exp(eta), 0.0))


def ahead(model: Days, days: Sequence[date]) -> Floats:
    """How far the trend takes the level by each day, damped (Gardner and McKenzie 1985)."""
    weeks = np.array([max(0, (day - model.first).days - model.known + 1) / WEEK for day in days])
    return np.asarray(model.drift * (1 - TREND_DAMPING**weeks) / (1 - TREND_DAMPING))


def expected(model: Days, days: Sequence[date]) -> Floats:
    """Contacts that each of these days brings."""
    factor = [model.holiday if day in model.calendar.holidays else 1.0 for day in days]
    return np.asarray(ordinary(model, days) * factor)
