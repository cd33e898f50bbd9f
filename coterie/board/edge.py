"""The edge of this screen: who may look, over which days, in which frame."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from coterie.asks import queries as asks
from coterie.board import rules
from coterie.board.model import Period
from coterie.communities.model import Community
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.numbers import whole
from coterie.ui import places, signed_in
from coterie.ui.frame import Frame
from coterie.ui.templates import html

LOOKERS = places.LOOKING
WIDE = places.WIDE


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
        return Frame(
            person_id=viewer.account_id,
            person=viewer.name,
            csrf=viewer.csrf,
            community=community.name,
            home="/board",
            hue=round(community.hue / 5) * 5 % 360,
            places=rail,
            shortcuts=viewer.shortcuts,
        )
    return signed_in.frame_of(request, viewer, "/board/operation")


def show(name: str, **context: Any) -> HTMLResponse:
    return html(f"board/html/{name}", **context)
