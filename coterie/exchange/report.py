"""What an import says at its end: how much went in, and each row that did not, with line and reason."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

KEPT = 100_000


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Why one row was refused. `column` is empty where the row as a whole is wrong."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.reason}"


@dataclass(slots=True)
class Report:
    """The figures of one import. Faults beyond the first hundred thousand are only counted."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    dry_run: bool = False
    ignored_columns: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Count the rows (a row with two faults once) and keep the faults."""
        found = list(faults)
        self.refused += len({fault.line for fault in found})
        self.faults.extend(found[: KEPT - len(self.faults)])

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def sentence(self) -> str:
        verb = "would be imported" if self.dry_run else "imported"
        taken = self.new + self.changed + self.same
        parts = f"{self.new:,} new, {self.changed:,} changed, {self.same:,} as they were"
        return f"{taken:,} of {self.rows:,} rows {verb} ({parts}); {self.refused:,} refused."
