"""How far forecasts of recorded calls are off, over how far the same half-hour of the week before is, by weeks ahead."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import uvloop

from benchmarks.report import Ratio, Report
from coterie.exchange.plan_tables import read_counts
from coterie.planning.demand.backtest import backtest, spreads, wape
from coterie.planning.demand.calendar import calendar
from coterie.planning.demand.forecast import forecast
from coterie.planning.demand.intervals import NOMINAL
from coterie.planning.demand.model import HALF_HOURS, WEEK, Calendar, Series

MOST = 0.9
BESIDE = Path(__file__).parents[2]
CALLS = "bank_arrivals/calls_per_5min.csv.gz"
CHOSEN_BY = date(2003, 6, 1)
"""The constants of the method were chosen on what came before."""
LEARN = 35
MAPPING = '[columns]\ntime = "DateTime"\ncontacts = "Calls"\n'


async def run(choice: Namespace) -> Report:
    """On the bank's calls of March to August 2003 where they are on this machine; else on a made series, of which nothing is asked."""
    path = choice.counts or recorded()
    series = calls(path) if path else made()
    load = "a bank's calls" if path else "made calls, since the recorded ones are not here"
    begin = (CHOSEN_BY - series.first).days if path else series.days // 2
    special = calendar(series.first, series.day(series.days + WEEK * choice.weeks), "US")
    started = process_time()
    pasts = backtest(series, special, choice.weeks, range(begin, series.days - WEEK, choice.step))
    each_ms = 1000 * (process_time() - started) / len(pasts)
    ratios, most = [], MOST if path else None
    for week in range(choice.weeks):
        found = wape([past.week(week) for past in pasts])
        assert found
        what = (f"error, week {week + 1} ahead", load, "the week before")
        ratios.append(Ratio(*what, "%", 100 * found.ours, 100 * found.naive, most=most))
    whole = wape(pasts)
    assert whole
    ratios.append(Ratio("error, all weeks", load, "the week before", "%", 100 * whole.ours, 100 * whole.naive, most=most))  # fmt: skip
    held = covered(series, special, choice, range(begin, series.days - WEEK, 3 * choice.step))
    facts = [
        f"{len(pasts)} forecasts from {series.day(begin)} on, {each_ms:.1f} ms of processor time each.",
        f"Intervals for {NOMINAL:.0%}, learned from what was known at each origin, held {held:.1%} of half-hours.",
    ]
    return Report("forecast", ratios, facts=facts)


def recorded() -> Path | None:
    """Where the calls are: in COTERIE_TEST_DATA, or in a `data` folder beside the checkout."""
    given = os.environ.get("COTERIE_TEST_DATA")
    folders = [Path(given)] if given else sorted([BESIDE / "data", *BESIDE.glob("*/data")])
    return next((folder / CALLS for folder in folders if (folder / CALLS).exists()), None)


def calls(path: Path) -> Series:
    with TemporaryDirectory() as folder:
        mapping = Path(folder) / "mapping.toml"
        mapping.write_text(MAPPING)
        return read_counts(path, mapping, "UTC")


def made() -> Series:
    """Half a year of weekdays with a drifting level."""
    rng, days = np.random.default_rng(1), 182
    level = np.exp(np.cumsum(rng.normal(0, 0.008, days)) + rng.normal(0, 0.03, days))
    weekday = np.array([1.2, 1.05, 1, 1, 1.05, 0, 0])[np.arange(days) % WEEK]
    shape = np.where((np.arange(HALF_HOURS) >= 14) & (np.arange(HALF_HOURS) < 42), 1 / 28, 0)
    counts = rng.poisson(30_000 * (level * weekday)[:, None] * shape).astype(np.float64)
    return Series(date(2003, 3, 3), counts, np.ones(days, dtype=bool))


def covered(series: Series, special: Calendar, choice: Namespace, origins: Sequence[int]) -> float:
    """How often intervals held that knew nothing of what came after their origin."""
    held = number = 0
    for origin in origins:
        known = series.until(origin)
        learned = spreads(backtest(known, special, choice.weeks), choice.weeks)
        found = forecast(known, special, choice.weeks, learned)
        until = min(choice.weeks * WEEK, series.days - origin)
        some = series.seen[origin : origin + until, None] & (found.mean[:until] > 0)
        actual = series.counts[origin : origin + until]
        inside = (actual >= found.low[:until]) & (actual <= found.high[:until])
        held, number = held + int(inside[some].sum()), number + int(some.sum())
    return held / number


def options() -> ArgumentParser:
    """What can be chosen on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("--counts", type=Path, help="the bank's calls, where they are elsewhere")
    parser.add_argument("--weeks", type=int, default=4, help="how many weeks ahead")
    parser.add_argument("--step", type=int, default=1, help="days between forecasts")
    parser.add_argument("--json", action="store_true", help="one document instead of a table")
    return parser


if __name__ == "__main__":
    chosen = options().parse_args()
    uvloop.run(run(chosen)).show(as_json=chosen.json)
