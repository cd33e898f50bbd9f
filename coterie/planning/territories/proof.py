"""Looks at a finished plan with other eyes than those that made it. What fails here is a bug of ours, never of the input."""

from collections.abc import Mapping, Sequence

from coterie.planning.plan import Plan, check
from coterie.planning.territories.model import GivenArea
from coterie.planning.territories.shape import broken, homes_of


def prove(plan: Plan, areas: Sequence[GivenArea], pins: Mapping[str, str]) -> None:
    """Every area has one home, every community is one piece and holds what its areas hold, every pin is kept.

    Raises `AssertionError`, naming what is not so.
    """
    check(plan)
    homes = homes_of(plan)
    demand(set(homes) == {each.area for each in areas}, "an area has no home")
    demand(not broken(plan), f"{broken(plan)} are not in one piece")
    wrong = [area for area, community in pins.items() if homes[area] != community]
    demand(not wrong, f"{wrong} are not where they are pinned")
    customers = {each.area: each.customers for each in areas}
    for each in plan.communities:
        held = sum(customers[area] for area in each.areas)
        demand(held == each.customers, f"{each.id} holds {held}, not {each.customers}")


def demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(f"The plan is wrong, which is a bug: {otherwise}.")
