"""The commands `import`, `export` and `replay`."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from coterie.exchange.mapping import Mapped, read_mapping
from coterie.exchange.report import Fault, Report
from coterie.exchange.rules import (
    AREA_COLUMNS,
    CUSTOMER_COLUMNS,
    EXPERT_COLUMNS,
    PAIR_COLUMNS,
)
from coterie.house import opened_house
from coterie.kit.db import connect, transaction
from coterie.kit.errors import Refused
from coterie.kit.house import House
from coterie.kit.migrations import pending
from coterie.kit.postgres import Cluster, opened
from coterie.kit.progress import Shown, progress
from coterie.kit.settings import Settings, read_settings
from coterie.kit.terminal import Data, Json, say

SHOWN_FAULTS = 200


class Imported(StrEnum):
    customers = "customers"
    experts = "experts"
    areas = "areas"
    history = "history"


class Exported(StrEnum):
    events = "events"
    customers = "customers"
    figures = "figures"


COLUMNS = {
    Imported.customers: CUSTOMER_COLUMNS,
    Imported.experts: EXPERT_COLUMNS,
    Imported.areas: (*AREA_COLUMNS, *PAIR_COLUMNS),
}


def import_(
    what: Imported,
    file: Path,
    mapping: Annotated[
        Path | None, typer.Option(help="A TOML file: what the columns are called there.")
    ] = None,
    country: Annotated[
        str, typer.Option(help="Whose numbers phones without a country code are.")
    ] = "AU",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing, report the same.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Import customers, experts, areas or a history from CSV (also .gz) or Parquet, and report what was refused.

    Good rows go in where others are refused; the exit status is 1 then.
    """
    if what is Imported.history:
        import_log(file, mapping, dry_run, data, json)
        return
    mapped = read_mapping(mapping, COLUMNS[what])
    with (
        opened(read_settings(data=data), new=not dry_run) as settings,
        progress(f"Importing {what}") as shown,
    ):
        report = asyncio.run(
            run_import(settings, what, file, mapped, country.upper(), dry_run, shown)
        )
    say("\n".join(told(report)), report.as_json(), as_json=json)
    if report.refused:
        raise Refused(f"{report.refused:,} of {report.rows:,} rows were refused.", "rows_refused")


def import_log(
    file: Path, mapping: Path | None, dry_run: bool, data: Path | None, json: bool
) -> None:
    """A history needs no database: only its areas are looked up, where there is one."""
    from coterie.exchange.history import import_history

    settings = read_settings(data=data)
    with progress("Importing history") as shown:
        history = import_history(
            file,
            mapping=mapping,
            areas=known_areas(settings),
            folder=None if dry_run else settings.data / "histories",
            watch=shown.count,
        )
    quality = history.quality
    lines = [*told_faults(quality.faults), *history.told()]
    say("\n".join(lines), history.as_json(), as_json=json)
    if quality.refused:
        raise Refused(f"{quality.refused:,} of {quality.rows:,} rows were refused.", "rows_refused")


def known_areas(settings: Settings) -> Collection[str] | str:
    """The areas of the database, or why they can't be looked up."""
    if settings.embedded and not Cluster(settings.data).folder.exists():
        return "there is no database"
    with opened(settings, new=False) as found:
        return asyncio.run(read_areas(found))


async def read_areas(settings: Settings) -> Collection[str] | str:
    if await pending(settings.database_url or ""):
        return "the database is not of this version yet"
    async with await connect(settings.database_url or "") as tx:
        from coterie.exchange.queries import areas

        return await areas(tx) or "no areas are imported"


async def run_import(
    settings: Settings,
    what: Imported,
    file: Path,
    mapped: Mapped,
    country: str,
    dry_run: bool,
    shown: Shown,
) -> Report:
    now = datetime.now(UTC)
    async with desk(settings) as house:
        if what is Imported.customers:
            from coterie.exchange.customers import import_customers

            return await import_customers(
                house.ledger, now, file,
                mapped=mapped, country=country, dry_run=dry_run, watch=shown.count,
            )  # fmt: skip
        if what is Imported.experts:
            from coterie.exchange.experts import import_experts

            return await import_experts(
                house.ledger, now, file, mapped=mapped, dry_run=dry_run, watch=shown.count
            )
        from coterie.exchange.areas import import_areas

        return await import_areas(
            house.ledger, now, file, mapped=mapped, dry_run=dry_run, watch=shown.count
        )


