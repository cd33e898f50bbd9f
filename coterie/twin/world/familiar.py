"""Skill groups as a log showed them: a case is drawn to where it was, and to the group that had its customer's last one."""

from coterie.twin.world.columns import NOTHING
from coterie.twin.world.compiled import compiled
from coterie.twin.world.draws import AGAIN_FIRST, AGAIN_NEXT, BACK, uniform
from coterie.twin.world.reach import case_at, episode_at, ints


@compiled
def last_entry(w, c):
    """By which group a new case comes to where this customer's last case is or was; NOTHING without one."""
    case = case_at(w, episode_at(w, c).case)
    last = ints(w.last_unit)[case.customer]
    if case.before != NOTHING:
        last = episode_at(w, case_at(w, case.before).last_episode).unit
    return last if last == NOTHING else ints(w.entry_of)[last]


@compiled
def first_or_same(w, c, unit):
    """Some begin there, whatever they come with."""
    m = episode_at(w, c)
    last = last_entry(w, c)
    if last == NOTHING or uniform(w.seed, m.case, AGAIN_FIRST, m.number) >= w.same_first:
        return unit
    return last


@compiled
def next_or_known(w, c, unit):
    """Some are passed back to where they came from, some to where the last case was."""
    m = episode_at(w, c)
    asked = 64 * m.number + m.hops
    if m.hops > 0 and uniform(w.seed, m.case, BACK, asked) < w.back:
        return ints(w.later_of)[m.came_from]
    last = last_entry(w, c)
    if last == NOTHING or last == ints(w.entry_of)[m.unit]:
        return unit
    return ints(w.later_of)[last] if uniform(w.seed, m.case, AGAIN_NEXT, asked) < w.same_next else unit  # fmt: skip


@compiled
def finishes_here(w, c, stays):
    """There, the odds that it is finished are so many times as high."""
    if last_entry(w, c) != ints(w.entry_of)[episode_at(w, c).unit]:
        return stays
    odds = w.same_odds * stays
    return odds / (1.0 - stays + odds)
