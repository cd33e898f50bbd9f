"""What is done when a time has come: files that never got a message are dropped after a day."""

from datetime import datetime

from coterie.channels.messenger import queries
from coterie.channels.messenger.files import KEPT_UNSENT
from coterie.kit.db import transaction
from coterie.kit.house import House


async def forget_unsent_files(house: House, now: datetime) -> int:
    async with transaction(house.pool) as tx:
        return await queries.forget_unsent(tx, now - KEPT_UNSENT)
