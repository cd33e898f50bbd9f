"""A plan laid out as a map: where each area is drawn and how large, what hangs together, where the names stand. Pure.

Longitudes shrink by the cosine of the middle latitude (equirectangular projection), which keeps shapes as they are known
over a few hundred kilometres. Lengths are those of the sheet, which is a square, `WIDTH` across.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sqrt
from statistics import median

from coterie.planning.plan import Plan, PlannedArea
from coterie.planning.territories.shape import homes_of

WIDTH, EDGE = 1000.0, 40.0
FULL = 0.16
"""How much of the sheet the circles of all customers would cover together."""
LEAST, MOST = 1.6, 22.0
APART = 0.46
"""A circle reaches so far towards the nearest neighbour."""
BAND = 0.95
"""How broad the bands of a community are, as a share of how far its areas usually are from their nearest."""
LETTER, LINE, SET = 9.5, 22.0, 17.0
"""How broad and how high names are, and the size of type for which that is so."""
BEYOND, NEAR = 0.005, 0.2
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    area: PlannedArea
    community: str
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Land:
    """A community on the sheet: its bands as the path of an SVG and how broad they are, and where its name stands.

    `clear`: whether its name overlaps that of no larger community at this scale.
    """

    id: str
    name: str
    path: str
    band: float
    x: float
    y: float
    clear: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """`view`: left, top and side of the square in which nearly all customers are; far islands may lie beyond.

    `unplaced`: how many areas have no coordinates and are drawn nowhere.
    """

    dots: tuple[Dot, ...]
    lands: tuple[Land, ...]
    view: tuple[float, float, float]
    unplaced: int


def sheet_of(plan: Plan) -> Sheet:
    placed = {each.area: each for each in plan.areas if each.lat is not None and each.lon is not None}  # fmt: skip
    places = laid_out(list(placed.values()))
    homes = homes_of(plan)
    sizes = radii(plan, placed, places)
    dots = tuple(
        Dot(each, homes.get(area, ""), *places[area], sizes[area]) for area, each in placed.items()
    )
    view = view_of(dots)
    return Sheet(dots, lands_of(plan, dots, places, view), view, len(plan.areas) - len(placed))


def laid_out(areas: Sequence[PlannedArea]) -> dict[str, Place]:
    """Where each is on the sheet."""
    if not areas:
        return {}
    lats, lons = [each.lat or 0.0 for each in areas], [each.lon or 0.0 for each in areas]
    north, west = max(lats), min(lons)
    shrink = cos(radians((min(lats) + north) / 2))
    across = max((max(lons) - west) * shrink, 1e-6)
    down = max(north - min(lats), 1e-6)
    scale = (WIDTH - 2 * EDGE) / max(across, down)
    left, top = (WIDTH - across * scale) / 2, (WIDTH - down * scale) / 2
    return {
        each.area: (left + (lon - west) * shrink * scale, top + (north - lat) * scale)
        for each, lat, lon in zip(areas, lats, lons, strict=True)
    }


def view_of(dots: Sequence[Dot]) -> tuple[float, float, float]:
    if not dots:
        return 0.0, 0.0, WIDTH
    left, right = reach([(dot.x, dot.area.customers) for dot in dots])
    top, bottom = reach([(dot.y, dot.area.customers) for dot in dots])
    side = min(max(right - left, bottom - top, EDGE) + 2 * EDGE, WIDTH)
    return (left + right - side) / 2, (top + bottom - side) / 2, side


def reach(held: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """From where to where all but the outermost lie: `BEYOND` of the customers at either end, and what is near to the rest."""
    order = sorted(held)
    whole = sum(customers for _, customers in order) or 1
    ends = []
    for line in (order, order[::-1]):
        seen = 0.0
        for at, customers in line:
            seen += customers
            if seen > BEYOND * whole:
                ends.append(at)
                break
        else:
            ends.append(line[-1][0])
    # Where nobody has customers, each line ends at its far end.
    first, last = min(ends), max(ends)
    room = NEAR * (last - first)
    low, high = first - room, last + room
    inside = [at for at, _ in held if low <= at <= high]
    return min(inside), max(inside)


def radii(
    plan: Plan, areas: Mapping[str, PlannedArea], places: Mapping[str, Place]
) -> dict[str, float]:
    """By customers, and never into a neighbour."""
    room: dict[str, float] = defaultdict(lambda: MOST)
    for a, b in plan.adjacency:
        if a in places and b in places:
            half = APART * hypot(places[a][0] - places[b][0], places[a][1] - places[b][1])
            room[a], room[b] = min(room[a], half), min(room[b], half)
    customers = sum(each.customers for each in areas.values()) or 1
    whole = WIDTH * sqrt(FULL / pi / customers)
    return {
        area: max(0.35, min(max(LEAST, whole * sqrt(each.customers)), room[area], MOST))
        for area, each in areas.items()
    }


def lands_of(
    plan: Plan, dots: Sequence[Dot], places: Mapping[str, Place], view: tuple[float, float, float]
) -> tuple[Land, ...]:
    """The broadest first, so that what is dense lies on top."""
    homes = {dot.area.area: dot.community for dot in dots}
    bands: dict[str, list[tuple[Place, Place]]] = defaultdict(list)
    for a, b in plan.adjacency:
        if a in homes and homes[a] and homes.get(b) == homes[a]:
            bands[homes[a]].append((places[a], places[b]))
    named = {each.id: each.name for each in plan.communities}
    by_community: dict[str, list[Dot]] = defaultdict(list)
    for dot in dots:
        by_community[dot.community].append(dot)
    found = [
        (id_, name, path_of(bands[id_]), broad(bands[id_]), *middle(by_community[id_]))
        for id_, name in named.items()
        if by_community[id_]
    ]
    found.sort(key=lambda each: -each[3])
    clear = clear_names([(id_, name, x, y) for id_, name, _, _, x, y in found], view[2] / WIDTH)
    return tuple(Land(*each, clear=each[0] in clear) for each in found)


def path_of(bands: Sequence[tuple[Place, Place]]) -> str:
    return "".join(f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" for a, b in bands)


def broad(bands: Sequence[tuple[Place, Place]]) -> float:
    nearest: dict[Place, float] = {}
    for a, b in bands:
        far = hypot(a[0] - b[0], a[1] - b[1])
        nearest[a], nearest[b] = min(far, nearest.get(a, far)), min(far, nearest.get(b, far))
    return round(BAND * median(nearest.values()), 2) if nearest else 0.0


def middle(dots: Sequence[Dot]) -> Place:
    """The dot nearest to the mean of all, so that a name stands in its own land."""
    x, y = sum(dot.x for dot in dots) / len(dots), sum(dot.y for dot in dots) / len(dots)
    best = min(dots, key=lambda dot: hypot(dot.x - x, dot.y - y))
    return round(best.x, 1), round(best.y, 1)


def clear_names(names: Sequence[tuple[str, str, float, float]], scale: float) -> set[str]:
    """Of names in the order of their weight, those that overlap none before them."""
    kept: list[tuple[float, float, float]] = []
    found: set[str] = set()
    for id_, name, x, y in names:
        half = len(name) * LETTER * scale / 2
        if all(abs(x - ox) > half + other or abs(y - oy) > LINE * scale for ox, oy, other in kept):
            kept.append((x, y, half))
            found.add(id_)
    return found
