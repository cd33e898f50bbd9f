"""`coterie plan scenario`: a plan as a scenario that the twin lives."""

from pathlib import Path
from typing import Annotated

import typer

from coterie.kit.errors import Invalid
from coterie.kit.terminal import Json, say


def scenario(
    plan: Annotated[Path, typer.Option(help="The plan.")],
    out: Annotated[Path, typer.Option(help="Where the scenario goes.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long both worlds are lived.")] = 28,
    warm_up: Annotated[int, typer.Option(min=0, help="So many of these days aren't counted.")] = 7,
    assume: Annotated[list[str] | None, typer.Option(help="NAME=VALUE of an assumption; again for others.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Write the scenario of a plan: its communities, and today's skill groups with the same people."""
    from dataclasses import asdict

    from coterie.exchange.outputs import check_targets
    from coterie.exchange.plan_files import read_plan_file, write_document
    from coterie.planning.trial.scenarios import scenario_of

    check_targets(out)
    made, assumed = scenario_of(
        read_plan_file(plan), days=days, warm_up_days=warm_up, assumptions=read_values(assume or [])
    )
    write_document(out, asdict(made))
    people = sum(each.experts for each in made.communities)
    lines = [f"{out}: {len(made.communities)} communities, {people:,} people, {len(made.groups)} skill groups."]  # fmt: skip
    say("\n".join([*lines, *(f"- {each}" for each in assumed)]), {"file": out, "assumed": assumed}, as_json=json)  # fmt: skip


def read_values(given: list[str]) -> dict[str, float]:
    """NAME=VALUE, each. Raises `Invalid`."""
    values = {}
    for each in given:
        name, equals, value = each.partition("=")
        try:
            values[name.strip()] = float(value)
        except ValueError as error:
            raise Invalid(f"{each!r} is no NAME=VALUE.", "assumption", "assume") from error
        if not equals:
            raise Invalid(f"{each!r} is no NAME=VALUE.", "assumption", "assume")
    return values
