"""What happens to an episode: its turns, its waiting, its end."""

from coterie.twin.world import communities, groups
from coterie.twin.world.agenda import later
from coterie.twin.world.columns import (
    ABANDONED,
    AGAIN,
    CALL_BACK,
    COMMUNITIES,
    DROP,
    ENTERS,
    HELPED,
    HOLD,
    INBOX,
    NOTHING,
    OFFER,
    OVER,
    OVERFLOW,
    STAYED,
    TIRED,
    TURN,
    UNHELPED,
    WITH_CUSTOMER,
)
from coterie.twin.world.compiled import compiled
from coterie.twin.world.draws import (
    AGAIN_,
    AGAIN_S,
    LATER,
    OFFERED,
    REDIAL,
    REDIAL_S,
    SOLVED,
    THINKS,
    THINKS_LONG,
    exponential,
    lognormal,
    uniform,
)
from coterie.twin.world.either import is_free, placed_again
from coterie.twin.world.lists import leave_line, put_last
from coterie.twin.world.opening import while_open
from coterie.twin.world.reach import case_at, episode_at, topic_at, whole
from coterie.twin.world.records import CLOSED, WROTE, write
from coterie.twin.world.work import asks_on, go_on, is_helped, is_with, waited, weighs


@compiled
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


@compiled
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
        after = exponential(w.seed, m.case, AGAIN_S, m.number, w.again_s)
        later(w, while_open(w, m.case, w.now + after), AGAIN, c, 0)
        return
    case.closed_at = w.now + w.watch_s
    if case.closed_at <= w.until:
        write(w, CLOSED, c, case.closed_at)


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
        after = exponential(w.seed, m.case, REDIAL_S, m.number, w.redial_s)
        later(w, while_open(w, m.case, w.now + after), AGAIN, c, 0)


@compiled
def is_offered(w, c):
    """To be called back at a named time: who takes it keeps their place, but not the line."""
    m = episode_at(w, c)
    if uniform(w.seed, m.case, OFFERED, m.number) < w.takes_offer:
        m.call_back = 1
        m.state = CALL_BACK
        m.stamp += 1
        m.due = w.now + w.call_back_s


@compiled
def helped(w, c):
    if not is_helped(w, c):
        placed_again(w, c)
