"""Imports areas, and which of them are neighbours."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from coterie.communities.actions import add_areas
from coterie.communities.checks import checked_area
from coterie.communities.model import Area
from coterie.exchange import queries
from coterie.exchange.customers import Watch, chunks
from coterie.exchange.mapping import Mapped
from coterie.exchange.report import Fault, Report
from coterie.exchange.rules import AREA_COLUMNS, PAIR_COLUMNS, read_area, read_pair
from coterie.exchange.tables import Line, open_table
from coterie.kit.db import transaction
from coterie.kit.errors import Invalid
from coterie.kit.ledger import Ledger


async def import_areas(
    ledger: Ledger, now: datetime, path: Path, *, mapped: Mapped, dry_run: bool, watch: Watch
) -> Report:
    """Import areas, or, where the header says `a,b`, pairs of neighbours."""
    report = Report(dry_run=dry_run)
    with open_table(path, (*AREA_COLUMNS, *PAIR_COLUMNS), mapped) as table:
        report.ignored_columns = list(table.ignored)
        if set(PAIR_COLUMNS) <= set(table.columns):
            await take_pairs(ledger, now, table.lines, report)
        elif "area" in table.columns:
            await take_areas(ledger, now, table.lines, report)
        else:
            raise Invalid("A file of areas needs the column area, or a and b for neighbours.", "columns")  # fmt: skip
    watch(report.rows, report.rows)
    return report


async def take_areas(ledger: Ledger, now: datetime, lines: Iterator[Line], report: Report) -> None:
    async with transaction(ledger.pool) as tx:
        known = await queries.areas(tx)
    lines_of: dict[str, int] = {}
    taken: list[Area] = []
    for line in lines:
        report.rows += 1
        read = checked(line, read_area(line), lines_of)
        if isinstance(read, list):
            report.refuse(read)
        elif read.area not in known:
            report.new += 1
            taken.append(read)
        elif known[read.area] == completed(read, known[read.area]):
            report.same += 1
        else:
            report.changed += 1
            taken.append(read)
    for some in chunks([] if report.dry_run else taken):
        async with ledger.unit(now=now) as tx:
            await add_areas(tx, now, some)


def checked(line: Line, read: Area | list[Fault], lines_of: dict[str, int]) -> Area | list[Fault]:
    if isinstance(read, list):
        return read
    first = lines_of.setdefault(read.area, line.number)
    if first != line.number:
        return [Fault(line.number, "area", f"{read.area!r} stands on line {first} already")]
    try:
        return checked_area(read)
    except Invalid as no:
        return [Fault(line.number, no.field or "", no.sentence)]


def completed(given: Area, known: Area) -> Area:
    """What the area would be then: what is not given stays."""
    return Area(
        given.area,
        given.name or known.name,
        known.lat if given.lat is None else given.lat,
        known.lon if given.lon is None else given.lon,
        known.customers if given.customers is None else given.customers,
        known.contacts if given.contacts is None else given.contacts,
    )


async def take_pairs(ledger: Ledger, now: datetime, lines: Iterator[Line], report: Report) -> None:
    async with transaction(ledger.pool) as tx:
        areas, known = await queries.areas(tx), await queries.pairs(tx)
    taken: list[tuple[str, str]] = []
    for line in lines:
        report.rows += 1
        read = read_pair(line, areas)
        if isinstance(read, list):
            report.refuse(read)
        elif read in known:
            report.same += 1
        else:
            report.new += 1
            known.add(read)
            taken.append(read)
    for some in chunks([] if report.dry_run else taken):
        async with ledger.unit(now=now) as tx:
            await queries.add_pairs(tx, some)
