"""When customers come who were there before: while others come, too."""

from coterie.twin.world.compiled import compiled
from coterie.twin.world.reach import reals

SLOT_S = 1800.0
LATER_S, OFTEN = 7 * 3600.0, 48
"""7 hours, and so two weeks at most: so often added they are every hour of the day."""


@compiled
def while_open(w, at):
    """That time; where nobody has anything new then, as many times 7 hours later as somebody does. Given arrivals: that time."""
    found = at
    for _ in range(OFTEN):
        slot = int(found // SLOT_S)
        if w.n_of_given_at > 0 or slot >= w.n_of_rates or reals(w.rates)[slot] > 0.0:
            return found
        found += LATER_S
    return at
