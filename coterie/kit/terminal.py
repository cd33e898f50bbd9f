"""What commands share at the terminal: their common options, and one JSON document."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

Data: TypeAlias = Annotated[
    Path | None,
    typer.Option("--data", help="The data folder.", file_okay=False, show_default="the user's own"),
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def say(sentence: str, document: Any, *, as_json: bool) -> None:
    """The result on standard output: a sentence for a person, or the document for a program."""
    sys.stdout.write((json.dumps(document, default=str) if as_json else sentence) + "\n")
