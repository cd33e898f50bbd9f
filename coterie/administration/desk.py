"""What every page of the administration needs: the frame, the reader, a transaction to act in."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from datetime import tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from coterie.kit.access.gate import Gate
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.house import House
from coterie.ui import places
from coterie.ui.forms import NOTHING_SAID, Said, flash_in, without_flash
from coterie.ui.frame import Frame
from coterie.ui.reader import Reader, zone_named, zone_of
from coterie.ui.templates import ENVIRONMENT, html

ADMIN = places.ADMIN
LOOKERS = places.LOOKING
MEMBERS = places.MEMBERS
WIDE_LOOKERS = places.WIDE


def pairs(things: Iterable[Any]) -> list[tuple[str, str]]:
    """Ids and names, for a choice."""
    return [(each.id, each.name) for each in things]


def titled(words: Iterable[str]) -> list[tuple[str, str]]:
    return [(word, word.capitalize()) for word in words]


ENVIRONMENT.filters["pairs"] = pairs
ENVIRONMENT.filters["titled"] = titled


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


def writing(request: Request, *stream_ids: str) -> AbstractAsyncContextManager[Tx]:
    """A transaction to act in, which holds these communities."""
    house = house_of(request)
    return house.ledger.unit(*stream_ids, now=house.now())


def gate_of(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def network_of(request: Request) -> str:
    return request.client.host if request.client else ""


def home_of(viewer: Viewer) -> str:
    """Where somebody works."""
    if viewer.community_ids:
        return "/workspace"
    return "/administration" if viewer.role in WIDE_LOOKERS else "/account"


def frame_of(request: Request, viewer: Viewer) -> Frame:
    return Frame(
        person_id=viewer.account_id,
        person=viewer.name,
        csrf=viewer.csrf,
        home=home_of(viewer),
        places=places.of_administration(
            viewer.role, request.url.path, member=bool(viewer.community_ids)
        ),
        shortcuts=viewer.shortcuts,
    )


def zone_for(request: Request, viewer: Viewer) -> tzinfo:
    """The clock of who looks."""
    return zone_named(viewer.zone or "") or zone_of(request.cookies)


def show(
    request: Request, viewer: Viewer, name: str, said: Said = NOTHING_SAID, **context: Any
) -> HTMLResponse:
    """A page of the administration."""
    response = html(
        f"administration/html/{name}",
        status=said.status,
        frame=frame_of(request, viewer),
        viewer=viewer,
        reader=Reader(zone_for(request, viewer), house_of(request).now()),
        flash=flash_in(request),
        said=said,
        may_change=viewer.role == "admin",
        **context,
    )
    return without_flash(request, response)


def show_alone(
    request: Request, name: str, said: Said = NOTHING_SAID, **context: Any
) -> HTMLResponse:
    """A page for who is not signed in."""
    response = html(
        f"administration/html/{name}",
        status=said.status,
        said=said,
        flash=flash_in(request),
        **context,
    )
    return without_flash(request, response)
