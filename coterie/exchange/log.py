"""A log of another system in columns of numbers: a million events take some 60 MB.

Names are numbers in the order in which they came; 0 is unknown.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from coterie.exchange.log_mapping import CODES
from coterie.exchange.moments import EPOCH
from coterie.exchange.report import KEPT, Fault
from coterie.exchange.tables import itself
from coterie.kit.errors import Invalid
from coterie.performance.model import Step

LONGEST = 200
CLOSES, REOPENS = 1, 2
CLOSING, REOPENING = (False, True, False, True), (False, False, True, True)
"""Whether an event closes, and whether it reopens, by the sum of the two above."""


class Names(dict[str, int]):
    """Cells to numbers. A cell that was seen before costs one look."""

    def __init__(self, column: str, unknown: frozenset[str], default: str) -> None:
        super().__init__()
        self.column = column
        self.unknown = unknown
        self.default = default
        self.names: list[str] = [""]

    def __missing__(self, cell: str) -> int:
        name = itself(cell)
        if not name or name in self.unknown:
            name = self.default
        if len(name) > LONGEST:
            raise Invalid(
                f"A cell of {self.column} has more than {LONGEST} characters: "
                f"map a column of codes, not of texts. It begins {name[:40]!r}.",
                "mapping",
            )
        self[cell] = number = self.number(name)
        return number

    def number(self, name: str) -> int:
        if not name:
            return 0
        known = self.get(name)
        if known is None:
            known = self[name] = len(self.names)
            self.names.append(name)
        return known


class Log:
    """What was read: a place in every column for each event, in the order of the file."""

    def __init__(self, names: dict[str, Names]) -> None:
        self.names = names
        self.columns = {name: array("i") for name in CODES}
        self.at = array("q")
        """Microseconds since 1970."""
        self.says = array("b")
        self.line = array("i")
        self.print = array("q")
        """By which a line is known that was there before: a hash of all its cells."""
        self.mixed = False
        """Whether rows tell of several events: then not all of a row stand together."""
        self.rows = 0
        self.refused = 0
        self.unreadable_times = 0
        self.faults: list[Fault] = []
        self.ignored_columns: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.at)

    def refuse(self, fault: Fault) -> None:
        self.refused += 1
        if len(self.faults) < KEPT:
            self.faults.append(fault)

    def numbers(self, column: str, events: Iterable[int]) -> Iterator[int]:
        return map(self.columns[column].__getitem__, events)

    def told(self, column: str, events: Iterable[int]) -> Iterator[str]:
        """What the events say there; nothing where it isn't known."""
        return map(self.names[column].names.__getitem__, self.numbers(column, events))

    def moments(self, events: Iterable[int]) -> list[datetime]:
        return [EPOCH + timedelta(0, 0, at) for at in map(self.at.__getitem__, events)]

    def steps(self, events: Sequence[int]) -> Iterator[Step]:
        """What figures are made of. Many at once, and past the checks of the tuple's own `__new__`, cost a fifth."""
        says = [self.says[event] for event in events]
        columns = zip(
            self.moments(events),
            [name or None for name in self.told("group", events)],
            [name or None for name in self.told("agent", events)],
            map(CLOSING.__getitem__, says),
            map(REOPENING.__getitem__, says),
            strict=True,
        )
        return map(partial(tuple.__new__, Step), columns)
