"""Bad input at the API: a clear error in one form, and nothing half done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from psycopg import sql

from coterie.api.edge import cursor
from coterie.api.sizes import LARGEST_BODY
from coterie.kit.access.tokens import make_token
from coterie.kit.db import value
from coterie.kit.ids import new_id
from tests.api.site import Answer, Site

API = "/api/v1"
LI = {"kind": "handle", "value": "li"}
HELLO = {"channel": "messenger", "from": LI, "text": "Hello"}


def said(**more: Any) -> dict[str, Any]:
    return {**HELLO, **more}


def by(**more: Any) -> dict[str, Any]:
    return {**HELLO, "from": {**LI, **more}}


@asynccontextmanager
async def changes_nothing(site: Site) -> AsyncIterator[None]:
    before = await rows_of_all_tables(site)
    yield
    assert await rows_of_all_tables(site) == before


async def rows_of_all_tables(site: Site) -> dict[str, int]:
    async with site.house.read() as tx:
        found = await tx.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        # Figures are read on by a clock of their own.
        names = [name for (name,) in await found.fetchall() if not name.startswith("figure")]
        return {
            name: await value(tx, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))  # type: ignore[arg-type]
            for name in names
        }


async def send(site: Site, body: Any, *, key: str | None = "", **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if key is not None:
        sent["idempotency-key"] = key or new_id()
    return await site.call(
        "POST", f"{API}/contacts", site.people["expert"].token, body, headers=sent
    )


def is_problem(answer: Answer, status: int) -> bool:
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json
    assert (
        told["status"] == status
        and told["title"]
        and told["detail"]
        and told["code"]
        and told["type"]
    )
    return True


WRONG: dict[str, tuple[int, Any]] = {
    "an unknown area": (422, by(area="9999")),
    "an unknown channel": (422, said(channel="pigeon")),
    "an unknown kind of address": (422, by(kind="tattoo")),
    "a malformed phone": (422, by(kind="phone", value="12")),
    "letters for a phone": (422, by(kind="phone", value="call me")),
    "a malformed e-mail": (422, by(kind="email", value="li@")),
    "an empty address": (422, by(value="")),
    "no text": (422, said(text="  \n ")),
    "too much text": (422, said(text="x" * 8001)),
    "1 MB of text": (413, said(text="x" * 1_000_000)),
    "a null character": (422, said(text="a\x00b")),
    "a null character in a name": (422, by(name="a\x00b")),
    "a null character in an address": (422, by(value="a\x00b")),
    "a null character in an area": (422, by(area="24\x0080")),
    "a null character in a browser": (422, said(browser="\x00")),
    "a null character in a quote": (422, said(quote="\x00")),
    "a lone surrogate": (422, said(text="a\ud800b")),
    "a lone surrogate in a name": (422, by(name="\udfff")),
    "a lone surrogate as a member": (422, said(**{"\ud800": 1})),
    "an unknown member": (422, said(colour="red")),
    "a time without a zone": (422, said(sent_at="2026-11-24T09:00:00")),
    "a time that is none": (422, said(sent_at="tomorrow")),
    "a time before all years": (422, said(sent_at="0001-01-01T00:00:00+14:00")),
    "a time beyond all years": (422, said(sent_at="9999-12-31T23:59:59-14:00")),
    "a time that no zone's calendar can tell": (422, said(sent_at="9999-12-31T23:59:59Z")),
    "a quote of nothing": (422, said(quote="nothing")),
    "a quote of another's": (422, said(quote=new_id())),
    "a list": (422, [HELLO]),
    "a number": (422, 7),
    "text that is no JSON": (422, b"{"),
    "nothing": (422, b""),
    "JSON that is no UTF-8": (422, b'{"channel": "messenger", "text": "caf\xe9"}'),
    "a number too long to read": (422, b'{"text": ' + b"9" * 5000 + b"}"),
    "lists in lists": (422, b"[" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
async def test_it_is_refused_in_words_and_nothing_is_half_done(
    shared_site: Site, what: str
) -> None:
    status, body = WRONG[what]
    async with changes_nothing(shared_site):
        assert is_problem(await send(shared_site, body), status)


async def test_a_key_is_needed_and_belongs_to_one_body(shared_site: Site) -> None:
    async with changes_nothing(shared_site):
        for key in (None, " ", "x" * 201, "caf\xe9\x07"):
            answer = await send(shared_site, HELLO, key=key)
            assert is_problem(answer, 422 if key and len(key) > 200 else 400)
    first = await send(shared_site, HELLO, key="once")
    assert first.status == 201
    async with changes_nothing(shared_site):
        assert await send(shared_site, HELLO, key="once") == first
        assert is_problem(await send(shared_site, said(text="Something else"), key="once"), 409)


async def test_an_unknown_area_is_refused_of_somebody_we_know_too(shared_site: Site) -> None:
    assert (await send(shared_site, by(value="mo", area="2480"))).status == 201
    async with changes_nothing(shared_site):
        assert is_problem(await send(shared_site, by(value="mo", area="9999")), 422)
    assert (await send(shared_site, by(value="mo", area="2650"))).status == 201


async def test_a_proof_needs_the_right_to_give_it(shared_site: Site) -> None:
    now = shared_site.house.now()
    async with shared_site.house.ledger.unit(now=now) as tx:
        _, token = await make_token(
            tx, now, shared_site.people["expert"].id, "x", ["contacts:write"]
        )
    async with changes_nothing(shared_site):
        key = {"idempotency-key": new_id()}
        answer = await shared_site.call(
            "POST", f"{API}/contacts", token, by(proved=True), headers=key
        )
        assert is_problem(answer, 403)


async def test_a_script_is_a_name_like_any_other(shared_site: Site) -> None:
    """It is kept as it was written; the pages' templates escape it."""
    name = "<script>alert(1)</script>"
    receipt = await send(
        shared_site, {**by(name=name, value="scripter", area="2480"), "text": name}
    )
    assert receipt.status == 201
    customer = f"{API}/customers/{receipt.json['customer_id']}"
    token = shared_site.people["expert"].token
    assert (await shared_site.call("GET", customer, token)).json["name"] == name
    thread = receipt.json["thread_id"]
    said = await shared_site.call("GET", f"{API}/threads/{thread}/messages", token)
    assert [each["text"] for each in said.json["items"]] == [name]
    cookie = {"cookie": f"coterie={shared_site.people['expert'].cookie}"}
    page = await shared_site.call("GET", f"/workspace/threads/{thread}", headers=cookie)
    assert page.status == 200
    assert b"alert(1)" in page.body and b"<script>alert" not in page.body


