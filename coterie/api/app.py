"""The API as one application, to be mounted at /api/v1."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from coterie import __version__
from coterie.api import (
    absences,
    areas,
    asks,
    cases,
    communities,
    contacts,
    crossings,
    customers,
    events,
    experts,
    households,
    merges,
    promises,
    scorecards,
    territory_changes,
    threads,
    tokens,
)
from coterie.api.problems import Problem, speak_in_problems
from coterie.api.sizes import SmallBodies

DESCRIPTION = """Customer care by communities of experts.

A bearer token acts as its account. Ids are opaque strings; times are RFC 3339 in UTC; lists are
`{"items": [...], "next": cursor or null}`. What belongs to another community is 404 to its non-members.
Calls that bring something in take an `Idempotency-Key`: the same key and body get the same answer, for ever."""


def api() -> FastAPI:
    app = FastAPI(
        title="Coterie", version=__version__, description=DESCRIPTION,
        docs_url=None, redoc_url=None, openapi_url="/openapi.json", root_path_in_servers=False,
        servers=[{"url": "/api/v1"}],
    )  # fmt: skip
    for room in (
        contacts,
        threads,
        cases,
        promises,
        asks,
        customers,
        crossings,
        households,
        merges,
        experts,
        absences,
        tokens,
        communities,
        scorecards,
        areas,
        territory_changes,
        events,
    ):
        app.include_router(room.router)
    speak_in_problems(app)
    app.add_middleware(SmallBodies)
    # The framework asks the app for its document by this name, and wants it replaced so.
    app.openapi = lambda: documented(app)  # type: ignore[method-assign]  # as FastAPI documents it
    return app


def documented(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the one form of errors in place of the framework's."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description,
            routes=app.routes, servers=app.servers, openapi_version="3.1.0",
        )  # fmt: skip
        schemas = document["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        app.openapi_schema = document
    return app.openapi_schema
