"""Shifts as instants: calendars (RFC 5545) for people and their community, and shifts as the live system takes them."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar

from coterie.planning.rosters.model import DAY, Roster, Shift


def instants(roster: Roster, shift: Shift, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a shift begins and ends, by the community's clock."""
    return instant(roster, shift.begins, zone), instant(roster, shift.ends, zone)


def instant(roster: Roster, at: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(roster.frame.date_of(at // DAY), time())
    return (midnight + timedelta(minutes=30 * (at % DAY))).replace(tzinfo=zone)


def calendar_of(roster: Roster, shifts: Iterable[Shift], name: str, zone: ZoneInfo, now: datetime, *, named: bool) -> bytes:  # fmt: skip
    """A calendar of these shifts; `named` says in each whose it is. The zone's changes of clock go with it."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Coterie//Roster//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    called = {person.ref: person.called for person in roster.frame.people}
    for shift in sorted(shifts, key=lambda shift: (shift.begins, shift.person)):
        begins, ends = instants(roster, shift, zone)
        event = icalendar.Event()
        event.add("uid", f"{shift.person}-{begins:%Y%m%d}@{name}.coterie")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", begins)
        event.add("dtend", ends)
        event.add("summary", f"{called[shift.person]}, {name}" if named else f"Shift, {name}")
        if shift.pause is not None:
            pause = instant(roster, shift.begins + shift.pause, zone)
            event.add("description", f"Pause at {pause:%H:%M}")
        made.add_component(event)
    last = roster.frame.date_of(7 * roster.frame.weeks + 1)
    made.add_missing_timezones(roster.frame.monday - timedelta(days=366), last)
    return bytes(made.to_ical())


def bodies(roster: Roster, zone: ZoneInfo) -> dict[str, dict[str, list[dict[str, str]]]]:
    """For each person the body of `PUT /experts/{id}/shifts`, in UTC."""
    return {
        person.ref: {
            "shifts": [
                {"starts_at": rfc3339(begins), "ends_at": rfc3339(ends)}
                for shift in sorted(roster.shifts, key=lambda shift: shift.begins)
                if shift.person == person.ref
                for begins, ends in [instants(roster, shift, zone)]
            ]
        }
        for person in roster.frame.people
    }


def rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
