"""Asks as a browser sends them: what is refused in place, and what trying again changes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coterie.asks import queries
from coterie.asks.model import Ask
from coterie.kit.db import value
from coterie.kit.ids import new_id
from coterie.kit.settings import Settings
from tests.stories.stage import served
from tests.workspace.test_pages import Browser, Site
from tests.world import Community, Expert, made_world


@pytest.fixture
async def site(database: str) -> AsyncIterator[Site]:
    settings = Settings(Path("/nonexistent"), "http://127.0.0.1", "secret", database_url=database)
    async with made_world(database, at=datetime.now(UTC)) as world:
        with served(settings) as server:
            async with AsyncExitStack() as stack:
                yield Site(world, server.url, stack)


async def asked(site: Site) -> tuple[Community, Expert, Expert, str]:
    riverina = await site.world.community("Riverina", ["2701"])
    priya = await riverina.expert("Priya Nair")
    receipt = await site.world.customer("Colleen Barber", "2701").writes("It drops.")
    return riverina, priya, await riverina.expert("Tom Whitby"), receipt.thread_id


async def ask_in(browser: Browser, thread_id: str, **more: str) -> int:
    form = {"text": "Mast or tower?", "topic": "", "key": new_id(), **more}
    address = f"/workspace/threads/{thread_id}/asks"
    return (await browser.ask("POST", address, data=form)).status_code


async def found(site: Site, riverina: Community) -> list[Ask]:
    async with site.world.house.read() as tx:
        return await queries.listed(tx, [riverina.id], None, None, 10)


async def found_case(site: Site) -> str:
    async with site.world.house.read() as tx:
        case_id = await value(tx, "SELECT id FROM cases")
    return str(case_id)


async def test_the_same_key_asks_once(site: Site) -> None:
    riverina, priya, _, thread_id = await asked(site)
    hers, key = await site.browser(priya), new_id()
    assert await ask_in(hers, thread_id, key=key, urgent="yes") == 200
    assert await ask_in(hers, thread_id, key=key) == 200
    [ask] = await found(site, riverina)
    assert ask.urgency == "urgent"


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "x" * 2_001}, {"key": "1"}, {"text": "a\x00b"}]
)
async def test_an_ask_that_cannot_be_changes_nothing(site: Site, wrong: dict[str, str]) -> None:
    riverina, priya, _, thread_id = await asked(site)
    assert await ask_in(await site.browser(priya), thread_id, **wrong) == 422
    assert await found(site, riverina) == []


async def test_the_draft_of_an_ask_is_kept_until_it_is_asked(site: Site) -> None:
    _, priya, _, thread_id = await asked(site)
    hers, drafts = await site.browser(priya), f"/workspace/threads/{thread_id}/drafts/ask"
    assert (await hers.ask("PUT", drafts, data={"text": "Who has"})).status_code == 204
    assert "Who has" in (await hers.client.get(f"/workspace/threads/{thread_id}")).text
    assert await ask_in(hers, thread_id) == 200
    assert "Who has" not in (await hers.client.get(f"/workspace/threads/{thread_id}")).text


async def test_it_is_said_beforehand_whom_it_would_go_to(site: Site) -> None:
    riverina, priya, tom, thread_id = await asked(site)
    uma = await riverina.expert("Uma Iyer", skills={"billing": 4})
    hers, whom = await site.browser(priya), f"/workspace/threads/{thread_id}/asks/whom"
    assert (await hers.ask("GET", f"{whom}?topic=billing")).text == "Asks Uma and Tom."
    for number in range(5):
        ask = await priya.asks(await found_case(site), f"Question {number}")
        site.world.later(minutes=3)
        await tom.helps(ask.id)
    site.world.clock[0] = datetime.now(UTC)
    assert "An answer usually takes 3 min." in (await hers.ask("GET", whom)).text
    await tom.goes()
    await uma.goes()
    assert (await hers.ask("GET", whom)).text.startswith("Nobody else is here")


async def test_the_card_is_for_the_community_only(site: Site) -> None:
    _, priya, tom, thread_id = await asked(site)
    ask = await priya.asks(await found_case(site), "Mast or tower?")
    zoe = await site.browser(await (await site.world.community("Hunter")).expert("Zoe Park"))
    for verb in ("acceptance", "decline", "answer", "withdrawal", "thanks"):
        form = {"why": "Busy", "text": "A mast."}
        answer = await zoe.ask("PUT", f"/workspace/asks/{ask.id}/{verb}", data=form)
        assert answer.status_code == 404, verb
    assert "Mast or tower?" not in (await zoe.client.get("/workspace/asks")).text
    his = await site.browser(tom)
    assert "Mast or tower?" in (await his.client.get("/workspace/asks")).text
    page = (await his.client.get(f"/workspace/threads/{thread_id}?list=asks")).text
    assert f'id="card-{ask.id}"' in page and 'data-list="asks"' in page


async def test_a_refusal_is_a_sentence_in_place(site: Site) -> None:
    _, priya, tom, _ = await asked(site)
    ask = await priya.asks(await found_case(site))
    his, hers = await site.browser(tom), await site.browser(priya)
    without = await his.ask("PUT", f"/workspace/asks/{ask.id}/decline", data={"why": ""})
    assert (without.status_code, "Say why not" in without.text) == (422, True)
    own = await hers.ask("PUT", f"/workspace/asks/{ask.id}/acceptance")
    assert (own.status_code, "You asked this yourself" in own.text) == (409, True)
