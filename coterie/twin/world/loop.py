"""The world's clock: who arrives, and what comes next on the agenda, until nothing does."""

from coterie.twin.world import communities, groups
from coterie.twin.world.agenda import STAMP, WHOM, later, take
from coterie.twin.world.columns import (
    ABANDONED,
    AGAIN,
    CALL_BACK,
    COMMUNITIES,
    DROP,
    EMAIL,
    ENDS,
    ENTERS,
    FOREVER,
    HELPED,
    HOLD,
    INBOX,
    MESSAGING,
    NEEDS_HELP,
    NOTHING,
    OFF,
    OFFER,
    ON,
    OVER,
    OVERFLOW,
    STAYED,
    TIRED,
    TURN,
    UNHELPED,
    VOICE,
    WARM,
    WITH_CUSTOMER,
)  # fmt: skip
from coterie.twin.world.compiled import compiled, inlined
from coterie.twin.world.draws import (
    AGAIN_,
    AGAIN_S,
    CELL,
    EFFORT,
    GAP,
    LATER,
    OFFERED,
    REDIAL,
    REDIAL_S,
    SOLVED,
    THINKS,
    THINKS_LONG,
    TOPIC_OF,
    TURNS,
    WHO,
    exponential,
    lognormal,
    of_table,
    pick,
    uniform,
)  # fmt: skip
from coterie.twin.world.lists import leave_free, leave_line, next_item, put_last
from coterie.twin.world.reach import (
    CASE_WORDS,
    EPISODE_WORDS,
    case_at,
    clear,
    episode_at,
    expert_at,
    home_at,
    ints,
    marks,
    reals,
    row,
    topic_at,
    whole,
)
from coterie.twin.world.records import CLOSED, REOPENED, WROTE, write
from coterie.twin.world.work import (
    answered,
    ask,
    asks_on,
    go_on,
    is_helped,
    is_with,
    waited,
    weighs,
)

SLOT_S, SLOTS = 1800.0, 336
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


# Arrivals


@compiled
def next_arrival(w):
    """The time at which the demand, added up, reaches what the next gap asks for; or the next that is given."""
    if w.n_of_given_at > 0:
        w.next_arrival = reals(w.given_at)[w.number] if w.number < w.n_of_given_at else FOREVER
        return
    w.owed = exponential(w.seed, w.number, GAP, 0, 1.0)
    at = w.now
    while w.slot < w.n_of_rates:
        ends = (w.slot + 1) * SLOT_S
        rate = reals(w.rates)[w.slot]
        if rate * (ends - at) >= w.owed:
            w.next_arrival = at + w.owed / rate
            return
        w.owed -= rate * (ends - at)
        at = ends
        w.slot += 1
    w.next_arrival = FOREVER


@inlined
def arrives(w):
    """Somebody with something new."""
    k = w.number
    given = w.n_of_given_at > 0
    cell = EMAIL
    if not given:
        cell = pick(
            row(w.cells, ints(w.cell_of)[w.slot], w.wide_cells), uniform(w.seed, k, CELL, 0)
        )
    home = cell // 3
    channel = cell - 3 * home
    case_id = w.n_cases
    w.n_cases += 1
    clear(w.cases, case_id, CASE_WORDS)
    case = case_at(w, case_id)
    living = home_at(w, home)
    case.customer = living.first_customer + int(uniform(w.seed, k, WHO, 0) * living.customers)
    case.unit, case.channel = home, channel
    if w.n_of_topics > 1:
        case.topic = pick(
            row(w.topic_shares, channel, w.n_of_topics), uniform(w.seed, k, TOPIC_OF, 0)
        )
    if given:
        case.customer, case.topic = ints(w.given_whose)[k], ints(w.given_topic)[k]
    case.before = ints(w.last_case)[case.customer]
    ints(w.last_case)[case.customer] = case_id
    case.owner = case.owning = case.last_by = NOTHING
    case.opened, case.last_episode = w.now, NOTHING
    case.handed_at, case.closed_at = -FOREVER, FOREVER
    w.number += 1
    next_arrival(w)
    opens(w, case_id)


@inlined
def opens(w, case_id):
    """An episode of this case."""
    case = case_at(w, case_id)
    c = w.n_episodes
    w.n_episodes += 1
    clear(w.episodes, c, EPISODE_WORDS)
    m = episode_at(w, c)
    m.case, m.topic, m.channel, m.number = case_id, case.topic, case.channel, case.episodes
    case.episodes += 1
    m.before = case.last_episode
    case.last_episode = c
    m.opened = m.since = w.now
    m.due = w.now + w.promise_first[m.channel]
    m.who = m.by = m.owner = m.helper = m.line = m.next = m.previous = NOTHING
    m.epoch, m.at_home, m.waited = NOTHING, -1, -1.0
    m.turns = 1
    if m.channel == MESSAGING and w.turns > 1.0:
        m.turns += min(int(exponential(w.seed, m.case, TURNS, m.number, w.turns - 0.5)), 40)
    m.effort = m.left = effort(w, c) * w.effort_of[m.channel] / m.turns
    write(w, WROTE, c, w.now)
    if w.world == COMMUNITIES:
        communities.place(w, c)
    else:
        groups.comes_in(w, c)


@compiled
def effort(w, c):
    """Seconds of a person's work."""
    m = episode_at(w, c)
    t = topic_at(w, m.topic)
    if t.kind == 0:
        return exponential(w.seed, m.case, EFFORT, m.number, t.a)
    if t.kind == 1:
        return lognormal(w.seed, m.case, EFFORT, m.number, t.a, t.b)
    return of_table(
        row(w.tables, t.table, w.wide_tables), uniform(w.seed, m.case, EFFORT, m.number)
    )


