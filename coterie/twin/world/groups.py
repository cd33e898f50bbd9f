"""Skill groups: a menu, a queue for each group, whoever is free next; and from one group on to another."""

from coterie.twin.world.agenda import later
from coterie.twin.world.columns import (
    CHANNELS,
    ENTERS,
    FOREVER,
    MENU,
    NOTHING,
    OFFER,
    QUEUED,
    STAYED,
    VOICE,
)  # fmt: skip
from coterie.twin.world.communities import tires
from coterie.twin.world.compiled import compiled
from coterie.twin.world.draws import (
    EFFORT,
    FIRST_GROUP,
    NEXT_GROUP,
    STAYS,
    of_table,
    pick,
    uniform,
)  # fmt: skip
from coterie.twin.world.familiar import finishes_here, first_or_same, next_or_known
from coterie.twin.world.lists import join_free, join_line, leave_free
from coterie.twin.world.reach import (
    OWN,
    episode_at,
    expert_at,
    line_at,
    marks,
    reals,
    row,
    unit_at,
    whole,
)
from coterie.twin.world.records import ENTERED, write
from coterie.twin.world.work import attend


@compiled
def kind_of(w, c):
    """The row of a topic, spoken or written."""
    m = episode_at(w, c)
    return 2 * m.topic + (0 if m.channel == VOICE else 1)


@compiled
def comes_in(w, c):
    """Through a menu, which says where it goes."""
    m = episode_at(w, c)
    if w.n_of_units > 1:
        u = uniform(w.seed, m.case, FIRST_GROUP, m.number)
        m.unit = pick(row(w.first_group, kind_of(w, c), w.n_of_units), u)
    if w.n_of_last_unit > 0:
        m.unit = first_or_same(w, c, m.unit)
    if m.channel == VOICE and w.menu_s > 0.0:
        m.state = MENU
        later(w, w.now + w.menu_s, ENTERS, c, m.stamp)
    else:
        enters(w, c)


@compiled
def enters(w, c):
    """A group's queue. Whether it is finished there shows only when somebody looks at it."""
    m = episode_at(w, c)
    if m.state == MENU:
        m.since, m.due = w.now, w.now + w.promise_first[m.channel]
    stays = reals(w.stays)[kind_of(w, c) * w.n_of_units + m.unit]
    if w.n_of_last_unit > 0:
        stays = finishes_here(w, c, stays)
    m.goes_on = 0
    if stays < 1.0 and uniform(w.seed, m.case, STAYS, 64 * m.number + m.hops) >= stays:
        m.goes_on = 1
    m.left = m.effort * w.discover if m.goes_on == 1 else m.effort
    waits(w, c)


@compiled
def waits(w, c):
    """For the next free member of the group."""
    m = episode_at(w, c)
    unit = unit_at(w, m.unit)
    m.epoch = NOTHING
    if unit.unlimited == 1:
        write(w, ENTERED, c, w.now, m.unit)
        m.state = QUEUED
        m.stamp += 1
        later(w, w.now + stay_s(w, c), STAYED, c, m.stamp)
        return
    line = m.unit * CHANNELS + m.channel
    if line_at(w, line).n == 0:
        x = free_for(w, whole(m.unit), whole(m.channel))
        if x != NOTHING:
            given(w, c, x)
            return
    m.state = QUEUED
    m.stamp += 1
    join_line(w, c, whole(m.unit))
    if m.channel == VOICE and m.call_back == 0:
        tires(w, c)
        if w.takes_offer > 0.0:
            later(w, m.since + w.offer_s, OFFER, c, m.stamp)


@compiled
def stay_s(w, c):
    """How long a visit to a group takes whose people are not known: as in the log, by whether it is passed on."""
    m = episode_at(w, c)
    unit = unit_at(w, m.unit)
    table = unit.passes_table if m.goes_on == 1 else unit.finishes_table
    u = uniform(w.seed, m.case, EFFORT, 64 * m.number + m.hops)
    return of_table(row(w.tables, table, w.wide_tables), u)


@compiled
def can_take(w, x, channel):
    if marks(w.on_call)[x] == 1 or marks(w.on_shift)[x] == 0:
        return False
    load = expert_at(w, x).load
    return load == 0 if channel == VOICE else load / 1000.0 + 1.0 <= reals(w.capacity)[x]


@compiled
def free_for(w, unit, channel):
    x = whole(unit_at(w, unit).free_head)
    while x != NOTHING:
        if can_take(w, x, channel):
            return x
        x = whole(expert_at(w, x).free_next)
    return NOTHING


@compiled
def given(w, c, x):
    attend(w, c, x, OWN)
    if not can_take(w, x, 1):
        leave_free(w, x)


@compiled
def frees(w, x):
    """A member may take something: what waits, else they join those who are free."""
    unit = whole(expert_at(w, x).unit)
    while True:
        best, when = whole(NOTHING), FOREVER
        for channel in range(CHANNELS):
            head = whole(line_at(w, unit * CHANNELS + channel).head)
            if head != NOTHING and can_take(w, x, channel) and episode_at(w, head).due < when:
                best, when = head, episode_at(w, head).due
        if best == NOTHING:
            break
        given(w, best, x)
    if can_take(w, x, 1):
        join_free(w, x)
    else:
        leave_free(w, x)


@compiled
def moves_on(w, c):
    """To another group, where they wait again and explain it again."""
    m = episode_at(w, c)
    u = uniform(w.seed, m.case, NEXT_GROUP, 64 * m.number + m.hops)
    unit = pick(row(w.next_group, kind_of(w, c) * w.n_of_units + m.unit, w.n_of_units), u)
    if w.n_of_last_unit > 0:
        unit = next_or_known(w, c, unit)
    m.came_from, m.unit = m.unit, unit
    m.hops += 1
    m.since = w.now
    enters(w, c)
