"""Where each community sits: near its territory, with its region, within the seats of the site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final

from ortools.sat.python import cp_model

from coterie.kit.errors import Invalid
from coterie.planning.people.model import Site

APART_KM: Final = 50
"""A region's second site is worth so many kilometres of each of its communities."""
MOVE_KM: Final = 100
"""Somebody who must change their site is worth so many kilometres between a community's site and its territory."""
ROUGHLY: Final = 10.0
"""Units of deterministic time that the solver may take."""


@dataclass(frozen=True, slots=True)
class Seated:
    """A community that needs a site: how many of it sit there at once at most, and the middle of its territory."""

    community: str
    seats: int
    region: str = ""
    lat: float | None = None
    lon: float | None = None
    site: str = ""
    """Chosen already."""
    people: int = 0
    """How many of today's people are to be its own."""


def chosen_sites(
    communities: Sequence[Seated], sites: Sequence[Site], there: Mapping[str, int], seed: int
) -> dict[str, str]:
    """The site of each community: near it, where people are, a region's communities together where that costs little.

    `there`: how many of today's people sit at each site.
    Raises `Invalid` where all seats together are too few, or no arrangement of whole communities fits.
    """
    check(communities, sites)
    model = cp_model.CpModel()
    sits = {
        (c.community, s.site): model.new_bool_var(f"{c.community} {s.site}")
        for c in communities for s in sites if c.site in ("", s.site)
    }  # fmt: skip
    for c in communities:
        model.add_exactly_one(sits[c.community, s.site] for s in sites if (c.community, s.site) in sits)  # fmt: skip
    for s in sites:
        if s.seats is not None:
            its = [(sits[c.community, s.site], c.seats) for c in communities if (c.community, s.site) in sits]  # fmt: skip
            model.add(sum(each * seats for each, seats in its) <= s.seats)
    costs = [
        far(communities, sites, sits),
        apart(model, communities, sites, sits),
        moving(model, communities, sites, there, sits),
    ]
    model.minimize(sum(map(sum, costs)))
    solver = solver_of(seed, ROUGHLY)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Invalid(
            "No arrangement of whole communities fits into the seats of the sites: add seats, or plan smaller communities.",
            "seats", "sites",
        )  # fmt: skip
    return {community: site for (community, site), each in sits.items() if solver.value(each)}


def check(communities: Sequence[Seated], sites: Sequence[Site]) -> None:
    known = {each.site for each in sites}
    for each in communities:
        if each.site and each.site not in known:
            raise Invalid(f"{each.community} sits at {each.site}, which is none of the sites: {', '.join(sorted(known))}.", "site", "site")  # fmt: skip
    needed = sum(each.seats for each in communities)
    if all(each.seats is not None for each in sites):
        there = sum(each.seats or 0 for each in sites)
        if there < needed:
            raise Invalid(f"The sites have {there:,} seats, and the communities fill {needed:,} at their peaks: add seats.", "seats", "seats")  # fmt: skip


def far(
    communities: Sequence[Seated], sites: Sequence[Site], sits: Mapping[tuple[str, str], Any]
) -> list[Any]:
    """Kilometres from the middle of each territory; nothing where a place isn't known."""
    return [
        sits[c.community, s.site] * round(kilometres(c.lat, c.lon, s.lat, s.lon))
        for c in communities for s in sites if (c.community, s.site) in sits
    ]  # fmt: skip


def apart(
    model: cp_model.CpModel, communities: Sequence[Seated], sites: Sequence[Site], sits: Mapping[tuple[str, str], Any]
) -> list[Any]:  # fmt: skip
    """What it costs that a region's communities sit at several sites."""
    found = []
    regions: dict[str, list[str]] = {}
    for c in communities:
        regions.setdefault(c.region or c.community, []).append(c.community)
    for region, theirs in sorted(regions.items()):
        for s in sites:
            used = model.new_bool_var(f"{region} {s.site}")
            for community in theirs:
                if (community, s.site) in sits:
                    model.add_implication(sits[community, s.site], used)
            found.append(used * APART_KM * len(theirs))
    return found


def moving(
    model: cp_model.CpModel, communities: Sequence[Seated], sites: Sequence[Site], there: Mapping[str, int],
    sits: Mapping[tuple[str, str], Any],
) -> list[Any]:  # fmt: skip
    """What it costs that people sit where their communities don't."""
    found = []
    for s in sites:
        stay = sum(sits[c.community, s.site] * c.people for c in communities if (c.community, s.site) in sits)  # fmt: skip
        move = model.new_int_var(0, max(0, there.get(s.site, 0)), f"move from {s.site}")
        model.add(move >= there.get(s.site, 0) - stay)
        found.append(move * MOVE_KM)
    return found


def kilometres(
    lat: float | None, lon: float | None, to_lat: float | None, to_lon: float | None
) -> float:
    """Along the ground, the earth being a ball of 6,371 km (haversine)."""
    if lat is None or lon is None or to_lat is None or to_lon is None:
        return 0.0
    up, across = radians(to_lat - lat) / 2, radians(to_lon - lon) / 2
    chord = sin(up) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(across) ** 2
    return 2 * 6371.0 * asin(sqrt(min(1.0, chord)))


def sites_of_people(
    wanted: Mapping[str, int], regions: Mapping[str, str], there: Mapping[str, int]
) -> dict[str, str]:
    """Without a file of sites: each community where most people are still without one, the largest first, regions together."""
    left = dict(there)
    size: dict[str, int] = {}
    for community, number in wanted.items():
        size[regions.get(community, "")] = size.get(regions.get(community, ""), 0) + number
    found = {}
    for community in sorted(
        wanted, key=lambda c: (-size[regions.get(c, "")], regions.get(c, ""), -wanted[c], c)
    ):
        site = max(sorted(left), key=left.__getitem__)
        found[community] = site
        left[site] -= wanted[community]
    return found


def solver_of(seed: int, time: float) -> cp_model.CpSolver:
    """One worker, one seed and a limit that no clock knows, so that the same is found again."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    # Even shares over alike communities: the linear relaxation says at once what search takes minutes to see.
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = time
    return solver
