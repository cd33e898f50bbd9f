"""The words of a report: everything that it says, ready to be set."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts. `numbers`: which columns are figures and stand to the right; `pictures`: which hold an SVG."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]
    pictures: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()
    """Shares of the width, where they matter."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: what it says first, its picture as SVG where it has one, its tables, what is to be noted."""

    title: str
    sentences: tuple[str, ...] = ()
    picture: str = ""
    caption: str = ""
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    day: str
    lead: tuple[str, ...]
    """What to know if nothing else is read."""
    sections: tuple[Section, ...]
