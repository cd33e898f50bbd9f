"""Runs a demo: seeds it once, then serves it with its people and its mail, in one process."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Timer

import uvloop
from starlette.types import ASGIApp

from coterie.app import build
from coterie.channels.messenger.sites import change_site
from coterie.demo.live import People
from coterie.demo.mail import Sink
from coterie.demo.model import Demo, read_demo, write_demo
from coterie.demo.pages import routes
from coterie.demo.planned import planned
from coterie.demo.queries import is_empty
from coterie.demo.region import origins_of, roster
from coterie.demo.seed import seed
from coterie.kit.db import connect
from coterie.kit.errors import Refused
from coterie.kit.house import House, utc_now
from coterie.kit.migrations import migrate
from coterie.kit.settings import Settings, Smtp
from coterie.serve import serve

HALF_DONE = "seeding"


def run_demo(
    settings: Settings,
    port: int,
    pace: float,
    seconds: float | None,
    watch: Callable[[int], None],
    ready: Callable[[Demo], None],
) -> None:
    """Serve until Ctrl-C, or for some seconds."""
    quiet = "warning" if settings.log_level == "info" else settings.log_level
    sink = Sink(utc_now)
    settings = replace(
        settings, smtp=Smtp("127.0.0.1", sink.port, "care@wattle.example"), log_level=quiet
    )
    begin_anew(settings.data)

    def make(running: Settings) -> ASGIApp:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            demo = runner.run(prepared(running, watch))
        demo = write_demo(running.data, demo, running.public_url, sink.port)
        if seconds:
            stop_after(seconds)
        return app_of(running, demo, sink, pace, ready)

    serve(settings, "127.0.0.1", port, make=make)


def stop_after(seconds: float) -> None:
    """As if somebody had said stop then."""
    timer = Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGTERM))
    timer.daemon = True
    timer.start()


def begin_anew(folder: Path) -> None:
    """What an interrupted seeding has left is no demo."""
    if (folder / HALF_DONE).exists() and not (folder / "demo.json").exists():
        shutil.rmtree(folder / "postgres", ignore_errors=True)


async def prepared(settings: Settings, watch: Callable[[int], None]) -> Demo:
    """The demo of this folder, seeded where it is new."""
    now = datetime.now(UTC)
    await migrate(settings.database_url or "", now)
    demo = read_demo(settings.data)
    if demo is not None:
        return demo
    async with await connect(settings.database_url or "") as tx:
        if not await is_empty(tx):
            raise Refused(
                f"There is another database in {settings.data}: give the demo a folder of its own "
                "with --data.",
                "not_a_demo",
            )
    mark = settings.data / HALF_DONE
    mark.touch()
    demo = await seed(settings, now, watch)
    write_demo(settings.data, demo, settings.public_url, 0)
    mark.unlink()
    return demo


def app_of(
    settings: Settings, demo: Demo, sink: Sink, pace: float, ready: Callable[[Demo], None]
) -> ASGIApp:
    """The usual app, with the demo's pages, its mail and its people."""

    @asynccontextmanager
    async def company(house: House) -> AsyncIterator[None]:
        await roster(house, demo, house.now())
        origins = origins_of(settings.public_url)
        async with house.read() as tx:
            await change_site(tx, demo.messenger_key, "Wattle Telecom", origins)
        people = People(house, demo, pace, Random())
        async with sink.open(), people.at_work(), planned(house):
            ready(demo)
            yield

    return build(settings, more=routes(demo, sink, pace), beside=company)
