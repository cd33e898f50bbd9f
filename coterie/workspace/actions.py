"""The one verb of this screen that is not a lower slice's: saying how far we have read."""

from datetime import datetime

from coterie.conversations import queries as conversations
from coterie.conversations.model import Thread
from coterie.kit.db import Tx
from coterie.kit.events import emit


async def note_our_read(tx: Tx, now: datetime, thread: Thread, number: int) -> None:
    """The community has read up to this message; every list that shows the thread hears of it."""
    if await conversations.note_our_read(tx, thread.id, number):
        ids = {"thread": thread.id, "customer": thread.customer_id}
        emit(tx, thread.community_id, "delivery_noted", now, ids, side="us", number=number)
