"""How a world begins: who is there from the first moment on, who comes later, and the first arrival."""

from coterie.twin.world.agenda import later
from coterie.twin.world.arrivals import next_arrival
from coterie.twin.world.columns import ON
from coterie.twin.world.compiled import compiled
from coterie.twin.world.reach import expert_at, reals


@compiled
def begin(worlds):
    """Put each one's first shift on the agenda, and the first arrival beside it."""
    w = worlds[0]
    for x in range(w.n_of_experts):
        e = expert_at(w, x)
        if e.shift < e.last_shift:
            later(w, reals(w.shifts)[2 * e.shift], ON, x, 0)
    next_arrival(w)
