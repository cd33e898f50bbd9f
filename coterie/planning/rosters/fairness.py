"""What is fair: late and weekend shifts spread by how much people work, wishes granted, days off that lie together."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coterie.planning.rosters.contracts import days_left
from coterie.planning.rosters.model import DAYS, Frame, Person, Roster, Rules, Shape, Shift, Wish

Counts = Callable[[int, Shape], bool]
"""Whether a shape on a day is one of those that are spread."""


def is_early(shape: Shape, rules: Rules) -> bool:
    return shape.start < rules.early_before


def is_late(shape: Shape, rules: Rules) -> bool:
    return shape.start >= rules.late_from


def is_weekend(day: int) -> bool:
    return day % 7 >= DAYS.index("sat")


def burdens(rules: Rules) -> Mapping[str, Counts]:
    return {
        "late": lambda _, shape: is_late(shape, rules),
        "weekend": lambda day, _: is_weekend(day),
    }


def granted(wish: Wish, shape: Shape | None, rules: Rules) -> bool:
    """Whether what somebody works on that day is as they wished. A day off is neither early nor late, and grants both."""
    if shape is None:
        return True
    return (wish.kind == "early" and is_early(shape, rules)) or (
        wish.kind == "late" and is_late(shape, rules)
    )


def fair_shares(frame: Frame, week: int, total: int, before: Mapping[str, int]) -> dict[str, int]:
    """So many of the week's `total` shifts of a sort are fair for each, by their days and what they had before.

    Rounded up, so that all shares together hold all shifts.
    """
    days = {person.ref: days_left(frame, person, week) for person in frame.people}
    each = (total + sum(before.get(ref, 0) for ref in days)) / max(1, sum(days.values()))
    return {ref: max(0, math.ceil(each * many - before.get(ref, 0) - 1e-9)) for ref, many in days.items()}  # fmt: skip


def counted(shifts: Iterable[Shift], counts: Counts) -> Counter[str]:
    return Counter(shift.person for shift in shifts if counts(shift.day, shift.shape))


def has_pair(worked: set[int], week: int) -> bool:
    """Whether two days off of this week lie together."""
    return any(not {day, day + 1} & worked for day in range(7 * week, 7 * week + 6))


@dataclass(frozen=True, slots=True)
class Fairness:
    """A roster's fairness: shifts of a sort for each person, wishes granted by weight, and who has no two days off together."""

    burdens: Mapping[str, Mapping[str, int]]
    wishes: int
    granted: int
    wished_weight: int
    granted_weight: int
    refused: Sequence[Wish]
    no_pair: Sequence[tuple[str, int]]
    """Person and week."""

    def spread(self, sort: str) -> tuple[int, int]:
        """The least and the most that anybody has."""
        found = self.burdens[sort].values()
        return min(found, default=0), max(found, default=0)


def fairness(roster: Roster) -> Fairness:
    frame = roster.frame
    there = [p for p in frame.people if any(days_left(frame, p, w) for w in range(frame.weeks))]
    shape_of = {(shift.person, shift.day): shift.shape for shift in roster.shifts}
    refused = [w for w in frame.wishes if not granted(w, shape_of.get((w.person, w.day)), frame.rules)]  # fmt: skip
    weight = sum(wish.weight for wish in frame.wishes)
    return Fairness(
        {
            name: {person.ref: found[person.ref] for person in there}
            for name, counts in burdens(frame.rules).items()
            for found in [counted(roster.shifts, counts)]
        },
        len(frame.wishes),
        len(frame.wishes) - len(refused),
        weight,
        weight - sum(wish.weight for wish in refused),
        refused,
        no_pairs(roster, there),
    )


def no_pairs(roster: Roster, people: Sequence[Person]) -> list[tuple[str, int]]:
    worked: dict[str, set[int]] = {person.ref: set() for person in people}
    for shift in roster.shifts:
        worked[shift.person].add(shift.day)
    return [
        (person.ref, week)
        for person in people
        for week in range(roster.frame.weeks)
        if days_left(roster.frame, person, week) and not has_pair(worked[person.ref], week)
    ]