# What ends


@inlined
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


@inlined
def is_free(w, x):
    if w.world == COMMUNITIES:
        communities.serve(w, x)
    else:
        groups.frees(w, x)


@compiled
def helped(w, c):
    if not is_helped(w, c):
        again_placed(w, c)


@compiled
def again_placed(w, c):
    """Who attended is not there any more."""
    episode_at(w, c)
    if w.world == COMMUNITIES:
        communities.place(w, c)
    else:
        groups.waits(w, c)


@inlined
def turn_is_over(w, c):
    """Another group's, the customer's, or the end of it."""
    m = episode_at(w, c)
    if m.goes_on == 1:
        weighs(w, c, 0)
        m.epoch = NOTHING
        groups.moves_on(w, c)
        return
    m.turns -= 1
    if m.turns > 0:
        m.state = WITH_CUSTOMER
        m.stamp += 1
        later(w, w.now + thinking(w, c), TURN, c, m.stamp)
        later(w, w.now + w.weight_after_s, DROP, c, m.stamp)
        return
    weighs(w, c, 0)
    is_over(w, c)


@compiled
def thinking(w, c):
    """How long customers take to write again: mostly minutes, sometimes hours."""
    m = episode_at(w, c)
    asked = 64 * m.number + m.turns
    if uniform(w.seed, m.case, LATER, asked) < w.late_share:
        return exponential(w.seed, m.case, THINKS_LONG, asked, w.late_gap_s)
    return lognormal(w.seed, m.case, THINKS, asked, w.gap_mu, w.gap_sigma)


@inlined
def is_over(w, c):
    """Solved or not; who was not helped comes back, sooner or later."""
    m = episode_at(w, c)
    case = case_at(w, m.case)
    t = topic_at(w, m.topic)
    m.state = OVER
    m.stamp += 1
    changes = m.hops + (1 if m.change > 0 and m.hops == 0 else 0)
    solved = t.solved if changes == 0 else t.solved * (1.0 - w.spoils) ** changes
    case.solved = solved >= 1.0 or uniform(w.seed, m.case, SOLVED, m.number) < solved
    if case.solved == 0 and uniform(w.seed, m.case, AGAIN_, m.number) < t.again:
        later(w, w.now + exponential(w.seed, m.case, AGAIN_S, m.number, w.again_s), AGAIN, c, 0)
        return
    case.closed_at = w.now + w.watch_s
    if case.closed_at <= w.until:
        write(w, CLOSED, c, case.closed_at)


@compiled
def comes_again(w, c):
    """With the same matter: it was not solved, or they had hung up."""
    m = episode_at(w, c)
    case = case_at(w, m.case)
    case_id = whole(m.case)
    if m.state == OVER:
        case.came_back = 1
        write(w, REOPENED, c, w.now)
    opens(w, case_id)


# Of an episode


@compiled
def of_episode(w, kind, c):
    """What happens to one that waits in a queue, and to others."""
    if kind in (TIRED, OFFER, HOLD, OVERFLOW):
        of_waiting(w, kind, c)
    elif kind == TURN:
        writes(w, c)
    elif kind == HELPED:
        helped(w, c)
    elif kind == UNHELPED:
        asks_on(w, c)
    elif kind == ENTERS:
        groups.enters(w, c)
    elif kind == DROP and is_with(w, c):
        weighs(w, c, w.weight_idle)
        is_free(w, whole(episode_at(w, c).who))
    elif kind == STAYED and episode_at(w, c).goes_on == 1:
        groups.moves_on(w, c)
    elif kind == STAYED:
        is_over(w, c)


@compiled
def of_waiting(w, kind, c):
    if kind == TIRED:
        hangs_up(w, c)
    elif kind == OFFER:
        is_offered(w, c)
    elif episode_at(w, c).line != NOTHING:
        if kind == HOLD:
            communities.holds_no_longer(w, c)
        else:
            communities.crosses(w, c)


@compiled
def writes(w, c):
    """The customer again: who attends goes on while they are there; in a group, while the chat is open."""
    m = episode_at(w, c)
    m.since, m.due, m.left = w.now, w.now + w.promise_later[m.channel], m.effort
    m.stamp += 1
    write(w, WROTE, c, w.now)
    if w.world == COMMUNITIES:
        if is_with(w, c):
            again(w, c)
        else:
            communities.place(w, c)
    elif m.weight > 0 and is_with(w, c):
        again(w, c)
    else:
        groups.waits(w, c)


@compiled
def again(w, c):
    m = episode_at(w, c)
    weighs(w, c, 1000)
    m.state = INBOX
    put_last(w, whole(m.who), c)
    go_on(w, whole(m.who))


@compiled
def hangs_up(w, c):
    """Lost patience; some call again."""
    m = episode_at(w, c)
    leave_line(w, c)
    waited(w, c)
    m.state = ABANDONED
    m.stamp += 1
    if uniform(w.seed, m.case, REDIAL, m.number) < w.redials:
        later(w, w.now + exponential(w.seed, m.case, REDIAL_S, m.number, w.redial_s), AGAIN, c, 0)


@compiled
def is_offered(w, c):
    """To be called back at a named time: who takes it keeps their place, but not the line."""
    m = episode_at(w, c)
    if uniform(w.seed, m.case, OFFERED, m.number) < w.takes_offer:
        m.call_back = 1
        m.state = CALL_BACK
        m.stamp += 1
        m.due = w.now + w.call_back_s


# Of an expert


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
            again_placed(w, item)
        item = next_item(w, x)
