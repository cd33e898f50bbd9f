"""Placing in a community: by the very policy that runs live. What it asks is made of columns; its answer is carried out."""

from math import log

from coterie.routing.model import FAR_S
from coterie.routing.policy import HELD, NOBODY, Contact, Experts
from coterie.twin.world.agenda import later
from coterie.twin.world.columns import (
    CALL_BACK,
    CHANNELS,
    FOREVER,
    HOLD,
    MESSAGING,
    NOTHING,
    OFFER,
    OVERFLOW,
    QUEUED,
    TIRED,
    VOICE,
    WARM,
)  # fmt: skip
from coterie.twin.world.compiled import compiled, policy
from coterie.twin.world.draws import PATIENCE, uniform
from coterie.twin.world.lists import join_line
from coterie.twin.world.reach import (
    GUEST,
    OWN,
    case_at,
    episode_at,
    expert_at,
    line_at,
    marks,
    marks_from,
    reals,
    reals_from,
    skill_of,
    unit_at,
    whole,
)
from coterie.twin.world.records import AT_HOME, CROSSED, OVERFLOWED, write
from coterie.twin.world.work import attend, own

decide = policy.decide


@compiled
def judged(w, c, unit, home):
    """What the policy says of this episode and these members: their index or NOTHING, and the reason."""
    m, u = episode_at(w, c), unit_at(w, unit)
    first, n = u.first, u.number
    last = first + n
    idle_s, back, warm_s = reals(w.idle_s), reals(w.back_s), reals(w.warm_s)
    for i in range(n):
        x = first + i
        e = expert_at(w, x)
        idle_s[i] = w.now - e.given
        back[i] = FAR_S if marks(w.present)[x] == 1 else back_s(w, x)
        warm_s[i] = warm_up_left(w, x)
    owner, last_owner = NOBODY, NOBODY
    if home and w.owners == 1:
        case = case_at(w, m.case)
        if case.owner != NOTHING and expert_at(w, case.owner).long_away == 0:
            owner = case.owner - first
        elif case.owner == NOTHING and case.before != NOTHING:
            before = case_at(w, case.before).owner
            if first <= before < last:
                last_owner = before - first
    call = 1 if m.channel == VOICE else 0
    seat = w.voice_seat if call else w.written_seat
    hold = max(0.0, m.since + min(w.hold[m.channel], (m.due - m.since) / 2) - w.now)
    chosen, reason = decide(
        Contact(NOBODY, owner, last_owner, call, hold),
        Experts(
            marks_from(w.present, first, n), marks_from(w.on_shift, first, n), marks_from(seat, first, n),
            marks_from(w.ones, 0, n), marks_from(w.skill, m.topic * w.n_of_experts + first, n),
            reals_from(w.load, first, n), reals_from(w.capacity, first, n), reals_from(w.idle_s, 0, n),
            marks_from(w.on_call, first, n), reals_from(w.warm_s, 0, n), reals_from(w.back_s, 0, n),
            marks_from(w.zeros, 0, n),
        ),
        marks_from(w.codes, 0, n),
    )  # fmt: skip
    return (first + chosen if chosen >= 0 else NOTHING), reason


@compiled
def back_s(w, x):
    e = expert_at(w, x)
    return reals(w.shifts)[2 * e.shift] - w.now if e.shift < e.last_shift else FAR_S


@compiled
def warm_up_left(w, x):
    """As `routing.rules.warm_up_left` has it."""
    e, every = expert_at(w, x), w.warm_up_s
    if (
        every == 0.0
        or e.given < e.began
        or w.now >= e.began + every * max(0.0, reals(w.capacity)[x] - 1)
    ):
        return 0.0
    return max(0.0, e.given + every - w.now)


@compiled
def place(w, c):
    """Whoever the policy names begins; else it waits, held for its owner or not."""
    m = episode_at(w, c)
    unit = whole(case_at(w, m.case).unit)
    chosen, reason = judged(w, c, unit, True)
    if chosen != NOTHING:
        give(w, c, chosen, OWN)
        return
    m.epoch = NOTHING
    m.state = QUEUED
    m.stamp += 1
    join_line(w, c, unit)
    waits(w, c, unit, reason == HELD)


@compiled
def give(w, c, x, guest):
    """And while they warm up, look again when the next one may come."""
    e, every = expert_at(w, x), w.warm_up_s
    attend(w, c, x, guest)
    if every > 0.0 and w.now < e.began + every * max(0.0, reals(w.capacity)[x] - 1):
        later(w, w.now + every, WARM, x, e.epoch)


@compiled
def waits(w, c, unit, held):
    """What happens when it waits for long."""
    m = episode_at(w, c)
    if held:
        until = m.since + min(w.hold[m.channel], (m.due - m.since) / 2)
        if until > w.now:
            later(w, until, HOLD, c, m.stamp)
    if m.channel == VOICE and m.call_back == 0 and m.waited < 0.0:
        tires(w, c)
        if w.takes_offer > 0.0:
            later(w, m.since + w.offer_s, OFFER, c, m.stamp)
    if w.overflow == 1 and unit_at(w, unit).buddy != NOTHING and m.channel <= MESSAGING:
        at = m.since + w.overflow_voice_s
        if m.channel == MESSAGING:
            at = m.due - min(w.overflow_lead_s, (m.due - m.since) / 2)
        later(w, max(at, w.now), OVERFLOW, c, m.stamp)


