"""Absences: when an expert will not be there, what it means for their cases, and leaving for good."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from coterie.api.edge import (
    CommunitiesWriter,
    GivenTime,
    House_,
    Id,
    IdField,
    Shape,
    Shown,
    Text,
    Time,
)
from coterie.api.experts import directed
from coterie.api.problems import may_fail
from coterie.communities import absence_queries as queries
from coterie.communities import absences
from coterie.communities.doors import access_absence, access_community
from coterie.communities.model import Absence, Role
from coterie.conversations import away
from coterie.conversations.handover_rules import LONGEST_BRIEF
from coterie.kit.access.viewer import Viewer
from coterie.kit.errors import Forbidden
from coterie.kit.house import House

router = APIRouter(tags=["absences"])

MOST_BRIEFS = 2_000

Brief = Annotated[Text, Field(max_length=LONGEST_BRIEF)]
Briefs = Annotated[dict[str, Brief], Field(default_factory=dict, max_length=MOST_BRIEFS)]


class NewAbsence(Shape):
    """From when to when, and why. `brief` is for whoever takes the cases over, `briefs` says it case by case."""

    from_: Annotated[GivenTime, Field(alias="from")]
    to: GivenTime
    why: Literal["leave", "sick", "training", "other"]
    deputy: IdField | None = None
    brief: Brief = ""
    briefs: Briefs


class AbsenceShown(Shown):
    """`days` are the working days in it; with enough of them it `hands_over` the cases until it is over."""

    id: str
    expert_id: str
    community_id: str
    from_: Annotated[Time, Field(validation_alias="starts_at", serialization_alias="from")]
    to: Annotated[Time, Field(validation_alias="ends_at")]
    why: Literal["leave", "sick", "training", "other"]
    deputy_id: str | None
    days: int
    hands_over: bool
    recorded_by: str | None
    begun_at: Time | None
    ended_at: Time | None
    state: Literal["planned", "running", "over", "taken_back"]


class Absences(Shown):
    items: list[AbsenceShown]
    next: str | None = None


class NewEnd(Shape):
    to: GivenTime


class Leaving(Shape):
    """`community_id`: where they move to; left out, they are a member of none."""

    brief: Brief = ""
    briefs: Briefs
    community_id: IdField | None = None
    role: Role = "expert"


class Left(Shown):
    """How many cases were handed over."""

    expert_id: str
    handed_over: int


@router.get("/experts/{id}/absences", responses=may_fail(404, 409))
async def of_expert(house: House_, viewer: CommunitiesWriter, id: Id) -> Absences:
    """Somebody's absences, the latest first: for themselves and for who leads their community."""
    expert, _ = await directed(house, viewer, id)
    async with house.read() as tx:
        found = await queries.absences_of(tx, expert.id)
    return Absences(items=[shown(each) for each in found])


@router.post("/experts/{id}/absences", status_code=201, responses=may_fail(404, 409))
async def record(
    house: House_, viewer: CommunitiesWriter, id: Id, body: NewAbsence
) -> AbsenceShown:
    """They will not be there. A long absence hands their cases over when it begins, and returns them when it ends."""
    expert, community_id = await directed(house, viewer, id)
    made: Absence = await house.act(
        community_id,
        lambda tx, now: away.record(
            tx, now, expert.id, starts_at=body.from_, ends_at=body.to, why=body.why,
            deputy_id=body.deputy, brief=body.brief, briefs=body.briefs, by=viewer.account_id,
        ),
    )  # fmt: skip
    return shown(made)


@router.patch("/absences/{id}", responses=may_fail(404, 409))
async def prolong(house: House_, viewer: CommunitiesWriter, id: Id, body: NewEnd) -> AbsenceShown:
    """Another end, later or sooner."""
    found = await reach(house, viewer, id)
    changed: Absence = await house.act(
        found.community_id,
        lambda tx, now: absences.prolong(tx, now, found.id, body.to, by=viewer.account_id),
    )
    return shown(changed)


@router.delete("/absences/{id}", responses=may_fail(404, 409))
async def take_back(house: House_, viewer: CommunitiesWriter, id: Id) -> AbsenceShown:
    """It does not take place; one that runs is over now, and what was handed over returns."""
    found = await reach(house, viewer, id)
    gone: Absence = await house.act(
        found.community_id,
        lambda tx, now: absences.take_back(tx, now, found.id, by=viewer.account_id),
    )
    return shown(gone)


@router.post("/experts/{id}/leaving", responses=may_fail(404, 409))
async def leave(house: House_, viewer: CommunitiesWriter, id: Id, body: Leaving) -> Left:
    """Hand over all that they own, and end their membership; perhaps they begin one elsewhere. For admins."""
    expert, community_id = await directed(house, viewer, id)
    if viewer.role != "admin":
        raise Forbidden("Only an admin may end a membership.")
    async with house.read() as tx:
        to = await access_community(tx, viewer, body.community_id) if body.community_id else None
    streams = {community_id, to.id} if to else {community_id}
    async with house.ledger.unit(*streams, now=house.now()) as tx:
        handed = await away.leave(
            tx, house.now(), expert.id, brief=body.brief, briefs=body.briefs,
            to=(to.id, body.role) if to else None, by=viewer.account_id,
        )  # fmt: skip
    return Left(expert_id=expert.id, handed_over=handed)


async def reach(house: House, viewer: Viewer, absence_id: str) -> Absence:
    async with house.read() as tx:
        return await access_absence(tx, viewer, absence_id)


def shown(absence: Absence) -> AbsenceShown:
    return AbsenceShown.model_validate(absence)
