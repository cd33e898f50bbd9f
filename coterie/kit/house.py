"""What a route gets: the settings, the way to the database, the way to write, the live streams, the clock."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from psycopg import Error
from starlette.requests import Request

from coterie.kit.db import Pool, Tx, is_race, reading
from coterie.kit.events import hold_all
from coterie.kit.groups import Groups
from coterie.kit.ledger import Ledger
from coterie.kit.live import Hub
from coterie.kit.settings import Settings

T = TypeVar("T")
TRIES = 5


def utc_now() -> datetime:
    """The clock at the edge; below it, `now` is an argument."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Everything that one process of the server shares."""

    settings: Settings
    pool: Pool
    ledger: Ledger
    groups: Groups
    hub: Hub
    since: datetime
    """When this process began."""
    now: Callable[[], datetime] = utc_now

    def read(self) -> AbstractAsyncContextManager[Tx]:
        """A connection to look with."""
        return reading(self.pool)

    def glance(self) -> AbstractAsyncContextManager[Tx]:
        """A connection to look with, for what every message asks: its statements are planned once, for any arguments."""
        return reading(self.ledger.pool)

    async def act(self, stream_id: str, verb: Callable[[Tx, datetime], Awaitable[T]]) -> T:
        """Have a verb of one community done: after those before it, together with its neighbours."""
        return await self.groups.act(stream_id, verb)

    async def act_everywhere(self, verb: Callable[[Tx, datetime], Awaitable[T]]) -> T:
        """Have a verb done that may concern any community: it holds them all, so this is for what happens seldom."""
        return await self.act_across((), verb, everywhere=True)

    async def act_across(
        self,
        stream_ids: Sequence[str],
        verb: Callable[[Tx, datetime], Awaitable[T]],
        *,
        everywhere: bool = False,
    ) -> T:
        """Have a verb done that concerns these communities. Where somebody was quicker it looks again."""
        for more in reversed(range(TRIES)):
            now = self.now()
            try:
                async with self.ledger.unit(*stream_ids, now=now) as tx:
                    if everywhere:
                        await hold_all(tx)
                    answer = await verb(tx, now)
            except Error as error:
                if not (more and is_race(error)):
                    raise
            else:
                return answer
        raise AssertionError("the last try answers or raises")


def house_of(request: Request) -> House:
    """The house of the process that answers."""
    house: House = request.app.state.house
    return house
