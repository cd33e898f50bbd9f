"""What the messenger's calls do: writing once, files, how far it was read, and nothing of anybody else's."""

from collections.abc import AsyncIterator

import pytest

from coterie.channels.messenger.files import MOST_BYTES
from coterie.channels.messenger.jobs import forget_unsent_files
from coterie.communities import actions as communities
from coterie.customers.erasure import erase
from coterie.kit.ids import new_id
from coterie.kit.outbox import note_sent
from tests.channels.messenger.conftest import Desk


async def test_what_is_written_is_attended_and_answered(desk: Desk) -> None:
    li = await desk.browser()
    answer = await li.writes("No internet")
    assert answer.status_code == 201
    said = answer.json()
    assert (said["number"], said["mine"], said["text"]) == (1, True, "No internet")
    assert [said["thread"]] == await desk.ids("SELECT id FROM threads")
    [case_id] = await desk.ids("SELECT id FROM cases")
    await desk.priya.notes(case_id, "She sounds tired")
    await desk.priya.answers(case_id, "I see it")
    assert await li.reads() == ["No internet", "I see it"]
    state = await li.state()
    assert state["who"]["code"] == "has"
    assert state["who"]["name"] == "Priya"
    assert "Nair" not in str(state)


async def test_the_same_key_writes_once_and_another_body_is_refused(desk: Desk) -> None:
    li = await desk.browser()
    first, again = await li.writes("One", key="k"), await li.writes("One", key="k")
    assert first.json() == again.json()
    assert await li.reads() == ["One"]
    assert (await li.writes("Two", key="k")).status_code == 409
    assert (await desk.ids("SELECT count(*) FROM messages")) == [1]


async def test_a_time_of_sending_that_nobody_means_is_refused(desk: Desk) -> None:
    li = await desk.browser()
    for wrong in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-11-24T09:00:00"):
        assert (await li.writes(sent_at=wrong)).status_code == 422, wrong
    assert await desk.ids("SELECT id FROM messages") == []
    assert (await li.writes(sent_at="2026-11-24T09:00:00+11:00")).status_code == 201


async def test_keys_of_two_browsers_have_nothing_to_do_with_each_other(desk: Desk) -> None:
    li, ana = await desk.browser(), await desk.browser()
    await li.writes("Of Li", key="k")
    await ana.writes("Of Ana", key="k")
    assert await li.reads() == ["Of Li"]
    assert await ana.reads() == ["Of Ana"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs some text"),
        (" \n ", "needs some text"),
        ("x" * 8_001, "at most 8,000"),
        ("\0", "null"),
    ],
)
async def test_a_text_that_is_none_or_too_much_is_refused_in_words(
    desk: Desk, text: str, words: str
) -> None:
    answer = await (await desk.browser()).writes(text)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert await desk.ids("SELECT id FROM messages") == []


async def test_a_body_that_is_no_json_or_too_large_changes_nothing(desk: Desk) -> None:
    li = await desk.browser()
    headers = {"Idempotency-Key": "k"}
    for content, status in (
        (b"{", 422),
        (b"\xff\xfe", 422),
        (b'{"text": 7}', 422),
        (b'{"text": "a", "attachments": ["../etc"]}', 422),
        (b'{"text": "' + b"x" * 1_000_000 + b'"}', 413),
    ):
        answer = await li.call("POST", "/messages", content=content, headers=headers)
        assert answer.status_code == status, content[:40]
        assert answer.json()["detail"]
    assert (await li.call("POST", "/messages", json={"text": "a"})).status_code == 422
    assert await desk.ids("SELECT id FROM messages") == []


async def test_an_area_finds_the_home_and_an_unknown_one_is_left_out(desk: Desk) -> None:
    coast = await desk.world.community("Coast", ["2480"])
    await coast.expert("Tom Walker")
    li, ana = await desk.browser("2480"), await desk.browser("no such area")
    assert (await li.state())["community"]["name"] == "Coast"
    await li.writes()
    await ana.writes()
    assert (await li.state())["community"]["name"] == "Coast"
    assert (await ana.state())["community"]["name"] == "Riverina"


