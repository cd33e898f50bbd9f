"""One drawing after the other until all communities are within the tolerance: first with whole areas, then with finer ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy

from coterie.planning.territories.annealing import anneal
from coterie.planning.territories.checks import ids_of
from coterie.planning.territories.country import Country, Places, country_of
from coterie.planning.territories.local_bounds import behind_one_area, side_by_side
from coterie.planning.territories.model import GivenArea, Graph, Wanted
from coterie.planning.territories.refining import (
    Attempt,
    around_uneven,
    attempt_of,
    carried_over,
    restricted,
    wholes_of,
)
from coterie.planning.territories.splitting import finer, split, too_large
from coterie.planning.territories.start import start_of
from coterie.planning.territories.state import Schedule

Watch: TypeAlias = Callable[[int, int], None]


class Step(NamedTuple):
    """What is tried next if nothing was within the tolerance yet."""

    rings: int = 0
    """0: everything anew. Else what is uneven with so many rings of communities around, from where it is."""
    above: float | None = None
    """Before that, split areas there that have more than this share of a community."""


ANEW = Step()
STEPS = (
    ANEW, Step(2), Step(3), ANEW, Step(2), Step(3),
    Step(3, 0.5), Step(3, 0.25), Step(3, 0.25), Step(3, 0.125), Step(3, 0.125), Step(3, 0.0625), Step(4, 0.0625),
)  # fmt: skip
TRIES, LEAST_TRIES, SMALL_TRIES = 2_400, 3_000_000, 10_000
"""Tries of annealing for each area, and at least; in a small country no more than so many for each area."""
COOLING = (10.0, 0.2)
LOOSE, STIFF = 2.5, 1e7
"""Springs begin so loose that an area of mean size may go over any border, and end so stiff that nothing exceeds."""
CONTACTS, WEAKER = 0.003, 10
"""The spring of contacts beside that of customers, who go first: so much weaker when everything is drawn anew."""
REPAIR_STIFF, REPAIR_COOLING, REPAIR_PART = (1e8, 1e8), (2.0, 0.2), 6
AROUND_STIFF, AROUND_COOLING, AROUND_LEAST_TRIES = (1e4, 1e7), (3.0, 0.2), 300_000
"""For what is drawn again around communities that are uneven."""
MARGIN = 0.025
"""Springs pull before the tolerance is reached, by this share of it, since they give a little."""


@dataclass(frozen=True, slots=True)
class Task:
    """What every attempt is about."""

    areas: Sequence[GivenArea]
    graph: Graph
    count: int
    wanted: Wanted
    pins: Mapping[str, str]

    @property
    def mean(self) -> float:
        return sum(each.customers for each in self.areas) / self.count


def best_of(task: Task, watch: Watch) -> tuple[Attempt, int]:
    """The first attempt within the tolerance, else the nearest to it, and how many there were."""
    numbers = too_large(task.areas, task.count, task.wanted.tolerance)
    best, made = anew(task, numbers, 1), 1
    nearest = best
    steps = [] if best.deviation <= task.wanted.tolerance else steps_for(task, best)
    for number, step in steps:
        if step.above is not None:
            numbers = more_parts(task, best, numbers, step.above)
        this = again(task, numbers, best, step.rings, number) if step.rings else anew(task, numbers, number)  # fmt: skip
        best, made = this if step.rings or this.deviation < best.deviation else best, made + 1
        nearest = min(nearest, this, key=lambda each: each.deviation)
        watch(number, len(STEPS))
        if best.deviation <= task.wanted.tolerance:
            break
    return nearest, made


def steps_for(task: Task, best: Attempt) -> list[tuple[int, Step]]:
    """What comes after the first attempt. Where whole areas can't be even, only splitting more of them helps."""
    country = country_of(best.areas, best.graph, task.count, task.pins)
    bound = max(side_by_side(country)[0], behind_one_area(country)[0])
    whole = bound <= task.wanted.tolerance or task.wanted.split_above >= 1
    return [
        (number, step)
        for number, step in enumerate(STEPS[1:], 2)
        if (whole if step.above is None else step.above >= task.wanted.split_above)
    ]


def more_parts(task: Task, best: Attempt, numbers: Mapping[str, int], above: float) -> dict[str, int]:  # fmt: skip
    """Areas in uneven communities, and in those beside them, in more parts."""
    places = around_uneven(best, task.wanted.tolerance, rings=1)
    return finer(task.areas, wholes_of(best.areas, places), above * task.mean, numbers)


def anew(task: Task, numbers: Mapping[str, int], number: int) -> Attempt:
    """Everything drawn, from another cut each time."""
    areas, graph = split(task.areas, task.graph, numbers)
    country = country_of(areas, graph, task.count, task.pins)
    places, ids = {each.area: at for at, each in enumerate(areas)}, ids_of(task.count)
    fixed = {places[area]: ids.index(community) for area, community in task.pins.items()}
    seed = seed_of(task, number)
    part = start_of(country, task.count, seed, fixed, [each.area for each in areas])
    if task.count > 1:
        pull = contacts_pull(country) / (WEAKER if number > 1 else 1)
        annealed(country, part, task.count, task.wanted.tolerance, pull, seed)
    return attempt_of(areas, graph, part, task.count)


def annealed(
    country: Country, part: Places, count: int, tolerance: float, contacts: float, seed: int
) -> None:
    """Anneal in place: first everything at once; then, nearly cold, what customers still exceed."""
    inner = inside(tolerance)
    tries = max(min(LEAST_TRIES, SMALL_TRIES * len(part)), TRIES * len(part))
    stiffening = (min(STIFF, LOOSE * (len(part) / count) ** 2), STIFF)
    whole = Schedule((inner, inner), (1.0, contacts), stiffening, COOLING, tries)
    strain, _ = anneal(country, part, count, whole, seed)
    if strain > 0:
        repair = Schedule((inner, inner), (1.0, contacts / 100), REPAIR_STIFF, REPAIR_COOLING, tries // REPAIR_PART)  # fmt: skip
        anneal(country, part, count, repair, seed)


def again(task: Task, numbers: Mapping[str, int], before: Attempt, rings: int, number: int) -> Attempt:  # fmt: skip
    """What was uneven and what is around it drawn again, from where it is; all else stays."""
    areas, graph = split(task.areas, task.graph, numbers)
    part = carried_over(before, areas)
    places = around_uneven(attempt_of(areas, graph, part, task.count), task.wanted.tolerance, rings)
    country = restricted(country_of(areas, graph, task.count, task.pins), places)
    homes, inner_part = numpy.unique(part[places], return_inverse=True)
    inner_part = inner_part.astype(numpy.int64)
    inner, pull = inside(task.wanted.tolerance), contacts_pull(country) / 100
    tries = max(min(AROUND_LEAST_TRIES, SMALL_TRIES * len(places)), TRIES * len(places))
    how = Schedule((inner, inner), (1.0, pull), AROUND_STIFF, AROUND_COOLING, tries)
    anneal(country, inner_part, len(homes), how, seed_of(task, number))
    part[places] = homes[inner_part]
    return attempt_of(areas, graph, part, task.count)


def inside(tolerance: float) -> float:
    return max(tolerance * (1 - MARGIN), 1e-9)


def contacts_pull(country: Country) -> float:
    return CONTACTS if country.sizes[1].any() else 0.0


def seed_of(task: Task, number: int) -> int:
    return (task.wanted.seed * len(STEPS) + number) % 2**31
