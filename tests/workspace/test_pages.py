"""The routes of the expert's screen, as a browser asks them: what they refuse, and what they leave unchanged."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, Response

from coterie.communities.records import is_lost, note_lost
from coterie.customers.model import Address
from coterie.kit.access import sessions
from coterie.kit.access.links import Links
from coterie.kit.ids import new_id
from coterie.kit.settings import Settings
from tests.stories.stage import served
from tests.world import Expert, World, made_world

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@dataclass(eq=False)
class Site:
    world: World
    url: str
    open: AsyncExitStack

    async def browser(self, expert: Expert) -> "Browser":
        async with self.world.house.read() as tx:
            secret = await sessions.begin_session(tx, datetime.now(UTC), expert.id)
        csrf = Links("secret").csrf(sessions.digest(secret))
        client = AsyncClient(base_url=self.url, cookies={"coterie": secret})
        return Browser(await self.open.enter_async_context(client), csrf)


@dataclass(eq=False)
class Browser:
    client: AsyncClient
    csrf: str

    async def ask(self, method: str, address: str, **more: Any) -> Response:
        headers = {"X-CSRF-Token": self.csrf, "HX-Request": "true", **more.pop("headers", {})}
        return await self.client.request(method, address, headers=headers, **more)

    async def send(self, thread_id: str, text: str, **more: str) -> Response:
        form = {"kind": "reply", "text": text, "key": new_id(), **more}
        return await self.ask("POST", f"/workspace/threads/{thread_id}/messages", data=form)


@pytest.fixture
async def site(database: str) -> AsyncIterator[Site]:
    settings = Settings(Path("/nonexistent"), "http://127.0.0.1", "secret", database_url=database)
    async with made_world(database, at=datetime.now(UTC)) as world:
        with served(settings) as server:
            async with AsyncExitStack() as stack:
                yield Site(world, server.url, stack)


async def count(world: World, table: str) -> int:
    async with world.house.read() as tx:
        found = await tx.execute(f"SELECT count(*) FROM {table}")
        return sum(number for (number,) in await found.fetchall())


async def test_another_communitys_things_do_not_exist(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    await riverina.expert("Priya Nair")
    hunter = await site.world.community("Hunter", ["2300"])
    zoe = await site.browser(await hunter.expert("Zoe Park"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("Mine alone.")
    thread, case, message = receipt.thread_id, receipt.case_id, receipt.message_id
    for method, address in [
        ("GET", f"/workspace/threads/{thread}"),
        ("GET", f"/workspace/threads/{thread}/messages?before=5"),
        ("GET", f"/workspace/threads/{thread}/standing"),
        ("POST", f"/workspace/threads/{thread}/messages"),
        ("POST", f"/workspace/threads/{thread}/read"),
        ("PUT", f"/workspace/threads/{thread}/drafts/reply"),
        ("POST", f"/workspace/threads/{thread}/attachments?name=a.png"),
        ("GET", f"/workspace/cases/{case}/resolution"),
        ("PUT", f"/workspace/cases/{case}/resolution"),
        ("DELETE", f"/workspace/cases/{case}/resolution"),
        ("PUT", f"/workspace/cases/{case}/snooze"),
        ("DELETE", f"/workspace/cases/{case}/snooze"),
        ("GET", f"/workspace/messages/{message}/case"),
        ("PUT", f"/workspace/messages/{message}/case"),
        ("PUT", f"/workspace/messages/{message}/needs-nothing"),
        ("DELETE", f"/workspace/messages/{message}/needs-nothing"),
    ]:
        form = (
            {}
            if method == "GET"
            else {"data": {"number": "1", "how": "x", "at": "2030-01-01T09:00"}}
        )
        answer = await zoe.ask(method, address, **form)
        assert answer.status_code == 404, (method, address, answer.text)
        assert "Mine alone" not in answer.text
    for found in (
        "/workspace",
        "/workspace/community",
        "/workspace/community?q=Colleen",
        "/workspace/palette?q=Col",
    ):
        assert "Colleen Barber" not in (await zoe.ask("GET", found)).text
    assert await count(site.world, "messages") == 1


async def test_ids_that_are_none_are_not_found(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    for given in ("1", "' OR 1=1", new_id(), "x" * 500):
        assert (await priya.ask("GET", f"/workspace/threads/{given}")).status_code == 404
        assert (await priya.ask("GET", f"/workspace/attachments/{given}")).status_code == 404


async def test_the_same_key_sends_once(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    key = new_id()
    first = await priya.send(receipt.thread_id, "On it.", key=key)
    again = await priya.send(receipt.thread_id, "On it.", key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "On it." in first.text
    assert await count(site.world, "messages") == 2


@pytest.mark.parametrize(
    ("text", "status"),
    [("", 422), (" \n ", 422), ("x" * 8001, 422), ("a\x00b", 422), ("x" * 8000, 200)],
)
async def test_what_can_not_be_sent_changes_nothing(site: Site, text: str, status: int) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    answer = await priya.send(receipt.thread_id, text)
    assert answer.status_code == status
    assert await count(site.world, "messages") == (2 if status == 200 else 1)
    if status != 200:
        assert 'role="alert"' in answer.text
        assert await count(site.world, "keys") == 1  # the customer's own


async def test_a_request_without_the_token_of_the_session_is_refused(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    priya.csrf = "forged"
    assert (await priya.send(receipt.thread_id, "On it.")).status_code == 403
    assert await count(site.world, "messages") == 1


async def test_nobody_in_particular_is_sent_to_sign_in(site: Site) -> None:
    await site.world.community("Riverina", ["2701"])
    async with AsyncClient(base_url=site.url) as nobody:
        answer = await nobody.get("/workspace")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/workspace")
        assert (
            await nobody.get("/workspace/live", headers={"hx-request": "true"})
        ).status_code == 401


async def test_files_come_and_go_as_files(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    address = f"/workspace/threads/{receipt.thread_id}/attachments"

    async def attach(name: str, kind: str, content: bytes) -> Response:
        return await priya.ask(
            "POST", address, params={"name": name}, content=content, headers={"Content-Type": kind}
        )

    assert (await attach("empty.png", "image/png", b"")).status_code == 422
    assert (await attach("lie.png", "image/png", b"<html>")).status_code == 422
    assert (await attach("page.html", "text/html", b"<html>")).status_code == 422
    assert (await attach("big.png", "image/png", PNG + bytes(10_000_000))).status_code == 413
    assert await count(site.world, "attachments") == 0

    taken = await attach("../../Mast & roof.png", "image/png", PNG)
    assert "Mast &amp; roof.png" in taken.text
    file_id = taken.text.split('name="file" value="')[1].split('"')[0]
    sent = await priya.send(receipt.thread_id, "", file=file_id)
    assert f"/workspace/attachments/{file_id}" in sent.text
    given = await priya.ask("GET", f"/workspace/attachments/{file_id}")
    assert given.content == PNG
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in given.headers["content-security-policy"]

    hunter = await site.world.community("Hunter", ["2300"])
    zoe = await site.browser(await hunter.expert("Zoe Park"))
    assert (await zoe.ask("GET", f"/workspace/attachments/{file_id}")).status_code == 404


async def test_drafts_are_kept_by_mode_and_dropped_when_empty(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    drafts = f"/workspace/threads/{receipt.thread_id}/drafts"
    assert (await priya.ask("PUT", f"{drafts}/reply", data={"text": "Half a"})).status_code == 204
    assert (await priya.ask("PUT", f"{drafts}/note", data={"text": "A note"})).status_code == 204
    assert (await priya.ask("PUT", f"{drafts}/shout", data={"text": "A"})).status_code == 422
    assert (await priya.ask("PUT", f"{drafts}/reply", data={"text": "x" * 8001})).status_code == 422
    page = (await priya.ask("GET", f"/workspace/threads/{receipt.thread_id}")).text
    assert ">Half a</textarea>" in page
    assert ">A note</textarea>" in page
    assert (await priya.ask("PUT", f"{drafts}/note", data={"text": " "})).status_code == 204
    assert await count(site.world, "drafts") == 1


async def test_a_case_is_snoozed_until_a_time_or_on_somebody(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    snooze = f"/workspace/cases/{receipt.case_id}/snooze"
    assert "In an hour" in (await priya.ask("GET", snooze)).text
    for given in ({}, {"until": "soon"}, {"until": "2001-01-01T09:00"}, {"third_party": "x" * 201}):
        assert (await priya.ask("PUT", snooze, data={"x": "", **given})).status_code == 422
    assert (await priya.ask("PUT", snooze, data={"third_party": "the crew"})).status_code == 200
    assert (await priya.ask("DELETE", snooze)).status_code == 200
    assert (await priya.ask("DELETE", snooze)).status_code == 409
    for days, status in ((367, 422), (365, 200)):
        at = (site.world.now + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
        assert (await priya.ask("PUT", snooze, data={"at": at})).status_code == status
    for at in ("9999-12-31T23:59", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00+14:00"):
        answer = await priya.ask("PUT", snooze, data={"at": at})
        assert answer.status_code == 422
    assert "Snooze until a time" in answer.text


async def test_a_long_thread_is_read_in_stretches(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    colleen = site.world.customer("Colleen Barber", "2701")
    for number in range(1, 121):
        receipt = await colleen.writes(f"Message number {number:03}")
    page = (await priya.ask("GET", f"/workspace/threads/{receipt.thread_id}")).text
    assert "number 071" in page
    assert "number 070" not in page
    above = (
        await priya.ask("GET", f"/workspace/threads/{receipt.thread_id}/messages?before=71")
    ).text
    assert "number 021" in above
    assert "number 020" not in above
    assert "number 071" not in above
    assert "before=21" in above
    first = (
        await priya.ask("GET", f"/workspace/threads/{receipt.thread_id}/messages?before=21")
    ).text
    assert "number 001" in first
    assert "before=" not in first
    for wrong in ("9" * 5_000, str(2**31), "x"):
        address = f"/workspace/threads/{receipt.thread_id}/messages?before={wrong}"
        assert (await priya.ask("GET", address)).status_code == 200
        read = f"/workspace/threads/{receipt.thread_id}/read"
        assert (await priya.ask("POST", read, data={"number": wrong})).status_code == 422


async def test_a_case_or_a_text_that_can_be_none_is_refused_in_words(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    moved = await priya.ask(
        "PUT", f"/workspace/messages/{receipt.message_id}/case", data={"case": "x"}
    )
    assert moved.status_code == 404
    half = (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n+2AA-\r\n'
        b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n'
        + new_id().encode()
        + b"\r\n--x--\r\n"
    )
    strange = {"Content-Type": "multipart/form-data; boundary=x; charset=utf-7"}
    for method, address in (
        ("POST", f"/workspace/threads/{receipt.thread_id}/messages"),
        ("PUT", f"/workspace/threads/{receipt.thread_id}/drafts/reply"),
    ):
        answer = await priya.ask(method, address, content=half, headers=strange)
        assert answer.status_code == 422, address
    assert await count(site.world, "messages") == 1


async def test_a_form_is_small_however_its_token_comes(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    assert (await priya.send(receipt.thread_id, "x" * 2_000_000)).status_code == 413


async def test_customers_are_found_by_name_phone_and_mail(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await site.browser(await riverina.expert("Priya Nair"))
    world = site.world
    await world.customer("Colleen Barber", "2701", address=Address("phone", "+61491570156")).writes(
        "Hi"
    )
    await world.customer(
        "Per Cent 100%", "2701", address=Address("email", "li@example.com")
    ).writes("Hi")
    for query, name in [
        ("coll", "Colleen Barber"),
        ("+61 491 570 156", "Colleen Barber"),
        ("LI@example.com", "Per Cent"),
    ]:
        answer = await priya.ask("GET", "/workspace/palette", params={"q": query})
        assert name in answer.text, query
    assert "Colleen" not in (await priya.ask("GET", "/workspace/palette", params={"q": "%"})).text


async def test_a_tab_that_says_goodbye_does_not_bring_its_expert_back(site: Site) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    expert = await riverina.expert("Priya Nair")
    priya = await site.browser(expert)
    async with site.world.house.read() as tx:
        await note_lost(tx, expert.id, site.world.now)
    await priya.ask("POST", "/workspace/looks", data={"browser": "b", "tab": "t", "gone": "yes"})
    async with site.world.house.read() as tx:
        assert await is_lost(tx, expert.id)
    await priya.ask("POST", "/workspace/looks", data={"browser": "b", "tab": "t"})
    async with site.world.house.read() as tx:
        assert not await is_lost(tx, expert.id)


async def test_a_manager_sees_five_places_with_an_icon_each_and_a_phone_in_groups(
    site: Site,
) -> None:
    riverina = await site.world.community("Riverina", ["2701"])
    mia = await site.browser(await riverina.expert("Mia Lang", role="manager"))
    colleen = site.world.customer("Colleen", "2701", address=Address("phone", "+61491570156"))
    receipt = await colleen.writes("It drops.")
    page = (await mia.client.get(f"/workspace/threads/{receipt.thread_id}")).text
    assert "+61 491 570 156" in page and "<dd>+61491570156" not in page
    rail = page.split('id="rail-mine"')[1].split("</nav>")[0]
    icons = re.findall(r"#i-(\w+)", rail)[:5]
    assert icons == ["person", "home", "hand", "calendar", "people"]


async def test_while_a_case_runs_off_members_of_both_communities_have_the_conversation(
    site: Site,
) -> None:
    """The home has moved, the open case has not: who owns it keeps it, who is at home now sees it."""
    world = site.world
    riverina = await world.community("Riverina", ["2650"])
    hunter = await world.community("Hunter", ["2300"])
    ana, bo = await riverina.expert("Ana"), await hunter.expert("Bo")
    receipt = await world.customer("Colleen Barber", "2650").writes()
    await ana.answers(receipt.case_id)
    await world.changes_territory("2650", to=hunter)
    for expert in (ana, bo):
        browser = await site.browser(expert)
        page = await browser.ask("GET", f"/workspace/threads/{receipt.thread_id}")
        assert page.status_code == 200
        for place in ("/workspace/community", "/workspace/community?q=colleen"):
            assert receipt.thread_id in (await browser.ask("GET", place)).text, (expert.name, place)
    assert (await (await site.browser(ana)).send(receipt.thread_id, "Still here.", case=receipt.case_id)).status_code == 200  # fmt: skip
    refused = await (await site.browser(bo)).send(receipt.thread_id, "Hello.", case=receipt.case_id)
    assert refused.status_code in (404, 409)


async def test_a_thread_that_was_merged_leads_on(site: Site) -> None:
    world = site.world
    riverina = await world.community("Riverina")
    ana = await riverina.expert("Ana")
    one, other = await world.customer("Li").writes(), await world.customer("Lee").writes()
    await world.merges(one.customer_id, other.customer_id)
    browser = await site.browser(ana)
    for part in ("", "/standing"):
        answer = await browser.ask("GET", f"/workspace/threads/{other.thread_id}{part}")
        assert answer.status_code == 303
        page = await browser.ask("GET", answer.headers["location"])
        assert page.status_code == 200 and "Li" in page.text
    gone = await browser.ask("GET", f"/workspace/customers/{other.customer_id}/merges")
    assert gone.status_code == 200 and "Li" in gone.text
