"""The mapping of a log laid over the header of one file: where each of our columns is found in its rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from coterie.exchange.log_mapping import CODES, EventOf, LogMapping
from coterie.exchange.tables import itself
from coterie.kit.errors import Invalid

Cells = Sequence[str]
Get = Callable[[Cells], str]


@dataclass(frozen=True, slots=True)
class Places:
    """Where one event of a row says what."""

    codes: Mapping[str, Get]
    time: Get
    closed: Get
    reopened: Get


class Header:
    """The names of a file's columns, and which of them were asked for."""

    def __init__(self, names: Sequence[str], mapping: LogMapping) -> None:
        self.given = names
        self.names = [name.strip().casefold() for name in names]
        self.mapping = mapping
        self.asked: set[int] = set()

    def ignored(self) -> tuple[str, ...]:
        return tuple(name for at, name in enumerate(self.given) if at not in self.asked)

    def has(self, column: str) -> bool:
        return column in self.mapping.columns or column in self.names

    def places(self, event: EventOf) -> Places:
        return Places(
            {name: self.get(name, event) for name in CODES},
            self.get("time", event),
            self.get("closed", event),
            self.get("reopened", event),
        )

    def get(self, name: str, event: EventOf) -> Get:
        """How to find a cell. What neither mapping nor header name is empty, but a case and its time must be there."""
        if name == "event" and event.event is not None:
            return constant(event.event)
        theirs = event.columns.get(name) or self.mapping.columns.get(name)
        if theirs is None and name in self.names:
            theirs = (name,)
        if theirs is not None:
            return self.found([self.place(name, column) for column in theirs])
        if name in ("case", "time"):
            raise Invalid(
                f"A log needs the column {name}. It has {', '.join(self.given)}: "
                "a mapping says which of them it is.",
                "columns",
            )
        return constant("")

    def place(self, name: str, column: str) -> int:
        wanted = column.strip().casefold()
        if self.names.count(wanted) > 1:
            raise Invalid(f"The header names {column} twice.", "header")
        if wanted not in self.names:
            raise Invalid(
                f"The mapping takes {name} from {column}, which is no column of the file. "
                f"It has {', '.join(self.given)}.",
                "mapping",
            )
        place = self.names.index(wanted)
        self.asked.add(place)
        return place

    def found(self, places: Sequence[int]) -> Get:
        if len(places) == 1:
            return itemgetter(places[0])
        return lambda cells: self.mapping.joiner.join(self.known(cells, places))

    def known(self, cells: Cells, places: Sequence[int]) -> Iterator[str]:
        """What is joined: the cells that say something."""
        for place in places:
            cell = itself(cells[place])
            if cell and cell not in self.mapping.unknown:
                yield cell


def constant(text: str) -> Get:
    return lambda cells: text
