"""Plans: kept, brought in from files with care, moved by hand and back, copied, put away and back."""

import gzip
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.kit.errors import Invalid
from coterie.planner.documents import MOST_BYTES, packed, read_upload
from coterie.planner.plans import part_of, with_part
from coterie.planning.hues import FAR, hues_of, nearest, neighbours
from coterie.planning.plan import as_json
from coterie.planning.territories.moves import moved, neighbours_of
from tests.planner.hall import Hall, said
from tests.planning.made_up import a_document, a_plan, staffed


def as_file(document: Any) -> bytes:
    return json.dumps(document).encode()


def test_a_plan_that_goes_out_comes_in_the_same() -> None:
    for plan in (a_plan(), a_plan(**staffed()), a_plan(remarks={"of": "another program"})):
        assert read_upload(packed(plan)) == plan
        assert read_upload(gzip.compress(packed(plan))) == plan


def broken(**changes: Any) -> bytes:
    return as_file(a_document() | changes)


def changed_area(**changes: Any) -> bytes:
    document = a_document()
    document["areas"][0] |= changes
    return as_file(document)


BAD = {
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "binary": b"\xff\xfe\x00",
    "damaged gzip": b"\x1f\x8b\x08 broken",
    "nested": b"[" * 100_000,
    "no communities": broken(communities=[]),
    "no areas": broken(areas=[]),
    "another format": broken(format=2),
    "not a number": as_file(a_document()).replace(b'"customers": 100', b'"customers": NaN'),
    "text for customers": changed_area(customers="many"),
    "true for customers": changed_area(customers=True),
    "less than none": changed_area(contacts=-1),
    "nowhere": changed_area(lat=91),
    "a number for a name": changed_area(name=7),
    "a zero byte": changed_area(name="a\x00b"),
    "an area twice": broken(areas=a_document()["areas"] + a_document()["areas"][:1]),
    "an area that is not there": broken(areas=a_document()["areas"][1:]),
    "a week of three half-hours": broken(staff={"communities": {"c01": {"positions": [1, 2, 3]}}}),
    "positions in words": broken(staff={"communities": {"c01": {"positions": ["few"] * 336}}}),
    "a wave without number": broken(waves={"waves": [{"communities": ["c01"]}]}),
    "a wave of others": broken(waves={"waves": [{"number": 1, "communities": ["c77"]}]}),
    "waves in words": broken(waves={"waves": "soon"}),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_upload(content)
    assert refused.value.sentence.endswith(".") and len(refused.value.sentence) > 20


def test_a_small_file_that_unpacks_into_a_large_one_is_refused() -> None:
    with pytest.raises(Invalid, match="40 MB"):
        read_upload(gzip.compress(b" " * (MOST_BYTES + 1)))


@given(st.data())
def test_what_is_undone_stands_exactly_as_before(data: st.DataObject) -> None:
    plan = a_plan()
    area = data.draw(st.sampled_from([each.area for each in plan.areas]))
    could = neighbours_of(plan, area)
    to = data.draw(st.sampled_from(could))
    home = next(each.id for each in plan.communities if area in each.areas)
    before, after = as_json(plan), as_json(moved(plan, area, to, forced=True))
    assert with_part(after, part_of(before, home, to)) == before
    assert with_part(before, part_of(after, home, to)) == after


def test_neighbours_have_other_hues_than_one_has() -> None:
    plan = a_plan()
    hues = hues_of(plan)
    for each, others in neighbours(plan).items():
        assert nearest(hues[each], [hues[other] for other in others]) == FAR


async def test_a_plan_is_brought_in_and_downloaded(hall: Hall) -> None:
    async with hall.planner() as visitor:
        assert "No plans yet" in said(await visitor.get("/planner"))
        answer = await visitor.post("/planner/plans", files={"file": ("Murray.json", as_file(staffed()))})  # fmt: skip
        assert answer.status_code == 303
        path = answer.headers["location"]
        page = await visitor.get(path)
        assert "3 communities of 12 areas" in said(page)
        assert page.text.count("<circle") == 12
        again = read_upload((await visitor.get(path + "/plan.json")).content)
        assert again == a_plan(**staffed())
        listed = said(await visitor.get("/planner"))
        assert "Murray" in listed and "2 waves" in listed and "People" in listed


async def test_a_bad_file_leaves_no_plan_and_says_why_beside_the_field(hall: Hall) -> None:
    async with hall.planner() as visitor:
        for content in (b"{", BAD["nowhere"], b""):
            answer = await visitor.post("/planner/plans", files={"file": ("x.json", content)})
            assert answer.status_code == 422
            assert 'id="w-file"' in answer.text
        answer = await visitor.post("/planner/plans")
        assert answer.status_code == 422 and "Choose a file" in answer.text
        assert "No plans yet" in said(await visitor.get("/planner"))


async def test_an_area_moves_back_and_forth_and_a_new_move_forgets_what_was_undone(
    hall: Hall,
) -> None:
    plan_id = await hall.keeps()
    path, before = f"/planner/plans/{plan_id}", await hall.plan(plan_id)
    async with hall.planner() as visitor:
        told = (await visitor.script(path + "/moves", area="2600", to="c02")).json()
        assert (told["home"], told["undoable"], told["redoable"]) == ("c02", True, False)
        assert told["lands"].keys() == {"c01", "c02"} and "2600 Albury 0 is in Temora" in told["said"]  # fmt: skip
        after = await hall.plan(plan_id)
        assert after == moved(before, "2600", "c02")
        undone = (await visitor.script(path + "/undo")).json()
        assert (undone["home"], undone["undoable"], undone["redoable"]) == ("c01", False, True)
        assert await hall.plan(plan_id) == before
        assert (await visitor.script(path + "/undo")).status_code == 409
        await visitor.script(path + "/redo")
        assert await hall.plan(plan_id) == after
        await visitor.script(path + "/undo")
        await visitor.script(path + "/moves", area="2630", to="c02")
        assert (await visitor.script(path + "/redo")).json()["refused"]
        for verb in ("move_area", "undo_move", "redo_move"):
            found = await hall_rows(hall, "SELECT count(*) FROM audit WHERE verb = %s", verb)
            assert found[0][0] >= 1


async def hall_rows(hall: Hall, sql: Any, *params: Any) -> list[Any]:
    async with hall.world.house.read() as tx:
        return await (await tx.execute(sql, params)).fetchall()


async def test_a_move_is_refused_in_words_and_changes_nothing(hall: Hall) -> None:
    plan_id = await hall.keeps()
    path, before = f"/planner/plans/{plan_id}", await hall.plan(plan_id)
    async with hall.planner() as visitor:
        for area, to, status in (
            ("2620", "c01", 422), ("0000", "c02", 422), ("2620", "c99", 422), ("2710", "c02", 422),
        ):  # fmt: skip
            answer = await visitor.script(path + "/moves", area=area, to=to)
            assert answer.status_code == status and answer.json()["refused"].endswith(".")
        apart = await visitor.script(path + "/moves", area="2610", to="c03")
        assert apart.status_code == 409 and "one piece" in apart.json()["refused"]
        assert await hall.plan(plan_id) == before
        assert (await visitor.script(path + "/moves?forced=yes", area="2610", to="c03")).status_code == 200  # fmt: skip
        lonely = f"/planner/plans/{await hall.keeps(alone())}"
        answer = await visitor.script(lonely + "/moves?forced=yes", area="2600", to="c02")
        assert answer.status_code == 409 and "no area left" in answer.json()["refused"]


def alone() -> Any:
    document = a_document()
    document["communities"][0]["areas"] = ["2600"]
    document["communities"][1]["areas"] += ["2610", "2620", "2630"]
    return a_plan(**document)


async def test_without_script_a_browser_gets_the_page_back(hall: Hall) -> None:
    plan_id = await hall.keeps()
    async with hall.planner() as visitor:
        answer = await visitor.post(f"/planner/plans/{plan_id}/moves", area="2600", to="c02")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/planner/plans/{plan_id}?area=2600")  # fmt: skip
        page = said(await visitor.get(answer.headers["location"]))
        assert "2600 Albury 0 is in Temora now." in page and "from Albury to Temora" in page


async def test_the_panel_says_what_each_move_would_do(hall: Hall) -> None:
    plan_id = await hall.keeps()
    async with hall.planner() as visitor:
        panel = await visitor.get(f"/planner/plans/{plan_id}/areas/2610")
        assert "Furthest from the mean 0.00% to 23.91%" in said(panel)
        assert re.findall(r'data-to="(\w+)"', panel.text) == ["c02"]
        assert 'data-near="2600 2620 2710"' in panel.text


async def test_a_plan_is_renamed_copied_deleted_and_brought_back(hall: Hall) -> None:
    plan_id = await hall.keeps()
    async with hall.planner() as visitor:
        path = f"/planner/plans/{plan_id}"
        await visitor.post(path + "/name", name="  The   west ")
        assert "The west" in said(await visitor.get(path))
        assert "called something" in said(await visitor.get((await visitor.post(path + "/name", name=" ")).headers["location"]))  # fmt: skip
        copy = (await visitor.post(path + "/copy")).headers["location"]
        await visitor.script(copy + "/moves", area="2610", to="c02")
        assert await hall.plan(plan_id) == a_plan()
        await visitor.post(path + "/delete")
        assert (await visitor.get(path)).status_code == 404
        assert "Bring back The west" in said(await visitor.get("/planner"))
        await visitor.post(path + "/bring-back")
        assert (await visitor.get(path)).status_code == 200
        assert await hall.plan(plan_id) == a_plan()


async def test_what_a_plan_is_called_is_never_a_command_to_the_page(hall: Hall) -> None:
    document = a_document()
    document["areas"][0]["name"] = "<script>alert(1)</script>' onload='x"
    document["communities"][0]["name"] = "<img src=x>"
    plan_id = await hall.keeps(a_plan(**document), name="<b>bold</b>")
    async with hall.planner() as visitor:
        for tail in ("", "/people", "/waves", "/twin", "/report", "?area=2600"):
            page = (await visitor.get(f"/planner/plans/{plan_id}{tail}")).text
            assert "<script>alert" not in page and "<img" not in page and "<b>bold" not in page
            assert "onload='x" not in page
