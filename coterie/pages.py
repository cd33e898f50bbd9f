"""Pages of the whole house: what a person sees where something is not there, not allowed, or broken."""

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from coterie.api.problems import http_error
from coterie.kit.errors import Refused
from coterie.ui.templates import html

log = structlog.get_logger()


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return told(request, error.status, error.sentence)


async def missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/api/"):  # a line break in an address fits no mount
        return await http_error(request, error)
    sentence = "There is no such page." if error.status_code == 404 else str(error.detail)
    return told(request, error.status_code, sentence, dict(error.headers or {}))


async def cut_off(request: Request, error: Exception) -> Response:
    """Whoever asked has left in the middle of it, as a closing tab does: nobody reads this."""
    return Response(status_code=400)


async def away(request: Request, error: Exception) -> Response:
    log.warning("the database is away", error=str(error))
    return told(
        request, 503, "We are restarting: try again in a few seconds.", {"Retry-After": "2"}
    )


async def broken(request: Request, error: Exception) -> Response:
    return told(request, 500, "Something went wrong on our side. It is in our log; try again.")


def told(
    request: Request, status: int, sentence: str, headers: dict[str, str] | None = None
) -> Response:
    """A page for a person who opened an address; a sentence for everything else."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        response: Response = html("ui/html/told.html", status, sentence=sentence)
    else:
        response = PlainTextResponse(sentence + "\n", status)
    response.headers.update(headers or {})
    return response
