"""How a case ends in the demo: whoever resolves has read what was written, and some customers say how it was."""

from datetime import datetime

from coterie.conversations import actions, resolution
from coterie.conversations.model import ResolutionKind
from coterie.kit.db import Tx
from coterie.performance import survey_queries, surveys
from coterie.workspace.actions import note_our_read


async def read_and_resolve(
    tx: Tx, now: datetime, case_id: str, expert_id: str, how: str, kind: ResolutionKind
) -> None:
    thread = (await actions.file_of(tx, case_id)).thread
    await note_our_read(tx, now, thread, thread.last_number)
    await resolution.resolve(tx, now, case_id, expert_id, how=how, kind=kind)


async def say_how_it_was(tx: Tx, now: datetime, case_id: str, *, nps: int, csat: int) -> None:
    """The customer answers, where they are asked."""
    thread = (await actions.file_of(tx, case_id)).thread
    asked = await survey_queries.open_in_thread(tx, thread.id, now)
    if asked is not None:
        await surveys.answer(tx, now, asked.id, nps=nps, csat=csat)
