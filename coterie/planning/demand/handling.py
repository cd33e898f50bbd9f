"""What a log lets one infer of effort: the first person's on each case, and what followed. Pure.

By the twin's inference: the time since the same person's event before is the most that an event can have taken. So it is
a guess from above.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coterie.planning.demand.model import Floats
from coterie.twin.relive.inference import efforts
from coterie.twin.relive.model import Touch


@dataclass(frozen=True, slots=True)
class Handled:
    """`first_s`: seconds of each case's first event that names a person, by topic; `following_s`: of every later one.

    `cases`: how many have a first one.
    """

    first_s: dict[str, Floats]
    following_s: Floats
    cases: int


def handled(touches: Sequence[Touch]) -> Handled:
    """`touches` come case by case, each in the order of time. A case's topic is the first that it names."""
    first: dict[str, list[float]] = defaultdict(list)
    following: list[float] = []
    took = efforts(touches)
    topic_of: dict[str, str] = {}
    for touch in touches:
        if touch.topic:
            topic_of.setdefault(touch.case, touch.topic)
    begun: set[str] = set()
    for touch, effort in zip(touches, took, strict=True):
        if not touch.person:
            continue
        if touch.case in begun:
            following.append(effort.total_seconds())
        else:
            begun.add(touch.case)
            first[topic_of.get(touch.case, "")].append(effort.total_seconds())
    return Handled(
        {t: np.array(some) for t, some in first.items()}, np.array(following), len(begun)
    )
