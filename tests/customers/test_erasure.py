"""A person can be erased, and every figure still stands."""

from collections.abc import AsyncIterator

import pytest
from psycopg import sql

from coterie.customers import erasure
from coterie.customers.model import Address
from coterie.customers.proof import send_code
from coterie.kit.db import Tx
from coterie.kit.ids import new_id
from tests.world import World, made_world

# Every column of text in the schema that may hold something about a person, and what erasing does with it. A new
# column of text fails the test below until somebody has thought about it.
OF_CUSTOMERS = {
    "customers": {"ref", "name", "area", "segment", "language", "pin_why"},
    "identities": {"value", "kind", "scope"},
    "browsers": {"area", "site_key"},
    "codes": {"value", "kind"},
    "outbox": {"recipient", "subject", "body", "channel", "state", "error"},
    "homes": {"detail", "reason"},
    "households": {"name", "ref"},
    "cases": {"title", "topic", "state"},
    "messages": {"text", "kind", "channel"},
    "attachments": {"name", "media_type"},
    "drafts": {"text", "mode"},
    "resolutions": {"how", "kind", "undone_by"},
    "handovers": {"brief", "reason"},
    "briefs": {"text"},
    "promises": {"text", "kind"},
    "asks": {"topic", "text", "answer", "language", "urgency", "state", "step"},
    "asked": {"why", "state", "step"},
    "crossings": {"kind", "reason", "ended_why"},
    "episodes": {"waits_on", "channel", "state", "placed_because"},
    "waits": {"family", "language", "began"},
}
NOT_OF_CUSTOMERS = {
    "absences", "accounts", "adjacency", "areas", "audit", "communities", "decisions", "eras", "events", "experts", "figure_answers", "figure_days", "figure_months",
    "keys", "memberships", "messenger_sites", "migrations", "plan_changes", "plan_runs", "plans", "presence", "regions",
    "sessions", "sites", "skills", "territories", "territory_change_areas", "territory_changes", "tokens",
}  # fmt: skip


async def test_every_column_of_text_has_been_thought_about(tx: Tx) -> None:
    cursor = await tx.execute(
        """
        SELECT table_name, array_agg(column_name::text)
        FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'text'
        GROUP BY table_name
        """
    )
    found = {table: set(columns) for table, columns in await cursor.fetchall()}
    known = {table: found.get(table, set()) for table in OF_CUSTOMERS}
    assert known == OF_CUSTOMERS
    assert found.keys() - OF_CUSTOMERS.keys() <= NOT_OF_CUSTOMERS


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


async def test_erasing_leaves_no_word_and_every_event(world: World) -> None:
    riverina = await world.community(areas=["2701"])
    ana = await riverina.expert("Ana")
    li = world.customer(
        "Li Secretname", "2701", address=Address("email", "li.secretname@example.com")
    )
    receipt = await li.writes("Secretname wants her bill")
    await ana.answers(receipt.case_id, "Dear Secretname")
    await ana.promises(receipt.case_id, "Call Secretname")
    await riverina.expert("Bo")
    await ana.is_absent(brief="Mind Secretname.")
    await ana.comes()
    tom, uma = await riverina.expert("Tom"), await riverina.expert("Uma")
    ask = await ana.asks(receipt.case_id, "Who knows Secretname?", topic="Secretname")
    await uma.declines(ask.id, "I don't know Secretname")
    await tom.helps(ask.id, "I know Secretname")
    await ana.resolves(receipt.case_id)
    before = await everything(world)
    assert "ecretname" in before
    events = await count_events(world)
    await world.house.act(
        riverina.id, lambda tx, now: erasure.erase(tx, now, receipt.customer_id, None)
    )
    assert "ecretname" not in await everything(world)
    assert await count_events(world) == events + 1
    again = await li.writes("Hello")
    assert again.customer_id != receipt.customer_id


async def count_events(world: World) -> int:
    async with world.house.read() as tx:
        cursor = await tx.execute("SELECT count(*) FROM events")
        [number] = await cursor.fetchone() or [0]
    return int(number)


async def everything(world: World) -> str:
    """All rows of all tables as text."""
    said: list[str] = []
    async with world.house.read() as tx:
        cursor = await tx.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in await cursor.fetchall():
            rows = await tx.execute(
                sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            )
            said.extend(text for (text,) in await rows.fetchall())
    return "\n".join(said)


async def test_erasing_forgets_the_slip_of_the_pen_that_a_code_was_sent_to(world: World) -> None:
    """Somebody typed their address wrong in the browser in which they then wrote."""
    riverina = await world.community(areas=["2701"])
    receipt = await world.customer("Li", "2701").writes("Hello")
    browser, now = new_id(), world.now
    async with world.house.ledger.unit(riverina.id, now=now) as tx:
        await tx.execute(
            "INSERT INTO messenger_sites (key, name, secret, origins, created_at) VALUES ('k', 'k', 's', '{}', %s)",
            [now],
        )
        await tx.execute(
            """
            INSERT INTO browsers (id, hash, site_key, customer_id, created_at, seen_at)
            VALUES (%s, '', 'k', %s, %s, %s)
            """,
            [browser, receipt.customer_id, now, now],
        )
        await send_code(tx, now, "secret", browser, "li.secretname@exmaple.com", "us")
    assert "ecretname" in await everything(world)
    async with world.house.ledger.unit(riverina.id, now=now) as tx:
        await erasure.erase(tx, now, receipt.customer_id, None)
    assert "ecretname" not in await everything(world)
