"""Rules of handing over: who takes which case, what the brief says where nobody wrote one, and what comes back. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from coterie.conversations.model import Case, Episode, Handover, Held, Promise, Taker

LONGEST_BRIEF = 2_000
LONGEST_NOTE = 600


def shared_out(
    cases: Sequence[Held], takers: Sequence[Taker], deputy_id: str | None = None
) -> dict[str, str]:
    """Who takes which case: all the deputy, if one was named and is there; else each the teammate who serves it best.

    What somebody gets counts at once, so that many cases spread. Cases that nobody can take are left out.
    """
    there = [each for each in takers if not each.away]
    deputy = [each for each in there if each.id == deputy_id]
    owned = Counter({each.id: each.owned for each in there})
    shares: dict[str, str] = {}
    for case in cases if there else ():
        best = min(deputy or there, key=lambda taker: place(taker, case, owned[taker.id]))
        shares[case.case_id] = best.id
        owned[best.id] += 1
    return shares


def place(taker: Taker, case: Held, owned: int) -> tuple[bool, bool, bool, bool, int, str]:
    """Where somebody stands among those who could take a case, the first is the best.

    Experts before those who lead, who stays before who will be absent, too, then the language, the skill, and who owns fewest.
    """
    return (
        taker.role != "expert",
        taker.goes,
        bool(case.language) and case.language not in taker.languages,
        taker.skills.get(case.topic, 0) == 0,
        owned,
        taker.id,
    )


def coming_back(
    standing: Sequence[Handover], absence_id: str, owner_id: str | None
) -> list[Handover]:
    """The handovers that end when this absence does: its own and those by themselves that followed it.

    Nothing comes back where somebody gave the case on by hand meanwhile. standing: of one case, in their order.
    """
    begins = [n for n, each in enumerate(standing) if each.absence_id == absence_id]
    chain = standing[begins[0] :] if begins else []
    by_hand = any(each.reason == "by_hand" for each in chain)
    held = bool(chain) and chain[-1].to_id == owner_id
    return list(chain) if held and not by_hand else []


def composed(
    case: Case,
    episode: Episode | None,
    promises: Sequence[Promise],
    note: str,
    zone: ZoneInfo,
) -> str:
    """A brief of facts: how the case stands, what it waits on, what is promised, what was noted last."""
    said = [f"{case_words(case, zone)} {episode_words(episode, zone)}".strip()]
    said += [
        f"Promised by {clock(each.due_at, zone)}: {each.text}"
        for each in promises
        if each.kept_at is None
    ]
    if note:
        said.append(f"Last note: {note[:LONGEST_NOTE]}")
    return "\n".join(said)[:LONGEST_BRIEF]


def case_words(case: Case, zone: ZoneInfo) -> str:
    if case.watch_ends_at:
        return f"Solved, watched until {clock(case.watch_ends_at, zone)}."
    return f"Open since {clock(case.opened_at, zone)}."


def episode_words(episode: Episode | None, zone: ZoneInfo) -> str:
    if episode is None:
        return ""
    since, wake_at = episode.waiting_since, episode.wake_at
    told = {
        "queued": since and f"The customer waits for an answer since {clock(since, zone)}.",
        "attended": since and f"The customer waits for an answer since {clock(since, zone)}.",
        "waiting_customer": "It waits on the customer.",
        "waiting_third": f"It waits on {episode.waits_on}.",
        "snoozed": wake_at and f"Put aside until {clock(wake_at, zone)}.",
    }
    return told.get(episode.state) or ""


def clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b, %H:%M}"