async def test_a_name_keeps_no_line_break(shared_site: Site) -> None:
    """Nothing is refused for it, but an export would be no table any more."""
    receipt = await send(shared_site, by(name="Li\nWang\u202e", value="liner", area="2480"))
    assert receipt.status == 201
    customer = f"{API}/customers/{receipt.json['customer_id']}"
    found = await shared_site.call("GET", customer, shared_site.people["expert"].token)
    assert found.json["name"] == "Li Wang"


async def test_a_body_that_does_not_say_its_size_is_stopped_where_it_is_too_large(
    shared_site: Site,
) -> None:
    """Without a length the pieces are counted: what comes after the limit is never read."""
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b" " * 100_000, "more_body": True}

    scope = {
        "type": "http", "method": "POST", "path": "/contacts", "raw_path": b"/contacts", "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80),
        "headers": [
            (b"content-type", b"application/json"),
            (b"idempotency-key", b"large"),
            (b"authorization", f"Bearer {shared_site.people['expert'].token}".encode()),
        ],
    }  # fmt: skip
    told: list[Any] = []

    async def send_(message: Any) -> None:
        told.append(message)

    programs: Any = next(r for r in shared_site.starlette.routes if getattr(r, "name", "") == "api")
    await programs.app(scope, receive, send_)
    assert told[0]["status"] == 413
    assert asked == LARGEST_BODY // 100_000 + 1