@compiled
def holds_no_longer(w, c):
    """Who is free covers for the owner; else it keeps its place in the line."""
    chosen, _ = judged(w, c, whole(episode_at(w, c).unit), True)
    if chosen != NOTHING:
        give(w, c, chosen, OWN)


@compiled
def tires(w, c):
    """Who calls waits so long: exponential, or Weibull where patience has a shape."""
    m = episode_at(w, c)
    if w.patience_scale_s < FOREVER:
        u = uniform(w.seed, m.case, PATIENCE, m.number)
        later(w, m.since + patience(u, w.patience_scale_s, w.patience_shape), TIRED, c, m.stamp)


@compiled
def patience(u, scale, shape):
    x = -log(u)
    return scale * (x if shape == 1.0 else x ** (1.0 / shape))


@compiled
def is_able(w, x):
    """Whether somebody could take anything at all."""
    return marks(w.present)[x] == 1 and marks(w.on_shift)[x] == 1 and marks(w.on_call)[x] == 0


@compiled
def earliest(w, unit, x, above):
    """Of the unit's lines that this one may serve, the one whose head is due first, later than `above`."""
    best, when = whole(NOTHING), FOREVER
    load = expert_at(w, x).load
    for channel in range(CHANNELS):
        line = unit * CHANNELS + channel
        head = line_at(w, line).head
        if head == NOTHING:
            continue
        if channel == VOICE:
            if load > 1000 or marks(w.voice_seat)[x] == 0:
                continue
        elif load / 1000.0 + 1.0 > reals(w.capacity)[x] or marks(w.written_seat)[x] == 0:
            continue
        due = episode_at(w, head).due + 1e-6 * channel
        if above < due < when:
            best, when = line, due
    return best, when


@compiled
def serve(w, x):
    """Somebody may have become free: give them what waits, as long as the policy gives anything to anybody."""
    if not is_able(w, x):
        return
    unit = whole(expert_at(w, x).unit)
    above = -FOREVER
    while is_able(w, x):
        line, due = earliest(w, unit, x, above)
        if line == NOTHING:
            break
        above = -FOREVER if serve_line(w, unit, line) else due
    while is_able(w, x) and serve_guest(w, x):
        pass


@compiled
def serve_line(w, unit, line):
    """The first in line whom the policy gives to somebody; whether there was one."""
    c = whole(line_at(w, line).head)
    while c != NOTHING:
        chosen, reason = judged(w, c, unit, True)
        if chosen != NOTHING:
            give(w, c, chosen, OWN)
            return True
        if reason != HELD:
            return False
        c = whole(episode_at(w, c).next)
    return False


@compiled
def crosses(w, c):
    """Home could not serve it in time: somebody of the buddy community, if one is free and nobody waits there."""
    m = episode_at(w, c)
    buddy = whole(unit_at(w, case_at(w, m.case).unit).buddy)
    if m.over == 0 and not guest_place(w, c, buddy):
        u = unit_at(w, buddy)
        m.over = 1
        m.over_next = NOTHING
        if u.over_tail == NOTHING:
            u.over_head = c
        else:
            episode_at(w, u.over_tail).over_next = c
        u.over_tail = c


@compiled
def guest_place(w, c, unit):
    line = unit * CHANNELS
    if line_at(w, line).n or line_at(w, line + 1).n or line_at(w, line + 2).n:
        return False
    chosen, _ = judged(w, c, unit, False)
    if chosen == NOTHING:
        return False
    m = episode_at(w, c)
    if w.owners == 1 and case_at(w, m.case).owner == NOTHING:
        own(w, c, owner_at_home(w, c), AT_HOME)
    write(w, CROSSED, c, w.now, chosen, NOTHING, OVERFLOWED)
    give(w, c, chosen, GUEST)
    return True


@compiled
def owner_at_home(w, c):
    """As `routing.overflow.owner_at_home` has it: who knows the customer, then by skill, then by cases owned."""
    m = episode_at(w, c)
    case = case_at(w, m.case)
    u = unit_at(w, case.unit)
    before = case_at(w, case.before).owner if case.before != NOTHING else NOTHING
    best = u.first
    for x in range(u.first, u.first + u.number):
        a, b = expert_at(w, x), expert_at(w, best)
        if a.long_away != b.long_away:
            better = a.long_away < b.long_away
        elif (x == before) != (best == before):
            better = x == before
        elif skill_of(w, m.topic, x) != skill_of(w, m.topic, best):
            better = skill_of(w, m.topic, x) > skill_of(w, m.topic, best)
        else:
            better = a.owns < b.owns
        if better:
            best = x
    return best


@compiled
def serve_guest(w, x):
    """What overflows to this one's community, the first that still waits."""
    unit = whole(expert_at(w, x).unit)
    u = unit_at(w, unit)
    while u.over_head != NOTHING:
        c = whole(u.over_head)
        m = episode_at(w, c)
        if m.state in (QUEUED, CALL_BACK) and m.line != NOTHING:
            if not guest_place(w, c, unit):
                return False
            drop_over_head(w, u)
            return True
        drop_over_head(w, u)
    return False


@compiled
def drop_over_head(w, u):
    m = episode_at(w, u.over_head)
    m.over = 0
    u.over_head = m.over_next
    if u.over_head == NOTHING:
        u.over_tail = NOTHING
