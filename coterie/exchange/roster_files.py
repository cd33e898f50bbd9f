"""What a roster is made from, as files: people, leave, wishes, positions."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from coterie.exchange import plan_rows
from coterie.kit.errors import Invalid
from coterie.planning.plan import Plan
from coterie.planning.rosters.document import half_hours
from coterie.planning.rosters.model import DAY, DAYS, WEEK, Person, Wish

PEOPLE = ("ref", "name", "hours", "days", "earliest", "latest", "shortest", "longest", "skills", "languages", "seats", "community")  # fmt: skip
LEAVE, WISHES, POSITIONS = ("ref", "from", "to"), ("ref", "day", "wish", "weight"), ("day", "time", "positions")  # fmt: skip
KINDS = ("off", "early", "late")
MOST_LEAVE, MOST_WEIGHT = 400, 5
T = TypeVar("T")


def rows(path: Path, columns: Sequence[str], needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, str]]]:  # fmt: skip
    """Each row with where it stands."""
    for line in plan_rows.rows(path, columns, needed):
        yield plan_rows.place(path, line), line.cells


def taken(where: str, cells: Mapping[str, str], name: str, read: Callable[[str], T], unless: T) -> T:  # fmt: skip
    """A cell as it was meant; what can't be read is named with its place."""
    if not cells.get(name):
        return unless
    try:
        return read(cells[name])
    except ValueError as error:
        raise Invalid(f"{where}: {name} is {cells[name]!r}, which can't be read: {error}.", "cell", name) from error  # fmt: skip


def read_people(path: Path, community: str) -> tuple[Person, ...]:
    """The people of this community: those whose row names it, or no community at all."""
    found: dict[str, Person] = {}
    for where, cells in rows(path, PEOPLE, ("ref",)):
        if cells.get("community") and cells["community"] != community:
            continue
        person = read_person(where, cells)
        if person.ref in found:
            raise Invalid(f"{where}: {person.ref} stands in this file twice.", "twice", "ref")
        found[person.ref] = person
    if not found:
        raise Invalid(f"{path.name} names nobody of {community}.", "nobody", "community")
    return tuple(found.values())


def read_person(where: str, cells: Mapping[str, str]) -> Person:
    if not cells["ref"]:
        raise Invalid(f"{where}: a person needs a ref.", "cell", "ref")
    earliest = taken(where, cells, "earliest", half_hours, 0)
    latest = taken(where, cells, "latest", half_hours, 2 * DAY)
    return Person(
        cells["ref"],
        cells.get("name", ""),
        taken(where, cells, "hours", number(0, 80), 38.0),
        round(taken(where, cells, "days", number(0, 7), 5.0)),
        earliest,
        latest if latest > earliest else latest + DAY,
        round(2 * taken(where, cells, "shortest", number(0, 24), 0.0)),
        round(2 * taken(where, cells, "longest", number(0, 24), DAY / 2)),
        frozenset(abilities(cells)),
    )


def number(low: float, high: float) -> Callable[[str], float]:
    def read(written: str) -> float:
        value = float(written)
        if not low <= value <= high:
            raise ValueError(f"it must be from {low:g} to {high:g}")
        return value

    return read


def abilities(cells: Mapping[str, str]) -> Iterator[str]:
    """`billing:4;network:2` are skills with levels; level 0 is none."""
    for column, kind in (("skills", "skill"), ("languages", "language"), ("seats", "seat")):
        for each in filter(None, re.split(r"[;,\s]+", cells.get(column, ""))):
            name, _, level = each.partition(":")
            if level != "0":
                yield f"{kind}:{name}"


def read_leave(path: Path, people: Sequence[Person], monday: date) -> dict[str, frozenset[int]]:
    """Days of leave by person, counted from that Monday, both ends taken in."""
    found: dict[str, set[int]] = {}
    for where, cells in rows(path, LEAVE, LEAVE):
        first, last = (taken(where, cells, name, date.fromisoformat, date.min) for name in ("from", "to"))  # fmt: skip
        if not timedelta() <= last - first <= timedelta(days=MOST_LEAVE) or first == date.min:
            raise Invalid(f"{where}: leave from {cells['from']!r} to {cells['to']!r} is none.", "cell", "to")  # fmt: skip
        if known(cells["ref"], people):
            days = range((first - monday).days, (last - monday).days + 1)
            found.setdefault(cells["ref"], set()).update(days)
    return {ref: frozenset(days) for ref, days in found.items()}


