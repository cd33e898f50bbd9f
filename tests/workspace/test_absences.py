"""What the workspace says of absences: handovers, covers, and what was done meanwhile."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from coterie.communities.model import Absence
from coterie.conversations import handover_queries
from coterie.ui.reader import Reader
from coterie.workspace import queries, screen
from coterie.workspace.model import Covered, Handed, Matter, Meanwhile, Return
from coterie.workspace.screen import standing
from coterie.workspace.words import handed, meanwhile
from tests.world import Expert, World, made_world

NOW = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)
READER = Reader(UTC, NOW)
LATER = NOW + timedelta(days=10)


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


def told(me: str, reason: str = "by_hand", absent_for: str | None = None) -> str:
    returns_at = LATER if absent_for else None
    return handed(
        Handed("h", "priya", "Priya Nair", "tom", "Tom Whitby", reason, "", NOW, None, absent_for, returns_at),
        me, READER,
    )  # fmt: skip


def test_a_handover_says_who_why_and_when_it_returns() -> None:
    assert told("tom") == "Priya handed this case to you."
    assert told("priya") == "You handed this case to Tom."
    assert told("mei", "leaving") == "Priya has left, and Tom owns this case for good."
    assert told("tom", "absence", "leave") == (
        "Priya is on leave until 4 Dec: you own this case meanwhile. It returns to Priya then."
    )
    assert told("mei", "absence", "sick").startswith("Priya is away until 4 Dec: Tom owns")


def test_the_strip_says_who_covers_for_whom_and_why_but_not_that_somebody_is_ill() -> None:
    matter = Matter("case", "It drops", "open", "priya", "Priya Nair", None, NOW, NOW)
    away = Covered("leave", LATER)
    assert standing(matter, READER, away) == (
        "opened today, owner Priya, on leave until 4 Dec, the team covers"
    )
    ill = Covered("sick", LATER)
    covered = Matter(
        "case", "It drops", "open", "priya", "Priya Nair", None, NOW, NOW,
        state="attended", attending_id="tom", attending="Tom Whitby",
    )  # fmt: skip
    assert standing(covered, READER, ill).endswith("owner Priya, away until 4 Dec, Tom covers")
    assert standing(covered, READER).endswith("owner Priya, Tom answers for now")


def test_what_was_done_meanwhile_in_one_line() -> None:
    case = Meanwhile("t", "c", "Li", "It drops", "open", 3, 1, ["Tom Whitby"], None, None)
    assert meanwhile(case) == "Wrote 3 times; Tom answered."
    solved = Meanwhile("t", "c", "Li", "It drops", "watched", 0, 0, ["Mei Chen"], "A mast", "Mei Chen")  # fmt: skip
    assert meanwhile(solved) == "Mei left a note; solved: A mast. Mei owns it now."


async def back(world: World, expert: Expert) -> Return | None:
    async with world.house.read() as tx:
        me = await queries.me(tx, expert.id)
        assert me is not None
        return await screen.back(tx, me, world.now)


async def test_who_is_back_sees_what_others_did_until_they_have_seen_it(world: World) -> None:
    riverina = await world.community("Riverina", ["2650"])
    ana, bo = await riverina.expert("Ana"), await riverina.expert("Bo")
    li, mo = world.customer("Li", "2650"), world.customer("Mo", "2650")
    case_id = (await li.writes("Before.")).case_id
    await ana.answers(case_id)
    await ana.answers((await mo.writes("Nothing happens here.")).case_id)
    absence: Absence = await ana.is_absent(days=10)
    world.later(days=1)
    await li.writes("And now?")
    await bo.answers(case_id)
    assert await back(world, ana) is None
    world.later(days=9)
    await world.tick()
    seen = await back(world, ana)
    assert seen is not None and seen.absence_id == absence.id
    [case] = seen.cases
    assert (case.customer, case.written, case.answered, case.by) == ("Li", 1, 1, ["Bo"])
    world.later(days=8)
    assert await back(world, ana) is None


async def test_an_unread_brief_stands_until_its_receiver_opens_the_case(world: World) -> None:
    riverina = await world.community("Riverina", ["2650"])
    ana, bo = await riverina.expert("Ana"), await riverina.expert("Bo")
    receipt = await world.customer("Li", "2650").writes()
    await ana.answers(receipt.case_id)
    await ana.hands_over(receipt.case_id, bo, "Mast on Thursday.")
    async with world.house.read() as tx:
        [view] = await queries.views(tx, [receipt.thread_id])
        standing = await handover_queries.standing(tx, receipt.case_id)
    [matter] = view.matters
    assert (matter.handed_by, matter.brief, matter.brief_read_at) == ("Ana", "Mast on Thursday.", None)  # fmt: skip
    assert matter.new_to(bo.id) and not matter.new_to(ana.id) and standing is not None
