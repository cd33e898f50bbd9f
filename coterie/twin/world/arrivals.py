"""Who arrives, with what: something new by the demand, or the same matter again."""

from coterie.twin.world.columns import EMAIL, FOREVER, MESSAGING, NOTHING, OVER
from coterie.twin.world.compiled import compiled
from coterie.twin.world.draws import (
    CELL,
    EFFORT,
    GAP,
    TOPIC_OF,
    TURNS,
    WHO,
    exponential,
    lognormal,
    of_table,
    pick,
    uniform,
)
from coterie.twin.world.either import comes_in
from coterie.twin.world.reach import (
    CASE_WORDS,
    EPISODE_WORDS,
    case_at,
    clear,
    episode_at,
    home_at,
    ints,
    reals,
    row,
    topic_at,
    whole,
)
from coterie.twin.world.records import REOPENED, WROTE, write

SLOT_S = 1800.0


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


@compiled
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


@compiled
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
    comes_in(w, c)


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
