"""The board's pages over a world, and people who open them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from coterie.app import HANDLERS
from coterie.board.routes import routes
from coterie.communities.queries import standing
from coterie.kit.access import open_gate
from coterie.kit.access.accounts import open_account
from coterie.kit.access.gate import Gate
from coterie.kit.access.sessions import begin_session
from coterie.kit.access.viewer import Role
from tests.world import World


@dataclass
class Hall:
    world: World
    app: Any
    gate: Gate

    async def account(self, role: Role) -> str:
        """Somebody of no community."""
        async with self.world.house.ledger.unit(now=self.world.now) as tx:
            return await open_account(
                tx, self.world.now, email=f"{role}@example.org", name=role.title(), role=role
            )

    async def opens(self, person_id: str | None, path: str) -> Response:
        """What somebody is answered; nobody for None."""
        async with self.visitor(person_id) as client:
            return await client.get(path, headers={"Accept": "text/html"})

    @asynccontextmanager
    async def visitor(self, person_id: str | None) -> AsyncIterator[AsyncClient]:
        transport = ASGITransport(self.app)
        async with AsyncClient(transport=transport, base_url="http://care") as client:
            if person_id:
                async with self.world.house.ledger.unit(now=self.world.now) as tx:
                    secret = await begin_session(tx, self.world.now, person_id)
                client.cookies.set(self.gate.cookie, secret, domain="care.local")
            yield client


def opened_hall(world: World) -> Hall:
    app = Starlette(routes=routes(), exception_handlers=HANDLERS)
    gate = open_gate(world.house.settings, world.house.pool, lambda: world.now, standing)
    app.state.house, app.state.gate = world.house, gate
    return Hall(world, app, gate)
