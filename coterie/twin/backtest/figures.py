"""What is measured of cases, alike for those of a log and those that were lived. Pure."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np

from coterie.performance.courses import records_of
from coterie.performance.figures import OF_A_LOG, WHOLE, by_changes, hours
from coterie.performance.model import Course, Record
from coterie.twin.backtest.pasts import Past

Measured: TypeAlias = dict[str, float]
OF_WAYS = ("group_changed_share", "group_changes_mean", "ping_pong_share", "groups_mean", "same_group_share")  # fmt: skip
LEAST_H = 1 / 60
"""A case shorter than a minute counts as one where logarithms are taken."""
PARTS = (WHOLE, "0", "1", "2+")


def measured(pasts: Sequence[Past], earlier: Sequence[Past]) -> Measured:
    """The figures over these cases, by name; what nothing answers is left out. `earlier`: the same customers' before."""
    records = records_with(pasts, earlier)
    found: Measured = {}
    for figure in OF_A_LOG:
        if figure.name in OF_WAYS:
            folds = figure.folds()
            figure.add(folds, records)
            value = folds[WHOLE].value()
            if value is not None:
                found[figure.name] = float(value)
    return {**found, **durations(records)}


def records_with(pasts: Sequence[Past], earlier: Sequence[Past]) -> list[Record]:
    """Each case with the one before of its customer, which may be among the earlier."""
    own = {past.course.case for past in pasts}
    courses = sorted([past.course for past in (*earlier, *pasts)], key=whose)
    found: list[Record] = []
    for _, some in groupby(courses, key=lambda course: course.customer):
        its: list[Course] = list(some)
        alone = its[0].customer is None
        made = [Record(course, None) for course in its] if alone else records_of(its)
        found += [record for record in made if record.course.case in own]
    return found


def whose(course: Course) -> tuple[str, Any, str]:
    return course.customer or "", course.opened, course.case


def durations(records: Sequence[Record]) -> Measured:
    """Hours from the first to the last event: quartiles and the geometric mean, of all and by changes of group."""
    found: Measured = {}
    lasted = np.array([hours(record) for record in records])
    kinds = np.array([by_changes(record) for record in records])
    for part in PARTS:
        some = lasted if part == WHOLE else lasted[kinds == part]
        if not len(some):
            continue
        q25, median, q75 = np.quantile(some, (0.25, 0.5, 0.75))
        means = float(np.exp(np.log(np.maximum(some, LEAST_H)).mean()))
        for name, value in (("q25", q25), ("median", median), ("q75", q75), ("geometric_mean", means)):  # fmt: skip
            found[f"duration_{name}_h {part}".strip()] = float(value)
    return found
