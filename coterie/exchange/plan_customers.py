"""Counts customers by area: eleven million of them in a Parquet file without ever holding more than the counts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from coterie.exchange.mapping import Mapped
from coterie.exchange.plan_areas import amount, rows
from coterie.exchange.plan_mapping import COLUMNS
from coterie.exchange.tables import check_there, parquet_schema, refuse_numbers
from coterie.kit.errors import Invalid
from coterie.planning.territories.model import GivenArea

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """Customers by area, and contacts where the file tells of them. The empty area is where nobody knows."""

    customers: Mapping[str, int]
    contacts: Mapping[str, float] | None


def count_customers(path: Path, mapped: Mapped) -> Counted:
    """Every row is a customer. Raises `Invalid` for a file that can't be counted, naming the area where one is wrong."""
    check_there(path)
    return counted_parquet(path, mapped) if path.suffix == ".parquet" else counted_rows(path, mapped)  # fmt: skip


def counted_parquet(path: Path, mapped: Mapped) -> Counted:
    """By columns and in pieces: nothing but the area, and contacts where there are some, is read at all."""
    import polars

    schema = parquet_schema(path)
    header = list(schema)
    places, _ = mapped.places(header, COLUMNS["customers"])
    if "area" not in places:
        raise Invalid(f"{path.name} has no column area. It has {', '.join(header)}: a mapping says what is called how there.", "columns", "area")  # fmt: skip
    theirs = {name: header[place] for name, place in places.items()}
    refuse_numbers(path, {"area": schema[theirs["area"]]})
    wanted = [polars.len().alias("customers")]
    if "contacts" in theirs:
        if not schema[theirs["contacts"]].is_numeric():
            raise Invalid(f"Column contacts of {path.name} holds {schema[theirs['contacts']]}, no numbers.", "columns", "contacts")  # fmt: skip
        column = polars.col(theirs["contacts"]).cast(polars.Float64)
        wanted += [column.sum().alias("contacts"), column.min().alias("least")]
    area = polars.col(theirs["area"]).cast(polars.String).str.strip_chars().fill_null("").alias("area")  # fmt: skip
    found = polars.scan_parquet(path).group_by(area).agg(wanted).sort("area").collect(engine="streaming")  # fmt: skip
    contacts = None
    if "contacts" in theirs:
        contacts = dict(zip(found["area"], found["contacts"].fill_null(0.0), strict=True))
        for name, total, least in zip(found["area"], contacts.values(), found["least"].fill_null(0.0), strict=True):  # fmt: skip
            if not isfinite(total) or least < 0:
                raise Invalid(f"{path.name} holds a customer of {name} with contacts that are no number from 0 on.", "number", "contacts")  # fmt: skip
    return Counted(dict(zip(found["area"], found["customers"], strict=True)), contacts)


def counted_rows(path: Path, mapped: Mapped) -> Counted:
    customers: Counter[str] = Counter()
    contacts: dict[str, float] = defaultdict(float)
    known = False
    for cells in rows(path, "customers", mapped, "area"):
        area = cells.text("area")
        customers[area] += 1
        known = known or "contacts" in cells.line.cells
        contacts[area] += cells.read("contacts", amount, None) or 0.0
    return Counted(customers, contacts if known else None)


def with_customers(areas: Sequence[GivenArea], counted: Counted) -> tuple[list[GivenArea], list[str]]:  # fmt: skip
    """The areas with the customers that were counted in them, and what is to be noted of the others."""
    known = {each.area for each in areas}
    given = [replace(each, customers=counted.customers.get(each.area, 0)) for each in areas]
    if counted.contacts is not None:
        contacts = counted.contacts
        given = [replace(each, contacts=float(contacts.get(each.area, 0.0))) for each in given]
    notes = []
    if nowhere := counted.customers.get("", 0):
        notes.append(f"{nowhere:,} customers have no area: they are in no territory.")
    others = {area: count for area, count in counted.customers.items() if area and area not in known}  # fmt: skip
    if others:
        most = sorted(others, key=lambda area: (-others[area], area))[:SHOWN]
        named = ", ".join(f"{area} ({others[area]:,})" for area in most)
        notes.append(f"{sum(others.values()):,} customers live in {len(others):,} areas that are not among the areas, most in {named}: they are in no territory.")  # fmt: skip
    return given, notes
