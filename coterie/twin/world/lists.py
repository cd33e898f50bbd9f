"""Who waits: the lines of a unit, and what waits on an expert. Linked through the episodes themselves."""

from coterie.twin.world.columns import CHANNELS, NOTHING
from coterie.twin.world.compiled import compiled
from coterie.twin.world.reach import episode_at, expert_at, line_at, unit_at


@compiled
def join_line(w, c, unit):
    """The end of the unit's line for this channel."""
    e = episode_at(w, c)
    e.unit = unit
    line = unit * CHANNELS + e.channel
    at = line_at(w, line)
    e.line, e.next, e.previous = line, NOTHING, at.tail
    if at.tail == NOTHING:
        at.head = c
    else:
        episode_at(w, at.tail).next = c
    at.tail = c
    at.n += 1


@compiled
def leave_line(w, c):
    e = episode_at(w, c)
    if e.line == NOTHING:
        return
    at = line_at(w, e.line)
    if e.previous == NOTHING:
        at.head = e.next
    else:
        episode_at(w, e.previous).next = e.next
    if e.next == NOTHING:
        at.tail = e.previous
    else:
        episode_at(w, e.next).previous = e.previous
    e.line = NOTHING
    at.n -= 1


# An item of work is an episode's index; help on it is written as -2 less that index.


@compiled
def help_on(c):
    return -2 - c


@compiled
def follows(w, item):
    return episode_at(w, item).inbox_next if item >= 0 else episode_at(w, -2 - item).ask_next


@compiled
def set_follows(w, item, other):
    if item >= 0:
        episode_at(w, item).inbox_next = other
    else:
        episode_at(w, -2 - item).ask_next = other


@compiled
def put_last(w, x, item):
    """Onto the end of what waits on this expert."""
    set_follows(w, item, NOTHING)
    e = expert_at(w, x)
    if e.tail == NOTHING:
        e.head = item
    else:
        set_follows(w, e.tail, item)
    e.tail = item


@compiled
def put_first(w, x, item):
    e = expert_at(w, x)
    set_follows(w, item, e.head)
    e.head = item
    if e.tail == NOTHING:
        e.tail = item


@compiled
def next_item(w, x):
    e = expert_at(w, x)
    item = e.head
    if item != NOTHING:
        e.head = follows(w, item)
        if e.head == NOTHING:
            e.tail = NOTHING
    return item


# Members of a group who could take something, who was free first first.


@compiled
def join_free(w, x):
    e = expert_at(w, x)
    if e.free:
        return
    u = unit_at(w, e.unit)
    e.free, e.free_next, e.free_previous = 1, NOTHING, u.free_tail
    if u.free_tail == NOTHING:
        u.free_head = x
    else:
        expert_at(w, u.free_tail).free_next = x
    u.free_tail = x


@compiled
def leave_free(w, x):
    e = expert_at(w, x)
    if not e.free:
        return
    u = unit_at(w, e.unit)
    if e.free_previous == NOTHING:
        u.free_head = e.free_next
    else:
        expert_at(w, e.free_previous).free_next = e.free_next
    if e.free_next == NOTHING:
        u.free_tail = e.free_previous
    else:
        expert_at(w, e.free_next).free_previous = e.free_previous
    e.free = 0
