"""What the host page loads: one small script, the element's modules, and one stylesheet for its shadow tree.

The stylesheet is the pages' own (`ui/static`), turned inward: what stands on the root stands on the element, and a
`rem` is the element's unit, since a host may have changed its own. Public, the same for everybody, under an address
that names its content.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from coterie.kit.access.requirements import public
from coterie.ui import assets

FOLDER = Path(__file__).parent / "code"
SHEETS = ("tokens", "base", "parts", "timeline", "messenger")
FONT = "vendor/inter-latin-wght-normal.woff2"
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
FOR_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
REM = re.compile(r"(?<![\w.])(?<!--unit: )(-?\d*\.?\d+)rem\b")


def routes() -> list[Route]:
    return [
        Route("/messenger.js", loader, name="messenger.js"),
        Route("/messenger/code/{digest}/{name}", module, name="messenger.code"),
    ]


@public
async def loader(request: Request) -> Response:
    """The script of the one tag. Its address never changes, so it is asked for again soon."""
    script = files()["loader.js"].replace(b"__DIGEST__", digest().encode())
    headers = {**FOR_ALL, "Cache-Control": "public, max-age=300"}
    return Response(script, media_type=TYPES[".js"], headers=headers)


@public
async def module(request: Request) -> Response:
    name = request.path_params["name"]
    content = files().get(name)
    if content is None:
        return PlainTextResponse("There is no such file.", status_code=404)
    current = request.path_params["digest"] == digest()
    headers = {**FOR_ALL, "Cache-Control": assets.FOR_EVER if current else "no-cache"}
    return Response(content, media_type=TYPES[Path(name).suffix], headers=headers)


@cache
def files() -> dict[str, bytes]:
    scripts = {path.name: path.read_bytes() for path in FOLDER.glob("*.js")}
    font = (assets.FOLDER / FONT).read_bytes()
    return {**scripts, "element.css": stylesheet().encode(), "inter.woff2": font}


@cache
def digest() -> str:
    content = hashlib.sha256()
    for name, body in sorted(files().items()):
        content.update(name.encode() + b"\0" + body)
    return content.hexdigest()[:12]


def stylesheet() -> str:
    """The pages' sheets, then the element's own, which has the last word."""
    pages = [(assets.FOLDER / f"{name}.css").read_text() for name in SHEETS]
    own = (FOLDER / "element.css").read_text()
    return "\n".join([turned_inward(sheet) for sheet in pages] + [turned_inward(own)])


def turned_inward(sheet: str) -> str:
    hosted = re.sub(r":root(\[[^\]]*\])", r":host(\1)", sheet).replace(":root", ":host")
    return REM.sub(r"calc(\1 * var(--unit))", hosted)
