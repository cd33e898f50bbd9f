"""Where contacts go among groups: as a log told it, or as is assumed."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coterie.twin.scenario import Course, Group, Scenario, Topic, serves


def courses_of(scenario: Scenario) -> tuple[Any, Any, Any]:
    """first (rows, groups), stays (rows, groups), next (rows, groups, groups); a row is a topic, spoken or written."""
    g = len(scenario.groups)
    rows = 2 * len(scenario.topics)
    first, stays, following = np.zeros((rows, g)), np.ones((rows, g)), np.zeros((rows, g, g))
    told = {each.topic: each for each in scenario.courses}
    for k, topic in enumerate(scenario.topics):
        for written in (0, 1):
            row = 2 * k + written
            if topic.name in told:
                first[row], stays[row], following[row] = as_told(told[topic.name], scenario.groups)
            else:
                first[row], stays[row], following[row] = as_assumed(scenario, topic, "messaging" if written else "voice")  # fmt: skip
    return first, stays, following


def as_told(course: Course, groups: Sequence[Group]) -> tuple[Any, Any, Any]:
    names = [each.name for each in groups]
    first = np.array([course.first.get(name, 0.0) for name in names])
    stays = np.array([course.stays.get(name, 1.0) for name in names])
    places = {name: place for place, name in enumerate(names)}
    following = np.zeros((len(names), len(names)))
    for a, shares_of in course.next.items():
        for b in shares_of.keys() & places.keys():
            following[places[a], places[b]] = shares_of[b]
    stays[following.sum(1) == 0] = 1.0
    return first, stays, following


def as_assumed(scenario: Scenario, topic: Topic, channel: str) -> tuple[Any, Any, Any]:
    """The right group, or, by misroute, another; from a wrong one to the right one, from that to a second line."""
    groups, a = scenario.groups, scenario.assumptions
    spoken = channel == "voice"
    of_kind = np.array([g.spoken if spoken else g.written for g in groups], bool)
    second = np.array([g.second_line for g in groups], bool)
    knows = np.array([serves(g, topic.name, channel) for g in groups], bool)
    people = np.array([g.experts or 1 for g in groups], float)
    right = people * (knows & ~second)
    if not right.any():
        right = people * knows
    wrong = people * (of_kind & ~second & (right == 0))
    behind = people * (knows & second)
    first = mixture(right, wrong, a.misroute)
    stays = np.where(
        right > 0,
        1.0 - (a.second_line if behind.any() and (right * behind == 0).all() else 0.0),
        0.0,
    )
    stays[second & knows] = 1.0
    following = np.zeros((len(groups), len(groups)))
    for k in range(len(groups)):
        if right[k] > 0:
            following[k] = shares(behind)
        elif right.any():
            following[k] = shares(right)
    stays[following.sum(1) == 0] = 1.0
    return first, stays, following


def mixture(right: Any, wrong: Any, misroute: float) -> Any:
    if not wrong.any():
        return shares(right)
    return (1 - misroute) * shares(right) + misroute * shares(wrong)


def shares(weights: Any) -> Any:
    total = weights.sum()
    return weights / total if total else weights
