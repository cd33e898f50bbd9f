"""A state machine over customers, experts and cases: whatever they do, in whatever order, the invariants hold.

Short by default. Longer: `COTERIE_MACHINE=2000,60 pytest tests/machine` (runs, steps of each).
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, LiteralString

import psycopg
import psycopg.sql
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from coterie.conversations.model import CHANNELS, Receipt
from coterie.customers import actions as customers
from coterie.kit.db import Tx
from coterie.kit.errors import Refused
from coterie.performance import surveys
from coterie.routing import actions as routing
from coterie.routing import queries, words
from coterie.routing.model import Decision
from tests.machine.invariants import broken
from tests.replayed import differing
from tests.world import Community, Customer, Expert, World, made_world

SHORT = "12,40"
AREAS = ("2340", "2480", "2650")
LANGUAGES = ("", "en", "zh")
OPEN_BY_DAY = {"week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}

which = st.integers(min_value=0, max_value=999)
"""Picks one of whatever there is."""
done: Counter[str] = Counter()
"""How often each verb was done, and how often refused: a machine that is refused everything proves nothing."""


class Operation(RuleBasedStateMachine):
    """Three communities, one of them with opening hours; a handful of customers; everybody does what they like."""

    loop: asyncio.AbstractEventLoop
    database: str

    def __init__(self) -> None:
        super().__init__()
        self.admin = psycopg.connect(self.database, autocommit=True)
        clear(self.admin)
        self.open = AsyncExitStack()
        self.world: World = self.run(self.open.enter_async_context(made_world(self.database)))
        self.experts: list[Expert] = []
        self.customers: list[Customer] = []
        self.communities: list[Community] = []
        self.explained: set[str] = set()
        self.homes: dict[str, str] = {}
        self.ticked = False

    def teardown(self) -> None:
        assert self.run(differing(self.world.house)) == []
        self.run(self.open.aclose())
        self.admin.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def act(self, verb: str, work: Coroutine[Any, Any, Any]) -> Any:
        """Do it; the model may refuse, in a sentence, and then nothing has changed."""
        self.ticked = False
        self.world.later(milliseconds=1)
        before = self.head()
        try:
            answer = self.run(work)
        except Refused as no:
            refusal = no.sentence
        else:
            done[verb] += 1
            return answer
        assert refusal.endswith((".", "!", "?"))
        assert self.head() == before
        done[f"{verb} refused"] += 1
        return None

    def head(self) -> int:
        [(number,)] = self.ask("SELECT coalesce(sum(last_number), 0) FROM streams")
        return int(number)

    def ask(self, sql: LiteralString) -> list[Any]:
        return self.admin.execute(sql).fetchall()

    def case(self, at: int) -> tuple[str, str] | None:
        """Some case, with its community."""
        found = self.ask("SELECT id::text, community_id::text FROM cases ORDER BY id")
        return found[at % len(found)] if found else None

    def colleague(self, community_id: str, at: int) -> Expert:
        """Mostly somebody of this community, now and then anybody."""
        theirs = [each for each in self.experts if each.community.id == community_id]
        return self.experts[at % len(self.experts)] if at % 10 == 9 else theirs[at % len(theirs)]

    @initialize()
    def found(self) -> None:
        self.run(self.set_up())

    async def set_up(self) -> None:
        for number, area in enumerate(AREAS):
            hours = {"hours": OPEN_BY_DAY} if number == 2 else {"warm_up_s": 90 * number}
            asking = {"survey_share": 0.5}
            community = await self.world.community(f"Area {area}", [area], **hours, **asking)
            self.communities.append(community)
            for place in range(3):
                seats = ("messaging", "voice") if place == 0 else ("messaging",)
                role = "coach" if place == 2 else "expert"
                languages = ["en", "zh"] if place == 1 else ["en"]
                self.experts.append(
                    await community.expert(
                        f"Expert {number}{place}", present=place != 2, capacity=place + 1,
                        role=role, seats=seats, languages=languages, skills={"billing": place},
                    )
                )  # fmt: skip
        for number in range(7):
            home = None if number == 6 else AREAS[number % len(AREAS)]
            language = LANGUAGES[number % len(LANGUAGES)]
            self.customers.append(
                self.world.customer(f"Customer {number}", home, language=language)
            )
        for number, community in enumerate(
            self.communities
        ):  # in a ring: nobody's buddy names them in turn
            await community.has_buddy(self.communities[(number + 1) % len(AREAS)])
        receipts = [await customer.writes() for customer in self.customers[:4]]
        for receipt in receipts[:2]:
            await self.colleague(receipt.community_id, 0).answers(receipt.case_id)
        await self.cross(receipts[0])

    async def cross(self, receipt: Receipt) -> None:
        """Somebody is cared for elsewhere, and something overflows, from the beginning."""
        home, other = self.communities[0], self.communities[1]
        theirs = [each for each in self.experts if each.community is home]
        [guest] = [each for each in self.experts if each.name == "Expert 11"]
        await self.customers[0].agrees_to_care(receipt.customer_id)
        await theirs[0].gives_to_care(receipt.case_id, guest)
        for expert in theirs:
            await expert.is_now("away")
        await self.world.customer("Storm", AREAS[0]).writes()
        self.world.later(minutes=8)
        await self.world.tick()
        assert self.ask("SELECT id FROM crossings WHERE kind = 'overflow'"), other.name

    # What customers do

    @rule(who=which, channel=st.sampled_from(CHANNELS), topic=st.sampled_from(["", "billing"]))
    def writes(self, who: int, channel: str, topic: str) -> None:
        customer = self.customers[who % len(self.customers)]
        self.act("writes", customer.writes("My bill is wrong.", channel=channel, topic=topic))

    @rule(who=which, at=which)
    def quotes(self, who: int, at: int) -> None:
        found = self.ask("SELECT id::text FROM messages ORDER BY id")
        if found:
            customer = self.customers[who % len(self.customers)]
            self.act("quotes", customer.writes("About this.", quote_id=found[at % len(found)][0]))

    @rule(
        number=st.sampled_from([2, 7, 60, 60, 1000]),
        senders=st.integers(1, 300),
        channel=st.sampled_from(CHANNELS),
    )
    def burst(self, number: int, senders: int, channel: str) -> None:
        """Many at once, from people we know and from people we don't."""
        newcomers = [self.world.customer(f"New {n}", AREAS[n % len(AREAS)]) for n in range(senders)]
        people = [*self.customers, *newcomers]
        turns = [
            people[n % len(people)].writes(f"Turn {n}", channel=channel) for n in range(number)
        ]
        receipts = self.act("burst", together(turns))
        assert all(isinstance(each, Receipt) for each in receipts)

    @rule(
        at=which,
        solved=st.booleans(),
        csat=st.sampled_from([None, 1, 2, 4]),
        effort=st.sampled_from([None, 3]),
    )
    def confirms(self, at: int, solved: bool, csat: int | None, effort: int | None) -> None:
        if found := self.case(at):
            word = self.customers[0].confirms(found[0], solved=solved, effort=effort, csat=csat)
            self.act("confirms", word)

    @rule(at=which, nps=st.integers(0, 10), declines=st.booleans())
    def says_how_it_was(self, at: int, nps: int, declines: bool) -> None:
        found = self.ask(
            "SELECT s.id::text, c.community_id::text FROM surveys s JOIN cases c ON c.id = s.case_id ORDER BY s.id"
        )
        if not found:
            return
        survey_id, community_id = found[at % len(found)]

        async def says(tx: Tx, now: datetime) -> None:
            if declines:
                await surveys.decline(tx, now, survey_id)
            else:
                await surveys.answer(tx, now, survey_id, nps=nps, csat=None)

        self.act("says_how_it_was", self.world.house.act(community_id, says))

    # What experts do

    @rule(at=which, by=which)
    def answers(self, at: int, by: int) -> None:
        self.works(at, by, "answers")

    @rule(at=which, by=which)
    def resolves(self, at: int, by: int) -> None:
        self.works(at, by, "resolves")

    @rule(
        at=which,
        by=which,
        verb=st.sampled_from(["notes", "reopens", "snoozes", "waits_on", "wakes"]),
    )
    def works(self, at: int, by: int, verb: str) -> None:
        if found := self.case(at):
            expert = self.colleague(found[1], by)
            more = {"hours": by % 9 + 1} if verb == "snoozes" else {}
            self.act(verb, getattr(expert, verb)(found[0], **more))

    @rule(at=which, by=which, where=which, new=st.booleans())
    def moves(self, at: int, by: int, where: int, new: bool) -> None:
        """Mostly to another case of the same thread."""
        found = self.ask(
            "SELECT id::text, community_id::text, thread_id::text FROM messages ORDER BY id"
        )
        if not found:
            return
        message, community, thread = found[at % len(found)]
        cases = [
            each[0]
            for each in self.ask("SELECT id::text, thread_id::text FROM cases ORDER BY id")
            if each[1] == thread
        ]
        target = None if new else cases[where % len(cases)]
        self.act("moves", self.colleague(community, by).moves(message, target))

    @rule(at=which, by=which)
    def needs_something(self, at: int, by: int) -> None:
        found = self.ask(
            "SELECT id::text, community_id::text FROM messages WHERE needs_nothing ORDER BY id"
        )
        if found:
            message, community = found[at % len(found)]
            colleague = self.colleague(community, by)
            self.act("needs_something", colleague.needs_something(message))

    @rule(at=which, by=which)
    def needs_nothing(self, at: int, by: int) -> None:
        found = self.ask("SELECT id::text, community_id::text FROM messages ORDER BY id")
        if found:
            message, community = found[at % len(found)]
            self.act("needs_nothing", self.colleague(community, by).needs_nothing(message))

    @rule(at=which, by=which, to=which)
    def hands_over(self, at: int, by: int, to: int) -> None:
        """Mostly to a teammate; refused to anybody else."""
        if found := self.case(at):
            expert, heir = self.colleague(found[1], by), self.colleague(found[1], to)
            self.act("hands_over", expert.hands_over(found[0], heir))

    @rule(at=which, by=which)
    def gives_back(self, at: int, by: int) -> None:
        found = self.ask(
            "SELECT case_id::text, community_id::text FROM handovers WHERE returned_at IS NULL ORDER BY id"
        )
        if found:
            case, community = found[at % len(found)]
            self.act("gives_back", self.colleague(community, by).gives_back(case))

    @rule(at=which, by=which, minutes=st.sampled_from([-5, 1, 30, 3_000]))
    def promises(self, at: int, by: int, minutes: int) -> None:
        if found := self.case(at):
            expert = self.colleague(found[1], by)
            self.act("promises", expert.promises(found[0], minutes=minutes))

    @rule(at=which, by=which)
    def keeps(self, at: int, by: int) -> None:
        found = self.ask("SELECT id::text, community_id::text FROM promises ORDER BY id")
        if found:
            promise, community = found[at % len(found)]
            self.act("keeps", self.colleague(community, by).keeps(promise))

    @rule(at=which, by=which, verb=st.sampled_from(["accepts", "declines", "helps"]))
    def asks(self, at: int, by: int, verb: str) -> None:
        """And one of those who are asked, or were asked before, has something to say to it."""
        if found := self.case(at):
            urgency = "urgent" if by % 2 else "normal"
            asker = self.colleague(found[1], by)
            self.without_moving_a_case("asks", asker.asks(found[0], urgency=urgency))
        waiting = self.ask(
            """
            SELECT p.ask_id::text, p.expert_id::text
            FROM asked p
            JOIN asks a ON a.id = p.ask_id AND a.ended_at IS NULL
            WHERE p.state IN ('waiting', 'accepted')
            ORDER BY p.at DESC, p.expert_id
            """
        )
        for ask, expert_id in waiting[:1]:
            [expert] = [each for each in self.experts if each.id == expert_id]
            self.without_moving_a_case(verb, getattr(expert, verb)(ask))

    @rule(
        at=which,
        by=which,
        verb=st.sampled_from(["accepts", "declines", "helps", "withdraws", "thanks"]),
    )
    def is_asked(self, at: int, by: int, verb: str) -> None:
        found = self.ask("SELECT id::text, community_id::text FROM asks ORDER BY at DESC, id")
        if found:
            ask, community = found[at % min(7, len(found))]
            self.without_moving_a_case(verb, getattr(self.colleague(community, by), verb)(ask))

    def without_moving_a_case(self, verb: str, work: Coroutine[Any, Any, Any]) -> None:
        """Rule 9: help changes neither who owns a case nor who attends to its customer."""
        whose = "SELECT id, owner_id FROM cases UNION ALL SELECT id, attending_id FROM episodes"
        before = sorted(self.ask(whose), key=str)
        self.act(verb, work)
        assert sorted(self.ask(whose), key=str) == before

    # Who is there

    @rule(
        who=which,
        states=st.lists(st.sampled_from(["present", "away", "off"]), min_size=1, max_size=2),
    )
    def flaps(self, who: int, states: list[str]) -> None:
        expert = self.experts[who % len(self.experts)]
        for state in states:
            self.act("presence", expert.is_now(state))

    @rule(where=which, state=st.sampled_from(["away", "off", "present", "present"]))
    def everybody(self, where: int, state: str) -> None:
        community = self.communities[where % len(self.communities)]
        for expert in self.experts:
            if expert.community is community:
                self.act("everybody", expert.is_now(state))

    @rule(
        who=which, shifts=st.lists(st.tuples(st.integers(-6, 30), st.integers(1, 10)), max_size=3)
    )
    def plans(self, who: int, shifts: list[tuple[int, int]]) -> None:
        expert, now = self.experts[who % len(self.experts)], self.world.now
        planned = [
            (now + timedelta(hours=a), now + timedelta(hours=a + long)) for a, long in shifts
        ]
        self.act("plans", expert.works(*planned))

    @rule(who=which)
    def quits(self, who: int) -> None:
        """Refused while they own something; else somebody else takes their place."""
        if who % 3 == 0:
            self.succeed("quits", who, Expert.leaves)

    @rule(who=which)
    def leaves(self, who: int) -> None:
        """Hands over all that they own first."""
        if who % 3 == 0:
            self.succeed("leaves", who, Expert.hands_all_over_and_leaves)

    def succeed(
        self, verb: str, who: int, leaves: Callable[[Expert], Coroutine[Any, Any, Any]]
    ) -> None:
        expert = self.experts[who % len(self.experts)]
        before = done[verb]
        self.act(verb, leaves(expert))
        if done[verb] > before:
            self.experts.remove(expert)
            self.experts.append(self.run(expert.community.expert(f"Heir {before} of {verb}")))

    @rule(
        who=which,
        after=st.sampled_from([-30, 0, 0, 1, 24]),
        days=st.sampled_from([-1, 1, 9, 40]),
        deputy=st.none() | which,
    )
    def is_absent(self, who: int, after: int, days: int, deputy: int | None) -> None:
        expert = self.experts[who % len(self.experts)]
        mate = None if deputy is None else self.colleague(expert.community.id, deputy)
        absence = expert.is_absent(days=days, after=timedelta(hours=after), deputy=mate)
        self.act("is_absent", absence)

    @rule(at=which, days=st.none() | st.integers(-1, 20))
    def changes_absence(self, at: int, days: int | None) -> None:
        """It is taken back, or gets another end."""
        found = self.ask("SELECT id::text, expert_id::text FROM absences ORDER BY id")
        theirs = [each for each in self.experts if found and each.id == found[at % len(found)][1]]
        for expert in theirs:
            absence = found[at % len(found)][0]
            if days is None:
                self.act("takes_back", expert.takes_back(absence))
            else:
                until = self.world.now + timedelta(days=days)
                self.act("prolongs", expert.prolongs(absence, until))

    # Across the boundary

    @rule(
        where=which,
        number=st.integers(1, 6),
        channel=st.sampled_from(["messenger", "sms", "voice"]),
    )
    def storm(self, where: int, number: int, channel: str) -> None:
        """Everybody at home is away, many write, and time passes until their promises would break."""
        community = self.communities[where % len(self.communities)]
        area = AREAS[self.communities.index(community)]
        self.everybody(where, "away")
        people = [self.world.customer(f"Storm {n}", area) for n in range(number)]
        self.act("storm", together([each.writes("Dead.", channel=channel) for each in people]))
        for minutes in (9, 1):
            self.world.later(minutes=minutes)
            self.run(self.world.tick())

    @rule(at=which, verb=st.sampled_from(["answers", "answers", "notes", "resolves", "off"]))
    def guest(self, at: int, verb: str) -> None:
        """Who serves elsewhere answers, or leaves; they solve nothing."""
        found = self.ask(
            "SELECT case_id::text, expert_id::text FROM crossings WHERE ended_at IS NULL ORDER BY id"
        )
        if found:
            case, guest = found[at % len(found)]
            [expert] = [each for each in self.experts if each.id == guest]
            work = expert.is_now("off") if verb == "off" else getattr(expert, verb)(case)
            self.act(f"guest {verb}", work)

    @rule(where=which, on=st.booleans())
    def buddy(self, where: int, on: bool) -> None:
        community, other = (self.communities[(where + n) % len(AREAS)] for n in (0, 1))
        self.act("buddy", community.has_buddy(other if on else None))

    @rule(at=which, by=which, to=which, said=st.booleans(), days=st.sampled_from([-1, 1, 30]))
    def care(self, at: int, by: int, to: int, said: bool, days: int) -> None:
        """They agree that somebody of another community serves them, or no more."""
        if found := self.case(at):
            [(customer,)] = self.admin.execute(
                "SELECT customer_id::text FROM cases WHERE id = %s", [found[0]]
            ).fetchall()
            self.act("agrees", self.customers[0].agrees_to_care(customer, said))
            expert, guest = self.colleague(found[1], by), self.experts[to % len(self.experts)]
            self.act("care", expert.gives_to_care(found[0], guest, leads=by % 2 == 0, days=days))

    @rule(at=which, by=which)
    def ends_care(self, at: int, by: int) -> None:
        if found := self.case(at):
            self.act("ends_care", self.colleague(found[1], by).ends_care(found[0], leads=True))

    # Where the home is, and time

    def somebody(self, at: int) -> str | None:
        found = self.ask("SELECT id::text FROM customers ORDER BY id LIMIT 12")
        return str(found[at % len(found)][0]) if found else None

    @rule(who=which, whom=which, out=st.booleans())
    def lives_with(self, who: int, whom: int, out: bool) -> None:
        one, other = self.somebody(who), self.somebody(whom)
        if one and other:
            verb = self.world.moves_out(one) if out else self.world.household(other, one)
            self.act("moves_out" if out else "lives_with", verb)

    @rule(area=st.sampled_from(AREAS), where=which, hours=st.sampled_from([0, 0, 5]))
    def changes_territory(self, area: str, where: int, hours: int) -> None:
        target = self.communities[where % len(self.communities)]
        at = self.world.now + timedelta(hours=hours) if hours else None
        self.act("territory", self.world.changes_territory(area, to=target, at=at))

    @rule(at=which)
    def undoes_territory(self, at: int) -> None:
        if found := self.ask("SELECT id::text FROM territory_changes ORDER BY id"):
            self.act("territory_undone", self.world.undoes_territory(found[at % len(found)][0]))

    @rule(who=which, whom=which)
    def merges(self, who: int, whom: int) -> None:
        one, other = self.somebody(who), self.somebody(whom)
        if one and other:
            self.act("merges", self.world.merges(one, other))

    @rule(at=which)
    def parts(self, at: int) -> None:
        if found := self.ask("SELECT id::text FROM merges ORDER BY id DESC LIMIT 4"):
            self.act("parts", self.world.parts(found[at % len(found)][0]))

    @rule(who=which, where=which, pin=st.booleans())
    def pins(self, who: int, where: int, pin: bool) -> None:
        found = self.ask("SELECT id::text FROM customers ORDER BY id LIMIT 12")
        if not found:
            return
        customer_id, target = (
            found[who % len(found)][0],
            self.communities[where % len(self.communities)],
        )
        self.act("pins" if pin else "unpins", self.rehome(customer_id, target.id if pin else None))

    async def rehome(self, customer_id: str, target: str | None) -> None:
        every, now = [each.id for each in self.communities], self.world.now
        async with self.world.house.ledger.unit(*every, now=now) as tx:
            if target:
                await customers.pin(tx, now, customer_id, target, "Asked for it.", None)
            else:
                await customers.unpin(tx, now, customer_id, None)

    @rule(
        seconds=st.sampled_from([1, 61, 300, 3600, 4 * 3600, 86_400, 7 * 86_400 + 1, 400 * 86_400])
    )
    def waits(self, seconds: int) -> None:
        self.world.later(seconds=seconds)
        self.run(self.world.tick())
        self.ticked = True
        done["waits"] += 1

    # What must hold after every step

    @invariant()
    def nothing_is_broken(self) -> None:
        assert broken(self.admin, self.world.now, ticked=self.ticked) == {}

    @invariant()
    def no_case_leaves_its_community(self) -> None:
        now = dict(self.ask("SELECT id::text, community_id::text FROM cases"))
        assert {case: now[case] for case in self.homes} == self.homes
        self.homes = now

    @invariant()
    def every_decision_is_explained(self) -> None:
        self.run(self.explain())

    async def explain(self) -> None:
        async with self.world.house.read() as tx:
            ids = [each for (each,) in self.ask("SELECT DISTINCT episode_id::text FROM decisions")]
            made = (
                [one for each in ids for one in await queries.decisions(tx, each)]
                if len(ids) < 60
                else []
            )
        for decision in made:
            if decision.id not in self.explained:
                self.explained.add(decision.id)
                check_explained(decision)

    @invariant()
    def nobody_waits_for_somebody_who_is_free(self) -> None:
        """After a tick the policy, asked again for each who waits, still finds nobody."""
        if self.ticked:
            self.run(self.ask_again())

    async def ask_again(self) -> None:
        async with self.world.house.read() as tx:
            for community in self.communities:
                scene = await routing.scene_of(tx, self.world.now, community.id)
                for need in await queries.queue(tx, community.id, 10_000):
                    chosen, decision = routing.judge(self.world.now, scene, need)
                    assert chosen is None, (need, decision)


