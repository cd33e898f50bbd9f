"""Honest times: when somebody will answer whoever waits in the queue, from what waits like this one really took. Pure.

How it was found, and against what it was measured, stands in docs/decisions/0009-honest-times.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log

from coterie.communities.staffed import Staffed

QUANTILE = 0.9
RECENT = 300
"""So many waits of one channel family are looked at, the last ones, of `DAYS` at most."""
DAYS = 28
FEWEST = 20
"""Waits below this are no history: the channel's promise is the honest time then."""
ALIKE = 60
"""So many of them, the most alike, make the time."""
JUDGED = 200
"""So many times given, the last ones, tell whether what is said has been too short or too long."""
MARGIN, STEP, WIDEST = 1.3, 1.01, 2.0
"""What is added when times are kept as they should be; by how much a missed one changes it; its greatest."""
GROWS = 2.5
"""By this much longer counts a wait that is not over, though its time has passed: nobody knows how long it will be."""
FURTHEST = 2.0
"""Never more than so many times the longest wait known, or as many more turns as it has more than any known."""
SHORTEST_S = 60.0

# Who was there when the wait began.
STAFFED, LATER, MISSING = "staffed", "later", "missing"
OTHER_START = 0.7
"""How unlike a wait is that began at another hour of the day: as one with twice as many ahead."""
OTHER_STAFF = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue at the moment when it is taken."""

    start: datetime
    """From when the time counts: now, or when somebody who fits comes."""
    began: str
    """staffed: somebody who fits is there; later: nobody is planned yet; missing: who is planned is not there."""
    ahead: int
    """How many of the same seat have waited longer."""
    positions: int
    """How many people who fit are there, or will be at the start."""

    @property
    def turns(self) -> float:
        """How many times everybody must take one until it is this one's turn, and its own."""
        return 1 + self.ahead / self.positions


@dataclass(frozen=True, slots=True)
class Wait:
    """How a queued wait went, or has gone so far where its time has passed."""

    began: str
    ahead: int
    positions: int
    seconds: float
    """Staffed seconds."""
    kept: bool
    over: bool = True
    """Whether it has ended. Where not, `seconds` says how long it was when its time passed."""

    @property
    def turns(self) -> float:
        return 1 + self.ahead / self.positions

    @property
    def expected_s(self) -> float:
        return self.seconds if self.over else self.seconds * GROWS


def time_given(
    place: Place,
    waits: Sequence[Wait],
    promised_s: float,
    staffed: Staffed,
    now: datetime,
    last_given: datetime | None = None,
) -> datetime:
    """When somebody will answer, in nine of ten cases; never before `last_given`, of somebody ahead in the same line.

    waits: the last ones first. promised_s: the channel's promise, in seconds. Always still to come.
    """
    expected = expected_s(place, waits) if len(waits) >= FEWEST else promised_s
    given = staffed.add(place.start, max(expected, SHORTEST_S))
    return max(given, last_given or given, now + timedelta(minutes=1))


def expected_s(place: Place, waits: Sequence[Wait]) -> float:
    """The 0.9 quantile of the waits most alike, each a turn, times this one's turns, with the margin.

    A turn that took long because nobody came is not multiplied without end: see `FURTHEST`.
    """
    alike = sorted(waits, key=lambda wait: unlikeness(place, wait))[:ALIKE]
    each_turn = sorted(wait.expected_s / wait.turns for wait in alike)
    by_turns = each_turn[ceil(QUANTILE * len(alike)) - 1] * place.turns
    longest = max(wait.expected_s for wait in waits)
    beyond = max(1.0, place.turns / max(wait.turns for wait in waits))
    return min(by_turns, FURTHEST * longest * beyond) * margin(waits)


def unlikeness(place: Place, wait: Wait) -> float:
    ahead = abs(log(place.turns / wait.turns))
    if place.began == wait.began:
        return ahead
    return ahead + (OTHER_STAFF if MISSING in (place.began, wait.began) else OTHER_START)


def margin(waits: Sequence[Wait]) -> float:
    """A hundredth more for each time missed lately beyond one in ten, a hundredth less for each below; never under 1."""
    judged = waits[:JUDGED]
    missed = sum(not wait.kept for wait in judged)
    beyond = missed - (1 - QUANTILE) * len(judged)
    return min(max(MARGIN * float(STEP**beyond), 1.0), WIDEST)
