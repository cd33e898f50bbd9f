"""Areas moved by hand: what it would change, and the plan after it. Plain Python, fast enough for a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from coterie.kit.errors import Invalid, Refused
from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity
from coterie.planning.territories.shape import (
    Near,
    cut_borders,
    deviation,
    homes_of,
    main_region,
    measured,
    near_of,
    pieces_of,
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What moving an area from its home would do. Pairs are before and after; shares are of a mean."""

    area: str
    name: str
    home: str
    to: str
    customers: int
    contacts: float
    home_customers: tuple[int, int]
    to_customers: tuple[int, int]
    balance: tuple[float, float]
    contacts_balance: tuple[float, float]
    cut_borders: tuple[int, int]
    tolerance: float
    breaks: tuple[str, ...]
    """Communities that would be in more pieces than before."""
    empties: bool
    """Whether its home would have no area left."""
    pinned: bool
    """Whether the plan was asked to leave it where it is."""
    leaves_region: str
    """The region that it belongs to and would leave, if its home's is that and the other's is not."""

    @property
    def within(self) -> bool:
        """Whether all communities are within the tolerance then."""
        return self.balance[1] <= self.tolerance

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {"within": self.within}

    def told(self) -> list[str]:
        """The effect for a person, the worst first."""
        said = f"{self.area} ({self.name})" if self.name else self.area
        calls = any(self.contacts_balance)
        contacts = f" and {self.contacts:,.0f} contacts a year" if calls else ""
        lines = [*self.objections(), f"{said} has {self.customers:,} customers{contacts}."]
        for community, (before, after) in ((self.home, self.home_customers), (self.to, self.to_customers)):  # fmt: skip
            lines.append(f"{community}: {before:,} customers before, {after:,} after.")
        lines.append(f"Customers furthest from the mean: {change(self.balance)}.")
        if not self.within:
            lines.append(f"That is more than the {self.tolerance:.1%} that the plan was made for.")
        if calls:
            lines.append(f"Contacts furthest from the mean: {change(self.contacts_balance)}.")
        lines.append(f"Borders between communities: {self.cut_borders[0]:,} before, {self.cut_borders[1]:,} after.")  # fmt: skip
        if self.leaves_region:
            lines.append(f"It leaves the communities of its region, {self.leaves_region}.")
        return lines

    def objections(self) -> list[str]:
        """Why the move is refused unless somebody insists."""
        if self.empties:
            return [f"{self.home} would have no area left."]
        said = [f"{each} would no longer be in one piece." for each in self.breaks]
        return [*said, f"{self.area} is pinned to {self.home}."] if self.pinned else said


def change(shares: tuple[float, float]) -> str:
    return f"{shares[0]:.2%} before, {shares[1]:.2%} after"


def effect_of(plan: Plan, area: str, to: str) -> Effect:
    """What the move would do. Raises `Invalid` for an area or community that is not of the plan, or where it is already."""
    moved_area, homes = area_of(plan, area), homes_of(plan)
    home, target = community_of(plan, homes.get(area, "")), community_of(plan, to)
    if home.id == to:
        raise Invalid(f"{area} is in {to} already.", "at_home", "to")
    near, size = near_of(plan.adjacency), moved_area.customers
    after = communities_after(plan, area, home.id, to)
    region = moved_area.region
    return Effect(
        area,
        moved_area.name,
        home.id,
        to,
        size,
        moved_area.contacts,
        (home.customers, home.customers - size),
        (target.customers, target.customers + size),
        (balance_of(plan.communities), balance_of(after)),
        (contacts_balance_of(plan.communities), contacts_balance_of(after)),
        (cut_borders(plan.adjacency, homes), cut_borders(plan.adjacency, {**homes, area: to})),
        plan.tolerance,
        breaks(near, plan.communities, after),
        len(home.areas) == 1,
        area in plan.territories.get("pins", {}),
        region if region and home.region == region != target.region else "",
    )


def area_of(plan: Plan, area: str) -> PlannedArea:
    for each in plan.areas:
        if each.area == area:
            return each
    raise Invalid(f"There is no area {area} in this plan.", "no_area", "area")


def community_of(plan: Plan, community: str) -> PlannedCommunity:
    for each in plan.communities:
        if each.id == community:
            return each
    if not community:
        raise Invalid("This area belongs to no community of the plan.", "no_home", "area")
    raise Invalid(f"There is no community {community} in this plan; it has {ids(plan)}.", "no_community", "to")  # fmt: skip


def ids(plan: Plan) -> str:
    return f"{plan.communities[0].id} to {plan.communities[-1].id}" if plan.communities else "none"


def communities_after(plan: Plan, area: str, home: str, to: str) -> tuple[PlannedCommunity, ...]:
    """The communities with the area moved; what each holds is summed up anew."""
    areas = {each.area: each for each in plan.areas}
    after = []
    for each in plan.communities:
        if each.id not in (home, to):
            after.append(each)
            continue
        own = tuple(sorted({*each.areas} - {area} if each.id == home else {*each.areas, area}))
        known = [areas[one] for one in own if one in areas]
        customers, contacts = sum(one.customers for one in known), sum(one.contacts for one in known)  # fmt: skip
        region = main_region(known) or each.region
        after.append(replace(each, areas=own, customers=customers, contacts=contacts, region=region))  # fmt: skip
    return tuple(after)


def balance_of(communities: Sequence[PlannedCommunity]) -> float:
    return deviation([each.customers for each in communities])


def contacts_balance_of(communities: Sequence[PlannedCommunity]) -> float:
    return deviation([each.contacts for each in communities])


def breaks(near: Near, before: Sequence[PlannedCommunity], after: Sequence[PlannedCommunity]) -> tuple[str, ...]:  # fmt: skip
    """The communities that are in more pieces after than before."""
    return tuple(
        now.id
        for was, now in zip(before, after, strict=True)
        if was is not now
        and len(pieces_of(now.areas, near)) > max(1, len(pieces_of(was.areas, near)))
    )


def moved(plan: Plan, area: str, to: str, *, forced: bool = False) -> Plan:
    """The plan with the area there, and the move on record.

    Raises `Refused` if that would break a community apart, leave one without areas or move a pinned area, unless it is
    forced; `Invalid` as `effect_of` does.
    """
    effect = effect_of(plan, area, to)
    objections = effect.objections()
    if objections and not forced:
        raise Refused(f"{area} can't go to {to}: {objections[0]}", "move")
    communities = communities_after(plan, area, effect.home, to)
    after = replace(plan, communities=communities, balance=balance_of(communities))
    return replace(after, territories=recorded(plan, after, area, effect.home, to))


def recorded(plan: Plan, after: Plan, area: str, home: str, to: str) -> dict[str, Any]:
    """The section on territories after a move: its figures, the move, and a pin that follows what was forced."""
    section = {**plan.territories, **measured(after)}
    section["moves"] = [*section.get("moves", []), {"area": area, "from": home, "to": to}]
    if area in section.get("pins", {}):
        section["pins"] = {**section["pins"], area: to}
    return section


def neighbours_of(plan: Plan, area: str) -> tuple[str, ...]:
    """The communities that an area could go to, since a neighbour of it is there; in the plan's order."""
    area_of(plan, area)
    homes = homes_of(plan)
    beside = {homes.get(a if b == area else b) for a, b in plan.adjacency if area in (a, b)}
    return tuple(each.id for each in plan.communities if each.id in beside - {homes.get(area)})
