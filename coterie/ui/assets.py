"""Static files under an address that names their content, so that a browser may keep them for ever.

One digest stands for the whole set (`/static/DIGEST/parts.css`): modules and styles refer to each other by
relative names and still change their address together. An older digest answers too, with today's file and
without the promise, so that a page from before an upgrade keeps working.
"""

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from coterie.kit.access.requirements import public

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """The address of a static file; an unknown name is a bug and raises."""
    if name not in files():
        raise KeyError(f"no static file {name!r}")
    return f"/static/{digest()}/{name}"


def routes() -> list[Route]:
    return [Route("/static/{digest}/{name:path}", static_file, name="static")]


@public
async def static_file(request: Request) -> Response:
    path = files().get(request.path_params["name"])
    if path is None:
        return PlainTextResponse("There is no such file.", status_code=404)
    current = request.path_params["digest"] == digest()
    headers = {"Cache-Control": FOR_EVER if current else "no-cache"}
    return FileResponse(path, headers=headers)


@cache
def files() -> dict[str, Path]:
    """Every file that may be served, by its name below the folder: nothing else can be asked for."""
    found = (path for path in FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path for path in found}


@cache
def digest() -> str:
    content = hashlib.sha256()
    for name, path in sorted(files().items()):
        content.update(name.encode() + b"\0" + path.read_bytes())
    return content.hexdigest()[:12]
