"""Imports experts: account, expert, skills and membership, a transaction each, so that a bad row fails alone."""

from datetime import datetime
from pathlib import Path

from coterie.communities import actions
from coterie.communities.model import Community, Expert
from coterie.communities.queries import communities, expert, expert_id_of_ref
from coterie.exchange.customers import Watch
from coterie.exchange.mapping import Mapped
from coterie.exchange.report import Fault, Report
from coterie.exchange.rules import EXPERT_COLUMNS, ExpertRow, read_expert
from coterie.exchange.tables import open_table
from coterie.kit.access.accounts import account_of_email
from coterie.kit.db import Tx, transaction
from coterie.kit.errors import Invalid, Refused
from coterie.kit.ledger import Ledger

NEEDED = ("ref", "name", "email", "community")


class DryRun(Exception):
    """Takes back what was tried."""


async def import_experts(
    ledger: Ledger, now: datetime, path: Path, *, mapped: Mapped, dry_run: bool, watch: Watch
) -> Report:
    """Import experts. Who has no account yet gets one without a password: an invitation lets them choose it."""
    report = Report(dry_run=dry_run)
    async with transaction(ledger.pool) as tx:
        named = {each.name.lower(): each for each in await communities(tx)}
    with open_table(path, EXPERT_COLUMNS, mapped) as table:
        missing = [column for column in NEEDED if column not in table.columns]
        if missing:
            raise Invalid(f"A file of experts needs the columns {', '.join(missing)} too.", "columns")  # fmt: skip
        report.ignored_columns = list(table.ignored)
        seen: dict[str, int] = {}
        for line in table.lines:
            report.rows += 1
            read = once(read_expert(line), seen)
            refused = (
                read if isinstance(read, list) else await take(ledger, now, read, named, report)
            )
            report.refuse(refused)
            watch(report.rows, None)
    return report


def once(read: ExpertRow | list[Fault], seen: dict[str, int]) -> ExpertRow | list[Fault]:
    """Refuse a ref or e-mail that an earlier line has."""
    if isinstance(read, list):
        return read
    for column, text in (("ref", read.ref), ("email", read.email.lower())):
        first = seen.setdefault(f"{column} {text}", read.line)
        if first != read.line:
            return [Fault(read.line, column, f"{text!r} stands on line {first} already")]
    return read


async def take(
    ledger: Ledger, now: datetime, row: ExpertRow, named: dict[str, Community], report: Report
) -> list[Fault]:
    """One row in a transaction of its own; the faults that refuse it."""
    community = named.get(row.community.lower())
    if community is None:
        return [Fault(row.line, "community", f"there is no community {row.community!r}")]
    streams = [each.id for each in named.values()]
    try:
        async with ledger.unit(*streams, now=now) as tx:
            outcome = await appoint_or_change(tx, now, row, community)
            if report.dry_run:
                raise DryRun  # noqa: TRY301 - leaving the transaction by an error is what takes it back
    except DryRun:
        pass
    except Refused as no:
        return [Fault(row.line, getattr(no, "field", None) or "", no.sentence)]
    setattr(report, outcome, getattr(report, outcome) + 1)
    return []


async def appoint_or_change(tx: Tx, now: datetime, row: ExpertRow, community: Community) -> str:
    """What became of the row: `new`, `changed` or `same`."""
    known = await known_as(tx, row)
    if known is None or known.community_id is None:
        await appoint(tx, now, row, community)
        return "new"
    return "changed" if await change(tx, now, row, community, known) else "same"


async def known_as(tx: Tx, row: ExpertRow) -> Expert | None:
    """The expert of this ref, else of this e-mail address."""
    id_ = await expert_id_of_ref(tx, row.ref)
    if id_ is None:
        account = await account_of_email(tx, row.email)
        return await expert(tx, account.id) if account else None
    found = await expert(tx, id_)
    if found and found.email.lower() != row.email.lower():
        raise Invalid(
            f"The ref {row.ref} belongs to {found.name}, whose address is {found.email}.",
            field="email",
        )
    return found


async def appoint(tx: Tx, now: datetime, row: ExpertRow, community: Community) -> None:
    await actions.appoint(
        tx,
        now,
        community.id,
        email=row.email,
        name=row.name,
        role=row.role,
        ref=row.ref,
        skills=row.skills,
        languages=row.languages,
        seats=row.seats or ("messaging",),
    )


async def change(
    tx: Tx, now: datetime, row: ExpertRow, community: Community, known: Expert
) -> bool:
    """Bring somebody known to what the row says; whether that changed anything."""
    before = known
    if known.community_id != community.id:
        await actions.end_membership(tx, now, known.id)
        await appoint(tx, now, row, community)
    elif known.role != row.role:
        await actions.change_role(tx, now, known.id, row.role)
    if row.skills is not None:
        await actions.change_skills(tx, now, known.id, row.skills)
    await actions.change_expert(tx, now, known.id, languages=row.languages, seats=row.seats)
    return await expert(tx, known.id) != before
