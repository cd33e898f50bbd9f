"""Reads a table row by row from CSV (plain or .gz) or Parquet, without ever holding the whole of it."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from coterie.exchange.mapping import Mapped
from coterie.kit.errors import Invalid

BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
LONGEST_CELL = 131_072
LONGEST_LINE = 1_000_000

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula. Our exports put an apostrophe before it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: where it begins in the file, its cells by our column names, or why it is no row."""

    number: int
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """An opened table: which of our columns it has, which others it has, and its rows."""

    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    lines: Iterator[Line]


@contextmanager
def open_table(path: Path, known: Sequence[str], mapped: Mapped) -> Iterator[Table]:
    """Open by suffix. Whatever makes the file as a whole unreadable is `Invalid`, in words."""
    if not path.is_file():
        raise Invalid(f"There is no file {path}.", "no_file")
    if path.suffix == ".parquet":
        yield parquet_table(path, known, mapped)
        return
    with open_text(path) as file, in_words(path):
        yield csv_table(path, file, known, mapped)


def open_text(path: Path) -> IO[str]:
    """As UTF-8, with or without a byte order mark, unpacked where the name ends in .gz."""
    with in_words(path), gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        encoding = BOMS.get(file.read(2))
    if encoding:
        raise Invalid(
            f"{path.name} is {encoding}. Save it as UTF-8 and import it again.", "encoding"
        )
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Say what a broken file is, in place of the error of the library that stumbled."""
    try:
        yield
    except UnicodeDecodeError as error:
        wrong = error.object[error.start : error.start + 1].hex()
        raise Invalid(
            f"{path.name} is not UTF-8 (byte 0x{wrong}); it looks like Windows-1252 or Latin-1. "
            "Save it as UTF-8 and import it again.",
            "encoding",
        ) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Invalid(f"{path.name} is not a whole gzip file: {error}", "broken_file") from error


def csv_table(path: Path, file: IO[str], known: Sequence[str], mapped: Mapped) -> Table:
    source = bounded(path, file)
    first = next(source, "")
    if not first.strip():
        raise Invalid(f"{path.name} is empty: its first line must name the columns.", "empty")
    csv.field_size_limit(LONGEST_CELL)
    delimiter = max(",;\t", key=first.count)
    try:
        header = next(csv.reader([first], delimiter=delimiter))
    except csv.Error as error:
        raise Invalid(f"The header of {path.name} can't be read: {error}.", "header") from error
    places, ignored = mapped.places(header, known)
    lines = csv_lines(path, source, delimiter, len(header), places)
    return Table(tuple(places), ignored, mapped.filled(lines, known))


def bounded(path: Path, file: IO[str]) -> Iterator[str]:
    """The lines of a file. One that never ends is refused before it fills the memory."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise Invalid(
                f"{path.name} has a line of more than {LONGEST_LINE:,} characters.", "broken_file"
            )
        yield line


def csv_lines(
    path: Path, source: Iterator[str], delimiter: str, width: int, places: Mapping[str, int]
) -> Iterator[Line]:
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    number = 2
    try:
        for cells in reader:
            if len(cells) == width:
                yield Line(number, {name: itself(cells[at]) for name, at in places.items()})
            elif cells:
                yield Line(number, {}, f"has {len(cells)} cells where the header has {width}")
            number = reader.line_num + 2
    except csv.Error as error:
        raise Invalid(
            f"{path.name} can't be read from line {number} on: {error}. "
            "Is a quotation mark opened there and never closed?",
            "broken_file",
        ) from error


def itself(cell: str) -> str:
    """A cell as it was before an export kept it from being a formula."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


def parquet_table(path: Path, known: Sequence[str], mapped: Mapped) -> Table:
    try:
        import polars
    except ImportError as error:
        raise Invalid(
            "Parquet files need the extra `tables`: pip install 'coterie[tables]'.", "no_polars"
        ) from error
    try:
        schema = polars.read_parquet_schema(path)
    except (OSError, polars.exceptions.PolarsError) as error:
        raise Invalid(f"{path.name} is not a Parquet file: {error}", "broken_file") from error
    header = list(schema)
    places, ignored = mapped.places(header, known)
    refuse_numbers(path, {name: schema[header[place]] for name, place in places.items()})
    lines = parquet_lines(polars.scan_parquet(path), [(n, header[p]) for n, p in places.items()])
    return Table(tuple(places), ignored, mapped.filled(lines, known))


def refuse_numbers(path: Path, types: Mapping[str, Any]) -> None:
    """A postcode or phone stored as a number has lost its leading zeros already."""
    for name in ("ref", "area", "phone", "a", "b"):
        if name in types and types[name].is_numeric():
            raise Invalid(
                f"Column {name} of {path.name} holds numbers, which lose leading zeros. "
                "Store it as text.",
                "numbers",
            )


def parquet_lines(frame: Any, columns: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Row groups one after the other. A row's number is its place, the first being 1."""
    names = [name for name, _ in columns]
    chosen = frame.select([source for _, source in columns])
    number = 0
    for batch in chosen.collect_batches(chunk_size=50_000, maintain_order=True):
        for row in batch.iter_rows():
            number += 1
            yield Line(number, dict(zip(names, map(written, row), strict=True)))


def written(value: object) -> str:
    """A cell as CSV would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()
