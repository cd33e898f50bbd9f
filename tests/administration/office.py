"""An office for the tests: the pages of the administration over a house, and people of every role who open them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from coterie.administration.routes import routes
from coterie.app import HANDLERS
from coterie.communities import actions
from coterie.communities.model import Area
from coterie.communities.queries import standing
from coterie.house import opened_house
from coterie.kit.access import open_gate
from coterie.kit.access.accounts import open_account
from coterie.kit.access.gate import Gate
from coterie.kit.access.headers import SecurityHeaders
from coterie.kit.access.links import Links
from coterie.kit.access.sessions import begin_session, digest
from coterie.kit.access.viewer import Role
from coterie.kit.house import House
from coterie.kit.settings import Settings, Smtp

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SECRET = "a secret of the test"


@dataclass
class Visitor:
    """Somebody at a browser; None in place of an id: nobody."""

    client: AsyncClient
    csrf: str = ""

    async def get(self, path: str, **more: Any) -> Response:
        return await self.client.get(path, headers={"Accept": "text/html"}, **more)

    async def post(self, path: str, **form: Any) -> Response:
        """Send a form of ours: with the token of the session."""
        given = {"csrf": self.csrf, **form}
        return await self.client.post(path, data=given, headers={"Accept": "text/html"})


@dataclass
class Office:
    house: House
    gate: Gate
    app: Any
    clock: list[datetime]
    ids: dict[str, str] = field(default_factory=dict)

    def later(self, **by: float) -> None:
        self.clock[0] += timedelta(**by)

    @asynccontextmanager
    async def visitor(self, name: str | None = None) -> AsyncIterator[Visitor]:
        """Somebody of this name, signed in; nobody without one."""
        transport = ASGITransport(self.app)
        async with AsyncClient(transport=transport, base_url="http://care") as client:
            visitor = Visitor(client)
            if name:
                async with self.house.ledger.unit(now=self.clock[0]) as tx:
                    secret = await begin_session(tx, self.clock[0], self.ids[name])
                client.cookies.set(self.gate.cookie, secret, domain="care.local")
                visitor.csrf = Links(SECRET).csrf(digest(secret))
            yield visitor

    async def account(self, name: str, role: Role, password_hash: str | None = "none") -> str:
        async with self.house.ledger.unit(now=self.clock[0]) as tx:
            self.ids[name] = await open_account(
                tx, self.clock[0], email=f"{name.lower()}@example.org", name=name, role=role,
                password_hash=password_hash,
            )  # fmt: skip
        return self.ids[name]

    async def member(self, name: str, community: str, role: str = "expert") -> str:
        async with self.house.ledger.unit(self.ids[community], now=self.clock[0]) as tx:
            self.ids[name] = await actions.appoint(
                tx, self.clock[0], self.ids[community], email=f"{name.lower()}@example.org",
                name=name, role=role, skills={"billing": 3}, password_hash="none",
            )  # fmt: skip
        return self.ids[name]

    async def all_rows(self, sql: Any, params: Any = ()) -> list[tuple[Any, ...]]:
        async with self.house.read() as tx:
            return await (await tx.execute(sql, params)).fetchall()


@asynccontextmanager
async def opened_office(database: str, *, mail: bool = True) -> AsyncIterator[Office]:
    clock = [START]
    settings = Settings(
        Path("/nonexistent"),
        "http://care",
        SECRET,
        database_url=database,
        smtp=Smtp("127.0.0.1", 8399, "care@example.org") if mail else None,
    )

    def now() -> datetime:
        return clock[0]

    async with opened_house(settings, now=now, ticking=False) as house:
        app = Starlette(routes=routes(), exception_handlers=HANDLERS)
        app.state.house = house
        app.state.gate = open_gate(settings, house.pool, now, standing)
        yield Office(house, app.state.gate, SecurityHeaders(app), clock)


async def furnished(office: Office) -> None:
    """Two communities with people of every role, and areas: one each, one in nobody's territory."""
    await office.account("Ines", "admin")
    await office.account("Tom", "planner")
    await office.account("Wei", "specialist")
    async with office.house.ledger.unit(now=START) as tx:
        region = office.ids["region"] = await actions.found_region(tx, START, "Murray")
        for name in ("Riverina", "Hunter"):
            office.ids[name] = await actions.found_community(
                tx, START, region, name, "Australia/Sydney"
            )
        await actions.add_areas(tx, START, [Area(a, "") for a in ("2300", "2650", "2651")])
        await actions.assign_territory(tx, START, office.ids["Riverina"], ["2650"])
        await actions.assign_territory(tx, START, office.ids["Hunter"], ["2300"])
    await office.member("Mia", "Riverina", "manager")
    await office.member("Cem", "Riverina", "coach")
    await office.member("Ana", "Riverina")
    await office.member("Bo", "Hunter")
