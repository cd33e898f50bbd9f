"""A week of named shifts as arrays, compiled: what is fixed, where things stand, what a person's week costs and may hold."""

from typing import NamedTuple

from numpy import bool_, int64
from numpy.typing import NDArray

from coterie.planning.rosters.compiled import compiled

OFF = -1
DAY = 48
Numbers = NDArray[int64]
Flags = NDArray[bool_]


class Week(NamedTuple):
    """What is fixed, by shape, person, day (0 to 6), ability or burden; half-hours from the week's midnight."""

    starts: Numbers
    lengths: Numbers
    paid: Numbers
    sizes: Numbers
    """Of each shape: the place of its length in `length_of`."""
    first: Numbers
    last: Numbers
    """The half-hours after its start in which a pause may lie; -1 for a shape without one."""
    length_of: Numbers
    at: Numbers
    """The shape by start and size, `OFF` for none."""
    allowed: Flags
    """Person, day, shape."""
    choices: Numbers
    many: Numbers
    """The shapes that a person may work on a day, and how many there are."""
    costs: Numbers
    """Person, day, shape: hours and wishes. The last column is that of a day off."""
    need: Numbers
    needs: Numbers
    """Ability, half-hour."""
    able: Flags
    """Ability, person."""
    most_days: Numbers
    most_hours: Numbers
    owed: Numbers
    pair: Numbers
    """What it costs a person to have no two days off together."""
    burdens: Flags
    """Burden, day, shape."""
    shares: Numbers
    """Burden, person."""
    before: Flags
    """Person, day: worked in the `row` days before the week."""
    row: int
    rest: int
    short: int
    under: int
    unfair: int


class State(NamedTuple):
    """Where things stand: shapes and pauses by person and day, who is there by half-hour, and what a try can take back."""

    shapes: Numbers
    pauses: Numbers
    there: Numbers
    present: Numbers
    undo: Numbers
    """How many numbers follow, then person, day, shape and pause of each change."""


@compiled
def put(week: Week, state: State, person: int, day: int, shape: int, pause: int) -> int:
    """Somebody works this shape on a day instead of theirs. Returns what empty positions cost more."""
    more = 0
    if state.shapes[person, day] != OFF:
        more += come(week, state, person, day, -1)
    state.shapes[person, day], state.pauses[person, day] = shape, pause
    if shape != OFF:
        more += come(week, state, person, day, 1)
    return more


@compiled
def come(week: Week, state: State, person: int, day: int, many: int) -> int:
    """A shift comes (1) or goes (-1)."""
    shape, more = state.shapes[person, day], 0
    begins = day * DAY + week.starts[shape]
    rests = begins + state.pauses[person, day] if state.pauses[person, day] >= 0 else -1
    for at in range(begins, begins + week.lengths[shape]):
        if at != rests:
            lacks = week.need[at] - state.there[at]
            state.there[at] += many
            more += max(0, lacks - many) - max(0, lacks)
    for ability in range(len(week.able)):
        if week.able[ability, person]:
            for at in range(begins, begins + week.lengths[shape]):
                lacks = week.needs[ability, at] - state.present[ability, at]
                state.present[ability, at] += many
                more += max(0, lacks - many) - max(0, lacks)
    return week.short * more


@compiled
def is_allowed(week: Week, state: State, person: int) -> bool:
    """Whether somebody's week keeps contract, rest and days in a row."""
    days, hours, free, run = 0, 0, -10 * DAY, 0
    for day in range(week.row):
        run = run + 1 if week.before[person, day] else 0
    for day in range(7):
        shape = state.shapes[person, day]
        if shape == OFF:
            run = 0
            continue
        begins = day * DAY + week.starts[shape]
        days, hours, run = days + 1, hours + week.paid[shape], run + 1
        if begins < free or run > week.row:
            return False
        free = begins + week.lengths[shape] + week.rest
    return bool(days <= week.most_days[person] and hours <= week.most_hours[person])


@compiled
def cost_of(week: Week, state: State, person: int) -> int:
    """What somebody's week costs: hours, wishes, burdens above their share, no two days off together, hours owed."""
    cost, hours, pair, off = 0, 0, False, False
    for day in range(7):
        shape = state.shapes[person, day]
        cost += week.costs[person, day, shape]
        if shape == OFF:
            pair, off = pair or off, True
        else:
            off = False
            hours += week.paid[shape]
    if not pair:
        cost += week.pair[person]
    for burden in range(len(week.shares)):
        has = 0
        for day in range(7):
            shape = state.shapes[person, day]
            if shape != OFF and week.burdens[burden, day, shape]:
                has += 1
        cost += week.unfair * max(0, has - week.shares[burden, person])
    return int(cost + week.under * max(0, week.owed[person] - hours))
