"""The commands `plan territories` and `plan move`: from files of areas to communities, and one area to another by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coterie.exchange.outputs import check_targets
from coterie.exchange.plan_files import read_plan_file, write_plan_file
from coterie.kit.progress import progress
from coterie.kit.terminal import Json, say
from coterie.planning.plan import Plan
from coterie.planning.territories.moves import effect_of, moved, neighbours_of

if TYPE_CHECKING:
    from coterie.exchange.mapping import Mapped
    from coterie.planning.territories.model import Demand, GivenArea


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that say more of areas than their own does."""

    adjacency: Path | None
    customers: Path | None
    hazard: Path | None
    demand: Path | None
    pins: Path | None


@dataclass(frozen=True, slots=True)
class Read:
    """What all the files say."""

    areas: list["GivenArea"]
    pairs: list[tuple[str, str]] | None
    demand: "Demand | None"
    notes: list[str]


def territories(
    areas: Annotated[Path, typer.Option(help="Areas: CSV (also .gz) or Parquet.")],
    out: Annotated[Path, typer.Option(help="The plan to write.")],
    adjacency: Annotated[Path | None, typer.Option(help="Pairs of neighbours; without it coordinates say who is next to whom.")] = None,
    communities: Annotated[int | None, typer.Option(help="How many.")] = None,
    size: Annotated[int | None, typer.Option(help="Or: how many customers each.")] = None,
    tolerance: Annotated[float, typer.Option(help="By how much customers may differ from the mean, as a share.")] = 0.02,
    split_above: Annotated[float, typer.Option(help="Areas up to this share of a community are never split; 1: only what is larger than one.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Another one gives another plan, the same one the same.")] = 1,
    customers: Annotated[Path | None, typer.Option(help="Customers, a row each: they are counted by area.")] = None,
    hazard: Annotated[Path | None, typer.Option(help="How exposed areas or places are, 0 to 1.")] = None,
    demand: Annotated[Path | None, typer.Option(help="Contacts by area and day, for choosing buddies.")] = None,
    pins: Annotated[Path | None, typer.Option(help="Areas that must be in a certain community.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A TOML file: what the columns are called there.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Draw territories: areas become communities of like size, each in one piece, with a buddy far away.

    The plan says how even they are, what no plan could better, and what was done to islands and to areas that are too large.
    """
    from coterie.planning.territories.draw import draw
    from coterie.planning.territories.model import Wanted

    check_targets(out)
    wanted = Wanted(communities, size, tolerance, seed, split_above)
    with progress("Reading areas") as shown:
        read = read_all(areas, Sources(adjacency, customers, hazard, demand, pins), mapping)
    with progress("Drawing territories") as shown:
        plan = draw(read.areas, read.pairs, wanted, read.demand, read.notes, shown.count)
        write_plan_file(out, plan)
    say("\n".join([*told(plan), f"{out} holds the plan."]), {"out": str(out), **summary(plan)}, as_json=json)  # fmt: skip


def read_all(areas: Path, sources: Sources, mapping: Path | None) -> Read:
    from coterie.exchange import plan_areas as files
    from coterie.exchange.plan_mapping import read_mappings

    mapped = read_mappings(mapping)
    given = files.read_areas(areas, mapped["areas"])
    pairs = None if sources.adjacency is None else files.read_adjacency(sources.adjacency, mapped["adjacency"])  # fmt: skip
    if sources.pins is not None:
        given = files.with_pins(given, files.read_pins(sources.pins, mapped["pins"]))
    given, notes = counted(given, sources.customers, mapped["customers"])
    if sources.hazard is not None:
        from coterie.planning.territories.hazards import with_hazard

        found = files.read_hazard(sources.hazard, mapped["hazard"])
        notes += found.notes(sources.hazard, given)
        given = with_hazard(given, found.means, found.points)
    known = None
    if sources.demand is not None:
        known = files.read_demand(sources.demand, mapped["demand"])
        notes += files.strangers(sources.demand, given, known)
        given = files.with_contacts(given, known)
    return Read(given, pairs, known, notes)


def counted(
    given: list["GivenArea"], customers: Path | None, mapped: "Mapped"
) -> tuple[list["GivenArea"], list[str]]:
    if customers is None:
        return given, []
    from coterie.exchange.plan_customers import count_customers, with_customers

    return with_customers(given, count_customers(customers, mapped))


def told(plan: Plan) -> list[str]:
    """The plan for a person: what came out, each community in a line, what is to be noted."""
    section = plan.territories
    mean = sum(each.customers for each in plan.communities) / len(plan.communities)
    lines = [
        f"{len(plan.communities):,} communities of {len(plan.areas):,} areas, {mean:,.0f} customers each on average.",
        f"Customers: {plan.balance:.2%} at most from the mean; no plan is below {section['bound']:.2%}.",
    ]  # fmt: skip
    if section["contacts_deviation"] is not None:
        lines.append(f"Contacts: {section['contacts_deviation']:.2%} at most from the mean; no plan is below {section['contacts_bound']:.2%}.")  # fmt: skip
    lines.append(f"Borders: {section['cut_share']:.1%} of the pairs of neighbours are cut.")
    if section["mean_km"] is not None:
        lines.append(f"A customer is {section['mean_km']:,.0f} km from the centre of their community on average.")  # fmt: skip
    if section["in_main_region"] is not None:
        lines.append(f"{section['in_main_region']:.1%} of customers are in the main region of their community.")  # fmt: skip
    return [*lines, *by_community(plan), *section["notes"]]


def by_community(plan: Plan) -> Iterator[str]:
    width = max(len(each.name) for each in plan.communities)
    for each in plan.communities:
        buddy = f", buddy {each.buddy}" if each.buddy else ""
        yield f"  {each.id}  {each.name:{width}}  {each.customers:>11,} customers, {len(each.areas):,} areas{buddy}"  # fmt: skip


def summary(plan: Plan) -> dict[str, Any]:
    """The plan for a program, without its areas: the file holds those."""
    communities = [
        {
            "id": each.id,
            "name": each.name,
            "areas": len(each.areas),
            "customers": each.customers,
            "contacts": each.contacts,
            "buddy": each.buddy,
        }
        for each in plan.communities
    ]
    return {
        "balance": plan.balance,
        "tolerance": plan.tolerance,
        "seed": plan.seed,
        **plan.territories,
        "communities": communities,
    }


def move(
    plan: Annotated[Path, typer.Option(help="The plan.")],
    area: Annotated[str, typer.Option(help="The area that is to move.")],
    to: Annotated[str, typer.Option(help="The community that gets it, such as c07.")],
    out: Annotated[Path | None, typer.Option(help="Where to write the plan after it; without it nothing is changed.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also if a community breaks apart, is left empty, or a pin is not kept.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Say what moving one area to another community changes, and write the plan after it where `--out` is given."""
    check_targets(out)
    given = read_plan_file(plan)
    effect = effect_of(given, area, to)
    could = neighbours_of(given, area)
    document: Mapping[str, Any] = {**effect.as_json(), "could_go_to": could, "out": out and str(out)}  # fmt: skip
    if out is not None:
        write_plan_file(out, moved(given, area, to, forced=force))
    said = [f"It has neighbours in {', '.join(could) or 'no other community'}."]
    written = [f"{out} holds the plan after it."] if out else []
    say("\n".join([*effect.told(), *said, *written]), document, as_json=json)
