"""The customers behind a figure: worst served first, by pages, in the community's days, and the same in a file."""

import asyncio
import csv
import io
import re
from datetime import datetime, timedelta

import polars

from coterie.conversations.model import Receipt
from coterie.performance.reading import scorecard
from coterie.performance.row_queries import Served, served
from coterie.performance.scorecard import BY_NAME
from coterie.performance.series import by_week, monday, some
from tests.board.hall import Hall
from tests.board.past import ZONE, answered, followed, likely
from tests.world import Community, Expert, World

Given = list[tuple[Receipt, str, datetime, float]]


async def riverina(world: World, *names: str) -> tuple[Community, dict[str, Receipt]]:
    """These customers have each written once, and the log has been read."""
    community = await world.community("Riverina", ["2650"])
    receipts = {name: await world.customer(name, "2650").writes() for name in names}
    await followed(world.house, world.now)
    return community, receipts


def answers(
    receipt: Receipt, at: datetime, *values: float, figure: str = "issue_resolution"
) -> Given:
    return [(receipt, figure, at + timedelta(minutes=number), value) for number, value in enumerate(values)]  # fmt: skip


async def behind(
    world: World, community: Community, figure: str = "issue_resolution", **how: bool | float
) -> list[Served]:
    asked = {"bar": 0.5, "low_is_good": False, "by_value": False, "limit": 50, **how}
    day = world.now.date()
    async with world.house.read() as tx:
        return await served(
            tx, community.id, figure, day - timedelta(days=27), day + timedelta(days=1), **asked  # type: ignore[arg-type]
        )  # fmt: skip


