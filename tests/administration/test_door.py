"""The way in and out, and one's own account."""

import re
from urllib.parse import unquote

import pytest

from coterie.administration.door import safe_next
from coterie.administration.own import browser
from coterie.kit.access.passwords import hash_password
from coterie.kit.access.sessions import IDLE
from tests.administration.office import Office, opened_office

PASSWORD, ANOTHER = "brisk otter lantern", "quiet harbour violin"


@pytest.fixture
async def signed(office: Office) -> Office:
    """The same office with an account whose password is known."""
    await office.account("Ola", "planner", await hash_password(PASSWORD))
    return office


async def test_signing_in_leads_on_to_where_somebody_wanted_to_go(signed: Office) -> None:
    async with signed.visitor() as visitor:
        assert (await visitor.get("/sign-in")).status_code == 200
        form = {"email": "OLA@example.org ", "password": PASSWORD, "next": "/account?x=1"}
        answer = await visitor.post("/sign-in", **form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account?x=1")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie
        assert (await visitor.get("/account")).status_code == 200
        assert (await visitor.get("/sign-in")).headers["location"] == "/administration"


async def test_a_wrong_password_is_said_in_words_and_the_address_is_kept(signed: Office) -> None:
    async with signed.visitor() as visitor:
        answer = await visitor.post("/sign-in", email="ola@example.org", password="wrong")
        assert answer.status_code == 422
        assert "do not belong together" in answer.text
        assert (
            'value="ola@example.org"' in answer.text
            and "wrong" not in answer.text.split("<form")[1]
        )


@pytest.mark.parametrize(
    ("to", "kept"),
    [
        ("/workspace?list=mine", True),
        ("https://evil.example/", False),
        ("//evil.example/", False),
        ("/\\evil.example/", False),
        ("/\t/evil.example", False),
        ("javascript:alert(1)", False),
        ("//[", False),
        ("/workspace?q=//[", True),
        ("", False),
    ],
)
def test_nobody_is_led_to_another_site(to: str, kept: bool) -> None:
    assert safe_next(to) == (to if kept else "")


async def test_an_address_that_is_none_harms_nobody(signed: Office) -> None:
    async with signed.visitor() as visitor:
        assert (await visitor.get("/sign-in?next=//[")).status_code == 200
        form = {"email": "ola@example.org", "password": PASSWORD, "next": "//["}
        assert (await visitor.post("/sign-in", **form)).headers["location"] == "/"


async def test_a_form_in_a_strange_charset_is_refused_as_any_other(signed: Office) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nola@example.org\r\n'
        b'--x\r\nContent-Disposition: form-data; name="password"\r\n\r\n+2AA-\r\n--x--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x; charset=utf-7"}
    async with signed.visitor() as visitor:
        answer = await visitor.client.post("/sign-in", content=body, headers=headers)
        assert answer.status_code == 422


async def test_signing_out_ends_the_session_itself(signed: Office) -> None:
    async with signed.visitor("Ola") as visitor:
        cookie = visitor.client.cookies[signed.gate.cookie]
        assert (await visitor.post("/sign-out")).headers["location"] == "/sign-in"
        assert "You are signed out." in (await visitor.get("/sign-in")).text
        visitor.client.cookies.set(signed.gate.cookie, cookie, domain="care.local")
        assert (await visitor.get("/account")).status_code == 303


async def test_a_forgotten_password_is_chosen_anew_by_a_mailed_link_that_works_once(
    signed: Office,
) -> None:
    async with signed.visitor("Ola") as elsewhere, signed.visitor() as visitor:
        for email in ("ola@example.org", "nobody@example.org"):
            answer = await visitor.post("/password", email=email)
            assert answer.headers["location"] == "/sign-in"
        [(body,)] = await signed.all_rows("SELECT body FROM outbox")
        link = re.search(r"http://care(/password/\S+)", body)
        assert link
        assert "ola@example.org" in (await visitor.get(link[1])).text
        refused = await visitor.post(link[1], password="password123", again="password123")
        assert refused.status_code == 422 and "first passwords" in refused.text
        unlike = await visitor.post(link[1], password=ANOTHER, again=PASSWORD)
        assert "not the same" in unlike.text
        assert (await visitor.post(link[1], password=ANOTHER, again=ANOTHER)).status_code == 303
        assert (await visitor.get("/account")).status_code == 200
        assert (await elsewhere.get("/account")).status_code == 303, "every session has ended"
        again = await visitor.post(link[1], password=PASSWORD, again=PASSWORD)
        assert again.headers["location"] == "/sign-in"
        assert "been used or is too old" in unquote(visitor.client.cookies["flash"])


async def test_a_password_change_asks_for_the_old_one_and_ends_other_sessions(
    signed: Office,
) -> None:
    async with signed.visitor("Ola") as here, signed.visitor("Ola") as there:
        form = {"password": ANOTHER, "again": ANOTHER}
        wrong = await here.post("/account/password", current="wrong", **form)
        assert wrong.status_code == 422 and "not your password" in wrong.text
        assert (await here.post("/account/password", current=PASSWORD, **form)).status_code == 303
        assert (await here.get("/account")).status_code == 200
        assert (await there.get("/account")).status_code == 303


async def test_one_sees_and_ends_ones_other_sessions(signed: Office) -> None:
    async with signed.visitor("Ola") as here, signed.visitor("Ola") as there:
        page = (await here.get("/account")).text
        assert page.count("This one") == 1
        [other] = re.findall(r"/account/sessions/([0-9a-f]{64})", page)
        assert (await here.post(f"/account/sessions/{other}")).status_code == 303
        assert (await there.get("/account")).status_code == 303
        assert (await here.post(f"/account/sessions/{other}")).status_code == 404
        assert (await here.post("/account/sessions/xyz")).status_code == 404


async def test_a_session_that_nobody_uses_ends(signed: Office) -> None:
    async with signed.visitor("Ola") as visitor:
        signed.later(seconds=IDLE.total_seconds() + 1)
        assert (await visitor.get("/account")).status_code == 303


async def test_ones_name_zone_and_shortcuts_are_ones_own(signed: Office) -> None:
    async with signed.visitor("Ola") as visitor:
        form = {"name": "Ola <b>Nord</b>", "zone": "Europe/Oslo"}
        assert (await visitor.post("/account", **form)).status_code == 303
        page = (await visitor.get("/account")).text
        assert "Ola &lt;b&gt;Nord" in page and "<b>Nord" not in page
        assert "data-shortcuts" not in page
        wrong = await visitor.post("/account", name="Ola", zone="Mars/Olympus")
        assert wrong.status_code == 422 and "no time zone" in wrong.text
        role = await signed.all_rows("SELECT role FROM accounts WHERE id = %s", [signed.ids["Ola"]])
        assert role == [("planner",)]


async def test_the_first_account_is_made_with_the_code_and_setup_is_closed_afterwards(
    new_office: Office,
) -> None:
    office = new_office
    async with office.visitor() as visitor:
        assert (await visitor.get("/sign-in")).headers["location"] == "/setup"
        form = {
            "name": "Ines",
            "email": "ines@example.org",
            "password": PASSWORD,
            "again": PASSWORD,
        }
        wrong = await visitor.post("/setup", code="AAAA-BBBB-CCCC", **form)
        assert wrong.status_code == 422 and "not the code" in wrong.text
        assert await office.all_rows("SELECT id FROM accounts") == []
        code = office.gate.links.setup_code().lower()
        done = await visitor.post("/setup", code=code, **form)
        assert done.headers["location"] == "/administration"
        page = await visitor.get("/administration")
        assert page.status_code == 200 and "no community yet" in page.text
        for answer in (
            await visitor.get("/setup"),
            await visitor.post("/setup", code=code, **form),
        ):
            assert answer.headers["location"] == "/sign-in"
        assert len(await office.all_rows("SELECT id FROM accounts")) == 1


async def test_guessing_the_setup_code_is_slowed_down(new_office: Office) -> None:
    async with new_office.visitor() as visitor:
        answers = [await visitor.post("/setup", code="AAAA-BBBB-CCCC") for _ in range(62)]
        assert {answer.status_code for answer in answers} == {422, 429}


async def test_a_house_without_mail_says_whom_to_ask(database: str) -> None:
    async with opened_office(database, mail=False) as office, office.visitor() as visitor:
        assert "Ask your administrator" in (await visitor.get("/password")).text
        await visitor.post("/password", email="ines@example.org")
        assert await office.all_rows("SELECT id FROM outbox") == []


@pytest.mark.parametrize(
    ("agent", "called"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_called_as_people_call_it(agent: str, called: str) -> None:
    assert browser(agent) == called
