"""A loaded past could have been lived: its rows and its log are those that the server itself leaves."""

import re
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from benchmarks.past import Past, customer_ref, load
from coterie.customers.model import Address
from coterie.kit.ids import new_id
from tests.world import NOON, Community, Expert, World, made_world

PAST = Past(customers=500, messages=1000, every=timedelta(hours=9))
"""200 cases over 75 days, one after the other, each of another customer."""
AGAIN = Past(customers=50, messages=1000, every=timedelta(hours=9))
"""The same of 20 customers who come back again and again."""
RUSH = Past(customers=400, messages=1000, every=timedelta(minutes=2))
"""200 cases of 160 customers in the last seven hours, so that many are under way."""
DISTANT = NOON - timedelta(days=90)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def teams(world: World) -> list[tuple[Community, Expert]]:
    """Two communities of one expert each."""
    found = [await world.community(name) for name in ("First", "Second")]
    return [(each, await each.expert(f"Ana of {each.name}")) for each in found]


async def live(world: World, expert: Expert) -> str:
    """The ten turns of a case, through the verbs of the house; then it is resolved, and in time closed."""
    customer = world.customer("Li")
    for _ in range(2):
        for _ in range(3):
            receipt = await customer.writes(topic="billing")
            world.later(minutes=3)
        for _ in range(2):
            await expert.answers(receipt.case_id)
            world.later(minutes=3)
    world.later(hours=2.5)
    await expert.resolves(receipt.case_id)
    world.later(days=7)
    await world.tick()
    return receipt.case_id


async def test_what_is_loaded_looks_like_what_was_lived(database: str) -> None:
    async with made_world(database, at=DISTANT) as world:
        [(_, expert), _] = await teams(world)
        case_id = await live(world, expert)
    lived = portrait(database, case_id)
    fill(database, PAST)
    [[another]] = asked(database, FIRST_OF_THE_OTHERS, case_id)
    assert portrait(database, another) == lived


FIRST_OF_THE_OTHERS = b"""
    SELECT c.id::text
    FROM cases c
    WHERE c.state = 'closed' AND c.id <> %s
    ORDER BY c.id
    LIMIT 1
"""


def portrait(database: str, case_id: str) -> list[Any]:
    """All that is stored of a case, without texts; ids by their order of appearance, times from its opening."""
    [[opened]] = asked(database, b"SELECT opened_at FROM cases WHERE id = %s", case_id)
    names: dict[str, str] = {}
    return [
        plain(row, names, opened)
        for query in PORTRAIT
        for (row,) in asked(database, query, case_id)
    ]


PORTRAIT = (
    b"SELECT to_jsonb(e) - 'number' FROM events e WHERE e.ids ->> 'case' = %s ORDER BY e.number",
    b"SELECT to_jsonb(c) FROM cases c WHERE c.id = %s",
    b"SELECT to_jsonb(e) FROM episodes e WHERE e.case_id = %s",
    b"SELECT to_jsonb(m) FROM messages m WHERE m.case_id = %s ORDER BY m.number",
    b"SELECT to_jsonb(r) FROM resolutions r WHERE r.case_id = %s",
    b"SELECT to_jsonb(d) FROM decisions d JOIN episodes e ON e.id = d.episode_id WHERE e.case_id = %s ORDER BY d.at",
    b"SELECT to_jsonb(t) FROM threads t JOIN cases c ON c.thread_id = t.id WHERE c.id = %s",
    b"SELECT to_jsonb(k) FROM keys k WHERE k.answer ->> 'case_id' = %s ORDER BY k.at",
)
# What people wrote, what a moment was like, and the places in streams: these differ.
OWN = {
    *("text", "title", "how", "situation", "key", "body"),
    *("era", "transaction", "customer_read", "customer_delivered"),
}


def plain(stored: Any, names: dict[str, str], opened: datetime) -> Any:
    if isinstance(stored, dict):
        return {key: plain(stored[key], names, opened) for key in stored if key not in OWN}
    if isinstance(stored, list):
        return [plain(each, names, opened) for each in stored]
    if isinstance(stored, str) and ID.fullmatch(stored):
        return names.setdefault(stored, f"id {len(names)}")
    if isinstance(stored, str) and re.match(r"\d{4}-\d\d-\d\dT", stored):
        return (datetime.fromisoformat(stored) - opened).total_seconds()
    return stored


