"""The planner's pages over a world, people who open them, and a workshop whose process can be another one."""

import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from coterie.app import HANDLERS
from coterie.communities import actions
from coterie.communities.model import Area
from coterie.communities.queries import standing
from coterie.kit.access import open_gate
from coterie.kit.access.accounts import open_account
from coterie.kit.access.gate import Gate
from coterie.kit.access.links import Links
from coterie.kit.access.sessions import begin_session, digest
from coterie.kit.access.viewer import Role
from coterie.kit.db import transaction
from coterie.planner import plans
from coterie.planner.routes import routes
from coterie.planner.workshop import Workshop
from coterie.planning.plan import Plan, read_plan
from tests.planning.made_up import a_plan
from tests.world import World


@dataclass
class Visitor:
    """Somebody at a browser."""

    client: AsyncClient
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> Response:
        return await self.client.get(path, headers={"Accept": "text/html", **headers})

    async def post(self, path: str, files: Any = None, **form: Any) -> Response:
        given = {"csrf": self.csrf, **form}
        return await self.client.post(path, data=given, files=files, headers={"Accept": "text/html"})  # fmt: skip

    async def script(self, path: str, **form: Any) -> Response:
        """As the page's own script sends a form."""
        headers = {"Accept": "application/json", "X-CSRF-Token": self.csrf}
        return await self.client.post(path, data=form, headers=headers)


@dataclass
class Hall:
    world: World
    app: Any
    gate: Gate
    workshop: Workshop
    ids: dict[str, str] = field(default_factory=dict)

    async def account(self, role: Role) -> str:
        """Somebody of no community."""
        if role not in self.ids:
            async with self.world.house.ledger.unit(now=self.world.now) as tx:
                self.ids[role] = await open_account(
                    tx, self.world.now, email=f"{role}@example.org", name=role.title(), role=role
                )
        return self.ids[role]

    @asynccontextmanager
    async def visitor(self, person_id: str | None) -> AsyncIterator[Visitor]:
        transport = ASGITransport(self.app)
        async with AsyncClient(transport=transport, base_url="http://care") as client:
            visitor = Visitor(client)
            if person_id:
                async with self.world.house.ledger.unit(now=self.world.now) as tx:
                    secret = await begin_session(tx, self.world.now, person_id)
                client.cookies.set(self.gate.cookie, secret, domain="care.local")
                visitor.csrf = Links(self.world.house.settings.secret).csrf(digest(secret))
            yield visitor

    @asynccontextmanager
    async def planner(self) -> AsyncIterator[Visitor]:
        async with self.visitor(await self.account("planner")) as visitor:
            yield visitor

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Visitor]:
        async with self.visitor(await self.account("admin")) as visitor:
            yield visitor

    async def keeps(self, plan: Plan | None = None, name: str = "Murray") -> str:
        """A plan that is there; its id."""
        async with transaction(self.world.house.pool) as tx:
            return await plans.keep(tx, self.world.now, name, plan or a_plan(), None)

    async def plan(self, plan_id: str) -> Plan:
        async with self.world.house.read() as tx:
            stored = await plans.known_plan(tx, plan_id)
        assert stored.document is not None
        return read_plan(stored.document)

    def works_with(self, script: str) -> None:
        """From now on what is worked out apart is worked out by these lines of Python."""
        self.workshop.program = speaking(script)


def speaking(script: str) -> Sequence[str]:
    return (sys.executable, "-c", f"import json, sys, time\nwanted = json.load(sys.stdin)\nsay = lambda **what: print(json.dumps(what), flush=True)\n{script}")  # fmt: skip


def said(answer: Response) -> str:
    """The words of a page, without its marks."""
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0] if main else answer.text).split())


async def inhabited(world: World) -> None:
    """Six areas in a row, with one or two customers each who have written."""
    riverina = await world.community("Riverina", [f"26{at}0" for at in range(6)])
    await riverina.expert("Ana Ruiz")
    async with world.house.ledger.unit(now=world.now) as tx:
        await actions.add_areas(tx, world.now, [Area(f"26{at}0", f"Place {at}", -36, 146 + at / 10) for at in range(6)])  # fmt: skip
        await tx.execute("INSERT INTO adjacency (a, b) SELECT '26' || n || '0', '26' || n + 1 || '0' FROM generate_series(0, 4) n")  # fmt: skip
    for at in range(6):
        for number in range(1 + at % 2):
            await world.customer(f"Customer {at} {number}", f"26{at}0").writes("Is it fixed?")


@asynccontextmanager
async def opened_hall(world: World) -> AsyncIterator[Hall]:
    app = Starlette(routes=routes(), exception_handlers=HANDLERS)
    gate = open_gate(world.house.settings, world.house.pool, lambda: world.now, standing)
    workshop = Workshop(world.house)
    app.state.house, app.state.gate, app.state.workshop = world.house, gate, workshop
    yield Hall(world, app, gate, workshop)
    await workshop.close()
