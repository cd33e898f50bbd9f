"""When people are there: a week whose shifts follow the demand, the same each week, less who is absent.

This is no roster (`coterie plan roster` makes those): it is what a twin assumes where it is given none.
"""

from typing import Any

import numpy as np

from coterie.twin.world.compiled import compiled
from coterie.twin.world.draws import uniform

DAYS, SLOTS_A_DAY, SLOT_S = 7, 48, 1800.0
WORKDAYS = 5
CLOSED = -1e15
WEEK_OFF, DAY_OFF = 40, 41
"""Questions of chance."""


@compiled
def week_of(experts, wanted, length):
    """So many shifts of `length` half-hours as `experts` work in a week, by what is wanted.

    wanted: people wanted in each half-hour of the week, in any unit; 0 where it is closed. Gives day and first half-hour of each
    shift. Each shift in turn goes where it lowers Pearson's chi-square most: the sum of (people less wanted) squared over wanted.
    """
    shifts = experts * WORKDAYS
    asked = wanted * (shifts * length / wanted.sum())
    cover = np.zeros(len(asked))
    closed = closed_of(wanted, length)
    on_day = np.zeros(DAYS, np.int64)
    made = np.zeros((shifts, 2), np.int64)
    for k in range(shifts):
        day, start = most_missing(asked, cover, closed, on_day < experts, length)
        on_day[day] += 1
        made[k, 0], made[k, 1] = day, start
        first = day * SLOTS_A_DAY + start
        cover[first : first + length] += 1.0
    return made


@compiled
def closed_of(wanted, length):
    """(days, starts): how many half-hours of a shift that begins then are closed."""
    closed = np.zeros((DAYS, SLOTS_A_DAY - length + 1), np.int64)
    for day in range(DAYS):
        for start in range(closed.shape[1]):
            first = day * SLOTS_A_DAY + start
            closed[day, start] = (wanted[first : first + length] <= 0.0).sum()
    return closed


@compiled
def most_missing(asked, cover, closed, free, length):
    """Day and start of the next shift, of the days that are free. As little of it as can be is outside of opening hours.

    A day that is closed altogether comes last.
    """
    best_day, best_start, best_gain = -1, -1, -np.inf
    for day in range(DAYS):
        if not free[day]:
            continue
        fewest = closed[day].min()
        for start in range(closed.shape[1]):
            if closed[day, start] > fewest:
                continue
            gain = 0.0 if fewest < length else CLOSED
            for i in range(day * SLOTS_A_DAY + start, day * SLOTS_A_DAY + start + length):
                if asked[i] > 0.0:
                    gain += (asked[i] - cover[i] - 0.5) / asked[i]
            if gain > best_gain:
                best_day, best_start, best_gain = day, start, gain
    return best_day, best_start


@compiled
def people_of(experts, made):
    """Of each expert and day, the first half-hour of their shift, or -1. Whoever has most days left is next."""
    found = np.full((experts, DAYS), -1, np.int64)
    left = np.full(experts, WORKDAYS, np.int64)
    for day in range(DAYS):
        starts = np.sort(made[made[:, 0] == day, 1])
        # Least days left come last; among equals the order turns, so that early and late go round.
        order = np.argsort(
            -left * 1000 + (np.arange(experts) + 17 * day) % experts, kind="mergesort"
        )
        for i in range(len(starts)):
            found[order[i], day] = starts[i]
            left[order[i]] -= 1
    return found


@compiled
def spans_of(first, experts, pattern, weeks, there_s, absence, seed):
    """(shifts, 2) seconds and (experts,) counts: the pattern each week, handed on by one person a week, less absences.

    Half of the absence is whole weeks, half is single days.
    """
    spans = np.zeros((experts * weeks * DAYS, 2))
    counts = np.zeros(experts, np.int64)
    n = 0
    for x in range(experts):
        for week in range(weeks):
            if uniform(seed, first + x, WEEK_OFF, week) < absence / 2:
                continue
            for day in range(DAYS):
                start = pattern[(x + week) % experts, day]
                if start < 0 or uniform(seed, first + x, DAY_OFF, week * DAYS + day) < absence / 2:
                    continue
                spans[n, 0] = (week * DAYS + day) * SLOTS_A_DAY * SLOT_S + start * SLOT_S
                spans[n, 1] = spans[n, 0] + there_s
                n += 1
                counts[x] += 1
    return spans[:n], counts


def pattern_of(experts: int, wanted: Any, there_h: float) -> Any:
    """The week of a unit's people, (experts, 7) first half-hours."""
    length = max(1, min(SLOTS_A_DAY, round(there_h * 2)))
    return people_of(experts, week_of(experts, np.asarray(wanted, float), length))
