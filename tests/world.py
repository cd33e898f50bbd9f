"""A world that reads as sentences: communities, experts, customers, and a clock that is moved by hand.

Everything goes through the real actions and a real database; only the ticker's timers are called by hand (`tick`).
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from coterie.asks import actions as asks
from coterie.asks.model import Ask
from coterie.communities import absences
from coterie.communities import actions as communities
from coterie.communities.model import Absence, Area
from coterie.conversations import (
    actions,
    away,
    crossings,
    handover,
    intake,
    merging,
    promises,
    queries,
    resolution,
)
from coterie.conversations.model import (
    Case,
    Confirmation,
    Crossing,
    Episode,
    Incoming,
    Message,
    Promise,
    Receipt,
)
from coterie.customers import actions as customers
from coterie.customers import home_queries, households, territory
from coterie.customers.model import Address, Home
from coterie.flow import TIMERS
from coterie.house import opened_house
from coterie.kit.house import House
from coterie.kit.ids import new_id
from coterie.kit.settings import Settings
from coterie.routing import guests

NOON = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # midday in New South Wales


@dataclass(eq=False)
class World:
    house: House
    clock: list[datetime]
    token: str = field(default_factory=new_id)
    region_id: str = ""
    communities: dict[str, "Community"] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.clock[0]

    def later(self, **by: float) -> None:
        self.clock[0] += timedelta(**by)

    async def tick(self) -> None:
        """Do what is due now."""
        for due in TIMERS.values():
            await due(self.house, self.now)

    async def community(
        self, name: str = "Riverina", areas: Sequence[str] = (), **settings: Any
    ) -> "Community":
        """Its experts may be given all that they can carry at once, and nobody is surveyed, unless settings say so."""
        async with self.house.ledger.unit(now=self.now) as tx:
            if not self.region_id:
                self.region_id = await communities.found_region(tx, self.now, "Murray")
            id_ = await communities.found_community(
                tx, self.now, self.region_id, name, "Australia/Sydney",
                settings={"warm_up_s": 0, "survey_share": 0, **settings},
            )  # fmt: skip
            if areas:
                await communities.add_areas(tx, self.now, [Area(area, area) for area in areas])
                await communities.assign_territory(tx, self.now, id_, list(areas))
        made = self.communities[name] = Community(self, id_, name)
        return made

    async def everywhere(self, verb: Any) -> Any:
        """Have a verb done that may concern any community."""
        return await self.house.act_everywhere(verb)

    async def household(self, first_id: str, *others: str) -> str:
        """These customers are at home together from now on; the household's id."""
        for other in others:
            made = await self.everywhere(
                lambda tx, now, other=other: households.live_with(tx, now, other, first_id, None)
            )
        return str(made.id)

    async def moves_out(self, customer_id: str) -> None:
        await self.everywhere(lambda tx, now: households.leave(tx, now, customer_id, None))

    async def pins(self, customer_id: str, community: "Community", why: str = "Asked.") -> None:
        await self.everywhere(
            lambda tx, now: customers.pin(tx, now, customer_id, community.id, why, None)
        )

    async def unpins(self, customer_id: str) -> None:
        await self.everywhere(lambda tx, now: customers.unpin(tx, now, customer_id, None))

    async def changes_territory(
        self, *areas: str, to: "Community | None", at: datetime | None = None
    ) -> str:
        """Areas go to another community, now or at a time; the change's id."""
        wanted = dict.fromkeys(areas, to.id if to else None)
        made = await self.everywhere(lambda tx, now: territory.plan(tx, now, wanted, at, None))
        await territory.carry_out(self.house, made.id)
        return str(made.id)

    async def undoes_territory(self, change_id: str) -> None:
        await self.everywhere(lambda tx, now: territory.undo(tx, now, change_id, None))
        await territory.carry_out(self.house, change_id)

    async def merges(self, customer_id: str, other_id: str) -> str:
        """The other is part of this customer from now on; the merge's id."""
        made = await self.everywhere(
            lambda tx, now: merging.merge(tx, now, customer_id, other_id, None)
        )
        return str(made.id)

    async def parts(self, merge_id: str) -> None:
        await self.everywhere(lambda tx, now: merging.unmerge(tx, now, merge_id, None))

    async def homes(self, customer_id: str) -> list[Home]:
        """The history of a customer's homes, the present one first."""
        async with self.house.read() as tx:
            return await home_queries.homes(tx, customer_id)

    def customer(self, name: str, area: str | None = None, **facts: Any) -> "Customer":
        return Customer(self, name, area, facts)


