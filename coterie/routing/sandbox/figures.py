"""What a replay is told by: figures of each side, the load of each expert, the turns that differ, and how far to trust it. Pure.

Every figure is about the turns of the span: each time an episode came to need us.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, sqrt

from coterie.routing import policy
from coterie.routing.sandbox.model import Handled, Played, Record, Recorded
from coterie.routing.words import REASONS

SAME_S = 1.0
"""The ticker looks once a second: decisions that are no further apart are at the same time."""


@dataclass(frozen=True, slots=True)
class Side:
    """The figures of one side. Seconds are None where there is nothing to measure, shares too."""

    decisions: int
    turns: int
    at_once: int
    queued: int
    held: int
    waiting_at_end: int
    wait_median_s: float | None
    wait_09_s: float | None
    wait_longest_s: float | None
    time_given_median_s: float | None
    times_given: int
    times_met: int
    answer_median_s: float | None
    answered: int
    answered_in_time: int
    owned: int
    by_owner: int
    covered: int
    experts: int
    load_variation: float | None


@dataclass(frozen=True, slots=True)
class Load:
    """How many turns came to an expert, on either side."""

    expert_id: str
    name: str
    was: int
    would: int


@dataclass(frozen=True, slots=True)
class Differs:
    """A turn that another person would have attended, or another time would have passed before somebody did."""

    at: datetime
    case_id: str
    thread_id: str
    episode_id: str
    channel: str
    was: str | None
    was_wait_s: float | None
    was_reason: str
    would: str | None
    would_wait_s: float | None
    would_reason: str


@dataclass(frozen=True, slots=True)
class Trust:
    """How many of the recorded decisions the replay without a change makes again, and of the others what kind they are."""

    recorded: int
    same: int
    otherwise: dict[str, int]
    older: int
    """Decided by an earlier version of the policy: not compared."""


def side_of(record: Record, played: Played) -> Side:
    own = [each for each in played.handled.values() if each.turn.at >= record.start]
    waits = [
        (each.attended_at - each.waiting_since).total_seconds() for each in own if each.attended_at
    ]
    given = [each for each in own if each.time_given]
    judged = [each for each in given if each.attended_at or met(each, record.end) is False]
    answers = [seconds for each in own if (seconds := answered_after(each)) is not None]
    owned = [each for each in own if each.owner_id and each.attended_at]
    loads = [played.given.get(id_, 0) for id_ in sorted(played.seen)]
    return Side(
        decisions=len(played.decisions),
        turns=len(own),
        at_once=sum(1 for each in own if each.attended_at and not each.time_given),
        queued=len(given),
        held=sum(each.first_reason == policy.HELD for each in own),
        waiting_at_end=sum(1 for each in given if each.attended_at is None and each.rested_at is None),
        wait_median_s=quantile(waits, 0.5),
        wait_09_s=quantile(waits, 0.9),
        wait_longest_s=max(waits, default=None),
        time_given_median_s=quantile([told_s(each) for each in given], 0.5),
        times_given=len(judged),
        times_met=sum(1 for each in judged if met(each, record.end)),
        answer_median_s=quantile(answers, 0.5),
        answered=len(answers),
        answered_in_time=sum(1 for each in own if each.answered and each.rested_at and each.rested_at <= each.answer_by),
        owned=len(owned),
        by_owner=sum(each.expert_id == each.owner_id for each in owned),
        covered=sum(each.reason == policy.COVER for each in owned),
        experts=len(loads),
        load_variation=variation(loads),
    )  # fmt: skip


def told_s(each: Handled) -> float:
    assert each.time_given is not None
    return (each.time_given - each.waiting_since).total_seconds()


def met(each: Handled, end: datetime) -> bool | None:
    """Whether somebody came by the first time that the customer was given; None where that is still open."""
    assert each.time_given is not None
    if each.attended_at is not None:
        return each.attended_at <= each.time_given
    return False if each.time_given <= end and each.rested_at is None else None


def answered_after(each: Handled) -> float | None:
    if not each.answered or each.rested_at is None:
        return None
    return (each.rested_at - each.waiting_since).total_seconds()


def quantile(numbers: Sequence[float], share: float) -> float | None:
    """By the nearest rank."""
    ranked = sorted(numbers)
    return ranked[max(0, ceil(share * len(ranked)) - 1)] if ranked else None


def variation(numbers: Sequence[int]) -> float | None:
    """The coefficient of variation: standard deviation over mean. 0 is the same for everybody."""
    if not numbers or not sum(numbers):
        return None
    mean = sum(numbers) / len(numbers)
    return sqrt(sum((each - mean) ** 2 for each in numbers) / len(numbers)) / mean


def loads_of(record: Record, was: Played, would: Played) -> list[Load]:
    """Whoever was present or was given anything, by what they were given."""
    ids = was.seen | would.seen | set(was.given) | set(would.given)
    found = [
        Load(id_, record.names.get(id_, "Somebody"), was.given.get(id_, 0), would.given.get(id_, 0))
        for id_ in ids
    ]
    return sorted(found, key=lambda load: (-load.was, load.name, load.expert_id))


def differing(record: Record, was: Played, would: Played) -> list[Differs]:
    """In the order in which they came to need us. What is within a second of the other is the same."""
    found = []
    for id_, one in was.handled.items():
        other = would.handled.get(id_)
        if one.turn.at < record.start or other is None:
            continue
        waits = wait_s(one), wait_s(other)
        if one.expert_id == other.expert_id and near(*waits):
            continue
        found.append(
            Differs(
                at=one.turn.at,
                case_id=one.turn.case_id,
                thread_id=one.turn.thread_id,
                episode_id=one.turn.episode_id,
                channel=one.turn.channel,
                was=named(record, one.expert_id),
                was_wait_s=waits[0],
                was_reason=REASONS[one.reason or one.first_reason],
                would=named(record, other.expert_id),
                would_wait_s=waits[1],
                would_reason=REASONS[other.reason or other.first_reason],
            )
        )
    return sorted(found, key=lambda each: (each.at, each.episode_id))


def named(record: Record, expert_id: str | None) -> str | None:
    return record.names.get(expert_id, "Somebody") if expert_id else None


def wait_s(each: Handled) -> float | None:
    return (each.attended_at - each.waiting_since).total_seconds() if each.attended_at else None


def near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME_S


def trust(record: Record, played: Played) -> Trust:
    """Each recorded decision beside one of the replay: the same episode, the same second, the same person, reason and time."""
    made: dict[str, list[Recorded]] = defaultdict(list)
    for each in played.decisions:
        made[each.episode_id].append(
            Recorded(each.episode_id, each.at, policy.VERSION, each.reason, each.chosen_id, each.time_given, None, None)
        )  # fmt: skip
    same, older = 0, 0
    otherwise: dict[str, int] = defaultdict(int)
    for recorded in record.decisions:
        if recorded.policy != policy.VERSION:
            older += 1
            continue
        close = [each for each in made[recorded.episode_id] if together(each.at, recorded.at)]
        twin = next((each for each in close if alike(each, recorded)), None)
        if twin is not None:
            same += 1
            made[recorded.episode_id].remove(twin)
        else:
            otherwise[kind_of(close, recorded)] += 1
    return Trust(len(record.decisions) - older, same, dict(otherwise), older)


def together(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= timedelta(seconds=SAME_S)


def alike(one: Recorded, other: Recorded) -> bool:
    if (one.chosen_id, one.reason) != (other.chosen_id, other.reason):
        return False
    if one.time_given is None or other.time_given is None:
        return one.time_given is other.time_given
    return together(one.time_given, other.time_given)


def kind_of(close: Iterable[Recorded], recorded: Recorded) -> str:
    """In what a recorded decision differs from its replay."""
    for each in close:
        if each.chosen_id != recorded.chosen_id:
            return "person"
        return "reason" if each.reason != recorded.reason else "time_given"
    return "moment"
