"""From positions to people: what a position costs in hours, and how many positions a number of people fill."""

from math import ceil

from coterie.kit.errors import Invalid

HALF_HOUR = 0.5
WEEK = 168
"""Hours."""


def headcount(position_hours: float, paid_hours: float, shrinkage: float) -> int:
    """Whole people for so many hours of positions a week.

    `paid_hours`: of a person and week; `shrinkage`: the share of these in which they are away (leave, illness, training,
    meetings).
    """
    return ceil(position_hours / working_hours(paid_hours, shrinkage) - 1e-9)


def at_the_peak(peak: int, shrinkage: float) -> int:
    """Whole people without whom so many positions can't be filled at once, however their shifts lie."""
    check_shrinkage(shrinkage)
    return ceil(peak / (1 - shrinkage) - 1e-9)


def filled(people: float, paid_hours: float, shrinkage: float, open_hours: float) -> float:
    """How many positions so many people fill on the mean of the open hours."""
    return people * working_hours(paid_hours, shrinkage) / open_hours


def working_hours(paid_hours: float, shrinkage: float) -> float:
    """Hours of a week in which a person is there for customers."""
    if not 0 < paid_hours <= WEEK:
        raise Invalid(f"Paid hours are {paid_hours}: those of a week are above 0 and at most {WEEK}.", "rule", "paid_hours")  # fmt: skip
    check_shrinkage(shrinkage)
    return paid_hours * (1 - shrinkage)


def check_shrinkage(shrinkage: float) -> None:
    if not 0 <= shrinkage < 1:
        raise Invalid(f"Shrinkage is {shrinkage}: it is a share from 0 to below 1, such as 0.3.", "rule", "shrinkage")  # fmt: skip
