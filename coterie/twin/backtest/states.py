"""In which state a case can be: its group, and how it came there. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from coterie.twin.backtest.pasts import Past, Visit

ENOUGH = 30.0
CELLS = 2_500_000
"""Kinds x states x groups are at most so many: rare topics become one, and areas are kept apart for the commonest only."""
FEW = 5
"""Cases of a topic and an area from which the two are looked at together."""
FIRST, LATER = "first", "later"
OTHERS = "others"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class States:
    """Groups, and of each the states in which a case can be there."""

    groups: Mapping[str, int]
    states: Mapping[tuple[str, str], int]
    """(group, how it came) -> place. How: `FIRST`, `LATER`, or the name of the group before."""
    kinds: Mapping[tuple[str, str], int]
    """What cases come with: (topic, area) -> place, and (topic, "") for areas that have too few."""

    def first(self, group: str) -> int:
        return self.states.get((group, FIRST), self.states[group, LATER])

    def after(self, group: str, before: str) -> int:
        found = self.states.get((group, f"from {before}"))
        return self.states[group, LATER] if found is None else found

    def kind(self, past: Past) -> int:
        found = self.kinds.get((past.topic, past.area))
        return self.wider((past.topic, past.area)) if found is None else found

    def wider(self, kind: tuple[str, str]) -> int:
        """The kind of the topic alone."""
        return self.kinds.get((kind[0], ""), self.kinds[OTHERS, ""])

    @property
    def wider_of(self) -> list[int]:
        """Of each kind the wider one; of a topic alone itself."""
        return [self.wider(kind) for kind in self.kinds]

    def places(self, visits: Sequence[Visit]) -> list[int]:
        """The state of each visit of a case."""
        later = [self.after(b.group, a.group) for a, b in pairwise(visits)]
        return [self.first(visits[0].group), *later]


def states_of(pasts: Iterable[Past], weight: Any, *, origins: bool) -> States:
    """Those that the cases show often enough."""
    how: Counter[tuple[str, str]] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    for past, counts in zip(pasts, weight, strict=True):
        if counts <= 0:
            continue
        kinds[past.topic, ""] += 1
        kinds[past.topic, past.area] += past.area != ""
        how[past.visits[0].group, FIRST] += 1
        for a, b in pairwise(past.visits):
            how[b.group, LATER] += 1
            how[b.group, f"from {a.group}"] += origins
    names = sorted({group for group, _ in how})
    kept = [(group, came) for (group, came), n in how.items() if came != LATER and n >= ENOUGH]
    states = sorted([*((group, LATER) for group in names), *kept])
    room = max(1, CELLS // (len(states) * len(names)) - 1)
    return States(placed(names), placed(states), placed(common(kinds, room)))


def placed(names: Iterable[T]) -> dict[T, int]:
    return {name: place for place, name in enumerate(names)}


def common(kinds: Mapping[tuple[str, str], int], room: int) -> list[tuple[str, str]]:
    """At most so many: topics first, then areas of those; one for all others before."""
    topics = sorted((kind for kind in kinds if not kind[1]), key=lambda kind: (-kinds[kind], kind))
    topics = [kind for kind in topics if kind[0] != OTHERS][:room]
    known = {topic for topic, _ in topics}
    areas = [kind for kind, n in kinds.items() if kind[1] and kind[0] in known and n >= FEW]
    areas.sort(key=lambda kind: (-kinds[kind], kind))
    return [(OTHERS, ""), *topics, *areas[: room - len(topics)]]
