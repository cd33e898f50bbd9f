"""Overflow: from when on the buddy may answer, and who at home is accountable meanwhile. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from coterie.communities.settings import Settings, channel_family
from coterie.routing.model import Member, Need

PROMISE, CALL = "promise", "call"
"""Why it went to the buddy: the channel's promise would have broken, or a call had waited."""


def due_at(
    channel: str, waiting_since: datetime, answer_by: datetime, settings: Settings
) -> datetime | None:
    """From when on somebody of the buddy may serve what waits at home; None for never.

    Messages: some time before their promise would break, but home has at least half of it. Calls: after they have waited.
    Mails and posts never.
    """
    family = channel_family(channel)
    if not settings.overflow or family not in ("messaging", "voice"):
        return None
    if family == "voice":
        return waiting_since + timedelta(seconds=settings.overflow_voice_after_s)
    lead = timedelta(seconds=settings.overflow_messaging_lead_s)
    return answer_by - min(lead, (answer_by - waiting_since) / 2)


def reason(channel: str) -> str:
    return CALL if channel_family(channel) == "voice" else PROMISE


def owner_at_home(
    need: Need, members: Sequence[Member], owned: Mapping[str, int], absent: Collection[str]
) -> Member | None:
    """Who owns a case that nobody owned, present or not: who knows the customer, then by skill, then by cases owned.

    Whoever is absent, or was rated badly by them, comes last. members: of the case's community. owned: open and
    watched cases by member.
    """

    def rank(member: Member) -> tuple[bool, bool, bool, int, int]:
        return (
            member.id in absent,
            member.id in need.rated_badly,
            member.id != need.last_owner_id,
            -member.skills.get(need.topic, 0),
            owned.get(member.id, 0),
        )

    return min(members, key=rank, default=None)


def is_too_much(episodes: int, overflowed: int, settings: Settings) -> bool:
    """Whether the manager is to be warned: of enough episodes, too large a share went to the buddy."""
    if episodes < settings.overflow_warn_least:
        return False
    return overflowed > settings.overflow_warn_share * episodes
