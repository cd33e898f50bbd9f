"""What crossed a community's boundary on a day: who served whom, why, from when until when; and as a file."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from coterie.administration.desk import LOOKERS
from coterie.administration.overview import csv_row
from coterie.administration.structure import LIST, show_community
from coterie.communities import queries as communities
from coterie.communities.doors import access_community
from coterie.communities.model import Community
from coterie.conversations import crossing_queries as queries
from coterie.conversations import crossing_words as words
from coterie.conversations.crossing_queries import Place
from coterie.conversations.doors import reads
from coterie.conversations.model import Crossing
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.house import house_of
from coterie.ui.forms import Said, asked

MOST = 500
HOUR = timedelta(hours=1)
HEAD = [
    "started_at", "kind", "reason", "case_id", "thread_id", "expert_id", "expert", "community",
    "ends_at", "ended_at", "ended_why",
]  # fmt: skip


def routes() -> list[Route]:
    return [
        Route(LIST + "/{id}/crossings", listed),
        Route(LIST + "/{id}/crossings.csv", as_csv),
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """A crossing as the page shows it; the customer's name only for whoever reads what they wrote."""

    crossing: Crossing
    guest: str
    of: str
    why: str
    ended: str
    customer: str


@page(roles=LOOKERS)
async def listed(request: Request, viewer: Viewer) -> Response:
    """The crossings of a day, today unless asked for another, and what the manager is warned of."""
    house = house_of(request)
    async with house.read() as tx:
        community = await access_community(tx, viewer, request.path_params["id"])
        day = day_of(request) or house.now().astimezone(community.clock).date()
        since, until = bounds(day, community.clock)
        found = await queries.ledger(tx, community.id, since, until, MOST)
        opens = reads(viewer, community.id)
        lines = await lines_of(tx, found, names_customers=opens)
        share = await queries.share(tx, community.id, house.now() - HOUR)
        warned = await queries.warned_since(tx, community.id, house.now() - HOUR)
    return await show_community(
        request, viewer, "crossings.html", Said(), tab="/crossings", day=day, lines=lines, share=share,
        warned=warned, opens=community.id in viewer.community_ids, most=MOST, kinds=words.KINDS,
        running=sum(1 for each in found if each.ended_at is None),
    )  # fmt: skip


def day_of(request: Request) -> date | None:
    try:
        return date.fromisoformat(asked(request, "day"))
    except ValueError:
        return None


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day as the community lives it."""
    since = datetime.combine(day, time(), zone)
    return since.astimezone(UTC), (since + timedelta(days=1)).astimezone(UTC)


async def lines_of(tx: Tx, found: list[Crossing], *, names_customers: bool) -> list[Line]:
    guests = await communities.names(tx, sorted({each.expert_id for each in found}))
    homes = {each.id: each.name for each in await communities.communities(tx)}
    threads = sorted({each.thread_id for each in found}) if names_customers else []
    customers = await queries.customers_of(tx, threads) if threads else {}
    return [
        Line(
            each,
            guests.get(each.expert_id, ""),
            homes.get(each.to_id, ""),
            words.WHY[each.reason],
            words.ENDED[each.ended_why] if each.ended_why else "",
            customers.get(each.thread_id, ""),
        )
        for each in found
    ]


@page(roles=LOOKERS)
async def as_csv(request: Request, viewer: Viewer) -> Response:
    """The ledger as a file: of a day, or all of it; page by page, with ids and the guests' names."""
    async with house_of(request).read() as tx:
        community = await access_community(tx, viewer, request.path_params["id"])
    day = day_of(request)
    since, until = bounds(day, community.clock) if day else ALL
    headers = {"Content-Disposition": 'attachment; filename="crossings.csv"'}
    told = rows_of(request, community, since, until)
    return StreamingResponse(told, media_type="text/csv; charset=utf-8", headers=headers)


ALL = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


async def rows_of(
    request: Request, community: Community, since: datetime, until: datetime
) -> AsyncIterator[str]:
    yield csv_row(HEAD)
    after: Place | None = None
    while True:
        async with house_of(request).read() as tx:
            found = await queries.ledger(tx, community.id, since, until, MOST, after)
            lines = await lines_of(tx, found, names_customers=False)
        for line in lines:
            yield csv_row(cells(line))
        if len(found) < MOST:
            return
        after = found[-1].started_at, found[-1].id


def cells(line: Line) -> list[str]:
    one = line.crossing
    return [
        one.started_at.isoformat(), one.kind, one.reason, one.case_id, one.thread_id, one.expert_id,
        line.guest, line.of, one.ends_at.isoformat(),
        one.ended_at.isoformat() if one.ended_at else "", one.ended_why or "",
    ]  # fmt: skip
