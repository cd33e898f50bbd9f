"""Absences: recorded, taken back, prolonged; they begin and end by themselves, and early when somebody comes back.

While one runs its expert is off. What it means for their cases follows from its events. The caller holds the community's
stream.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from coterie.communities import absence_queries as queries
from coterie.communities import queries as communities
from coterie.communities import records
from coterie.communities.model import ABSENCE_WHYS, Absence, AbsenceWhy, Community
from coterie.communities.rules import circle, overlap, working_days
from coterie.kit.access.audit import audit
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit
from coterie.kit.ids import is_id, new_id

LATE = timedelta(days=1)
"""Who is ill is entered on the same day, when it has begun."""
LONGEST = timedelta(days=366)
FURTHEST = timedelta(days=366)


async def record(
    tx: Tx,
    now: datetime,
    expert_id: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    why: str,
    deputy_id: str | None = None,
    by: str | None = None,
) -> Absence:
    """Somebody will not be there, or is not. What starts at once begins in this transaction."""
    made = await drawn_up(
        tx, now, expert_id, starts_at=starts_at, ends_at=ends_at, why=why, deputy_id=deputy_id, by=by
    )  # fmt: skip
    await queries.add_absence(tx, made)
    tell(tx, now, made, "absence_recorded", by=by)
    change = {"from": starts_at.isoformat(), "to": ends_at.isoformat()}
    await audit(tx, now, by, "record_absence", "expert", expert_id, change)
    return await begin(tx, now, made) if made.starts_at <= now else made


async def drawn_up(
    tx: Tx,
    now: datetime,
    expert_id: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    why: str,
    deputy_id: str | None = None,
    by: str | None = None,
) -> Absence:
    """The absence that this would be, once everything about it is as it may be; nothing is written yet."""
    community, name = await home_of(tx, expert_id)
    check_times(now, starts_at, ends_at)
    wanted = Absence(
        id=new_id(),
        expert_id=expert_id,
        community_id=community.id,
        starts_at=starts_at,
        ends_at=ends_at,
        why=checked_why(why),
        deputy_id=deputy_id or None,
        days=0,
        hands_over=False,
        recorded_by=by,
        recorded_at=now,
    )
    others = await queries.alive(tx, community.id)
    check_alone(wanted, others, community, name)
    if wanted.deputy_id is not None:
        await check_deputy(tx, wanted, others, community, name)
    return await counted(tx, wanted, community)


async def home_of(tx: Tx, expert_id: str) -> tuple[Community, str]:
    """The community of a member, and the member's name."""
    expert = await communities.expert(tx, expert_id)
    if expert is None:
        raise NotFound("There is no such expert.")
    if expert.community_id is None:
        raise Refused(f"{expert.name} belongs to no community.", "no_member")
    community = await communities.community(tx, expert.community_id)
    assert community is not None
    return community, expert.name


def check_times(now: datetime, starts_at: datetime, ends_at: datetime) -> None:
    check_end(now, starts_at, ends_at)
    if starts_at < now - LATE:
        raise Invalid("An absence begins in the past by a day at most.", field="from")
    if starts_at > now + FURTHEST:
        raise Invalid("Enter an absence at most a year before it begins.", field="from")


