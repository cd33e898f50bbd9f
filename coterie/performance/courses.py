"""From the steps of a case to its course, and from a customer's courses to records. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from coterie.performance.model import Course, Record, Step


def course_of(case: str, customer: str | None, steps: Sequence[Step]) -> Course:
    """Fold a case's steps, which come in the order of time. A step without a group or person keeps the last one known."""
    groups = [step.group for step in steps if step.group is not None]
    people = [step.person for step in steps if step.person is not None]
    way = [group for group, _ in groupby(groups)]
    distinct = len(set(way))
    return Course(
        case,
        customer,
        opened=steps[0].at,
        ended=steps[-1].at,
        changes=max(len(way) - 1, 0),
        came_back=len(way) > distinct,
        groups=distinct,
        people=len(set(people)),
        last_group=groups[-1] if groups else None,
        last_person=people[-1] if people else None,
        reopened=was_reopened(steps),
    )


def was_reopened(steps: Sequence[Step]) -> bool:
    """A step says so, or something happened after a closing one."""
    return any(step.reopens for step in steps) or any(step.closes for step in steps[:-1])


def records_of(courses: Sequence[Course]) -> Iterator[Record]:
    """One customer's cases in the order in which they were opened, each with the one before."""
    if courses:
        yield Record(courses[0], None)
    for before, course in pairwise(courses):
        yield Record(course, before)
