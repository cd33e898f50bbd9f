"""Two records of one person: one thread from the merge on, and exactly two again when it is undone."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from coterie.conversations import queries
from coterie.conversations.doors import present_thread
from coterie.conversations.model import Message, Receipt
from coterie.customers import erasure
from coterie.customers import queries as customers
from coterie.customers.actions import record_care, register
from coterie.customers.model import PROVED, Address, Newcomer
from coterie.kit.db import value
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import new_id
from tests.machine.invariants import broken
from tests.world import Community, Customer, World, made_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made
        with psycopg.connect(database) as admin:
            assert broken(admin, made.now, ticked=False) == {}


@pytest.fixture
async def riverina(world: World) -> Community:
    return await world.community("Riverina", ["2650"])


def by_mail(world: World, name: str, area: str | None = "2650") -> Customer:
    return world.customer(name, area, address=Address("email", f"{name.lower()}@example.com"))


async def messages(world: World, thread_id: str) -> list[Message]:
    async with world.house.read() as tx:
        return await queries.messages(tx, thread_id)


async def thread_of(world: World, customer_id: str) -> str | None:
    async with world.house.read() as tx:
        found = await queries.thread_of_customer(tx, customer_id)
    return found.id if found else None


async def texts(world: World, customer_id: str) -> list[tuple[int, str]]:
    thread_id = await thread_of(world, customer_id)
    return [(m.number, m.text) for m in await messages(world, thread_id)] if thread_id else []


async def two(world: World) -> tuple[Customer, Receipt, Customer, Receipt]:
    """Li by mail and by phone, whom we take for two."""
    mail, phone = by_mail(world, "Li"), world.customer("Li W", "2650", address=Address("phone", "+61491570156"))  # fmt: skip
    one = await mail.writes("First, by mail.")
    world.later(minutes=1)
    other = await phone.writes("Second, by phone.", channel="sms")
    world.later(minutes=1)
    await mail.writes("Third, by mail.")
    world.later(minutes=1)
    return mail, one, phone, other


async def test_one_person_is_never_split_into_two_threads(
    world: World, riverina: Community
) -> None:
    """chatwoot#13808: after a merge everything that any of their addresses writes goes into one thread."""
    ana = await riverina.expert("Ana")
    mail, one, phone, other = await two(world)
    await ana.answers(one.case_id, "Fourth, ours.")
    await world.merges(one.customer_id, other.customer_id)
    world.later(minutes=1)
    by_phone, by_mail_ = await phone.writes("Fifth.", channel="sms"), await mail.writes("Sixth.")
    assert by_phone.thread_id == by_mail_.thread_id
    assert by_phone.customer_id == by_mail_.customer_id == one.customer_id
    assert by_phone.case_id == by_mail_.case_id
    assert [number for number, _ in await texts(world, one.customer_id)] == [1, 2, 3, 4, 5, 6]
    said = [text.split(",")[0].strip(".") for _, text in await texts(world, one.customer_id)]
    assert said == ["First", "Second", "Third", "Fourth", "Fifth", "Sixth"]
    assert await thread_of(world, other.customer_id) is None
    async with world.house.read() as tx:
        owners = await value(
            tx,
            "SELECT count(DISTINCT owner_id) FROM cases WHERE customer_id = %s AND owner_id IS NOT NULL",
            [one.customer_id],
        )
        assert owners == 1


async def test_undoing_gives_each_exactly_what_was_theirs(
    world: World, riverina: Community
) -> None:
    ana = await riverina.expert("Ana")
    _, one, _, other = await two(world)
    await ana.answers(other.case_id, "By SMS.")
    await ana.promises(other.case_id)
    await world.customer("Li", None).confirms(other.case_id, solved=False, csat=1, about=ana.id)
    before = await state(world)
    merge_id = await world.merges(one.customer_id, other.customer_id)
    world.later(days=1)
    await world.parts(merge_id)
    assert await state(world) == before


async def state(world: World) -> list[Any]:
    """What is whose, with every number and mark."""
    async with world.house.read() as tx:
        found = await tx.execute(
            """
            SELECT 'message', id::text, thread_id::text, number, case_id::text, episode_id::text FROM messages
            UNION ALL SELECT 'case', id::text, thread_id::text, 0, customer_id::text, state FROM cases
            UNION ALL SELECT 'episode', id::text, thread_id::text, 0, case_id::text, state FROM episodes
            UNION ALL SELECT 'promise', id::text, thread_id::text, 0, case_id::text, NULL FROM promises
            UNION ALL SELECT 'rating', customer_id::text, expert_id::text, 0, at::text, NULL FROM bad_ratings
            UNION ALL SELECT 'identity', value, customer_id::text, 0, kind, scope FROM identities
            UNION ALL SELECT 'thread', id::text, customer_id::text, last_number, our_read::text,
                community_id::text FROM threads
            UNION ALL SELECT 'customer', id::text, name, 0, area, community_id::text FROM customers
            ORDER BY 1, 2
            """
        )
        return await found.fetchall()


