"""Where a source begins and ends: what lies far from the rest, weeks in which it frays out, days that it holds in part. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from coterie.planning.demand.model import HALF_HOURS, WEEK, Series
from coterie.planning.demand.profiles import profiles

RAGGED: Final = 0.1
"""A week at either end with less than this share of the usual week is where a source frays out."""
EMPTY_DAYS, SMALL = 56, 0.01
"""So many empty days part what lies apart, if it has less than this share of all contacts: dates such as 1970-01-01 stand for none."""
MOST_DAYS: Final = 156 * WEEK
"""Three years: what was before says little of what will come."""
PART, SURE = 0.03, 3.0
"""A day is held in part where this share of it, and so many contacts, usually come before the first or after the last of the log."""
NEAR: Final = 56
"""Days to either end that say what is usual there."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a forecast may look at, the contacts that were left out where the source frays out, and what else is to be said."""

    series: Series
    ragged: float
    notes: Sequence[str]


def known(series: Series, *, instants: bool) -> Known:
    """The part of a series that can be believed. `instants`: whether it was counted from a log, which may begin and end within a day."""
    together, notes = without_far(series)
    whole, ragged = trimmed(together)
    first = whole.first == together.first
    if first and whole.first > series.first:
        whole = from_first(whole)
    if instants:
        last = whole.day(whole.days) == together.day(together.days)
        whole, said = without_parts(whole, first=first, last=last)
        notes += said
    if whole.days > MOST_DAYS:
        whole = from_first(part(whole, whole.days - MOST_DAYS, whole.days))
        notes.append(f"Only the last three years are looked at, from {whole.first} on.")
    return Known(whole, ragged, notes)


def part(series: Series, begin: int, end: int) -> Series:
    return Series(series.day(begin), series.counts[begin:end], series.seen[begin:end])


def from_first(series: Series) -> Series:
    """From the day of the first contact on."""
    return part(series, int(np.flatnonzero(series.totals)[0]), series.days)


def without_far(series: Series) -> tuple[Series, list[str]]:
    """Without a few contacts that lie weeks before or after all others. It begins with a whole week of the source."""
    totals = series.totals
    busy = np.flatnonzero(totals)
    gaps = np.flatnonzero(np.diff(busy) > EMPTY_DAYS)
    below, every = np.append(0, totals[busy].cumsum()), totals.sum()
    early = [gap for gap in gaps if below[gap + 1] < SMALL * every]
    late = [gap for gap in gaps if every - below[gap + 1] < SMALL * every]
    begin = int(busy[early[-1] + 1]) if early else 0
    end = int(busy[late[0]]) + 1 if late else series.days
    begin -= begin % WEEK
    outside = [some for some in (busy[busy < begin], busy[busy >= end]) if len(some)]
    notes = [far_told(series, some.tolist()) for some in outside]
    return (part(series, begin, end) if notes else series), notes


def far_told(series: Series, some: Sequence[int]) -> str:
    first, last = series.day(some[0]), series.day(some[-1])
    days = f"from {first} to {last}" if first < last else f"on {first}"
    return f"Contacts {days} are left out ({series.totals[some].sum():,.0f}): more than {EMPTY_DAYS // WEEK} weeks without any part them from the others, as with dates that stand for none."


def trimmed(series: Series) -> tuple[Series, float]:
    """The series without the weeks at its ends in which its source frays out, and how many contacts those held.

    A log of tickets that were opened in a quarter, say, may hold a few older and a few later ones.
    """
    totals = series.totals
    weeks = np.array([totals[at : at + WEEK].sum() for at in range(0, series.days, WEEK)])
    if not weeks.any():
        return series, 0.0
    # The week in which the contact in the middle came is no ragged one, nor are those like it.
    usual = weeks[np.searchsorted(weeks.cumsum(), weeks.sum() / 2)]
    whole = np.flatnonzero(weeks >= RAGGED * usual)
    begin, end = int(whole[0]) * WEEK, min(series.days, (int(whole[-1]) + 1) * WEEK)
    kept = part(series, begin, end)
    return kept, float(totals.sum() - kept.totals.sum())


def without_parts(series: Series, *, first: bool, last: bool) -> tuple[Series, list[str]]:
    """The same, its first and last day not seen where the log begins or ends within them. `first`, `last`: whether that is asked."""
    seen, notes = series.seen.copy(), []
    end = series.days - 1
    begun, over = came(series, 0)[0], came(series, end)[-1] + 1
    if first and lacks(series, 0, slice(0, begun)):
        seen[0] = False
        notes.append(f"The log begins within {series.first}, in the half-hour from {clock(begun)} on: nothing is learned from that day.")  # fmt: skip
    if last and lacks(series, end, slice(over, HALF_HOURS)):
        seen[end] = False
        notes.append(f"The log ends within {series.day(end)}, in the half-hour until {clock(over)}: nothing is learned from that day.")  # fmt: skip
    return replace(series, seen=seen), notes


def came(series: Series, place: int) -> Sequence[int]:
    """The half-hours of a day in which contacts came; of a day without, all of them."""
    found = np.flatnonzero(series.counts[place]).tolist()
    return found or range(HALF_HOURS)


def lacks(series: Series, place: int, missing: slice) -> bool:
    """Whether in these half-hours of a day enough usually comes: by the days around it, those of its weekday first of all."""
    begin = max(0, place - NEAR)
    near = part(series, begin, place + NEAR + 1)
    used = near.seen.copy()
    used[place - begin] = False
    like = used & (near.totals > 0)
    like[(np.arange(near.days) - (place - begin)) % WEEK != 0] = False
    usual = float(np.median(near.totals[like])) if like.any() else 0.0
    share = float(profiles(near, used)[series.day(place).weekday()][missing].sum())
    return share >= PART and share * usual >= SURE


def clock(half_hour: int) -> str:
    return f"{half_hour // 2:02}:{half_hour % 2 * 30:02}"
