"""The `coterie` command. Each command imports what it needs when it runs, so that help comes at once."""

import asyncio
import importlib
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from coterie.kit.errors import Refused
from coterie.kit.terminal import Data, Json, say

app = typer.Typer(
    name="coterie",
    help="Customer care by communities of experts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# Commands that live with what they are about: name -> (module:function or typer, help).
ELSEWHERE = {
    "demo": (
        "coterie.demo.commands:demo",
        "Try it: a seeded region with live customers and simulated experts.",
    ),
    "import": ("coterie.exchange.commands:import_", "Import customers, experts or areas."),
    "export": ("coterie.exchange.commands:export", "Write events or customers to a file."),
    "replay": ("coterie.exchange.commands:replay", "Play recorded conversations to a server."),
    "routing": (
        "coterie.routing.commands:routing",
        "Try the rules of routing on what has happened.",
    ),
    "plan": (
        "coterie.exchange.plan_commands:plan",
        "Plan communities: territories, staff, rosters, waves.",
    ),
    "twin": (
        "coterie.exchange.twin_commands:twin",
        "Try communities on what has happened, before anybody moves.",
    ),
    "bench": ("coterie.bench.command:bench", "Measure how fast this machine is."),
}


def main() -> None:
    """Exit status: 0 done, 1 failed with one line on standard error, 2 wrong use."""
    signal.signal(signal.SIGTERM, stop_in_order)
    signal.signal(signal.SIGHUP, stop_as_well)
    try:
        add_elsewhere(sys.argv[1:])
        app()
    except Refused as no:
        sys.exit(one_line(no.sentence))
    except OSError as error:
        sys.exit(one_line(str(error)))
    except KeyboardInterrupt:
        sys.exit("coterie: stopped")
    except (
        Exception
    ) as error:  # the edge: a lost database is one line, anything else a bug with its trace
        if not is_database_away(error):
            raise
        sys.exit(one_line(f"The database went away: {error}"))


def one_line(sentence: str) -> str:
    return f"coterie: {' '.join(sentence.split())}"


def is_database_away(error: Exception) -> bool:
    """Asked only when something failed: help comes without the way to the database."""
    from coterie.kit.db import is_lost

    return is_lost(error)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the port.")] = 1,
    data: Data = None,
) -> None:
    """Run the server until Ctrl-C."""
    from coterie.kit.settings import read_settings
    from coterie.serve import serve as run

    run(read_settings(data=data, public_url=f"http://{host}:{port}"), host, port, workers=workers)


@app.command()
def migrate(data: Data = None, json: Json = False) -> None:
    """Take the database to the schema of this version."""
    from coterie.kit.migrations import migrate as run
    from coterie.kit.postgres import opened
    from coterie.kit.settings import read_settings

    with opened(read_settings(data=data)) as settings:
        done = asyncio.run(run(settings.database_url or "", datetime.now(UTC)))
    titles = [migration.title for migration in done]
    lines = [f"Applied {title}" for title in titles] or ["Nothing to apply."]
    say("\n".join(lines), {"applied": titles}, as_json=json)


@app.command()
def backup(file: Path, data: Data = None, json: Json = False) -> None:
    """Write the whole database to FILE."""
    from coterie.kit.backup import back_up
    from coterie.kit.postgres import opened
    from coterie.kit.progress import progress
    from coterie.kit.settings import read_settings

    with (
        opened(read_settings(data=data), new=False) as settings,
        progress("Backing up") as shown,
    ):
        size = back_up(settings.database_url or "", file, shown.count_bytes)
    say(f"{file} holds everything, {size:,} bytes.", {"file": file, "bytes": size}, as_json=json)


@app.command()
def restore(
    file: Path,
    replace: Annotated[
        bool, typer.Option("--replace", help="Drop what the database holds now.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Fill an empty database from FILE."""
    from coterie.kit.backup import restore as run
    from coterie.kit.postgres import opened
    from coterie.kit.progress import progress
    from coterie.kit.settings import read_settings

    with opened(read_settings(data=data)) as settings, progress("Restoring") as shown:
        run(settings.database_url or "", file, replace=replace, watch=shown.count_bytes)
    say(f"{file} is restored.", {"file": file, "restored": True}, as_json=json)


@app.command()
def doctor(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Data = None,
    json: Json = False,
) -> None:
    """Look for what is wrong, and say what to do."""
    from coterie.kit.doctor import examine, told
    from coterie.kit.settings import read_settings

    checks = list(examine(read_settings(data=data), host, port, datetime.now(UTC)))
    well = all(check.ok for check in checks)
    document = {"ok": well, "checks": [check.document for check in checks]}
    say("\n".join(told(check) for check in checks), document, as_json=json)
    if not well:
        wrong = ", ".join(check.name for check in checks if not check.ok)
        raise Refused(f"something is wrong: {wrong}")


def add_elsewhere(arguments: list[str]) -> None:
    """Load only the command that was asked for; of the others the name and a line of help are enough."""
    for name, (place, line) in ELSEWHERE.items():
        if name not in arguments:
            app.command(name, help=line)(lambda: None)
            continue
        module, _, attribute = place.partition(":")
        found = getattr(importlib.import_module(module), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, help=line)
        else:
            app.command(name, help=line)(found)


def stop_in_order(number: int, frame: FrameType | None) -> None:
    """As Ctrl-C does. The server has its own way, and comes here when it is done."""
    raise KeyboardInterrupt


def stop_as_well(number: int, frame: FrameType | None) -> None:
    """A closed terminal is a SIGTERM, whoever takes that now."""
    signal.raise_signal(signal.SIGTERM)
