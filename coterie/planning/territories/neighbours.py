"""Who is whose neighbour, where only coordinates are known, and how islands are joined.

Places are points on a unit sphere, so that the date line and the poles are nothing special, and distances between them
are chords. Two areas are neighbours where no third lies inside the ball that has the line between them as its diameter
(Gabriel and Sokal, 1969). Such a graph always hangs together, since it holds the shortest tree that joins all points.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy
from numpy.typing import NDArray

from coterie.kit.errors import Invalid
from coterie.planning.territories.compiled import compiled
from coterie.planning.territories.model import GivenArea, Graph

NEAR = 24
"""How many of the nearest places are asked first whether they lie between two others: they nearly always do."""
ROWS = 512
"""Places whose distances to all others are held at a time."""

Points: TypeAlias = NDArray[numpy.float64]
Places: TypeAlias = NDArray[numpy.int64]


def graph_of(areas: Sequence[GivenArea], pairs: Sequence[tuple[str, str]] | None) -> Graph:
    """The graph of these areas: of the pairs as given, else of coordinates; whatever lies apart is joined.

    Raises `Invalid` for an area that has neither neighbours nor coordinates to find some by.
    """
    if len(areas) == 1:
        return Graph(1, (), given=pairs is not None)
    if pairs is None:
        refuse_placeless(areas, range(len(areas)), "there is no file of neighbours")
        found = gabriel(points_of(areas))
        return Graph(len(areas), tuple(found), given=False)
    places = {each.area: at for at, each in enumerate(areas)}
    known = {tuple(sorted((places[a], places[b]))) for a, b in pairs}
    given = sorted((a, b) for a, b in known)
    joined = joins(areas, pieces(len(areas), given))
    return Graph(len(areas), tuple(sorted([*given, *joined])), tuple(joined))


def refuse_placeless(areas: Sequence[GivenArea], some: Sequence[int], why: str) -> None:
    without = [areas[at].area for at in some if areas[at].place is None]
    if without:
        more = f" and {len(without) - 5:,} more" if len(without) > 5 else ""
        raise Invalid(
            f"No neighbour can be found for {', '.join(without[:5])}{more}: {why}, and without lat and lon nobody knows "
            "what is near. Name a neighbour or give coordinates.",
            "no_neighbour",
            "area",
        )


def points_of(areas: Sequence[GivenArea]) -> Points:
    """Places on the unit sphere, a row of three for each area. All must have coordinates."""
    radians = numpy.radians(numpy.array([each.place for each in areas], dtype=float))
    lat, lon = radians.reshape(-1, 2).T
    return numpy.stack([numpy.cos(lat) * numpy.cos(lon), numpy.cos(lat) * numpy.sin(lon), numpy.sin(lat)], axis=1)  # fmt: skip


def gabriel(points: Points) -> list[tuple[int, int]]:
    """All pairs of places that have no third inside the ball between them, in order."""
    if len(points) < 2:
        return []
    found = free_pairs(points, nearest(points))
    return [(int(a), int(b)) for a, b in found]


def nearest(points: Points) -> Places:
    """For each place those nearest to it, nearest first, itself among them."""
    count = min(NEAR, len(points))
    rows = []
    for begin in range(0, len(points), ROWS):
        apart = 2 - 2 * points[begin : begin + ROWS] @ points.T
        some = numpy.argpartition(apart, count - 1, axis=1)[:, :count]
        order = numpy.argsort(numpy.take_along_axis(apart, some, axis=1), axis=1, kind="stable")
        rows.append(numpy.take_along_axis(some, order, axis=1))
    return numpy.concatenate(rows).astype(numpy.int64)


@compiled
def free_pairs(points: Points, near: Places) -> Places:
    """Pairs (a, b), a before b, with nobody between them, as an array of two columns."""
    found = [(0, 0) for _ in range(0)]
    for a in range(len(points)):
        found += [(a, b) for b in range(a + 1, len(points)) if is_free(points, near, a, b)]
    pairs = numpy.empty((len(found), 2), numpy.int64)
    for at, (a, b) in enumerate(found):
        pairs[at, 0], pairs[at, 1] = a, b
    return pairs


@compiled
def is_free(points: Points, near: Places, a: int, b: int) -> bool:
    for at in range(near.shape[1]):
        if is_between(points, a, b, near[a, at]) or is_between(points, a, b, near[b, at]):
            return False
    return not any_between(points, a, b)


@compiled
def any_between(points: Points, a: int, b: int) -> bool:
    for c in range(len(points)):  # noqa: SIM110 numba knows no generators in any()
        if is_between(points, a, b, c):
            return True
    return False


@compiled
def is_between(points: Points, a: int, b: int, c: int) -> bool:
    """Whether c sees a and b at more than a right angle. A hair's breadth is none: places may coincide."""
    seen = 0.0
    for axis in range(3):
        seen += (points[a, axis] - points[c, axis]) * (points[b, axis] - points[c, axis])
    return seen < -1e-14


