"""What a plan says of its territories: its figures beside their bounds, how it came about, and what is to be noted."""

from collections.abc import Mapping, Sequence
from typing import Any

from coterie.planning.plan import Plan
from coterie.planning.territories.bounds import contacts_bound, customers_bound
from coterie.planning.territories.country import Country
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
    bound, why = customers_bound(areas, len(plan.communities), pins)
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
    for whole, parts in section["split"].items():
        notes.append(f"{whole} has more customers than a community may have and is split into {len(parts)} equal parts.")  # fmt: skip
    return [*notes, *noted_buddies(section["buddies"])]


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
