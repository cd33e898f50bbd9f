"""Reads a table row by row from CSV (plain or .gz) or Parquet, without ever holding the whole of it."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias

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


Row: TypeAlias = tuple[int, Sequence[str], str]
"""Where a row begins, all its cells as the file has them, and why it is no row. A plain tuple: there are millions."""


@dataclass(frozen=True, slots=True)
class Rows:
    """An opened file: its header, and its rows as they come."""

    header: tuple[str, ...]
    rows: Iterator[Row]


@contextmanager
def open_table(path: Path, known: Sequence[str], mapped: Mapped) -> Iterator[Table]:
    """Open by suffix. Whatever makes the file as a whole unreadable is `Invalid`, in words."""
    check_there(path)
    if path.suffix == ".parquet":
        yield parquet_table(path, known, mapped)
        return
    with open_text(path) as file, in_words(path):
        yield csv_table(path, file, known, mapped)


@contextmanager
def open_rows(path: Path, delimiter: str | None = None) -> Iterator[Rows]:
    """Open by suffix, for whoever needs every cell as it stands."""
    check_there(path)
    if path.suffix == ".parquet":
        header = list(parquet_schema(path))
        yield Rows(tuple(header), parquet_rows(path, header))
        return
    with open_text(path) as file, in_words(path):
        header, delimiter, source = csv_header(path, file, delimiter)
        yield Rows(tuple(header), csv_rows(path, source, delimiter, len(header)))


def check_there(path: Path) -> None:
    if not path.is_file():
        raise Invalid(f"There is no file {path}.", "no_file")


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
    header, delimiter, source = csv_header(path, file)
    places, ignored = mapped.places(header, known)
    lines = csv_lines(path, source, delimiter, len(header), places)
    return Table(tuple(places), ignored, mapped.filled(lines, known))


def csv_header(
    path: Path, file: IO[str], delimiter: str | None = None
) -> tuple[list[str], str, Iterator[str]]:
    """The names of the columns, what stands between them, and the lines that follow."""
    source = bounded(path, file)
    first = next(source, "")
    if not first.strip():
        raise Invalid(f"{path.name} is empty: its first line must name the columns.", "empty")
    csv.field_size_limit(LONGEST_CELL)
    delimiter = delimiter or max(",;\t", key=first.count)
    try:
        return next(csv.reader([first], delimiter=delimiter)), delimiter, source
    except csv.Error as error:
        raise Invalid(f"The header of {path.name} can't be read: {error}.", "header") from error


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
    for number, cells, fault in csv_rows(path, source, delimiter, width):
        if fault:
            yield Line(number, {}, fault)
        else:
            yield Line(number, {name: itself(cells[at]) for name, at in places.items()})


def csv_rows(path: Path, source: Iterator[str], delimiter: str, width: int) -> Iterator[Row]:
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    number = 2
    try:
        for cells in reader:
            if len(cells) == width:
                yield number, cells, ""
            elif cells:
                yield number, (), f"has {len(cells)} cells where the header has {width}"
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
    schema = parquet_schema(path)
    header = list(schema)
    places, ignored = mapped.places(header, known)
    refuse_numbers(path, {name: schema[header[place]] for name, place in places.items()})
    rows = parquet_rows(path, [header[place] for place in places.values()])
    lines = (Line(number, dict(zip(places, cells, strict=True))) for number, cells, _ in rows)
    return Table(tuple(places), ignored, mapped.filled(lines, known))


def parquet_schema(path: Path) -> Mapping[str, Any]:
    try:
        import polars
    except ImportError as error:
        raise Invalid(
            "Parquet files need the extra `tables`: pip install 'coterie[tables]'.", "no_polars"
        ) from error
    try:
        return polars.read_parquet_schema(path)
    except (OSError, polars.exceptions.PolarsError) as error:
        raise Invalid(f"{path.name} is not a Parquet file: {error}", "broken_file") from error


def refuse_numbers(path: Path, types: Mapping[str, Any], called: str | None = None) -> None:
    """A postcode or phone stored as a number has lost its leading zeros already. `called`: what the file calls the column, where that differs."""
    for name in ("ref", "area", "phone", "a", "b"):
        if name in types and types[name].is_numeric():
            raise Invalid(
                f"Column {called or name} of {path.name} holds numbers, which lose leading zeros. "
                "Store it as text.",
                "numbers",
            )


def parquet_rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """Row groups one after the other. A row's number is its place, the first being 1."""
    import polars

    chosen = polars.scan_parquet(path).select(columns)
    number = 0
    for batch in chosen.collect_batches(chunk_size=50_000, maintain_order=True):
        for row in batch.iter_rows():
            number += 1
            yield number, [written(cell) for cell in row], ""


def written(value: object) -> str:
    """A cell as CSV would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()
