"""People: found, added, moved, and not taken away from what they own."""

from typing import Any
from urllib.parse import unquote

import pytest

from coterie.kit.db import Tx
from coterie.kit.ids import new_id
from tests.administration.office import START, Office

LIST = "/administration/people"


def said(answer: Any) -> str:
    """The sentence that goes with a redirect."""
    return unquote(answer.cookies.get("flash", ""))


async def own_a_case(tx: Tx, community_id: str, expert_id: str) -> None:
    customer, thread = new_id(), new_id()
    await tx.execute(
        "INSERT INTO customers (id, name, community_id, created_at) VALUES (%s, 'Colleen', %s, %s)",
        [customer, community_id, START],
    )
    await tx.execute(
        """
        INSERT INTO threads (id, customer_id, community_id, last_at, created_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        [thread, customer, community_id, START, START],
    )
    await tx.execute(
        """
        INSERT INTO cases (id, thread_id, customer_id, community_id, state, opened_at, spoken_at,
            owner_id, owned_at)
        VALUES (%s, %s, %s, %s, 'open', %s, %s, %s, %s)
        """,
        [new_id(), thread, customer, community_id, START, START, expert_id, START],
    )


async def test_people_are_found_by_name_address_role_and_community(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        found = (await admin.get(f"{LIST}?q=MIA")).text
        assert "mia@example.org" in found and "ana@example.org" not in found
        assert "ana@example.org" in (await admin.get(f"{LIST}?q=ana@ex")).text
        coaches = (await admin.get(f"{LIST}?role=coach")).text
        assert "cem@example.org" in coaches and "mia@example.org" not in coaches
        hunter = (await admin.get(f"{LIST}?community={office.ids['Hunter']}")).text
        assert "bo@example.org" in hunter and "ana@example.org" not in hunter
        assert "Nobody found" in (await admin.get(f"{LIST}?q=%00%25_")).text


async def test_every_page_of_a_long_list_is_reached(office: Office) -> None:
    for number in range(60):
        await office.account(f"Extra{number:02}", "specialist")
    async with office.visitor("Ines") as admin:
        first = (await admin.get(f"{LIST}?q=extra")).text
        assert "extra49@" in first and "extra50@" not in first
        more = first.split('<a class="link" href="?')[1].split('"')[0].replace("&amp;", "&")
        rest = (await admin.get(f"{LIST}?{more}")).text
        assert "extra50@" in rest and "extra59@" in rest and "extra49@" not in rest


async def test_somebody_is_added_with_an_invitation_and_chooses_a_password(office: Office) -> None:
    async with office.visitor("Ines") as admin, office.visitor() as newcomer:
        form = {"name": "Zoë Nguyễn", "email": "zoe@example.org", "role": "expert"}
        answer = await admin.post(f"{LIST}/new", community_id=office.ids["Hunter"], **form)
        page = (await admin.get(answer.headers["location"])).text
        assert "Zoë Nguyễn" in page
        link = page.split('value="http://care')[1].split('"')[0]
        [(body,)] = await office.all_rows(
            "SELECT body FROM outbox WHERE recipient = 'zoe@example.org'"
        )
        assert "/password/" in body
        secret = {"password": "quiet harbour violin", "again": "quiet harbour violin"}
        assert (await newcomer.post(link, **secret)).status_code == 303
        assert (await newcomer.get("/")).headers["location"] == "/workspace"
        assert "Invitation" not in (await admin.get(answer.headers["location"])).text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"email": "no address"}, "no e-mail address"),
        ({"email": "ana@example.org"}, "has an account with ana@example.org already"),
        ({"name": ""}, "at least one letter"),
        ({"role": "boss"}, "is no role"),
        ({"community_id": ""}, "Choose the community"),
        ({"community_id": "00000000-0000-7000-8000-000000000000"}, "no such community"),
    ],
)
async def test_who_is_added_wrongly_is_refused_in_words_and_nothing_is_kept(
    office: Office, given: dict[str, str], says: str
) -> None:
    form = {"name": "<script>x</script>", "email": "new@example.org", "role": "expert", "community_id": office.ids["Hunter"]}  # fmt: skip
    before = await office.all_rows("SELECT count(*) FROM accounts")
    async with office.visitor("Ines") as admin:
        answer = await admin.post(f"{LIST}/new", **{**form, **given})
        assert 400 <= answer.status_code < 500 and says in answer.text
        assert "<script>x" not in answer.text
    assert await office.all_rows("SELECT count(*) FROM accounts") == before


async def test_work_is_changed_at_once(office: Office) -> None:
    ana = office.ids["Ana"]
    async with office.visitor("Ines") as admin:
        answer = await admin.client.post(
            f"{LIST}/{ana}/work",
            data={"csrf": admin.csrf, "member_role": "coach", "skill": ["Network", "billing", ""],
                  "level": ["4", "", "2"], "languages": "en, vi", "seats": ["voice"], "capacity": "2.5"},
        )  # fmt: skip
        assert said(answer).startswith("ok|Saved")
        assert await office.all_rows("SELECT skill, level FROM skills WHERE expert_id = %s", [ana]) == [("network", 4)]  # fmt: skip
        assert await office.all_rows("SELECT languages, seats, capacity FROM experts WHERE id = %s", [ana]) == [(["en", "vi"], ["voice"], 2.5)]  # fmt: skip
        assert await office.all_rows("SELECT role FROM accounts WHERE id = %s", [ana]) == [
            ("coach",)
        ]
        wrong = await admin.post(
            f"{LIST}/{ana}/work", member_role="coach", languages="en", capacity="x"
        )
        assert wrong.status_code == 422 and "capacity" in wrong.text
        wrong = await admin.post(
            f"{LIST}/{ana}/work", member_role="coach", skill="billing", level="4" * 5_000
        )
        assert wrong.status_code == 422 and "from 0 to 5" in wrong.text


async def test_an_admin_hands_over_a_link_for_a_forgotten_password(office: Office) -> None:
    async with office.visitor("Ines") as admin, office.visitor("Ana") as ana:
        page = (await admin.post(f"{LIST}/{office.ids['Ana']}/invitation")).text
        link = page.split('value="http://care')[1].split('"')[0]
        secret = {"password": "quiet harbour violin", "again": "quiet harbour violin"}
        assert (await ana.get("/account")).status_code == 200
        assert (await ana.post(link, **secret)).status_code == 303
        assert (await ana.get("/account")).status_code == 200
        assert 'value="http://care' not in (await admin.get(f"{LIST}/{office.ids['Ana']}")).text


async def test_a_new_role_holds_at_the_next_request(office: Office) -> None:
    async with office.visitor("Ines") as admin, office.visitor("Ana") as ana:
        assert (await ana.get(LIST)).status_code == 403
        form = {"member_role": "manager", "languages": "en", "capacity": "4"}
        await admin.post(f"{LIST}/{office.ids['Ana']}/work", **form)
        assert (await ana.get(LIST)).status_code == 200


async def test_moving_ends_one_membership_and_begins_another(office: Office) -> None:
    ana = office.ids["Ana"]
    async with office.visitor("Ines") as admin:
        form = {"community_id": office.ids["Hunter"], "member_role": "expert"}
        assert said(await admin.post(f"{LIST}/{ana}/community", **form)).startswith("ok|")
    rows = await office.all_rows(
        "SELECT community_id, until IS NULL FROM memberships WHERE expert_id = %s", [ana]
    )
    assert set(rows) == {(office.ids["Riverina"], False), (office.ids["Hunter"], True)}


async def test_who_owns_cases_stays_and_is_told_why(office: Office) -> None:
    ana = office.ids["Ana"]
    async with office.house.ledger.unit(office.ids["Riverina"], now=START) as tx:
        await own_a_case(tx, office.ids["Riverina"], ana)
    async with office.visitor("Ines") as admin:
        page = (await admin.get(f"{LIST}/{ana}")).text
        assert "Owns 1 case" in page and "Colleen" in page
        for path, form in (
            ("end", {}),
            ("community", {"community_id": office.ids["Hunter"], "member_role": "expert"}),
        ):
            answer = await admin.post(f"{LIST}/{ana}/{path}", **form)
            assert "danger|Ana still owns cases" in said(answer)
        assert "belongs to a community" in said(await admin.post(f"{LIST}/{ana}/closure"))
    rows = await office.all_rows("SELECT community_id, until FROM memberships WHERE expert_id = %s", [ana])  # fmt: skip
    assert rows == [(office.ids["Riverina"], None)]
    async with office.visitor("Tom") as planner:
        assert "Colleen" not in (await planner.get(f"{LIST}/{ana}")).text, (
            "planners see no customers"
        )


async def test_a_closed_account_signs_out_and_can_come_back(office: Office) -> None:
    ana = office.ids["Ana"]
    async with office.visitor("Ines") as admin, office.visitor("Ana") as herself:
        assert (await herself.get("/account")).status_code == 200
        await admin.post(f"{LIST}/{ana}/end")
        await admin.post(f"{LIST}/{ana}/closure")
        assert (await herself.get("/account")).status_code == 303
        form = {"community_id": office.ids["Hunter"], "member_role": "expert"}
        assert "account is closed" in said(await admin.post(f"{LIST}/{ana}/community", **form))
        await admin.post(f"{LIST}/{ana}/closure", reopen="yes")
        assert "Invitation" in (await admin.get(f"{LIST}/{ana}")).text


async def test_an_admin_does_not_lock_the_door_behind_themselves(office: Office) -> None:
    ines = office.ids["Ines"]
    async with office.visitor("Ines") as admin:
        form = {"name": "Ines", "email": "ines@example.org", "role": "expert"}
        answer = await admin.post(f"{LIST}/{ines}", **form)
        assert answer.status_code == 422 and "own administration" in answer.text
        assert "own account" in said(await admin.post(f"{LIST}/{ines}/closure"))
