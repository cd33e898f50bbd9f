"""The rows of a table that a plan is made from: all of them, or none, since a plan that leaves somebody out is wrong."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from coterie.exchange.mapping import Mapped
from coterie.exchange.tables import Line, open_table
from coterie.kit.errors import Invalid


def rows(
    path: Path, known: Sequence[str], needed: Sequence[str], mapped: Mapped | None = None
) -> Iterator[Line]:
    """Raises `Invalid` for a needed column that is missing, and for a row that is none. `mapped`: where one may say how columns are called."""
    with open_table(path, known, mapped or Mapped()) as table:
        defaults = mapped.defaults if mapped else {}
        for name in needed:
            if name not in table.columns and not defaults.get(name):
                there = ", ".join([*table.columns, *table.ignored])
                hint = ": a mapping says what is called how there" if mapped else ""
                raise Invalid(f"{path.name} has no column {name}. It has {there}{hint}.", "columns", name)  # fmt: skip
        for line in table.lines:
            if line.fault:
                raise Invalid(f"{place(path, line)}: {line.fault}.", "row")
            yield line


def place(path: Path, line: Line) -> str:
    """Where a row stands, as people find it there."""
    kind = "row" if path.suffix == ".parquet" else "line"
    return f"{path.name}, {kind} {line.number}"
