"""Who may come in: the site's origins and no other, a browser by its token, and not too often."""

import re
from typing import Any

import httpx
import pytest

from coterie.channels.messenger.code import digest, stylesheet
from coterie.channels.messenger.sites import change_site, close_site, normal_origin, open_site
from coterie.kit.errors import Invalid
from tests.channels.messenger.conftest import ORIGIN, Desk


async def test_a_listed_origin_may_ask_and_read(desk: Desk) -> None:
    asked = await desk.call("OPTIONS", "/messages")
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == ORIGIN
    assert "authorization" in asked.headers["access-control-allow-headers"]
    answer = await desk.call("GET", "")
    assert answer.json()["community"]["name"] == "Riverina"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://www.wattle.example", "null", f"{ORIGIN}.evil.example"],
)
async def test_any_other_origin_is_refused_in_words_before_anything_happens(
    desk: Desk, origin: str
) -> None:
    asked = await desk.call("OPTIONS", "/messages", origin=origin)
    assert asked.status_code == 403
    answer = await desk.call("POST", "/browsers", origin=origin, json={})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "not among the origins" in answer.json()["detail"]
    assert await desk.ids("SELECT id FROM browsers") == []


async def test_our_own_page_is_always_let_in(desk: Desk) -> None:
    assert (await desk.call("GET", "", origin="http://care.example")).status_code == 200
    assert (
        await desk.call("GET", "", origin=desk.world.house.settings.public_url)
    ).status_code == 200
    assert (await desk.call("GET", "", origin=None)).status_code == 200


async def test_a_site_that_is_unknown_or_closed_is_not_there(desk: Desk) -> None:
    for key in ("nothing", "%00", "a" * 200):
        assert (await desk.http.get(f"/messenger/v1/{key}")).status_code == 404
    async with desk.world.house.ledger.unit(now=desk.world.now) as tx:
        await close_site(tx, desk.world.now, desk.site.key)
    assert (await desk.call("GET", "")).status_code == 404


async def test_origins_can_be_changed(desk: Desk) -> None:
    async with desk.world.house.ledger.unit(now=desk.world.now) as tx:
        await change_site(tx, desk.site.key, "Wattle", ["https://new.example"])
    assert (await desk.call("GET", "")).status_code == 403
    assert (await desk.call("GET", "", origin="https://new.example")).status_code == 200


def test_an_origin_is_kept_as_browsers_send_it() -> None:
    assert normal_origin(" HTTPS://Www.Wattle.example:443/ ") == ORIGIN
    assert normal_origin("http://[::1]:8000") == "http://[::1]:8000"
    for wrong in (
        "wattle.example",
        "https://",
        "https://a.example/path",
        "*",
        "https://u@a.example",
        "https://a.example:x",
    ):
        with pytest.raises(Invalid, match="is not an origin"):
            normal_origin(wrong)


async def test_a_site_has_a_name(desk: Desk) -> None:
    async with desk.world.house.ledger.unit(now=desk.world.now) as tx:
        with pytest.raises(Invalid, match="name"):
            await open_site(tx, desk.world.now, " ", [])


async def test_only_the_hash_of_a_token_is_stored_and_a_wrong_one_is_unknown(desk: Desk) -> None:
    browser = await desk.browser()
    [kept] = await desk.ids("SELECT encode(hash, 'escape') FROM browsers")
    assert browser.token not in kept
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {browser.token}"},
    ):
        answer = await desk.call("GET", "/state", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "unknown_browser"


async def test_a_token_belongs_to_its_site(desk: Desk) -> None:
    browser = await desk.browser()
    async with desk.world.house.ledger.unit(now=desk.world.now) as tx:
        other = await open_site(tx, desk.world.now, "Other", [ORIGIN])
    answer = await desk.http.get(
        f"/messenger/v1/{other.key}/state", headers={"Authorization": f"Bearer {browser.token}"}
    )
    assert answer.status_code == 401


async def test_too_many_new_browsers_from_one_address_wait(desk: Desk) -> None:
    for _ in range(60):
        await desk.browser()
    answer = await desk.call("POST", "/browsers", json={})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) == 5
    desk.world.later(seconds=5)
    await desk.browser()


async def test_addresses_of_one_household_count_as_one(desk: Desk) -> None:
    async def asked(address: str, path: str, said: dict[str, str], **more: Any) -> int:
        transport = httpx.ASGITransport(app=desk.app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://care.example") as http:
            answer = await http.post(f"/messenger/v1/{desk.site.key}{path}", json=said, **more)
        return answer.status_code

    statuses = [await asked(f"2001:db8::{n:x}", "/browsers", {}) for n in range(61)]
    assert statuses == [201] * 60 + [429]
    assert await asked("2001:db8:0:1::1", "/browsers", {}) == 201
    li = {"Authorization": f"Bearer {(await desk.browser()).token}"}
    codes = [
        await asked(f"2001:db8::{n:x}", "/proofs", {"code": "1"}, headers=li) for n in range(21)
    ]
    assert (codes[0], codes[-1]) == (409, 429)


async def test_too_many_messages_of_one_browser_wait_and_another_writes_on(desk: Desk) -> None:
    li, ana = await desk.browser(), await desk.browser()
    statuses = [(await li.writes(f"{n}")).status_code for n in range(25)]
    assert statuses == [201] * 20 + [429] * 5
    assert (await ana.writes()).status_code == 201


async def test_the_code_is_for_everybody_and_for_ever(desk: Desk) -> None:
    loader = await desk.http.get("/messenger.js")
    assert digest() in loader.text
    module = await desk.http.get(f"/messenger/code/{digest()}/element.js")
    assert module.headers["access-control-allow-origin"] == "*"
    assert "immutable" in module.headers["cache-control"]
    older = await desk.http.get("/messenger/code/0123456789ab/element.js")
    assert older.headers["cache-control"] == "no-cache"
    assert (await desk.http.get(f"/messenger/code/{digest()}/pages.py")).status_code == 404


def test_the_stylesheet_stands_on_the_element_and_not_on_the_page() -> None:
    sheet = stylesheet()
    assert ":root" not in sheet
    assert re.findall(r"[^ ]* ?[\d.]+rem", sheet) == ["--unit: 1rem"]
    assert ':host([data-theme="dark"])' in sheet


async def test_the_full_page_names_the_site_and_escapes_it(desk: Desk) -> None:
    async with desk.world.house.ledger.unit(now=desk.world.now) as tx:
        await change_site(tx, desk.site.key, "<script>alert(1)</script>", [])
    page = await desk.http.get(f"/m/{desk.site.key}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
