"""The peer of the roster's annealing: a week with names as one model of whole numbers, answered by CP-SAT.

The same rules and prices. Rest between two days is said by cliques: of all shifts that end late and all that begin early
the next day, one at most.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from coterie.planning.rosters.assign import Assigned
from coterie.planning.rosters.contracts import days_left, fits, least, most, paid, pauses
from coterie.planning.rosters.cover import SHORT, Cover
from coterie.planning.rosters.fairness import burdens, counted, fair_shares, granted
from coterie.planning.rosters.linear import Answer, Linear, whole
from coterie.planning.rosters.model import DAY, Frame, Person, Proof, Shape, Shift
from coterie.planning.rosters.prices import CENT, Key
from coterie.planning.rosters.shapes import wanted_in


@dataclass(slots=True)
class Built:
    """A model under construction. `takes`: this person works this shape on this day."""

    frame: Frame
    week: int
    cover: Cover
    model: Linear = field(default_factory=Linear)
    takes: dict[tuple[str, int], dict[Shape, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    resting: dict[Key, dict[int, int]] = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)

    def days(self) -> range:
        return range(7 * self.week, 7 * self.week + 7)

    def of(self, person: Person, day: int) -> dict[Shape, int]:
        return self.takes.get((person.ref, day), {})

    def works(self, person: Person, day: int) -> list[tuple[int, int]]:
        return [(taken, 1) for taken in self.of(person, day).values()]

    def price(self, price: float, most: int = 1) -> int:
        """Something that is avoided: its variable, up to `most`."""
        return self.model.variable(most, round(CENT * price))


def solved(frame: Frame, week: int, cover: Cover, *, effort: float, seed: int = 0, gap: float = 0.0) -> Assigned | None:  # fmt: skip
    """The week's shifts among the shapes of the cover, with CP-SAT's own bound; None where it finds nothing in its effort.

    `effort`: deterministic seconds of the solver.
    """
    built = Built(frame, week, cover)
    add_people(built)
    cover_half_hours(built)
    for person in frame.people:
        keep_contract(built, person)
        keep_rest(built, person)
        keep_days_in_a_row(built, person)
        like_pairs(built, person)
    have_present(built)
    share_burdens(built)
    answer = whole(built.model, seed=seed, gap=gap, effort=effort)
    if answer is None:
        return None
    missing = {at: answer.values[var] for at, var in built.missing.items() if answer.values[var]}
    cents = 2 * CENT
    return Assigned(
        tuple(named(built, answer)), missing, Proof(answer.cost / cents, answer.bound / cents)
    )


def add_people(built: Built) -> None:
    """Who may work which shape; what they would rather not costs its price."""
    wishes = defaultdict(list)
    for wish in built.frame.wishes:
        wishes[wish.person, wish.day].append(wish)
    rules = built.frame.rules
    for person in built.frame.people:
        for day, shape in built.cover.shapes:
            if day in built.frame.off(person.ref) or not fits(person, shape):
                continue
            unwished = sum(wish.weight for wish in wishes[person.ref, day] if not granted(wish, shape, rules))  # fmt: skip
            cost = paid(shape.length, rules) + rules.prices.wish * unwished
            built.takes[person.ref, day][shape] = built.model.variable(1, round(CENT * cost))


def cover_half_hours(built: Built) -> None:
    """Positions are filled by whoever is there, less those who have their pause just then."""
    there = defaultdict(list)
    for (_, day), shapes in built.takes.items():
        for shape, taken in shapes.items():
            for at in range(day * DAY + shape.start, day * DAY + shape.end):
                there[at].append((taken, 1))
    for (day, shape), resting in rest_of(built).items():
        for pause, many in resting.items():
            there[day * DAY + shape.start + pause].append((many, -1))
    for at, people in wanted_in(built.frame, built.week).items():
        built.missing[at] = built.price(SHORT / CENT, people)
        built.model.keep([*there[at], (built.missing[at], 1)], people)


def rest_of(built: Built) -> Mapping[Key, Mapping[int, int]]:
    """How many of those who work a shape have their pause when: together as many as work it."""
    for key in built.cover.shapes:
        takers = [(shapes[key[1]], -1) for (_, day), shapes in built.takes.items() if day == key[0] and key[1] in shapes]  # fmt: skip
        resting = {pause: built.model.variable(len(takers)) for pause in pauses(key[1].length, built.frame.rules)}  # fmt: skip
        if resting:
            built.model.keep([*takers, *((many, 1) for many in resting.values())], 0, 0)
        built.resting[key] = resting
    return built.resting


def keep_contract(built: Built, person: Person) -> None:
    frame, week, model = built.frame, built.week, built.model
    owed = least(frame, person, week, {shape for _, shape in built.cover.shapes})
    works, hours = [], []
    for day in built.days():
        model.keep(built.works(person, day), high=1)
        works += built.works(person, day)
        hours += [(taken, paid(shape.length, frame.rules)) for shape, taken in built.of(person, day).items()]  # fmt: skip
    model.keep(works, high=days_left(frame, person, week))
    model.keep(hours, high=most(frame, person, week))
    if owed:
        model.keep([*hours, (built.price(frame.rules.prices.under, owed), 1)], owed)


def keep_rest(built: Built, person: Person) -> None:
    """Between one day and the next, and from what they worked before."""
    rest = built.frame.rules.rest
    last = max((s.ends for s in built.frame.before if s.person == person.ref), default=-DAY * 7)
    for day in built.days():
        too_soon = [(taken, 1) for shape, taken in built.of(person, day).items() if day * DAY + shape.start < last + rest]  # fmt: skip
        if too_soon:
            built.model.keep(too_soon, high=0)
    for day in built.days()[:-1]:
        today, tomorrow = built.of(person, day), built.of(person, day + 1)
        for end in sorted({shape.end for shape in today}):
            late = [(taken, 1) for shape, taken in today.items() if shape.end >= end]
            early = [(taken, 1) for shape, taken in tomorrow.items() if DAY + shape.start < end + rest]  # fmt: skip
            if early:
                built.model.keep([*late, *early], high=1)


def keep_days_in_a_row(built: Built, person: Person) -> None:
    row = built.frame.rules.days_in_a_row
    before = {shift.day for shift in built.frame.before if shift.person == person.ref}
    days = built.days()
    for first in range(days[0] - row, days[-1] - row + 1):
        window = range(first, first + row + 1)
        known = sum(day in before for day in window if day not in days)
        works = [each for day in window if day in days for each in built.works(person, day)]
        if works:
            built.model.keep(works, high=row - known)


def like_pairs(built: Built, person: Person) -> None:
    """Two days off together, once a week, for whoever works."""
    if not days_left(built.frame, person, built.week):
        return
    pairs = []
    for day in built.days()[:-1]:
        pair = built.model.variable(1)
        for on in (day, day + 1):
            built.model.keep([*built.works(person, on), (pair, 1)], high=1)
        pairs.append((pair, 1))
    built.model.keep([*pairs, (built.price(built.frame.rules.prices.no_pair), 1)], 1)


def have_present(built: Built) -> None:
    """Who can do what must always be there: on shift, their pauses not counted."""
    wanted = wanted_in(built.frame, built.week)
    for ability, many in built.frame.rules.present.items():
        able = {person.ref for person in built.frame.people if ability in person.can}
        there = defaultdict(list)
        for (ref, day), shapes in built.takes.items():
            for shape, taken in shapes.items() if ref in able else ():
                for at in range(day * DAY + shape.start, day * DAY + shape.end):
                    there[at].append((taken, 1))
        for at, people in wanted.items():
            asked = min(many, people)
            built.model.keep([*there[at], (built.price(SHORT / CENT, asked), 1)], asked)


def share_burdens(built: Built) -> None:
    """Nobody above their fair share of late and of weekend shifts, or at its price."""
    frame = built.frame
    for counts in burdens(frame.rules).values():
        total = sum(many for key, many in built.cover.shapes.items() if counts(*key))
        shares = fair_shares(frame, built.week, total, counted(frame.before, counts))
        for person in frame.people:
            mine = [(taken, 1) for day in built.days() for shape, taken in built.of(person, day).items() if counts(day, shape)]  # fmt: skip
            if len(mine) > shares[person.ref]:
                above = built.price(frame.rules.prices.unfair, 7)
                built.model.keep([*mine, (above, -1)], high=shares[person.ref])


def named(built: Built, answer: Answer) -> Iterator[Shift]:
    """The shifts, with the pauses of each shape handed out in the order of people."""
    for (day, shape), resting in built.resting.items():
        due = iter([pause for pause, many in resting.items() for _ in range(answer.values[many])])
        for person in built.frame.people:
            taken = built.of(person, day).get(shape)
            if taken is not None and answer.values[taken]:
                yield Shift(person.ref, day, *shape, next(due, None))