async def test_a_file_goes_with_its_message_and_only_its_owner_sends_it(desk: Desk) -> None:
    li, eve = await desk.browser(), await desk.browser()
    content = "Grüße\n".encode()
    file = (await li.attaches(content, "../../notes\n.txt")).json()
    assert (file["name"], file["size"]) == ("notes.txt", len(content))
    stolen = await eve.writes("Mine", attachments=[file["id"]])
    assert stolen.status_code == 422
    sent = await li.writes("", attachments=[file["id"]])
    assert sent.status_code == 201
    assert sent.json()["attachments"] == [file]
    got = await li.call("GET", f"/attachments/{file['id']}")
    assert got.content == content
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    await eve.writes("Now I have a thread")
    assert (await eve.call("GET", f"/attachments/{file['id']}")).status_code == 404
    assert (await eve.call("GET", f"/attachments/{new_id()}")).status_code == 404
    assert (await eve.call("GET", "/attachments/nothing")).status_code == 404


@pytest.mark.parametrize(
    ("content", "type_", "status", "words"),
    [
        (b"", "text/plain", 422, "is empty"),
        (b"MZ", "application/x-msdownload", 422, "can't take this kind"),
        (b"<html>", "text/html", 422, "can't take this kind"),
        (b"<svg>", "image/svg+xml", 422, "can't take this kind"),
        (b"not a picture", "image/png", 422, "not what its kind says"),
        (bytes(MOST_BYTES + 1), "text/plain", 413, "at most 10 MB"),
    ],
)
async def test_a_file_that_we_do_not_take_is_refused_in_words(
    desk: Desk, content: bytes, type_: str, status: int, words: str
) -> None:
    answer = await (await desk.browser()).attaches(content, "a", type_)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert await desk.ids("SELECT id FROM attachments") == []