@asynccontextmanager
async def desk(settings: Settings) -> AsyncIterator[House]:
    """A house without a ticker, on a database of this version."""
    missing = await pending(settings.database_url or "")
    if missing:
        raise Refused(
            "The database is not of this version yet: run `coterie migrate`.", "not_migrated"
        )
    async with opened_house(settings, ticking=False, beside=True) as house:
        yield house


def told(report: Report) -> list[str]:
    """The report for a person."""
    lines = told_faults(report.faults)
    if report.ignored_columns:
        lines.append(f"Columns that were ignored: {', '.join(report.ignored_columns)}.")
    return [*lines, report.sentence()]


def told_faults(faults: Sequence[Fault]) -> list[str]:
    lines = [str(fault) for fault in faults[:SHOWN_FAULTS]]
    if len(faults) > SHOWN_FAULTS:
        lines.append(f"... and {len(faults) - SHOWN_FAULTS:,} more: --json prints them all.")
    return lines


def export(
    what: Exported,
    out: Annotated[Path, typer.Option(help="Where to: .csv, .csv.gz or .parquet.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Export events, customers or figures by day, streamed, into a file that is whole or not there."""
    with (
        opened(read_settings(data=data), new=False) as settings,
        progress(f"Exporting {what}") as shown,
    ):
        rows = asyncio.run(run_export(settings, what, out, shown))
    say(f"{out} holds {rows:,} {what}.", {"file": out, "rows": rows}, as_json=json)


async def run_export(settings: Settings, what: Exported, out: Path, shown: Shown) -> int:
    from coterie.exchange.export import export as run

    async with desk(settings) as house:
        if what is Exported.figures:
            await follow_to_the_end(house, shown)
        async with transaction(house.pool) as tx:
            return await run(tx, what, out, shown.count)


async def follow_to_the_end(house: House, shown: Shown) -> None:
    """What has happened until now is in the figures, whether a server runs or not."""
    from coterie.performance.actions import is_whole, read_more

    read = 0
    while not await is_whole(house):
        some = await read_more(house, house.now())
        read += some
        shown.count(read)
        if not some:
            await asyncio.sleep(0.1)  # a server reads just now, or what came last can't be read yet


def replay(
    file: Path,
    url: Annotated[str, typer.Option(help="The server, such as http://127.0.0.1:8000.")],
    token: Annotated[str, typer.Option(help="An administrator's, with the scope identity:assert.")],
    pace: Annotated[
        float,
        typer.Option(min=0, help="How many times as fast as recorded; 0 is as fast as it goes."),
    ] = 0,
    accounts: Annotated[
        Path | None,
        typer.Option(
            help="The experts' tokens, as in demo.json; else the administrator makes them."
        ),
    ] = None,
    areas: Annotated[
        Path | None, typer.Option(help="Where the customers live: a CSV with the column area.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides who lives where.")] = 1,
    parallel: Annotated[int, typer.Option(min=1, max=200, help="Threads at once.")] = 24,
    json: Json = False,
) -> None:
    """Play recorded conversations through the public API of a running server.

    Playing the same recording again changes nothing.
    """
    from coterie.exchange.client import checked_token, checked_url
    from coterie.exchange.recording import read_recording
    from coterie.exchange.replay import Replay

    url, token = checked_url(url), checked_token(token)
    with progress("Replaying") as shown:
        recording = read_recording(file)
        run = Replay(url, token, accounts, areas, seed, pace, parallel, shown.count)
        report = asyncio.run(run.play(recording))
    say("\n".join(report.told()), report.as_json(), as_json=json)
    if report.refused or report.not_arrived or report.changed_community:
        raise Refused("The replay is not whole: see the report.", "replay")
