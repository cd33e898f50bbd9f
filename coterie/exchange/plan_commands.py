"""The command `plan`: from skill groups to communities, a step at a time, each a file that the next one reads."""

import typer

from coterie.exchange.plan_forecast import forecast
from coterie.exchange.plan_report import report
from coterie.exchange.plan_roster import roster
from coterie.exchange.plan_scenario import scenario
from coterie.exchange.plan_staff import staff
from coterie.exchange.plan_territories import move, territories
from coterie.exchange.plan_waves import waves

plan = typer.Typer(no_args_is_help=True, help="Plan communities: territories, staff, rosters, waves.")  # fmt: skip


@plan.callback()
def about() -> None:
    """Plan communities: territories, staff, rosters, waves."""


plan.command("territories")(territories)
plan.command("move")(move)
plan.command("forecast")(forecast)
plan.command("staff")(staff)
plan.command("roster")(roster)
plan.command("waves")(waves)
plan.command("scenario")(scenario)
plan.command("report")(report)
