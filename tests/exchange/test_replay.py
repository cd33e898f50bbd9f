"""Recorded conversations against a running server, judged by what then stands in the database."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coterie.exchange.recording import Recording, read_recording
from coterie.exchange.replay import Played, Replay
from coterie.kit.access.accounts import open_account
from coterie.kit.access.tokens import SCOPES, make_token
from coterie.kit.settings import Settings
from tests.recorded import recorded
from tests.stories.stage import Server, served
from tests.world import World, made_world

TWEETS = recorded("care_tweets/tweets.csv.gz")
AREAS = {"Riverina": ["2650", "2701"], "Hunter": ["2300", "2320"], "Northern Rivers": ["2480"]}
HEAD = (
    "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id,thread\n"
)


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database, at=datetime.now(UTC)) as world:
        for name, areas in AREAS.items():
            community = await world.community(name, areas)
            for at in range(10):
                await community.expert(f"{name} {chr(65 + at)}")
        yield world


@pytest.fixture
def running(database: str, world: World) -> Iterator[Server]:
    settings = Settings(Path("/nonexistent"), "http://127.0.0.1", "secret", database_url=database)
    with served(settings) as server:
        yield server


@pytest.fixture
async def token(world: World) -> str:
    """An administrator's, who may vouch for customers and make tokens for experts."""
    async with world.house.read() as tx:
        admin = await open_account(tx, world.now, email="a@x.org", name="Ada", role="admin")
        _, secret = await make_token(tx, world.now, admin, "Replay", list(SCOPES))
    return secret


async def play(running: Server, token: str, recording: Recording) -> Played:
    run = Replay(running.url, token, None, None, 1, 0, 16, lambda *_: None)
    return await run.play(recording)


async def all_of(world: World, sql: str) -> list[tuple[Any, ...]]:
    async with world.house.read() as tx:
        cursor = await tx.execute(sql)
        found: list[tuple[Any, ...]] = await cursor.fetchall()
        return found


def written(folder: Path, *rows: tuple[str, str, bool, str, str]) -> Recording:
    """A recording of rows (id, author, of a customer, text, answers), a minute apart."""
    path = folder / "recording.csv"
    lines = [
        f"{id_},{author},{inbound},Tue Oct 31 22:{at:02}:00 +0000 2017,{text},,{answers},t\n"
        for at, (id_, author, inbound, text, answers) in enumerate(rows)
    ]
    path.write_text(HEAD + "".join(lines))
    return read_recording(path)


async def test_a_thread_with_two_customers_and_a_brand_that_speaks_first(
    world: World, running: Server, token: str, tmp_path: Path
) -> None:
    recording = written(
        tmp_path,
        ("1", "Brand", False, "Anybody in trouble?", ""),
        ("2", "ana", True, "Yes &amp; no", "1"),
        ("3", "bo", True, "Me too", "2"),
        ("4", "Brand", False, "Ana first", "2"),
        ("5", "Brand", False, "Still Ana", "4"),
        ("6", "ana", True, "Thanks", "5"),
        ("7", "cy", True, "And I?", "2"),
        ("8", "Brand", False, "Bo now", "3"),
    )
    played = await play(running, token, recording)
    assert played.refused == []
    assert played.skipped == {"turns of the brand before any customer wrote": 1}
    assert (played.customer_turns, played.brand_turns) == (4, 3)
    said = await all_of(
        world,
        """
        SELECT c.name, m.kind, m.text
        FROM messages m
        JOIN threads t ON t.id = m.thread_id
        JOIN customers c ON c.id = t.customer_id
        ORDER BY c.name, m.number
        """,
    )
    assert said == [
        ("@ana", "customer", "Yes & no"),
        ("@ana", "reply", "Ana first"),
        ("@ana", "reply", "Still Ana"),
        ("@ana", "customer", "Thanks"),
        ("@bo", "customer", "Me too"),
        ("@bo", "reply", "Bo now"),
        ("@cy", "customer", "And I?"),
    ]
    assert await all_of(world, "SELECT count(*) FROM episodes WHERE state <> 'quiet'") == [(0,)]


async def test_playing_it_again_changes_nothing(
    world: World, running: Server, token: str, tmp_path: Path
) -> None:
    recording = written(
        tmp_path,
        ("1", "ana", True, "Hello", ""),
        ("2", "Brand", False, "DM us", "1"),
        ("3", "Brand", False, "DM us", "2"),
        ("4", "ana", True, "Did so", "3"),
        ("5", "Brand", False, "DM us", "4"),
    )
    await play(running, token, recording)
    before = await all_of(world, "SELECT stream_id, number, kind FROM events ORDER BY 1, 2")
    again = await play(running, token, recording)
    assert (again.there_already, again.refused, again.not_arrived) == (3, [], [])
    assert await all_of(world, "SELECT stream_id, number, kind FROM events ORDER BY 1, 2") == before


@pytest.mark.skipif(
    TWEETS is None, reason="care_tweets is neither in COTERIE_TEST_DATA nor in a data folder beside"
)
async def test_all_recorded_threads_of_care_on_twitter(
    world: World, running: Server, token: str
) -> None:
    assert TWEETS is not None
    recording = read_recording(TWEETS)
    assert len(recording.threads) == 1099
    played = await play(running, token, recording)
    assert played.refused == []
    assert played.not_arrived == []
    await check_customer_turns(world, recording)
    await check_writers(world, played)
    await check_cases(world)
    assert set(played.communities) == set(AREAS)


async def check_customer_turns(world: World, recording: Recording) -> None:
    """Each arrived once, in order, in the thread of its customer."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for thread in recording.threads:
        for turn in thread:
            if turn.of_customer:
                wanted[f"@{turn.author}"].append(turn.text)
    stored: dict[str, list[str]] = defaultdict(list)
    for name, text in await all_of(
        world,
        """
        SELECT c.name, m.text
        FROM messages m
        JOIN threads t ON t.id = m.thread_id
        JOIN customers c ON c.id = t.customer_id
        WHERE m.kind = 'customer'
        ORDER BY m.thread_id, m.number
        """,
    ):
        stored[name].append(text)
    assert stored == wanted
    assert sum(map(len, wanted.values())) == 2283


async def check_writers(world: World, played: Played) -> None:
    """Every reply was sent with the token of its author, who attended: none was written in place of somebody else."""
    by_token = await all_of(
        world,
        """
        SELECT count(*), count(*) FILTER (WHERE t.account_id = (k.answer -> 'from' ->> 'id')::uuid)
        FROM keys k
        JOIN tokens t ON t.id = k.owner_id
        WHERE k.answer ->> 'kind' = 'reply'
        """,
    )
    assert by_token == [(played.brand_turns, played.brand_turns)]
    instead = "SELECT count(*) FROM events WHERE kind = 'reply_sent' AND ids ? 'instead_of'"
    assert await all_of(world, instead) == [(0,)]


async def check_cases(world: World) -> None:
    """At least nine of ten answered cases have an owner, and no case has left the community where it was opened."""
    [(answered, owned)] = await all_of(
        world, "SELECT count(answered_at), count(owner_id) FROM cases WHERE answered_at IS NOT NULL"
    )
    assert answered > 1000
    assert owned >= 0.9 * answered
    moved = await all_of(
        world,
        """
        SELECT count(*)
        FROM events e
        JOIN cases c ON c.id = (e.ids ->> 'case')::uuid
        WHERE e.stream_id <> c.community_id
        """,
    )
    assert moved == [(0,)]
