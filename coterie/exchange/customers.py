"""Imports customers: the file is staged and checked as a whole, then written in chunks that are whole each.

What a chunk has written stays if the import is stopped; importing the file again goes on from there, since a row that
finds everything as it is changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from psycopg.errors import UniqueViolation

from coterie.customers.actions import home_for, rehome_many
from coterie.customers.home_queries import home_facts, housemates
from coterie.customers.model import Address, Choice, Newcomer
from coterie.customers.queries import catch_all, territory_facts
from coterie.customers.rules import choose_home
from coterie.exchange import queries
from coterie.exchange.mapping import Mapped
from coterie.exchange.queries import Clash, Staged
from coterie.exchange.report import Fault, Report
from coterie.exchange.rules import CUSTOMER_COLUMNS, CustomerRow, read_customer
from coterie.exchange.tables import Line, Table, open_table
from coterie.kit.db import Tx, transaction
from coterie.kit.errors import Invalid, Refused
from coterie.kit.events import emit
from coterie.kit.ids import new_id
from coterie.kit.ledger import Ledger

CHUNK = 5_000
T = TypeVar("T")
Watch = Callable[[int, int | None], None]


async def import_customers(
    ledger: Ledger,
    now: datetime,
    path: Path,
    *,
    mapped: Mapped,
    country: str | None,
    dry_run: bool,
    watch: Watch,
) -> Report:
    """Import a file of customers; `dry_run` does all but the writing and reports the same."""
    report = Report(dry_run=dry_run)
    async with transaction(ledger.pool) as desk:
        with open_table(path, CUSTOMER_COLUMNS, mapped) as table:
            check_columns(table)
            report.ignored_columns = list(table.ignored)
            await queries.open_stage(desk)
            await stage(desk, table.lines, country, report, watch)
            columns = table.columns
        await check(desk, report)
        judged = await queries.judge(desk, columns)
        report.new, report.changed = judged.get("new", 0), judged.get("changed", 0)
        report.same = judged.get("same", 0)
        if not dry_run:
            await write(ledger, now, desk, columns, report.new + report.changed, watch)
    return report


def check_columns(table: Table) -> None:
    if "ref" not in table.columns or not {"email", "phone"} & set(table.columns):
        raise Invalid(
            "A file of customers needs the column ref and one of email and phone. It has: "
            f"{', '.join((*table.columns, *table.ignored))}.",
            "columns",
        )


async def stage(
    desk: Tx, lines: Iterator[Line], country: str | None, report: Report, watch: Watch
) -> None:
    for some in chunks(lines):
        read = [read_customer(line, country) for line in some]
        for faults in read:
            if isinstance(faults, list):
                report.refuse(faults)
        await queries.stage(desk, [row for row in read if isinstance(row, CustomerRow)])
        report.rows += len(some)
        watch(report.rows, None)


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    source = iter(items)
    while some := list(islice(source, size)):
        yield some


async def check(desk: Tx, report: Report) -> None:
    """Refuse the rows that clash with another line or with what is stored."""
    await queries.match(desk)
    faults = [fault_of(clash) for clash in await queries.clashes(desk)]
    report.refuse(faults)
    report.faults.sort()
    await queries.drop_lines(desk, sorted({fault.line for fault in faults}))


def fault_of(clash: Clash) -> Fault:
    """A clash in words."""
    what, _, column = clash.kind.partition(" of ")
    if what == "merged":
        into = f"customer {clash.other}" if clash.other else "another customer"
        return Fault(
            clash.line, "ref", f"{clash.given!r} is part of {into} now: they are one person"
        )
    if what == "area":
        hint = f" Is it {clash.other}, with its leading zeros?" if clash.other else ""
        return Fault(clash.line, "area", f"there is no area {clash.given!r}.{hint}")
    if what == "line":
        return Fault(clash.line, column, f"{clash.given!r} stands on line {clash.other} already")
    owner = f"customer {clash.other}" if clash.other else "another customer"
    return Fault(clash.line, column, f"{clash.given!r} belongs to {owner}")


async def write(
    ledger: Ledger, now: datetime, desk: Tx, columns: Sequence[str], total: int, watch: Watch
) -> None:
    communities = await queries.stream_ids(desk)
    line, done = 0, 0
    while some := await queries.staged_after(desk, line, CHUNK):
        try:
            async with ledger.unit(*communities, now=now) as tx:
                await write_chunk(tx, now, some, columns)
        except UniqueViolation as error:
            raise Refused(
                "Somebody else changed the same customers meanwhile. Import the file again: "
                "what went in already stays.",
                "changed_meanwhile",
            ) from error
        line, done = some[-1].line, done + len(some)
        watch(done, total)


async def write_chunk(
    tx: Tx, now: datetime, some: Sequence[Staged], columns: Sequence[str]
) -> None:
    refs = sorted({row.household for row in some if row.household})
    households = await queries.households(tx, refs, [new_id() for _ in refs]) if refs else {}
    await add_new(tx, now, [row for row in some if not row.customer_id], households)
    for row in some:
        if row.customer_id:
            before = await housemates(tx, [row.customer_id])
            await queries.change_customer(tx, row, households.get(row.household), columns)
            await queries.add_identities(tx, now, addresses(row.customer_id, row))
            after = await housemates(tx, [row.customer_id])
            await rehome_many(tx, now, sorted({*before, *after}), None)


async def add_new(tx: Tx, now: datetime, new: Sequence[Staged], households: dict[str, str]) -> None:
    """Store customers, with ids that sort as the file: the first of a household is its eldest."""
    ids = sorted(new_id() for _ in new)
    homes = await own_homes(tx, new)
    await queries.add_customers(
        tx, now, [(i, r, households.get(r.household), h) for i, r, h in zip(ids, new, homes, strict=True)]
    )  # fmt: skip
    known = [each for id_, row in zip(ids, new, strict=True) for each in addresses(id_, row)]
    await queries.add_identities(tx, now, known)
    shared = [id_ for id_, row in zip(ids, new, strict=True) if row.household]
    together = await housemates(tx, shared)
    decided = dict(zip(ids, homes, strict=True)) | await shared_homes(tx, shared)
    await queries.add_homes(tx, now, list(decided.items()))
    for id_, home in decided.items():
        emit(
            tx, home.community_id, "customer_registered", now, {"customer": id_}, reason=home.reason
        )
    await rehome_many(tx, now, sorted(set(together) - set(ids)), None)


async def own_homes(tx: Tx, new: Sequence[Staged]) -> list[Choice]:
    """Rule 1 by each row's own area."""
    everybody = await catch_all(tx)
    if everybody is None:
        raise Refused("There is no community yet: found one before importing customers.", "no_community")  # fmt: skip
    territories = await territory_facts(tx, sorted({row.area for row in new if row.area}))
    found = []
    for row in new:
        home = home_for(Newcomer(Address("ref", row.ref), area=row.area or None), territories, everybody)  # fmt: skip
        if isinstance(home, Refused):
            raise home
        found.append(home)
    return found


async def shared_homes(tx: Tx, ids: Sequence[str]) -> dict[str, Choice]:
    """Rule 1 for those who share a household."""
    if not ids:
        return {}
    found = {each.id: choose_home(each.facts) for each in await home_facts(tx, ids)}
    await queries.move_home(tx, list(found.items()))
    return found


def addresses(customer_id: str, row: Staged) -> list[tuple[str, str, str]]:
    given = (("ref", row.ref), ("email", row.email), ("phone", row.phone))
    return [(customer_id, kind, value) for kind, value in given if value]