async def test_most_bad_answers_first_then_of_fewer_then_the_latest(world: World) -> None:
    names = ("Ana", "Bo", "Cem", "Dee", "Eve", "Fay")
    community, by = await riverina(world, *names)
    day = timedelta(days=1)
    await answered(
        world,
        community,
        [
            *answers(by["Ana"], world.now - 3 * day, 1, 1, 1),
            *answers(by["Bo"], world.now - 3 * day, 0, 1),
            *answers(by["Cem"], world.now - 3 * day, 0, 0, 0, 1, 1),
            *answers(by["Dee"], world.now - 2 * day, 0, 1),
            *answers(by["Eve"], world.now - 3 * day, 0),
            *answers(by["Fay"], world.now - 1 * day, 0, 0, 1, 1, 1, 1),
        ],
    )
    rows = await behind(world, community)
    assert [row.name for row in rows] == ["Cem", "Fay", "Eve", "Dee", "Bo", "Ana"]
    assert [(row.bad, row.n) for row in rows] == [(3, 5), (2, 6), (1, 1), (1, 2), (1, 2), (0, 3)]
    assert [row.place for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {(row.customers, row.badly) for row in rows} == {(6, 5)}
    cem = rows[0]
    assert cem.last_at == world.now - 3 * day + timedelta(minutes=2), (
        "the last bad one, not the last"
    )
    assert (cem.last_value, cem.case_id, cem.thread_id) == (0, by["Cem"].case_id, by["Cem"].thread_id)  # fmt: skip
    assert cem.opens


async def test_where_low_is_good_high_is_worst(world: World) -> None:
    community, by = await riverina(world, "Ana", "Bo", "Cem")
    given = [
        *answers(by["Ana"], world.now, 0, 1, figure="repeat_7d"),
        *answers(by["Bo"], world.now, 1, 1, figure="repeat_7d"),
        *answers(by["Cem"], world.now, 0, figure="repeat_7d"),
        *answers(by["Ana"], world.now, 700, 20, figure="help_median_s"),
        *answers(by["Bo"], world.now, 300, 300, 300, figure="help_median_s"),
        *answers(by["Cem"], world.now, 900, figure="help_median_s"),
    ]
    await answered(world, community, given)
    rows = await behind(world, community, "repeat_7d", low_is_good=True)
    assert [(row.name, row.bad) for row in rows] == [("Bo", 2), ("Ana", 1), ("Cem", 0)]
    rows = await behind(world, community, "help_median_s", low_is_good=True, by_value=True, bar=300)
    assert [(row.name, row.bad, row.last_value) for row in rows] == [("Cem", 1, 900), ("Ana", 1, 700), ("Bo", 0, 300)]  # fmt: skip


async def test_ties_have_one_order_and_pages_neither_skip_nor_repeat(world: World) -> None:
    names = [f"Customer {number}" for number in range(23)]
    community, by = await riverina(world, *names)
    await answered(world, community, [each for name in names for each in answers(by[name], world.now, 0)])  # fmt: skip
    whole = [row.customer_id for row in await behind(world, community)]
    assert whole == sorted(whole) and len(set(whole)) == 23
    paged = []
    for offset in range(0, 30, 5):
        paged += [row.customer_id for row in await behind(world, community, limit=5, offset=offset)]
    assert paged == whole


async def test_a_life_that_went_wrong_stands_behind_its_figure(world: World, hall: Hall) -> None:
    """No made-up past: who is answered too late is the worst served of the service level."""
    community = await world.community("Riverina", ["2650"])
    mia = await community.expert("Mia", role="manager", present=False)
    ana = await community.expert("Ana")
    li, mo = world.customer("Li Wei", "2650"), world.customer("Mo Salah", "2650")
    for customer, minutes in ((mo, 2), (li, 45), (li, 50), (mo, 3), (mo, 70)):
        receipt = await customer.writes()
        world.later(minutes=minutes)
        await ana.answers(receipt.case_id)
    await followed(world.house, world.now)
    text = (await hall.opens(mia.id, f"/board/{community.id}/figures/service_level")).text
    assert re.findall(r"(\d) of (\d)</span>", text) == [("2", "2"), ("1", "3")]
    assert text.index("Li Wei") < text.index("Mo Salah")
    assert f"/workspace/threads/{receipt.thread_id}?list=community&amp;case={receipt.case_id}#thread" in text  # fmt: skip


async def test_days_are_those_of_the_community(world: World, hall: Hall) -> None:
    community, by = await riverina(world, "First", "Before", "Today", "Tomorrow")
    mia = await community.expert("Mia", role="manager", present=False)
    noon = world.now.astimezone(ZONE)
    first = (noon - timedelta(days=6)).replace(hour=0, minute=30)
    late = noon.replace(hour=23, minute=30)
    await answered(
        world,
        community,
        [
            *answers(by["First"], first, 0),
            *answers(by["Before"], first - timedelta(hours=1), 0),
            *answers(by["Today"], late, 0),
            *answers(by["Tomorrow"], late + timedelta(hours=1), 0),
        ],
    )
    text = (await hall.opens(mia.id, f"/board/{community.id}/figures/issue_resolution?days=7")).text
    assert [name for name in by if f">{name}</a>" in text] == ["First", "Today"]
    world.later(hours=14)  # past midnight there, still the same day in UTC
    assert world.now.date() == noon.date()
    text = (await hall.opens(mia.id, f"/board/{community.id}/figures/issue_resolution?days=7")).text
    assert [name for name in by if f">{name}</a>" in text] == ["Today", "Tomorrow"]


async def test_fewer_than_five_answers_say_nothing_yet_the_customers_are_there(
    world: World, hall: Hall
) -> None:
    community, by = await riverina(world, "Ana", "Bo")
    mia = await community.expert("Mia", role="manager", present=False)
    await answered(world, community, answers(by["Ana"], world.now, 0, 1, 1, 1))
    page = f"/board/{community.id}/figures/issue_resolution"
    text = (await hall.opens(mia.id, page)).text
    assert "4 answers. Shown from 5 on" in text and "75%" not in text
    assert "1 of 4" in text and "Ana" in text
    await answered(world, community, answers(by["Bo"], world.now, 1))
    assert ">80%" in (await hall.opens(mia.id, page)).text


async def test_a_few_figures_read_as_the_scorecard_reads_them(world: World) -> None:
    community, by = await riverina(world, "Ana", "Bo", "Cem", "Dee", "Eve", "Fay")
    await answered(world, community, likely(list(by.values()), world.now, 60, 6))
    since, until = world.now.date() - timedelta(days=50), world.now.date()
    async with world.house.read() as tx:
        whole = await scorecard(tx, [community.id], since, until)
        assert await some(tx, community.id, list(BY_NAME), since, until) == whole
        weeks = await by_week(tx, [community.id], list(BY_NAME), monday(since), until)
        whole = await scorecard(tx, [community.id], monday(since), until)
        for name, reading in whole.items():
            assert sum(each.reading.found.n for each in weeks[name]) == reading.found.n
            assert [each.begins.weekday() for each in weeks[name]] == [0] * len(weeks[name])
            last = await scorecard(tx, [community.id], monday(until), until)
            assert weeks[name][-1].reading == last[name]


async def opened(world: World, hall: Hall) -> tuple[Community, Expert, str, list[str]]:
    names = [f"Customer {number}" for number in range(60)]
    community, by = await riverina(world, *names)
    mia = await community.expert("Mia", role="manager", present=False)
    given = [each for number, name in enumerate(names) for each in answers(by[name], world.now, *[0] * (number % 4), 1)]  # fmt: skip
    await answered(world, community, given)
    return community, mia, f"/board/{community.id}/figures/issue_resolution", names


async def test_the_files_hold_the_rows_of_all_pages(world: World, hall: Hall) -> None:
    _, mia, page, _ = await opened(world, hall)
    shown: list[str] = []
    for number in (1, 2):
        text = (await hall.opens(mia.id, f"{page}?page={number}")).text
        shown += re.findall(r">(Customer \d+)</a>", text)
    assert len(shown) == 60
    answer = await hall.opens(mia.id, f"{page}?as=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="issue_resolution-riverina.csv"'  # fmt: skip
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["customer"] for row in table] == shown
    frame = polars.read_parquet(
        io.BytesIO((await hall.opens(mia.id, f"{page}?as=parquet")).content)
    )
    assert frame["customer"].to_list() == shown
    assert frame.columns == list(table[0])
    for row, other in zip(table, frame.iter_rows(named=True), strict=True):
        other["last_at"] = other["last_at"].isoformat()
        assert row == {key: str(cell) for key, cell in other.items()}


async def test_a_planner_gets_numbers_and_no_names(world: World, hall: Hall) -> None:
    community, _, page, names = await opened(world, hall)
    planner = await hall.account("planner")
    boards = [f"/board/{community.id}", f"/board/{community.id}/now"]
    for address in (page, f"{page}?page=2", f"{page}?as=csv", *boards):
        answer = await hall.opens(planner, address)
        assert answer.status_code == 200
        assert not [name for name in names if name in answer.text], address
        assert "My bill is wrong" not in answer.text
        assert "/workspace/threads" not in answer.text
    content = (await hall.opens(planner, f"{page}?as=parquet")).content
    frame = polars.read_parquet(io.BytesIO(content))
    assert set(frame["customer"]) == set(frame["case"]) == {""}
    assert frame["bad"].to_list() == sorted(frame["bad"].to_list(), reverse=True)
    admin = await hall.account("admin")
    told = (await hall.opens(admin, page)).text
    assert "Customer 3" in told and "/workspace/threads" not in told


async def read_anew(world: World, community: Community, customer_id: str) -> Served:
    """Once the log is read to its end: it is held back by transactions of whoever else is at work on this server."""
    for _ in range(600):
        await followed(world.house, world.now)
        [row] = [each for each in await behind(world, community) if each.customer_id == customer_id]
        if row.n == 1:
            break
        await asyncio.sleep(0.1)
    return row


async def test_who_is_at_home_elsewhere_now_is_counted_and_not_named(
    world: World, hall: Hall
) -> None:
    community, mia, page, _ = await opened(world, hall)
    hunter = await world.community("Hunter", ["2300"])
    ana = await community.expert("Ana")
    moved = (await behind(world, community))[0]
    await ana.answers(moved.case_id)
    await ana.resolves(moved.case_id)
    world.later(days=8)
    await world.tick()
    await world.pins(moved.customer_id, hunter)
    world.later(minutes=1)
    row = await read_anew(world, community, moved.customer_id)
    assert not row.opens and not row.name and not row.title and row.n == 1
    text = (await hall.opens(mia.id, page)).text
    assert "At home elsewhere now" in text
    assert f">{moved.name}<" not in text
