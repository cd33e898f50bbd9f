"""Rule 17: an address that somebody merely types proves nothing; a code and the host site's word do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from coterie.channels.messenger import queries, tokens
from coterie.channels.messenger.door import token_hash
from coterie.channels.messenger.feed import Feed
from coterie.customers.model import Address
from coterie.kit.errors import Invalid
from tests.channels.messenger.conftest import Browser, Desk
from tests.channels.messenger.test_feed import Line, listened

COLLEEN = Address("email", "colleen@example.org")


async def colleen_wrote(desk: Desk) -> str:
    """Somebody known wrote before; her thread."""
    receipt = await desk.world.customer("Colleen", address=COLLEEN).writes("My old question")
    return receipt.thread_id


async def is_signed_in_as(desk: Desk, browser: Browser, sub: str, **claims: str) -> bool:
    token = tokens.sign(desk.site.secret, desk.world.now, tokens.LONGEST_LIFE, sub=sub, **claims)
    answer = await browser.gives("/identity", token=token)
    assert answer.status_code == 200, answer.text
    changed: bool = answer.json()["changed"]
    return changed


def without_token(proved: httpx.Response) -> Any:
    """What a proof answers, beside the new token that it must hold."""
    said = proved.json()
    assert len(said.pop("token")) > 40
    return said


async def test_a_typed_address_shows_nothing_and_is_kept_apart(desk: Desk) -> None:
    await colleen_wrote(desk)
    eve = await desk.browser()
    await eve.writes("I am Colleen")
    asked = await eve.call("POST", "/codes", json={"email": "COLLEEN@example.org"})
    assert (asked.status_code, asked.content) == (202, b"")
    assert await eve.reads() == ["I am Colleen"]
    assert (await eve.state())["you"] == {"name": "", "proved": False, "address": None}
    [scope] = await desk.ids("SELECT scope FROM identities WHERE kind = 'email' AND scope <> ''")
    assert scope


async def test_known_or_not_the_answer_is_the_same(desk: Desk) -> None:
    await colleen_wrote(desk)
    li = await desk.browser()
    known = await li.call("POST", "/codes", json={"email": "colleen@example.org"})
    unknown = await li.call("POST", "/codes", json={"email": "nobody@example.org"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert await desk.ids("SELECT recipient FROM outbox ORDER BY id") == [
        "colleen@example.org",
        "nobody@example.org",
    ]


async def test_the_right_code_goes_on_in_the_thread_of_whoever_the_address_is(desk: Desk) -> None:
    thread_id = await colleen_wrote(desk)
    browser = await desk.browser()
    await browser.writes("It is me")
    [_, earlier] = await desk.ids("SELECT customer_id FROM threads ORDER BY created_at, id")
    proved = await browser.proves("colleen@example.org")
    assert without_token(proved) == {"changed": True, "continued": True}
    state = await browser.state()
    assert (state["thread"], state["you"]["address"]) == (thread_id, "colleen@example.org")
    assert await browser.reads() == ["My old question"]
    await browser.writes("Going on here")
    assert await browser.reads() == ["My old question", "Going on here"]
    [ids] = await desk.ids("SELECT ids FROM events WHERE kind = 'identity_proved'")
    assert ids["earlier"] == earlier
    assert await desk.ids(f"SELECT text FROM messages WHERE thread_id <> '{thread_id}'") == [
        "It is me"
    ]


async def test_an_address_nobody_has_becomes_the_writers_own(desk: Desk) -> None:
    browser = await desk.browser()
    await browser.writes("Hello")
    proved = await browser.proves("li@example.org")
    assert without_token(proved) == {"changed": False, "continued": False}
    assert await browser.reads() == ["Hello"]
    assert (await browser.state())["you"]["address"] == "li@example.org"
    second = await desk.browser()
    await second.proves("li@example.org")
    assert await second.reads() == ["Hello"]


async def test_who_knew_the_token_before_the_proof_knows_nothing_after_it(desk: Desk) -> None:
    await colleen_wrote(desk)
    browser = await desk.browser()
    planted = replace(browser)
    await browser.writes("It is me")
    heard, leave = await listened(desk, planted)
    await browser.proves("colleen@example.org")
    assert planted.token != browser.token
    for path in ("/state", "/messages", "/stream", "/transcript"):
        assert (await planted.call("GET", path)).status_code == 401, path
    assert (await planted.writes("I am her now")).status_code == 401
    assert await browser.reads() == ["My old question"]
    assert heard.subscriber.closed
    leave()
    assert desk.world.house.hub.topics == {}


async def test_a_stream_that_opens_while_the_token_is_renewed_hears_nothing(desk: Desk) -> None:
    browser = await desk.browser()
    await browser.writes("Hello")
    async with desk.world.house.read() as tx:
        known = await queries.browser(tx, desk.site.key, token_hash(browser.token))
    await browser.proves("li@example.org")
    assert known is not None
    line = Line()
    leave = await Feed(desk.world.house, desk.site, known, 0, line.subscriber).open()
    assert line.subscriber.closed and line.batches == []
    leave()


async def test_who_is_known_already_keeps_their_token(desk: Desk) -> None:
    browser = await desk.browser()
    await is_signed_in_as(desk, browser, "C-1")
    token = browser.token
    await is_signed_in_as(desk, browser, "C-1")
    assert browser.token == token
    await is_signed_in_as(desk, browser, "C-2")
    assert browser.token != token


async def test_proved_before_the_first_message(desk: Desk) -> None:
    browser = await desk.browser()
    await browser.proves("li@example.org")
    await browser.writes("Hello")
    assert (await browser.state())["you"]["proved"] is True
    assert await desk.ids("SELECT count(*) FROM customers") == [1]


async def test_the_thread_may_be_in_another_community(desk: Desk) -> None:
    coast = await desk.world.community("Coast", ["2480"])
    await coast.expert("Tom Walker")
    await desk.world.customer("Colleen", "2480", address=COLLEEN).writes("My old question")
    browser = await desk.browser()
    await browser.writes("It is me")
    await browser.proves("colleen@example.org")
    assert (await browser.writes("Going on here")).status_code == 201
    assert await browser.reads() == ["My old question", "Going on here"]
    assert (await browser.state())["community"]["name"] == "Coast"
    streams = await desk.ids("SELECT stream_id FROM events WHERE kind = 'identity_proved'")
    assert set(streams) == {desk.riverina.id, coast.id}


async def test_five_wrong_tries_end_a_code(desk: Desk) -> None:
    await colleen_wrote(desk)
    eve = await desk.browser()
    await eve.call("POST", "/codes", json={"email": "colleen@example.org"})
    code = await desk.code_in_outbox()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        answer = await eve.gives(code=wrong)
        assert (answer.status_code, answer.json()["code"]) == (409, "code_wrong")
    answer = await eve.gives(code=code)
    assert answer.json()["code"] == "code_ended"
    assert await eve.reads() == []


async def test_a_code_ends_after_ten_minutes_and_works_once_and_only_here(desk: Desk) -> None:
    li, eve = await desk.browser(), await desk.browser()
    await li.call("POST", "/codes", json={"email": "li@example.org"})
    code = await desk.code_in_outbox()
    assert (await eve.gives(code=code)).status_code == 409
    assert (await li.gives(code=f" {code[:3]} {code[3:]} ")).status_code == 200
    assert (await li.gives(code=code)).status_code == 409
    await eve.call("POST", "/codes", json={"email": "eve@example.org"})
    desk.world.later(minutes=10)
    late = await eve.gives(code=await desk.code_in_outbox())
    assert late.json()["code"] == "code_ended"


async def test_at_most_five_codes_an_hour_for_an_address_and_for_a_browser(desk: Desk) -> None:
    browsers = [await desk.browser() for _ in range(6)]
    for browser in browsers[:5]:
        assert (
            await browser.call("POST", "/codes", json={"email": "li@example.org"})
        ).status_code == 202
    answer = await browsers[5].call("POST", "/codes", json={"email": "li@example.org"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
    for number in range(4):
        await browsers[0].call("POST", "/codes", json={"email": f"{number}@example.org"})
    assert (
        await browsers[0].call("POST", "/codes", json={"email": "9@example.org"})
    ).status_code == 429
    desk.world.later(hours=1, seconds=1)
    assert (
        await browsers[5].call("POST", "/codes", json={"email": "li@example.org"})
    ).status_code == 202


async def test_an_address_that_is_none_is_refused_in_words(desk: Desk) -> None:
    li = await desk.browser()
    for wrong in ("nobody", "a@b", "a b@example.org", "a@example.org\nBcc: x@example.org", ""):
        answer = await li.call("POST", "/codes", json={"email": wrong})
        assert answer.status_code == 422, wrong
    assert await desk.ids("SELECT id FROM outbox") == []


async def test_no_code_stands_in_the_table_as_it_is(desk: Desk) -> None:
    li = await desk.browser()
    await li.call("POST", "/codes", json={"email": "li@example.org"})
    code = await desk.code_in_outbox()
    [kept] = await desk.ids("SELECT encode(hash, 'hex') || encode(hash, 'escape') FROM codes")
    assert code not in kept


async def test_the_host_sites_word_is_enough(desk: Desk) -> None:
    phone, laptop = await desk.browser(), await desk.browser()
    assert (
        await is_signed_in_as(desk, phone, "C-1", name="Colleen Ward", email="Colleen@example.org")
        is False
    )
    await phone.writes("From the phone")
    await laptop.writes("Before I signed in")
    assert await is_signed_in_as(desk, laptop, "C-1") is True
    assert await laptop.reads() == ["From the phone"]
    assert (await laptop.state())["you"] == {
        "name": "Colleen",
        "proved": True,
        "address": "colleen@example.org",
    }


async def test_an_imported_customer_is_found_by_ref(desk: Desk) -> None:
    known = await desk.world.customer("Colleen", address=COLLEEN).writes("My old question")
    async with desk.world.house.ledger.unit(now=desk.world.now) as tx:
        await tx.execute("UPDATE customers SET ref = 'C-7' WHERE id = %s", [known.customer_id])
    browser = await desk.browser()
    await is_signed_in_as(desk, browser, "C-7")
    assert await browser.reads() == ["My old question"]


async def test_somebody_else_in_the_same_browser_is_somebody_else(desk: Desk) -> None:
    browser = await desk.browser()
    await is_signed_in_as(desk, browser, "C-1", name="Colleen")
    await browser.writes("Of Colleen")
    assert await is_signed_in_as(desk, browser, "C-2", name="Neville") is True
    assert await browser.reads() == []
    await browser.writes("Of Neville")
    assert await is_signed_in_as(desk, browser, "C-1") is True
    assert await browser.reads() == ["Of Colleen"]
    linked = await desk.ids("SELECT ids->>'earlier' FROM events WHERE kind = 'identity_proved'")
    assert set(linked) == {None}


async def test_an_address_of_somebody_else_stays_theirs(desk: Desk) -> None:
    await colleen_wrote(desk)
    browser = await desk.browser()
    await is_signed_in_as(desk, browser, "C-9", email="colleen@example.org")
    assert await browser.reads() == []
    assert (await browser.state())["you"]["address"] is None


async def test_the_visitors_area_finds_the_home_and_an_unknown_one_does_no_harm(desk: Desk) -> None:
    coast = await desk.world.community("Coast", ["2480"])
    await coast.expert("Tom Walker")
    here, lost = await desk.browser(), await desk.browser()
    await is_signed_in_as(desk, here, "C-1", area="2480")
    await is_signed_in_as(desk, lost, "C-2", area="nowhere")
    assert (await here.state())["community"]["name"] == "Coast"
    assert (await lost.state())["community"]["name"] == "Riverina"


async def test_a_token_that_is_not_right_changes_nothing(desk: Desk) -> None:
    browser = await desk.browser()
    answer = await browser.call("POST", "/identity", json={"token": "nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_token")
    assert await desk.ids("SELECT id FROM customers") == []


async def test_what_a_token_must_be(desk: Desk) -> None:
    now, secret = desk.world.now, desk.site.secret
    at = int(now.timestamp())
    good = {"sub": "C-1", "iat": at, "exp": at + 600}
    assert tokens.visitor_of(jwt.encode(good, secret, "HS256"), secret, now).ref == "C-1"
    wrong: dict[str, dict[str, Any]] = {
        "ended": {**good, "iat": at - 700, "exp": at - 100},
        "future": {**good, "iat": at + 100, "exp": at + 200},
        "ten minutes": {**good, "exp": at + 601},
        "`exp`": {"sub": "C-1", "iat": at},
        "`iat`": {"sub": "C-1", "exp": at + 60},
        "is no time": {**good, "exp": 1e300},
        "`sub` is missing": {"iat": at, "exp": at + 60},
        "`name` is not a text": {**good, "name": "x" * 400},
        "`sub` is not a text": {**good, "sub": "C-\ud800"},
        "`email` is not a text": {**good, "email": "a\x00@example.org"},
        "since 1970": {**good, "iat": -62_135_596_800},
    }
    for words, claims in wrong.items():
        with pytest.raises(Invalid, match=words):
            tokens.visitor_of(jwt.encode(claims, secret, "HS256"), secret, now)
    unsigned = jwt.encode(good, None, "none")
    other = jwt.encode(good, "x" * 64, "HS256")
    stronger = jwt.encode(good, secret * 2, "HS512")
    for token in (unsigned, other, stronger, "", "a.b.c", "x" * 5_000):
        with pytest.raises(Invalid, match="can't be used"):
            tokens.visitor_of(token, secret, now)
    late = now + timedelta(seconds=629)
    assert tokens.visitor_of(jwt.encode(good, secret, "HS256"), secret, late).ref == "C-1"
