"""The figures of a world, summed over its columns.

The definitions are those of `performance.scorecard`: a test lets both count the same world, one over columns, the other
over its events, and finds the same sums.
"""

from typing import Any

import numpy as np

from coterie.twin.world.columns import (
    ABANDONED,
    BY_GUEST,
    COVER,
    FOREVER,
    HANDED,
    NOTHING,
    VOICE,
)  # fmt: skip
from coterie.twin.world.compiled import compiled

WEEK_S, MONTH_S = 7 * 86_400.0, 30 * 86_400.0

FIGURES = (
    "home_rate", "owner_rate", "continuity", "transfer_rate", "transfer_cover", "transfer_handover", "transfer_outside",
    "outside_rate", "ask_rate", "issue_resolution", "first_contact_resolution", "repeat_7d", "repeat_30d", "service_level",
)  # fmt: skip
"""Those that the live system counts, too."""
OWN = (
    "solved", "abandoned", "call_back", "voice_wait_s", "within_promise", "call_back_wait_s", "messaging_wait_s", "email_wait_s",
    "effort_s", "episodes_per_case", "people_per_case", "lost",
)  # fmt: skip
"""Those that only a twin knows, or that planners see. `within_promise`: calls answered within the promise, of all."""
NAMES = FIGURES + OWN
PLACE = {name: place for place, name in enumerate(NAMES)}
(
    HOME_RATE, OWNER_RATE, CONTINUITY, TRANSFER, BY_COVER, BY_HANDOVER, BY_OUTSIDE, OUTSIDE, ASK_RATE, RESOLUTION, FIRST, REPEAT_7,
    REPEAT_30, SERVICE, SOLVED, LEFT, CALLED_BACK, VOICE_WAIT, WITHIN, BACK_WAIT, MESSAGE_WAIT, MAIL_WAIT, EFFORT, PER_CASE, PEOPLE,
    LOST,
) = range(len(NAMES))  # fmt: skip


@compiled
def add(sums, figure, value):
    sums[figure, 0] += value
    sums[figure, 1] += 1.0


@compiled
def tally(episodes, cases, ownings, since, until, promise_s):
    """(figures, 2) sums and counts, of what began from `since` on. `until`: the end of the time that was lived."""
    sums = np.zeros((len(NAMES), 2))
    for c in range(len(episodes)):
        m = episodes[c]
        if m.opened >= since:
            of_episode(sums, m, cases, episodes, ownings, promise_s)
    for k in range(len(cases)):
        case = cases[k]
        if case.opened >= since:
            of_case(sums, case, until)
    return sums


@compiled
def of_episode(sums, m, cases, episodes, ownings, promise_s):
    case = cases[m.case]
    after = FOREVER
    if m.number > 0:
        after = m.opened - episodes[m.before].opened
    add(sums, REPEAT_7, after <= WEEK_S)
    add(sums, REPEAT_30, after <= MONTH_S)
    who = m.by if m.by != NOTHING else m.who
    if who != NOTHING:
        add(sums, HOME_RATE, m.at_home == 1)
        add(sums, TRANSFER, m.change != 0)
        add(sums, BY_COVER, m.change == COVER)
        add(sums, BY_HANDOVER, m.change == HANDED)
        add(sums, BY_OUTSIDE, m.change == BY_GUEST)
        add(sums, OUTSIDE, m.outside == 1)
        if m.owned == 1:
            add(sums, OWNER_RATE, who == m.owner)
        if m.number == 0:
            known = knows(m, who, case, cases, ownings)
            if known >= 0:
                add(sums, CONTINUITY, known)
        add(sums, PEOPLE, m.hops + (1.0 if m.change != 0 and m.hops == 0 else 0.0))
    if m.answered:
        sums[SERVICE, 0] += m.kept
        sums[SERVICE, 1] += m.answered
    if m.channel == VOICE:
        of_call(sums, m, promise_s)
    elif m.waited >= 0.0:
        add(sums, MESSAGE_WAIT if m.channel == 1 else MAIL_WAIT, m.waited)


@compiled
def of_call(sums, m, promise_s):
    left = m.state == ABANDONED
    if not left and m.waited < 0.0:
        return
    add(sums, LEFT, left)
    add(sums, CALLED_BACK, m.call_back == 1 and not left)
    add(sums, WITHIN, not left and m.call_back == 0 and m.waited <= promise_s)
    if m.call_back == 1:
        add(sums, BACK_WAIT, m.waited)
    elif not left:
        add(sums, VOICE_WAIT, m.waited + m.waited_more)


@compiled
def knows(m, who, case, cases, ownings):
    """1 or 0: whether who attends owned an earlier case of this customer; -1 where none was owned before."""
    found = -1
    k = case.before
    while k != NOTHING:
        o = cases[k].owning
        while o != NOTHING:
            if ownings[o].at < m.opened:
                found = 0
                if ownings[o].expert == who:
                    return 1
            o = ownings[o].before
        k = cases[k].before
    return found


@compiled
def of_case(sums, case, until):
    add(sums, PER_CASE, case.episodes)
    add(sums, LOST, case.closed_at == FOREVER and case.last_by == NOTHING)
    if case.closed_at != FOREVER:
        add(sums, SOLVED, case.solved == 1)
    if case.closed_at <= until:
        solved = case.came_back == 0
        add(sums, RESOLUTION, solved)
        add(sums, FIRST, solved and case.episodes == 1)
        add(sums, ASK_RATE, case.asked == 1)


def quantiles(waits: Any, at: tuple[float, ...]) -> tuple[float | None, ...]:
    return tuple(float(q) for q in np.quantile(waits, at)) if len(waits) else (None,) * len(at)