@pytest.mark.parametrize("past", [PAST, AGAIN, RUSH])
async def test_nothing_has_gaps_and_everybody_has_a_home(database: str, past: Past) -> None:
    async with made_world(database, at=DISTANT) as world:
        await teams(world)
    before = asked(database, RULES)
    fill(database, past)
    assert asked(database, RULES) == before
    for question in MUST_BE_EMPTY:
        assert asked(database, question) == []
    assert asked(database, b"SELECT count(*) FROM customers") == [(past.customers,)]


RULES = b"""
    SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1, 2
"""
MUST_BE_EMPTY = (
    # Streams and threads count what is there, from 1 without gaps, in the order of time.
    b"""
    SELECT s.id
    FROM streams s
    JOIN events e ON e.stream_id = s.id
    GROUP BY s.id
    HAVING count(*) <> s.last_number OR max(e.number) <> s.last_number OR min(e.number) <> 1
    """,
    b"""
    SELECT later.number
    FROM events later
    JOIN events e ON e.stream_id = later.stream_id AND e.number = later.number - 1
    WHERE e.at > later.at OR e.transaction > later.transaction
    """,
    b"""
    SELECT t.id
    FROM threads t
    JOIN messages m ON m.thread_id = t.id
    GROUP BY t.id
    HAVING count(*) <> t.last_number OR max(m.number) <> t.last_number OR max(m.at) <> t.last_at
    """,
    b"""
    SELECT later.id
    FROM messages later
    JOIN messages m ON m.thread_id = later.thread_id AND m.number = later.number - 1
    WHERE m.at >= later.at
    """,
    b"SELECT id FROM threads WHERE id NOT IN (SELECT thread_id FROM messages)",
    # What belongs together is of one community; whoever owns or attends is in it.
    b"""
    SELECT c.id
    FROM cases c
    JOIN customers u ON u.id = c.customer_id
    JOIN threads t ON t.id = c.thread_id
    JOIN homes h ON h.customer_id = u.id AND h.until IS NULL
    WHERE c.community_id <> ALL(ARRAY[u.community_id, t.community_id, h.community_id])
       OR t.customer_id <> u.id OR u.created_at >= c.opened_at
    """,
    b"""
    SELECT id
    FROM customers
    WHERE id NOT IN (SELECT customer_id FROM homes)
       OR id NOT IN (SELECT customer_id FROM identities)
       OR (area, community_id) NOT IN (SELECT area, community_id FROM territories)
    """,
    # A case is owned from its first answer on, and alive as long as it is open.
    b"""
    SELECT c.id
    FROM cases c
    WHERE (c.owner_id IS NOT NULL) <> EXISTS (SELECT FROM messages WHERE case_id = c.id AND kind = 'reply')
       OR (c.state = 'open') <> EXISTS (SELECT FROM episodes WHERE case_id = c.id AND state <> 'quiet')
       OR (c.state = 'open') = EXISTS (SELECT FROM resolutions WHERE case_id = c.id)
    """,
    b"SELECT key FROM keys WHERE answer ->> 'message_id' NOT IN (SELECT id::text FROM messages)",
)  # fmt: skip


async def test_in_a_rush_cases_are_in_every_state(database: str) -> None:
    async with made_world(database, at=DISTANT) as world:
        await teams(world)
    fill(database, RUSH)
    found = asked(
        database,
        b"""
        SELECT DISTINCT c.state, e.state
        FROM cases c
        JOIN episodes e ON e.case_id = c.id
        ORDER BY 1, 2
        """,
    )
    assert found == [("open", "attended"), ("open", "waiting_customer"), ("watched", "quiet")]


async def test_who_was_there_before_goes_on_in_their_thread(database: str) -> None:
    async with made_world(database, at=DISTANT) as world:
        await teams(world)
    fill(database, AGAIN)
    ref = customer_ref(AGAIN.of_first(2)[0])
    [[last]] = asked(database, LAST_NUMBER, ref)
    async with made_world(database, at=NOON) as world:
        receipt = await world.customer("Li").writes(address=Address("ref", ref))
    assert receipt.number == last + 1
    assert receipt.attending_id is not None


LAST_NUMBER = b"""
    SELECT t.last_number
    FROM identities i
    JOIN threads t ON t.customer_id = i.customer_id
    WHERE i.kind = 'ref' AND i.value = %s
"""


def fill(database: str, past: Past) -> None:
    load(database, past, NOON, key_owner=new_id())


def asked(database: str, query: bytes, *params: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(query, params).fetchall()
