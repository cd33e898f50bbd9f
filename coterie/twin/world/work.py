"""What people do with their time: one call, or one turn or ask after the other; help comes to the case."""

from coterie.twin.world.agenda import later
from coterie.twin.world.columns import (
    BY_GUEST,
    COMMUNITIES,
    COVER,
    ENDS,
    FOREVER,
    HANDED,
    HELPED,
    IN_HAND,
    INBOX,
    NEEDS_HELP,
    NO_CHANGE,
    NOTHING,
    UNHELPED,
    VOICE,
)  # fmt: skip
from coterie.twin.world.compiled import compiled
from coterie.twin.world.draws import HELP, exponential
from coterie.twin.world.lists import help_on, leave_line, next_item, put_first, put_last
from coterie.twin.world.reach import (
    case_at,
    episode_at,
    expert_at,
    marks,
    owning_at,
    reals,
    skill_of,
    unit_at,
    whole,
)
from coterie.twin.world.records import (
    ANSWERED,
    ASK_ANSWERED,
    ASKED,
    BY_ABSENCE,
    FIRST_ANSWER,
    OWNED,
    PLACED,
    write,
)  # fmt: skip


@compiled
def set_load(w, x, change):
    e = expert_at(w, x)
    e.load += change
    reals(w.load)[x] = e.load / 1000.0


@compiled
def weighs(w, c, weight):
    """From now on this episode weighs so much on who attends it, as long as that is the shift it was given in."""
    m = episode_at(w, c)
    if m.who != NOTHING and expert_at(w, m.who).epoch == m.epoch:
        set_load(w, whole(m.who), weight - m.weight)
    m.weight = weight


@compiled
def is_with(w, c):
    """Whether who attends is still there, in the shift in which it was given to them."""
    m = episode_at(w, c)
    return (
        m.who != NOTHING and marks(w.present)[m.who] == 1 and expert_at(w, m.who).epoch == m.epoch
    )


@compiled
def attend(w, c, x, guest):
    """It is theirs now: a call begins at once, anything written waits on them."""
    m, e = episode_at(w, c), expert_at(w, x)
    leave_line(w, c)
    m.who, m.epoch, m.weight = x, e.epoch, 1000
    m.stamp += 1
    set_load(w, x, 1000)
    e.given = w.now
    case = case_at(w, m.case)
    if case.owner != NOTHING:
        m.owned = 1
    if guest:
        m.outside = 1
    if m.by == NOTHING:
        m.at_home, m.owner = 0 if guest else 1, case.owner
    m.as_guest = guest
    write(w, PLACED, c, w.now, x, case.owner, guest)
    if case.last_by != NOTHING and case.last_by != x:
        m.left += w.brief_s
    if m.channel == VOICE:
        call(w, c, x)
    else:
        m.state = INBOX
        put_last(w, x, c)
        go_on(w, x)


@compiled
def call(w, c, x):
    """Whatever they were writing waits."""
    m = episode_at(w, c)
    interrupt(w, x)
    marks(w.on_call)[x] = 1
    waited(w, c)
    answered(w, c, x)
    if lacks_skill(w, c, x):
        e = expert_at(w, x)
        e.work, e.started, e.ends_at = c, w.now, FOREVER
        e.stamp += 1
        ask(w, c, x)
    else:
        m.state = IN_HAND
        take_time(w, x, c, m.left)


@compiled
def waited(w, c):
    """In the first queue, or in those that came after it was passed on."""
    m = episode_at(w, c)
    if m.waited < 0.0:
        m.waited = w.now - m.since
    elif m.hops > 0:
        m.waited_more += w.now - m.since


@compiled
def lacks_skill(w, c, x):
    m = episode_at(w, c)
    if w.world != COMMUNITIES or m.helped == 1:
        return False
    return skill_of(w, m.topic, x) == 0


@compiled
def interrupt(w, x):
    e = expert_at(w, x)
    item = whole(e.work)
    if item == NOTHING:
        return
    e.busy_s += w.now - e.started
    if item >= 0:
        episode_at(w, item).left = e.ends_at - w.now
        episode_at(w, item).state = INBOX
    else:
        episode_at(w, -2 - item).help_left = e.ends_at - w.now
    e.work = NOTHING
    e.stamp += 1
    put_first(w, x, item)


@compiled
def take_time(w, x, item, seconds):
    e = expert_at(w, x)
    e.work, e.started, e.ends_at = item, w.now, w.now + seconds
    e.stamp += 1
    later(w, e.ends_at, ENDS, x, e.stamp)


@compiled
def go_on(w, x):
    """With what waits on them, until something takes their time."""
    e = expert_at(w, x)
    while e.work == NOTHING and marks(w.on_call)[x] == 0 and e.head != NOTHING:
        item = next_item(w, x)
        if item < NOTHING:
            helps(w, x, -2 - item)
        elif lacks_skill(w, item, x):
            ask(w, item, x)
        else:
            episode_at(w, item).state = IN_HAND
            take_time(w, x, item, episode_at(w, item).left)