async def together(turns: list[Coroutine[Any, Any, Receipt]]) -> list[Receipt]:
    return list(await asyncio.gather(*turns))


def check_explained(decision: Decision) -> None:
    """From what was stored alone: it is decided the same again, has a sentence, and a word about each candidate."""
    names = {id_: f"Expert {n}" for n, id_ in enumerate(decision.situation["ids"])}
    assert words.holds(decision)
    assert words.sentence(decision, names).endswith(".")
    said = words.candidates(decision, names)
    assert [name for name, _, _ in said] == list(names.values())
    assert all(why for _, why, _ in said)


def clear(admin: psycopg.Connection[Any]) -> None:
    """Empty every table but what the migrations wrote; figures begin anew."""
    tables = admin.execute(
        """
        SELECT string_agg(quote_ident(tablename), ', ')
        FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT IN ('migrations', 'eras', 'figures_read')
        """
    ).fetchone()
    assert tables is not None
    admin.execute(psycopg.sql.SQL("TRUNCATE {} CASCADE").format(psycopg.sql.SQL(tables[0])))
    admin.execute("UPDATE figures_read SET version = 0")


def hurry(database: str) -> None:
    """What survives a crash is another test's question."""
    with psycopg.connect(database, autocommit=True) as admin:
        name = psycopg.sql.Identifier(admin.info.dbname)
        admin.execute(
            psycopg.sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name)
        )


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def test_whatever_they_do_the_invariants_hold(
    database: str,
    loop: asyncio.AbstractEventLoop,
    record_property: Callable[[str, object], None],
) -> None:
    runs, steps = (int(each) for each in os.environ.get("COTERIE_MACHINE", SHORT).split(","))
    short = os.environ.get("COTERIE_MACHINE") is None
    done.clear()
    hurry(database)
    machine = type("Machine", (Operation,), {"loop": loop, "database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            derandomize=short,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if short else [Phase.generate],
        ),
    )
    told = f"{runs} runs, {sum(done.values())} verbs: {tell(done)}"
    record_property("figure", told)
    common = {"writes", "answers", "resolves", "moves", "needs_nothing", "burst", "waits", "asks"}
    for verb in sorted(common):
        assert done[verb], told


def tell(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {verb}" for verb, count in sorted(counted.items()))
