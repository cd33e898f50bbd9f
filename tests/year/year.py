"""A region lives: a community of 40 experts with 5,000 customers, and its distant buddy of a few."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from coterie.customers import actions as customers
from tests.world import Community, World
from tests.year.casebook import Casebook
from tests.year.jumps import Jumps
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
        await self.staff(home, size.experts, size.coaches, 1, days)
        await self.staff(buddy, size.buddies, 0, 0, days)
        self.public.move_in(size.customers, [*AREAS * 3, *BUDDY_AREAS])
        for number in range(3, days, 7):
            self.plan(number, 11, partial(self.move_home, home, buddy))
        for number in range(9, days, 73):
            self.plan(number, 13, self.storm)

    async def staff(
        self, community: Community, experts: int, coaches: int, managers: int, days: int
    ) -> None:
        staff = Staff(community, self.jumps, self.book, self.tally, self.seed)
        self.staffs.append(staff)
        await staff.begin(experts, coaches, managers, days)

    def plan(self, day: int, hour: float, act: object) -> None:
        self.jumps.at(at(FIRST_DAY + DAY * day, hour), act)  # type: ignore[arg-type]

    async def live(self, until: datetime) -> None:
        await self.jumps.until(until)

    async def storm(self, areas: int = 5, hours: float = 3, share: float = 0.3) -> None:
        """The line of some areas is down: many write within a few hours."""
        self.tally.did("storms")
        self.public.storm(set(self.rng.sample(AREAS, areas)), hours, share)

    async def move_home(self, home: Community, buddy: Community) -> None:
        """Somebody asks for the other community, or to come back."""
        if not self.public.known:
            return
        customer_id = self.rng.choice(list(self.public.known))
        target = self.rng.choice((home.id, buddy.id, None))
        now = self.world.now
        async with self.world.house.ledger.unit(home.id, buddy.id, now=now) as tx:
            if target:
                await customers.pin(tx, now, customer_id, target, "Asked for it.", None)
            else:
                await customers.unpin(tx, now, customer_id, None)
        self.tally.did("pins" if target else "unpins")


def days_in(year: Year) -> float:
    return (year.world.now - BEGINS) / timedelta(days=1)
