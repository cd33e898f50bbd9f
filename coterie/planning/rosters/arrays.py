"""From a frame, and the shapes of its cover, to the arrays that are annealed, and back to shifts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy

from coterie.planning.rosters.contracts import days_left, fits, least, most, paid, pauses
from coterie.planning.rosters.fairness import burdens
from coterie.planning.rosters.model import DAY, WEEK, Frame, Shape, Shift
from coterie.planning.rosters.prices import CENT, Key, shares_in, unwished
from coterie.planning.rosters.shapes import shapes_by_day, wanted_in
from coterie.planning.rosters.state import OFF, Flags, Numbers, State, Week

SHORT = 20 * CENT
"""Price of an empty position for half an hour while annealing: above that of the shift that would fill it."""
REACH = WEEK + 2 * DAY
"""Half-hours of the arrays: a shift of the last day runs on."""


def arrays(frame: Frame, week: int, cover: Mapping[Key, int], shapes: Sequence[Shape]) -> Week:
    """Everything that is fixed about a week, in half-hours and tenths of paid half-hours."""
    rules, people = frame.rules, frame.people
    spans = [pauses(shape.length, rules) for shape in shapes]
    allowed = allowed_in(frame, week, shapes)
    wanted = wanted_in(frame, week)
    costs = costs_in(frame, week, shapes)
    return Week(
        starts=numbers(shape.start for shape in shapes),
        lengths=numbers(shape.length for shape in shapes),
        paid=numbers(paid(shape.length, rules) for shape in shapes),
        sizes=numbers(rules.lengths.index(shape.length) for shape in shapes),
        first=numbers(span[0] if span else -1 for span in spans),
        last=numbers(span[-1] if span else -1 for span in spans),
        length_of=numbers(rules.lengths),
        at=places(shapes, rules.lengths),
        allowed=allowed,
        # The shapes of a person's day first, in their order.
        choices=numpy.argsort(~allowed, axis=2, kind="stable"),
        many=allowed.sum(axis=2, dtype=numpy.int64),
        costs=costs,
        need=by_half_hour(wanted, week),
        needs=needs_in(frame, week, wanted),
        able=flags([[ability in p.can for p in people] for ability in rules.present], (-1, len(people))),
        most_days=numbers(days_left(frame, person, week) for person in people),
        most_hours=numbers(most(frame, person, week) for person in people),
        owed=numbers(least(frame, person, week, shapes) for person in people),
        pair=numbers(round(CENT * rules.prices.no_pair) * (days_left(frame, person, week) > 0) for person in people),
        burdens=flags([[[counts(day, shape) for shape in shapes] for day in range(7)] for counts in burdens(rules).values()], (-1, 7, len(shapes))),
        shares=numpy.array([[share[p.ref] for p in people] for share in shares_in(frame, week, cover).values()], numpy.int64),
        before=worked_before(frame, week),
        row=rules.days_in_a_row,
        rest=rules.rest,
        short=short_in(frame, shapes, costs),
        under=round(CENT * rules.prices.under),
        unfair=round(CENT * rules.prices.unfair),
    )  # fmt: skip


def short_in(frame: Frame, shapes: Sequence[Shape], costs: Numbers) -> int:
    """Above what any wish, pair or share is worth, too, whatever their prices."""
    prices = frame.rules.prices
    wish = int(costs.max()) - CENT * min(paid(shape.length, frame.rules) for shape in shapes)
    return max(SHORT, wish + 2 * round(CENT * (prices.no_pair + prices.unfair)))


def shapes_in(frame: Frame, week: int) -> list[Shape]:
    """All shapes that are possible on some day."""
    return sorted({shape for some in shapes_by_day(frame, week).values() for shape in some})


def nobody(week: Week) -> State:
    """Nobody works."""
    people = len(week.many)
    return State(
        numpy.full((people, 7), OFF, numpy.int64),
        numpy.full((people, 7), -1, numpy.int64),
        numpy.zeros(REACH, numpy.int64),
        numpy.zeros((len(week.able), REACH), numpy.int64),
        numpy.zeros(17, numpy.int64),
    )


def shifts_of(frame: Frame, week: int, shapes: Sequence[Shape], state: State) -> Iterator[Shift]:
    for at, person in enumerate(frame.people):
        for day, (shape, pause) in enumerate(
            zip(state.shapes[at].tolist(), state.pauses[at].tolist(), strict=True)
        ):
            if shape != OFF:
                start, length = shapes[shape]
                rests = pause if pause >= 0 else None
                yield Shift(person.ref, 7 * week + day, start, length, rests)


def numbers(values: Iterable[int]) -> Numbers:
    return numpy.array(list(values), numpy.int64)


def flags(values: Sequence[object], shape: tuple[int, ...]) -> Flags:
    """A table that keeps its columns where it has no row."""
    return numpy.array(values, numpy.bool_).reshape(shape if values else (0, *shape[1:]))


def places(shapes: Sequence[Shape], lengths: Sequence[int]) -> Numbers:
    found = numpy.full((DAY, len(lengths)), OFF, numpy.int64)
    for number, shape in enumerate(shapes):
        found[shape.start, lengths.index(shape.length)] = number
    return found


def by_half_hour(wanted: Mapping[int, int], week: int) -> Numbers:
    found = numpy.zeros(REACH, numpy.int64)
    for at, many in wanted.items():
        found[at - week * WEEK] = many
    return found


def needs_in(frame: Frame, week: int, wanted: Mapping[int, int]) -> Numbers:
    found = numpy.zeros((len(frame.rules.present), REACH), numpy.int64)
    for row, asked in enumerate(frame.rules.present.values()):
        found[row] = numpy.minimum(by_half_hour(wanted, week), asked)
    return found


def allowed_in(frame: Frame, week: int, shapes: Sequence[Shape]) -> Flags:
    """By leave, contract, and rest after what was worked before this week."""
    free: dict[str, int] = {}
    for shift in sorted(frame.before, key=lambda shift: shift.ends):
        free[shift.person] = shift.ends + frame.rules.rest
    found = numpy.zeros((len(frame.people), 7, len(shapes)), numpy.bool_)
    for day, possible in enumerate(shapes_by_day(frame, week).values()):
        today, begins = 7 * week + day, (7 * week + day) * DAY
        here = [shape in set(possible) for shape in shapes]
        for at, person in enumerate(frame.people):
            rested = free.get(person.ref, begins)
            if today not in frame.off(person.ref):
                found[at, day] = [there and fits(person, shape) and begins + shape.start >= rested for there, shape in zip(here, shapes, strict=True)]  # fmt: skip
    return found


def costs_in(frame: Frame, week: int, shapes: Sequence[Shape]) -> Numbers:
    """Of each shape for each person and day: its paid half-hours, and wishes that it doesn't grant. A day off is free."""
    wishes = defaultdict(list)
    for wish in frame.wishes:
        wishes[wish.person, wish.day].append(wish)
    hours = [CENT * paid(shape.length, frame.rules) for shape in shapes]
    found = numpy.zeros((len(frame.people), 7, len(shapes) + 1), numpy.int64)
    found[:, :, :-1] = hours
    for at, person in enumerate(frame.people):
        for day in range(7):
            mine = wishes[person.ref, 7 * week + day]
            if mine:
                found[at, day, :-1] += [round(CENT * unwished(mine, shape, frame.rules)) for shape in shapes]  # fmt: skip
    return found


def worked_before(frame: Frame, week: int) -> Flags:
    known, row = {(shift.person, shift.day) for shift in frame.before}, frame.rules.days_in_a_row
    days = range(7 * week - row, 7 * week)
    return flags([[(person.ref, day) in known for day in days] for person in frame.people], (-1, row))  # fmt: skip
