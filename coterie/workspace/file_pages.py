"""Files: taken in before they are sent, given out as files and never as pages of ours."""

from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from coterie.channels.messenger import files
from coterie.channels.messenger.door import TooLarge, read_body
from coterie.conversations.doors import access_thread
from coterie.kit.errors import NotFound
from coterie.kit.ids import is_id
from coterie.ui.templates import render
from coterie.workspace import queries
from coterie.workspace.edge import Desk, at_desk, fragment

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def routes() -> list[Route]:
    return [
        Route("/workspace/threads/{id}/attachments", attach, methods=["POST"]),
        Route("/workspace/attachments/{id}", show),
    ]


@at_desk
async def attach(desk: Desk) -> Response:
    """Take in a file for a message to come. It is cut off at the limit, whatever it said it was."""
    thread_id = desk.request.path_params["id"]
    async with desk.house.read() as tx:
        await access_thread(tx, desk.viewer, thread_id)
    media_type = files.checked_type(desk.request.headers.get("content-type", ""))
    name = files.checked_name(desk.request.query_params.get("name", ""))
    try:
        body = await read_body(desk.request, files.MOST_BYTES)
    except TooLarge as error:
        raise files.too_large() from error
    content = files.checked_content(body, name, media_type)
    async with desk.house.read() as tx:
        file = await queries.add_attachment(
            tx, desk.now, desk.me.id, thread_id, name, media_type, content
        )
    return fragment(render("workspace/html/pending.html", file=file))


@at_desk
async def show(desk: Desk) -> Response:
    """A picture in place, everything else as a download."""
    attachment_id = desk.request.path_params["id"]
    async with desk.house.read() as tx:
        found = await queries.content(tx, attachment_id) if is_id(attachment_id) else None
        if found is None or found.thread_id is None:
            raise NotFound("There is no such file.")
        await access_thread(tx, desk.viewer, found.thread_id)
    how = "inline" if found.media_type in PICTURES else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=86400",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.bytes, media_type=found.media_type, headers=headers)
