"""Options that several steps of `coterie plan` share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Mapping: TypeAlias = Annotated[
    Path | None, typer.Option("--mapping", help="A TOML file: what the columns are called there.")
]
Zone: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--zone",
        help="Whose clock half-hours are on, such as Australia/Sydney. Times that say no zone are on it too, unless the mapping has one.",
        show_default="the mapping's, else UTC",
    ),
]
Channel: TypeAlias = Annotated[
    str, typer.Option("--channel", help="What a contact counts as that names no channel we know.")
]
Country: TypeAlias = Annotated[
    str | None, typer.Option("--country", help="Whose holidays count, by its code of two letters.")
]
Subdivision: TypeAlias = Annotated[
    str | None, typer.Option("--subdivision", help="Its state or province, such as NSW.")
]
Special: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--special-days", help="A CSV of day,name,factor; without a factor it is learned by name."
    ),
]
