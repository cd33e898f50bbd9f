"""Rules 2, 3, 6, 7 and 11 as invariants: pure where they can be, else against the database that keeps them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.api.app import api
from coterie.conversations import queries, rules
from coterie.conversations.model import CHANNELS, Case, Episode
from coterie.customers import actions as customers
from coterie.customers.model import PROVED, Address
from coterie.kit.db import execute, value
from coterie.kit.errors import Refused
from coterie.kit.ids import new_id
from coterie.routing import queries as routing
from tests.world import Expert, World, made_world

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
STATES = ("queued", "attended", "waiting_customer", "waiting_third", "snoozed", "quiet")
times = st.timedeltas(timedelta(), timedelta(days=365)).map(lambda after: NOW + after)


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with made_world(database) as made:
        yield made


# 2. Boundary


def test_rule_2_boundary_has_no_verb_that_crosses_it() -> None:
    """No call of the API takes a community for a case or an episode."""
    document = api().openapi()
    for path, verbs in document["paths"].items():
        assert "transfer" not in path
        for verb in verbs.values():
            wanted = (
                verb.get("requestBody", {})
                .get("content", {})
                .get("application/json", {})
                .get("schema", {})
            )
            name = wanted.get("$ref", "").rsplit("/", 1)[-1]
            members = document["components"]["schemas"].get(name, {}).get("properties", {})
            a_home_or_a_job = ("/customers/{id}/pin", "/experts/{id}/leaving")
            assert "community_id" not in members or path in a_home_or_a_job


async def test_rule_2_boundary_is_kept_by_the_database(world: World) -> None:
    here, there = await world.community("North", ["2480"]), await world.community("South", ["2650"])
    ana, ben = await here.expert("Ana"), await there.expert("Ben")
    receipt = await world.customer("Li", "2480").writes()
    await ana.answers(receipt.case_id)
    for change in (
        "UPDATE cases SET community_id = %(there)s WHERE id = %(case)s",
        "UPDATE cases SET owner_id = %(ben)s WHERE id = %(case)s",
        "UPDATE memberships SET until = '2030-01-01' WHERE expert_id = %(ana)s",
        """
        UPDATE episodes
        SET attending_id = %(ben)s, state = 'attended', quiet_at = NULL, waiting_since = opened_at, answer_by = opened_at
        WHERE case_id = %(case)s
        """,
        "DELETE FROM memberships WHERE expert_id = %(ana)s",
    ):
        ids = {"there": there.id, "case": receipt.case_id, "ana": ana.id, "ben": ben.id}
        with pytest.raises(psycopg.IntegrityError):
            async with world.house.ledger.unit(now=world.now) as tx:
                await execute(tx, change, ids)
    for verb in (ben.answers, ben.notes, ben.resolves, ben.waits_on):
        with pytest.raises(Refused):
            await verb(receipt.case_id)
    with pytest.raises(Refused, match="still owns"):
        await ana.leaves()


async def test_rule_2_a_message_stays_in_the_community_of_its_case(world: World) -> None:
    """Also where the customer has cases in two communities, while they move."""
    here, there = await world.community("North", ["2480"]), await world.community("South", ["2650"])
    ana = await here.expert("Ana")
    await there.expert("Ben")
    li = world.customer("Li", "2480")
    first = await li.writes()
    await ana.answers(first.case_id)
    async with world.house.ledger.unit(here.id, there.id, now=world.now) as tx:
        await customers.pin(tx, world.now, first.customer_id, there.id, "Moved house.", None)
    assert (await li.writes("And this?")).case_id == first.case_id
    await ana.resolves(first.case_id)
    world.later(days=8)
    await world.tick()
    second = await li.writes("Something new.")
    assert (second.community_id, second.thread_id) == (there.id, first.thread_id)
    third = await li.writes("About the old one.", quote_id=first.message_id)
    assert third.case_id == second.case_id


# 3. One owner, one place


def episode(state: str) -> Episode:
    """An episode as its state has it."""
    needs = state in ("queued", "attended")
    return Episode(
        new_id(), new_id(), new_id(), new_id(), "messenger", state, NOW,  # type: ignore[arg-type]
        attending_id="ana" if state == "attended" else None,
        waiting_since=NOW if needs else None,
        answer_by=NOW if needs else None,
        time_given=NOW if state == "queued" else None,
        quiet_at=NOW if state == "waiting_customer" else None,
        wake_at=NOW if state == "snoozed" else None,
        waits_on="them" if state == "waiting_third" else None,
        ended_at=NOW if state == "quiet" else None,
    )  # fmt: skip


def is_whole(found: Episode) -> bool:
    """What stands in the row is what its state says, and nothing else."""
    wanted = episode(found.state)
    return all(
        (getattr(found, name) is None) == (getattr(wanted, name) is None)
        for name in ("attending_id", "waiting_since", "answer_by", "time_given", "quiet_at", "wake_at", "waits_on", "ended_at")
    )  # fmt: skip


@given(st.sampled_from(STATES), times, times)
def test_rule_3_one_owner_one_place(state: str, now: datetime, later: datetime) -> None:
    """Whatever an episode was, each verb leaves it whole: needing us in one place, or resting in one way."""
    before = episode(state)
    for after in (
        rules.needing_us(before, later, now),
        rules.waiting_customer(before, "ana", later, now),
        rules.snoozed(before, later),
        rules.waiting_third(before, "them"),
        rules.ended(before, now),
    ):
        assert is_whole(after), after
    assert rules.needing_us(before, later, now).state == "queued"


async def test_rule_3_the_database_takes_no_row_that_is_in_two_places_or_none(
    world: World,
) -> None:
    community = await world.community()
    ana = await community.expert("Ana")
    receipt = await world.customer("Li").writes()
    taken = set()
    for state, attended, timed in product(STATES, (False, True), (False, True)):
        row = {
            "state": state,
            "attending": ana.id if attended else None,
            "given": NOW if timed else None,
            "needs": NOW if state in ("queued", "attended") else None,
            "quiet": NOW if state == "waiting_customer" else None,
            "wake": NOW if state == "snoozed" else None,
            "third": "them" if state == "waiting_third" else None,
            "ended": NOW if state == "quiet" else None,
            "id": receipt.episode_id,
        }
        try:
            async with world.house.ledger.unit(now=world.now) as tx:
                await execute(
                    tx,
                    """
                    UPDATE episodes
                    SET state = %(state)s, attending_id = %(attending)s, time_given = %(given)s,
                        waiting_since = %(needs)s, answer_by = %(needs)s, quiet_at = %(quiet)s,
                        wake_at = %(wake)s, waits_on = %(third)s, ended_at = %(ended)s
                    WHERE id = %(id)s
                    """,
                    row,
                )
        except psycopg.errors.CheckViolation:
            continue
        taken.add((state, attended, timed))
    resting = {(state, False, False) for state in STATES[2:]}
    assert taken == {("queued", False, True), ("attended", True, False), *resting}


# 6. Threads never time out


@st.composite
def cases(draw: st.DrawFn) -> list[Case]:
    return [
        Case(
            f"case {n}", "thread", "customer", "community", "", "",
            draw(st.sampled_from(["open", "watched", "closed"])), NOW, draw(times),
        )
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip


@given(cases(), st.integers(0, 8))
def test_rule_6_threads(found: list[Case], quoted: int) -> None:
    """One open or watched: that one. Several: the one quoted, else the one last spoken of. None: a new case."""
    living = [case for case in found if case.state != "closed"]
    chosen = rules.which_case(found, f"case {quoted}")
    if chosen is None:
        assert living == []
    elif any(case.id == f"case {quoted}" for case in living):
        assert chosen.id == f"case {quoted}"
    else:
        assert chosen in living
        assert chosen.spoken_at == max(case.spoken_at for case in living)


@pytest.mark.parametrize("days", [1, 8, 400, 4000])
async def test_rule_6_a_message_after_any_time_continues_the_thread(
    world: World, days: int
) -> None:
    community = await world.community()
    ana = await community.expert("Ana")
    li = world.customer("Li")
    first = await li.writes()
    await ana.answers(first.case_id)
    for _ in range(4):
        world.later(days=days / 4)
        await world.tick()
    again = await li.writes("Me again.")
    assert (again.thread_id, again.case_id, again.number) == (first.thread_id, first.case_id, 3)
    assert again.attending_id == ana.id


# 7. Load, not count


async def load_of(world: World, ana: Expert) -> float:
    async with world.house.read() as tx:
        [member] = await routing.members(tx, ana.community.id, world.now)
    return round(member.load, 3)


async def test_rule_7_load(world: World) -> None:
    """1 until four minutes after our last turn, then 0.1; 0 while snoozed, waiting on others, or over."""
    community = await world.community()
    ana = await community.expert("Ana")
    receipt = await world.customer("Li").writes()
    assert await load_of(world, ana) == 1
    world.later(hours=1)
    assert await load_of(world, ana) == 1
    await ana.answers(receipt.case_id)
    assert await load_of(world, ana) == 1
    world.later(minutes=3, seconds=59)
    assert await load_of(world, ana) == 1
    world.later(seconds=1)
    assert await load_of(world, ana) == 0.1
    await ana.snoozes(receipt.case_id, hours=1)
    assert await load_of(world, ana) == 0
    await ana.wakes(receipt.case_id)
    assert await load_of(world, ana) == 1
    await ana.waits_on(receipt.case_id)
    assert await load_of(world, ana) == 0
    await ana.resolves(receipt.case_id)
    assert await load_of(world, ana) == 0


async def test_rule_7_nobody_is_given_more_than_their_capacity_and_who_gets_free_takes_the_next(
    world: World,
) -> None:
    community = await world.community()
    ana = await community.expert("Ana")
    receipts = [await world.customer(f"Li {n}").writes() for n in range(7)]
    assert [r.attending_id for r in receipts] == [ana.id] * 4 + [None] * 3
    await ana.resolves(receipts[0].case_id)
    assert await attending(world, receipts[4].episode_id) == ana.id
    assert await attending(world, receipts[5].episode_id) is None
    await ana.answers(receipts[1].case_id)
    assert await attending(world, receipts[5].episode_id) is None
    world.later(minutes=5)
    await world.tick()
    assert await attending(world, receipts[5].episode_id) is None  # 3 + 0.1 + 1 is more than 4
    await ana.resolves(receipts[1].case_id)
    assert await attending(world, receipts[5].episode_id) == ana.id


async def attending(world: World, episode_id: str) -> str | None:
    async with world.house.read() as tx:
        found: str | None = await value(
            tx, "SELECT attending_id FROM episodes WHERE id = %s", [episode_id]
        )
    return found


async def test_rule_5_those_whom_nobody_can_serve_keep_nobody_else_waiting(world: World) -> None:
    """However many calls wait for a seat that nobody has, the message behind them is placed."""
    community = await world.community()
    ana = await community.expert("Ana", present=False)
    calls = [world.customer(f"Li {n}").writes(channel="voice") for n in range(260)]
    await asyncio.gather(*calls)
    world.later(seconds=30)
    message = await world.customer("Mo").writes()
    await ana.comes()
    assert await attending(world, message.episode_id) == ana.id


async def test_rule_5_every_time_given_is_renewed_when_it_has_passed(world: World) -> None:
    await world.community()
    await asyncio.gather(*(world.customer(f"Li {n}").writes() for n in range(450)))
    world.later(hours=1)
    await world.tick()
    async with world.house.read() as tx:
        late = await value(tx, "SELECT count(*) FROM episodes WHERE time_given <= %s", [world.now])
    assert late == 0


# 11. Nothing lost


@pytest.mark.parametrize("seed", range(5))
async def test_rule_11_nothing_lost(world: World, seed: int) -> None:
    """Whatever is sent again, however often and in whatever company, is there once and gets the same answer."""
    random = Random(seed)
    community = await world.community()
    await community.expert("Ana")
    people = [world.customer(f"Li {n}") for n in range(4)]
    sent = [(random.choice(people), f"{seed} {n}") for n in range(40)]
    again = [random.choice(sent) for _ in range(60)]
    receipts: dict[str, Any] = {}
    for start in range(0, 100, 25):
        some = (sent + again)[start : start + 25]
        answers = await asyncio.gather(
            *(who.writes(text, key=text, channel=CHANNELS[len(text) % 6]) for who, text in some)
        )
        for (_, text), receipt in zip(some, answers, strict=True):
            assert receipts.setdefault(text, receipt) == receipt
    for who in people:
        theirs = [text for writer, text in sent if writer is who]
        thread = receipts[theirs[0]].thread_id
        async with world.house.read() as tx:
            kept = await queries.messages(tx, thread, limit=200)
        assert sorted(message.text for message in kept) == sorted(theirs)
        assert [receipts[message.text].number for message in kept] == list(
            range(1, len(theirs) + 1)
        )
        assert [message.number for message in kept] == list(range(1, len(theirs) + 1))


@pytest.mark.parametrize("seed", range(3))
async def test_mail_is_never_silently_dropped(world: World, seed: int) -> None:
    """Seen elsewhere: mail whose addresses were not as expected was gone. Here each is stored or refused."""
    random = Random(seed)
    riverina = await world.community(areas=["2650"])
    await riverina.expert("Ana")
    addresses = [
        "li@example.com",
        "LI@example.com",
        "bo@example.com",
        "not an address",
        "reply+x@example.org",
    ]
    kept = refused = 0
    for n in range(60):
        address = Address("email", random.choice(addresses), random.choice([PROVED, world.token]))
        sender = world.customer("Li", random.choice([None, "2650", "9999"]))
        quote = random.choice([None, None, new_id()])
        try:
            receipt = await sender.writes(
                f"Mail {n}", channel="email", address=address, quote_id=quote
            )
        except Refused:
            refused += 1
        else:
            async with world.house.read() as tx:
                message = await queries.message(tx, receipt.message_id)
            assert message is not None and message.text == f"Mail {n}"
            kept += 1
        async with world.house.read() as tx:
            assert await value(tx, "SELECT count(*) FROM messages") == kept
    assert kept and refused


def test_a_case_is_called_by_a_whole_sentence_or_cut_at_a_word() -> None:
    long = "My internet drops every night by ten. I've restarted the modem twice and it only gets worse."
    assert rules.title_of(long) == "My internet drops every night by ten."
    assert rules.title_of("Hi there! " + long) == "My internet drops every night by ten."
    assert rules.title_of("Short. And shorter.") == "Short. And shorter."
    assert rules.title_of("\n\n Where is my bill?\nI need it.") == "Where is my bill?"
    endless = "and then the modem, which I have had for years, blinked again " * 3
    title = rules.title_of(endless)
    assert len(title) <= 80 and title.endswith("\u2026")
    assert endless.startswith(title[:-1]) and endless[len(title) - 1] in " ,"
    assert rules.title_of("x" * 200) == "x" * 79 + "\u2026"
