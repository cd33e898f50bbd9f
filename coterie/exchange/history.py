"""Imports the log of another system: how good it is, what its customers had, and a copy of it that names nobody.

The copy stands in `histories` of the data folder, in our own columns, for planning and for setting it beside what came
later. It is named by what was read and how, so importing the same again changes nothing.
"""

import gzip
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from coterie.exchange.log import CLOSING, REOPENING, Log
from coterie.exchange.log_mapping import COLUMNS, read_log_mapping
from coterie.exchange.log_order import Order, in_order, records
from coterie.exchange.log_quality import Quality, examine
from coterie.exchange.logs import Watch, read_log
from coterie.kit.errors import Invalid
from coterie.performance.figures import OF_A_LOG, WHOLE, Found, fold
from coterie.performance.model import Record

STEP = 5_000
PIECE = 1_000_000
YES = ("", "yes")
QUOTE, SPECIAL = '"', frozenset(',"\r\n')


class Kept(StrEnum):
    """What became of the copy."""

    new = "new"
    same = "same"
    replaced = "replaced"
    no = "no"


@dataclass(frozen=True, slots=True)
class History:
    """All that an import of a log found."""

    quality: Quality
    figures: Mapping[str, Mapping[str, Found]]
    kept: Kept
    copy: Path | None

    def as_json(self) -> dict[str, Any]:
        return {
            "quality": self.quality.as_json(),
            "figures": {name: whole(parts, value_of) for name, parts in self.figures.items()},
            "intervals": {name: whole(parts, interval_of) for name, parts in self.figures.items()},
            "kept": {"what": self.kept, "file": self.copy},
        }

    def told(self) -> Iterator[str]:
        """The report for a person, but for the rows that were refused."""
        yield from self.quality.sentences()
        for figure in OF_A_LOG:
            for part, found in self.figures[figure.name].items():
                name = f"{figure.name} {part}".strip()
                yield f"{name}: {told_value(found)}, {figure.unit}, n {found.n:,}"
        yield {
            Kept.new: f"Kept as {self.copy}, which names nobody.",
            Kept.same: f"{self.copy} holds this history already.",
            Kept.replaced: f"Kept as {self.copy}, in place of what another mapping read from the same file.",
            Kept.no: "Nothing was kept.",
        }[self.kept]


def whole(parts: Mapping[str, Found], told: Any) -> Any:
    """What a figure says: by itself, or by its parts."""
    return told(parts[WHOLE]) if WHOLE in parts else {p: told(found) for p, found in parts.items()}


def value_of(found: Found) -> float | None:
    return found.value


def interval_of(found: Found) -> dict[str, float | None]:
    low, high = found.bounds or (None, None)
    return {"n": found.n, "low": low, "high": high}


def told_value(found: Found) -> str:
    if found.value is None:
        return "nothing to count"
    value = f"{found.value:,.4g}" if isinstance(found.value, float) else f"{found.value:,}"
    return f"{value} ({found.bounds[0]:,.4g} to {found.bounds[1]:,.4g})" if found.bounds else value


def import_history(
    path: Path,
    *,
    mapping: Path | None,
    areas: Collection[str] | str,
    folder: Path | None,
    watch: Watch,
) -> History:
    """Read the log and keep a copy in the folder, or none where there is none; `areas` as in `examine`."""
    log = read_log(path, read_log_mapping(mapping), watch)
    order = in_order(log)
    quality = examine(log, order, areas)
    figures = fold(OF_A_LOG, watched(records(log, order), quality.cases, watch))
    if folder is None or not quality.events:
        return History(quality, figures, Kept.no, None)
    kept, copy = keep(log, order, folder, path, mapping)
    return History(quality, figures, kept, copy)


def watched(
    customers: Iterator[list[Record]], cases: int, watch: Watch
) -> Iterator[Sequence[Record]]:
    """Let somebody see how far it is."""
    done = told = 0
    for some in customers:
        yield some
        done += len(some)
        if done - told >= STEP:
            watch(done, cases)
            told = done


def keep(
    log: Log, order: Order, folder: Path, path: Path, mapping: Path | None
) -> tuple[Kept, Path]:
    """Write the copy, whole or not at all. What another mapping made of the same file goes, once this one is there."""
    read, how = hash_of(path), hash_of(mapping) if mapping else "0"
    copy = folder / f"{read[:16]}-{how[:8]}.csv.gz"
    if copy.exists():
        return Kept.same, copy
    part = folder / f"{copy.name}.{os.getpid()}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(log, order, part)
        part.replace(copy)
        others = [other for other in folder.glob(f"{read[:16]}-*.csv.gz") if other != copy]
        for other in others:
            other.unlink(missing_ok=True)
    except OSError as error:
        raise Invalid(f"{copy} can't be written: {error.strerror}.", "no_file") from error
    finally:
        part.unlink(missing_ok=True)
    return Kept.replaced if others else Kept.new, copy


def hash_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def write(log: Log, order: Order, part: Path) -> None:
    """Customers and people are numbers; everything else is its code, once quoted and then copied.

    The number of its row keeps apart what differed in columns that nobody asked for.
    """
    quoted = {name: [quote(each) for each in names.names] for name, names in log.names.items()}
    for name in ("customer", "agent"):
        quoted[name] = ["", *map(str, range(1, len(quoted[name])))]
    with gzip.open(part, "wt", compresslevel=1, encoding="utf-8", newline="") as file:
        part.chmod(0o600)
        file.write(",".join([*COLUMNS, "row\n"]))
        for start in range(0, len(order.events), STEP):
            events = order.events[start : start + STEP]
            file.write("".join(map(",".join, cells(log, events, quoted))))


def cells(
    log: Log, events: Sequence[int], quoted: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, ...]]:
    told: dict[str, Iterable[str]] = {
        name: map(quoted[name].__getitem__, log.numbers(name, events)) for name in log.names
    }
    said = [log.says[event] for event in events]
    told["time"] = map(datetime.isoformat, log.moments(events))
    told["closed"] = map(YES.__getitem__, map(CLOSING.__getitem__, said))
    told["reopened"] = map(YES.__getitem__, map(REOPENING.__getitem__, said))
    lines = map("{}\n".format, map(log.line.__getitem__, events))
    return zip(*(told[name] for name in COLUMNS), lines, strict=True)


def quote(text: str) -> str:
    """A cell of a CSV file."""
    return f'"{text.replace(QUOTE, QUOTE * 2)}"' if SPECIAL.intersection(text) else text
