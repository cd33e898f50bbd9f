"""Territories: found, looked at before they are moved, dated."""

from tests.administration.office import START, Office
from tests.administration.test_people import said

LIST = "/administration/territories"


async def live_in(office: Office, area: str, home: str, reason: str, number: int) -> None:
    async with office.house.ledger.unit(now=START) as tx:
        for at in range(number):
            name = f"{area}-{reason}-{at}"
            await tx.execute(
                """
                WITH new AS (
                    INSERT INTO customers (id, name, area, community_id, created_at)
                    VALUES (gen_random_uuid(), %s, %s, %s, %s)
                    RETURNING id
                )
                INSERT INTO homes (customer_id, since, community_id, reason)
                SELECT id, %s, %s, %s FROM new
                """,
                [name, area, office.ids[home], START, START, office.ids[home], reason],
            )


async def test_a_move_is_looked_at_before_anything_moves(office: Office) -> None:
    await live_in(office, "2650", "Riverina", "territory", 3)
    await live_in(office, "2650", "Riverina", "pin", 2)
    await live_in(office, "2651", "Riverina", "catch_all", 1)
    before = await office.all_rows("SELECT * FROM territories ORDER BY area")
    async with office.visitor("Ines") as admin:
        page = (await admin.post(f"{LIST}/look", typed="2650-2659", to=office.ids["Hunter"])).text
        assert 'value="2650, 2651"' in page
        assert "<b>2</b> areas" in page and "<b>4</b> customers" in page
        assert await office.all_rows("SELECT * FROM territories ORDER BY area") == before
        office.later(hours=1)
        answer = await admin.client.post(
            f"{LIST}/moves",
            data={"csrf": admin.csrf, "area": ["2650", "2651"], "to": office.ids["Hunter"]},
        )
        assert "ok|2 areas moved to Hunter" in said(answer)
        history = (await admin.get(f"{LIST}/areas/2650")).text
        assert "Hunter" in history and "Riverina" in history
    rows = await office.all_rows(
        "SELECT community_id, until IS NULL FROM territories WHERE area = '2650' ORDER BY since"
    )
    assert rows == [(office.ids["Riverina"], False), (office.ids["Hunter"], True)]


async def test_areas_are_found_by_code_name_and_holder(office: Office) -> None:
    async with office.visitor("Tom") as planner:
        assert 'areas/2300"' not in (await planner.get(f"{LIST}?q=26")).text
        nobody = (await planner.get(f"{LIST}?holder=none")).text
        assert 'areas/2651"' in nobody and 'areas/2650"' not in nobody
        hunter = (await planner.get(f"{LIST}?holder={office.ids['Hunter']}")).text
        assert 'areas/2300"' in hunter and 'areas/2650"' not in hunter
        assert (await planner.get(f"{LIST}/areas/9999")).status_code == 404
        assert (await planner.get(f"{LIST}/areas/%00")).status_code == 404


async def test_what_cannot_be_moved_is_said_in_words(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        for form, says in (
            ({"typed": "2650, 9999"}, "no area 9999"),
            ({"typed": "1-99999999"}, "no range"),
            ({"typed": ""}, "at least one area"),
            ({"typed": "2650", "to": "x"}, "Choose the community"),
        ):
            for path in ("look", "moves"):
                given = {"to": office.ids["Hunter"], **form}
                assert says in said(await admin.post(f"{LIST}/{path}", **given))
    rows = await office.all_rows("SELECT area FROM territories WHERE until IS NULL ORDER BY 1")
    assert rows == [("2300",), ("2650",)]


async def test_an_area_is_added_once(office: Office) -> None:
    async with office.visitor("Ines") as admin:
        assert said(await admin.post(f"{LIST}/areas", area="2700", name="Narrandera")).startswith("ok|")  # fmt: skip
        assert "already" in said(await admin.post(f"{LIST}/areas", area="2700", name="Other"))
        assert "is no area" in said(await admin.post(f"{LIST}/areas", area=" ", name="Other"))
