"""What may be tried: the settings that routing reads, the span, and the sentence where something is wrong. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coterie.communities.changes import checked
from coterie.communities.model import Community
from coterie.communities.settings import DEFAULT_JSON
from coterie.kit.errors import Invalid

LONGEST = timedelta(days=31)
MOST_TURNS = 200_000
READ = ("promise_first_", "promise_later_", "hold_", "weight_", "warm_up_s", "hours")
"""How the settings begin that routing reads; the others change nothing of who attends."""
READ_KEYS = tuple(key for key in DEFAULT_JSON if key.startswith(READ))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A span, and the settings that are to be tried on it, checked."""

    start: datetime
    end: datetime
    over: dict[str, Any]


def read_time(text: str, community: Community, name: str) -> datetime:
    """A time as people write it: with its zone, or on the community's clock."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            f"{name} must be a time such as 2026-11-24T09:00, not {text[:40]!r}.", field=name
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=community.clock)


def checked_span(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    if start >= end:
        raise Invalid("The span must begin before it ends.", field="to")
    if end > now:
        raise Invalid("The span must be over: it ends in the future.", field="to")
    if end - start > LONGEST:
        raise Invalid(f"Replay {LONGEST.days} days at most at once.", field="from")
    return start, end


def checked_over(given: Sequence[str]) -> dict[str, Any]:
    """KEY=VALUE each, in the bounds of the settings; a value as JSON writes it."""
    over: dict[str, Any] = {}
    for each in given:
        key, equals, text = each.partition("=")
        key = key.strip()
        if not equals:
            raise Invalid(f"Write a setting as KEY=VALUE, not {each[:60]!r}.", field="set")
        if key in over:
            raise Invalid(f"{key} is set twice.", field=key)
        over[key] = checked_value(key, text.strip())
    return over


def checked_value(key: str, text: str) -> Any:
    """The value of a setting that routing reads, or what is wrong with it."""
    if key not in DEFAULT_JSON:
        raise Invalid(f"There is no setting {key[:60]!r}. {known()}", field=key)
    if key.startswith("overflow"):
        raise Invalid(f"Overflow is not replayed, so {key} can't be tried. {known()}", field=key)
    if key not in READ_KEYS:
        raise Invalid(f"Routing doesn't read {key}: it changes nothing here. {known()}", field=key)
    try:
        value = json.loads(text)
    except ValueError:
        what = (
            "hours as JSON, as in `GET /communities/{id}/settings`"
            if key == "hours"
            else "a number"
        )
        raise Invalid(f"{key} must be {what}, not {text[:40]!r}.", field=key) from None
    return checked(key, value)


def known() -> str:
    return f"Routing reads {', '.join(READ_KEYS)}."