@dataclass(eq=False)
class Community:
    world: World
    id: str
    name: str

    async def has_buddy(self, buddy: "Community | None") -> None:
        """Who helps out when a promise would break; nobody from now on."""
        changes = {"buddy_id": buddy.id if buddy else None}
        await self.world.house.act(
            self.id, lambda tx, now: communities.change_community(tx, now, self.id, changes)
        )

    async def expert(
        self,
        name: str,
        *,
        skills: dict[str, int] | None = None,
        present: bool = True,
        **given: Any,
    ) -> "Expert":
        world = self.world
        async with world.house.ledger.unit(self.id, now=world.now) as tx:
            id_ = await communities.appoint(
                tx,
                world.now,
                self.id,
                name=name,
                email=f"{name.lower().replace(' ', '.')}.{new_id()[-6:]}@example.com",
                role=given.pop("role", "expert"),
                skills=skills or {},
                **given,
            )
        expert = Expert(self, id_, name)
        if present:
            await expert.comes()
        return expert


@dataclass(eq=False)
class Expert:
    community: Community
    id: str
    name: str

    async def act(self, verb: Any) -> Any:
        return await self.community.world.house.act(self.community.id, verb)

    async def serve(self, case_id: str, verb: Any) -> Any:
        """What a guest may do as well: in the stream of the case's community."""
        house = self.community.world.house
        async with house.read() as tx:
            case = await queries.case(tx, case_id)
        assert case is not None
        return await house.act(case.community_id, verb)

    async def case_with(self, message_id: str) -> str:
        async with self.community.world.house.read() as tx:
            message = await queries.message(tx, message_id)
        assert message is not None
        return message.case_id

    async def comes(self) -> None:
        await self.is_now("present")

    async def goes(self) -> None:
        await self.is_now("off")

    async def is_now(self, state: str) -> None:
        await self.act(lambda tx, now: communities.set_presence(tx, now, self.id, state))

    async def works(self, *shifts: tuple[datetime, datetime]) -> None:
        await self.act(lambda tx, now: communities.plan_shifts(tx, now, self.id, shifts))

    async def leaves(self) -> None:
        await self.act(lambda tx, now: communities.end_membership(tx, now, self.id))

    async def hands_all_over_and_leaves(self, **briefs: Any) -> int:
        handed: int = await self.act(lambda tx, now: away.leave(tx, now, self.id, **briefs))
        return handed

    async def is_absent(
        self,
        *,
        days: float = 10,
        after: timedelta = timedelta(),
        why: str = "leave",
        deputy: "Expert | None" = None,
        **briefs: Any,
    ) -> Absence:
        """From now on, or after a while, for so many days."""
        starts_at = self.community.world.now + after
        absence: Absence = await self.act(
            lambda tx, now: away.record(
                tx, now, self.id, starts_at=starts_at, ends_at=starts_at + timedelta(days=days),
                why=why, deputy_id=deputy.id if deputy else None, **briefs,
            )
        )  # fmt: skip
        return absence

    async def takes_back(self, absence_id: str) -> Absence:
        absence: Absence = await self.act(
            lambda tx, now: absences.take_back(tx, now, absence_id, by=self.id)
        )
        return absence

    async def prolongs(self, absence_id: str, until: datetime) -> Absence:
        absence: Absence = await self.act(
            lambda tx, now: absences.prolong(tx, now, absence_id, until, by=self.id)
        )
        return absence

    async def answers(self, case_id: str, text: str = "Let me look at that.") -> Message:
        message: Message = await self.serve(
            case_id,
            lambda tx, now: actions.reply(tx, now, case_id=case_id, expert_id=self.id, text=text),
        )
        return message

    async def notes(self, case_id: str, text: str = "Called the carrier.") -> Message:
        message: Message = await self.serve(
            case_id,
            lambda tx, now: actions.write_note(
                tx, now, case_id=case_id, expert_id=self.id, text=text
            ),
        )
        return message

    async def hands_over(
        self, case_id: str, to: "Expert", brief: str = "Mast on Thursday."
    ) -> Case:
        case: Case = await self.act(
            lambda tx, now: handover.hand_over(tx, now, case_id, self.id, to_id=to.id, brief=brief)
        )
        return case

    async def gives_back(self, case_id: str) -> Case:
        case: Case = await self.act(lambda tx, now: handover.give_back(tx, now, case_id, self.id))
        return case

    async def promises(self, case_id: str, text: str = "Call you back.", **by: float) -> Promise:
        due_at = self.community.world.now + timedelta(**(by or {"hours": 2}))
        made: Promise = await self.act(
            lambda tx, now: promises.make(tx, now, case_id, self.id, text=text, due_at=due_at)
        )
        return made

    async def keeps(self, promise_id: str) -> Promise:
        kept: Promise = await self.act(lambda tx, now: promises.keep(tx, now, promise_id, self.id))
        return kept

    async def asks(
        self, case_id: str, text: str = "Mast, or another tower?", topic: str = "", **more: Any
    ) -> Ask:
        made: Ask = await self.act(
            lambda tx, now: asks.ask(tx, now, case_id, self.id, topic=topic, text=text, **more)
        )
        return made

    async def accepts(self, ask_id: str) -> Ask:
        held: Ask = await self.act(lambda tx, now: asks.accept(tx, now, ask_id, self.id))
        return held

    async def declines(self, ask_id: str, why: str = "On the phone.") -> Ask:
        left: Ask = await self.act(lambda tx, now: asks.decline(tx, now, ask_id, self.id, why))
        return left

    async def helps(self, ask_id: str, text: str = "A mast.") -> Ask:
        answered: Ask = await self.act(lambda tx, now: asks.answer(tx, now, ask_id, self.id, text))
        return answered

    async def withdraws(self, ask_id: str) -> Ask:
        ended: Ask = await self.act(lambda tx, now: asks.withdraw(tx, now, ask_id, self.id))
        return ended

    async def thanks(self, ask_id: str) -> Ask:
        thanked: Ask = await self.act(lambda tx, now: asks.thank(tx, now, ask_id, self.id))
        return thanked

    async def gives_to_care(
        self, case_id: str, guest: "Expert", *, leads: bool = False, **by: float
    ) -> Crossing:
        """Have somebody of another community serve the case for a while, by special care."""
        until = self.community.world.now + timedelta(**(by or {"days": 7}))
        begun: Crossing = await self.act(
            lambda tx, now: crossings.begin_care(
                tx,
                now,
                case_id,
                self.id,
                leads=leads,
                expert_id=guest.id,
                reason="trust",
                until=until,
            )
        )
        return begun

    async def ends_care(self, case_id: str, *, leads: bool = False) -> Crossing:
        ended: Crossing = await self.act(
            lambda tx, now: guests.end_care(tx, now, case_id, self.id, leads=leads)
        )
        return ended

    async def resolves(self, case_id: str, kind: str = "answer") -> Case:
        case: Case = await self.act(
            lambda tx, now: resolution.resolve(tx, now, case_id, self.id, how="Done", kind=kind)  # type: ignore[arg-type]
        )
        return case

    async def reopens(self, case_id: str) -> Case:
        case: Case = await self.act(lambda tx, now: resolution.reopen(tx, now, case_id, self.id))
        return case

    async def snoozes(self, case_id: str, **by: float) -> Episode:
        episode: Episode = await self.act(
            lambda tx, now: resolution.snooze(tx, now, case_id, self.id, now + timedelta(**by))
        )
        return episode

    async def waits_on(self, case_id: str, third_party: str = "the carrier") -> Episode:
        episode: Episode = await self.act(
            lambda tx, now: resolution.wait_on_third(tx, now, case_id, self.id, third_party)
        )
        return episode

    async def wakes(self, case_id: str) -> Episode:
        episode: Episode = await self.act(
            lambda tx, now: resolution.wake(tx, now, case_id, self.id)
        )
        return episode

    async def moves(self, message_id: str, case_id: str | None) -> Message:
        message: Message = await self.act(
            lambda tx, now: actions.move_message(tx, now, message_id, case_id, self.id)
        )
        return message

    async def needs_nothing(self, message_id: str) -> Message:
        message: Message = await self.serve(
            await self.case_with(message_id),
            lambda tx, now: actions.mark_needs_nothing(tx, now, message_id, self.id),
        )
        return message

    async def needs_something(self, message_id: str) -> Message:
        message: Message = await self.serve(
            await self.case_with(message_id),
            lambda tx, now: actions.unmark_needs_nothing(tx, now, message_id, self.id),
        )
        return message


