"""The mapping of the files that territories are planned from: one TOML file, a table for each of them.

[columns]                # of the areas: ours = theirs
area = "POA_CODE"

[defaults]               # of the areas, where a cell is empty or the column is missing
region = "NSW"

[adjacency]              # and so on, for each other file
a = "poa_a"
b = "poa_b"
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coterie.exchange.mapping import Mapped, read_toml
from coterie.exchange.rules import AREA_COLUMNS, PAIR_COLUMNS
from coterie.kit.errors import Invalid

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "areas": (*AREA_COLUMNS, "region", "hazard", "pin", "site"),
    "adjacency": PAIR_COLUMNS,
    "customers": ("area", "contacts"),
    "hazard": ("area", "lat", "lon", "hazard"),
    "demand": ("area", "day", "contacts"),
    "pins": ("area", "pin"),
}
"""Our columns of each file."""


def read_mappings(path: Path | None) -> Mapping[str, Mapped]:
    """A mapping for each file. A table or column that nobody knows is refused, so that no typo passes."""
    content = {} if path is None else read_toml(path)
    for table, entries in content.items():
        check_table(path, table, entries)
    others = {name: Mapped(content.get(name, {})) for name in COLUMNS if name != "areas"}
    return {"areas": Mapped(content.get("columns", {}), content.get("defaults", {})), **others}


def check_table(path: Path | None, table: str, entries: Any) -> None:
    known = COLUMNS["areas"] if table in ("columns", "defaults") else COLUMNS.get(table)
    if known is None or table == "areas" or not isinstance(entries, dict):
        tables = ", ".join(f"[{name}]" for name in ("columns", "defaults", *list(COLUMNS)[1:]))
        raise Invalid(f"{path} may hold {tables}, not {table}.", "mapping")
    for name, text in entries.items():
        if name not in known or not isinstance(text, str):
            raise Invalid(f"[{table}] in {path}: {name} must be one of {', '.join(known)}, as text.", "mapping")  # fmt: skip