def pieces(size: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """What hangs together, largest first; each in order."""
    near: list[list[int]] = [[] for _ in range(size)]
    for a, b in pairs:
        near[a].append(b)
        near[b].append(a)
    found, seen = [], [False] * size
    for begin in range(size):
        if seen[begin]:
            continue
        seen[begin], piece = True, [begin]
        for at in piece:
            for other in near[at]:
                if not seen[other]:
                    seen[other] = True
                    piece.append(other)
        found.append(sorted(piece))
    return sorted(found, key=lambda piece: (-len(piece), piece[0]))


def joins(areas: Sequence[GivenArea], apart: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The pairs that make one of several pieces: each time the two places of different pieces that are nearest.

    The mainland, the largest piece, takes them in one after the other, nearest first.
    """
    if len(apart) < 2:
        return []
    for piece in apart:
        if all(areas[at].place is None for at in piece):
            refuse_placeless(areas, piece, why_apart(areas, piece))
    placed = [at for at, each in enumerate(areas) if each.place is not None]
    points = points_of([areas[at] for at in placed])
    piece_of = {at: number for number, piece in enumerate(apart) for at in piece}
    numbers = numpy.array([piece_of[at] for at in placed])
    found = nearest_joins(points, numbers, len(apart))
    return sorted(ordered(placed[a], placed[b]) for a, b in found)


def why_apart(areas: Sequence[GivenArea], piece: Sequence[int]) -> str:
    if len(piece) == 1:
        return "it stands in no pair of the file of neighbours"
    return f"these {len(piece)} have no neighbour but each other"


def nearest_joins(points: Points, numbers: Places, count: int) -> list[tuple[int, int]]:  # fmt: skip
    """The shortest tree over pieces, grown from piece 0 (Prim, 1957): for each new piece the two places that join it."""
    inside = numbers == 0
    short, whose = reach(points, numpy.flatnonzero(inside))
    found = []
    for _ in range(count - 1):
        apart = numpy.where(inside, numpy.inf, short)
        at = int(numpy.argmin(apart))
        found.append((int(whose[at]), at))
        new = numbers == numbers[at]
        inside |= new
        nearer, theirs = reach(points, numpy.flatnonzero(new))
        whose = numpy.where(nearer < short, theirs, whose)
        short = numpy.minimum(short, nearer)
    return found


def reach(points: Points, some: Places) -> tuple[Points, Places]:
    """For every place the squared chord to the nearest of some, and which that is."""
    short, whose = numpy.full(len(points), numpy.inf), numpy.zeros(len(points), numpy.int64)
    for begin in range(0, len(some), ROWS):
        part = some[begin : begin + ROWS]
        apart = 2 - 2 * points @ points[part].T
        best = apart.argmin(axis=1)
        least = apart[numpy.arange(len(points)), best]
        whose = numpy.where(least < short, part[best], whose)
        short = numpy.minimum(short, least)
    return short, whose


def ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
