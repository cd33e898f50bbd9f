"""What undone waves had founded is closed again once homes have gone back, where nobody uses it."""

from datetime import datetime

from coterie.communities import actions
from coterie.kit.db import Tx
from coterie.kit.house import House
from coterie.planner import wave_queries


async def close_left(house: House) -> None:
    async with house.read() as tx:
        some = await wave_queries.left(tx)
    if some:
        await house.act_everywhere(close)


async def close(tx: Tx, now: datetime) -> None:
    """Needs every stream, so that nobody moves there meanwhile."""
    for each in await wave_queries.left(tx):
        await actions.close_community(tx, now, each.id, by=each.by_id)
