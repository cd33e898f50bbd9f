"""A log beside itself lived again by communities: the same figures over both, and what this cannot show. Pure."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from coterie.performance.courses import course_of, records_of
from coterie.performance.figures import WHOLE, Figure, Found, fold, same_group, same_person
from coterie.performance.folds import Mean, Median, Share
from coterie.performance.model import Course, Record, Step
from coterie.twin.relive.inference import hours_of
from coterie.twin.relive.model import Done, Lived, Piece, Team, Touch

HOUR = timedelta(hours=1)
SOON = 4.0
"""Hours within which a mail is first answered, by the default of a community."""


class Side(NamedTuple):
    """A case on one of the sides: its course with the one before, how often the person changed, and its waits.

    `first_wait_h` is until somebody began; `later_wait_h` is how much later than in the log what followed was begun, on
    the mean; None where nothing followed.
    """

    record: Record
    person_changes: int
    first_wait_h: float
    later_wait_h: float | None


FIGURES: Sequence[Figure[Side]] = (
    Figure("group_changed_share", "How many cases change their group or community?", "share of cases", Share, lambda side: side.record.course.changes > 0, "first_wait_median_h"),
    Figure("person_changed_share", "How many cases change their person?", "share of cases", Share, lambda side: side.person_changes > 0, "first_wait_median_h"),
    Figure("people_mean", "How many people does a case meet?", "people per case", Mean, lambda side: side.record.course.people or None, "first_wait_median_h"),
    Figure("same_group_share", "Does who comes back end in the group or community of the last time?", "share of returning cases", Share, lambda side: same_group(side.record), "first_wait_median_h"),
    Figure("same_person_share", "Does who comes back end with the person of the last time?", "share of returning cases", Share, lambda side: same_person(side.record), "first_wait_median_h"),
    Figure("first_wait_median_h", "How long until somebody begins?", "hours", Median, lambda side: side.first_wait_h, "people_mean"),
    Figure("later_wait_mean_h", "How much later is what follows begun than in the log?", "hours per case", Mean, lambda side: side.later_wait_h, "person_changed_share"),
    Figure("begun_in_4h_share", "How many are begun within four hours?", "share of cases", Share, lambda side: side.first_wait_h <= SOON, "people_mean"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """How work was spread: the share of all effort that the busiest tenth of people did, and how full their days were."""

    busiest_tenth: float
    busy: float
    """Effort over the hours in which people were there."""


@dataclass(frozen=True, slots=True)
class Of:
    """One side: its figures by name, how work was spread, and the pieces that nobody came to begin."""

    name: str
    figures: dict[str, Found]
    carried: Carried
    never: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """The log, and the same lived again; the teams that were made; how much of the log names a person."""

    sides: Sequence[Of]
    teams: Sequence[Team]
    named: float


def beside(
    touches: Sequence[Touch], teams: Sequence[Team], lived: Mapping[str, Sequence[Lived]]
) -> Beside:
    """`touches` customer by customer, case by case, in the order of time; `lived` is what each team did, by its name."""
    pieces = [piece for team in teams for piece in team.pieces]
    there = sum(hours_of(worker) for team in teams for worker in team.workers)
    log = fold(FIGURES, sides(touches, log_steps(touches), waits(pieces)))
    before = Of("log", whole(log), carried([(p.person, p.effort) for p in pieces], there))
    named = sum(bool(touch.person) for touch in touches) / len(touches)
    return Beside(
        [before, *(of(name, touches, some, there) for name, some in lived.items())], teams, named
    )


def of(name: str, touches: Sequence[Touch], lived: Sequence[Lived], there: float) -> Of:
    done = sorted((each for one in lived for each in one.done), key=lambda each: each.begun)
    begun = [replace(each.piece, begun=each.begun, person=each.person) for each in done]
    found = fold(FIGURES, sides(touches, lived_steps(done), waits(begun)))
    load = carried([(piece.person, piece.effort) for piece in begun], there)
    return Of(name, whole(found), load, sum(one.never for one in lived))


def whole(found: Mapping[str, Mapping[str, Found]]) -> dict[str, Found]:
    return {name: parts[WHOLE] for name, parts in found.items()}


def log_steps(touches: Sequence[Touch]) -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = defaultdict(list)
    for touch in touches:
        steps[touch.case].append(Step(touch.at, touch.group or None, touch.person or None))
    return steps


def lived_steps(done: Iterable[Done]) -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = defaultdict(list)
    for each in done:
        steps[each.piece.case].append(Step(each.begun, each.team, each.person))
    return steps


def waits(pieces: Iterable[Piece]) -> dict[str, list[float]]:
    """Of each case the hours from when each piece could be begun until it was."""
    found: dict[str, list[float]] = defaultdict(list)
    for piece in sorted(pieces, key=lambda piece: piece.at):
        found[piece.case].append((piece.begun - piece.at) / HOUR)
    return found


def sides(
    touches: Sequence[Touch], steps: Mapping[str, list[Step]], waits: Mapping[str, list[float]]
) -> Iterator[list[Side]]:
    """One customer after the other, their cases as they were opened. A case that nobody worked on is on neither side."""
    customers: dict[str, list[str]] = {}
    for touch in touches:
        cases = customers.setdefault(touch.customer or f"case {touch.case}", [])
        if touch.case in waits and (not cases or cases[-1] != touch.case):
            cases.append(touch.case)
    for name, cases in customers.items():
        courses: list[Course] = [course_of(case, name, steps[case]) for case in cases]
        yield [side(record, steps, waits[record.course.case]) for record in records_of(courses)]


def side(record: Record, steps: Mapping[str, list[Step]], waited: Sequence[float]) -> Side:
    later = waited[1:]
    mean = sum(later) / len(later) if later else None
    return Side(record, changed(steps[record.course.case]), waited[0], mean)


def changed(steps: Sequence[Step]) -> int:
    """How often another person went on."""
    people = [step.person for step in steps if step.person]
    return sum(a != b for a, b in itertools.pairwise(people))


def carried(work: Iterable[tuple[str, timedelta]], there_h: float) -> Carried:
    by_person: dict[str, float] = defaultdict(float)
    for person, effort in work:
        by_person[person] += effort / HOUR
    loads = sorted(by_person.values(), reverse=True)
    every = sum(loads)
    tenth = max(1, round(len(loads) / 10)) if loads else 0
    return Carried(
        sum(loads[:tenth]) / every if every else 0.0, every / there_h if there_h else 0.0
    )


CANNOT = (
    (
        "Effort is inferred: the time since the same person's event before, at most 45 minutes. Who was paused, or did work "
        "that the log does not hold, counts as at work on it."
    ),
    (
        "People are there from the first to the last event of a day that names them; a day of work ends where nothing names them for "
        "more than six hours. Who was there and named in nothing is missing."
    ),
    (
        "Each piece of work comes when the log shows it, or at the opening of its case; that a case would need fewer pieces "
        "with one owner, or more without a specialist group, is not in it."
    ),
    (
        "Which events are contacts, and which somebody's own follow-up, is not in the log. So it is lived twice: with follow-ups "
        "that wait for their owner, three days at most, and with all of them served as soon as anybody can. The truth lies between."
    ),
    "A log that names no person for much of its work knows fewer people per case than there were.",
    (
        "Everybody of a community may do any piece; skills are how often somebody met a topic, and a missing one makes nothing "
        "slower. Asks for help, overflow, opening hours and promises are left out."
    ),
    "That a group never changes afterwards is the rule of communities, not a finding; how many people a case meets is one.",
    "There is no control group: the same log, its own people and times.",
)
"""What this side by side does not show."""
