"""What no plan can better since of what lies around: large areas side by side, and parts of a country behind one area."""

from collections.abc import Sequence

from coterie.planning.territories.country import Country
from coterie.planning.territories.start import rows_of

ASKED, SETS = 60, 2_000
"""The largest areas are asked, each for so many sets at most: to ask less leaves a bound a bound."""
LARGE = 0.5
Rows = Sequence[Sequence[int]]


def side_by_side(country: Country) -> tuple[float, int]:
    """The least deviation, as a share of the mean, of any community that holds a certain large area, and which area.

    Its community is a set of areas that hangs together. All such sets are tried that are not too large already; where
    there are too many of them, nothing is claimed.
    """
    rows, sizes = rows_of(country), country.sizes[0].tolist()
    large = sorted((at for at, size in enumerate(sizes) if size > LARGE), key=lambda at: -sizes[at])
    bound, where = 0.0, -1
    for area in large[:ASKED]:
        least = nearest_to_mean(rows, sizes, area, bound)
        if least > bound:
            bound, where = least, area
    return bound, where


def nearest_to_mean(rows: Rows, sizes: Sequence[float], area: int, enough: float) -> float:
    """How near to 1.0 a set can come that holds the area and hangs together; `enough` or less is not looked into further."""
    best, tried = abs(sizes[area] - 1.0), 0
    line = [(sizes[area], tuple(sorted(rows[area], key=lambda at: -sizes[at])), frozenset((area, *rows[area])))]  # fmt: skip
    while line and best > enough:
        total, beside, known = line.pop()
        for at, other in enumerate(beside):
            tried += 1
            if tried > SETS:
                return 0.0
            more = total + sizes[other]
            if more - 1.0 >= best:
                continue
            best = min(best, abs(more - 1.0))
            new = sorted((each for each in rows[other] if each not in known), key=lambda each: -sizes[each])  # fmt: skip
            line.append((more, (*beside[at + 1 :], *new), known.union(new)))
    return best


def behind_one_area(country: Country) -> tuple[float, int]:
    """The least deviation since a part of the country hangs on one area, and which: communities can't cross it.

    Of what lies behind, T, the community of that area, s, takes what is left beside m others, and m is whole: so
    m (1 + b) + 1 + b - s >= T, and m (1 - b) <= T.
    """
    bound, where = 0.0, -1
    sizes = country.sizes[0].tolist()
    for area, behind in pieces_behind(rows_of(country), sizes):
        least = min(forced(behind, sizes[area], int(behind) + more) for more in (0, 1))
        if least > bound:
            bound, where = least, area
    return bound, where


def forced(behind: float, size: float, communities: int) -> float:
    few = (behind + size - 1.0 - communities) / (communities + 1)
    return max(few, 1.0 - behind / communities if communities else 0.0)


def pieces_behind(rows: Rows, sizes: Sequence[float]) -> list[tuple[int, float]]:
    """Areas without which a connected country falls apart, and what each piece holds then (Hopcroft and Tarjan, 1973)."""
    found: list[tuple[int, float]] = []
    order, lowest = [-1] * len(rows), [0] * len(rows)
    held, cut = list(sizes), [0.0] * len(rows)
    above, line, number = [-1] * len(rows), [(0, iter(rows[0]))], 1
    order[0] = 0
    while line:
        area, others = line[-1]
        other = next(others, None)
        if other is None:
            line.pop()
            to = above[area]
            if to < 0:
                continue
            held[to] += held[area]
            lowest[to] = min(lowest[to], lowest[area])
            if lowest[area] >= order[to]:
                found.append((to, held[area]))
                cut[to] += held[area]
        elif order[other] < 0:
            order[other] = lowest[other] = number
            above[other], number = area, number + 1
            line.append((other, iter(rows[other])))
        elif other != above[area]:
            lowest[area] = min(lowest[area], order[other])
    rest = sum(sizes)
    return [*found, *((area, rest - sizes[area] - cut[area]) for area in {each for each, _ in found} if area)]  # fmt: skip
