"""Rule 1, home, through whatever happens: pins, households, territory changes, merges, and the undoing of each.

At every moment each customer has exactly one home, dated without gaps, and the first rule in order decides it. What the
rule gives is worked out here once more, from the rows, by other code.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, LiteralString

import psycopg
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

from coterie.customers import erasure, territory
from coterie.customers.model import Address
from coterie.customers.rules import home_in_words
from coterie.kit.errors import Refused
from tests.machine.invariants import broken
from tests.machine.test_machine import clear, hurry
from tests.world import Community, World, made_world

SHORT = "8,25"
AREAS = ("2300", "2480", "2650", "2700")
which = st.integers(min_value=0, max_value=999)
done: Counter[str] = Counter()


class Homes(RuleBasedStateMachine):
    """Three communities, four areas of which one is nobody's, eight customers, of whom some have no area."""

    loop: asyncio.AbstractEventLoop
    database: str

    def __init__(self) -> None:
        super().__init__()
        self.admin = psycopg.connect(self.database, autocommit=True)
        clear(self.admin)
        self.open = AsyncExitStack()
        self.world: World = self.run(self.open.enter_async_context(made_world(self.database)))
        self.communities: list[Community] = []

    def teardown(self) -> None:
        self.run(self.open.aclose())
        self.admin.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def ask(self, sql: LiteralString) -> list[Any]:
        return self.admin.execute(sql).fetchall()

    def act(self, verb: str, work: Coroutine[Any, Any, Any]) -> None:
        """Do it; a refusal is a sentence, and then nothing has changed."""
        self.world.later(seconds=1)
        before = self.all_homes()
        try:
            self.run(work)
        except Refused as no:
            refusal = no.sentence
        else:
            done[verb] += 1
            return
        assert refusal.endswith(".")
        assert self.all_homes() == before
        done[f"{verb} refused"] += 1

    def all_homes(self) -> list[Any]:
        return self.ask(
            "SELECT customer_id, since, until, community_id, reason FROM homes ORDER BY 1, 2"
        )

    @initialize()
    def found(self) -> None:
        self.run(self.set_up())

    async def set_up(self) -> None:
        for name, areas in (("Riverina", ["2650", "2700"]), ("Hunter", ["2300"]), ("Coast", [])):
            self.communities.append(await self.world.community(name, areas))
        async with self.world.house.ledger.unit(now=self.world.now) as tx:
            await tx.execute("INSERT INTO areas (area) VALUES ('2480')")
        for number in range(8):
            self.world.later(seconds=1)
            area = None if number > 5 else AREAS[number % len(AREAS)]
            address = Address("email", f"customer{number}@example.com")
            await self.world.customer(f"Customer {number}", area, address=address).writes()

    def somebody(self, at: int) -> str:
        found = self.ask("SELECT id::text FROM customers ORDER BY id")
        return str(found[at % len(found)][0])

    def community(self, at: int) -> Community:
        return self.communities[at % len(self.communities)]

    @rule(who=which, where=which)
    def pins(self, who: int, where: int) -> None:
        self.act("pins", self.pin(self.somebody(who), self.community(where)))

    async def pin(self, customer_id: str, where: Community) -> None:
        await self.world.pins(customer_id, where)

    @rule(who=which)
    def unpins(self, who: int) -> None:
        self.act("unpins", self.world.unpins(self.somebody(who)))

    @rule(who=which, whom=which)
    def lives_with(self, who: int, whom: int) -> None:
        self.act("lives with", self.world.household(self.somebody(whom), self.somebody(who)))

    @rule(who=which)
    def moves_out(self, who: int) -> None:
        self.act("moves out", self.world.moves_out(self.somebody(who)))

    @rule(
        areas=st.lists(st.sampled_from(AREAS), min_size=1, max_size=3, unique=True),
        where=which,
        days=st.sampled_from([0, 0, 2]),
    )
    def changes_territory(self, areas: list[str], where: int, days: int) -> None:
        at = self.world.now + timedelta(days=days) if days else None
        self.act("territory", self.world.changes_territory(*areas, to=self.community(where), at=at))

    @rule(at=which, cancel=st.booleans())
    def undoes_territory(self, at: int, cancel: bool) -> None:
        found = self.ask("SELECT id::text FROM territory_changes ORDER BY id")
        if found:
            id_ = str(found[at % len(found)][0])
            self.act("territory undone", self.cancel(id_) if cancel else self.world.undoes_territory(id_))  # fmt: skip

    async def cancel(self, change_id: str) -> None:
        await self.world.everywhere(lambda tx, now: territory.cancel(tx, now, change_id, None))

    @rule(who=which, whom=which)
    def merges(self, who: int, whom: int) -> None:
        self.act("merges", self.world.merges(self.somebody(who), self.somebody(whom)))

    @rule(at=which)
    def parts(self, at: int) -> None:
        found = self.ask("SELECT id::text FROM merges ORDER BY id")
        if found:
            self.act("parts", self.world.parts(str(found[at % len(found)][0])))

    @rule(number=st.integers(0, 7))
    def writes(self, number: int) -> None:
        """Whoever wrote under this address goes on in the thread of whoever they are by now."""
        address = Address("email", f"customer{number}@example.com")
        self.act("writes", self.world.customer("", None, address=address).writes("Hello."))

    @rule(who=which)
    def is_erased(self, who: int) -> None:
        if who % 20 == 19:
            customer_id = self.somebody(who)
            self.act("erased", self.erase(customer_id))

    async def erase(self, customer_id: str) -> None:
        await self.world.everywhere(lambda tx, now: erasure.erase(tx, now, customer_id, None))

    @rule(days=st.sampled_from([1, 3, 9]))
    def waits(self, days: int) -> None:
        self.world.later(days=days)
        self.run(self.world.tick())

    @invariant()
    def nothing_is_broken(self) -> None:
        assert broken(self.admin, self.world.now, ticked=False) == {}

    @invariant()
    def the_first_rule_in_order_decides(self) -> None:
        people = self.ask(
            """
            SELECT id::text, pin_id::text, household_id::text, area, pin_why
            FROM customers
            WHERE merged_id IS NULL AND erased_at IS NULL
            ORDER BY created_at, id
            """
        )
        held = dict(
            self.ask("SELECT area, community_id::text FROM territories WHERE until IS NULL")
        )
        [(last,)] = self.ask("SELECT id::text FROM communities WHERE catch_all")
        now = {id_: rest for id_, *rest in self.ask(
            "SELECT customer_id::text, community_id::text, reason, detail FROM homes WHERE until IS NULL"
        )}  # fmt: skip
        anchors: dict[str, tuple[str, str]] = {}
        for id_, pin, household, area, _ in people:
            own = pin or held.get(area)
            if household and own:
                anchors.setdefault(household, (id_, own))
        for id_, pin, household, area, why in people:
            anchor = anchors.get(household, (id_, ""))
            rules = [
                (pin, "pin", ""),
                (anchor[1] if anchor[0] != id_ else None, "household", anchor[0]),
                (held.get(area), "territory", area or ""),
                (last, "catch_all", area or ""),
            ]
            wanted = next(each for each in rules if each[0])
            assert tuple(now[id_]) == wanted, (id_, rules)
            said = home_in_words(wanted[1], wanted[2], "Riverina", pin_why=why)
            assert said.startswith("Riverina: ") and said.endswith(".")


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def test_rule_1_home_through_pins_households_territory_changes_and_merges(
    database: str, loop: asyncio.AbstractEventLoop
) -> None:
    """Longer: `COTERIE_HOMES=200,60` (runs, steps of each)."""
    runs, steps = (int(each) for each in os.environ.get("COTERIE_HOMES", SHORT).split(","))
    short = os.environ.get("COTERIE_HOMES") is None
    done.clear()
    hurry(database)
    machine = type("Machine", (Homes,), {"loop": loop, "database": database})
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
    print(dict(done))
    for verb in ("pins", "lives with", "territory", "territory undone", "merges", "parts"):
        assert done[verb], done
