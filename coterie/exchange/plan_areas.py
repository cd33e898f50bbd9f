"""Reads what territories are planned from: areas, neighbours, pins, hazards, demand by day. One bad row refuses the file.

A plan from half of a file would be a plan of another country, so nothing here is taken in part.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import isfinite
from pathlib import Path
from statistics import fmean

from coterie.exchange import plan_rows
from coterie.exchange.mapping import Mapped
from coterie.exchange.plan_mapping import COLUMNS
from coterie.exchange.rules import Cells, degrees, whole
from coterie.kit.errors import Invalid
from coterie.planning.territories.model import Demand, GivenArea, Point

YEAR_DAYS = 365
LONGEST_DEMAND = 20 * YEAR_DAYS
"""Days between the first and the last of a demand."""
UNKNOWN = {"na", "n/a", "nan", "null", "none", "?", "-"}
ROUNDED = 1e-9
"""What a share may be above 1, since it was worked out by somebody."""


def rows(path: Path, kind: str, mapped: Mapped, *needed: str) -> Iterator[Cells]:
    """The rows of a file, one by one. After the last cell of each, whatever is wrong with it is raised as `Invalid`."""
    for line in plan_rows.rows(path, COLUMNS[kind], needed, mapped):
        cells = Cells(line)
        yield cells
        refuse(path, cells)


def refuse(path: Path, cells: Cells) -> None:
    if cells.faults:
        fault = cells.faults[0]
        area = cells.line.cells.get("area")
        whose = f", area {area[:20]}" if area else ""
        raise Invalid(f"{plan_rows.place(path, cells.line)}{whose}, {fault.column}: {fault.reason}.", "row", fault.column)  # fmt: skip


def read_areas(path: Path, mapped: Mapped) -> list[GivenArea]:
    """The areas in the order of the file. Raises `Invalid`, naming line and culprit."""
    return [given_area(cells) for cells in rows(path, "areas", mapped, "area")]


def given_area(cells: Cells) -> GivenArea:
    return GivenArea(
        area=cells.text("area", needed=True),
        name=cells.text("name"),
        lat=cells.read("lat", degrees(90), None),
        lon=cells.read("lon", degrees(180), None),
        customers=cells.read("customers", whole, None) or 0,
        contacts=cells.read("contacts", amount, None),
        region=cells.text("region"),
        hazard=cells.read("hazard", share, None),
        pin=cells.text("pin"),
        site=cells.text("site"),
    )


def amount(text: str) -> float | None:
    number = float_of(text)
    if not isfinite(number) or number < 0:
        raise ValueError(f"{text[:20]!r} is no number from 0 on")
    return number


def share(text: str) -> float | None:
    number = float_of(text)
    if not 0 <= number <= 1 + ROUNDED:
        raise ValueError(f"{text[:20]!r} is no number from 0 to 1")
    return min(1.0, number)


def float_of(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def read_adjacency(path: Path, mapped: Mapped) -> list[tuple[str, str]]:
    """Pairs of neighbours as they stand there; whether they make sense is looked at with the areas."""
    return [
        (cells.text("a", needed=True), cells.text("b", needed=True))
        for cells in rows(path, "adjacency", mapped, "a", "b")
    ]


def read_pins(path: Path, mapped: Mapped) -> dict[str, str]:
    """The community of each pinned area. Raises `Invalid` where two lines contradict each other."""
    found: dict[str, str] = {}
    for cells in rows(path, "pins", mapped, "area", "pin"):
        area, pin = cells.text("area", needed=True), cells.text("pin", needed=True)
        if found.setdefault(area, pin) != pin:
            raise Invalid(f"{path.name} pins {area} to {found[area]} and to {pin}. Keep one of them.", "pins", "pin")  # fmt: skip
    return found


def with_pins(areas: Sequence[GivenArea], pins: Mapping[str, str]) -> list[GivenArea]:
    """The areas with these pins. Raises `Invalid` for an unknown area, and where an area is pinned elsewhere already."""
    known = {each.area: each for each in areas}
    for area, pin in pins.items():
        if area not in known:
            raise Invalid(f"{area} is pinned to {pin}, but there is no area {area}.", "no_area", "pin")  # fmt: skip
        if known[area].pin not in ("", pin):
            raise Invalid(f"{area} is pinned to {known[area].pin} among the areas and to {pin} among the pins. Keep one of them.", "pins", "pin")  # fmt: skip
    return [replace(each, pin=pins.get(each.area, each.pin)) for each in areas]


@dataclass(frozen=True, slots=True)
class Hazards:
    """Hazards by area, of each of which the mean is taken, or at places; `silent` rows say neither."""

    by_area: Mapping[str, Sequence[float]]
    points: Sequence[Point]
    silent: int

    @property
    def means(self) -> dict[str, float]:
        return {area: fmean(found) for area, found in self.by_area.items()}

    def notes(self, path: Path, areas: Sequence[GivenArea]) -> Iterator[str]:
        if self.silent:
            yield f"{self.silent:,} rows of {path.name} say nothing of any place."
        several = sorted(area for area, found in self.by_area.items() if len(set(found)) > 1)
        if several:
            yield f"{len(several):,} areas have several hazards in {path.name}, such as {several[0]}: the mean is taken."  # fmt: skip
        others = sorted(set(self.by_area) - {each.area for each in areas})
        if others:
            yield f"{len(others):,} areas of {path.name} are not among the areas, such as {others[0]}."  # fmt: skip


def read_hazard(path: Path, mapped: Mapped) -> Hazards:
    """Hazards by area or at places, whichever the file's columns say.

    Where the mapping names lat and lon but no area, a column called area is something else, such as square kilometres.
    """
    by_place = {"lat", "lon"} <= set(mapped.columns) and "area" not in mapped.columns
    by_area: dict[str, list[float]] = {}
    points: list[Point] = []
    silent = 0
    for cells in rows(path, "hazard", mapped, "hazard"):
        area = "" if by_place else cells.text("area")
        hazard = cells.read("hazard", unless_unknown(share), None)
        lat = cells.read("lat", unless_unknown(degrees(90)), None)
        lon = cells.read("lon", unless_unknown(degrees(180)), None)
        if hazard is not None and area:
            by_area.setdefault(area, []).append(hazard)
        elif hazard is not None and lat is not None and lon is not None:
            points.append(Point(lat, lon, hazard))
        else:
            silent += 1
    return Hazards(by_area, points, silent)


def unless_unknown(reader: Callable[[str], float | None]) -> Callable[[str], float | None]:
    """Statistics write NA and the like where nothing is known."""
    return lambda text: None if text.casefold() in UNKNOWN else reader(text)


def read_demand(path: Path, mapped: Mapped) -> Demand:
    """Contacts by area and day, for all days from the first to the last. A day without a line had none."""
    found: dict[str, dict[date, float]] = {}
    for cells in rows(path, "demand", mapped, "area", "day", "contacts"):
        area, day = cells.text("area", needed=True), cells.read("day", day_of, None)
        contacts = cells.read("contacts", amount, None) or 0.0
        if day is not None:
            by_day = found.setdefault(area, {})
            by_day[day] = by_day.get(day, 0.0) + contacts
        elif not cells.faults:
            cells.refuse("day", "is empty")
    known = {day for by_day in found.values() for day in by_day}
    days = every_day(path, min(known), max(known)) if known else []
    return Demand(tuple(map(str, days)), {area: tuple(by_day.get(day, 0.0) for day in days) for area, by_day in found.items()})  # fmt: skip


def day_of(text: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise ValueError(f"{text[:20]!r} is no day such as 2026-11-24") from None


def every_day(path: Path, first: date, last: date) -> list[date]:
    if (last - first).days > LONGEST_DEMAND:
        raise Invalid(f"{path.name} tells of days from {first} to {last}: at most {LONGEST_DEMAND // 365} years are read. Is one of them mistyped?", "demand", "day")  # fmt: skip
    return [first + timedelta(days=past) for past in range((last - first).days + 1)]


def with_contacts(areas: Sequence[GivenArea], demand: Demand) -> list[GivenArea]:
    """Where nobody said how many contacts areas have, those of the demand, taken to a year."""
    if not demand.days or any(each.contacts is not None for each in areas):
        return list(areas)
    whole_year = YEAR_DAYS / len(demand.days)
    return [replace(each, contacts=whole_year * sum(demand.contacts.get(each.area, ()))) for each in areas]  # fmt: skip


def strangers(path: Path, areas: Sequence[GivenArea], demand: Demand) -> list[str]:
    """What is to be noted of demand in areas that are not among the areas. Raises `Invalid` where none of them is."""
    known = {each.area for each in areas}
    others = sorted(set(demand.contacts) - known)
    if len(others) == len(demand.contacts):
        raise Invalid(f"{path.name} tells of none of the areas.", "demand", "demand")
    return [f"{len(others):,} areas of {path.name} are not among the areas, such as {others[0]}."] if others else []  # fmt: skip
