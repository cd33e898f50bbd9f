"""When customers come who were there before: while others come, too."""

from coterie.twin.world.columns import CHANNELS
from coterie.twin.world.compiled import compiled
from coterie.twin.world.reach import case_at, ints, row

SLOT_S = 1800.0
LATER_S, OFTEN = 7 * 3600.0, 48
"""7 hours, and so two weeks at most: so often added they are every hour of the day."""


@compiled
def while_open(w, case_id, at):
    """That time; where nobody of this home asks anything new by this channel then, so many times 7 hours later that some do.

    Given arrivals: that time.
    """
    if w.n_of_given_at > 0:
        return at
    case = case_at(w, case_id)
    cell, found = case.unit * CHANNELS + case.channel, at
    for _ in range(OFTEN):
        slot = int(found // SLOT_S)
        if slot >= w.n_of_rates or is_asked(w, slot, cell):
            return found
        found += LATER_S
    return at


@compiled
def is_asked(w, slot, cell):
    """Whether something new comes from that home by that channel in that half-hour."""
    shares = row(w.cells, ints(w.cell_of)[slot], w.wide_cells)
    return shares[cell] > (shares[cell - 1] if cell > 0 else 0.0)
