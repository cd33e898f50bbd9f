"""A moment and a place for the tests of communities."""

from dataclasses import dataclass
from datetime import UTC, datetime

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Two communities of one region, held by the transaction."""

    region: str
    riverina: str
    hunter: str
