"""The board of a community: the page, and what of it is asked for again and again while it is open."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coterie.board import edge, queries, rules, screen
from coterie.communities.doors import access_community
from coterie.communities.model import Community
from coterie.conversations.doors import reads
from coterie.kit.access.requirements import page
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.house import house_of
from coterie.performance import queries as performance
from coterie.performance.scorecard import VERSION
from coterie.ui.reader import Reader
from coterie.ui.signed_in import reader_for


@page(roles=edge.LOOKERS)
async def own(request: Request, viewer: Viewer) -> Response:
    """On to one's own community, else to all of them."""
    own = sorted(viewer.community_ids)
    wide = viewer.role in edge.WIDE or not own
    return RedirectResponse("/board/operation" if wide else f"/board/{own[0]}", status_code=303)


@page(roles=edge.LOOKERS)
async def board(request: Request, viewer: Viewer) -> Response:
    async with house_of(request).read() as tx:
        community = await access_community(tx, viewer, request.path_params["id"])
        reader = reader_for(request, viewer, community.zone)
        context = await sections(tx, request, viewer, community, reader)
        weeks = await screen.weeks(tx, community, context["asked"], screen.KNOWN)
        customers = await queries.customers(tx, community.id)
        frame = await edge.frame_of(tx, request, viewer, community)
    return edge.show(
        "board.html",
        frame=frame,
        weeks=weeks,
        drawn={
            "known": rules.drawn(weeks["continuity"], "know"),
            "owner": rules.drawn(weeks["owner_rate"], "owner"),
        },
        courses=[rules.course(weeks[name], "%") for name in screen.KNOWN[:2]],
        customers=customers,
        **context,
    )


@page(roles=edge.LOOKERS)
async def now(request: Request, viewer: Viewer) -> Response:
    """The sections that go on by themselves, each with its id."""
    async with house_of(request).read() as tx:
        community = await access_community(tx, viewer, request.path_params["id"])
        reader = reader_for(request, viewer, community.zone)
        context = await sections(tx, request, viewer, community, reader)
    return edge.show("now.html", **context)


async def sections(
    tx: Tx, request: Request, viewer: Viewer, community: Community, reader: Reader
) -> dict[str, Any]:
    asked = edge.period_of(request, community, reader.now)
    names = reads(viewer, community.id)
    loads, people = await screen.loads(tx, community, reader.now)
    groups, readings = await screen.figures(tx, community, asked)
    return {
        "viewer": viewer,
        "reader": reader,
        "community": community,
        "asked": asked,
        "periods": rules.PERIODS,
        "names": names,
        "needs": await screen.needs(
            tx, community, reader, names=names, opens=edge.opens(viewer, community)
        ),
        "crossings": await screen.crossings(tx, community, reader.now),
        "loads": loads,
        "people": people,
        "present": [each for each in people if each.presence == "present"],
        "groups": groups,
        "known": [rules.side(readings[name], None) for name in screen.KNOWN],
        "outside": rules.side(readings["outside_rate"], None),
        "making": await performance.being_made(tx, VERSION),
    }