def known(ref: str, people: Sequence[Person]) -> bool:
    """Files may name people of other communities, who aren't looked at."""
    return any(person.ref == ref for person in people)


def read_wishes(path: Path, people: Sequence[Person], monday: date, weeks: int) -> tuple[Wish, ...]:
    """A day is a date, or a weekday such as `sun`: then of every week."""
    found = []
    for where, cells in rows(path, WISHES, ("ref", "day", "wish")):
        if cells["wish"] not in KINDS:
            raise Invalid(f"{where}: wish is {cells['wish']!r}; it may be off, early or late.", "cell", "wish")  # fmt: skip
        weight = round(taken(where, cells, "weight", number(1, MOST_WEIGHT), 1.0))
        days = named_days(where, cells, monday, weeks)
        found += [Wish(cells["ref"], day, cells["wish"], weight) for day in days if known(cells["ref"], people)]  # fmt: skip
    return tuple(found)


def named_days(where: str, cells: Mapping[str, str], monday: date, weeks: int) -> list[int]:
    none: list[int] = []
    return taken(where, cells, "day", lambda day: days_named(day, monday, weeks), none)


def is_weekday(written: str) -> bool:
    return written.lower()[:3] in DAYS


def days_named(written: str, monday: date, weeks: int) -> list[int]:
    if is_weekday(written):
        return [DAYS.index(written.lower()[:3]) + 7 * week for week in range(weeks)]
    day = (date.fromisoformat(written) - monday).days
    return [day] if 0 <= day < 7 * weeks else []


def read_positions(path: Path, monday: date, weeks: int) -> tuple[int, ...]:
    """Positions of all weeks: rows of `day,time,positions`. A weekday is of every week, a date only of itself."""
    found: dict[tuple[int, int], tuple[str, int]] = {}
    dated: dict[tuple[int, int], tuple[str, int]] = {}
    for where, cells in rows(path, POSITIONS, POSITIONS):
        at = taken(where, cells, "time", half_hours, -1)
        if not 0 <= at < DAY:
            raise Invalid(f"{where}: a time is needed, such as 08:30.", "cell", "time")
        weekday = is_weekday(cells["day"])
        days = named_days(where, cells, monday, weeks)
        if not days:
            raise Invalid(f"{where}: day is {cells['day']!r}, which is not in the {7 * weeks} days from {monday} on.", "cell", "day")  # fmt: skip
        many = round(taken(where, cells, "positions", number(0, 10_000), 0.0))
        of = found if weekday else dated
        for day in days:
            if (day, at) in of:
                raise Invalid(f"{where}: {cells['day']} {cells['time']} stands in this file before, at {of[day, at][0]}.", "twice", "day")  # fmt: skip
            of[day, at] = (where, many)
    asked = {**found, **dated}
    positions = tuple(asked.get(divmod(at, DAY), ("", 0))[1] for at in range(WEEK * weeks))
    if not any(positions):
        raise Invalid(f"{path.name} asks for no position in the weeks from {monday} on.", "no_positions", "positions")  # fmt: skip
    return positions


def planned_positions(plan: Plan, community: str) -> tuple[int, ...]:
    """Those of the plan's `staff`."""
    if community not in {each.id for each in plan.communities}:
        raise Invalid(f"The plan has no community {community}.", "no_community", "community")
    staff = plan.staff.get("communities", {}).get(community, {})
    given = staff.get("positions") or []
    if len(given) != WEEK or not all(isinstance(each, int) and each >= 0 for each in given):
        raise Invalid(f"The plan says no positions of {community}: run `coterie plan staff` first, or give --positions FILE.", "no_positions", "positions")  # fmt: skip
    return tuple(given)
