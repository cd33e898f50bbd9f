"""What is worked out apart: one after the other, followed, cancelled, found stopped after a death, asked for again."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from coterie.kit.db import transaction
from coterie.planner import run_queries, runs
from coterie.planner.model import Run
from coterie.planner.runs import Draw, Trial
from coterie.planner.workshop import Workshop, opened_workshop
from coterie.planning.plan import read_plan
from coterie.planning.territories.shape import broken
from tests.planner.hall import Hall, inhabited, said, speaking
from tests.planning.made_up import a_document, a_run, people_needed
from tests.world import NOON, World

TRIAL = Trial(days=14, replications=2, seed=1, assumptions={})
FORM = {"days": "14", "replications": "2", "seed": "1"}


async def asked(hall: Hall, plan_id: str) -> tuple[str, dict[str, Any]]:
    async with transaction(hall.world.house.pool) as tx:
        return await runs.ask_twin(tx, hall.world.now, plan_id, TRIAL, None)


async def run_now(hall: Hall, run_id: str) -> Run:
    async with hall.world.house.read() as tx:
        found = await run_queries.run(tx, run_id)
    assert found is not None
    return found


async def ended(hall: Hall, run_id: str) -> Run:
    """As long as compiling may take where others work beside."""
    for _ in range(6_000):
        found = await run_now(hall, run_id)
        if found.ended_at or found.cancelled_at:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it did not end in time")


async def test_a_run_is_started_followed_and_read(hall: Hall) -> None:
    plan_id = await hall.keeps()
    hall.works_with(f"say(done=1, total=2)\nsay(found={a_run()!r})")
    async with hall.planner() as visitor:
        assert "No runs yet" in said(await visitor.get(f"/planner/plans/{plan_id}/twin"))
        answer = await visitor.post(f"/planner/plans/{plan_id}/twin", **FORM)
        path = answer.headers["location"]
        assert "ving both worlds" in said(await visitor.get(path))
        done = await ended(hall, path.rpartition("/")[2])
        assert done.state(hall.world.now) == "done" and done.result == a_run()
        page = said(await visitor.get(path))
        assert "Calls wait 21 s in communities, 64 s in skill groups: 38 to 49 s less." in page
        assert "Better in skill groups" in page and "What this can't tell" in page
        assert (await visitor.get(path + "/result.json")).json() == a_run()


async def test_people_are_sought_where_it_is_ticked_and_stand_on_the_page(hall: Hall) -> None:
    plan_id, run = await hall.keeps(), a_run() | {"people": people_needed()}
    hall.works_with(f"say(found={run!r})")
    async with hall.planner() as visitor:
        answer = await visitor.post(f"/planner/plans/{plan_id}/twin", **FORM, people="yes")
        path = answer.headers["location"]
        done = await ended(hall, path.rpartition("/")[2])
        assert done.wanted["people"] is True
        page = said(await visitor.get(path))
        assert (
            "The same service takes 103 people in communities, 96 people in skill groups: 5 to 10 people more."
            in page
        )
        assert "People for the same service" in page and "Only calls are held to it" in page


async def test_two_runs_stand_side_by_side(hall: Hall) -> None:
    plan_id = await hall.keeps()
    found = []
    for wait in (20.0, 30.0):
        run = a_run()
        run["worlds"]["communities"]["figures"]["voice_wait_s"]["value"] = wait
        for each in run["each"]["communities"]:
            each["voice_wait_s"] += wait
        run["assumptions"][0]["value"] = wait / 100
        hall.works_with(f"say(found={run!r})")
        run_id, wanted = await asked(hall, plan_id)
        hall.workshop.start(run_id, wanted)
        found.append((await ended(hall, run_id)).id)
    async with hall.planner() as visitor:
        page = said(await visitor.get(f"/planner/plans/{plan_id}/twin/compare?a={found[0]}&b={found[1]}"))  # fmt: skip
        assert "20%" in page and "30%" in page and "20 s" in page and "30 s" in page
        assert "Better in the first" in page and "+10 s to +10 s" in page
        assert "The same in both" in page and "replication by replication" in page
        other = await hall.keeps()
        for query in (f"a={found[0]}", f"a={found[0]}&b=x"):
            assert (await visitor.get(f"/planner/plans/{plan_id}/twin/compare?{query}")).status_code == 404  # fmt: skip
        strange = f"/planner/plans/{other}/twin/{found[0]}"
        assert (await visitor.get(strange)).status_code == 404


async def test_a_form_that_makes_no_sense_starts_nothing(hall: Hall) -> None:
    plan_id = await hall.keeps()
    async with hall.planner() as visitor:
        for name, value in (("days", "7"), ("days", "many"), ("replications", "1"), ("seed", "-3"), ("days", "1e9")):  # fmt: skip
            answer = await visitor.post(f"/planner/plans/{plan_id}/twin", **(FORM | {name: value}))
            assert answer.status_code == 422 and f'id="w-{name}"' in answer.text, (name, value)
        assert "No runs yet" in said(await visitor.get(f"/planner/plans/{plan_id}/twin"))


async def test_one_after_the_other(hall: Hall) -> None:
    plan_id = await hall.keeps()
    hall.works_with("time.sleep(0.3)\nsay(found={'worlds': {}})")
    first, second = [await asked(hall, plan_id) for _ in range(2)]
    for run_id, wanted in (first, second):
        hall.workshop.start(run_id, wanted)
    hall.works_with("say(found={'worlds': {}})")
    await ended(hall, second[0])
    assert (await run_now(hall, first[0])).ended_at


async def test_a_run_is_cancelled_also_from_another_process(hall: Hall) -> None:
    plan_id = await hall.keeps()
    hall.works_with("time.sleep(60)")
    elsewhere = Workshop(hall.world.house, hall.workshop.program)
    for workshop in (hall.workshop, elsewhere):
        run_id, wanted = await asked(hall, plan_id)
        workshop.start(run_id, wanted)
        task = workshop.tasks[run_id]
        while not (await run_now(hall, run_id)).began_at:
            await asyncio.sleep(0.02)
        async with hall.planner() as visitor:
            await visitor.post(f"/planner/plans/{plan_id}/runs/{run_id}/cancel")
        await asyncio.wait([task], timeout=20)
        assert task.done()
        assert (await run_now(hall, run_id)).state(hall.world.now) == "cancelled"
    await elsewhere.close()


async def test_a_run_that_is_cancelled_twice_leaves_no_process(hall: Hall, tmp_path: Path) -> None:
    """By a person and by its own beat, which sees it a moment later."""
    plan_id, told = await hall.keeps(), tmp_path / "pid"
    hall.works_with(f"import os, pathlib\npathlib.Path({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(60)")  # fmt: skip
    run_id, wanted = await asked(hall, plan_id)
    hall.workshop.start(run_id, wanted)
    task = hall.workshop.tasks[run_id]
    while not (told.exists() and told.read_text()):
        await asyncio.sleep(0.02)
    run = await run_now(hall, run_id)
    while not task.done():
        hall.workshop.stop(run)
        await asyncio.sleep(0)
    assert task.cancelled() and not psutil.pid_exists(int(told.read_text()))


async def test_a_cancellation_that_is_lost_on_the_way_to_the_database_stops_the_run_all_the_same(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is lost where a connection becomes free in the same moment."""
    plan_id, told = await hall.keeps(), tmp_path / "begun"
    hall.works_with(f"import pathlib\npathlib.Path({str(told)!r}).touch()\ntime.sleep(60)")
    begin, waits = run_queries.begin, asyncio.Event()

    async def deaf(*given: Any) -> None:
        await begin(*given)
        waits.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)

    monkeypatch.setattr(run_queries, "begin", deaf)
    run_id, wanted = await asked(hall, plan_id)
    hall.workshop.start(run_id, wanted)
    await waits.wait()
    task = hall.workshop.tasks[run_id]
    hall.workshop.stop(await run_now(hall, run_id))
    await asyncio.wait([task], timeout=10)
    assert task.cancelled()
    assert not told.exists()