ELSEWHERE: dict[str, tuple[int, str, str, Any]] = {
    "an unknown cursor": (422, "GET", "/events?after=nothing", None),
    "a cursor of another list": (422, "GET", "/communities?after=YWxsCjEKMQox", None),
    "a cursor that is no number": (422, "GET", "/threads/{thread}/messages?after=one", None),
    "a cursor with a null character": (422, "GET", f"/areas?after={cursor('areas', chr(0))}", None),
    "a cursor of a queue that is none": (
        422, "GET", f"/communities/{{community}}/queue?after={cursor('queue', 'a', 'b', 'c')}", None,
    ),
    "a cursor of a queue without a zone": (
        422, "GET",
        f"/communities/{{community}}/queue?after={cursor('queue', '2026-01-01', '2026-01-01', 'c')}", None,
    ),
    "a limit of nothing": (422, "GET", "/events?limit=0", None),
    "an id that is none": (404, "GET", "/cases/%00", None),
    "an id with a line break": (404, "GET", "/cases/x\n", None),
    "an id beyond all length": (422, "GET", f"/cases/{'x' * 65}", None),
    "a snooze until the past": (422, "PUT", "/cases/{case}/snooze", {"until": "2001-01-01T00:00:00Z"}),
    "a snooze until the end of time": (422, "PUT", "/cases/{case}/snooze", {"until": "9999-12-31T23:59:59Z"}),
    "a snooze without a zone": (422, "PUT", "/cases/{case}/snooze", {"until": "2031-01-01T00:00:00"}),
    "a snooze for two reasons": (
        422, "PUT", "/cases/{case}/snooze", {"until": "2031-01-01T00:00:00Z", "third_party": "them"},
    ),
    "a rating beyond the scale": (422, "POST", "/cases/{case}/confirmation", {"solved": True, "nps": 11}),
    "a word about nobody": (422, "POST", "/cases/{case}/confirmation", {"solved": True, "about": "\x00"}),
    "a shift that ends before it starts": (
        422, "PUT", "/experts/{expert}/shifts",
        {"shifts": [{"starts_at": "2031-01-01T09:00:00Z", "ends_at": "2031-01-01T08:00:00Z"}]},
    ),
    "shifts without a zone": (
        422, "PUT", "/experts/{expert}/shifts",
        {"shifts": [{"starts_at": "2031-01-01T09:00:00", "ends_at": "2031-01-01T10:00:00"}]},
    ),
    "an unknown setting": (422, "PATCH", "/communities/{community}/settings", {"colour": "red"}),
    "a setting of half a character": (422, "PATCH", "/communities/{community}/settings", {"\ud800": 1}),
    "a setting beyond its bounds": (422, "PATCH", "/communities/{community}/settings", {"watch_days": 0}),
    "a setting beyond all numbers": (
        422, "PATCH", "/communities/{community}/settings", {"watch_days": 10**400},
    ),
    "a setting that is no number": (
        422, "PATCH", "/communities/{community}/settings", {"weight_idle": float("nan")},
    ),
    "hours of half a character": (
        422, "PATCH", "/communities/{community}/settings", {"hours": {"week": {"\ud800": []}}},
    ),
    "holidays beyond the calendar": (
        422, "PATCH", "/communities/{community}/settings", {"hours": {"holidays": ["2026-13-01"]}},
    ),
    "a pin to nowhere": (404, "PUT", "/customers/{customer}/pin", {"community_id": "x", "why": "So."}),
    "a pin for no reason": (
        422, "PUT", "/customers/{customer}/pin", {"community_id": "{community}", "why": "  "},
    ),
    "a message to another's case": (
        404, "POST", "/threads/{thread}/messages", {"case_id": new_id(), "text": "Hello"},
    ),
    "a way that there is none": (404, "GET", "/nowhere", None),
    "a verb that there is none": (405, "DELETE", "/events", None),
}  # fmt: skip


@pytest.mark.parametrize("what", ELSEWHERE)
async def test_elsewhere_it_is_refused_in_words_too(shared_site: Site, what: str) -> None:
    status, method, path, body = ELSEWHERE[what]
    receipt = (await shared_site.contact("North")).json
    ids = {
        "{case}": receipt["case_id"],
        "{thread}": receipt["thread_id"],
        "{customer}": receipt["customer_id"],
        "{community}": receipt["community_id"],
        "{expert}": shared_site.mates["North"].id,
    }
    for name, id_ in ids.items():
        path = path.replace(name, id_)
        if isinstance(body, dict):
            body = {key: id_ if given == name else given for key, given in body.items()}
    role = "admin" if "communities" in path or "experts" in path else "manager"
    async with changes_nothing(shared_site):
        token, key = shared_site.people[role].token, {"idempotency-key": new_id()}
        answer = await shared_site.call(method, API + path, token, body, headers=key)
        assert is_problem(answer, status)
