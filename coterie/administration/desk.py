"""What every page of the administration needs: the frame, the reader, a transaction to act in."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.house import house_of
from coterie.ui import places, signed_in
from coterie.ui.forms import NOTHING_SAID, Said, flash_in, without_flash
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


def writing(request: Request, *stream_ids: str) -> AbstractAsyncContextManager[Tx]:
    """A transaction to act in, which holds these communities."""
    house = house_of(request)
    return house.ledger.unit(*stream_ids, now=house.now())


def network_of(request: Request) -> str:
    return request.client.host if request.client else ""


def home_of(viewer: Viewer) -> str:
    """Where somebody works."""
    if viewer.community_ids:
        return "/workspace"
    return "/administration" if viewer.role in WIDE_LOOKERS else "/account"


def show(
    request: Request, viewer: Viewer, name: str, said: Said = NOTHING_SAID, **context: Any
) -> HTMLResponse:
    """A page of the administration."""
    return signed_in.show(
        request,
        viewer,
        f"administration/html/{name}",
        home_of(viewer),
        said,
        may_change=viewer.role == "admin",
        **context,
    )


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
