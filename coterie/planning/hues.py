"""A hue for each community, in degrees, that its neighbours don't have. Pure."""

from collections import Counter, defaultdict

from coterie.planning.plan import Plan
from coterie.planning.territories.shape import homes_of

HUES = range(10, 360, 30)
FAR = 60
"""From here on nobody mistakes one hue for another."""


def hues_of(plan: Plan) -> dict[str, int]:
    """As far from those of its neighbours as can be, then the one that is used least."""
    beside = neighbours(plan)
    found: dict[str, int] = {}
    used: Counter[int] = Counter()
    for each in plan.communities:
        near = [found[other] for other in beside[each.id] if other in found]
        found[each.id] = max(HUES, key=lambda hue: (nearest(hue, near), -used[hue], -hue))
        used[found[each.id]] += 1
    return found


def neighbours(plan: Plan) -> dict[str, set[str]]:
    """Which communities have neighbouring areas."""
    homes, found = homes_of(plan), defaultdict(set)
    for a, b in plan.adjacency:
        one, other = homes.get(a), homes.get(b)
        if one and other and one != other:
            found[one].add(other)
            found[other].add(one)
    return found


def nearest(hue: int, others: list[int]) -> int:
    """How far the nearest of these is."""
    return min([FAR, *(min(abs(hue - each), 360 - abs(hue - each)) for each in others)])
