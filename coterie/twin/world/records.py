"""What is written down of a world while it lives, as numbers. `events.py` tells it in the words of the live log."""

from coterie.twin.world.columns import NOTHING
from coterie.twin.world.compiled import compiled
from coterie.twin.world.reach import episode_at, record_at

WROTE, PLACED, ANSWERED, OWNED, REOPENED, CLOSED, ASKED, ASK_ANSWERED, CROSSED, ENTERED = range(10)
"""ENTERED: a group whose people are not known; its place stands where else the expert does."""
OVERFLOWED = 1
FIRST_ANSWER, BY_ABSENCE, AT_HOME = 0, 1, 2


@compiled
def write(w, kind, c, at, expert=NOTHING, owner=NOTHING, value=0, seconds=0.0):
    """`records` has room: the loop sees to it before each step."""
    if w.recorded == 0:
        return
    r = record_at(w, w.n_records)
    w.n_records += 1
    r.at, r.kind, r.episode, r.case = at, kind, c, episode_at(w, c).case
    r.expert, r.owner, r.value, r.seconds = expert, owner, value, seconds
