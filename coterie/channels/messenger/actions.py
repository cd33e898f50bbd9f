"""The one verb of this channel that is not a lower slice's: how far the customer has got."""

from datetime import datetime

from coterie.channels.messenger import queries
from coterie.channels.messenger.model import Browser
from coterie.conversations import queries as conversations
from coterie.kit.db import Tx
from coterie.kit.events import emit


async def note_marks(tx: Tx, now: datetime, browser: Browser, delivered: int, read: int) -> None:
    """What arrived at the customer, and what they looked at. Holds the stream of their home."""
    if browser.thread_id is None or browser.community_id is None:
        return
    steps = {
        "delivered": await conversations.note_delivered(tx, browser.thread_id, delivered),
        "read": await conversations.note_read(tx, browser.thread_id, read),
    }
    marks = await queries.marks(tx, browser.thread_id)
    ids = {"thread": browser.thread_id, "customer": browser.customer_id}
    for state in [name for name, taken in steps.items() if taken]:
        number: int = getattr(marks, state)
        emit(
            tx,
            browser.community_id,
            "delivery_noted",
            now,
            ids,
            side="customer",
            state=state,
            number=number,
        )
