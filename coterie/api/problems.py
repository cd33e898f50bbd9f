"""Errors in one form: problem details (RFC 9457), with a sentence that says what to do."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg.errors import OperationalError
from psycopg_pool import PoolTimeout
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from coterie.kit.errors import Invalid, Refused

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong. `code` is for programs; `detail` is a sentence for a person; `fields` name what is wrong where."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    fields: dict[str, str] | None = None


def problem(
    status: int,
    detail: str,
    code: str,
    *,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if fields:
        content["fields"] = dict(fields)
    return ProblemResponse(content, status, headers=headers)


class ProblemResponse(JSONResponse):
    """In ASCII, since what was wrong may be half a character."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


async def refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    field = error.field if isinstance(error, Invalid) else None
    retry = getattr(error, "retry_after_s", None)
    headers = {"Retry-After": str(retry)} if retry is not None else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    fields = {field: error.sentence} if field else None
    return problem(error.status, error.sentence, error.code, fields=fields, headers=headers)


async def malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = {
        ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0]): each["msg"]
        for each in error.errors()
    }
    where, what = next(iter(fields.items()))
    return problem(422, f"{where}: {what}", "malformed", fields=fields)


async def http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = "too_large" if error.status_code == 413 else HTTPStatus(error.status_code).name.lower()
    return problem(error.status_code, str(error.detail), code, headers=error.headers)


async def database_away(request: Request, error: Exception) -> JSONResponse:
    log.warning("the database is away", error=str(error))
    return problem(
        503, "The database is restarting: try again with the same key.", "unavailable",
        headers={"Retry-After": "1"},
    )  # fmt: skip


async def broken(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "Something went wrong on our side. It is in our log; try again.", "broken")


def speak_in_problems(app: FastAPI) -> None:
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(OperationalError, database_away)
    app.add_exception_handler(PoolTimeout, database_away)
    app.add_exception_handler(Exception, broken)


def may_fail(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for the OpenAPI document; those of every route are added."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({400, 401, 403, 422, 429, 503, *statuses})
    }
