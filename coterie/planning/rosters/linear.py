"""A model of whole numbers and sums: its bound by linear programming (GLOP), its answer by CP-SAT.

The bound lets go of wholeness, so nothing can be cheaper. CP-SAT first looks only where that relaxed answer is not far,
which is a small model; what it finds is held against the bound of the whole one.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]  # OR-Tools has no types here
from ortools.sat.python import cp_model

WORKERS = 1
Terms = Sequence[tuple[int, int]]
"""Pairs of a variable and what it is multiplied by."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A value for each variable, what it costs, and the solver's own bound."""

    values: Sequence[int]
    cost: int
    bound: float


@dataclass(slots=True)
class Linear:
    """Variables from 0 to `most`, sums that lie between two numbers (None: no end), and a sum to minimise."""

    most: list[int] = field(default_factory=list)
    sums: list[tuple[Terms, int | None, int | None]] = field(default_factory=list)
    cost: list[tuple[int, int]] = field(default_factory=list)

    def variable(self, most: int, cost: int = 0) -> int:
        self.most.append(most)
        if cost:
            self.cost.append((len(self.most) - 1, cost))
        return len(self.most) - 1

    def keep(self, terms: Terms, low: int | None = None, high: int | None = None) -> None:
        self.sums.append((terms, low, high))


def relaxed(model: Linear) -> tuple[float, Sequence[float]] | None:
    """The least cost where variables need not be whole, and their values; None where even that is impossible."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    far = solver.infinity()
    numbers = [solver.NumVar(0, most, "") for most in model.most]
    for terms, low, high in model.sums:
        kept = solver.Constraint(-far if low is None else low, far if high is None else high)
        for number, times in terms:
            kept.SetCoefficient(numbers[number], times)
    objective = solver.Objective()
    for number, times in model.cost:
        objective.SetCoefficient(numbers[number], times)
    objective.SetMinimization()
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    return objective.Value(), [number.solution_value() for number in numbers]


def whole(model: Linear, *, seed: int, gap: float, effort: float, without: Collection[int] = ()) -> Answer | None:  # fmt: skip
    """The cheapest that CP-SAT finds in whole numbers, with the variables `without` at 0; None where there is nothing."""
    wanted = cp_model.CpModel()
    none = frozenset(without)
    numbers = [wanted.new_int_var(0, 0 if at in none else most, "") for at, most in enumerate(model.most)]  # fmt: skip
    for terms, low, high in model.sums:
        total = sum(numbers[number] * times for number, times in terms)
        wanted.add_linear_constraint(total, cp_model.INT_MIN if low is None else low, cp_model.INT_MAX if high is None else high)  # fmt: skip
    wanted.minimize(sum(numbers[number] * times for number, times in model.cost))
    solver = solver_of(seed, gap, effort)
    if solver.solve(wanted) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    values = [solver.value(number) for number in numbers]
    return Answer(values, round(solver.objective_value), solver.best_objective_bound)  # fmt: skip


def solver_of(seed: int, gap: float, effort: float) -> cp_model.CpSolver:
    """One worker, a seed, and a limit that isn't the clock's: the same answer again, on every machine."""
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = WORKERS
    solver.parameters.linearization_level = 2
    solver.parameters.relative_gap_limit = gap
    solver.parameters.max_deterministic_time = effort
    return solver


def rounded_up(bound: float) -> float:
    """Costs are whole: a bound of 9.2 is one of 10. A hair below a whole number is that number."""
    return math.ceil(bound - 1e-6)
