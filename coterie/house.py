"""Puts a house together: the pool, the ledger with the reactions of `flow.py`, group commit, live streams, the ticker."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from coterie.communities.records import lose_everybody
from coterie.flow import REACTIONS, TIMERS
from coterie.kit.db import open_pool, transaction
from coterie.kit.events import begin_era
from coterie.kit.groups import Groups
from coterie.kit.house import House, utc_now
from coterie.kit.jobs import Ticker
from coterie.kit.ledger import Ledger
from coterie.kit.live import Hub
from coterie.kit.settings import Settings


@asynccontextmanager
async def opened_house(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    ticking: bool = True,
    beside: bool = False,
) -> AsyncIterator[House]:
    """Everything that a process needs to serve, from a migrated database on; closed again at the end.

    `beside` is a command that works beside a running server: the browsers that are open there are not lost.
    """
    assert settings.database_url is not None
    pool = await open_pool(settings.database_url, min_size=2, max_size=12)
    writing = await open_pool(settings.database_url, min_size=1, max_size=12, writing=True)
    async with transaction(pool) as tx:
        await begin_era(tx, now())
        if not beside:
            await lose_everybody(tx, now())
    hub = Hub(pool, settings.database_url)
    ledger = Ledger(writing, REACTIONS, hub.announce)
    house = House(settings, pool, ledger, Groups(ledger, now), hub, now(), now)
    ticker = Ticker(house, TIMERS)
    await hub.start()
    if ticking:
        ticker.start()
    try:
        yield house
    finally:
        await ticker.stop()
        await hub.stop()
        await writing.close()
        await pool.close()
