"""The world's clock: who arrives, and what comes next on the agenda, until nothing does."""

from coterie.twin.world.agenda import STAMP, WHOM, take
from coterie.twin.world.arrivals import arrives, comes_again
from coterie.twin.world.columns import AGAIN, ENDS, FOREVER, WARM
from coterie.twin.world.compiled import compiled, inlined
from coterie.twin.world.episodes import of_episode
from coterie.twin.world.experts import ends, of_expert
from coterie.twin.world.reach import episode_at, expert_at, reals

DONE, FULL = 0, 1


@compiled
def live(worlds, until):
    """Until that second. FULL when a column has too little room: give it more and call again."""
    w = worlds[0]
    while True:
        next_due = reals(w.heap_at)[0] if w.n_heap > 0 else FOREVER
        at = min(next_due, w.next_arrival)
        if at > until:
            w.now = until
            return DONE
        if (
            w.n_episodes + 2 > w.n_of_episodes or w.n_cases + 2 > w.n_of_cases
            or w.n_heap + w.spare > w.n_of_heap_at or w.n_records + w.spare > w.n_of_records
            or w.n_ownings + w.spare > w.n_of_ownings
        ):  # fmt: skip
            return FULL
        w.now = at
        if next_due <= w.next_arrival:
            happens(w, take(w))
        else:
            arrives(w)


@inlined
def happens(w, entry):
    kind = entry // (WHOM * STAMP)
    stamp = entry // WHOM % STAMP
    whom = entry % WHOM
    if kind == ENDS:
        if expert_at(w, whom).stamp % STAMP == stamp:
            ends(w, whom)
    elif kind <= WARM:
        of_expert(w, kind, whom, stamp)
    elif kind == AGAIN:
        comes_again(w, whom)
    elif episode_at(w, whom).stamp % STAMP == stamp:
        of_episode(w, kind, whom)
