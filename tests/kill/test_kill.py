"""Nothing is lost: many senders write while server and database are killed (`kill -9`) again and again.

Short by default. The long run: `COTERIE_KILL=20000,20 pytest tests/kill` (messages, kills).
"""

import asyncio
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import psycopg
import pytest

from tests.kill.installation import VICTIMS, Installation, Victim
from tests.kill.people import People, invite
from tests.kill.senders import Post, Sender, line_up
from tests.kill.subscribers import Subscriber
from tests.ports import free_port

SHORT = "3000,5"
SENDERS = 60
SEED = 20
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Kill:
    """One `kill -9`: what was killed, how many requests were under way, how long until the next was acknowledged."""

    victim: Victim
    in_flight: int
    recovered_s: float


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that the database's own user can reach."""
    with tempfile.TemporaryDirectory(prefix="coterie-kill-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


def test_what_was_acknowledged_survives_every_kill(
    data: Path, record_property: Callable[[str, object], None]
) -> None:
    total, kills = (int(each) for each in os.environ.get("COTERIE_KILL", SHORT).split(","))
    people = invite(data)
    told = asyncio.run(attack(Installation(data, free_port()), people, total, kills))
    for line in told:
        record_property("figure", line)


async def attack(installation: Installation, people: People, total: int, kills: int) -> list[str]:
    installation.start()
    post = Post(installation.port, people.admin, total)
    senders = line_up(SENDERS, total, SEED)
    subscribers = line_in(people, total)
    following = [asyncio.create_task(each.run(post.port)) for each in subscribers]
    try:
        async with asyncio.TaskGroup() as writing:
            for sender in senders:
                writing.create_task(sender.run(post))
            happened = await writing.create_task(keep_killing(installation, post, kills))
        await until_all_have_seen(installation, subscribers)
        check(installation, people, senders, subscribers)
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        await installation.stop()
    assert set(post.statuses) <= {201, 503}, post.statuses
    assert sum(kill.in_flight > 0 for kill in happened) >= kills * 3 / 4
    return figures(happened, post, subscribers)


def line_in(people: People, total: int) -> list[Subscriber]:
    """Two who follow everything, one of them through a bad line, and a member of each community."""
    return [
        Subscriber(people.admin, "admin"),
        Subscriber(people.admin, "admin on a bad line", breaks_every=max(total // 20, 50)),
        *(Subscriber(token, community) for community, token in people.members.items()),
    ]


async def keep_killing(installation: Installation, post: Post, kills: int) -> list[Kill]:
    """Kill at random places of the run, each time when something was acknowledged since the last."""
    random = Random(SEED)
    places = sorted(random.uniform(0.02, 0.97) * post.total for _ in range(kills))
    victims = [VICTIMS[n % len(VICTIMS)] for n in range(kills)]
    random.shuffle(victims)
    return [
        await kill_one(installation, post, victim, place, random)
        for victim, place in zip(victims, places, strict=True)
    ]


async def kill_one(
    installation: Installation, post: Post, victim: Victim, place: float, random: Random
) -> Kill:
    while post.acknowledged < place:
        await asyncio.sleep(0.005)
    await asyncio.sleep(random.random() * 0.05)
    in_flight, began, postmaster = post.in_flight, monotonic(), installation.postmaster
    await asyncio.to_thread(installation.kill, victim)
    # A postmaster's children may still answer for a moment: that is no recovery.
    await until(lambda: victim == "server" or installation.postmaster not in (0, postmaster))
    again = monotonic()
    await until(lambda: post.answered_at > again)
    return Kill(victim, in_flight, post.answered_at - began)


async def until(happened: Callable[[], bool], patience_s: float = 60) -> None:
    give_up = monotonic() + patience_s
    while not happened():
        assert monotonic() < give_up, "nothing is acknowledged any more"
        await asyncio.sleep(0.005)


async def until_all_have_seen(
    installation: Installation, subscribers: Sequence[Subscriber]
) -> None:
    wanted = await asyncio.to_thread(
        ask, installation, "SELECT stream_id::text, count(*) FROM events GROUP BY 1"
    )
    heads: dict[str, int] = dict(wanted)
    give_up = monotonic() + 30
    for each in subscribers:
        expected = heads.get(each.name, sum(heads.values()))
        while len(each.seen) < expected and monotonic() < give_up:
            await asyncio.sleep(0.05)


def ask(installation: Installation, sql: Any) -> list[Any]:
    with psycopg.connect(installation.url) as connection:
        return connection.execute(sql).fetchall()


def check(
    installation: Installation,
    people: People,
    senders: Sequence[Sender],
    subscribers: Sequence[Subscriber],
) -> None:
    for name in DURABLE:
        assert ask(installation, f"SHOW {name}") == [("on",)]
    check_messages(installation, senders)
    numbers = check_events(installation)
    for each in subscribers:
        streams = [each.name] if each.name in people.members else list(numbers)
        check_seen(each, {stream: numbers[stream] for stream in streams})


def check_messages(installation: Installation, senders: Sequence[Sender]) -> None:
    """Each acknowledged message is there once, in its sender's order, in one thread that is numbered without gaps."""
    kept: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for thread, number, id_, text in ask(
        installation,
        "SELECT thread_id::text, number, id::text, text FROM messages ORDER BY thread_id, number",
    ):
        kept[thread].append((number, id_, text))
    assert len(kept) == len(senders)
    for sender in senders:
        [thread] = {receipt["thread_id"] for receipt in sender.receipts}
        ids = [receipt["message_id"] for receipt in sender.receipts]
        assert kept[thread] == list(zip(range(1, len(ids) + 1), ids, sender.texts, strict=True))


def check_events(installation: Installation) -> dict[str, int]:
    """The log has no gap, and says once of each message that it was received. The last number of each stream."""
    numbers: dict[str, int] = {}
    for stream, number in ask(
        installation, "SELECT stream_id::text, number FROM events ORDER BY stream_id, number"
    ):
        assert number == numbers.get(stream, 0) + 1
        numbers[stream] = number
    heads = ask(installation, "SELECT id::text, last_number FROM streams")
    assert dict(heads) == numbers
    told = ask(
        installation,
        "SELECT ids ->> 'message' FROM events WHERE kind = 'message_received' ORDER BY 1",
    )
    written = ask(installation, "SELECT id::text FROM messages ORDER BY 1")
    assert told == written
    return numbers


def check_seen(subscriber: Subscriber, numbers: dict[str, int]) -> None:
    """Every event of these streams exactly once, each stream's in order."""
    seen: dict[str, list[int]] = defaultdict(list)
    for event in subscriber.seen:
        seen[event["community_id"]].append(event["number"])
    for stream, last in numbers.items():
        assert seen[stream] == list(range(1, last + 1)), subscriber.name
    assert seen.keys() == numbers.keys()


def figures(happened: Sequence[Kill], post: Post, subscribers: Sequence[Subscriber]) -> list[str]:
    times = sorted(kill.recovered_s for kill in happened)
    busy = sum(kill.in_flight > 0 for kill in happened)
    statuses = ", ".join(
        f"{count} x {status}" for status, count in sorted(Counter(post.statuses).items())
    )
    return [
        *(
            f"killed {kill.victim:<10}  in flight {kill.in_flight:>3}  acknowledged again after {kill.recovered_s:5.2f} s"
            for kill in happened
        ),
        f"{post.acknowledged} messages, {len(happened)} kills, {busy} with requests in flight",
        f"recovery: median {times[len(times) // 2]:.2f} s, longest {times[-1]:.2f} s",
        f"answers: {statuses}; {post.lost} requests without one",
        f"resumed: {', '.join(str(each.resumed) for each in subscribers)}",
    ]
