"""A page for who is signed in: the rail around it, the clock it is read by, what was just said."""

from datetime import tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from coterie.kit.access.viewer import Viewer
from coterie.kit.house import house_of
from coterie.ui import places
from coterie.ui.forms import Said, flash_in, without_flash
from coterie.ui.frame import Frame
from coterie.ui.reader import Reader, zone_named, zone_of
from coterie.ui.templates import html


def show(
    request: Request, viewer: Viewer, name: str, home: str, said: Said, **context: Any
) -> HTMLResponse:
    """The template of this name, in the frame of the administration."""
    response = html(
        name,
        status=said.status,
        frame=frame_of(request, viewer, home),
        viewer=viewer,
        reader=reader_for(request, viewer),
        flash=flash_in(request),
        said=said,
        **context,
    )
    return without_flash(request, response)


def frame_of(request: Request, viewer: Viewer, home: str) -> Frame:
    """The rail of the administration; `home` is where its sign leads."""
    return Frame(
        person_id=viewer.account_id,
        person=viewer.name,
        csrf=viewer.csrf,
        home=home,
        places=places.of_administration(
            viewer.role, request.url.path, member=bool(viewer.community_ids)
        ),
        shortcuts=viewer.shortcuts,
    )


def reader_for(request: Request, viewer: Viewer, fallback: str = "UTC") -> Reader:
    return Reader(zone_for(request, viewer, fallback), house_of(request).now())


def zone_for(request: Request, viewer: Viewer, fallback: str = "UTC") -> tzinfo:
    """The clock of who looks: as they chose it, else their browser's, else this one."""
    return zone_named(viewer.zone or "") or zone_of(request.cookies, fallback)
