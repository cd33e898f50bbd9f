"""The command `plan forecast`: what will come, by half-hour, and how far such forecasts were off before."""

from pathlib import Path
from typing import Annotated

import typer

from coterie.exchange.plan_options import Channel, Country, Mapping, Special, Subdivision, Zone
from coterie.kit.progress import progress
from coterie.kit.terminal import Json, say


def forecast(
    history: Annotated[Path | None, typer.Option(help="A log of contacts: CSV (also .gz) or Parquet.")] = None,
    counts: Annotated[Path | None, typer.Option(help="Counts instead of a log: time,contacts.")] = None,
    mapping: Mapping = None,
    zone: Zone = None,
    channel: Channel = "messaging",
    country: Country = None,
    subdivision: Subdivision = None,
    special_days: Special = None,
    weeks: Annotated[int, typer.Option(help="How many weeks ahead.")] = 4,
    backtest: Annotated[bool, typer.Option("--backtest", help="Say how far forecasts of the past were off.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Forecast contacts by channel and half-hour, with an interval that is learned from this method's own past errors.

    The opening event of each case in a log is a contact.
    """
    from coterie.exchange.plan_outlook import Days, look_ahead

    days = Days(country, subdivision, special_days)
    with progress("Looking ahead") as shown:
        found = look_ahead(
            history, counts, mapping, zone, channel, days, weeks, tested=backtest, watch=shown.count
        )
    say("\n".join(found.told()), found.as_json(), as_json=json)
