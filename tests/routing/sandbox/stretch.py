"""A stretch that a community lives through the real actions: queues, holds, warm-up, breaks, shifts, calls, handovers.

The ticker looks at the queue each second while anybody waits, as it does live.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from coterie.communities import actions as communities
from coterie.conversations import queries
from coterie.customers.model import Address
from coterie.flow import TIMERS
from coterie.kit.errors import Refused
from tests.world import Community, Expert, World

Deed = Callable[[], Awaitable[None]]
CHANNELS = ("messenger", "messenger", "messenger", "email", "voice")


@dataclass
class Stretch:
    """Somebody always does something next, by a seeded chance."""

    world: World
    seed: int
    customers: int = 40
    every_s: float = 25
    work_s: float = 150
    community: Community = field(init=False)
    experts: dict[str, Expert] = field(default_factory=dict)
    deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    turn: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)

    async def begin(self, **settings: Any) -> None:
        """Eight experts, some on shift from the start, some later; two without any planned shift."""
        given = {"warm_up_s": 90, "quiet_messaging_s": 900, **settings}
        self.community = await self.world.community(**given)
        now, hour = self.world.now, timedelta(hours=1)
        for place in range(8):
            expert = await self.community.expert(
                f"Expert {place}",
                present=False,
                capacity=1 + place % 4,
                skills={"billing": place % 3, "network": (place + 1) % 4},
                seats=("messaging", "voice") if place % 2 else ("messaging",),
                languages=("en", "vi") if place % 3 == 0 else ("en",),
            )
            self.experts[expert.id] = expert
            if place < 6:
                begins = now + timedelta(minutes=(-5, -5, 2, 8, 15, -5)[place])
                ends = begins + (hour if place else timedelta(minutes=25))
                await expert.works((begins, ends))
            self.later(self.chance.uniform(0, 200), self.comes(expert))
        self.later(0, self.writes)

    def later(self, seconds: float, deed: Deed) -> None:
        at = self.world.now + timedelta(seconds=seconds)
        heappush(self.deeds, (at, next(self.turn), deed))

    async def live(self, until: datetime) -> None:
        while self.deeds and self.deeds[0][0] < until:
            at, _, deed = heappop(self.deeds)
            await self.tick_until(at)
            self.world.clock[0] = at
            with suppress(Refused):
                await deed()
        await self.tick_until(until)
        self.world.clock[0] = until

    async def tick_until(self, at: datetime) -> None:
        """Each second, at its own fraction of it, while anybody waits; what else is due, each half minute."""
        moment = self.world.now.replace(microsecond=370_000)
        if moment <= self.world.now:
            moment += timedelta(seconds=1)
        while moment < at:
            if moment.second % 30 == 0:
                self.world.clock[0] = moment
                for name in ("wake", "quiet", "watch"):
                    await TIMERS[name](self.world.house, moment)
            if await self.anybody_waits():
                self.world.clock[0] = moment
                await TIMERS["queues"](self.world.house, moment)
            moment += timedelta(seconds=1)

    async def anybody_waits(self) -> bool:
        return any(state == "queued" for _, state, _ in await self.live_episodes())

    async def live_episodes(self) -> list[tuple[str, str, str | None]]:
        """Case, state, attendee."""
        async with self.world.house.read() as tx:
            cursor = await tx.execute(
                "SELECT case_id, state, attending_id FROM episodes WHERE state <> 'quiet' ORDER BY id"
            )
            return await cursor.fetchall()

    # What people do

    async def writes(self) -> None:
        chance = self.chance
        who = chance.randrange(self.customers)
        customer = self.world.customer(f"C{who}")
        await customer.writes(
            address=Address("messenger", f"c{who}"),
            channel=chance.choice(CHANNELS),
            topic=chance.choice(("billing", "network", "")),
            language="vi" if who % 7 == 0 else "",
        )
        self.later(chance.expovariate(1 / self.every_s), self.writes)
        self.later(chance.expovariate(1 / self.work_s), self.somebody_acts)
        if chance.random() < 0.05:
            self.later(chance.uniform(0, 60), self.hands_over)

    async def somebody_acts(self) -> None:
        """Whoever attends something answers it, resolves it, puts it aside, or a colleague does."""
        chance = self.chance
        attended = [(case, who) for case, _, who in await self.live_episodes() if who]
        if not attended:
            return
        case_id, who = chance.choice(attended)
        expert = self.experts[who if chance.random() < 0.95 else chance.choice(list(self.experts))]
        dice = chance.random()
        if dice < 0.7:
            await expert.answers(case_id)
        elif dice < 0.85:
            await expert.answers(case_id)
            await expert.resolves(case_id)
            if chance.random() < 0.3:
                await self.world.customer("Li").confirms(case_id, csat=chance.choice((1, 5)))
        elif dice < 0.93:
            await expert.snoozes(case_id, seconds=chance.uniform(30, 400))
        else:
            await expert.waits_on(case_id)

    async def hands_over(self) -> None:
        async with self.world.house.read() as tx:
            found = [await queries.case(tx, case) for case, _, _ in await self.live_episodes()]
        owned = [case for case in found if case and case.owner_id]
        if owned:
            case = self.chance.choice(owned)
            to = self.chance.choice(list(self.experts.values()))
            await self.experts[case.owner_id or ""].hands_over(case.id, to)

    def comes(self, expert: Expert) -> Deed:
        async def deed() -> None:
            await expert.is_now("present")
            self.later(self.chance.expovariate(1 / 900), self.goes(expert))

        return deed

    def goes(self, expert: Expert) -> Deed:
        async def deed() -> None:
            await expert.is_now(self.chance.choice(("away", "away", "off")))
            self.later(self.chance.expovariate(1 / 180), self.comes(expert))

        return deed

    async def sets(self, **settings: Any) -> None:
        async with self.world.house.ledger.unit(self.community.id, now=self.world.now) as tx:
            await communities.change_settings(tx, self.world.now, self.community.id, settings)