async def test_a_file_is_cut_off_at_the_limit_though_it_did_not_say_its_size(desk: Desk) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10 * MOST_BYTES:
            sent += 1_000_000
            yield bytes(1_000_000)

    li = await desk.browser()
    answer = await li.call(
        "POST", "/attachments", content=endless(), headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 413
    assert await desk.ids("SELECT id FROM attachments") == []


async def test_a_file_on_a_note_is_not_the_customers(desk: Desk) -> None:
    li = await desk.browser()
    await li.writes()
    [case_id] = await desk.ids("SELECT id FROM cases")
    note = await desk.priya.notes(case_id)
    async with desk.world.house.ledger.unit(now=desk.world.now) as tx:
        await tx.execute(
            """
            INSERT INTO attachments (id, thread_id, message_id, owner_id, name, media_type, size, bytes, at)
            VALUES (%s, %s, %s, %s, 'secret.txt', 'text/plain', 1, 'x', %s)
            """,
            [new_id(), note.thread_id, note.id, desk.priya.id, desk.world.now],
        )
    [file_id] = await desk.ids("SELECT id FROM attachments")
    assert (await li.call("GET", f"/attachments/{file_id}")).status_code == 404
    assert "secret" not in (await li.call("GET", "/transcript")).text


async def test_earlier_messages_come_by_pages(desk: Desk) -> None:
    li = await desk.browser()
    for number in range(60):
        assert (await li.writes(f"Turn {number}")).status_code == 201
        desk.world.later(seconds=2)
    last = (await li.call("GET", "/messages")).json()
    assert (len(last["messages"]), last["earlier"]) == (50, True)
    first = (await li.call("GET", f"/messages?before={last['messages'][0]['number']}")).json()
    assert [each["text"] for each in first["messages"]] == [f"Turn {n}" for n in range(10)]
    assert first["earlier"] is False
    assert [last["thread"], first["thread"]] == 2 * await desk.ids("SELECT id FROM threads")
    for wrong in ("x", "9" * 5_000, "-1", str(2**31)):
        assert (await li.call("GET", f"/messages?before={wrong}")).status_code == 422


async def test_marks_only_go_forward_and_not_beyond_the_end(desk: Desk) -> None:
    li = await desk.browser()
    await li.writes()
    [case_id] = await desk.ids("SELECT id FROM cases")
    await desk.priya.answers(case_id)
    for given, want in (
        ({"delivered": 2}, (2, 0)),
        ({"delivered": 1, "read": 99}, (2, 2)),
        ({"read": 1}, (2, 2)),
    ):
        assert (await li.call("PUT", "/marks", json=given)).status_code == 204
        marks = (await li.state())["marks"]
        assert (marks["delivered"], marks["read"]) == want
    noted = await desk.ids(
        "SELECT values FROM events WHERE kind = 'delivery_noted' AND values->>'side' = 'customer'"
    )
    assert [(each["state"], each["number"]) for each in noted] == [("delivered", 2), ("read", 2)]
    assert (await li.call("PUT", "/marks", json={"read": -1})).status_code == 422


async def test_the_word_on_a_case_is_only_for_ones_own(desk: Desk) -> None:
    li, eve = await desk.browser(), await desk.browser()
    await li.writes()
    [case_id] = await desk.ids("SELECT id FROM cases")
    await desk.priya.answers(case_id)
    await desk.priya.resolves(case_id)
    assert (await li.state())["solved"] == {"case": case_id, "name": "Priya"}
    await eve.writes("Mine")
    word = {"case": case_id, "solved": False}
    assert (await eve.call("POST", "/confirmations", json=word)).status_code == 404
    assert (await li.call("POST", "/confirmations", json={**word, "effort": 8})).status_code == 422
    assert (await li.call("POST", "/confirmations", json=word)).status_code == 204
    assert await desk.ids("SELECT expert_id FROM confirmations") == [desk.priya.id]
    state = await li.state()
    assert state["solved"] is None
    assert state["who"]["code"] == "has"
    assert await desk.ids(f"SELECT state FROM cases WHERE id = '{case_id}'") == ["open"]


async def test_a_survey_is_only_for_ones_own_and_taken_once(desk: Desk) -> None:
    li, eve = await desk.browser(), await desk.browser()
    await li.writes()
    [case_id] = await desk.ids("SELECT id FROM cases")
    await desk.priya.answers(case_id)
    assert (await li.state())["survey"] is None
    await desk.priya.act(
        lambda tx, now: communities.change_settings(
            tx, now, desk.priya.community.id, {"survey_share": 1}
        )
    )
    await desk.priya.resolves(case_id)
    asked = (await li.state())["survey"]
    assert asked["name"] == "Priya"
    path = f"/surveys/{asked['id']}"
    await eve.writes("Mine")
    assert (await eve.call("PUT", path, json={"nps": 0})).status_code == 404
    assert (await li.call("PUT", "/surveys/1", json={"nps": 0})).status_code == 404
    for wrong in ({"nps": 11}, {"csat": 0}, {"csat": 6}, {}):
        assert (await li.call("PUT", path, json=wrong)).status_code == 422, wrong
    assert (await li.call("PUT", path, json={"nps": 9, "csat": 5})).status_code == 204
    again = await li.call("PUT", path, json={"nps": 0, "csat": 1})
    assert (again.status_code, again.json()["code"]) == (409, "already_answered")
    assert (await li.call("DELETE", path)).status_code == 409
    assert (await li.state())["survey"] is None
    assert await desk.ids("SELECT nps FROM surveys") == [9]


async def test_a_transcript_holds_the_conversation_and_no_notes(desk: Desk) -> None:
    li = await desk.browser()
    await li.writes("No internet")
    [case_id] = await desk.ids("SELECT id FROM cases")
    await desk.priya.notes(case_id, "A secret")
    await desk.priya.answers(case_id, "I see it")
    text = (await li.call("GET", "/transcript")).text
    assert "You, 2026-11-24 01:00 UTC\nNo internet\n" in text
    assert "Priya, 2026-11-24 01:00 UTC\nI see it\n" in text
    assert "secret" not in text


async def test_in_line_the_time_that_was_given_is_said(desk: Desk) -> None:
    await desk.priya.goes()
    li = await desk.browser()
    await li.writes()
    state = await li.state()
    assert state["who"]["code"] == "line"
    assert state["due"]["queued"] is True
    [given] = await desk.ids("SELECT time_given FROM episodes")
    assert state["due"]["at"] == given.isoformat()
    assert state["attended"] is False


async def test_who_answers_meanwhile_is_said_and_who_keeps_the_case(desk: Desk) -> None:
    hunter = await desk.world.community("Hunter", ["2300"])
    await desk.riverina.has_buddy(hunter)
    sam = await hunter.expert("Sam Okafor")
    await desk.priya.goes()
    li = await desk.browser()
    await li.writes()
    desk.world.later(minutes=8)
    await desk.world.tick()
    [case_id] = await desk.ids("SELECT id FROM cases")
    for answered in (False, True):
        who = (await li.state())["who"]
        assert (who["code"], who["name"], who["of"], who["owner"]) == (
            "guest",
            "Sam",
            "Hunter",
            "Priya",
        )
        if not answered:
            await sam.answers(case_id)
    await desk.priya.answers(case_id)
    assert (await li.state())["who"]["code"] == "has"


async def test_outside_hours_it_is_said_when_people_are_back(desk: Desk) -> None:
    async with desk.world.house.ledger.unit(desk.riverina.id, now=desk.world.now) as tx:
        week = {day: ["17:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
        await communities.change_settings(
            tx, desk.world.now, desk.riverina.id, {"hours": {"week": week}}
        )
    back_at = (await desk.call("GET", "")).json()["hours"]["back_at"]
    assert back_at == "2026-11-24T06:00:00+00:00"


async def test_an_erasure_takes_files_that_were_never_sent(desk: Desk) -> None:
    li, ana = await desk.browser(), await desk.browser()
    for browser in (li, ana):
        await browser.writes("Hello")
        assert (await browser.attaches(b"My passport")).status_code == 201
    [first, _] = await desk.ids("SELECT customer_id FROM threads ORDER BY created_at, id")
    await desk.world.house.act(desk.riverina.id, lambda tx, now: erase(tx, now, first, None))
    assert await desk.ids("SELECT count(*) FROM attachments") == [1]
    assert len(await desk.ids("SELECT owner_id FROM attachments a JOIN browsers b ON b.id = a.owner_id WHERE b.customer_id IS NOT NULL")) == 1  # fmt: skip


async def test_old_codes_and_mails_are_forgotten(desk: Desk) -> None:
    li = await desk.browser()
    await li.call("POST", "/codes", json={"email": "li@example.org"})
    async with desk.world.house.ledger.unit(now=desk.world.now) as tx:
        [mail_id] = await desk.ids("SELECT id FROM outbox")
        await note_sent(tx, desk.world.now, mail_id)
    desk.world.later(days=1, minutes=9)
    await desk.world.tick()
    assert await desk.ids("SELECT count(*) FROM codes") == [1]
    desk.world.later(minutes=2)
    await desk.world.tick()
    assert await desk.ids("SELECT count(*) FROM codes") == [0]
    assert await desk.ids("SELECT count(*) FROM outbox") == [1]
    await li.call("POST", "/codes", json={"email": "li@example.org"})
    desk.world.later(days=31)
    await desk.world.tick()
    assert await desk.ids("SELECT state FROM outbox") == ["waiting"]


async def test_files_that_are_never_sent_are_few_and_gone_after_a_day(desk: Desk) -> None:
    li = await desk.browser()
    for _ in range(30):
        assert (await li.attaches(b"a")).status_code == 201
        desk.world.later(seconds=6)
    assert (await li.attaches(b"a")).json()["code"] == "unsent"
    [first, *_] = await desk.ids("SELECT id FROM attachments ORDER BY at")
    await li.writes("With one", attachments=[first])
    desk.world.later(days=1, seconds=1)
    assert await forget_unsent_files(desk.world.house, desk.world.now) == 29
    assert await desk.ids("SELECT id FROM attachments") == [first]
