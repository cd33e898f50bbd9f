"""A small TOML file that says what another system calls our columns.

[columns]                # ours = theirs
ref = "CustomerNumber"
name = "Full Name"

[defaults]               # where a cell is empty or the column is missing
language = "en"
"""

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coterie.kit.errors import Invalid

if TYPE_CHECKING:
    from coterie.exchange.tables import Line


@dataclass(frozen=True, slots=True)
class Mapped:
    """Their names by ours, and what stands in an empty cell."""

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def places(
        self, header: Sequence[str], known: Sequence[str]
    ) -> tuple[dict[str, int], tuple[str, ...]]:
        """Where each of our columns stands, and the columns that nobody asked for."""
        names = [name.strip().lower() for name in header]
        twice = {name for name in names if name and names.count(name) > 1}
        if twice:
            raise Invalid(f"The header names {', '.join(sorted(twice))} twice.", "header")
        places = {}
        for name in known:
            theirs = self.columns.get(name, name).strip().lower()
            if theirs in names:
                places[name] = names.index(theirs)
            elif name in self.columns:
                raise Invalid(
                    f"The mapping takes {name} from {self.columns[name]}, which is no column "
                    f"of the file. It has {', '.join(header)}.",
                    "mapping",
                )
        return places, tuple(h for at, h in enumerate(header) if at not in places.values())

    def filled(self, lines: "Iterator[Line]", known: Sequence[str]) -> "Iterator[Line]":
        """Put the defaults where cells are empty."""
        defaults = {name: text for name, text in self.defaults.items() if name in known}
        if not defaults:
            return lines
        return (
            dataclasses.replace(
                line, cells=defaults | {name: text for name, text in line.cells.items() if text}
            )
            for line in lines
        )


def read_mapping(path: Path | None, known: Sequence[str]) -> Mapped:
    """Read the file; a table or column that we don't know is refused, so that no typo passes."""
    if path is None:
        return Mapped()
    content = read_toml(path)
    for table, entries in content.items():
        if table not in ("columns", "defaults") or not isinstance(entries, dict):
            raise Invalid(f"{path} may hold [columns] and [defaults], not {table}.", "mapping")
        for name, text in entries.items():
            if name not in known or not isinstance(text, str):
                raise Invalid(
                    f"[{table}] in {path}: {name} must be one of {', '.join(known)}, as text.",
                    "mapping",
                )
    return Mapped(content.get("columns", {}), content.get("defaults", {}))


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Invalid(f"There is no mapping file {path}.", "mapping") from error
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}.", "mapping") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} is not TOML: {error}", "mapping") from error
