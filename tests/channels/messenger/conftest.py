"""The messenger's calls over a world whose clock is moved by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from coterie.channels.messenger.model import Site
from coterie.channels.messenger.pages import routes
from coterie.channels.messenger.sites import open_site
from coterie.kit.ids import new_id
from coterie.kit.settings import Smtp
from tests.world import Community, Expert, World, made_world

ORIGIN = "https://www.wattle.example"


@dataclass
class Desk:
    """A site, its community with Priya, and the way to call the server."""

    world: World
    site: Site
    riverina: Community
    priya: Expert
    http: httpx.AsyncClient
    app: Starlette

    async def browser(self, area: str | None = None) -> "Browser":
        answer = await self.call("POST", "/browsers", json={"area": area})
        assert answer.status_code == 201, answer.text
        return Browser(self, answer.json()["token"])

    async def call(
        self, method: str, path: str, *, origin: str | None = ORIGIN, **more: Any
    ) -> httpx.Response:
        headers = {"Origin": origin} if origin else {}
        headers.update(more.pop("headers", {}))
        return await self.http.request(
            method, f"/messenger/v1/{self.site.key}{path}", headers=headers, **more
        )

    async def ids(self, query: str) -> list[Any]:
        async with self.world.house.read() as tx:
            cursor = await tx.execute(query)
            return [row[0] for row in await cursor.fetchall()]

    async def code_in_outbox(self) -> str:
        [*_, last] = await self.ids("SELECT subject FROM outbox ORDER BY id")
        return str(last).split()[0]


@dataclass
class Browser:
    desk: Desk
    token: str

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return await self.desk.call(method, path, headers=headers, **more)

    async def writes(
        self, text: str = "No internet", *, key: str | None = None, **more: Any
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key or new_id()}
        return await self.call("POST", "/messages", json={"text": text, **more}, headers=headers)

    async def reads(self) -> list[str]:
        answer = await self.call("GET", "/messages")
        return [each["text"] for each in answer.json()["messages"]]

    async def state(self) -> Any:
        answer = await self.call("GET", "/state")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def attaches(
        self, content: bytes, name: str = "a.txt", type_: str = "text/plain"
    ) -> httpx.Response:
        return await self.call(
            "POST",
            "/attachments",
            params={"name": name},
            content=content,
            headers={"Content-Type": type_},
        )

    async def proves(self, email: str) -> httpx.Response:
        asked = await self.call("POST", "/codes", json={"email": email})
        assert asked.status_code == 202, asked.text
        return await self.gives(code=await self.desk.code_in_outbox())

    async def gives(self, path: str = "/proofs", **proof: str) -> httpx.Response:
        """Prove who this is, and keep the token that is answered."""
        answer = await self.call("POST", path, json=proof)
        self.token = answer.json().get("token", self.token)
        return answer


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Desk]:
    async with made_world(database) as world:
        smtp = Smtp("127.0.0.1", 9, "care@wattle.example")
        world.house = replace(world.house, settings=replace(world.house.settings, smtp=smtp))
        riverina = await world.community("Riverina", ["2650"])
        priya = await riverina.expert("Priya Nair")
        async with world.house.ledger.unit(now=world.now) as tx:
            site = await open_site(tx, world.now, "Wattle Telecom", [ORIGIN])
        app = Starlette(routes=routes())
        app.state.house = world.house
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://care.example") as http:
            yield Desk(world, site, riverina, priya, http, app)
