"""The command `plan`: from skill groups to communities, a step at a time, each a file that the next one reads."""

import typer

from coterie.exchange.plan_forecast import forecast
from coterie.exchange.plan_staff import staff
from coterie.exchange.plan_territories import move, territories

plan = typer.Typer(no_args_is_help=True, help="Plan communities: territories, staff, rosters, waves.")  # fmt: skip
plan.command("territories")(territories)
plan.command("move")(move)


@plan.callback()
def about() -> None:
    """Plan communities: territories, staff, rosters, waves."""


plan.command("forecast")(forecast)
plan.command("staff")(staff)
