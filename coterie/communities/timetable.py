"""Opening hours as people and programs write them: `{"week": {"mon": ["09:00-17:00"]}, "holidays": ["2026-12-25"]}`.

What is written wrongly is a ValueError in a sentence for a person.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from coterie.communities.hours import DAY_MINUTES, Hours, Span, Week

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"(\d\d):([0-5]\d)\s*-\s*(\d\d):([0-5]\d)")
MOST_SPANS, MOST_HOLIDAYS = 4, 366


def read_hours(given: Any) -> Hours:
    """Hours from their written form; an empty week is always open."""
    if not isinstance(given, dict) or not given.keys() <= {"week", "holidays"}:
        raise ValueError('Hours are written {"week": {...}, "holidays": [...]}.')
    return Hours(read_week(given.get("week", {})), read_holidays(given.get("holidays", [])))


def read_week(given: Any) -> Week:
    unknown = (given.keys() if isinstance(given, dict) else {str(given)[:20]}) - set(DAYS)
    if unknown:
        raise ValueError(f"{min(unknown)!r} is no day of the week: use {', '.join(DAYS)}.")
    week = tuple(read_day(given.get(day, [])) for day in DAYS)
    if given and not any(week):
        raise ValueError("A week needs at least one opening time; leave it out to be always open.")
    return week if given else ()


def read_day(given: Any) -> tuple[Span, ...]:
    if not is_texts(given) or len(given) > MOST_SPANS:
        raise ValueError(f"A day is a list of up to {MOST_SPANS} times such as 09:00-17:00.")
    spans = sorted(read_span(each) for each in given)
    for one, following in pairwise(spans):
        if following[0] < one[1]:
            raise ValueError(f"{written_span(one)} and {written_span(following)} overlap.")
    return tuple(spans)


def read_span(given: str) -> Span:
    match = SPAN.fullmatch(given.strip())
    if not match:
        raise ValueError(f"{given[:40]!r} is no time such as 09:00-17:00.")
    opens, closes = (int(match[at]) * 60 + int(match[at + 1]) for at in (1, 3))
    if not opens < closes <= DAY_MINUTES:
        raise ValueError(f"{given!r} must close after it opens, by 24:00 at the latest.")
    return opens, closes


def read_holidays(given: Any) -> frozenset[date]:
    if not is_texts(given) or len(given) > MOST_HOLIDAYS:
        raise ValueError(f"Holidays are a list of up to {MOST_HOLIDAYS} dates such as 2026-12-25.")
    return frozenset(read_date(each) for each in given)


def read_date(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError(f"{given[:40]!r} is no date such as 2026-12-25.") from None


def is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def written_hours(hours: Hours) -> dict[str, Any]:
    """The written form, which reads back as the same hours."""
    days = zip(DAYS, hours.week, strict=False)
    return {
        "week": {day: [written_span(each) for each in spans] for day, spans in days},
        "holidays": [each.isoformat() for each in sorted(hours.holidays)],
    }


def written_span(span: Span) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)


def written_day(spans: Sequence[Span]) -> str:
    """A day in one line, as the page of a community takes it: `09:00-12:00, 13:00-17:00`."""
    return ", ".join(written_span(each) for each in spans)
