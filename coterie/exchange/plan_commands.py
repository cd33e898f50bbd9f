"""The command `plan`: from skill groups to communities, a step at a time, each a file that the next one reads."""

import typer

from coterie.exchange import plan_report, plan_territories

plan = typer.Typer(no_args_is_help=True, help="Plan communities: territories, staff, rosters, waves.")  # fmt: skip
plan.command("territories")(plan_territories.territories)
plan.command("move")(plan_territories.move)
plan.command("report")(plan_report.report)


@plan.callback()
def about() -> None:
    """Plan communities: territories, staff, rosters, waves."""
