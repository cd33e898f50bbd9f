"""The door of the messenger's calls: the site by its key, its origins and no other, the browser by its token.

An origin that is not on the site's list is refused before anything happens. Our own full page is always let in.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coterie.channels.messenger import queries
from coterie.channels.messenger.limits import Limits
from coterie.channels.messenger.model import Browser, Site
from coterie.channels.messenger.sites import KEY
from coterie.kit.db import Tx
from coterie.kit.errors import Forbidden, Invalid, NotFound, Refused
from coterie.kit.house import House, house_of
from coterie.kit.limits import TooMany
from coterie.kit.numbers import whole

MOST_JSON = 64_000
METHODS = "GET, POST, PUT, DELETE"
HEADERS = "authorization, content-type, idempotency-key"

M = TypeVar("M", bound=BaseModel)


class Unknown(Refused):
    """No token, or one that we don't know."""

    status: ClassVar[int] = 401


class TooLarge(Refused):
    status: ClassVar[int] = 413


@dataclass(frozen=True, slots=True)
class Visit:
    """A call that came through the door."""

    request: Request
    house: House
    limits: Limits
    site: Site
    now: datetime

    async def browser(self, tx: Tx) -> Browser:
        """The browser whose token this is. Raises Unknown."""
        scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
        known = scheme.lower() == "bearer" and await queries.browser(
            tx, self.site.key, token_hash(token)
        )
        if not known:
            raise Unknown("This browser is not known here.", "unknown_browser")
        self.limits.calls.take(known.id, self.now)
        return known

    async def known_browser(self) -> Browser:
        async with self.house.read() as tx:
            return await self.browser(tx)

    async def read(self, shape: type[M]) -> M:
        """The JSON of the call in this shape. Raises Invalid, naming the field."""
        body = await read_body(self.request, MOST_JSON)
        try:
            return shape.model_validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "body"
            raise Invalid(f"{field}: {first['msg']}.", field=field) from error

    @property
    def address(self) -> str:
        """Where in the network this comes from."""
        return self.request.client.host if self.request.client else "unknown"


Endpoint: TypeAlias = Callable[[Visit], Awaitable[Response]]


def door(limits: Limits, **endpoints: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """One path: an endpoint per method, and the browser's question beforehand (OPTIONS)."""

    async def entered(request: Request) -> Response:
        try:
            site = await site_of(request)
            check_origin(request, site)
            if request.method == "OPTIONS":
                answer = preflight()
            else:
                house = house_of(request)
                visit = Visit(request, house, limits, site, house.now())
                answer = await endpoints[request.method.lower()](visit)
        except Refused as refused:
            answer = problem(refused)
        let_read(answer, request)
        return answer

    return entered


async def site_of(request: Request) -> Site:
    key = request.path_params["site"]
    house = house_of(request)
    site = None
    if KEY.fullmatch(key):
        async with house.read() as tx:
            site = await queries.site(tx, key)
    if site is None:
        raise NotFound("There is no messenger with this key.", "unknown_site")
    return site


def check_origin(request: Request, site: Site) -> None:
    """Browsers name the origin of every call from another site. Raises Forbidden for one that isn't listed."""
    origin = request.headers.get("origin")
    if origin is None or origin in site.origins or origin in own_origins(request):
        return
    raise Forbidden(
        f"{origin[:200]} is not among the origins that may embed this messenger.", "unknown_origin"
    )


def own_origins(request: Request) -> set[str]:
    house = house_of(request)
    public = urlsplit(house.settings.public_url)
    here = request.base_url
    return {f"{public.scheme}://{public.netloc}", f"{here.scheme}://{here.netloc}"}


def preflight() -> Response:
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": HEADERS,
            "Access-Control-Max-Age": "600",
        },
    )


def let_read(answer: Response, request: Request) -> None:
    """Let the page read the answer. A refused origin may read its refusal: it holds nothing else."""
    origin = request.headers.get("origin")
    if origin:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    answer.headers["Vary"] = "Origin"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def problem(refused: Refused) -> Response:
    """A refusal as RFC 9457 has it."""
    said = {
        "type": "about:blank",
        "title": refused.code,
        "status": refused.status,
        "detail": refused.sentence,
        "code": refused.code,
    }
    headers = {"Retry-After": str(refused.retry_after_s)} if isinstance(refused, TooMany) else {}
    return JSONResponse(
        said, refused.status, headers=headers, media_type="application/problem+json"
    )


async def read_body(request: Request, most: int) -> bytes:
    """The body, cut off where it grows too large, whatever was announced. Raises TooLarge."""
    announced = request.headers.get("content-length", "0")
    too_large = TooLarge(f"This is larger than {most:,} bytes.", "too_large")
    if whole(announced, most) is None:
        raise too_large
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise too_large
    return bytes(body)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
