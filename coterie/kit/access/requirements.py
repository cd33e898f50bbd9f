"""What a route requires, declared on the route itself, so that one test can walk all routes with all roles.

`@page(roles={...})` guards a page: a session, a role, and for what changes anything a proof that the request comes from
our own form. `@public` marks a page for everybody. `needs(scope)` guards a call of the API.
"""

import hmac
from collections.abc import Awaitable, Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, ClassVar, TypeVar
from urllib.parse import SplitResult, quote, urlsplit

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from coterie.kit.access.gate import Gate
from coterie.kit.access.tokens import SCOPES
from coterie.kit.access.viewer import ROLES, Role, Viewer
from coterie.kit.errors import Forbidden, Refused
from coterie.kit.numbers import whole

T = TypeVar("T")

EVERY_ROLE: frozenset[Role] = frozenset(ROLES)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_FORM = 2_000_000
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

Page = Callable[[Request, Viewer], Awaitable[Response]]
PublicPage = Callable[[Request], Awaitable[Response]]


class NotSignedIn(Refused):
    """Nobody, or nobody any more."""

    status: ClassVar[int] = 401

    def __init__(self, sentence: str = "A valid bearer token is needed.") -> None:
        super().__init__(sentence, "not_signed_in")


class TooLarge(Refused):
    status: ClassVar[int] = 413


@dataclass(frozen=True, slots=True)
class Requirement:
    """`roles` is None where everybody may come in; `scope` is what a program's token must hold."""

    roles: frozenset[Role] | None
    scope: str | None = None

    def allows(self, viewer: Viewer) -> bool:
        if self.roles is not None and viewer.role not in self.roles:
            return False
        return self.scope is None or viewer.has_scope(self.scope)


def gate_of(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def page(roles: AbstractSet[Role] = EVERY_ROLE) -> Callable[[Page], PublicPage]:
    """A page for people who signed in and have one of these roles."""
    requirement = Requirement(frozenset(roles))

    def guard(endpoint: Page) -> PublicPage:
        @wraps(endpoint)
        async def guarded(request: Request) -> Response:
            viewer = await gate_of(request).person(request)
            if viewer is None:
                return to_sign_in(request)
            try:
                await check_own_form(request, viewer)
                if not requirement.allows(viewer):
                    raise Forbidden("Your role does not include this.")
                return await endpoint(request, viewer)
            finally:
                await request.close()  # what was uploaded with the form

        return marked(guarded, requirement)

    return guard


def public(endpoint: PublicPage) -> PublicPage:
    """A page for everybody. What changes anything must still come from our own pages."""

    @wraps(endpoint)
    async def open_to_all(request: Request) -> Response:
        if request.method not in SAFE:
            check_origin(request)
            check_size(request)
        return await endpoint(request)

    return marked(open_to_all, Requirement(None))


def needs(scope: str, roles: AbstractSet[Role] = EVERY_ROLE) -> Any:
    """A dependency of an API route: `viewer: Annotated[Viewer, needs("conversations:read")]`."""
    if scope not in SCOPES:
        raise KeyError(scope)
    requirement = Requirement(frozenset(roles), scope)

    async def viewer_of(request: Request, _: Bearer) -> Viewer:
        viewer = await gate_of(request).program(request)
        if viewer is None:
            raise NotSignedIn
        if not viewer.has_scope(scope):
            raise Forbidden(f"This token lacks the scope {scope}.", "scope")
        if not requirement.allows(viewer):
            raise Forbidden("The role of this token's account does not include this.", "role")
        return viewer

    return Depends(marked(viewer_of, requirement))


Bearer = Annotated[
    HTTPAuthorizationCredentials | None, Security(HTTPBearer(auto_error=False, scheme_name="token"))
]


def to_sign_in(request: Request) -> Response:
    """Send a person to the sign-in page and back again; a script is told where to go."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    by_script = "hx-request" in request.headers
    if request.method == "GET" and not by_script:
        return RedirectResponse(f"/sign-in?next={quote(wanted)}", status_code=303)
    if "text/html" in request.headers.get("accept", "") and not by_script:
        return RedirectResponse("/sign-in", status_code=303)
    at = parts_of(request.headers.get("hx-current-url", "")).path or "/"
    headers = {"HX-Redirect": f"/sign-in?next={quote(at)}"}
    return Response("You are not signed in any more.", status_code=401, headers=headers)


async def check_own_form(request: Request, viewer: Viewer) -> None:
    """What changes anything must come from our own page, in this very session."""
    if request.method in SAFE:
        return
    check_origin(request)
    if is_form(request):
        check_size(request)
    given = request.headers.get("x-csrf-token") or await token_in_form(request)
    if not hmac.compare_digest(given.encode(errors="replace"), viewer.csrf.encode()):
        raise Forbidden("This page is from an earlier session. Reload it and try again.", "csrf")


def check_origin(request: Request) -> None:
    """Browsers say where a request comes from; another place is refused."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        origin = request.headers.get("origin")
        foreign = origin is not None and parts_of(origin).netloc != request.headers.get("host")
    if foreign:
        raise Forbidden("This request came from another site.", "foreign_origin")


def parts_of(address: str) -> SplitResult:
    """An address in its parts; nothing where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


async def token_in_form(request: Request) -> str:
    given = (await request.form()).get("csrf")
    return given if isinstance(given, str) else ""


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith(FORMS)


def check_size(request: Request) -> None:
    """A form is read whole, so it must say how large it is, and be small."""
    if whole(request.headers.get("content-length", ""), LARGEST_FORM) is None:
        raise TooLarge("That form is too large.", "too_large")


def marked(endpoint: T, requirement: Requirement) -> T:
    vars(endpoint)["requirement"] = requirement
    return endpoint


def required(route: BaseRoute) -> Requirement | None:
    """What a route requires; None where nobody said, which a test does not let pass."""
    endpoint = getattr(route, "endpoint", None)
    found: Requirement | None = getattr(endpoint, "requirement", None)
    dependencies = getattr(getattr(route, "dependant", None), "dependencies", [])
    for each in dependencies:
        found = getattr(each.call, "requirement", None) or found
    return found


def walk(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Route]]:
    """Every route with its whole path, those of mounted apps too."""
    for route in routes:
        included = getattr(route, "original_router", None)  # FastAPI keeps routers as they were
        if included is not None:
            yield from walk(included.routes, prefix)
        elif isinstance(route, Mount):
            yield from walk(route.routes or [], prefix + route.path)
        elif isinstance(route, Route):
            yield prefix + route.path, route
