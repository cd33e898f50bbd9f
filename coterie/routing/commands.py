"""The command `routing`: its rules, tried on what has happened."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from coterie.kit.db import connect
from coterie.kit.errors import Refused
from coterie.kit.migrations import pending
from coterie.kit.postgres import opened
from coterie.kit.progress import Shown, progress
from coterie.kit.settings import read_settings
from coterie.kit.terminal import Data, Json, say
from coterie.routing.sandbox.comparing import Comparison
from coterie.routing.sandbox.queries import look_only
from coterie.routing.sandbox.tables import show
from coterie.routing.sandbox.trying import community_meant, try_settings
from coterie.routing.sandbox.wanted import checked_over, read_time

routing = typer.Typer(no_args_is_help=True, help="Try the rules of routing on what has happened.")


@routing.callback()
def about() -> None:
    """Try the rules of routing on what has happened."""


@routing.command()
def replay(
    since: Annotated[
        str, typer.Option("--from", help="RFC 3339, or without a zone on the community's clock.")
    ],
    until: Annotated[str, typer.Option("--to", help="When the span is over; 31 days at most.")],
    given: Annotated[
        list[str], typer.Option("--set", help="KEY=VALUE: a setting to try; may be repeated.")
    ] = [],  # noqa: B006 - typer asks for a list
    community: Annotated[
        str | None, typer.Option(help="Its name or id; needed where there are several.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Decide a span of time again under other settings, side by side with how it was. It changes nothing.

    Without --set it says how many of the recorded decisions come out the same.
    """
    over = checked_over(given)
    with (
        opened(read_settings(data=data), new=False) as settings,
        progress("Replaying") as shown,
    ):
        url = settings.database_url or ""
        found = asyncio.run(run_replay(url, community, (since, until), over, shown))
    if json:
        say("", found.as_json(), as_json=True)
    else:
        show(found)


async def run_replay(
    url: str, name: str | None, span: tuple[str, str], over: dict[str, object], shown: Shown
) -> Comparison:
    if await pending(url):
        raise Refused(
            "The database is not of this version yet: run `coterie migrate`.", "not_migrated"
        )
    async with await connect(url) as connection, connection.transaction():
        await look_only(connection)
        community = await community_meant(connection, name)
        start, end = (
            read_time(text, community, key)
            for text, key in zip(span, ("--from", "--to"), strict=True)
        )
        now = datetime.now(UTC)
        return await try_settings(connection, now, community, start, end, over, shown.count)
