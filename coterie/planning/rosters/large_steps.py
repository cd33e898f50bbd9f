"""A search in large steps (large neighbourhood search, Shaw 1998): some people's weeks are set free, the rest stays.

CP-SAT answers each small question almost at once, where the whole one takes it minutes. Steps begin small and grow while
they find nothing. What is known of the whole, its bound, says when the answer is close enough.
"""

import math
import random
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from coterie.planning.rosters.linear import Answer, Linear, effort_of, solver_of

FIRST, MOST = 6, 20
"""People whose weeks a step sets free, at first and at most."""
HAIR = 1e-6
STEP = 0.35
"""Deterministic seconds of a step, at most."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Variables that belong together: of each person, and of each day. All others follow from them."""

    people: Sequence[Sequence[int]]
    days: Sequence[Sequence[int]]


def searched(model: Linear, groups: Groups, begin: Sequence[float], *, bound: float, seed: int, gap: float, effort: float) -> Answer:  # fmt: skip
    """The best answer found until the gap is reached or the effort spent. `begin`: the relaxed answer."""
    search = Search(model, groups, begin, seed)
    search.begin()
    while search.seconds < effort and search.cost - bound > gap * search.cost:
        search.step()
    return Answer([round(value) for value in search.values], search.cost, bound, search.seconds)


class Search:
    """An answer on its way: the value of each variable, and what the next step sets free."""

    def __init__(self, model: Linear, groups: Groups, begin: Sequence[float], seed: int) -> None:
        self.model, self.groups = model, groups
        self.random = random.Random(seed)
        self.decided = {number for group in groups.people for number in group}
        self.price = dict(model.cost)
        self.rows: dict[int, list[int]] = defaultdict(list)
        for at, (terms, _, _) in enumerate(model.sums):
            for number, _ in terms:
                self.rows[number].append(at)
        self.values: list[float] = [near(value) for value in begin]
        self.dear: set[int] = set()
        self.seconds, self.size, self.cost = 0.0, FIRST, 0

    def begin(self) -> None:
        """Some people after the others are given a whole week, while the rest have what the relaxed answer gives them."""
        order = list(range(len(self.groups.people)))
        self.random.shuffle(order)
        for first in range(0, len(order), FIRST):
            self.free_people(order[first : first + FIRST])
        follow = set(range(len(self.values))) - self.decided
        for number in follow:
            self.values[number] = 0
        self.solve(follow, hinted=False)

    def step(self) -> None:
        """All on two days that follow each other, or some people: half of the times those who could help where it is dearest."""
        before = self.cost
        chance = self.random.random()
        many = min(self.size, len(self.groups.people))
        first = self.helpful() if chance < 5 / 8 else []
        if chance < 1 / 4:
            self.free(self.days_near(first))
        else:
            others = self.random.sample(range(len(self.groups.people)), many)
            self.free_people(list(dict.fromkeys([*first[: many - 2], *others]))[:many])
        if self.cost == before:
            self.size = min(MOST, self.size + 1)

    def days_near(self, people: Sequence[int]) -> set[int]:
        """All shifts of two days that follow each other: those around where it is dearest, or any."""
        days = self.groups.days
        near = [at for at, group in enumerate(days) if not self.dear.isdisjoint(group)] if people else []  # fmt: skip
        at = self.random.choice(near) if near and len(near) < len(days) else self.random.randrange(len(days))  # fmt: skip
        at = min(max(0, at - self.random.randrange(2)), max(0, len(days) - 2))
        return {number for group in days[at : at + 2] for number in group}

    def helpful(self) -> list[int]:
        """People with a variable in a row whose price is the highest that is paid."""
        paid = {number: price for number, price in self.model.cost if self.values[number] and number not in self.decided}  # fmt: skip
        if not paid:
            return []
        dearest = max(paid.values())
        number = self.random.choice([number for number, price in paid.items() if price == dearest])
        self.dear = {other for at in self.rows[number] for other, _ in self.model.sums[at][0]}
        found = [at for at, group in enumerate(self.groups.people) if not self.dear.isdisjoint(group)]  # fmt: skip
        self.random.shuffle(found)
        return found

    def free_people(self, chosen: Sequence[int]) -> None:
        self.free({number for each in chosen for number in self.groups.people[each]})

    def free(self, numbers: Collection[int]) -> None:
        """With them everything that follows from them."""
        touched = {at for number in numbers for at in self.rows[number]}
        follow = {number for at in touched for number, _ in self.model.sums[at][0]} - self.decided
        self.solve({*numbers, *follow}, hinted=True)

    def solve(self, free: Collection[int], *, hinted: bool) -> None:
        """The rows of what is free, the rest at its value."""
        asked = cp_model.CpModel()
        numbers = {number: asked.new_int_var(0, self.model.most[number], "") for number in sorted(free)}  # fmt: skip
        for at in sorted({at for number in numbers for at in self.rows[number]}):
            terms, low, high = self.model.sums[at]
            fixed = sum(self.values[number] * times for number, times in terms if number not in numbers)  # fmt: skip
            total = sum(numbers[number] * times for number, times in terms if number in numbers)
            asked.add_linear_constraint(total, *ends(low, high, fixed))
        asked.minimize(sum(numbers[number] * self.price.get(number, 0) for number in numbers))
        if hinted:
            for number, asked_for in numbers.items():
                asked.add_hint(asked_for, round(self.values[number]))
        solver = solver_of(self.random.randrange(2**31), 0.0, STEP * self.size / FIRST)
        status = solver.solve(asked)
        self.seconds += effort_of(solver)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            self.take(numbers, {number: solver.value(each) for number, each in numbers.items()})

    def take(self, numbers: Collection[int], found: dict[int, int]) -> None:
        for number in numbers:
            self.values[number] = found[number]
        self.cost = round(sum(self.values[number] * price for number, price in self.model.cost))


def near(value: float) -> float:
    """A whole number that was missed by a hair is meant."""
    return round(value) if abs(value - round(value)) < HAIR else value


def ends(low: int | None, high: int | None, fixed: float) -> tuple[int, int]:
    """Between which whole numbers the free part of a row may lie.

    What others have may be fractions at first. Then a sum that must be met exactly has room for one of both sides.
    """
    inward = -HAIR if low != high else HAIR - 1
    least = cp_model.INT_MIN if low is None else math.ceil(low - fixed + inward)
    most = cp_model.INT_MAX if high is None else math.floor(high - fixed - inward)
    return least, most
