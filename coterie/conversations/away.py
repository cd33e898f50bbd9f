"""What an absence means for the cases of who is away: they go to teammates, each with a brief, and come back by themselves.

Only in an absence over so many working days; in a shorter one teammates cover. Leaving for good hands over alike, without
a return. A case that nobody can take stays with its owner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coterie.communities import absence_queries, absences
from coterie.communities import actions as community_actions
from coterie.communities import queries as communities
from coterie.communities.model import Absence
from coterie.conversations import handover_queries as queries
from coterie.conversations import promise_queries
from coterie.conversations.actions import file_of
from coterie.conversations.handover import checked_brief, pass_on, take_back
from coterie.conversations.handover_rules import coming_back, composed, shared_out
from coterie.conversations.model import CaseFile, Handover, HandoverReason, Held, Taker
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, Refused
from coterie.kit.ids import new_id

Briefs = Mapping[str, str]
"""By case."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would become of somebody's cases; `shares` says who takes which."""

    cases: list[Held]
    shares: dict[str, str]
    takers: dict[str, Taker]
    absence: Absence | None = None

    @property
    def hands_over(self) -> bool:
        return self.absence is None or self.absence.hands_over

    @property
    def by_taker(self) -> list[tuple[Taker, int]]:
        """Who takes how many, the most first."""
        taken = list(self.shares.values())
        counted = [(self.takers[id_], taken.count(id_)) for id_ in dict.fromkeys(taken)]
        return sorted(counted, key=lambda pair: (-pair[1], pair[0].name))

    @property
    def left(self) -> int:
        """How many nobody can take."""
        return len(self.cases) - len(self.shares)


async def record(
    tx: Tx,
    now: datetime,
    expert_id: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    why: str,
    deputy_id: str | None = None,
    brief: str = "",
    briefs: Briefs | None = None,
    by: str | None = None,
) -> Absence:
    """An absence with what its owner has to say about each case, and about all of which they say nothing else."""
    made = await absences.record(
        tx, now, expert_id, starts_at=starts_at, ends_at=ends_at, why=why, deputy_id=deputy_id, by=by
    )  # fmt: skip
    held = await queries.held_by(tx, made.community_id, expert_id)
    await queries.keep_briefs(tx, made.id, written(held, brief, briefs or {}))
    return made


def written(held: Sequence[Held], brief: str, briefs: Briefs) -> dict[str, str]:
    """A brief for each case that one was written for."""
    strange = briefs.keys() - {each.case_id for each in held}
    if strange:
        raise Invalid("A brief is for a case that they own. Leave out the others.", field="briefs")
    said = {each.case_id: briefs.get(each.case_id, "").strip() or brief.strip() for each in held}
    return {case_id: checked_brief(text) for case_id, text in said.items() if text}


async def outlook(
    tx: Tx,
    now: datetime,
    expert_id: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    why: str,
    deputy_id: str | None = None,
) -> Outlook:
    """What an absence would mean, as things stand today. Raises Refused where it may not be."""
    absence = await absences.drawn_up(
        tx, now, expert_id, starts_at=starts_at, ends_at=ends_at, why=why, deputy_id=deputy_id
    )
    at = max(now, starts_at)
    return await shares_of(tx, absence.community_id, expert_id, at, ends_at, deputy_id, absence)


async def shares_of(
    tx: Tx,
    community_id: str,
    expert_id: str,
    at: datetime,
    until: datetime,
    deputy_id: str | None = None,
    absence: Absence | None = None,
) -> Outlook:
    held = await queries.held_by(tx, community_id, expert_id)
    takers = await queries.takers(tx, community_id, expert_id, at, until)
    shares = shared_out(held, takers, deputy_id)
    return Outlook(held, shares, {each.id: each for each in takers}, absence)


async def hand_over_cases(tx: Tx, now: datetime, absence_id: str) -> None:
    """Somebody is absent for long: what they own goes to others, who are accountable until it returns."""
    absence = await absence_queries.absence(tx, absence_id)
    if absence is None or absence.state != "running" or not absence.hands_over:
        return
    found = await shares_of(
        tx, absence.community_id, absence.expert_id, now, absence.ends_at, absence.deputy_id
    )
    for case_id, to_id in found.shares.items():
        brief = await queries.brief_for(tx, absence_id, case_id)
        await give(
            tx, now, absence.expert_id, case_id, to_id, "absence", brief, absence_id=absence_id
        )


async def give(
    tx: Tx,
    now: datetime,
    from_id: str,
    case_id: str,
    to_id: str,
    reason: HandoverReason,
    brief: str,
    *,
    absence_id: str | None = None,
    by_id: str | None = None,
) -> None:
    file = await file_of(tx, case_id)
    made = Handover(
        id=new_id(),
        case_id=case_id,
        community_id=file.case.community_id,
        from_id=from_id,
        to_id=to_id,
        by_id=by_id,
        brief=brief or await facts(tx, file),
        at=now,
        reason=reason,
        absence_id=absence_id,
    )
    await pass_on(tx, now, file, made)


async def facts(tx: Tx, file: CaseFile) -> str:
    """The brief of a case that nobody wrote one for."""
    community = await communities.community(tx, file.case.community_id)
    assert community is not None
    promises = await promise_queries.promises_of_case(tx, file.case.id)
    note = await queries.last_note(tx, file.case.id)
    return composed(file.case, file.episode, promises, note, community.clock)


async def return_cases(tx: Tx, now: datetime, absence_id: str) -> None:
    """An absence is over: what was handed over for it comes back, if it still runs and nobody gave it on by hand.

    Where another absence begins in the same moment it stays where it is until that one is over. Who has left gets nothing.
    """
    absence = await absence_queries.absence(tx, absence_id)
    if absence is None:
        return
    following = await absence_queries.following(tx, now, absence)
    if following:
        await queries.go_on_under(tx, absence_id, following.id)
        return
    if not await communities.is_member(tx, absence.community_id, absence.expert_id):
        return
    for case_id in await queries.handed_for(tx, absence_id):
        file = await file_of(tx, case_id)
        standing = await queries.all_standing(tx, case_id)
        ended = coming_back(standing, absence_id, file.case.owner_id)
        if ended and file.case.state != "closed":
            await take_back(tx, now, file, ended, None)


async def leave(
    tx: Tx,
    now: datetime,
    expert_id: str,
    *,
    brief: str = "",
    briefs: Briefs | None = None,
    to: tuple[str, str] | None = None,
    by: str | None = None,
) -> int:
    """Hand over all that somebody owns, then end their membership; how many cases. Refused where nobody can take them.

    `to` is a community that they move to, and their role there; its stream is held, too.
    """
    community, name = await absences.home_of(tx, expert_id)
    found = await shares_of(tx, community.id, expert_id, now, now)
    if found.left:
        raise Refused(
            f"Nobody of {community.name} can take the {found.left} cases of {name}: all others are absent. "
            "Appoint somebody first.",
            "nobody_takes",
        )
    said = written(found.cases, brief, briefs or {})
    for case_id, to_id in found.shares.items():
        text = said.get(case_id, "")
        await give(tx, now, expert_id, case_id, to_id, "leaving", text, by_id=by)
    await community_actions.end_membership(tx, now, expert_id, by=by)
    if to is not None:
        await community_actions.appoint_again(tx, now, to[0], expert_id, to[1], by=by)
    return len(found.shares)
