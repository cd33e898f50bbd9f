"""The small tables that planning reads: people, sites, skills of topics, special days, measured efforts, counts.

Every row must be right: a plan that silently leaves somebody out is wrong.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import gcd
from pathlib import Path
from zoneinfo import ZoneInfo

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
MOST_CONTACTS = 10_000_000
"""Contacts that a row of counts may say."""


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
    found: dict[str, int] = {}
    for part in filter(None, (each.strip() for each in line.cells.get("skills", "").split(";"))):
        skill, _, level = part.rpartition(":")
        if not skill.strip() or not level.strip().isdecimal() or int(level) > MOST_SKILL:
            raise wrong(path, line, "skills", f"has {part!r}: write a skill with its level from 0 to 5, such as billing:4")  # fmt: skip
        if found.setdefault(skill.strip().lower(), int(level)) != int(level):
            raise wrong(path, line, "skills", f"has {skill.strip()} with two levels")
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
    found: dict[str, str] = {}
    for line in lines(path, ("topic", "skill"), ("topic", "skill")):
        topic, skill = line.cells["topic"], line.cells["skill"].lower()
        if found.setdefault(topic, skill) != skill:
            raise wrong(path, line, "skill", f"is {skill} for {topic}, for which an earlier line says {found[topic]}")  # fmt: skip
    return found


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

    A day without a row is one that wasn't seen; a stretch without a row on another day had none. No stretch stands
    there twice, but for the hour that the clock repeats.
    """
    mapped = read_mapping(mapping, COUNTS)
    moment = reader((), zone_of(zone), frozenset(("",)))
    found: dict[int, float] = {}
    for line in lines(path, COUNTS, COUNTS, mapped):
        begin, contacts = moment(line.cells["time"]), number(path, line, "contacts")
        if not isinstance(begin, int):
            raise wrong(path, line, "time", str(begin))
        if contacts is None or not 0 <= contacts <= MOST_CONTACTS:
            raise wrong(path, line, "contacts", f"is {line.cells['contacts']!r}: it is a number from 0 to {MOST_CONTACTS:,}")  # fmt: skip
        if begin in found and not is_repeated(begin, zone_of(zone)):
            raise wrong(path, line, "time", f"is {line.cells['time']}, which stands in an earlier line too: add their contacts up")  # fmt: skip
        found[begin] = found.get(begin, 0.0) + contacts
    if not found:
        raise Invalid(f"{path.name} holds no counts.", "empty")
    return series_of(path, found, zone)


def is_repeated(at: int, zone: ZoneInfo) -> bool:
    """Whether the zone's clock shows the time of this instant (us since 1970) twice, as it does when summer time ends."""
    local = datetime.fromtimestamp(at / 1e6, zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def series_of(path: Path, counts: Mapping[int, float], zone: str) -> Series:
    """Rows whose stretch is no half-hour are spread evenly over those that it touches."""
    at, contacts = np.array(list(counts), dtype=np.int64), np.array(list(counts.values()))
    length = minutes_of(path, sorted(counts))
    part = gcd(length, 30)
    world = np.concatenate([at + 60_000_000 * begin for begin in range(0, length, part)])
    half_hours = local_half_hours(world, zone_of(zone))
    begins = local_half_hours(at, zone_of(zone)) // HALF_HOURS
    first, last = int(begins.min()), int(begins.max())
    found, seen = np.zeros((last - first + 1) * HALF_HOURS), np.zeros(last - first + 1, dtype=bool)
    places = np.minimum(half_hours - first * HALF_HOURS, len(found) - 1)
    np.add.at(found, places, np.tile(contacts * part / length, length // part))
    seen[np.unique(begins - first)] = True
    return Series(date(1970, 1, 1) + timedelta(first), found.reshape(-1, HALF_HOURS), seen)


def minutes_of(path: Path, at: Sequence[int]) -> int:
    """How long a row's stretch is: the step that is most frequent between rows, in whole minutes."""
    steps = Counter((later - before) / 60_000_000 for before, later in pairwise(at))
    step = max(steps, key=lambda each: (steps[each], -each), default=30.0)
    if step > LONGEST_MIN:
        raise Invalid(f"The rows of {path.name} are {step:,.0f} minutes apart: half-hours can't be seen in them. Two hours is the most.", "coarse", "time")  # fmt: skip
    return max(1, round(step))
