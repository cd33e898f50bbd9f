"""The seeded region and the people who live in it, on a real database, with few customers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from coterie.asks import actions as asks
from coterie.communities import absences
from coterie.conversations.actions import reply
from coterie.conversations.intake import receive
from coterie.conversations.model import Incoming
from coterie.customers.model import Address
from coterie.demo import customers, help, queries
from coterie.demo.customers import YOURS
from coterie.demo.live import People
from coterie.demo.model import Demo, Login, read_demo, write_demo
from coterie.demo.region import roster
from coterie.demo.seed import seed
from coterie.demo.stories import stories
from coterie.flow import TIMERS
from coterie.house import opened_house
from coterie.kit.access.sessions import begin_session, digest, session, touch
from coterie.kit.house import House
from coterie.kit.ids import new_id
from coterie.kit.settings import Settings
from tests.conftest import copied

HELD = "SELECT expert_id::text FROM asked WHERE ask_id = %s AND state IN ('accepted', 'declined')"


class Townsfolk(People):
    """The same people, whose customers come through the door of the house instead of its web server."""

    async def write(self, ref: str, name: str, channel: str, text: str, key: str) -> None:
        body = sha256(text.encode()).digest()
        given = Incoming("messenger", text, Address("ref", ref), new_id(), key, body, name=name)
        await receive(self.house, given)


@dataclass
class Town:
    """A seeded demo in which time is moved by hand."""

    house: House
    demo: Demo
    clock: list[datetime]
    people: People

    @property
    def now(self) -> datetime:
        return self.clock[0]

    async def all_of(self, sql: str, given: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        async with self.house.read() as tx:
            cursor = await tx.execute(sql, given)
            found: list[tuple[Any, ...]] = await cursor.fetchall()
            return found

    async def live(self, seconds: int, using: str | None = None) -> None:
        """Let the people look once a second. `using` is a browser's secret with which somebody goes on all the time."""
        for _ in range(seconds):
            self.clock[0] += timedelta(seconds=1)
            if using:
                await self.use(using)
            await self.people.take_places(self.now)
            await TIMERS["asks"](self.house, self.now)
            await self.people.go_on_with_some(self.now)
            await self.people.help.go_on(self.now, self.people.persons)

    async def use(self, secret: str) -> None:
        async with self.house.read() as tx:
            found = await session(tx, self.now, digest(secret))
            assert found
            await touch(tx, self.now, found)

    async def waiting_on(self, expert: Login) -> int:
        async with self.house.read() as tx:
            found = await queries.scenes(tx)
        return sum(each.expert_id == expert.id and each.state == "attended" for each in found)


