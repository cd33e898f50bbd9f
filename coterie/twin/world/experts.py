"""What happens to an expert: they come, are done with something, go."""

from coterie.twin.world.agenda import STAMP, later
from coterie.twin.world.columns import COMMUNITIES, FOREVER, NEEDS_HELP, NOTHING, OFF, ON, VOICE
from coterie.twin.world.compiled import compiled
from coterie.twin.world.either import is_free, placed_again
from coterie.twin.world.episodes import helped, turn_is_over
from coterie.twin.world.lists import leave_free, next_item
from coterie.twin.world.reach import episode_at, expert_at, marks, reals, whole
from coterie.twin.world.work import answered, ask, go_on, waited


@compiled
def of_expert(w, kind, x, stamp):
    if kind == ON:
        comes(w, x)
    elif kind == OFF:
        goes(w, x)
    elif expert_at(w, x).epoch % STAMP == stamp:
        is_free(w, x)


@compiled
def comes(w, x):
    e = expert_at(w, x)
    e.epoch += 1
    e.began, e.long_away = w.now, 0
    e.load = 0
    reals(w.load)[x] = 0.0
    marks(w.present)[x] = marks(w.on_shift)[x] = 1
    later(w, max(reals(w.shifts)[2 * e.shift + 1], w.now), OFF, x, 0)
    e.shift += 1
    is_free(w, x)


@compiled
def goes(w, x):
    """When what they are at is done."""
    marks(w.on_shift)[x] = 0
    if w.world != COMMUNITIES:
        leave_free(w, x)
    if expert_at(w, x).work == NOTHING:
        leaves(w, x)


@compiled
def leaves(w, x):
    """What waits on them is placed anew; what waits on customers, when these write."""
    e = expert_at(w, x)
    marks(w.present)[x] = 0
    e.there_s += w.now - e.began
    e.epoch += 1
    e.load = 0
    reals(w.load)[x] = 0.0
    next_on = FOREVER
    if e.shift < e.last_shift:
        next_on = reals(w.shifts)[2 * e.shift]
        later(w, max(next_on, w.now), ON, x, 0)
    if next_on - w.now > w.long_away_s:
        e.long_away = 1
    item = next_item(w, x)
    while item != NOTHING:
        if item < NOTHING:
            c = -2 - item
            if episode_at(w, c).helper == x and episode_at(w, c).state == NEEDS_HELP:
                ask(w, c, whole(episode_at(w, c).who))
        else:
            placed_again(w, item)
        item = next_item(w, x)


@compiled
def ends(w, x):
    """What they did is done."""
    e = expert_at(w, x)
    item = whole(e.work)
    e.busy_s += w.now - e.started
    e.work = NOTHING
    if item < NOTHING:
        e.helping_s += w.now - e.started
        helped(w, -2 - item)
    else:
        m = episode_at(w, item)
        if m.channel == VOICE:
            marks(w.on_call)[x] = 0
        else:
            waited(w, item)
            answered(w, item, x)
        turn_is_over(w, item)
    if marks(w.on_shift)[x] == 0:
        leaves(w, x)
        return
    go_on(w, x)
    is_free(w, x)
