"""Times as logs write them: ISO 8601, seconds since 1970, or a format that the mapping names."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from coterie.kit import times

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST, LAST = (each // MICROSECOND for each in (times.FIRST - EPOCH, times.LAST - EPOCH))
REMEMBERED = 50_000
SECONDS = "seconds"
"""The format of a number of seconds since 1970."""

DIRECTIVES = {
    "d": r"(?P<day>\d{1,2})",
    "m": r"(?P<month>\d{1,2})",
    "Y": r"(?P<year>\d{4})",
    "H": r"(?P<hour>\d{1,2})",
    "M": r"(?P<minute>\d{1,2})",
    "S": r"(?P<second>\d{1,2})",
}

Read = Callable[[str], datetime]
Moment = int | str | None
"""Microseconds since 1970; or why a cell can't be read; or None where it says nothing."""


def check_format(format: str) -> str:
    """Raises ValueError for a format that can't tell a day again that it wrote itself."""
    sample = datetime(2016, 2, 29, 13, 14, 15, tzinfo=UTC)
    try:
        if format == SECONDS or by_format(format, sample.strftime(format)).date() == sample.date():
            return format
    except (ValueError, re.error):
        pass
    raise ValueError(f"{format!r} is no format of times such as %d/%m/%Y %H:%M.")


def by_format(format: str, text: str) -> datetime:
    return datetime.strptime(text, format)  # noqa: DTZ007  the zone is given later


def reader(
    formats: Sequence[str], zone: ZoneInfo, unknown: Collection[str]
) -> Callable[[str], Moment]:
    """From a cell to microseconds since 1970, by the first format that fits."""
    ways = [way(format) for format in formats] or [datetime.fromisoformat]
    wanted = " or ".join(formats) or "ISO 8601"

    def read(cell: str) -> Moment:
        text = cell.strip()
        if text in unknown:
            return None
        for each in ways:
            try:
                at = each(text)
                found = ((at if at.tzinfo else at.replace(tzinfo=zone)) - EPOCH) // MICROSECOND
            except (ValueError, OverflowError):
                continue
            if FIRST <= found < LAST:
                return found
        return f"{text[:40]!r} is no time ({wanted})"

    return lru_cache(REMEMBERED)(read) if formats else read


def way(format: str) -> Read:
    """How to read one format: by a pattern where it is all digits, which is five times as fast, else by strptime."""
    if format == SECONDS:
        return lambda text: EPOCH + timedelta(seconds=float(text))
    directives = re.findall("%(.)", format)
    if len(set(directives)) < len(directives) or not set(directives) <= DIRECTIVES.keys():
        return partial(by_format, format)
    pattern = re.compile(
        re.sub(r"%(.)", lambda found: DIRECTIVES[found[1]], escaped(format)), re.ASCII
    )
    return partial(by_pattern, pattern)


def escaped(format: str) -> str:
    return "".join(each if each == "%" or each.isalnum() else re.escape(each) for each in format)


def by_pattern(pattern: re.Pattern[str], text: str) -> datetime:
    found = pattern.fullmatch(text)
    if not found:
        raise ValueError(text)
    parts: Any = {name: int(digits) for name, digits in found.groupdict().items()}
    return datetime(**parts)  # noqa: DTZ001  the zone is given later