@compiled
def ask(w, c, x):
    """To the teammate best placed: who is there, knows it, and has least to do. Else to a specialist."""
    m = episode_at(w, c)
    m.state, m.asked_at, m.helping = NEEDS_HELP, w.now, 0
    case_at(w, m.case).asked = 1
    write(w, ASKED, c, w.now, x)
    unit = unit_at(w, expert_at(w, x).unit)
    best, least = whole(NOTHING), FOREVER
    for i in range(unit.first, unit.first + unit.number):
        if (
            i != x
            and marks(w.present)[i] == 1
            and marks(w.on_shift)[i] == 1
            and skill_of(w, m.topic, i) > 0
        ):
            e = expert_at(w, i)
            cost = (
                100.0 * marks(w.on_call)[i]
                + (10.0 if e.work != NOTHING else 0.0)
                + reals(w.load)[i]
            )
            if cost < least:
                best, least = i, cost
    m.helper = best
    if best == NOTHING:
        later(w, w.now + w.specialist_s, HELPED, c, m.stamp)
        return
    m.help_left = exponential(w.seed, m.case, HELP, m.number, w.help_s)
    if expert_at(w, best).work == NOTHING and marks(w.on_call)[best] == 0:
        helps(w, best, c)
    else:
        put_first(w, best, help_on(c))
        later(w, w.now + w.ask_s, UNHELPED, c, m.stamp)


@compiled
def helps(w, x, c):
    """What they were asked for, if nobody else was asked since."""
    m = episode_at(w, c)
    if m.helper == x and m.state == NEEDS_HELP:
        m.helping = 1
        take_time(w, x, help_on(c), m.help_left)


@compiled
def asks_on(w, c):
    """No teammate came to it in time: a specialist is asked."""
    m = episode_at(w, c)
    if m.state == NEEDS_HELP and m.helping == 0 and m.helper != NOTHING:
        m.helper = NOTHING
        later(w, w.now + w.specialist_s, HELPED, c, m.stamp)


@compiled
def is_helped(w, c):
    """Who asked goes on."""
    m = episode_at(w, c)
    m.helped = 1
    write(w, ASK_ANSWERED, c, w.now, whole(m.helper), NOTHING, 0, w.now - m.asked_at)
    if m.channel == VOICE:
        e = expert_at(w, m.who)
        e.busy_s += w.now - e.started
        m.state = IN_HAND
        take_time(w, whole(m.who), c, m.left)
        return True
    if is_with(w, c):
        m.state = INBOX
        put_first(w, whole(m.who), c)
        go_on(w, whole(m.who))
        return True
    return False


@compiled
def answered(w, c, x):
    """A turn is answered by this person: who they are to the customer, and whether in time."""
    m = episode_at(w, c)
    case = case_at(w, m.case)
    kept = 1 if w.now <= m.due else 0
    new_owner = case.owner == NOTHING
    by_absence = not new_owner and expert_at(w, case.owner).long_away == 1
    if w.owners == 1 and (new_owner or by_absence) and m.as_guest == 0:
        own(w, c, x, BY_ABSENCE if by_absence else FIRST_ANSWER)
    if m.by != NOTHING and m.by != x and m.change == NO_CHANGE:
        m.change = why(w, c)
    m.by, m.owner, m.handed_before = x, case.owner, w.now
    m.at_home = 0 if m.as_guest else 1
    counts = m.answered == 0 if m.channel == VOICE else m.goes_on == 0
    if counts:
        m.answered += 1
        m.kept += kept
    case.last_by = x
    write(
        w,
        ANSWERED,
        c,
        w.now,
        x,
        case.owner,
        kept + 2 * m.as_guest + (0 if counts else 4),
        w.now - m.since,
    )


@compiled
def why(w, c):
    m = episode_at(w, c)
    if m.as_guest == 1 or m.at_home == 0:
        return BY_GUEST
    return HANDED if case_at(w, m.case).handed_at >= m.handed_before else COVER


@compiled
def own(w, c, x, reason):
    """`ownings` has room: the loop sees to it before each step."""
    case = case_at(w, episode_at(w, c).case)
    if case.owner != NOTHING:
        expert_at(w, case.owner).owns -= 1
    if reason == BY_ABSENCE:
        case.handed_at = w.now
    owning = owning_at(w, w.n_ownings)
    owning.at, owning.expert, owning.before = w.now, x, case.owning
    case.owning = w.n_ownings
    w.n_ownings += 1
    case.owner = x
    expert_at(w, x).owns += 1
    write(w, OWNED, c, w.now, x, NOTHING, reason)
