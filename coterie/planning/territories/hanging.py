"""What hangs on a pinned area alone and is too small for a community of its own belongs where that area is pinned."""

from collections.abc import Mapping, Sequence

from coterie.planning.territories.local_bounds import pieces_behind
from coterie.planning.territories.model import GivenArea, Graph
from coterie.planning.territories.neighbours import pieces


def with_hanging(
    areas: Sequence[GivenArea], graph: Graph, pins: Mapping[str, str], least: float
) -> dict[str, str]:
    """The pins, and one for each area that would be cut off without a pinned area, in a piece of fewer than `least` customers.

    No community may be as small as that, and none can cross the pinned area.
    """
    found = dict(pins)
    rows: list[list[int]] = [[] for _ in areas]
    for a, b in graph.pairs:
        rows[a].append(b)
        rows[b].append(a)
    gates = {at for at, _ in pieces_behind(rows, [0.0] * len(areas))} if pins else set()
    for at, each in enumerate(areas):
        if at in gates and each.area in pins:
            rest = pieces(graph.size, [pair for pair in graph.pairs if at not in pair])
            for piece in rest[1:]:
                small = sum(areas[one].customers for one in piece) < least
                if piece != [at] and small and not any(areas[one].area in found for one in piece):
                    found.update({areas[one].area: pins[each.area] for one in piece})
    return found