async def test_a_process_that_dies_or_refuses_is_said_so(hall: Hall) -> None:
    plan_id = await hall.keeps()
    for script, words in (
        ("sys.exit(3)", "The computation stopped"),
        ("say(done=1, total=3)", "The computation stopped"),
        ("print('no json')", "The computation stopped"),
        ("say(refused='There is nobody.')", "There is nobody."),
    ):
        hall.works_with(script)
        run_id, wanted = await asked(hall, plan_id)
        hall.workshop.start(run_id, wanted)
        assert words in str((await ended(hall, run_id)).refused)
        async with hall.planner() as visitor:
            assert words in said(await visitor.get(f"/planner/plans/{plan_id}/twin/{run_id}"))


async def test_a_run_whose_server_died_shows_as_stopped_and_is_started_again(hall: Hall) -> None:
    plan_id = await hall.keeps()
    async with opened_workshop(hall.world.house) as lost:
        lost.program = speaking("time.sleep(60)")
        run_id, wanted = await asked(hall, plan_id)
        lost.start(run_id, wanted)
        while not (await run_now(hall, run_id)).began_at:
            await asyncio.sleep(0.02)
    assert (await run_now(hall, run_id)).state(hall.world.now) == "running"
    async with hall.planner() as visitor:
        again = f"/planner/plans/{plan_id}/runs/{run_id}/again"
        assert "still running" in said(await visitor.get((await visitor.post(again)).headers["location"]))  # fmt: skip
        hall.world.later(minutes=1)
        assert "Stopped" in said(await visitor.get(f"/planner/plans/{plan_id}/twin"))
        hall.works_with("say(found={'worlds': {}})")
        answer = await visitor.post(again)
        done = await ended(hall, answer.headers["location"].rpartition("/")[2])
        assert done.result == {"worlds": {}} and done.wanted == (await run_now(hall, run_id)).wanted


