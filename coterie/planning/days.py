"""Days of a plan, which its document writes as ISO dates: read, and as a person reads them."""

from datetime import date
from typing import Any


def day_of(given: Any) -> date | None:
    """None where it is no day."""
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        return None


def in_words(given: Any) -> str:
    """3 August 2024; what is no day stays as it is."""
    day = day_of(given)
    return f"{day.day} {day:%B} {day.year}" if day else str(given or "")
