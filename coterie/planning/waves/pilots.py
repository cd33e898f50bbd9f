"""Which communities go first: as unlike each other as can be, buddies together, so that overflow works from the first day.

Pairs of buddies are taken one after the other: first the one nearest to the mean, then always the one that is farthest
from those taken (farthest-point rule, Gonzalez 1985). Near and far: another region counts 1; customers, contacts a
customer and hazard count by their rank, 0 to 1. Where the number is odd, one goes without its buddy.
"""

from collections.abc import Callable, Mapping, Sequence

from coterie.planning.waves.model import Moving

MEASURES: Sequence[Callable[[Moving], float]] = (
    lambda each: each.customers,
    lambda each: each.contacts / max(1, each.customers),
    lambda each: each.hazard,
)
Place = tuple[str, tuple[float, ...]]


def units(communities: Sequence[Moving]) -> list[tuple[Moving, ...]]:
    """Buddies who name each other move together; everybody else moves alone."""
    known = {each.id: each for each in communities}
    found: list[tuple[Moving, ...]] = []
    for each in communities:
        buddy = known.get(each.buddy or "")
        if buddy is None or buddy.buddy != each.id:
            found.append((each,))
        elif each.id < buddy.id:
            found.append((each, buddy))
    return found


def pilots(communities: Sequence[Moving], many: int) -> frozenset[str]:
    """The ids of the communities that go first: `many`, or all where there are fewer."""
    many = min(many, len(communities))
    places = ranked(communities)
    left, taken = units(communities), list[Moving]()
    while len(taken) < many:
        room = many - len(taken)
        fitting = [unit for unit in left if len(unit) <= room] or [unit[:1] for unit in left]
        chosen = max(fitting, key=lambda unit: (distance(unit, taken, places), unit[0].id))
        taken += chosen
        left = [unit for unit in left if chosen[0] not in unit]
    return frozenset(each.id for each in taken)


def ranked(communities: Sequence[Moving]) -> dict[str, Place]:
    """Where each stands: its region, and its rank by each measure from 0 to 1; equal values share a rank."""
    ranks: list[Mapping[float, float]] = []
    for measure in MEASURES:
        values = sorted({measure(each) for each in communities})
        ranks.append({value: at / max(1, len(values) - 1) for at, value in enumerate(values)})
    return {
        each.id: (each.region, tuple(rank[measure(each)] for rank, measure in zip(ranks, MEASURES, strict=True)))
        for each in communities
    }  # fmt: skip


def distance(unit: Sequence[Moving], taken: Sequence[Moving], places: Mapping[str, Place]) -> float:
    """Of the nearest of those taken; of the first pair, how near it is to the middle of all."""
    if not taken:
        return -min(sum(abs(rank - 1 / 2) for rank in places[each.id][1]) for each in unit)
    return sum(min(apart(places[each.id], places[other.id]) for other in taken) for each in unit) / len(unit)  # fmt: skip


def apart(a: Place, b: Place) -> float:
    return (a[0] != b[0]) + sum(abs(x - y) for x, y in zip(a[1], b[1], strict=True))
