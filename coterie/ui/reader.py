"""Times as a person reads them: in the reader's zone, in words, relative to the reader's now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ZONE_COOKIE = "zone"  # set by boot.js from the browser's own zone

SOON = timedelta(minutes=15)
NEAR = timedelta(hours=16)  # a time of the clock says enough


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo | None:
    """A zone by its name; None for a name that does not exist (it comes from outside)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_of(cookies: Mapping[str, str], fallback: str = "UTC") -> tzinfo:
    """The zone of this browser, else the given one (the expert's site)."""
    return zone_named(cookies.get(ZONE_COOKIE, "")) or zone_named(fallback) or UTC


class Chip(NamedTuple):
    """A promise as the chip shows it: `state` is plain, soon, late or kept; `share` is 0 to 100."""

    state: str
    share: int
    words: str


@dataclass(frozen=True, slots=True)
class Reader:
    zone: tzinfo
    now: datetime

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def clock(self, at: datetime) -> str:
        """2:06 pm"""
        local = self.local(at)
        return f"{local.hour % 12 or 12}:{local.minute:02} {'am' if local.hour < 12 else 'pm'}"

    def day(self, at: datetime) -> str:
        """Today, Yesterday, Saturday 21 November, 3 August 2024"""
        local, days = self.local(at), self._days_ago(at)
        if days in (0, 1):
            return ("Today", "Yesterday")[days]
        if local.year == self.local(self.now).year:
            return f"{local:%A} {local.day} {local:%B}"
        return f"{local.day} {local:%B} {local.year}"

    def date(self, at: datetime) -> str:
        """3 August 2024"""
        local = self.local(at)
        return f"{local.day} {local:%B} {local.year}"

    def month(self, at: datetime) -> str:
        """today, 3 November of this year, else 2021"""
        local = self.local(at)
        if local.year != self.local(self.now).year:
            return f"{local.year}"
        return "today" if self._days_ago(at) == 0 else f"{local.day} {local:%B}"

    def short(self, at: datetime) -> str:
        """2:14 pm today, Thu within a week, else 3 Aug, or 3 Aug 2024"""
        local, days = self.local(at), self._days_ago(at)
        if days == 0:
            return self.clock(at)
        if abs(days) < 7:
            return f"{local:%a}"
        year = "" if local.year == self.local(self.now).year else f" {local.year}"
        return f"{local.day} {local:%b}{year}"

    def moment(self, at: datetime) -> str:
        """2:14 pm; yesterday, 2:14 pm; Thu, 2:14 pm; 3 Aug, 2:14 pm"""
        days = self._days_ago(at)
        if days == 0:
            return self.clock(at)
        near = {1: "yesterday", -1: "tomorrow"}.get(days) or self.short(at)
        return f"{near}, {self.clock(at)}"

    def since(self, at: datetime) -> str:
        return lasting(self.now - at)

    def chip(self, due_at: datetime, made_at: datetime | None = None) -> Chip:
        """The state of a promise now; the pie fills from when it was made to when it is due."""
        left = due_at - self.now
        if left <= timedelta(0):
            return Chip("late", 100, f"{lasting(-left)} late")
        whole = due_at - (made_at or due_at - timedelta(hours=1))
        share = 100 - round(100 * min(1.0, left / whole)) if whole > timedelta(0) else 100
        words = self.clock(due_at) if left < NEAR else self.short(due_at)
        return Chip("soon" if left <= SOON else "plain", max(share, 2), words)

    def _days_ago(self, at: datetime) -> int:
        return (self.local(self.now).date() - self.local(at).date()).days


def lasting(span: timedelta) -> str:
    """12 min, 3 h, 2 days; never a second, since nobody can act on one."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 1:
        return "a moment"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // 1440} days"
