"""Reads what territories are planned from: areas, neighbours, pins, hazards, demand by day. One bad row refuses the file.

A plan from half of a file would be a plan of another country, so nothing here is taken in part.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import isfinite
from pathlib import Path

from coterie.exchange import plan_rows
from coterie.exchange.mapping import Mapped
from coterie.exchange.plan_mapping import COLUMNS
from coterie.exchange.rules import Cells, degrees, whole
from coterie.kit.errors import Invalid
from coterie.planning.territories.model import Demand, GivenArea, Point

YEAR_DAYS = 365
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


def read_hazard(path: Path, mapped: Mapped) -> tuple[dict[str, float], list[Point], int]:
    """Hazards by area, or at places: whichever the file's columns say; and how many rows say neither.

    Where the mapping names lat and lon but no area, a column called area is something else, such as square kilometres.
    """
    by_place = {"lat", "lon"} <= set(mapped.columns) and "area" not in mapped.columns
    by_area: dict[str, float] = {}
    points: list[Point] = []
    silent = 0
    for cells in rows(path, "hazard", mapped, "hazard"):
        area = "" if by_place else cells.text("area")
        hazard = cells.read("hazard", unless_unknown(share), None)
        lat = cells.read("lat", unless_unknown(degrees(90)), None)
        lon = cells.read("lon", unless_unknown(degrees(180)), None)
        if hazard is not None and area:
            by_area[area] = hazard
        elif hazard is not None and lat is not None and lon is not None:
            points.append(Point(lat, lon, hazard))
        else:
            silent += 1
    return by_area, points, silent


def unless_unknown(reader: Callable[[str], float | None]) -> Callable[[str], float | None]:
    """Statistics write NA and the like where nothing is known."""
    return lambda text: None if text.casefold() in UNKNOWN else reader(text)


def read_demand(path: Path, mapped: Mapped) -> Demand:
    """Contacts by area and day. A day without a line had none."""
    found: dict[str, dict[str, float]] = {}
    for cells in rows(path, "demand", mapped, "area", "day", "contacts"):
        area, day = cells.text("area", needed=True), cells.read("day", day_of, None)
        contacts = cells.read("contacts", amount, None) or 0.0
        if day is not None:
            by_day = found.setdefault(area, {})
            by_day[day] = by_day.get(day, 0.0) + contacts
    days = sorted({day for by_day in found.values() for day in by_day})
    return Demand(tuple(days), {area: tuple(by_day.get(day, 0.0) for day in days) for area, by_day in found.items()})  # fmt: skip


def day_of(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise ValueError(f"{text[:20]!r} is no day such as 2026-11-24") from None


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