async def test_what_is_prepared_and_what_is_lived_are_told_apart(hall: Hall) -> None:
    plan_id = await hall.keeps()
    for script, words in (("", "Preparing."), ("say(done=0, total=20)", "The first world is being lived."), ("say(done=3, total=20)", "3 of 20 worlds lived.")):  # fmt: skip
        hall.works_with(f"{script}\ntime.sleep(60)")
        run_id, wanted = await asked(hall, plan_id)
        hall.workshop.start(run_id, wanted)
        async with hall.planner() as visitor, asyncio.timeout(30):
            path = f"/planner/plans/{plan_id}"
            while words not in said(await visitor.get(f"{path}/twin/{run_id}")):
                await asyncio.sleep(0.05)
            await visitor.post(f"{path}/runs/{run_id}/cancel")


async def test_a_run_is_of_the_plan_as_it_was(hall: Hall) -> None:
    plan_id = await hall.keeps()
    hall.works_with("say(found={'worlds': {}, 'seen': len(wanted['plan']['communities'][0]['areas'])})")  # fmt: skip
    run_id, wanted = await asked(hall, plan_id)
    async with hall.planner() as visitor:
        await visitor.script(f"/planner/plans/{plan_id}/moves", area="2600", to="c02")
        hall.workshop.start(run_id, wanted)
        assert (await ended(hall, run_id)).result == {"worlds": {}, "seen": 4}
        assert "has changed since" in said(await visitor.get(f"/planner/plans/{plan_id}/twin/{run_id}"))  # fmt: skip


async def test_territories_are_drawn_of_what_coterie_knows(world: World, hall: Hall) -> None:
    await inhabited(world)
    async with hall.planner() as visitor:
        answer = await visitor.post(
            "/planner/draws", name="Murray", by="communities", communities="2", size="9", tolerance="30", seed="1", counting="counted",
        )  # fmt: skip
        path = answer.headers["location"]
        assert "Drawing the territories" in said(await visitor.get(path))
        async with world.house.read() as tx:
            (run,) = await run_queries.runs(tx, path.rpartition("/")[2], "territories", 9)
        done = await ended(hall, run.id)
        assert done.refused is None
        plan = await hall.plan(run.plan_id)
        assert len(plan.communities) == 2 and broken(plan) == ()
        assert {each.area: each.customers for each in plan.areas} == {f"26{at}0": 1 + at % 2 for at in range(6)}  # fmt: skip
        assert sum(each.contacts for each in plan.areas) == 9
        assert "2 communities of 6 areas" in said(await visitor.get(path))


async def test_nothing_to_draw_with_is_said_and_leaves_no_plan(hall: Hall) -> None:
    form = {"name": "Murray", "by": "communities", "communities": "2", "size": "9", "tolerance": "2", "seed": "1"}  # fmt: skip
    async with hall.planner() as visitor:
        answer = await visitor.post("/planner/draws", **form)
        assert answer.status_code == 409 and "Import them first" in said(answer)
        for name, value in (("name", " "), ("communities", "0"), ("communities", "2.5"), ("tolerance", "0"), ("seed", "x")):  # fmt: skip
            answer = await visitor.post("/planner/draws", **(form | {name: value}))
            assert answer.status_code == 422, (name, value)
        assert "No plans yet" in said(await visitor.get("/planner"))


async def test_what_cannot_be_drawn_is_said_and_can_be_tried_again(
    world: World, hall: Hall
) -> None:
    await inhabited(world)
    hall.works_with("say(refused='2650 has more customers than a community may have.')")
    async with transaction(world.house.pool) as tx:
        plan_id, run_id, wanted = await runs.ask_for_plan(tx, world.now, "Murray", Draw(2, None, 0.3, 1), None)  # fmt: skip
    hall.workshop.start(run_id, wanted)
    await ended(hall, run_id)
    async with hall.planner() as visitor:
        path = f"/planner/plans/{plan_id}"
        assert "more customers than a community may have" in said(await visitor.get(path))
        for tail in ("/people", "/waves", "/twin", "/report", "/plan.json"):
            assert (await visitor.get(path + tail)).status_code == 409
        document = a_document()
        hall.works_with(f"say(found={document!r})")
        await visitor.post(f"{path}/runs/{run_id}/again")
        async with world.house.read() as tx:
            newest = (await run_queries.runs(tx, plan_id, "territories", 1))[0]
        await ended(hall, newest.id)
        assert await hall.plan(plan_id) == read_plan(document)


def test_a_run_says_by_its_times_how_it_stands() -> None:
    def run(**given: Any) -> Run:
        base: dict[str, Any] = {
            "id": "r", "plan_id": "p", "kind": "twin", "wanted": {}, "plan_version": 1, "asked_at": NOON, "asked_by": None,
            "began_at": None, "beat_at": NOON, "done": 0, "total": 0, "ended_at": None, "cancelled_at": None, "refused": None,
        }  # fmt: skip
        return Run(**(base | given))

    late = NOON + timedelta(minutes=2)
    assert run().state(NOON) == "waiting" and run(began_at=NOON).state(NOON) == "running"
    assert run().state(late) == "stopped" and run(began_at=NOON).state(late) == "stopped"
    assert run(ended_at=NOON).state(late) == "done"
    assert run(ended_at=NOON, refused="No.").state(late) == "refused"
    assert run(cancelled_at=NOON, ended_at=NOON).state(late) == "cancelled"
