"""Builds the web app: every slice's routes over one house, the API mounted below /api/v1, health at the root."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from coterie.administration.routes import routes as administration
from coterie.api.app import api
from coterie.board.routes import routes as board
from coterie.channels.messenger.pages import routes as messenger
from coterie.communities.queries import standing
from coterie.house import opened_house
from coterie.kit.access.gate import open_gate
from coterie.kit.access.headers import SecurityHeaders
from coterie.kit.access.requirements import public
from coterie.kit.errors import Refused
from coterie.kit.house import House, house_of, utc_now
from coterie.kit.live import Holding
from coterie.kit.meters import TIMES_GIVEN, TIMES_KEPT
from coterie.kit.settings import Settings
from coterie.pages import away, broken, cut_off, missing, refused
from coterie.planner.routes import routes as planner
from coterie.planner.workshop import opened_workshop
from coterie.routing.wait_queries import SHOWN, times_kept
from coterie.ui.assets import routes as assets
from coterie.workspace.live import live_of
from coterie.workspace.routes import routes as workspace

log = structlog.get_logger()

Beside = Callable[[House], AbstractAsyncContextManager[object]]
"""Something that runs beside the server in its process, such as the demo's people."""


def nothing(_: House) -> AbstractAsyncContextManager[object]:
    return nullcontext()


def build(
    settings: Settings,
    *,
    more: Sequence[BaseRoute] = (),
    beside: Beside = nothing,
    now: Callable[[], datetime] = utc_now,
) -> ASGIApp:
    """The app over a migrated database. `more` are routes and `beside` is company that only the demo has."""
    programs = api()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # A mounted app's own lifespan doesn't run: the parent owns it.
        async with opened_house(settings, now=now) as house:
            gate = open_gate(settings, house.pool, now, standing)
            gate.listeners.append(live_of(house).send_away)
            for each in (app, programs):
                each.state.house, each.state.gate = house, gate
            async with opened_workshop(house) as workshop, beside(house):
                app.state.workshop = workshop
                yield

    app = Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            *assets(),
            *administration(),
            *workspace(),
            *board(),
            *planner(),
            *messenger(),
            *more,
            Mount("/api/v1", programs, name="api"),
        ],
        lifespan=lifespan,
        exception_handlers=HANDLERS,
    )
    return SecurityHeaders(Holding(app), https=settings.public_url.startswith("https://"))


HANDLERS: dict[Any, Any] = {
    Refused: refused,
    HTTPException: missing,
    ClientDisconnect: cut_off,
    500: broken,
    OperationalError: away,
    PoolTimeout: away,
}


@public
async def healthz(request: Request) -> Response:
    """The process lives."""
    return PlainTextResponse("ok\n")


@public
async def readyz(request: Request) -> Response:
    """The database answers, and what is asked can be done."""
    house = house_of(request)
    async with house.read() as tx:
        await tx.execute("SELECT 1")
    return PlainTextResponse("ready\n")


@public
async def metrics(request: Request) -> Response:
    """Counts for Prometheus: no names, and of ids only those of communities."""
    await count_times(house_of(request))
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def count_times(house: House) -> None:
    """How many of the times given of late were kept, by community."""
    async with house.read() as tx:
        found = await times_kept(tx, house.now() - SHOWN)
    for gauge in (TIMES_GIVEN, TIMES_KEPT):
        gauge.clear()
    for each in found:
        TIMES_GIVEN.labels(each.community_id).set(each.n)
        TIMES_KEPT.labels(each.community_id).set(each.share)
