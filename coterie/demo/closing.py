"""How a simulated expert ends a case: whoever resolves has read what was written."""

from datetime import datetime

from coterie.conversations import actions, resolution
from coterie.conversations.model import ResolutionKind
from coterie.kit.db import Tx
from coterie.workspace.actions import note_our_read


async def read_and_resolve(
    tx: Tx, now: datetime, case_id: str, expert_id: str, how: str, kind: ResolutionKind
) -> None:
    thread = (await actions.file_of(tx, case_id)).thread
    await note_our_read(tx, now, thread, thread.last_number)
    await resolution.resolve(tx, now, case_id, expert_id, how=how, kind=kind)
