"""The rows behind a figure as a file: CSV, or Parquet. Both hold the same columns in the same order."""

import csv
import io
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from coterie.kit.errors import Refused
from coterie.performance.row_queries import Served

KINDS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
COLUMNS = (
    "place", "customer_id", "customer", "answers", "bad", "last_value", "last_at", "case_id", "case", "thread_id",
)  # fmt: skip


def cells(row: Served, *, names: bool) -> dict[str, Any]:
    """A row by columns. For whoever may not read what customers wrote, names and titles are empty."""
    return dict(
        zip(
            COLUMNS,
            (
                row.place, row.customer_id, row.name if names else "", row.n, row.bad, row.last_value,
                row.last_at, row.case_id, row.title if names else "", row.thread_id or "",
            ),
            strict=True,
        )
    )  # fmt: skip


async def as_csv(pieces: AsyncIterator[list[Served]], *, names: bool) -> AsyncIterator[str]:
    yield line(COLUMNS)
    async for rows in pieces:
        yield "".join(line([text(each) for each in cells(row, names=names).values()]) for row in rows)  # fmt: skip


def line(given: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(given)
    return out.getvalue()


def text(cell: Any) -> str:
    """A cell of CSV. No spreadsheet takes what somebody wrote for a formula."""
    if isinstance(cell, str):
        return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
    return cell.isoformat() if isinstance(cell, datetime) else repr(cell)


def as_parquet(rows: Sequence[Served], *, names: bool) -> bytes:
    """Raises Refused where the package for tables is not installed."""
    try:
        import polars
    except ModuleNotFoundError:
        raise Refused(
            "Parquet needs the package polars: install coterie[tables].", "no_tables"
        ) from None
    schema: dict[str, Any] = {
        "place": polars.Int64, "customer_id": polars.String, "customer": polars.String,
        "answers": polars.Int64, "bad": polars.Int64, "last_value": polars.Float64,
        "last_at": polars.Datetime("us", "UTC"), "case_id": polars.String, "case": polars.String,
        "thread_id": polars.String,
    }  # fmt: skip
    out = io.BytesIO()
    polars.DataFrame([cells(row, names=names) for row in rows], schema=schema).write_parquet(out)
    return out.getvalue()


def plain_name(name: str) -> str:
    """A file's name in letters that every header may hold."""
    return re.sub(r"[^a-z0-9_.-]+", "-", name)
