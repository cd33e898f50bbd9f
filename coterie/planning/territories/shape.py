"""How territories lie: who is next to whom, what is in one piece, how compact, how even. Plain Python, for pages too."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt
from typing import Any, TypeAlias

from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity

EARTH_KM = 6371.0
Near: TypeAlias = Mapping[str, Sequence[str]]
Place: TypeAlias = tuple[float, float]


def near_of(pairs: Sequence[tuple[str, str]]) -> Near:
    """The neighbours of each area that has some."""
    near: dict[str, list[str]] = defaultdict(list)
    for a, b in pairs:
        near[a].append(b)
        near[b].append(a)
    return near


def homes_of(plan: Plan) -> dict[str, str]:
    """The community of each area."""
    return homes_among(plan.communities)


def homes_among(communities: Sequence[PlannedCommunity]) -> dict[str, str]:
    return {area: each.id for each in communities for area in each.areas}


def pieces_of(areas: Collection[str], near: Near) -> list[set[str]]:
    """What of these areas hangs together, in the order in which they stand."""
    left, found = dict.fromkeys(areas), []
    while left:
        line = [next(iter(left))]
        del left[line[0]]
        for area in line:
            for other in near.get(area, ()):
                if other in left:
                    del left[other]
                    line.append(other)
        found.append(set(line))
    return found


def broken(plan: Plan) -> tuple[str, ...]:
    """The communities that are not in one piece."""
    near = near_of(plan.adjacency)
    return tuple(each.id for each in plan.communities if len(pieces_of(each.areas, near)) != 1)


def deviation(held: Sequence[float]) -> float:
    """The largest distance of one of these from their mean, as a share of it; 0 where all hold nothing."""
    mean = sum(held) / len(held) if held else 0.0
    return max(abs(each - mean) for each in held) / mean if mean else 0.0


def cut_borders(pairs: Sequence[tuple[str, str]], homes: Mapping[str, str]) -> int:
    """How many pairs of neighbours are of different communities."""
    return sum(homes.get(a) != homes.get(b) for a, b in pairs)


def kilometres(a: Place, b: Place) -> float:
    """The way over a ball as large as the earth (haversine; Sinnott, 1984). Places are degrees north and east."""
    (lat, lon), (other_lat, other_lon) = map(in_radians, (a, b))
    half = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2  # fmt: skip
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def in_radians(place: Place) -> Place:
    return radians(place[0]), radians(place[1])


def centre_of(areas: Sequence[PlannedArea]) -> Place | None:
    """Where the customers of these areas are on average; where the areas are, if there are none. None without places."""
    placed = [(each, in_radians((each.lat, each.lon))) for each in areas if each.lat is not None and each.lon is not None]  # fmt: skip
    by_customers = any(each.customers for each, _ in placed)
    x = y = z = 0.0
    for each, (lat, lon) in placed:
        weight = each.customers if by_customers else 1
        x += weight * cos(lat) * cos(lon)
        y += weight * cos(lat) * sin(lon)
        z += weight * sin(lat)
    return (degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))) if placed else None


def mean_km(plan: Plan) -> float | None:
    """How far a customer is on average from the centre of their community. None where no place is known."""
    areas = {each.area: each for each in plan.areas}
    way = customers = 0.0
    for community in plan.communities:
        own = [areas[area] for area in community.areas if area in areas]
        centre = centre_of(own)
        for each in own:
            if centre and each.lat is not None and each.lon is not None:
                way += each.customers * kilometres(centre, (each.lat, each.lon))
                customers += each.customers
    return way / customers if customers else None


def main_region(areas: Sequence[PlannedArea]) -> str:
    """The region in which most of these areas' customers live."""
    customers: Counter[str] = Counter()
    for each in areas:
        if each.region:
            customers[each.region] += each.customers
    return max(customers, key=lambda region: (customers[region], region)) if customers else ""


def measured(plan: Plan) -> dict[str, Any]:
    """What is true of territories however they came about, as the plan's section has it."""
    homes = homes_of(plan)
    cut, way = cut_borders(plan.adjacency, homes), mean_km(plan)
    contacts = [each.contacts for each in plan.communities]
    regions = {each.id: each.region for each in plan.communities}
    with_region = [each for each in plan.areas if each.region]
    at_home = sum(each.customers for each in with_region if regions.get(homes.get(each.area, "")) == each.region)  # fmt: skip
    all_of_them = sum(each.customers for each in with_region)
    return {
        "within": plan.balance <= plan.tolerance,
        "contacts_deviation": round(deviation(contacts), 6) if any(contacts) else None,
        "cut_borders": cut,
        "cut_share": round(cut / len(plan.adjacency), 6) if plan.adjacency else 0.0,
        "mean_km": None if way is None else round(way, 3),
        "in_main_region": round(at_home / all_of_them, 6) if all_of_them else None,
        "broken": list(broken(plan)),
    }
