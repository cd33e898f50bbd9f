"""What is asked of `coterie plan staff`: its files, what was chosen, and what had to be assumed on the way."""

from dataclasses import dataclass, field
from pathlib import Path

from coterie.exchange.plan_outlook import Days
from coterie.kit.errors import Invalid
from coterie.planning.headcount.people import working_hours
from coterie.planning.headcount.positions import Rule

PAID_HOURS = 38.0
"""Of an expert's week, where nobody says."""
MOST_S = 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class Sources:
    """The files."""

    history: Path
    mapping: Path | None = None
    people: Path | None = None
    sites: Path | None = None
    skills: Path | None = None
    efforts: Path | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen on the command line."""

    days: Days = field(default_factory=Days)
    zone: str | None = None
    channel: str = "messaging"
    weeks: int = 4
    hours: str = "Mon-Sun 08:00-20:00"
    paid_hours: float | None = None
    """None: as the people's file says, else `PAID_HOURS`."""
    shrinkage: float = 0.3
    effort_s: float = 600.0
    patience_s: float | None = None
    rule: Rule = field(default_factory=Rule)

    def __post_init__(self) -> None:
        if not 0 < self.effort_s < MOST_S:
            raise Invalid(f"The effort of a contact is {self.effort_s:g} s: it must be above 0, and less than a year.", "rule", "effort")  # fmt: skip
        if self.patience_s is not None and not 0 < self.patience_s < MOST_S:
            raise Invalid(f"Callers give up after {self.patience_s:g} s: it must be above 0, and less than a year.", "rule", "patience")  # fmt: skip
        working_hours(PAID_HOURS if self.paid_hours is None else self.paid_hours, self.shrinkage)


@dataclass(slots=True)
class Notes:
    """What was assumed, in sentences."""

    sentences: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        self.sentences.append(sentence)