async def test_what_came_after_goes_to_whose_address_wrote_it(
    world: World, riverina: Community
) -> None:
    """Both wrote into one case. What the other wrote there is looked at anew, in a case of their own."""
    ana = await riverina.expert("Ana")
    mail, one, phone, other = await two(world)
    await ana.answers(one.case_id, "Ours.")
    await ana.resolves(other.case_id)
    world.later(days=8)
    await world.tick()
    merge_id = await world.merges(one.customer_id, other.customer_id)
    late = await phone.writes("Late, by phone.", channel="sms")
    assert late.case_id == one.case_id
    await mail.writes("Late, by mail.")
    await world.parts(merge_id)
    assert [text for _, text in await texts(world, one.customer_id)] == ["First, by mail.", "Third, by mail.", "Ours.", "Late, by mail."]  # fmt: skip
    assert await texts(world, other.customer_id) == [(1, "Second, by phone."), (2, "Late, by phone.")]  # fmt: skip
    [_, moved] = await messages(world, str(await thread_of(world, other.customer_id)))
    async with world.house.read() as tx:
        file = await queries.case_file(tx, moved.case_id)
    assert file is not None and file.episode is not None
    assert (file.case.customer_id, file.case.community_id, file.case.state) == (other.customer_id, riverina.id, "open")  # fmt: skip
    assert file.episode.attending_id == ana.id
    again = await phone.writes("And?", channel="sms")
    assert (again.customer_id, again.case_id) == (other.customer_id, moved.case_id)


async def test_a_case_that_began_after_the_merge_goes_with_its_first_message(
    world: World, riverina: Community
) -> None:
    ana = await riverina.expert("Ana")
    mail, phone = by_mail(world, "Li"), by_mail(world, "Lee")
    one, other = await mail.writes("Hello."), await phone.writes("Hello too.")
    for receipt in (one, other):
        await ana.resolves(receipt.case_id)
    world.later(days=8)
    await world.tick()
    merge_id = await world.merges(one.customer_id, other.customer_id)
    fresh = await phone.writes("Something new.")
    await ana.answers(fresh.case_id, "Let me see.")
    await world.parts(merge_id)
    assert [text for _, text in await texts(world, other.customer_id)] == ["Hello too.", "Something new.", "Let me see."]  # fmt: skip
    assert [text for _, text in await texts(world, one.customer_id)] == ["Hello."]
    async with world.house.read() as tx:
        case = await queries.case(tx, fresh.case_id)
    assert case is not None and case.owner_id == ana.id and case.customer_id == other.customer_id


async def test_cases_stay_in_their_community_and_the_home_follows_rule_1(
    world: World, riverina: Community
) -> None:
    hunter = await world.community("Hunter", ["2300"])
    ana, bo = await riverina.expert("Ana"), await hunter.expert("Bo")
    mail, phone = by_mail(world, "Li", None), by_mail(world, "Lee", "2300")
    one, other = await mail.writes(), await phone.writes()
    await ana.answers(one.case_id)
    await bo.answers(other.case_id)
    merge_id = await world.merges(one.customer_id, other.customer_id)
    home = (await world.homes(one.customer_id))[0]
    assert (home.community_id, home.reason) == (hunter.id, "territory")
    async with world.house.read() as tx:
        cases = {each: await queries.case(tx, each) for each in (one.case_id, other.case_id)}
    assert [(c.community_id, c.owner_id) for c in cases.values() if c] == [(riverina.id, ana.id), (hunter.id, bo.id)]  # fmt: skip
    await world.pins(one.customer_id, riverina)
    await world.parts(merge_id)
    assert (await world.homes(one.customer_id))[0].reason == "pin"
    assert (await world.homes(other.customer_id))[0].community_id == hunter.id


@pytest.mark.parametrize("pinned", ["own", "other", "both"])
async def test_the_pin_of_the_survivor_wins_then_that_of_the_other(
    world: World, riverina: Community, pinned: str
) -> None:
    hunter, coast = await world.community("Hunter"), await world.community("Coast")
    one, other = await by_mail(world, "Li").writes(), await by_mail(world, "Lee").writes()
    if pinned != "other":
        await world.pins(one.customer_id, hunter)
    if pinned != "own":
        await world.pins(other.customer_id, coast)
    merge_id = await world.merges(one.customer_id, other.customer_id)
    home = (await world.homes(one.customer_id))[0]
    assert (home.community_id, home.reason) == (coast.id if pinned == "other" else hunter.id, "pin")
    await world.parts(merge_id)
    after = [(await world.homes(each))[0].community_id for each in (one.customer_id, other.customer_id)]  # fmt: skip
    assert after == [
        riverina.id if pinned == "other" else hunter.id,
        riverina.id if pinned == "own" else coast.id,
    ]


