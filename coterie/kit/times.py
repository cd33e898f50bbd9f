"""Times as others give them: with their zone, and inside the years that every calendar here can tell in any zone."""

from datetime import UTC, datetime

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def given_time(at: datetime) -> datetime:
    """The time in UTC. Raises ValueError, in words, for one that nobody means."""
    if at.tzinfo is None:
        raise ValueError("a time needs its zone, such as 2026-11-24T09:00:00Z")
    if not FIRST <= at < LAST:
        raise ValueError(f"a time between the years {FIRST.year} and {LAST.year}")
    return at.astimezone(UTC)
