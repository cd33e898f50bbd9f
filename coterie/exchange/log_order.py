"""The events of a log in their order: customer by customer, their cases as they were opened, each case's events by time."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice, pairwise
from operator import itemgetter

from coterie.exchange.log import Log
from coterie.performance.courses import course_of, records_of
from coterie.performance.model import Course, Record, Step

PIECE = 5_000


@dataclass(slots=True)
class Order:
    """The places of all events but duplicates; and for each case its number, whose it is, and how many events it has."""

    events: "array[int]" = field(default_factory=lambda: array("i"))
    cases: list[int] = field(default_factory=list)
    whose: "array[int]" = field(default_factory=lambda: array("i"))
    """By the number of the case. Where nobody knows whose it is, it is alone, under a number below 0."""
    lengths: "array[int]" = field(default_factory=lambda: array("i"))
    """By the number of the case."""
    backwards: list[int] = field(default_factory=list)
    """Events that stand in the file after a later one of their case."""
    duplicates: int = 0


def in_order(log: Log) -> Order:
    """Sort all of it. Ties: events as in the file, cases by their id."""
    case, ids = log.columns["case"], log.names["case"].names
    order, opened, starts = Order(), array("q", [0]) * len(ids), array("i", [0]) * len(ids)
    order.whose, order.lengths = array("i", [0]) * len(ids), array("i", [0]) * len(ids)
    places = array("i", sorted(in_the_file(log), key=case.__getitem__))
    found = array("i")
    for number, its in groupby(places, key=case.__getitem__):
        events = ordered(log, order, list(its))
        order.whose[number] = customer(log, events) or -number
        opened[number], starts[number] = log.at[events[0]], len(found)
        order.lengths[number] = len(events)
        order.cases.append(number)
        found.extend(events)
    for key in (ids, opened, order.whose):  # what is equal stays as it was
        order.cases.sort(key=key.__getitem__)
    for number in order.cases:
        start = starts[number]
        order.events.extend(found[start : start + order.lengths[number]])
    return order


def in_the_file(log: Log) -> Sequence[int]:
    """Events of several of a row stand apart in the columns."""
    places = range(len(log))
    return sorted(places, key=log.line.__getitem__) if log.mixed else places


def ordered(log: Log, order: Order, events: list[int]) -> list[int]:
    """A case's events by time, ties as in the file, of lines that are exactly the same the first."""
    at = log.at
    if len({log.print[event] for event in events}) < len(events):
        firsts = {log.print[event]: event for event in reversed(events)}
        kept = [event for event in events if firsts[log.print[event]] == event]
        order.duplicates += len({log.line[event] for event in set(events).difference(kept)})
        events = kept
    found = sorted(events, key=at.__getitem__)
    if found != events:
        order.backwards.extend(later for event, later in pairwise(events) if at[later] < at[event])
    return found


def customer(log: Log, events: list[int]) -> int:
    """Whose case it is: who is named first."""
    return next(filter(None, log.numbers("customer", events)), 0)


def records(log: Log, order: Order) -> Iterator[list[Record]]:
    """What figures are folded over, one customer after the other."""
    for _, theirs in groupby(courses(log, order), key=itemgetter(0)):
        yield list(records_of([course for _, course in theirs]))


def courses(log: Log, order: Order) -> Iterator[tuple[int, Course]]:
    """Each case's course, with the number of whose it is."""
    ids, names = log.names["case"].names, log.names["customer"].names
    following = steps(log, order)
    for case in order.cases:
        whose, length = order.whose[case], order.lengths[case]
        name = names[whose] if whose > 0 else None
        yield whose, course_of(ids[case], name, list(islice(following, length)))


def steps(log: Log, order: Order) -> Iterator[Step]:
    for start in range(0, len(order.events), PIECE):
        yield from log.steps(order.events[start : start + PIECE])
