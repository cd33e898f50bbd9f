"""The edge of this screen: who may look, over which days, in which frame."""

from datetime import datetime, tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from coterie.asks import queries as asks
from coterie.board import rules
from coterie.board.model import Period
from coterie.communities.model import Community
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.house import House
from coterie.kit.numbers import whole
from coterie.ui import places
from coterie.ui.frame import Frame, Place
from coterie.ui.reader import Reader, zone_named, zone_of
from coterie.ui.templates import html

LOOKERS = places.LOOKING
WIDE = places.WIDE


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


def reader_of(request: Request, viewer: Viewer, fallback: str = "UTC") -> Reader:
    zone: tzinfo = zone_named(viewer.zone or "") or zone_of(request.cookies, fallback)
    return Reader(zone, house_of(request).now())


def days_of(request: Request) -> int:
    """How many days somebody asks for: one of the periods."""
    found = whole(request.query_params.get("days", ""), max(rules.PERIODS))
    return found if found in rules.PERIODS else rules.USUAL


def period_of(request: Request, community: Community, now: datetime) -> Period:
    """The days asked for, as the community lives them."""
    return rules.period(now.astimezone(community.clock).date(), days_of(request))


def opens(viewer: Viewer, community: Community) -> bool:
    """Whether the threads of this community open for them: the workspace is its members'."""
    return community.id in viewer.community_ids


async def frame_of(
    tx: Tx, request: Request, viewer: Viewer, community: Community | None = None
) -> Frame:
    """The rail of a member in their community's colour; everybody else's is that of the administration."""
    if community is not None and opens(viewer, community):
        waiting = await asks.waiting_for(tx, community.id, [viewer.account_id])
        rail = places.of_member(
            "board", asks=waiting.get(viewer.account_id, 0), leads=viewer.leads(community.id)
        )
        return framed(viewer, rail, community.name, "/board", round(community.hue / 5) * 5 % 360)
    rail = places.of_administration(
        viewer.role, request.url.path, member=bool(viewer.community_ids)
    )
    return framed(viewer, rail)


def framed(
    viewer: Viewer,
    rail: tuple[Place, ...],
    community: str = "Coterie",
    home: str = "/board/operation",
    hue: int = 190,
) -> Frame:
    return Frame(
        person_id=viewer.account_id,
        person=viewer.name,
        csrf=viewer.csrf,
        community=community,
        home=home,
        hue=hue,
        places=rail,
        shortcuts=viewer.shortcuts,
    )


def show(name: str, **context: Any) -> HTMLResponse:
    return html(f"board/html/{name}", **context)
