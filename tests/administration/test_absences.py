"""The pages of absences: entered after a look at what they mean, by whom they concern, and ended."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from coterie.conversations import actions as conversations
from coterie.conversations import intake
from coterie.conversations.model import Incoming
from coterie.customers.model import Address
from coterie.kit.ids import new_id
from tests.administration.office import Office

LIST = "/absences"
DAYS = {"first": "2026-12-01", "last": "2026-12-11", "why": "leave"}


async def owned(office: Office, name: str, customer: str) -> str:
    """A case of a customer of Riverina that somebody there has answered."""
    incoming = Incoming(
        channel="messenger", text="It drops.", address=Address("handle", customer), key_owner=new_id(),
        key=new_id(), body=sha256(b"").digest(), name=customer, area="2650",
    )  # fmt: skip
    case_id = (await intake.receive(office.house, incoming)).case_id
    await office.house.act(
        office.ids["Riverina"],
        lambda tx, now: conversations.reply(
            tx, now, case_id=case_id, expert_id=office.ids[name], text="Let me look."
        ),
    )
    return case_id


async def owner(office: Office, case_id: str) -> Any:
    [(found,)] = await office.all_rows("SELECT owner_id FROM cases WHERE id = %s", [case_id])
    return found


async def absences(office: Office) -> list[tuple[Any, ...]]:
    return await office.all_rows(
        "SELECT id, expert_id, starts_at, ends_at, days, ended_at, cancelled_at FROM absences"
    )


async def test_it_is_seen_before_it_is_entered_and_the_briefs_go_along(office: Office) -> None:
    await office.member("Jo", "Riverina")
    one, two = await owned(office, "Ana", "Colleen"), await owned(office, "Ana", "Minh")
    async with office.visitor("Ana") as ana:
        page = await ana.get(f"{LIST}/new")
        assert "When will you not be there?" in page.text
        person = {"expert": office.ids["Ana"], **DAYS}
        seen = await ana.post(f"{LIST}/new", do="see", **person)
        assert "9 working days" in seen.text and "will be handed over: 2 to Jo" in seen.text
        assert "Colleen" in seen.text and await absences(office) == []
        briefs = {f"brief-{one}": "Mast on Thursday.", "brief": "Ring me."}
        answer = await ana.post(f"{LIST}/new", do="enter", **person, **briefs)
        assert answer.status_code == 303
        listed = (await ana.get(answer.headers["location"])).text
        assert "1 Dec to 11 Dec" in listed and "is entered" in listed
    assert dict(await office.all_rows("SELECT case_id, text FROM briefs")) == {
        one: "Mast on Thursday.",
        two: "Ring me.",
    }
    [(_, _, starts_at, ends_at, days, _, _)] = await absences(office)
    assert (ends_at - starts_at, days) == (timedelta(days=11), 9)


async def test_a_refusal_is_said_beside_its_field_and_keeps_what_was_written(
    office: Office,
) -> None:
    async with office.visitor("Ana") as ana:
        given = {"expert": office.ids["Ana"], **DAYS, "last": "2026-11-30"}
        page = await ana.post(f"{LIST}/new", do="see", **given)
        assert page.status_code == 422 and "ends after it begins" in page.text
        assert 'value="2026-12-01"' in page.text
        page = await ana.post(f"{LIST}/new", do="enter", **{**given, "first": "soon"})
        assert page.status_code == 422 and "Choose a day." in page.text
    assert await absences(office) == []


async def test_a_part_of_a_day(office: Office) -> None:
    async with office.visitor("Ana") as ana:
        part = {"first": "2026-12-01", "last": "2026-12-01", "from": "13:00", "until": "16:30"}
        await ana.post(f"{LIST}/new", do="enter", expert=office.ids["Ana"], why="training", **part)
        assert "1 Dec, 16:30" in (await ana.get(LIST)).text
    [(_, _, starts_at, ends_at, days, _, _)] = await absences(office)
    assert (ends_at - starts_at, days) == (timedelta(hours=3.5), 1)


async def test_who_leads_enters_it_for_others_and_others_see_their_own(office: Office) -> None:
    await office.member("Jo", "Riverina")
    ana, bo = office.ids["Ana"], office.ids["Bo"]
    async with office.visitor("Cem") as coach:
        assert (await coach.post(f"{LIST}/new", do="enter", expert=ana, **DAYS)).status_code == 303
        assert (await coach.post(f"{LIST}/new", do="enter", expert=bo, **DAYS)).status_code == 404
        assert ">Ana<" in (await coach.get(LIST)).text
    async with office.visitor("Jo") as jo:
        assert ">Ana<" not in (await jo.get(LIST)).text
        answer = await jo.post(f"{LIST}/new", do="enter", expert=ana, **DAYS)
        assert answer.status_code == 403
        [(absence, *_)] = await absences(office)
        assert (await jo.post(f"{LIST}/{absence}/gone")).status_code == 404
    async with office.visitor("Ines") as admin:
        assert ">Ana<" in (await admin.get(f"{LIST}?community={office.ids['Riverina']}")).text
    assert len(await absences(office)) == 1


async def test_one_that_runs_is_prolonged_and_ended_and_the_cases_are_back(office: Office) -> None:
    await office.member("Jo", "Riverina")
    case_id = await owned(office, "Ana", "Colleen")
    today = date(2026, 11, 24)
    async with office.visitor("Mia") as manager:
        given = {"first": today.isoformat(), "last": today.isoformat(), "why": "sick"}
        await manager.post(f"{LIST}/new", do="enter", expert=office.ids["Ana"], **given)
        [(absence, *_)] = await absences(office)
        assert await owner(office, case_id) == office.ids["Ana"]
        await manager.post(f"{LIST}/{absence}/end", last="2026-12-04")
        assert await owner(office, case_id) == office.ids["Jo"]
        answer = await manager.post(f"{LIST}/{absence}/gone")
        assert "their cases are back" in (await manager.get(answer.headers["location"])).text
    assert await owner(office, case_id) == office.ids["Ana"]


async def test_where_nobody_can_take_over_the_manager_reads_it(office: Office) -> None:
    case_id = await owned(office, "Ana", "Colleen")
    for name in ("Cem", "Mia", "Ana"):
        async with office.visitor("Ines") as admin:
            given = {"first": "2026-11-24", "last": "2026-12-24", "why": "leave"}
            await admin.post(f"{LIST}/new", do="enter", expert=office.ids[name], **given)
    assert await owner(office, case_id) == office.ids["Ana"]
    async with office.visitor("Mia") as manager:
        assert "Ana is absent, and 1 case stays with them" in (await manager.get(LIST)).text


async def test_an_admin_hands_over_and_ends_or_moves(office: Office) -> None:
    await office.member("Jo", "Riverina")
    case_id, person = await owned(office, "Ana", "Colleen"), office.ids["Ana"]
    async with office.visitor("Ines") as admin:
        page = (await admin.get(f"/administration/people/{person}")).text
        assert "handed over for good: 1 to Jo" in page
        refused = await admin.post(f"/administration/people/{person}/end")
        assert "still owns cases" in (await admin.get(refused.headers["location"])).text
        await admin.post(
            f"/administration/people/{person}/community", community_id=office.ids["Hunter"],
            member_role="expert", hand_over="yes", brief="Mast on Thursday.",
        )  # fmt: skip
    assert await owner(office, case_id) == office.ids["Jo"]
    [(community,)] = await office.all_rows(
        "SELECT community_id FROM memberships WHERE expert_id = %s AND until IS NULL", [person]
    )
    assert community == office.ids["Hunter"]
    [(brief, reason)] = await office.all_rows("SELECT brief, reason FROM handovers")
    assert (brief, reason) == ("Mast on Thursday.", "leaving")
