"""One figure of a community: what it says, week by week, and the customers behind it, worst served first; also as a file."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from coterie.board import edge, rules, screen, tables, words
from coterie.board.model import Period
from coterie.communities.doors import access_community
from coterie.communities.model import Community
from coterie.conversations.doors import reads
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import NotFound
from coterie.kit.house import house_of
from coterie.kit.numbers import whole
from coterie.performance.reading import Reading
from coterie.performance.row_queries import Served, served
from coterie.performance.scorecard import BY_NAME
from coterie.performance.series import some
from coterie.ui.signed_in import reader_for

PAGE = 50
AT_ONCE = 5_000
"""Rows of a file that are read at once."""
MOST_PAGES = 100_000

Read = Callable[[Tx, int, int], Awaitable[list[Served]]]
"""Rows of a figure: so many, from there on."""


@page(roles=edge.LOOKERS)
async def figure(request: Request, viewer: Viewer) -> Response:
    name = request.path_params["name"]
    house = house_of(request)
    async with house.read() as tx:
        community = await access_community(tx, viewer, request.path_params["id"])
        if name not in BY_NAME:
            raise NotFound("There is no such figure.")
        asked = edge.period_of(request, community, house.now())
        pair = (name, BY_NAME[name].counter)
        now = await some(tx, community.id, pair, asked.since, asked.until)
    rows = rows_of(community, now[name], asked)
    names = reads(viewer, community.id)
    if request.query_params.get("as") in tables.KINDS:
        return await as_file(request, rows, community, name, names=names)
    async with house.read() as tx:
        before = await some(tx, community.id, pair, asked.before_since, asked.before_until)
        number = whole(request.query_params.get("page", "1"), MOST_PAGES) or 1
        context: dict[str, Any] = {
            "frame": await edge.frame_of(tx, request, viewer, community),
            "weeks": (await screen.weeks(tx, community, asked, [name]))[name],
            "rows": await rows(tx, PAGE, PAGE * (number - 1)),
        }
    suffix = words.SUFFIXES.get(BY_NAME[name].unit, "")
    return edge.show(
        "figure.html",
        viewer=viewer,
        reader=reader_for(request, viewer, community.zone),
        community=community,
        asked=asked,
        periods=rules.PERIODS,
        figure=BY_NAME[name],
        pair=rules.pair(name, now, before),
        names=names,
        opens=edge.opens(viewer, community),
        told=lambda value: words.told(BY_NAME[name].unit, value),
        title=words.TITLES[name],
        bad=words.BAD[name],
        suffix=suffix,
        course=rules.course(context["weeks"], suffix),
        number=number,
        size=PAGE,
        drawn={"weeks": rules.drawn(context["weeks"])},
        **context,
    )


def rows_of(community: Community, reading: Reading, asked: Period) -> Read:
    """The customers behind a figure, worst served first."""

    async def read(tx: Tx, limit: int, offset: int) -> list[Served]:
        return await served(
            tx,
            community.id,
            reading.figure.name,
            asked.since,
            asked.until,
            bar=rules.bar(reading),
            low_is_good=reading.figure.low_is_good,
            by_value=rules.by_value(reading.figure.name),
            limit=limit,
            offset=offset,
        )

    return read


async def as_file(
    request: Request, rows: Read, community: Community, name: str, *, names: bool
) -> Response:
    """All rows: as CSV in pieces, or as Parquet at once."""
    kind = request.query_params["as"]
    file = f"{name}-{community.name.lower().replace(' ', '-')}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{tables.plain_name(file)}"'}

    async def pieces() -> AsyncIterator[list[Served]]:
        offset = 0
        while True:
            async with house_of(request).read() as tx:
                some = await rows(tx, AT_ONCE, offset)
            if some:
                yield some
            if len(some) < AT_ONCE:
                return
            offset += len(some)

    if kind == "csv":
        told = tables.as_csv(pieces(), names=names)
        return StreamingResponse(told, media_type=tables.KINDS[kind], headers=headers)
    everything = [row async for some in pieces() for row in some]
    content = await run_in_threadpool(tables.as_parquet, everything, names=names)
    return Response(content, media_type=tables.KINDS[kind], headers=headers)
