"""A comparison as tables of the terminal."""

from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from coterie.routing.sandbox.comparing import Comparison, trusted
from coterie.routing.sandbox.words import length, why, written

SHOWN = 20


def show(found: Comparison) -> None:
    """The tables of a comparison on the terminal."""
    console = Console(highlight=False)
    clock = found.zone
    console.print(
        f"\n[bold]{found.community}[/bold], {moment(found, found.start)} to {moment(found, found.end)} ({clock})"
    )
    for key, values in found.settings.items():
        console.print(f"  {key}: {values['was']} as it was, {values['would']} as it would be")
    console.print(f"\n{trusted(found.trust)}\n")
    console.print(figures_table(found))
    console.print(loads_table(found))
    if found.differing:
        console.print(differing_table(found))
    else:
        console.print("Nothing differs: everybody would have met the same person at the same time.")
    if len(found.differing) > SHOWN:
        console.print(f"... and {len(found.differing) - SHOWN:,} more: --json prints them all.")
    for note in found.notes:
        console.print(f"[dim]- {note}[/dim]")


def moment(found: Comparison, at: Any) -> str:
    return f"{at.astimezone(ZoneInfo(found.zone)):%Y-%m-%d %H:%M}"


def figures_table(found: Comparison) -> Table:
    table = Table("", "As it was", "As it would be", "Of", box=None, padding=(0, 2))
    for each in found.figures():
        sizes = {each["was_n"], each["would_n"]} - {None}
        table.add_row(
            each["label"],
            written(each["unit"], each["was"]),
            written(each["unit"], each["would"]),
            " / ".join(f"{size:,}" for size in sorted(sizes)),
        )
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def loads_table(found: Comparison) -> Table:
    table = Table("Expert", "Given, as it was", "as it would be", box=None, padding=(1, 2, 0, 2))
    for load in found.loads:
        table.add_row(load.name, f"{load.was:,}", f"{load.would:,}")
    for column in table.columns[1:]:
        column.justify = "right"
    table.padding = (0, 2)
    return table


def differing_table(found: Comparison) -> Table:
    table = Table(
        "Time", "Case", "Attended", "waited", "Would attend", "would wait",
        title=f"{len(found.differing):,} of {found.was.turns:,} differ", title_justify="left", box=None, padding=(0, 2),
    )  # fmt: skip
    for each in found.differing[:SHOWN]:
        table.add_row(
            moment(found, each.at),
            each.case_id,
            f"{each.was or 'nobody'} ({why(each.was_reason)})",
            length(each.was_wait_s),
            f"{each.would or 'nobody'} ({why(each.would_reason)})",
            length(each.would_wait_s),
        )
    return table
