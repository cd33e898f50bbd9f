"""What a change of territories would mean for those who are cared for: who moves, and which cases run off where they are."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from coterie.conversations import queries
from coterie.customers import territory
from coterie.customers.model import AreaMove
from coterie.kit.db import Tx


@dataclass(frozen=True, slots=True)
class Flow:
    """Customers who would move from one community to another, and their open or watched cases that stay behind."""

    from_id: str
    to_id: str
    customers: int
    open_cases: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`living`: who lives in the areas. `pinned` and `in_household`: who of them stays, and why."""

    moves: list[AreaMove]
    flows: list[Flow]
    living: int
    pinned: int
    in_household: int

    @property
    def moving(self) -> int:
        return sum(flow.customers for flow in self.flows)


async def preview(tx: Tx, now: datetime, wanted: territory.Wanted, at: datetime | None) -> Preview:
    """Raises Refused where the change itself would be. Nothing is kept of it."""
    seen = await territory.look(tx, now, wanted, at)
    targets = {before.customer_id: home.community_id for before, home in seen.moving}
    behind = await queries.cases_elsewhere(tx, targets)
    customers: Counter[tuple[str, str]] = Counter()
    cases: Counter[tuple[str, str]] = Counter()
    for before, home in seen.moving:
        way = (before.community_id, home.community_id)
        customers[way] += 1
        cases[way] += behind.get(before.customer_id, 0)
    flows = [Flow(*way, customers[way], cases[way]) for way in sorted(customers)]
    return Preview(seen.moves, flows, seen.living, seen.pinned, seen.in_household)