@pytest.fixture(scope="module")
async def town(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """Seeded once for this file, whose tests follow each other in its time."""
    now = datetime.now(UTC)
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch, copied(server, template) as database:
        patch.setattr(customers, "PER_COMMUNITY", 18)
        settings = Settings(folder, "http://127.0.0.1:1", "secret", database_url=database)
        demo = replace(await seed(settings, now, lambda _: None), url=settings.public_url)
        async with lived_in(settings, demo, now) as town:
            yield town


@asynccontextmanager
async def lived_in(settings: Settings, demo: Demo, now: datetime) -> AsyncIterator[Town]:
    clock = [now]
    async with opened_house(settings, now=lambda: clock[0], ticking=False) as house:
        await roster(house, demo, now)
        people = Townsfolk(house, demo, 1, Random(1))
        yield Town(house, demo, clock, people)
        await people.api.http.aclose()


async def test_it_looks_as_if_it_had_run_for_months(town: Town) -> None:
    assert await town.all_of("SELECT count(*) FROM customers") == [(54,)]
    homes = await town.all_of("SELECT reason, count(*) FROM homes GROUP BY reason ORDER BY reason")
    assert homes == [("household", 1), ("territory", 53)]
    [(cases, solved, owned, communities, days)] = await town.all_of(
        """
        SELECT count(*), count(*) FILTER (WHERE state <> 'open'), count(owner_id),
            count(DISTINCT community_id), extract(day FROM max(opened_at) - min(opened_at))
        FROM cases
        """
    )
    assert cases >= 54
    assert solved >= 20
    assert owned >= 0.7 * cases
    assert communities == 3
    assert days > 120
    late = await town.all_of("SELECT count(*) FROM messages WHERE at > %s", (town.now,))
    assert late == [(0,)]


async def test_seven_of_each_team_are_there_at_any_hour(town: Town) -> None:
    present = await town.all_of(
        """
        SELECT count(*)
        FROM presence p
        JOIN memberships m ON m.expert_id = p.expert_id
        WHERE p.state = 'present'
        GROUP BY m.community_id
        """
    )
    assert present == [(7,)] * 3
    for hours in range(0, 72, 5):
        at = town.now + timedelta(hours=hours)
        async with town.house.read() as tx:
            working = [each for each in await queries.on_shift(tx, at) if each.works]
        assert len(working) >= 12


async def test_your_last_owner_is_priya_and_some_wait_on_her(town: Town) -> None:
    priya = town.demo.named("Priya Nair")
    owners = await town.all_of(
        """
        SELECT k.owner_id::text, k.state
        FROM cases k
        JOIN customers c ON c.id = k.customer_id
        WHERE c.ref = %s
        ORDER BY k.opened_at
        """,
        (YOURS,),
    )
    assert owners == [(priya.id, "closed"), (priya.id, "open")]
    assert await town.waiting_on(priya) >= 1


async def test_experts_answer_but_not_for_somebody_who_is_signed_in(town: Town) -> None:
    priya = town.demo.named("Priya Nair")
    async with town.house.read() as tx:
        await begin_session(tx, town.now, priya.id)
    mine = await town.waiting_on(priya)
    replies = "SELECT count(*) FROM messages WHERE kind = 'reply' AND at > %s"
    start = town.now
    await town.live(40)
    others = await town.all_of(replies, (start,))
    hers = await town.all_of(replies + " AND author_id = %s", (start, priya.id))
    assert others[0][0] >= 5
    assert hers == [(0,)]
    assert await town.waiting_on(priya) >= mine
    town.clock[0] += timedelta(minutes=5)
    await town.live(40)
    assert (await town.all_of(replies + " AND author_id = %s", (start, priya.id)))[0][0] >= 1


async def test_a_told_story_is_resolved_and_a_second_matter_gets_a_case(town: Town) -> None:
    await town.live(120)
    resolved = await town.all_of(
        "SELECT how FROM resolutions WHERE at > %s", (town.now - timedelta(seconds=120),)
    )
    assert resolved
    assert {how for (how,) in resolved} <= {story.how for story in stories()}


@pytest.mark.parametrize(("declines", "ends"), [(0, "answered"), (256, "unanswered")])
async def test_experts_ask_each_other_but_nobody_answers_for_somebody_who_is_signed_in(
    town: Town, monkeypatch: pytest.MonkeyPatch, declines: int, ends: str
) -> None:
    """A teammate asks about the case of somebody signed in: others answer and are thanked, or decline to the last."""
    monkeypatch.setattr(help, "DECLINES", declines)
    priya = town.demo.named("Priya Nair")
    async with town.house.read() as tx:
        secret = await begin_session(tx, town.now, priya.id)
    await town.people.take_places(town.now)
    [(case_id, asker)] = await town.all_of(
        """
        SELECT k.id::text, m.expert_id::text
        FROM cases k
        JOIN customers c ON c.id = k.customer_id
        JOIN memberships m ON m.community_id = k.community_id AND m.expert_id <> k.owner_id
        WHERE c.ref = %s AND k.state = 'open' AND m.role = 'expert'
        ORDER BY m.expert_id
        LIMIT 1
        """,
        (YOURS,),
    )
    story = next(each for each in stories() if each.ask)
    asked = await town.house.act(
        str(priya.community_id),
        lambda tx, at: asks.ask(tx, at, case_id, asker, topic=story.skill, text=story.ask),
    )
    await town.live(600, using=secret)
    [(state, answer, helper, thanked)] = await town.all_of(
        "SELECT state, answer, answered_by::text, thanked_at IS NOT NULL FROM asks WHERE id = %s",
        (asked.id,),
    )
    assert state == ends
    if ends == "answered":
        assert (answer, thanked) == (story.help, True)
        assert helper not in (asker, priya.id)
    assert priya.id not in {each for (each,) in await town.all_of(HELD, (asked.id,))}


async def test_nobody_writes_for_colleen(town: Town) -> None:
    priya = town.demo.named("Priya Nair")
    [(case_id,)] = await town.all_of(
        """
        SELECT k.id::text
        FROM cases k
        JOIN customers c ON c.id = k.customer_id
        WHERE c.ref = %s AND k.state = 'open'
        """,
        (YOURS,),
    )
    await town.house.act(
        str(priya.community_id),
        lambda tx, at: reply(tx, at, case_id=case_id, expert_id=priya.id, text="Still there?"),
    )
    async with town.house.read() as tx:
        [hers] = [each for each in await queries.scenes(tx) if each.ref == YOURS]
    assert not hers.is_simulated
    assert not town.people.is_due(hers, town.now + timedelta(days=1))


async def test_who_is_absent_stays_so_though_their_shift_begins(town: Town) -> None:
    async with town.house.read() as tx:
        working = [each for each in await queries.on_shift(tx, town.now) if each.works]
    away = working[-1]
    await town.house.act(
        away.community_id,
        lambda tx, at: absences.record(
            tx, at, away.expert_id, starts_at=at, ends_at=at + timedelta(days=2), why="sick"
        ),
    )
    await town.live(3)
    [(state,)] = await town.all_of(
        "SELECT state FROM presence WHERE expert_id = %s", (away.expert_id,)
    )
    assert state == "off"


def test_demo_json_is_for_its_owner_alone(tmp_path: Path) -> None:
    login = Login("admin", "1", None, None, "Ada", "a@x.org", "p", "t")
    written = write_demo(tmp_path, Demo("k", "s", [login], {"R": "2"}), "http://x", 25)
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600
    read = read_demo(tmp_path)
    assert read is not None
    assert (read.messenger_key, read.accounts, read.communities) == ("k", [login], {"R": "2"})
    assert (written.url, written.mail) == ("http://x", 25)
    assert read_demo(tmp_path / "none") is None
