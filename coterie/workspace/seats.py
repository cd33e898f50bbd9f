"""Who sits at a desk: whose workspace is open in a browser of this process, and when their last one has gone.

Each process knows its own desks. One that has lost somebody's last browser says so; the one at which they still sit
takes it back at its next tick, long before anybody counts as away.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import tzinfo
from functools import partial

import psycopg
import structlog
from psycopg_pool import PoolClosed, PoolTimeout

from coterie.communities import records
from coterie.kit.house import House
from coterie.kit.live import Subscriber
from coterie.workspace import fragments, queries
from coterie.workspace.live import live_of
from coterie.workspace.model import Me

log = structlog.get_logger()

STREAM_LASTS_S = 600
"""Then the browser comes back by itself, and is asked again who it is."""


async def sit_down(
    house: House,
    me: Me,
    zone: tzinfo,
    browser: str,
    after: int,
    leads: bool,
    subscriber: Subscriber,
) -> Callable[[], Awaitable[None]]:
    """Somebody has the workspace open in one more browser. The answer is their going."""
    async with house.read() as tx:
        await queries.found_again(tx, [me.id])
    ends = asyncio.get_running_loop().call_later(STREAM_LASTS_S, subscriber.close)
    desk = fragments.Desk(subscriber, browser, me.id, me.community_id, zone, after, leads=leads)
    leave = live_of(house).join(desk)
    return partial(get_up, house, me.id, ends, leave)


async def get_up(
    house: House, expert_id: str, ends: asyncio.TimerHandle, leave: Callable[[], None]
) -> None:
    """Where it was somebody's last browser, they count as away after a while."""
    ends.cancel()
    leave()
    if expert_id in sitting(house):
        return
    try:
        await lose(house, expert_id)
    except (psycopg.Error, PoolClosed, PoolTimeout) as error:
        log.warning("who has left could not be noted", error=str(error))


async def keep_seats(house: House, lost: Collection[str]) -> set[str]:
    """Of those who are thought lost, find again who sits in this process."""
    here = sitting(house).intersection(lost)
    if not here:
        return here
    async with house.read() as tx:
        await queries.found_again(tx, list(here))
    for expert_id in here - sitting(house):  # who got up meanwhile
        await lose(house, expert_id)
    return here


def sitting(house: House) -> set[str]:
    live = live_of(house)
    return {desk.expert_id for community_id in live.rooms for desk in live.desks(community_id)}


async def lose(house: House, expert_id: str) -> None:
    async with house.read() as tx:
        await records.note_lost(tx, expert_id, house.now())
