"""Try other settings on a span: check what is wanted, read what happened, play it twice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coterie.communities import queries as communities
from coterie.communities.model import Community
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import is_id
from coterie.routing.sandbox import queries
from coterie.routing.sandbox.comparing import Comparison, compared
from coterie.routing.sandbox.play import Watch
from coterie.routing.sandbox.reading import read_record
from coterie.routing.sandbox.wanted import MOST_TURNS, checked_span


async def try_settings(
    tx: Tx,
    now: datetime,
    community: Community,
    start: datetime,
    end: datetime,
    over: Mapping[str, Any],
    watch: Watch | None = None,
) -> Comparison:
    """Both sides of the span. The transaction is to be one that only looks. Raises Refused."""
    start, end = checked_span(start, end, now)
    turns = await queries.turns_between(tx, community.id, start, end)
    if not turns:
        raise Refused(
            f"Nothing came to need {community.name} between {told(start, community)} and {told(end, community)}. "
            "Choose a span with contacts.",
            "empty_span",
        )
    if turns > MOST_TURNS:
        raise Refused(
            f"{turns:,} contacts are too many: {MOST_TURNS:,} at most. Choose a shorter span.",
            "too_many",
        )
    record = await read_record(tx, now, community, start, end)
    return compared(record, over, (community.id, community.name, community.zone), watch)


def told(at: datetime, community: Community) -> str:
    return f"{at.astimezone(community.clock):%Y-%m-%d %H:%M}"


async def community_meant(tx: Tx, given: str | None) -> Community:
    """The community of this name or id; without one, the only one that there is."""
    if given is None:
        every = await communities.communities(tx)
        if len(every) == 1:
            return every[0]
        names = ", ".join(each.name for each in every[:10])
        raise Invalid(f"Name a community with --community: {names or 'there is none yet'}.")
    by_id = await communities.community(tx, given) if is_id(given) else None
    found = by_id or await communities.community_named(tx, given)
    if found is None:
        raise NotFound(f"There is no community {given[:60]!r}.")
    return found
