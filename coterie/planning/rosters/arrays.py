"""From a frame and a cover to the arrays that are annealed, and back to shifts."""

from collections import defaultdict
from collections.abc import Iterator

import numpy

from coterie.planning.rosters.contracts import days_left, fits, least, most, paid, pauses
from coterie.planning.rosters.cover import CENT, Cover
from coterie.planning.rosters.fairness import burdens, counted, fair_shares, granted
from coterie.planning.rosters.model import DAY, WEEK, Frame, Shape, Shift
from coterie.planning.rosters.shapes import shapes_by_day, wanted_in
from coterie.planning.rosters.state import OFF, Flags, Numbers, State, Week

SHORT = 200
"""Price of an empty position for half an hour while annealing: above any shift that would fill it."""
REACH = WEEK + 2 * DAY
"""Half-hours: a shift of the last day runs on."""


def arrays(frame: Frame, week: int, cover: Cover) -> tuple[Week, list[Shape]]:
    rules, days = frame.rules, range(7 * week, 7 * week + 7)
    by_day = shapes_by_day(frame, week)
    shapes = sorted({shape for some in by_day.values() for shape in some})
    allowed = allowed_in(frame, week, shapes)
    choices = numpy.zeros(allowed.shape, numpy.int64)
    many = allowed.sum(axis=2)
    for person, day in numpy.ndindex(many.shape):
        choices[person, day, : many[person, day]] = numpy.flatnonzero(allowed[person, day])
    spans = [pauses(shape.length, rules) for shape in shapes]
    wanted = wanted_in(frame, week)
    abilities = list(rules.present.items())
    people = frame.people
    sorts = burdens(rules)
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
        choices=choices,
        many=many.astype(numpy.int64),
        costs=costs_in(frame, week, shapes),
        need=by_half_hour(wanted, week),
        needs=numpy.array([by_half_hour({at: min(each, n) for at, n in wanted.items()}, week) for _, each in abilities], numpy.int64).reshape(-1, REACH),
        able=numpy.array([[ability in p.can for p in people] for ability, _ in abilities], numpy.bool_).reshape(-1, len(people)),
        most_days=numbers(days_left(frame, p, week) for p in people),
        most_hours=numbers(most(frame, p, week) for p in people),
        owed=numbers(least(frame, p, week, shapes) for p in people),
        pair=numbers(round(CENT * rules.prices.no_pair) if days_left(frame, p, week) else 0 for p in people),
        burdens=numpy.array([[[counts(day, shape) for shape in shapes] for day in days] for counts in sorts.values()], numpy.bool_),
        shares=shares_in(frame, week, cover),
        before=numpy.array([[(p.ref, day) in worked_before(frame) for day in range(days[0] - rules.days_in_a_row, days[0])] for p in people], numpy.bool_),
        row=rules.days_in_a_row,
        rest=rules.rest,
        short=SHORT,
        under=round(CENT * rules.prices.under),
        unfair=round(CENT * rules.prices.unfair),
    ), shapes  # fmt: skip


def worked_before(frame):
    return {(s.person, s.day) for s in frame.before}


def numbers(values) -> Numbers:
    return numpy.array(list(values), numpy.int64)


def places(shapes, lengths):
    found = numpy.full((DAY, len(lengths)), OFF, numpy.int64)
    for number, shape in enumerate(shapes):
        found[shape.start, lengths.index(shape.length)] = number
    return found


def by_half_hour(wanted, week):
    found = numpy.zeros(REACH, numpy.int64)
    for at, many in wanted.items():
        found[at - week * WEEK] = many
    return found


def allowed_in(frame, week, shapes) -> Flags:
    by_day = shapes_by_day(frame, week)
    last = {}
    for s in frame.before:
        last[s.person] = max(s.ends, last.get(s.person, s.ends))
    found = numpy.zeros((len(frame.people), 7, len(shapes)), numpy.bool_)
    for d in range(7):
        day = 7 * week + d
        here = set(by_day[day])
        for n, p in enumerate(frame.people):
            if day in frame.off(p.ref):
                continue
            free = last.get(p.ref, -(10**6)) + frame.rules.rest
            for k, shape in enumerate(shapes):
                found[n, d, k] = shape in here and fits(p, shape) and day * DAY + shape.start >= free
    return found


def costs_in(frame, week, shapes):
    wishes = defaultdict(list)
    for wish in frame.wishes:
        wishes[wish.person, wish.day].append(wish)
    rules = frame.rules
    found = numpy.zeros((len(frame.people), 7, len(shapes) + 1), numpy.int64)
    for n, p in enumerate(frame.people):
        for d in range(7):
            for k, shape in enumerate(shapes):
                unwished = sum(w.weight for w in wishes[p.ref, 7 * week + d] if not granted(w, shape, rules))
                found[n, d, k] = round(CENT * (paid(shape.length, rules) + rules.prices.wish * unwished))
    return found


def shares_in(frame, week, cover):
    rows = []
    for counts in burdens(frame.rules).values():
        total = sum(many for key, many in cover.shapes.items() if counts(*key))
        shares = fair_shares(frame, week, total, counted(frame.before, counts))
        rows.append([shares[p.ref] for p in frame.people])
    return numpy.array(rows, numpy.int64)


def empty_state(week: Week) -> State:
    people = len(week.many)
    return State(numpy.full((people, 7), OFF), numpy.full((people, 7), -1), numpy.zeros(REACH, numpy.int64), numpy.zeros((len(week.able), REACH), numpy.int64), numpy.zeros(32, numpy.int64))


def shifts_of(frame: Frame, week: int, shapes: list[Shape], state: State) -> Iterator[Shift]:
    for n, p in enumerate(frame.people):
        for d in range(7):
            if state.shapes[n, d] != OFF:
                pause = int(state.pauses[n, d])
                yield Shift(p.ref, 7 * week + d, *shapes[state.shapes[n, d]], pause if pause >= 0 else None)
