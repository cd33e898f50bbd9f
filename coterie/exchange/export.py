"""Exports customers, events and figures as they stream from the database: CSV, .gz or Parquet by the file's suffix."""

import csv
import gzip
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from coterie.exchange import queries
from coterie.exchange.tables import FORMULA
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid
from coterie.performance.reading import exported_days

CUSTOMERS = (
    "id", "ref", "name", "email", "phone", "area", "household", "segment", "language", "vulnerable",
    "home", "community_id", "since",
)  # fmt: skip
EVENTS = ("community_id", "number", "at", "kind", "ids", "values")
FIGURES = ("community_id", "community", "day", "figure", "unit", "n", "value", "counter")
COLUMNS = {"customers": CUSTOMERS, "events": EVENTS, "figures": FIGURES}
SOURCES = {
    "customers": queries.exported_customers,
    "events": queries.exported_events,
    "figures": exported_days,
}
NUMBERS = {"number": "Int64", "n": "Int64", "value": "Float64"}
"""Columns of a Parquet file that are no text."""
BATCH = 10_000
PHONE = re.compile(r"\+\d+")

Put = Callable[[Sequence[Any]], None]


async def export(tx: Tx, what: str, out: Path, watch: Callable[[int], None]) -> int:
    """Write everything beside its place and move it there when it is whole; how many rows."""
    source = SOURCES[what](tx)
    part = out.with_name(out.name + ".part")
    try:
        with writer(part, out.suffix, COLUMNS[what]) as put:
            rows = await pour(source, put, watch)
        part.replace(out)
    except OSError as error:
        raise Invalid(f"{out} can't be written: {error.strerror}.", "no_file") from error
    finally:
        part.unlink(missing_ok=True)
    return rows


async def pour(source: AsyncIterator[Sequence[Any]], put: Put, watch: Callable[[int], None]) -> int:
    rows = 0
    async for row in source:
        put([written(cell) for cell in row])
        rows += 1
        if rows % BATCH == 0:
            watch(rows)
    return rows


def written(cell: Any) -> Any:
    """Times as RFC 3339 in UTC; all else as it is."""
    return f"{cell:%Y-%m-%dT%H:%M:%S.%f}Z" if isinstance(cell, datetime) else cell


@contextmanager
def writer(
    path: Path, suffix: str, columns: Sequence[str], *, guarded: bool = True
) -> Iterator[Put]:
    """Something that takes row after row and holds few of them. `guarded` keeps a spreadsheet from running it."""
    if suffix == ".parquet":
        with parquet_writer(path, columns) as put:
            yield put
        return
    opened = gzip.open if suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        yield (
            (lambda row: table.writerow([no_formula(cell) for cell in row]))
            if guarded
            else table.writerow
        )


def no_formula(cell: Any) -> Any:
    """A cell that no spreadsheet runs. A plain phone number is none."""
    if not isinstance(cell, str) or not cell.startswith(FORMULA) or PHONE.fullmatch(cell):
        return cell
    return f"'{cell}"


@contextmanager
def parquet_writer(path: Path, columns: Sequence[str]) -> Iterator[Put]:
    """Rows go through a CSV beside it, which polars streams into Parquet: memory stays small."""
    try:
        import polars
    except ImportError as error:
        raise Invalid(
            "Parquet files need the extra `tables`: pip install 'coterie[tables]'.", "no_polars"
        ) from error
    rows = path.with_name(path.name + ".csv")
    kinds = {column: getattr(polars, NUMBERS.get(column, "String")) for column in columns}
    try:
        with writer(rows, ".csv", columns, guarded=False) as put:
            yield put
        polars.scan_csv(rows, schema=kinds, empty_string_is_null=False).sink_parquet(path)
    finally:
        rows.unlink(missing_ok=True)
