"""A figure is one object: its name, what it asks, what each record answers, how answers are folded, what it is read beside.

Those of another system's log stand here, those of our own in `scorecard`. The same code folds both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from coterie.performance.folds import Bounds, Count, Fold, Mean, Median, Share
from coterie.performance.model import Record

R = TypeVar("R")
HOUR = timedelta(hours=1)
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Figure(Generic[R]):
    """`of` is what a record answers, None where it isn't asked; `counter` names the figure that shows when it is gamed.

    Only records of the kind `over` are asked.
    """

    name: str
    question: str
    unit: str
    fold: type[Fold]
    of: Callable[[R], float | None]
    counter: str
    part: Callable[[R], str] | None = None
    """Which of `parts` a record belongs to, where the figure is told by parts."""
    parts: Sequence[str] = (WHOLE,)
    over: type = object
    definition: str = ""
    low_is_good: bool = False

    def folds(self) -> dict[str, Fold]:
        """An empty fold for each part."""
        return {part: self.fold() for part in self.parts}

    def add(self, folds: Mapping[str, Fold], records: Sequence[R]) -> None:
        """Fold in what one customer's records answer."""
        if self.part is None:
            folds[WHOLE].add(self.answers(records))
            return
        parts: dict[str, list[R]] = {}
        for record in records:
            parts.setdefault(self.part(record), []).append(record)
        for part, some in parts.items():
            folds[part].add(self.answers(some))

    def answers(self, records: Sequence[R]) -> list[float]:
        return [answer for each in records if (answer := self.of(each)) is not None]


@dataclass(frozen=True, slots=True)
class Found:
    """A figure's value over n answers, and the bounds of its interval."""

    value: float | None
    n: int
    bounds: Bounds


def fold(
    figures: Sequence[Figure[R]], customers: Iterable[Sequence[R]]
) -> dict[str, dict[str, Found]]:
    """Every figure by its parts, over the records of one customer after the other."""
    state = [(figure, figure.folds()) for figure in figures]
    for records in customers:
        for figure, folds in state:
            figure.add(folds, records)
    return {
        figure.name: {
            part: Found(each.value(), each.n, each.bounds()) for part, each in folds.items()
        }
        for figure, folds in state
    }


def by_changes(record: Record) -> str:
    return ("0", "1", "2+")[min(record.course.changes, 2)]


def hours(record: Record) -> float:
    return (record.course.ended - record.course.opened) / HOUR


def same_group(record: Record) -> bool | None:
    if record.before is None:
        return None
    return same(record.before.last_group, record.course.last_group)


def same_person(record: Record) -> bool | None:
    if record.before is None:
        return None
    return same(record.before.last_person, record.course.last_person)


def same(before: str | None, now: str | None) -> bool | None:
    return None if before is None or now is None else before == now


OF_A_LOG: Sequence[Figure[Record]] = (
    Figure("cases", "How many cases are there?", "cases", Count, lambda _: 1, "returning_cases"),
    Figure(
        "group_changed_share", "How many cases went from one group to another?", "share of cases",
        Share, lambda record: record.course.changes > 0, "duration_median_h",
    ),
    Figure(
        "group_changes_mean", "How often does a case change its group?", "changes per case",
        Mean, lambda record: record.course.changes, "duration_median_h",
    ),
    Figure(
        "ping_pong_share", "In how many cases does a group come back after another had it?",
        "share of cases", Share, lambda record: record.course.came_back, "reopened_share",
    ),
    Figure(
        "groups_mean", "How many groups does a case meet?", "groups per case that names any",
        Mean, lambda record: record.course.groups or None, "duration_median_h",
    ),
    Figure(
        "people_mean", "How many people does a case meet?", "people per case that names any",
        Mean, lambda record: record.course.people or None, "duration_median_h",
    ),
    Figure(
        "returning_cases", "How many cases are of somebody who had one before?", "cases",
        Count, lambda record: record.before is not None, "reopened_share",
    ),
    Figure(
        "same_group_share", "Does who comes back end in the group of the last time?",
        "share of returning cases where both are known", Share, same_group, "duration_median_h",
    ),
    Figure(
        "same_person_share", "Does who comes back end with the person of the last time?",
        "share of returning cases where both are known", Share, same_person, "duration_median_h",
    ),
    Figure(
        "reopened_share", "How many cases were opened again?", "share of cases",
        Share, lambda record: record.course.reopened, "returning_cases",
    ),
    Figure(
        "duration_median_h", "How long does a case last, by how often its group changed?", "hours",
        Median, hours, "reopened_share", part=by_changes, parts=("0", "1", "2+"),
    ),
)  # fmt: skip
