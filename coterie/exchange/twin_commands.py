"""The command `twin`: the operation in memory, on what has happened."""

from pathlib import Path
from typing import Annotated

import typer

from coterie.kit.terminal import Json, progress, say

twin = typer.Typer(no_args_is_help=True, help="Try communities on what has happened.")


@twin.callback()
def about() -> None:
    """Try communities on what has happened."""


@twin.command("relive")
def relive(
    history: Annotated[Path, typer.Option(help="A log of contacts or incidents: CSV (also .gz) or Parquet.")],
    mapping: Annotated[Path | None, typer.Option(help="A TOML file: what the columns are called there.")] = None,
    communities: Annotated[int | None, typer.Option(help="How many; about 45 people each, unless said.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Let communities, made from a log's areas and people, live it again under the rules that run live.

    Transfers, waits, load and continuity stand beside those of the log, with what this cannot show.
    """
    from coterie.exchange.relive import live_again

    with progress("Living it again") as shown:
        found = live_again(history, mapping, communities, shown.count)
    say("\n".join(found.told()), found.as_json(), as_json=json)
