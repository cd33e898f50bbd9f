"""What will come, by half-hour, from a log or from counts, and how far such forecasts were off in the past: read, forecast, told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from coterie.exchange.logs import Watch
from coterie.exchange.plan_history import read_history
from coterie.exchange.plan_tables import read_counts, read_special_days
from coterie.kit.errors import Invalid
from coterie.planning.demand.backtest import Past, Wape, backtest, coverage, spreads, wape
from coterie.planning.demand.calendar import calendar
from coterie.planning.demand.ends import Known, known
from coterie.planning.demand.forecast import forecast
from coterie.planning.demand.intervals import NOMINAL, Spread
from coterie.planning.demand.model import WEEK, Calendar, Forecast, Series

LEAST_DAYS = 14
MOST_WEEKS = 52
SHOWN = 0.05
"""Contacts of a day below which a person isn't told of it."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Days:
    """Which days are not like others: whose holidays, and a file of special ones."""

    country: str | None = None
    subdivision: str | None = None
    special: Path | None = None

    def of(self, series: Series, weeks: int) -> Calendar:
        last = series.day(series.days + WEEK * weeks)
        special = read_special_days(self.special) if self.special else None
        return calendar(series.first, last, self.country, self.subdivision, special)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One series, its forecast, and the forecasts of its past."""

    series: Series
    forecast: Forecast
    spreads: list[Spread]
    pasts: list[Past]
    weeks: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """Forecasts by channel, `all` first, what was left out, and what a reader should know of the source."""

    found: Mapping[str, Foreseen]
    ragged: float
    tested: bool
    notes: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        every = self.found[ALL]
        return {
            "from": every.forecast.first,
            "weeks": every.weeks,
            "nominal": NOMINAL,
            "history": {"from": every.series.first, "days": every.series.days, "contacts": every.series.totals.sum(), "left_out": self.ragged},
            "notes": list(self.notes),
            "channels": {name: channel_json(each) for name, each in self.found.items()},
            **({"backtest": {name: tested(each) for name, each in self.found.items()}} if self.tested else {}),
        }  # fmt: skip

    def told(self) -> Iterator[str]:
        every = self.found[ALL]
        yield f"{every.series.totals.sum():,.0f} contacts on {every.series.seen.sum():,} days from {every.series.first} on."
        if self.ragged:
            yield f"{self.ragged:,.0f} contacts at the ends were left out: there the source frays out."
        yield from self.notes
        for name, each in self.found.items():
            yield f"{name}: what is expected each day, and between what a half-hour's contacts lie in {NOMINAL:.0%}"
            yield from days_told(each)
        if self.tested:
            for name, each in self.found.items():
                yield f"{name}: forecasts made from {len(each.pasts)} days of the past, against the same half-hour of the week before"
                yield from test_told(tested(each))


def channel_json(each: Foreseen) -> dict[str, Any]:
    found = each.forecast
    return {
        "learned_from": [spread.learned for spread in each.spreads],
        "days": [
            {
                "day": found.first + timedelta(place),
                "contacts": round(float(mean.sum()), 2),
                "mean": rounded(mean), "low": rounded(low), "high": rounded(high),
            }
            for place, (mean, low, high) in enumerate(zip(found.mean, found.low, found.high, strict=True))
        ],
    }  # fmt: skip


def rounded(row: Any) -> list[float]:
    return [round(float(each), 3) for each in row]


def tested(each: Foreseen) -> dict[str, Any]:
    """How far off it was: over all, by week ahead, and how often the interval held."""
    return {
        "origins": len(each.pasts),
        **scores(wape(each.pasts)),
        "covered": coverage(each.pasts, each.weeks),
        "by_week": [scores(wape([past.week(number) for past in each.pasts])) for number in range(each.weeks)],
    }  # fmt: skip


def scores(found: Wape | None) -> dict[str, float | None]:
    if found is None:
        return {"wape": None, "naive_wape": None, "ratio": None}
    ratio = found.ours / found.naive if found.naive else None
    return {"wape": found.ours, "naive_wape": found.naive, "ratio": ratio}


def days_told(each: Foreseen) -> Iterator[str]:
    found = each.forecast
    for place in range(len(found.mean)):
        day, mean = found.first + timedelta(place), found.mean[place]
        top = int(mean.argmax())
        if mean.sum() >= SHOWN:
            busiest = f"busiest {clock(top)}: {mean[top]:,.1f} ({found.low[place][top]:,.1f} to {found.high[place][top]:,.1f})"
            yield f"  {day:%a %Y-%m-%d}{mean.sum():>12,.1f}   {busiest}"


def clock(half_hour: int) -> str:
    return f"{half_hour // 2:02}:{half_hour % 2 * 30:02}"


def test_told(found: Mapping[str, Any]) -> Iterator[str]:
    for number, week in enumerate(found["by_week"], 1):
        yield f"  week {number} ahead: {score_told(week)}"
    yield f"  all: {score_told(found)}"
    if found["covered"] is not None:
        yield f"  intervals learned from the earlier part held {found['covered']:.1%} of the later part's half-hours"


def score_told(found: Mapping[str, Any]) -> str:
    if found["wape"] is None:
        return "nothing to compare"
    against = f", {found['ratio'] - 1:+.1%}" if found["ratio"] is not None else ""
    return f"{found['wape']:.1%} off, the week before {found['naive_wape']:.1%}{against}"


def foresee(series: Series, days: Calendar, weeks: int) -> Foreseen:
    pasts = backtest(series, days, weeks)
    found = spreads(pasts, weeks)
    return Foreseen(series, forecast(series, days, weeks, found), found, pasts, weeks)


def look_ahead(
    history: Path | None, counts: Path | None, mapping: Path | None, zone: str | None, channel: str,
    days: Days, weeks: int, *, tested: bool, watch: Watch,
) -> Outlook:  # fmt: skip
    """Read one of the two, and forecast all of it and each of its channels."""
    check_weeks(weeks)
    parts, ragged, notes = series_by_channel(history, counts, mapping, zone, channel, watch)
    special = days.of(parts[ALL], weeks)
    found = {}
    for number, (name, series) in enumerate(parts.items(), 1):
        found[name] = foresee(series, special, weeks)
        watch(number, len(parts))
    return Outlook(found, ragged, tested, notes)


def check_weeks(weeks: int) -> None:
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid(f"{weeks} weeks ahead can't be forecast: choose 1 to {MOST_WEEKS}.", "weeks", "weeks")  # fmt: skip


def series_by_channel(
    history: Path | None, counts: Path | None, mapping: Path | None, zone: str | None, channel: str, watch: Watch
) -> tuple[dict[str, Series], float, Sequence[str]]:  # fmt: skip
    if (history is None) == (counts is None):
        raise Invalid("Give either a log (--history) or counts (--counts).", "source")
    if counts is not None:
        stated = long_enough(read_counts(counts, mapping, zone or "UTC"), instants=False)
        return {ALL: stated.series}, stated.ragged, stated.notes
    assert history is not None
    read = read_history(history, mapping, zone, channel, watch, effort=False)
    whole = long_enough(read.contacts.series(read.contacts.channel >= 0), instants=True)
    kept = read.contacts.of(whole.series)
    named = {name: kept.series(kept.channel == at) for at, name in enumerate(kept.channels)}
    found = {name: series for name, series in named.items() if series.totals.any()}
    every = {ALL: whole.series, **(found if len(found) > 1 else {})}
    return every, whole.ragged, [*whole.notes, *read.notes]


def long_enough(series: Series, *, instants: bool) -> Known:
    """What of it a forecast may look at. Raises `Invalid` for less than two weeks."""
    found = known(series, instants=instants)
    whole = found.series
    if whole.days < LEAST_DAYS or not whole.totals.any():
        raise Invalid(f"The contacts cover {whole.days} days from {whole.first} on: a forecast needs two weeks at least.", "short")  # fmt: skip
    return found