def check_end(now: datetime, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid("An absence ends after it begins.", field="to")
    if ends_at <= now:
        raise Invalid("That time is over. Give an end that is still to come.", field="to")
    if ends_at > starts_at + LONGEST:
        raise Invalid("An absence lasts a year at most. It can be prolonged later.", field="to")


def checked_why(given: str) -> AbsenceWhy:
    for why in ABSENCE_WHYS:
        if given == why:
            return why
    raise Invalid(f"An absence is for {', '.join(ABSENCE_WHYS)}, not {given[:20]!r}.", field="why")


def check_alone(wanted: Absence, others: list[Absence], community: Community, name: str) -> None:
    """Of one person no two overlap."""
    for each in others:
        if each.id != wanted.id and each.expert_id == wanted.expert_id and overlap(each, wanted):
            raise Refused(
                f"{name} is absent already from {told(each.starts_at, community)} to "
                f"{told(each.ends_at, community)}. Change that absence, or take it back.",
                "overlaps",
            )


async def check_deputy(
    tx: Tx, wanted: Absence, others: list[Absence], community: Community, name: str
) -> None:
    """A teammate who is there at that time, and not one whose own deputy leads back here."""
    deputy_id = wanted.deputy_id or ""
    if deputy_id == wanted.expert_id:
        raise Refused("Nobody is their own deputy. Choose a teammate.", "own_deputy")
    if not is_id(deputy_id) or not await communities.is_member(tx, community.id, deputy_id):
        raise Refused(
            f"A deputy belongs to the same community: choose somebody of {community.name}.",
            "deputy_outside",
        )
    names = await communities.names(tx, sorted({each.expert_id for each in others} | {deputy_id}))
    await check_circle(wanted, others, {**names, wanted.expert_id: name})
    away = [each for each in others if each.expert_id == deputy_id and overlap(each, wanted)]
    if away:
        raise Refused(
            f"{names[deputy_id]} is absent at that time, too, until {told(away[-1].ends_at, community)}. "
            "Choose another deputy, or none.",
            "deputy_absent",
        )


async def check_circle(wanted: Absence, others: list[Absence], names: dict[str, str]) -> None:
    people = circle(wanted, [each for each in others if each.id != wanted.id])
    if people:
        links = [
            f"{names[one]}'s deputy is {names[following]}"
            for one, following in zip(people, [*people[1:], people[0]], strict=True)
        ]
        raise Refused(
            f"That makes a circle of deputies: {', '.join(links)}. Choose somebody outside it.",
            "circle",
        )


async def counted(tx: Tx, wanted: Absence, community: Community) -> Absence:
    """With its working days, and whether they are so many that cases change hands."""
    shifts = await communities.shifts_of(tx, [wanted.expert_id], wanted.starts_at, wanted.ends_at)
    settings = community.settings
    days = working_days(wanted.starts_at, wanted.ends_at, settings.hours, community.clock, shifts)
    return replace(
        wanted,
        days=days,
        hands_over=days > settings.handover_absence_days
        or (wanted.begun_at is not None and wanted.hands_over),
    )


async def prolong(
    tx: Tx, now: datetime, absence_id: str, ends_at: datetime, *, by: str | None = None
) -> Absence:
    """Another end, later or sooner, of an absence that is still to come or running."""
    before = await found(tx, absence_id)
    community, name = await home_of(tx, before.expert_id)
    if not before.alive:
        raise Refused("That absence is over. Enter a new one.", "over")
    check_end(now, before.starts_at, ends_at)
    others = await queries.alive(tx, community.id)
    wanted = replace(before, ends_at=ends_at)
    check_alone(wanted, others, community, name)
    names = await communities.names(
        tx, sorted({each for one in [*others, wanted] for each in (one.expert_id, one.deputy_id) if each})
    )  # fmt: skip
    await check_circle(wanted, others, names)
    after = await counted(tx, wanted, community)
    await queries.save_absence(tx, after)
    tell(tx, now, after, "absence_changed", by=by)
    change = {"to": [before.ends_at.isoformat(), ends_at.isoformat()]}
    await audit(tx, now, by, "change_absence", "expert", before.expert_id, change)
    return after


async def take_back(tx: Tx, now: datetime, absence_id: str, *, by: str | None = None) -> Absence:
    """It does not take place; one that runs is over now."""
    absence = await found(tx, absence_id)
    if not absence.alive:
        raise Refused("That absence is over already.", "over")
    await audit(tx, now, by, "take_back_absence", "expert", absence.expert_id)
    return await undone(tx, now, absence, by=by)


async def undone(tx: Tx, now: datetime, absence: Absence, *, by: str | None = None) -> Absence:
    if absence.state == "running":
        return await end(tx, now, absence)
    gone = replace(absence, cancelled_at=now)
    await queries.save_absence(tx, gone)
    tell(tx, now, gone, "absence_taken_back", by=by)
    return gone


async def forget_all(tx: Tx, now: datetime, community_id: str, expert_id: str) -> None:
    """Somebody belongs to the community no longer: neither do their absences take place."""
    for each in await queries.alive(tx, community_id):
        if each.expert_id == expert_id:
            await undone(tx, now, each)


async def come_back(tx: Tx, now: datetime, expert_id: str, state: str) -> None:
    """Who says that they are present while they are absent is back, early. Nobody absent is merely away."""
    for absence in await queries.running(tx, [expert_id]):
        if state == "away":
            raise Refused(
                "They are absent. Present ends the absence; until then they stay off.", "absent"
            )
        if state == "present":
            await end(tx, now, absence)


async def begin(tx: Tx, now: datetime, absence: Absence) -> Absence:
    """From now on they are off. Their cases change hands first, so that what they attend meets its new owner."""
    community, _ = await home_of(tx, absence.expert_id)
    begun = replace(await counted(tx, absence, community), begun_at=now)
    await queries.save_absence(tx, begun)
    tell(tx, now, begun, "absence_begun")
    if await records.put_presence(tx, now, absence.expert_id, "off"):
        ids = {"expert": absence.expert_id}
        emit(tx, absence.community_id, "presence_changed", now, ids, state="off", reason="absent")
    return begun


async def end(tx: Tx, now: datetime, absence: Absence) -> Absence:
    over = replace(absence, ended_at=now)
    await queries.save_absence(tx, over)
    tell(tx, now, over, "absence_ended", early=now < absence.ends_at)
    return over


async def catch_up(tx: Tx, now: datetime, absence_id: str) -> None:
    """Back again, they have looked at what was done meanwhile."""
    await queries.save_absence(tx, replace(await found(tx, absence_id), seen_at=now))


async def found(tx: Tx, absence_id: str) -> Absence:
    absence = await queries.absence(tx, absence_id)
    if absence is None:
        raise NotFound("There is no such absence.")
    return absence


def tell(
    tx: Tx, now: datetime, absence: Absence, kind: str, *, by: str | None = None, **values: bool
) -> None:
    """Never why somebody is absent: an illness is nobody's business for ever."""
    ids = {
        "absence": absence.id,
        "expert": absence.expert_id,
        "deputy": absence.deputy_id,
        "by": by,
    }
    emit(tx, absence.community_id, kind, now, ids, days=absence.days, hands_over=absence.hands_over, **values)  # fmt: skip


def told(at: datetime, community: Community) -> str:
    return f"{at.astimezone(community.clock):%a %d %b, %H:%M}"


# What the ticker does when a time has come. Each looks again.


async def begin_when_due(tx: Tx, now: datetime, absence_id: str) -> None:
    """One that nobody was there to begin, and that is over by now, leaves no trace but its row."""
    absence = await found(tx, absence_id)
    if absence.state != "planned" or absence.starts_at > now:
        return
    if absence.ends_at <= now:
        await end(tx, now, replace(absence, begun_at=now))
    else:
        await begin(tx, now, absence)


async def end_when_due(tx: Tx, now: datetime, absence_id: str) -> None:
    absence = await found(tx, absence_id)
    if absence.state == "running" and absence.ends_at <= now:
        await end(tx, now, absence)
