"""The whole app over a real database, two communities in it, and somebody of every role in each."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from coterie.app import build
from coterie.communities import actions as communities
from coterie.communities.model import Area
from coterie.kit.access.accounts import open_account
from coterie.kit.access.sessions import begin_session, digest
from coterie.kit.access.tokens import SCOPES, make_token
from coterie.kit.access.viewer import ROLES, Role
from coterie.kit.db import Tx
from coterie.kit.house import House
from coterie.kit.ids import new_id
from coterie.kit.settings import Settings

NAMES = ("North", "South")
AREAS = {"North": "2480", "South": "2650"}
MEMBERS: tuple[Role, ...] = ("manager", "coach", "expert")


class Answer(NamedTuple):
    """What came back; of a stream only its beginning."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Begun(Exception):
    """A stream has begun: enough is known."""


@dataclass(slots=True)
class Person:
    """An account with a token of every scope, and the session of somebody who signed in."""

    id: str
    role: Role
    token_id: str
    token: str
    cookie: str
    csrf: str = ""


@dataclass(slots=True)
class Site:
    """What a test talks to. `people` by role, of the North; `mates` are one more expert in each community."""

    app: ASGIApp
    starlette: Starlette
    house: House
    communities: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    mates: dict[str, Person] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request to the API as a program sends it. `body` is JSON, or bytes as they are."""
        sent = dict(headers or {})
        if token:
            sent["authorization"] = f"Bearer {token}"
        content = b""
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("content-type", "application/json")
        return await request(self.app, method, path, sent, content)

    async def contact(
        self, name: str, who: str = "", text: str = "My bill is wrong.", **more: Any
    ) -> Answer:
        """A customer of this community writes."""
        body = {
            "channel": "messenger",
            "from": {
                "kind": "handle",
                "value": who or new_id(),
                "proved": True,
                "area": AREAS[name],
            },
            "text": text,
            **more,
        }
        key = {"idempotency-key": new_id()}
        return await self.call(
            "POST", "/api/v1/contacts", self.people["admin"].token, body, headers=key
        )


async def request(
    app: ASGIApp, method: str, path: str, headers: Mapping[str, str], content: bytes
) -> Answer:
    """One request straight into the app."""
    scope = scope_of(method, path, headers, content)
    status, got, body = 0, {}, b""

    async def receive() -> Message:
        nonlocal content
        given, content = content, b""
        return {"type": "http.request", "body": given, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, got, body
        if message["type"] == "http.response.start":
            status = message["status"]
            got = {name.decode(): value.decode() for name, value in message["headers"]}
            if got.get("content-type", "").startswith("text/event-stream"):
                raise Begun
        else:
            body += message.get("body", b"")

    with suppress(Begun):
        await app(scope, receive, send)
    return Answer(status, got, body)


def scope_of(method: str, path: str, headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
    raw, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": raw,
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-length", str(len(content)).encode()),
            *((name.lower().encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


@asynccontextmanager
async def opened_site(database: str) -> AsyncIterator[Site]:
    settings = Settings(Path("/nonexistent"), "http://127.0.0.1", "secret", database_url=database)
    app = build(settings)
    inner: Any = app
    while not isinstance(inner, Starlette):
        inner = inner.app
    async with inner.router.lifespan_context(inner):
        site = Site(app, inner, inner.state.house)
        await people(site)
        yield site


async def people(site: Site) -> None:
    now = datetime.now(UTC)
    async with site.house.ledger.unit(now=now) as tx:
        region = await communities.found_region(tx, now, "Coast")
        for name in NAMES:
            id_ = await communities.found_community(tx, now, region, name, "Australia/Sydney")
            await communities.add_areas(tx, now, [Area(AREAS[name], name)])
            await communities.assign_territory(tx, now, id_, [AREAS[name]])
            site.communities[name] = id_
            site.mates[name] = await member(site, tx, now, id_, "expert", f"mate.{name}")
        for role in ROLES:
            site.people[role] = (
                await member(site, tx, now, site.communities["North"], role, role)
                if role in MEMBERS
                else await person(site, tx, now, await account(tx, now, role), role)
            )


async def account(tx: Tx, now: datetime, role: Role) -> str:
    return await open_account(
        tx, now, email=f"{role}@example.com", name=role.title(), role=role,
        password_hash=None, by=None,
    )  # fmt: skip


async def member(
    site: Site, tx: Tx, now: datetime, community: str, role: Role, name: str
) -> Person:
    id_ = await communities.appoint(
        tx, now, community, email=f"{name}@example.com", name=name.title(), role=role, capacity=100
    )
    await communities.set_presence(tx, now, id_, "present")
    return await person(site, tx, now, id_, role)


async def person(site: Site, tx: Tx, now: datetime, id_: str, role: Role) -> Person:
    token_id, token = await make_token(tx, now, id_, "all", list(SCOPES))
    cookie = await begin_session(tx, now, id_, "a test")
    gate = site.starlette.state.gate
    return Person(id_, role, token_id, token, cookie, gate.links.csrf(digest(cookie)))
