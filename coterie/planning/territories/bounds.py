"""What no plan can better: how even customers and contacts can be at best, whatever is tried."""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

import numpy
from numpy.typing import NDArray

from coterie.planning.territories.compiled import compiled
from coterie.planning.territories.country import Country, Numbers, Places
from coterie.planning.territories.model import GivenArea

ASKED = 400
NOTHING = 1e-12


def customers_bound(areas: Sequence[GivenArea], count: int, pins: Mapping[str, str]) -> tuple[float, str]:  # fmt: skip
    """The least deviation of customers that any plan has, as a share of the mean, and why.

    Customers are whole, an area stays whole, pins are kept; and of the j * count + 1 largest areas some community has
    j + 1, so at least the smallest j + 1 of them.
    """
    sizes = sorted((each.customers for each in areas), reverse=True)
    mean = sum(sizes) / count
    reasons = [
        (max(-(-sum(sizes) // count) / mean - 1, 1 - sum(sizes) // count / mean), "customers are whole"),
        (sizes[0] / mean - 1, f"{max(areas, key=lambda each: each.customers).area} is one area"),
        (crowded(sizes, count) / mean - 1, "there are too few small areas beside the large ones"),
        (pinned(areas, pins) / mean - 1, "of what is pinned together"),
    ]  # fmt: skip
    bound, why = max(reasons, key=lambda reason: reason[0])
    return max(0.0, bound), why


def crowded(sizes: Sequence[int], count: int) -> int:
    """What some community must hold since there are more areas than communities (Graham, 1969)."""
    found = 0
    for j in range(1, (len(sizes) - 1) // count + 1):
        found = max(found, sum(sizes[j * count - j : j * count + 1]))
    return found


def pinned(areas: Sequence[GivenArea], pins: Mapping[str, str]) -> int:
    """The most that is pinned to one community."""
    held: dict[str, int] = dict.fromkeys(pins.values(), 0)
    for each in areas:
        if each.area in pins:
            held[pins[each.area]] += each.customers
    return max(held.values(), default=0)


def contacts_bound(country: Country, tolerance: float) -> float:
    """The least deviation of contacts that any plan has whose customers are within the tolerance, as a share of the mean.

    Some community holds a given area. It hangs together and holds at most 1 + tolerance, so it reaches no further than
    such a way over areas. Of what it reaches it can't hold more contacts than the fullest areas have (and parts of one, as
    in a knapsack that may be filled with pieces; Dantzig, 1957), nor fewer than the emptiest up to 1 - tolerance. What is
    left to the mean in the worst area is a bound for all. Asked are the areas around which most or fewest contacts come from
    a customer, `ASKED` at most: to ask fewer leaves a bound a bound.
    """
    if len(country.others) == 0:
        return 0.0
    asked = extremes(country)
    return max(0.0, float(worst_reach(country.begins, country.others, country.sizes, asked, tolerance)))  # fmt: skip


def extremes(country: Country) -> Places:
    """The areas whose surroundings, themselves and their neighbours, call least and most for each customer."""
    around = country.sizes.copy()
    for row in range(2):
        numpy.add.at(around[row], country.owners, country.sizes[row, country.others])
    order = numpy.argsort(around[1] / (around[0] + NOTHING), kind="stable")
    return order if len(order) <= ASKED else numpy.concatenate([order[: ASKED // 2], order[-ASKED // 2 :]])  # fmt: skip


@compiled
def worst_reach(begins: Places, others: Places, sizes: Numbers, asked: Places, tolerance: float) -> float:  # fmt: skip
    worst = 0.0
    order = numpy.argsort(sizes[1] / (sizes[0] + NOTHING))
    for area in asked:
        inside = reached(begins, others, sizes[0], area, 1.0 + tolerance)
        most = held(order[::-1], inside, sizes, area, 1.0 + tolerance)
        least = held(order, inside, sizes, area, 1.0 - tolerance)
        worst = max(worst, 1.0 - most, least - 1.0)
    return worst


@compiled
def reached(begins: Places, others: Places, customers: Numbers, area: int, limit: float) -> NDArray[numpy.bool_]:  # fmt: skip
    """Which areas lie on a way from this one that holds at most so many customers (Dijkstra, 1959)."""
    way = numpy.full(len(customers), numpy.inf)
    way[area] = customers[area]
    line = [(customers[area], area)]
    while line:
        far, at = heappop(line)
        if far > way[at]:
            continue
        for place in range(begins[at], begins[at + 1]):
            other = others[place]
            there = far + customers[other]
            if there <= limit and there < way[other]:
                way[other] = there
                heappush(line, (there, other))
    return way < numpy.inf


@compiled
def held(order: Places, inside: NDArray[numpy.bool_], sizes: Numbers, area: int, limit: float) -> float:  # fmt: skip
    """The contacts of the area and of others inside, in this order, up to so many customers; of the last a part."""
    customers, contacts = float(sizes[0, area]), float(sizes[1, area])
    for other in order:
        if not inside[other] or other == area:
            continue
        room = max(0.0, limit - customers)
        if sizes[0, other] > room:
            return float(contacts + sizes[1, other] * room / sizes[0, other])
        customers += sizes[0, other]
        contacts += sizes[1, other]
    return contacts
