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
                    INSERT INTO customers (id, name, area, community_id, created_at, pin_id, pin_why)
                    VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s)
                    RETURNING id
                )
                INSERT INTO homes (customer_id, since, community_id, reason)
                SELECT id, %s, %s, %s FROM new
                """,
                [
                    name, area, office.ids[home], START, office.ids[home] if reason == "pin" else None,
                    "Asked." if reason == "pin" else None, START, office.ids[home], reason,
                ],
            )  # fmt: skip


async def test_a_move_is_looked_at_before_anything_moves(office: Office) -> None:
    await live_in(office, "2650", "Riverina", "territory", 3)
    await live_in(office, "2650", "Riverina", "pin", 2)
    await live_in(office, "2651", "Riverina", "catch_all", 1)
    before = await office.all_rows("SELECT * FROM territories ORDER BY area")
    async with office.visitor("Ines") as admin:
        page = (await admin.post(f"{LIST}/look", typed="2650-2659", to=office.ids["Hunter"])).text
        assert 'value="2650, 2651"' in page
        assert "<b>2</b> areas" in page and "<b>4</b> customers" in page
        assert "2 of 6 who live there are pinned and stay" in page
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
    assert await homes(office) == {"Hunter": 4, "Riverina": 2}


async def homes(office: Office) -> dict[str, int]:
    found = await office.all_rows(
        "SELECT k.name, count(*) FROM customers c JOIN communities k ON k.id = c.community_id GROUP BY 1"
    )
    return dict(found)


async def test_a_change_is_planned_given_up_made_and_undone(office: Office) -> None:
    await live_in(office, "2650", "Riverina", "territory", 3)
    form = {"typed": "2650", "to": office.ids["Hunter"]}
    async with office.visitor("Ines") as admin:
        too_far = said(await admin.post(f"{LIST}/moves", at="2199-01-01T08:00", **form))
        assert "two years ahead" in too_far
        soon = f"{office.clock[0].year + 1}-01-05T08:00"
        assert "will move to Hunter" in said(await admin.post(f"{LIST}/moves", at=soon, **form))
        page = (await admin.get(f"{LIST}/changes")).text
        assert "Planned" in page and "Give up" in page
        [planned] = await office.all_rows("SELECT id FROM territory_changes")
        crossing = said(await admin.post(f"{LIST}/moves", **form))
        assert "moves 2650 too" in crossing
        given_up = await admin.post(f"{LIST}/changes/{planned[0]}/cancel")
        assert said(given_up).startswith("ok|Given up")
        assert "moved to Hunter" in said(await admin.post(f"{LIST}/moves", **form))
        assert await homes(office) == {"Hunter": 3}
        [made] = await office.all_rows("SELECT id FROM territory_changes WHERE done_at IS NOT NULL")
        assert "Undone" in said(await admin.post(f"{LIST}/changes/{made[0]}/undo"))
        assert await homes(office) == {"Riverina": 3}
        assert "3 back" in (await admin.get(f"{LIST}/changes")).text
        assert "undone already" in said(await admin.post(f"{LIST}/changes/{made[0]}/undo"))
        assert "no such change" in said(await admin.post(f"{LIST}/changes/x/undo"))
    async with office.visitor("Tom") as planner:
        page = (await planner.get(f"{LIST}/changes")).text
        assert "Undone" in page and '<button type="submit" class="btn btn--s">' not in page


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
            ({"typed": "2300"}, "Nothing would move"),
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
