"""What the page of the map shows, put together: the table of communities, and what could become of one area."""

from collections.abc import Mapping
from dataclasses import dataclass

from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan, PlannedArea, PlannedCommunity
from coterie.planning.territories.moves import (
    Effect,
    balance_of,
    contacts_balance_of,
    effect_of,
    neighbours_of,
)
from coterie.planning.territories.shape import broken, homes_of

WORTH_SAYING = 0.00005


@dataclass(frozen=True, slots=True)
class Row:
    """A community in the table. Deviations are shares of the mean; None where all hold nothing."""

    community: PlannedCommunity
    hue: int
    customers_off: float | None
    contacts_off: float | None
    buddy: str
    broken: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """How even the plan is, beside what no plan could better."""

    mean: float
    balance: float
    tolerance: float
    bound: float | None
    contacts_balance: float | None
    contacts_bound: float | None
    broken: tuple[str, ...]

    @property
    def within(self) -> bool:
        return self.balance <= self.tolerance


def rows_of(plan: Plan, hues: Mapping[str, int]) -> list[Row]:
    names = {each.id: each.name for each in plan.communities}
    customers = off([each.customers for each in plan.communities])
    contacts = off([each.contacts for each in plan.communities])
    apart = set(broken(plan))
    return [
        Row(each, hues.get(each.id, 190), a, b, names.get(each.buddy or "", ""), each.id in apart)
        for each, a, b in zip(plan.communities, customers, contacts, strict=True)
    ]


def off(held: list[float] | list[int]) -> list[float | None]:
    """How far each is from the mean of all."""
    mean = sum(held) / len(held)
    return [each / mean - 1 if mean else None for each in held]


def summary_of(plan: Plan) -> Summary:
    said = plan.territories
    with_contacts = any(each.contacts for each in plan.communities)
    return Summary(
        sum(each.customers for each in plan.communities) / len(plan.communities),
        balance_of(plan.communities),
        plan.tolerance,
        number(said.get("bound")),
        contacts_balance_of(plan.communities) if with_contacts else None,
        number(said.get("contacts_bound")),
        broken(plan),
    )


def number(given: object) -> float | None:
    """A bound worth saying: that no plan is below nothing says nothing."""
    return float(given) if isinstance(given, int | float) and given >= WORTH_SAYING else None


@dataclass(frozen=True, slots=True)
class Choice:
    """A community that an area could go to, and what that would do."""

    community: PlannedCommunity
    hue: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class Panel:
    """An area, where it is, and where it could go. `near`: its neighbours."""

    area: PlannedArea
    home: PlannedCommunity | None
    hue: int
    choices: list[Choice]
    near: list[str]


def panel_of(plan: Plan, hues: Mapping[str, int], area: str) -> Panel:
    """Raises `Invalid` for an area that the plan doesn't have."""
    found = next((each for each in plan.areas if each.area == area), None)
    if found is None:
        raise Invalid(f"There is no area {area} in this plan.", "no_area", "area")
    communities = {each.id: each for each in plan.communities}
    home = communities.get(homes_of(plan).get(area, ""))
    near = sorted(b if a == area else a for a, b in plan.adjacency if area in (a, b))
    could = neighbours_of(plan, area) if home else ()
    choices = [Choice(communities[id_], hues.get(id_, 190), effect_of(plan, area, id_)) for id_ in could]  # fmt: skip
    choices.sort(key=lambda each: (bool(each.effect.objections()), each.effect.balance[1]))
    return Panel(found, home, hues.get(home.id, 190) if home else 190, choices, near)
