"""The small tables that planning reads: people, sites, skills of topics, special days, measured efforts, counts.

Every row must be right: a plan that silently leaves somebody out is wrong.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from coterie.exchange.mapping import Mapped, read_mapping
from coterie.exchange.moments import reader
from coterie.exchange.plan_history import local_half_hours, zone_of
from coterie.exchange.plan_rows import place, rows
from coterie.exchange.tables import Line
from coterie.kit.errors import Invalid
from coterie.planning.demand.contacts import KINDS
from coterie.planning.demand.model import HALF_HOURS, Floats, Series
from coterie.planning.headcount.people import WEEK
from coterie.planning.people.model import Person, Site

PEOPLE = ("ref", "name", "group", "site", "skills", "languages", "seats", "hours")
SITES = ("site", "name", "lat", "lon", "seats")
COUNTS = ("time", "contacts")
MOST_SKILL = 5
LONGEST_MIN = 120
"""The longest stretch that a row of counts may be of."""


def lines(
    path: Path, known: Sequence[str], needed: Sequence[str], mapped: Mapped | None = None
) -> Iterator[Line]:
    """The rows of a table. Raises `Invalid` also for a needed cell that is empty."""
    for line in rows(path, known, needed, mapped):
        for column in needed:
            if not line.cells[column]:
                raise wrong(path, line, column, "is empty")
        yield line


def wrong(path: Path, line: Line, column: str, why: str) -> Invalid:
    return Invalid(f"{place(path, line)}: {column} {why}.", "cell", column)


def number(path: Path, line: Line, column: str) -> float | None:
    """What stands there, or None where nothing does."""
    text = line.cells.get(column, "")
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise wrong(path, line, column, f"is {text[:40]!r}, which is no number")
    return found


def read_people(path: Path) -> list[Person]:
    """People as they are; `ref` is needed. Nobody twice."""
    found: dict[str, Person] = {}
    for line in lines(path, PEOPLE, ("ref",)):
        cells, hours = line.cells, number(path, line, "hours")
        if cells["ref"] in found:
            raise wrong(path, line, "ref", f"is {cells['ref']}, who stands in an earlier line too")
        if hours is not None and not 0 < hours <= WEEK:
            raise wrong(path, line, "hours", f"is {hours:g}: paid hours of a week are above 0 and at most {WEEK}")  # fmt: skip
        found[cells["ref"]] = Person(
            cells["ref"], cells.get("group", ""), cells.get("site", ""), skills_of(path, line),
            codes(line, "languages"), seats_of(path, line), cells.get("name", ""), hours,
        )  # fmt: skip
    if not found:
        raise Invalid(f"{path.name} names no people.", "no_people", "people")
    return list(found.values())


def seats_of(path: Path, line: Line) -> frozenset[str]:
    found = codes(line, "seats")
    if strange := sorted(found - set(KINDS)):
        raise wrong(path, line, "seats", f"is {strange[0]!r}: there are {' and '.join(KINDS)}")
    return found


def codes(line: Line, column: str) -> frozenset[str]:
    each = (part.strip().lower() for part in line.cells.get(column, "").split(";"))
    return frozenset(filter(None, each))


def skills_of(path: Path, line: Line) -> dict[str, int]:
    """From `billing:4;network:2`."""
    found = {}
    for part in filter(None, (each.strip() for each in line.cells.get("skills", "").split(";"))):
        skill, _, level = part.rpartition(":")
        if not skill.strip() or not level.strip().isdecimal() or int(level) > MOST_SKILL:
            raise wrong(path, line, "skills", f"has {part!r}: write a skill with its level from 0 to 5, such as billing:4")  # fmt: skip
        found[skill.strip().lower()] = int(level)
    return found


def read_sites(path: Path) -> list[Site]:
    found: dict[str, Site] = {}
    for line in lines(path, SITES, ("site",)):
        site, seats = line.cells["site"], number(path, line, "seats")
        if site in found:
            raise wrong(path, line, "site", f"is {site}, which stands in an earlier line too")
        if seats is not None and (seats < 0 or seats != int(seats)):
            raise wrong(path, line, "seats", f"is {seats:g}: it is a whole number")
        lat, lon = number(path, line, "lat"), number(path, line, "lon")
        if (lat is None) != (lon is None) or abs(lat or 0) > 90 or abs(lon or 0) > 180:
            raise wrong(path, line, "lat", "and lon are no place on the earth")
        found[site] = Site(site, line.cells.get("name", ""), lat, lon, None if seats is None else int(seats))  # fmt: skip
    if not found:
        raise Invalid(f"{path.name} names no sites.", "no_sites", "sites")
    return list(found.values())


def read_topic_skills(path: Path) -> dict[str, str]:
    """Which skill a topic asks for."""
    return {line.cells["topic"]: line.cells["skill"].lower() for line in lines(path, ("topic", "skill"), ("topic", "skill"))}  # fmt: skip


def read_special_days(path: Path) -> dict[date, tuple[str, float | None]]:
    """Day, name, and a factor where it is known; without one it is learned from earlier days of that name."""
    found: dict[date, tuple[str, float | None]] = {}
    for line in lines(path, ("day", "name", "factor"), ("day", "name")):
        try:
            day = date.fromisoformat(line.cells["day"])
        except ValueError as error:
            raise wrong(path, line, "day", f"is {line.cells['day']!r}: write it as 2026-12-24") from error  # fmt: skip
        factor = number(path, line, "factor")
        if factor is not None and factor < 0:
            raise wrong(path, line, "factor", f"is {factor:g}: it can't be below 0")
        if day in found:
            raise wrong(path, line, "day", f"{day} stands in an earlier line too")
        found[day] = (line.cells["name"], factor)
    return found


def read_efforts(path: Path) -> dict[str, Floats]:
    """Measured seconds by topic; under `*` those without one."""
    found: dict[str, list[float]] = {}
    for line in lines(path, ("topic", "seconds"), ("seconds",)):
        seconds = number(path, line, "seconds")
        if seconds is None or seconds <= 0:
            raise wrong(path, line, "seconds", f"is {line.cells['seconds']!r}: it must be above 0")
        found.setdefault(line.cells.get("topic", "") or "*", []).append(seconds)
    return {topic: np.array(seconds) for topic, seconds in found.items()}


def read_counts(path: Path, mapping: Path | None, zone: str) -> Series:
    """Contacts counted by stretches of the same length, up to two hours: `time` is where each begins.

    A day without a row is one that wasn't seen; a stretch without a row on another day had none.
    """
    mapped = read_mapping(mapping, COUNTS)
    moment = reader((), zone_of(zone), frozenset(("",)))
    at, counts = [], []
    for line in lines(path, COUNTS, COUNTS, mapped):
        begin, contacts = moment(line.cells["time"]), number(path, line, "contacts")
        if not isinstance(begin, int):
            raise wrong(path, line, "time", str(begin))
        if contacts is None or contacts < 0:
            raise wrong(path, line, "contacts", f"is {line.cells['contacts']!r}: it can't be below 0")  # fmt: skip
        at.append(begin)
        counts.append(contacts)
    if not at:
        raise Invalid(f"{path.name} holds no counts.", "empty")
    return series_of(path, at, counts, zone)


def series_of(path: Path, at: Sequence[int], counts: Sequence[float], zone: str) -> Series:
    each = parts_of(path, at)
    half_hours = local_half_hours(np.array(at, dtype=np.int64), zone_of(zone))
    first, last = int(half_hours.min()) // HALF_HOURS, int(half_hours.max()) // HALF_HOURS
    found, seen = np.zeros((last - first + 1) * HALF_HOURS), np.zeros(last - first + 1, dtype=bool)
    for part in range(each):
        places = np.minimum(half_hours - first * HALF_HOURS + part, len(found) - 1)
        np.add.at(found, places, np.array(counts) / each)
    seen[np.unique(half_hours // HALF_HOURS - first)] = True
    return Series(date(1970, 1, 1) + timedelta(first), found.reshape(-1, HALF_HOURS), seen)


def parts_of(path: Path, at: Sequence[int]) -> int:
    """How many half-hours a row is of: by the step that is most frequent between rows."""
    steps: Mapping[float, int] = Counter(
        (later - before) / 60_000_000 for before, later in pairwise(sorted(set(at)))
    )
    step = max(steps, key=lambda each: (steps[each], -each), default=30.0)
    if step > LONGEST_MIN:
        raise Invalid(f"The rows of {path.name} are {step:,.0f} minutes apart: half-hours can't be seen in them. Two hours is the most.", "coarse", "time")  # fmt: skip
    return max(1, round(step / 30))
