"""What a plan says of its territories: its figures beside their bounds, how it came about, and what is to be noted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from coterie.planning.plan import Plan
from coterie.planning.territories.bounds import contacts_bound, customers_bound
from coterie.planning.territories.country import Country
from coterie.planning.territories.local_bounds import behind_one_area, side_by_side
from coterie.planning.territories.model import GivenArea, Graph
from coterie.planning.territories.shape import measured
from coterie.planning.territories.splitting import splits_of

SHOWN = 5


def described(
    plan: Plan,
    areas: Sequence[GivenArea],
    graph: Graph,
    country: Country,
    pins: Mapping[str, str],
    buddies: Mapping[str, Any],
    notes: Sequence[str],
) -> dict[str, Any]:
    """The section `territories` of the plan, as JSON has it. Shares are of the mean community."""
    bound, why = best_possible(areas, country, len(plan.communities), pins)
    with_contacts = bool(country.sizes[1].any())
    joined = [[areas[a].area, areas[b].area] for a, b in graph.joined]
    section = {
        **measured(plan),
        "bound": round(bound, 6),
        "bound_since": why,
        "contacts_bound": round(contacts_bound(country, max(plan.tolerance, plan.balance)), 6) if with_contacts else None,
        "neighbours": "given" if graph.given else "gabriel",
        "joined": joined,
        "split": {whole: list(parts) for whole, parts in splits_of(areas).items()},
        "pins": dict(pins),
        "buddies": dict(buddies),
        "moves": [],
    }  # fmt: skip
    return {**section, "notes": [*notes, *noted(plan, section)]}


def best_possible(
    areas: Sequence[GivenArea], country: Country, count: int, pins: Mapping[str, str]
) -> tuple[float, str]:
    """Below what no plan of these areas is, and why."""
    large, there = side_by_side(country)
    behind, gate = behind_one_area(country)
    reasons = [
        customers_bound(areas, count, pins),
        (large, f"{areas[there].area} and what lies around it add up to nothing nearer to the mean"),
        (behind, f"a part of the country hangs on {areas[gate].area} alone"),
    ]  # fmt: skip
    return max(reasons, key=lambda reason: reason[0])


def noted(plan: Plan, section: Mapping[str, Any]) -> list[str]:
    """What a planner should know, in sentences."""
    notes = []
    if not section["within"]:
        notes.append(
            f"Customers differ by up to {plan.balance:.2%} from the mean, more than the {plan.tolerance:.2%} that was asked. "
            f"No plan is below {section['bound']:.2%}, since {section['bound_since']}."
        )
    if section["contacts_deviation"] is None:
        notes.append("No contacts were given, so only customers are balanced.")
    if section["neighbours"] == "gabriel":
        notes.append("Neighbours were found by coordinates: two areas with no third inside the circle between them. Water and hills are not seen.")  # fmt: skip
    if section["joined"]:
        pairs = [f"{a} to {b}" for a, b in section["joined"]]
        notes.append(f"What lay apart was joined by the nearest pair of areas: {some(pairs)}.")
    notes += noted_splits(plan, section["split"])
    if section["contacts_bound"] == 0:
        notes.append(
            "Whether contacts could be evener is not known: nothing better than 0 could be proved."
        )
    return [*notes, *noted_buddies(section["buddies"])]


def noted_splits(plan: Plan, split: Mapping[str, Sequence[str]]) -> list[str]:
    """Each area that had to be split, and all together that were split so that communities can be even."""
    customers = Counter[str]()
    for each in plan.areas:
        customers[each.whole] += each.customers
    most = (
        sum(each.customers for each in plan.communities)
        / len(plan.communities)
        * (1 + plan.tolerance)
    )
    must = [whole for whole in split if customers[whole] > most]
    may = [f"{whole} into {len(parts)}" for whole, parts in split.items() if whole not in must]
    notes = [
        f"{whole} has more customers than a community may have and is split into {len(split[whole])} equal parts."
        for whole in must
    ]
    if may:
        notes.append(
            f"With whole areas communities could not be made even here, so these are split, too, though they would fit: {some(may)}. --split-above keeps them whole."
        )
    return notes


def noted_buddies(buddies: Mapping[str, Any]) -> list[str]:
    if not buddies:
        return []
    notes = []
    if "demand" not in buddies["by"]:
        instead = "distance stands for it" if "distance" in buddies["by"] else "only neighbours are kept apart"  # fmt: skip
        notes.append(f"No demand by day was given for choosing buddies: {instead}.")
    if buddies["too_near"]:
        notes.append(f"No buddy far enough was left for {some(buddies['too_near'])}.")
    return notes


def some(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")