async def test_what_they_agreed_to_is_the_survivors_word_else_the_others(
    world: World, riverina: Community
) -> None:
    one, other = await by_mail(world, "Li").writes(), await by_mail(world, "Lee").writes()
    before = await state(world)
    for customer_id, consents in ((one.customer_id, {"letters": False}), (other.customer_id, {"letters": True, "special_care": True})):  # fmt: skip
        await world.everywhere(
            lambda tx, now, who=customer_id, what=consents: record_care(
                tx, now, who, vulnerable="special_care" in what, consents=what, by=None
            )
        )
    merge_id = await world.merges(one.customer_id, other.customer_id)
    async with world.house.read() as tx:
        merged = await customers.customer(tx, one.customer_id)
    assert merged is not None and merged.vulnerable
    assert merged.consent == {"letters": False, "special_care": True}
    await world.parts(merge_id)
    async with world.house.read() as tx:
        parted = await customers.customer(tx, one.customer_id)
    assert parted is not None and not parted.vulnerable
    assert parted.consent == {"letters": False}
    assert await state(world) == before


async def test_merges_on_merges_are_undone_the_last_one_first(
    world: World, riverina: Community
) -> None:
    people = [by_mail(world, name) for name in ("Al", "Bo", "Cy", "Di")]
    al, bo, cy, di = [await each.writes(f"From {each.name}.") for each in people]
    before = await state(world)
    first = await world.merges(al.customer_id, bo.customer_id)
    second = await world.merges(cy.customer_id, di.customer_id)
    third = await world.merges(al.customer_id, cy.customer_id)
    assert len(await texts(world, al.customer_id)) == 4
    assert (await people[3].writes("Again.")).customer_id == al.customer_id
    for too_soon in (first, second):
        with pytest.raises(Refused, match="Undo that merge first"):
            await world.parts(too_soon)
    await world.parts(third)
    assert [text for _, text in await texts(world, cy.customer_id)] == ["From Cy.", "From Di.", "Again."]  # fmt: skip
    await world.parts(first)
    await world.parts(second)
    assert [text for _, text in await texts(world, di.customer_id)] == ["From Di.", "Again."]
    kinds = ("thread", "case", "identity", "customer")
    assert [each[:3] for each in await state(world) if each[0] in kinds] == [each[:3] for each in before if each[0] in kinds]  # fmt: skip


async def test_a_thread_that_was_put_aside_leads_to_where_it_goes_on(
    world: World, riverina: Community
) -> None:
    one, other = await by_mail(world, "Li").writes(), await by_mail(world, "Lee").writes()
    merge_id = await world.merges(one.customer_id, other.customer_id)
    joined = await thread_of(world, one.customer_id)
    async with world.house.read() as tx:
        for each in (one.thread_id, other.thread_id):
            assert (await present_thread(tx, each)).id == joined  # type: ignore[union-attr]
    await world.parts(merge_id)
    async with world.house.read() as tx:
        assert (await present_thread(tx, str(joined))).id == one.thread_id  # type: ignore[union-attr]
        assert (await present_thread(tx, other.thread_id)).id == other.thread_id  # type: ignore[union-attr]
        assert await present_thread(tx, new_id()) is None


async def test_who_has_never_written_can_be_merged_and_parted(
    world: World, riverina: Community
) -> None:
    li = by_mail(world, "Li")
    quiet = await known_only(world, "quiet@example.com")
    still = await known_only(world, "still@example.com")
    receipt = await li.writes()
    merge_id = await world.merges(quiet, receipt.customer_id)
    assert [text for _, text in await texts(world, quiet)] == ["My bill is wrong."]
    later = await world.customer("", None, address=Address("email", "quiet@example.com")).writes(
        "Hi."
    )
    await world.parts(merge_id)
    assert [text for _, text in await texts(world, quiet)] == ["Hi."]
    assert await texts(world, receipt.customer_id) == [(1, "My bill is wrong.")]
    assert later.customer_id == quiet
    silent = await world.merges(still, await known_only(world, "mute@example.com"))
    await world.parts(silent)


async def known_only(world: World, email: str) -> str:
    async with world.house.ledger.unit(now=world.now) as tx:
        return await register(tx, world.now, Newcomer(Address("email", email)))


async def test_erasing_a_merged_customer_erases_both(world: World, riverina: Community) -> None:
    one, other = await by_mail(world, "Li").writes(), await by_mail(world, "Lee").writes()
    merge_id = await world.merges(one.customer_id, other.customer_id)
    await world.everywhere(lambda tx, now: erasure.erase(tx, now, other.customer_id, None))
    async with world.house.read() as tx:
        assert await value(tx, "SELECT count(*) FROM identities") == 0
        assert await value(tx, "SELECT count(*) FROM customers WHERE erased_at IS NULL") == 0
        assert await value(tx, "SELECT count(*) FROM messages WHERE text <> '(erased)'") == 0
    with pytest.raises(Refused, match="nothing is left to part"):
        await world.parts(merge_id)


