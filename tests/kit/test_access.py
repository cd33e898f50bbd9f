"""Sessions, tokens, roles and forms, through a small app on a real database."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from coterie.kit.access import Gate, Standing, Viewer, needs, open_gate, page, public
from coterie.kit.access.accounts import (
    account,
    change_account,
    close_account,
    open_account,
)
from coterie.kit.access.headers import SecurityHeaders
from coterie.kit.access.links import LinkEnded
from coterie.kit.access.passwords import hash_password
from coterie.kit.access.requirements import required, walk
from coterie.kit.access.sessions import end_session, end_sessions, sessions_of
from coterie.kit.access.sign_in import choose_password, mail_reset, sign_in
from coterie.kit.access.tokens import make_token, revoke_token, tokens
from coterie.kit.access.viewer import Role
from coterie.kit.db import Tx, open_pool, transaction, value
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.limits import TooMany
from coterie.kit.settings import Settings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "brisk otter lantern"


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Door:
    """A gate with an app behind it, and people who may come."""

    gate: Gate
    clock: Clock
    app: Starlette
    standing: dict[str, Standing] = field(default_factory=dict)

    async def person(self, role: Role, name: str = "Ana") -> str:
        async with transaction(self.gate.pool) as tx:
            return await open_account(
                tx, self.clock(), email=f"{name.lower()}@example.org", name=name, role=role,
                password_hash=await hash_password(PASSWORD),
            )  # fmt: skip

    @asynccontextmanager
    async def browser(self, cookie: str | None = None) -> AsyncIterator[AsyncClient]:
        cookies = {self.gate.cookie: cookie} if cookie else {}
        transport = ASGITransport(self.app)
        async with AsyncClient(transport=transport, base_url="http://care", cookies=cookies) as it:
            yield it

    async def sign_in(self, name: str = "Ana", password: str = PASSWORD) -> str:
        return await sign_in(self.gate, f"{name}@example.org", password, "10.0.0.1", "Firefox")


@page()
async def about_me(request: Request, viewer: Viewer) -> Response:
    return PlainTextResponse(f"{viewer.role} {viewer.name} {viewer.csrf}")


@page(roles={"admin"})
async def change(request: Request, viewer: Viewer) -> Response:
    return PlainTextResponse(f"changed {(await request.form()).get('what')}")


@public
async def greeting(request: Request) -> Response:
    return PlainTextResponse("hello")


def programs() -> FastAPI:
    api = FastAPI()

    @api.get("/cases")
    async def cases(viewer: Annotated[Viewer, needs("conversations:read")]) -> str:
        return viewer.name

    @api.post("/settings")
    async def settings(
        viewer: Annotated[Viewer, needs("communities:write", roles={"admin", "manager"})],
    ) -> str:
        return viewer.name

    return api


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return PlainTextResponse(error.sentence, status_code=error.status)


@pytest.fixture
async def door(database: str, tmp_path: Path) -> AsyncIterator[Door]:
    pool = await open_pool(database)
    clock = Clock()
    standing: dict[str, Standing] = {}

    async def find(tx: Tx, account_id: str) -> Standing:
        return standing.get(account_id, Standing())

    settings = Settings(tmp_path, "http://care", "a secret")
    api = programs()
    app = Starlette(
        routes=[
            Route("/me", about_me),
            Route("/change", change, methods=["GET", "POST"]),
            Route("/hello", greeting, methods=["GET", "POST"]),
            Mount("/api", api),
        ],
        exception_handlers={Refused: refused},
    )
    api.add_exception_handler(Refused, refused)
    gate = open_gate(settings, pool, clock, find)
    app.state.gate = api.state.gate = gate
    yield Door(gate, clock, app, standing)
    await pool.close()


async def test_who_is_not_signed_in_is_sent_to_the_door_and_back(door: Door) -> None:
    async with door.browser() as browser:
        answer = await browser.get("/me?tab=2")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=/me%3Ftab%3D2"
        posted = await browser.post("/change", headers={"HX-Current-URL": "http://care/me"})
        assert (posted.status_code, posted.headers["hx-redirect"]) == (401, "/sign-in?next=/me")


async def test_a_session_lasts_while_it_is_used_and_ends_at_the_latest_after_a_week(
    door: Door,
) -> None:
    await door.person("expert")
    cookie = await door.sign_in()
    async with door.browser(cookie) as browser:
        assert (await browser.get("/me")).text.startswith("expert Ana ")
        for _ in range(15):
            door.clock.forward(hours=11)
            assert (await browser.get("/me")).status_code == 200
        door.clock.forward(hours=3)
        assert (await browser.get("/me")).status_code == 303
    fresh = await door.sign_in()
    door.clock.forward(hours=12, seconds=1)
    async with door.browser(fresh) as browser:
        assert (await browser.get("/me")).status_code == 303


async def test_only_the_hash_of_a_session_is_stored_and_its_use_is_noted_once_a_minute(
    door: Door,
) -> None:
    ana = await door.person("expert")
    cookie = await door.sign_in()
    async with transaction(door.gate.pool) as tx:
        [session] = await sessions_of(tx, door.clock(), ana)
        assert len(session.hash) == 32 and cookie.encode() not in session.hash
    async with door.browser(cookie) as browser:
        for seconds, used in ((30, NOW), (31, NOW + timedelta(seconds=61))):
            door.clock.forward(seconds=seconds)
            await browser.get("/me")
            async with transaction(door.gate.pool) as tx:
                [session] = await sessions_of(tx, door.clock(), ana)
                assert session.used_at == used


async def test_signing_in_clears_away_the_sessions_that_are_over(door: Door) -> None:
    await door.person("expert")
    await door.sign_in()
    door.clock.forward(hours=6)
    await door.sign_in()
    door.clock.forward(hours=6, seconds=1)
    await door.sign_in()
    async with transaction(door.gate.pool) as tx:
        assert await value(tx, "SELECT count(*) FROM sessions") == 2


async def test_signing_out_takes_effect_at_once_here(door: Door) -> None:
    ana = await door.person("expert")
    one, other = await door.sign_in(), await door.sign_in()
    async with door.browser(one) as here, door.browser(other) as there:
        assert (await here.get("/me")).status_code == (await there.get("/me")).status_code == 200
        async with transaction(door.gate.pool) as tx:
            assert await end_sessions(tx, ana) == 2
        assert (await here.get("/me")).status_code == 200, "another process still remembers"
        door.gate.forget(ana)
        assert (await here.get("/me")).status_code == (await there.get("/me")).status_code == 303


async def test_what_was_read_before_a_sign_out_is_not_remembered_after_it(door: Door) -> None:
    ana = await door.person("expert")
    cookie = await door.sign_in()
    standing = door.gate.standing

    async def signed_out_meanwhile(tx: Tx, account_id: str) -> Standing:
        async with transaction(door.gate.pool) as other:
            await end_sessions(other, ana)
        door.gate.forget(ana)
        return await standing(tx, account_id)

    door.gate.standing = signed_out_meanwhile
    async with door.browser(cookie) as browser:
        assert (await browser.get("/me")).status_code == 200, "it began before"
        assert (await browser.get("/me")).status_code == 303


async def test_nobody_ends_the_session_of_somebody_else(door: Door) -> None:
    ana, bo = await door.person("expert"), await door.person("expert", "Bo")
    await door.sign_in("Bo")
    async with transaction(door.gate.pool) as tx:
        [session] = await sessions_of(tx, NOW, bo)
        assert not await end_session(tx, ana, session.hash)
        assert await sessions_of(tx, NOW, bo) == [session]


async def test_wrong_address_and_wrong_password_read_the_same(door: Door) -> None:
    await door.person("expert")
    said = set()
    for name, password in (("Ana", "wrong password"), ("Nobody", PASSWORD), ("Ana", "")):
        with pytest.raises(Invalid) as caught:
            await door.sign_in(name, password)
        said.add(caught.value.sentence)
    assert len(said) == 1


async def test_guessing_is_slowed_down_for_the_address_even_with_the_right_password(
    door: Door,
) -> None:
    await door.person("expert")
    for _ in range(10):
        with pytest.raises(Invalid):
            await door.sign_in(password="wrong password")
    with pytest.raises(TooMany):
        await door.sign_in()
    door.clock.forward(minutes=1)
    assert await door.sign_in()


async def test_a_closed_account_opens_nothing(door: Door) -> None:
    ana = await door.person("expert")
    cookie = await door.sign_in()
    async with transaction(door.gate.pool) as tx:
        _, token = await make_token(tx, NOW, ana, "robot", ["conversations:read"])
        await close_account(tx, NOW, ana)
    async with door.browser(cookie) as browser:
        assert (await browser.get("/me")).status_code == 303
        bearer = {"Authorization": f"Bearer {token}"}
        assert (await browser.get("/api/cases", headers=bearer)).status_code == 401
    with pytest.raises(Invalid):
        await door.sign_in()


async def test_a_role_opens_its_own_pages_only(door: Door) -> None:
    await door.person("manager")
    async with door.browser(await door.sign_in()) as browser:
        answer = await browser.get("/change")
        assert (answer.status_code, answer.text) == (403, "Your role does not include this.")


async def test_a_form_is_taken_from_our_own_page_in_this_session_only(door: Door) -> None:
    await door.person("admin")
    async with door.browser(await door.sign_in()) as browser:
        csrf = (await browser.get("/me")).text.split()[-1]
        form = {"what": "all", "csrf": csrf}
        assert (await browser.post("/change", data=form)).text == "changed all"
        by_header = await browser.post(
            "/change", data={"what": "x"}, headers={"X-CSRF-Token": csrf}
        )
        assert by_header.text == "changed x"
        multipart = await browser.post("/change", data=form, files={"f": b"x"})
        assert multipart.text == "changed all"
        for wrong in ({}, {"csrf": "0" * 40}, {"csrf": "ü"}):
            assert (await browser.post("/change", data=wrong)).status_code == 403
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "http://evil"},
            {"Origin": "null"},
        ):
            answer = await browser.post("/change", data=form, headers=headers)
            assert answer.status_code == 403, headers
        assert (await browser.post("/change", content=b"x" * 3_000_000, headers={"Content-Type": "application/x-www-form-urlencoded"})).status_code == 413  # fmt: skip
        assert (await browser.post("/hello", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403  # fmt: skip
    async with door.browser(await door.sign_in()) as another:
        assert (await another.post("/change", data=form)).status_code == 403


async def test_a_token_does_what_its_scopes_and_its_role_allow(door: Door) -> None:
    ana = await door.person("expert")
    async with transaction(door.gate.pool) as tx:
        _, reader = await make_token(tx, NOW, ana, "reader", ["conversations:read"])
        _, writer = await make_token(tx, NOW, ana, "writer", ["communities:write"])
        stored = await value(
            tx, "SELECT count(*) FROM tokens WHERE hash::text LIKE %s", [f"%{reader}%"]
        )
        assert stored == 0
    async with door.browser() as client:

        async def ask(method: str, path: str, token: str) -> int:
            headers = {"Authorization": f"Bearer {token}"}
            return (await client.request(method, path, headers=headers)).status_code

        assert await ask("GET", "/api/cases", reader) == 200
        assert await ask("GET", "/api/cases", writer) == 403
        assert await ask("POST", "/api/settings", writer) == 403, "an expert sets nothing"
        assert await ask("GET", "/api/cases", "coterie_nonsense") == 401
        assert (await client.get("/api/cases")).status_code == 401
        door.clock.forward(seconds=6)
        async with transaction(door.gate.pool) as tx:
            await change_account(tx, NOW, (await account(tx, ana)), {"role": "manager"})  # type: ignore[arg-type]
        assert await ask("POST", "/api/settings", writer) == 200


async def test_a_revoked_or_ended_token_opens_nothing(door: Door) -> None:
    ana = await door.person("expert")
    async with transaction(door.gate.pool) as tx:
        revoked_id, revoked = await make_token(tx, NOW, ana, "one", ["conversations:read"])
        ends_at = NOW + timedelta(days=1)
        _, ended = await make_token(tx, NOW, ana, "two", ["conversations:read"], ends_at=ends_at)
    async with door.browser() as client:
        for token in (revoked, ended):
            answer = await client.get("/api/cases", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200
        async with transaction(door.gate.pool) as tx:
            await revoke_token(tx, NOW, revoked_id)
            with pytest.raises(NotFound):
                await revoke_token(tx, NOW, revoked_id)
            assert [each.name for each in await tokens(tx)] == ["two", "one"]
        door.clock.forward(days=1)
        for token in (revoked, ended):
            answer = await client.get("/api/cases", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 401


async def test_a_session_cookie_does_not_open_the_api(door: Door) -> None:
    await door.person("admin")
    async with door.browser(await door.sign_in()) as browser:
        assert (await browser.get("/api/cases")).status_code == 401


async def test_a_token_is_no_session_however_lately_it_was_used(door: Door) -> None:
    """A token is narrowed by its scopes, a session by nothing: neither may pass for the other."""
    ana = await door.person("admin")
    async with transaction(door.gate.pool) as tx:
        _, token = await make_token(tx, NOW, ana, "robot", ["conversations:read"])
    bearer = {"Authorization": f"Bearer {token}"}
    async with door.browser(token) as browser:
        assert (await browser.get("/api/cases", headers=bearer)).status_code == 200
        assert (await browser.get("/me")).status_code == 303
        assert (await browser.post("/change", data={"csrf": ""})).status_code == 401
        assert (await browser.get("/api/cases", headers=bearer)).status_code == 200
    cookie = await door.sign_in()
    async with door.browser(cookie) as browser:
        assert (await browser.get("/me")).status_code == 200
        bearer = {"Authorization": f"Bearer {cookie}"}
        assert (await browser.get("/api/cases", headers=bearer)).status_code == 401


async def test_a_password_that_changes_while_it_is_tried_opens_nothing(door: Door) -> None:
    ana = await door.person("expert")
    hashed = await hash_password("quiet harbour violin")

    async def changed_meanwhile(password_hash: str | None, password: str) -> bool:
        async with transaction(door.gate.pool) as tx:
            found = await account(tx, ana)
            assert found is not None
            await choose_password(tx, NOW, found, hashed)
        return True

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("coterie.kit.access.sign_in.matches", changed_meanwhile)
        with pytest.raises(Invalid):
            await door.sign_in()
    async with transaction(door.gate.pool) as tx:
        assert await sessions_of(tx, NOW, ana) == []


async def test_of_two_who_choose_a_password_at_once_with_one_link_the_second_is_too_late(
    door: Door,
) -> None:
    ana = await door.person("expert")
    async with transaction(door.gate.pool) as tx:
        found = await account(tx, ana)
        assert found is not None
        await choose_password(tx, NOW, found, await hash_password("quiet harbour violin"))
    async with transaction(door.gate.pool) as tx:
        with pytest.raises(Refused):
            await choose_password(tx, NOW, found, await hash_password("another amber cellar"))
    assert await door.sign_in(password="quiet harbour violin")


@pytest.mark.parametrize("odd", ["http://[", "http://[::1", "//["])
async def test_an_address_that_is_none_is_refused_and_no_fault_of_ours(
    door: Door, odd: str
) -> None:
    async with door.browser() as browser:
        answer = await browser.post("/hello", headers={"Origin": odd})
        assert answer.status_code == 403
        headers = {"HX-Request": "true", "HX-Current-URL": odd}
        sent = await browser.get("/me", headers=headers)
        assert (sent.status_code, sent.headers["hx-redirect"]) == (401, "/sign-in?next=/")


async def test_a_link_works_once_and_ends_every_session(door: Door) -> None:
    ana = await door.person("expert")
    cookie = await door.sign_in()
    async with transaction(door.gate.pool) as tx:
        found = await account(tx, ana)
        assert found is not None
        link = door.gate.links.choose_password(found, NOW + timedelta(hours=1))
        assert (await door.gate.links.account_of(tx, NOW, link)).id == ana
        for wrong in ("", "x", link[:-1], link + "x"):
            with pytest.raises(LinkEnded):
                await door.gate.links.account_of(tx, NOW, wrong)
        with pytest.raises(LinkEnded):
            await door.gate.links.account_of(tx, NOW + timedelta(hours=2), link)
        await choose_password(tx, NOW, found, await hash_password("quiet harbour violin"))
        with pytest.raises(LinkEnded):
            await door.gate.links.account_of(tx, NOW, link)
    async with door.browser(cookie) as browser:
        assert (await browser.get("/me")).status_code == 303
    assert await door.sign_in(password="quiet harbour violin")


async def test_a_reset_is_mailed_to_who_has_an_account_and_to_nobody_else(door: Door) -> None:
    await door.person("expert")
    for email in ("ana@example.org", "nobody@example.org"):
        await mail_reset(door.gate, email, "10.0.0.1", "http://care")
    async with transaction(door.gate.pool) as tx:
        found = await tx.execute("SELECT recipient, body FROM outbox")
        [(recipient, body)] = await found.fetchall()
    assert recipient == "ana@example.org" and "http://care/password/" in body


async def test_every_route_says_what_it_requires(door: Door) -> None:
    table = {path: required(route) for path, route in walk(door.app.routes)}
    assert table["/change"] and table["/change"].roles == frozenset(["admin"])
    assert table["/hello"] and table["/hello"].roles is None
    assert table["/api/cases"] and table["/api/cases"].scope == "conversations:read"
    assert table["/api/settings"] and table["/api/settings"].roles == frozenset(
        ["admin", "manager"]
    )


async def test_the_setup_code_is_read_as_people_type_it(door: Door) -> None:
    links = door.gate.links
    assert links.is_setup_code(links.setup_code().lower().replace("-", " "))
    assert not links.is_setup_code("AAAA-BBBB-CCCC")
    assert not links.is_setup_code("")


async def test_security_headers_are_added_where_a_response_has_none_of_its_own() -> None:
    async def framed(request: Request) -> Response:
        return PlainTextResponse("x", headers={"Content-Security-Policy": "frame-ancestors *"})

    app = SecurityHeaders(
        Starlette(routes=[Route("/a", greeting), Route("/b", framed)]), https=True
    )
    async with AsyncClient(transport=ASGITransport(app), base_url="http://care") as client:
        plain, own = await client.get("/a"), await client.get("/b")
    assert "script-src 'self'" in plain.headers["content-security-policy"]
    assert plain.headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" in plain.headers
    assert own.headers.get_list("content-security-policy") == ["frame-ancestors *"]


async def test_a_cached_viewer_costs_microseconds(door: Door) -> None:
    await door.person("expert")
    cookie = await door.sign_in()
    headers = [(b"host", b"care"), (b"cookie", f"zone=x; {door.gate.cookie}={cookie}".encode())]
    request = Request({"type": "http", "headers": headers})
    assert await door.gate.person(request)
    started = time.perf_counter()
    for _ in range(2000):
        await door.gate.person(request)
    print(f"a cached viewer: {(time.perf_counter() - started) / 2000 * 1e6:.1f} us")