@dataclass(eq=False)
class Customer:
    world: World
    name: str
    area: str | None
    facts: dict[str, Any]
    value: str = field(default_factory=new_id)

    async def writes(self, text: str = "My bill is wrong.", **more: Any) -> Receipt:
        return await intake.receive(self.world.house, self.incoming(text, **more))

    def incoming(self, text: str, *, key: str | None = None, **more: Any) -> Incoming:
        given = {"channel": "messenger", **self.facts, **more}
        return Incoming(
            text=text,
            address=given.pop("address", Address("messenger", self.value)),
            key_owner=self.world.token,
            key=key or new_id(),
            body=sha256(text.encode()).digest(),
            name=self.name,
            area=self.area,
            **given,
        )

    async def agrees_to_care(self, customer_id: str, said: bool = True) -> None:
        """They are vulnerable, and agree that somebody of another community serves them; or no more."""
        house = self.world.house
        async with house.read() as tx:
            found = await customers.known(tx, customer_id)
        await house.act(
            found.community_id,
            lambda tx, now: customers.record_care(
                tx, now, customer_id, vulnerable=True, consents={"special_care": said}, by=None
            ),
        )

    async def confirms(self, case_id: str, *, solved: bool = True, **more: Any) -> Case:
        house = self.world.house
        async with house.read() as tx:
            case = await queries.case(tx, case_id)
        assert case is not None
        word = Confirmation(solved, **more)
        confirmed: Case = await house.act(
            case.community_id, lambda tx, now: resolution.confirm(tx, now, case_id, word)
        )
        return confirmed


@asynccontextmanager
async def made_world(database: str, *, at: datetime = NOON) -> AsyncIterator[World]:
    clock = [at]
    settings = Settings(Path("/nonexistent"), "http://127.0.0.1", "secret", database_url=database)
    async with opened_house(settings, now=lambda: clock[0], ticking=False) as house:
        yield World(house, clock)