async def test_what_cannot_be_merged_is_refused_in_words_and_nothing_has_changed(
    world: World, riverina: Community
) -> None:
    li, mo, ed = [(await by_mail(world, name).writes()).customer_id for name in ("Li", "Mo", "Ed")]
    gone = (await by_mail(world, "Al").writes()).customer_id
    await world.everywhere(lambda tx, now: erasure.erase(tx, now, gone, None))
    merge_id = await world.merges(li, mo)
    before = await state(world)
    refused: list[tuple[str, str, type[Refused], str]] = [
        (li, li, Invalid, "themselves"),
        (li, mo, Refused, "part of another customer already"),
        (mo, ed, Refused, "part of another customer already"),
        (li, gone, Refused, "erased"),
        (li, riverina.id, NotFound, "no such customer"),
        (li, "x", NotFound, "no such customer"),
    ]
    for one, other, kind, says in refused:
        with pytest.raises(kind, match=says):
            await world.merges(one, other)
    with pytest.raises(NotFound):
        await world.parts(li)
    assert await state(world) == before
    await world.parts(merge_id)
    with pytest.raises(Refused, match="undone already"):
        await world.parts(merge_id)


async def test_rule_17_a_browser_that_proved_nothing_reads_nobody_elses_history(
    world: World, riverina: Community
) -> None:
    li = await by_mail(world, "Li").writes("My secret.")
    browser = new_id()
    visitor = await world.customer("", None, address=Address("messenger", browser, PROVED)).writes("I am Li.")  # fmt: skip
    async with world.house.ledger.unit(riverina.id, now=world.now) as tx:
        await tx.execute(
            "INSERT INTO messenger_sites (key, name, secret, origins, created_at) VALUES ('k', 'k', 's', '{}', %s)",
            [world.now],
        )
        await tx.execute(
            """
            INSERT INTO browsers (id, hash, site_key, customer_id, created_at, seen_at)
            VALUES (%s, '', 'k', %s, %s, %s)
            """,
            [browser, visitor.customer_id, world.now, world.now],
        )
    for one, other in ((li, visitor), (visitor, li)):
        with pytest.raises(Refused, match="Ask for a code"):
            await world.merges(one.customer_id, other.customer_id)
    async with world.house.ledger.unit(riverina.id, now=world.now) as tx:
        await tx.execute("UPDATE browsers SET proved_at = %s", [world.now])
    await world.merges(li.customer_id, visitor.customer_id)
    async with world.house.read() as tx:
        assert await value(tx, "SELECT customer_id FROM browsers") == li.customer_id


async def test_different_people_are_never_merged_by_what_they_quote(
    world: World, riverina: Community
) -> None:
    """chatwoot PR#13502: a reply to another's message is not their thread."""
    li = await by_mail(world, "Li").writes()
    mo = by_mail(world, "Mo")
    with pytest.raises(Invalid, match="not in this conversation"):
        await mo.writes("About this.", quote_id=li.message_id)
    receipt = await mo.writes("Hello.")
    with pytest.raises(Invalid, match="not in this conversation"):
        await mo.writes("About this.", quote_id=li.message_id)
    assert receipt.customer_id != li.customer_id and receipt.thread_id != li.thread_id
    async with world.house.read() as tx:
        assert await value(tx, "SELECT count(*) FROM merges") == 0


async def test_every_table_that_names_a_thread_has_been_thought_about(world: World) -> None:
    """What hangs on a thread must go with it when it is joined or parted."""
    async with world.house.read() as tx:
        cursor = await tx.execute(
            """
            SELECT table_name, column_name
            FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name IN ('thread_id', 'record_id', 'customer_id')
            """
        )
        found = {(table, column) for table, column in await cursor.fetchall()}
    assert found == {
        ("threads", "customer_id"), ("joined_threads", "customer_id"), ("merges", "customer_id"),
        ("homes", "customer_id"), ("bad_ratings", "customer_id"), ("crossings", "thread_id"),
        ("cases", "thread_id"), ("cases", "customer_id"), ("cases", "record_id"),
        ("episodes", "thread_id"), ("promises", "thread_id"), ("attachments", "thread_id"),
        ("drafts", "thread_id"), ("messages", "thread_id"), ("messages", "record_id"),
        ("identities", "customer_id"), ("identities", "record_id"), ("browsers", "customer_id"),
        ("figure_answers", "customer_id"), ("figure_answers", "record_id"),  # made anew from the log
    }  # fmt: skip
