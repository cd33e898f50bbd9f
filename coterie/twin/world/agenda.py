"""What comes next: a binary heap of times, each with what happens then, to whom, and which stamp they had."""

from coterie.twin.world.compiled import compiled
from coterie.twin.world.reach import longs, reals

WHOM, STAMP = 1 << 31, 1 << 27
"""An entry is kind, stamp and index in one whole number."""


@compiled
def later(w, at, kind, whom, stamp):
    """Put it on the agenda, unless that is after the end of the time that is lived."""
    if at > w.until:
        return
    at_, what = reals(w.heap_at), longs(w.heap_what)
    i = w.n_heap
    w.n_heap = i + 1
    entry = (kind * STAMP + stamp % STAMP) * WHOM + whom
    while i > 0:
        parent = (i - 1) >> 1
        if at_[parent] <= at:
            break
        at_[i] = at_[parent]
        what[i] = what[parent]
        i = parent
    at_[i] = at
    what[i] = entry


@compiled
def take(w):
    """Take the first; the entry."""
    at_, what = reals(w.heap_at), longs(w.heap_what)
    first = what[0]
    n = w.n_heap - 1
    w.n_heap = n
    at, entry = at_[n], what[n]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and at_[child + 1] < at_[child]:
            child += 1
        if at_[child] >= at:
            break
        at_[i] = at_[child]
        what[i] = what[child]
        i = child
    at_[i] = at
    what[i] = entry
    return first
