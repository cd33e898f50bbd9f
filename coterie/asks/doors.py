"""May this viewer see this ask? It is its community's, as the case is."""

from coterie.asks import queries
from coterie.asks.model import Ask
from coterie.conversations.doors import reads
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import NotFound
from coterie.kit.ids import is_id


async def access_ask(tx: Tx, viewer: Viewer, ask_id: str) -> Ask:
    found = await queries.ask(tx, ask_id) if is_id(ask_id) else None
    if found is None or not reads(viewer, found.community_id):
        raise NotFound("There is no such ask.")
    return found
