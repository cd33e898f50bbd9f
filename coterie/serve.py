"""The server: one socket, one or several processes behind it, and the database that they share."""

import asyncio
import gc
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from coterie.app import build
from coterie.kit.access.setup import setup_code
from coterie.kit.errors import Refused
from coterie.kit.logs import configure_logs
from coterie.kit.migrations import migrate
from coterie.kit.postgres import opened
from coterie.kit.protocol import Protocol
from coterie.kit.settings import Settings, read_settings

GRACE_SECONDS = 3
COLLECT_AFTER = (20_000, 20, 20)
"""Objects, collections, collections: the usual 700 would be several times a message."""

Maker = Callable[[Settings], ASGIApp]


def serve(
    settings: Settings, host: str, port: int, *, workers: int = 1, make: Maker = build
) -> None:
    """Serve what `make` makes until a signal says stop. Several workers each make the usual app.

    Whoever makes another app says itself when it is there.
    """
    configure_logs(settings.log_level)
    with (
        suppress(KeyboardInterrupt),
        bound(host, port) as door,
        opened(settings, keep_alive=True) as running,
    ):
        asyncio.run(migrate(running.database_url or "", datetime.now(UTC)))
        if make is build:
            print(f"Coterie is on {settings.public_url} (Ctrl-C stops it)", flush=True)
            say_how_to_begin(running)
        if workers == 1:
            serve_alone(make(running), running, door)
        else:
            serve_by_many(running, door, workers)


def say_how_to_begin(settings: Settings) -> None:
    """Whoever reads what the server prints may make the first account of a new house."""
    code = asyncio.run(setup_code(settings))
    if code:
        print(f"There is no account yet: open {settings.public_url}/setup with {code}", flush=True)


def serve_alone(app: ASGIApp, settings: Settings, door: socket.socket) -> None:
    spare_what_stays()
    server = uvicorn.Server(configured(app, settings))
    server.run([door])
    if not server.started:
        raise Refused("The server did not start; the log says why.")


def serve_by_many(settings: Settings, door: socket.socket, workers: int) -> None:
    """Workers read the environment, so what was decided here is written there."""
    os.environ["COTERIE_DATA"] = str(settings.data)
    os.environ["COTERIE_PUBLIC_URL"] = settings.public_url
    if not os.environ.get("COTERIE_DATABASE_URL_FILE"):
        os.environ["COTERIE_DATABASE_URL"] = settings.database_url or ""
    config = configured("coterie.serve:worker", settings, factory=True, workers=workers)
    Multiprocess(config, sockets=[door]).run()


def worker() -> ASGIApp:
    """What each of several processes serves."""
    settings = read_settings()
    configure_logs(settings.log_level)
    threading.Thread(target=stop_as_orphan, daemon=True).start()
    app = build(settings)
    spare_what_stays()
    return app


def spare_what_stays() -> None:
    """Modules and the app live as long as the process: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def stop_as_orphan() -> None:
    """Where the first process was killed, nobody would stop this one, and it would hold the port."""
    if first := multiprocessing.parent_process():
        first.join()
        os.kill(os.getpid(), signal.SIGTERM)


def configured(app: ASGIApp | str, settings: Settings, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=Protocol,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whoever may say who the client is must be named first.
        proxy_headers=settings.forwarded_allow_ips is not None,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        # Open streams never end by themselves.
        timeout_graceful_shutdown=GRACE_SECONDS,
        **more,
    )


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """The socket, taken before anything else starts, so that a taken port is said at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        door = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Refused(f"{host} is no address to serve on: {error.strerror}.") from error
    with door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(address)
        except OSError as error:
            raise Refused(f"Port {port} of {host} can't be used: {error.strerror}.") from error
        yield door
