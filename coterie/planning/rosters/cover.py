"""The first stage: how many shifts of which shape cover a week for the fewest paid hours, before anybody is named.

A set-covering model over shapes (Dantzig 1954), with pauses chosen inside their windows (Aykin 1996), and with what all
contracts of a kind hold together, so that the second stage finds people for what the first one wants. The relaxed model
proves a lower bound: no roster under these rules is cheaper. Where CP-SAT stays far from it, the week is annealed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coterie.planning.rosters.contracts import days_left, fits, least, most, paid, pauses
from coterie.planning.rosters.linear import Answer, Linear, relaxed, rounded_up, whole
from coterie.planning.rosters.model import DAY, Frame, Person, Proof, Shape
from coterie.planning.rosters.nameless import nameless
from coterie.planning.rosters.prices import CENT, Key
from coterie.planning.rosters.shapes import free, shapes_by_day, wanted_in

GAP = 0.01
EFFORT = 0.4
"""Deterministic seconds of the solver."""
SHORT = 1_000 * CENT
"""Price of a position that nobody fills for half an hour, far above any shift."""


@dataclass(frozen=True, slots=True)
class Cover:
    """How many of each shape on each day, where somebody is missing, and how good that is known to be.

    The proof counts paid hours, with what contracts miss at its price (`Prices.under`).
    """

    shapes: Mapping[Key, int]
    missing: Mapping[int, int]
    proof: Proof


@dataclass(slots=True)
class Built:
    """A model under construction. `many`: shifts of a shape; `resting`: those of them with this pause."""

    frame: Frame
    week: int
    model: Linear = field(default_factory=Linear)
    many: dict[Key, int] = field(default_factory=dict)
    resting: dict[tuple[int, Shape, int], int] = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)


def cover(frame: Frame, week: int, *, short: bool, seed: int = 0, gap: float = GAP) -> Cover | None:
    """The fewest paid half-hours that cover this week.

    None where nothing covers it, unless `short`: then as few half-hours as possible stay short. A frame without people
    is covered as if there were enough of them for everything.
    """
    built = Built(frame, week)
    add_shapes(built)
    cover_half_hours(built, short=short)
    if frame.people:
        keep_to_people(built)
        keep_to_contracts(built)
    return solved(built, seed, gap)


def add_shapes(built: Built) -> None:
    """Counts of shapes are those of their pauses together."""
    model, rules = built.model, built.frame.rules
    peak = max([len(built.frame.people), *wanted_in(built.frame, built.week).values()])
    for day, shapes in shapes_by_day(built.frame, built.week).items():
        for shape in shapes:
            many = model.variable(peak, CENT * paid(shape.length, rules))
            built.many[day, shape] = many
            resting = {pause: model.variable(peak) for pause in pauses(shape.length, rules)}
            built.resting.update(((day, shape, pause), each) for pause, each in resting.items())
            if resting:
                model.keep([(many, -1), *((each, 1) for each in resting.values())], 0, 0)


def cover_half_hours(built: Built, *, short: bool) -> None:
    there: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (day, shape), many in built.many.items():
        for at in range(shape.start, shape.end):
            there[day * DAY + at].append((many, 1))
    for (day, shape, pause), many in built.resting.items():
        there[day * DAY + shape.start + pause].append((many, -1))
    for at, people in wanted_in(built.frame, built.week).items():
        if short:
            built.missing[at] = built.model.variable(people, SHORT)
            there[at].append((built.missing[at], 1))
        built.model.keep(there[at], people)


def keep_to_people(built: Built) -> None:
    """On no day more shifts than people for them: of those that begin early, and of those that end late."""
    for day in range(7 * built.week, 7 * built.week + 7):
        people = free(built.frame, day)
        today = {shape: many for (on, shape), many in built.many.items() if on == day}
        for first in {person.earliest for person in people} | {DAY}:
            early = [(many, 1) for shape, many in today.items() if shape.start < first]
            built.model.keep(early, high=sum(person.earliest < first for person in people))
        for last in {person.latest for person in people} | {0}:
            late = [(many, 1) for shape, many in today.items() if shape.end > last]
            built.model.keep(late, high=sum(person.latest > last for person in people))


def kinds(frame: Frame, week: int) -> Iterable[list[Person]]:
    """People whose contracts and leave let them give this week the same."""
    found = defaultdict(list)
    for person in frame.people:
        bounds = (person.earliest, person.latest, person.shortest, person.longest)
        found[most(frame, person, week), days_left(frame, person, week), bounds].append(person)
    return found.values()


def keep_to_contracts(built: Built) -> None:
    """Each kind of contract works some of the shifts of each length, within its days and hours."""
    given: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for (day, shape), many in built.many.items():
        given[day, shape.length].append((many, -1))
    for people in kinds(built.frame, built.week):
        works = work_of(built, people)
        for key, many in works.items():
            given[key].append((many, 1))
        keep_to_hours(built, people, works)
    for terms in given.values():
        built.model.keep(terms, 0, 0)


def work_of(built: Built, people: list[Person]) -> dict[tuple[int, int], int]:
    """How many of these people work a shift of this length on this day."""
    works = {}
    for day in range(7 * built.week, 7 * built.week + 7):
        here = sum(day not in built.frame.off(person.ref) for person in people)
        lengths = {shape.length for on, shape in built.many if on == day and fits(people[0], shape)}
        today = {(day, length): built.model.variable(here) for length in sorted(lengths)}
        built.model.keep([(many, 1) for many in today.values()], high=here)
        works.update(today)
    return works


def keep_to_hours(built: Built, people: list[Person], works: Mapping[tuple[int, int], int]) -> None:
    frame, week, many = built.frame, built.week, len(people)
    owed = many * least(frame, people[0], week, {shape for _, shape in built.many})
    under = built.model.variable(owed, round(CENT * frame.rules.prices.under))
    hours = [(each, paid(length, frame.rules)) for (_, length), each in works.items()]
    built.model.keep([(each, 1) for each in works.values()], high=many * days_left(frame, people[0], week))  # fmt: skip
    built.model.keep(hours, high=many * most(frame, people[0], week))
    built.model.keep([*hours, (under, 1)], owed)


def solved(built: Built, seed: int, gap: float) -> Cover | None:
    """First among the shapes of the relaxed answer; by annealing where that isn't close enough to the bound."""
    found = relaxed(built.model)
    if found is None:
        return None
    bound, values = rounded_up(found[0]), found[1]
    unused = [number for key, number in built.many.items() if values[number] < 1e-6]
    answer = whole(built.model, seed=seed, gap=0.8 * gap, effort=EFFORT, without=unused)
    first = as_cover(built, answer, bound) if answer else None
    if first and (first.proof.gap <= gap or first.missing):
        return first
    other = annealed(built, first, bound, seed)
    covers = [each for each in (first, other) if each]
    return min(covers, key=lambda each: each.proof.cost, default=None)


def annealed(built: Built, first: Cover | None, bound: float, seed: int) -> Cover | None:
    """None where somebody is missing, which the answer of the solver may still explain."""
    found = nameless(built.frame, built.week, first.shapes if first else None, seed)
    return Cover(found.shapes, {}, Proof(found.cost / 2, bound / (2 * CENT))) if found else None


def as_cover(built: Built, answer: Answer, bound: float) -> Cover:
    shapes = Counter({key: answer.values[many] for key, many in built.many.items()})
    missing = {at: answer.values[many] for at, many in built.missing.items() if answer.values[many]}
    shortage = SHORT * sum(missing.values())
    cents = 2 * CENT
    return Cover(
        +shapes, missing, Proof((answer.cost - shortage) / cents, (bound - shortage) / cents)
    )
