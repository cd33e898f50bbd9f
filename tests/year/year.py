"""A region lives: a community of 40 experts with 5,000 customers, and its distant buddy of a few."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from random import Random

from tests.world import Community, World
from tests.year.casebook import Casebook
from tests.year.jumps import Act, Jumps
from tests.year.public import Public
from tests.year.roster import DAY, HOURS, at, holidays
from tests.year.staff import Staff
from tests.year.tally import Tally

FIRST_DAY = date(2026, 11, 30)
BEGINS = at(FIRST_DAY, 0)
AREAS = [str(2640 + number) for number in range(20)]
BUDDY_AREAS = ["2340"]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the region is."""

    experts: int = 40
    coaches: int = 4
    buddies: int = 5
    customers: int = 5_000


class Year:
    """All of it, with its clock."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.seed = seed
        self.rng = Random(f"year {seed}")
        self.jumps = Jumps(world)
        self.tally = Tally()
        self.book = Casebook()
        self.public = Public(world, self.jumps, self.book, self.tally, seed)
        self.staffs: list[Staff] = []

    async def begin(self, days: int, size: Size = Size()) -> None:
        """Found the communities, let everybody move in, and plan what nobody in it can know."""
        self.world.house.hub.follow("*", self.book.follow)
        years = range(FIRST_DAY.year, FIRST_DAY.year + days // 365 + 2)
        closed = [each.isoformat() for each in holidays(years)]
        hours = {"hours": {**HOURS, "holidays": closed}}
        home = await self.world.community("Riverina", AREAS, warm_up_s=90, **hours)
        buddy = await self.world.community("New England", BUDDY_AREAS, warm_up_s=90, **hours)
        await home.has_buddy(buddy)
        await buddy.has_buddy(home)
        await self.staff(home, size.experts, size.coaches, 1, days)
        await self.staff(buddy, size.buddies, 0, 0, days)
        self.public.move_in(size.customers, [*AREAS * 3, *BUDDY_AREAS])
        for number in range(3, days, 4):
            self.plan(number, 11, partial(self.move_home, home, buddy))
        for number in range(9, days, 73):
            self.plan(number, 13, self.storm)
        for number in range(1, days, 120):
            self.plan(number, 10, partial(self.change_territory, buddy))

    async def staff(
        self, community: Community, experts: int, coaches: int, managers: int, days: int
    ) -> None:
        staff = Staff(community, self.jumps, self.book, self.tally, self.seed)
        self.staffs.append(staff)
        await staff.begin(experts, coaches, managers, days)

    def plan(self, day: int, hour: float, act: Act) -> None:
        self.jumps.at(at(FIRST_DAY + DAY * day, hour), act)

    async def live(self, until: datetime) -> None:
        await self.jumps.until(until)

    async def storm(self, areas: int = 5, hours: float = 3, share: float = 0.3) -> None:
        """The line of some areas is down: many write within a few hours."""
        self.tally.did("storms")
        self.public.storm(set(self.rng.sample(AREAS, areas)), hours, share)

    async def move_home(self, home: Community, buddy: Community) -> None:
        """Somebody asks for the other community or to come back; two live together or no longer do, or are one person."""
        known = list(self.public.known)
        if len(known) < 20:
            return
        one, other = self.rng.sample(known, 2)
        verb = self.rng.choice(("pins", "pins back", "unpins", "household", "moves out", "merges"))
        works: dict[str, Act] = {
            "pins": partial(self.world.pins, one, buddy),
            "pins back": partial(self.world.pins, one, home),
            "unpins": partial(self.world.unpins, one),
            "household": partial(self.world.household, one, other),
            "moves out": partial(self.world.moves_out, one),
            "merges": partial(self.merge, one, other),
        }
        await self.tally.attempt(verb, works[verb]())

    async def merge(self, one: str, other: str) -> None:
        """Half of the merges were wrong, and are undone some days later."""
        merge_id = await self.world.merges(one, other)
        if self.rng.random() < 0.5:
            parts = partial(self.world.parts, merge_id)
            undone = partial(self.tally.attempt, "undoes a merge")
            self.jumps.at(self.world.now + DAY * 5, lambda: undone(parts()))

    async def change_territory(self, buddy: Community) -> None:
        """An area goes to the buddy from next week on; a month later that is undone."""
        area, now = self.rng.choice(AREAS), self.world.now
        change = self.world.changes_territory(area, to=buddy, at=now + DAY * 7)
        change_id = await self.tally.attempt("changes a territory", change)
        if change_id:
            self.jumps.at(now + DAY * 40, partial(self.undo_territory, change_id))

    async def undo_territory(self, change_id: str) -> None:
        await self.tally.attempt("undoes a territory", self.world.undoes_territory(change_id))
