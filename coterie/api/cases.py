"""Cases: what the customer wants solved, and how it comes to rest."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from coterie.api.edge import GivenTime, House_, Id, IdField, Reader, Shape, Text, Writer, expert_of
from coterie.api.problems import may_fail
from coterie.api.shapes import CaseShown, HandoverShown, episode_shown
from coterie.communities import absence_queries
from coterie.communities import queries as communities
from coterie.conversations import handover, handover_queries, queries, resolution
from coterie.conversations.doors import access_case
from coterie.conversations.handover_rules import LONGEST_BRIEF
from coterie.conversations.model import Case, Confirmation, Episode
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid
from coterie.kit.house import House
from coterie.kit.ids import is_id
from coterie.routing import queries as routing
from coterie.routing import words

router = APIRouter(prefix="/cases/{id}", tags=["cases"])


@router.get("", responses=may_fail(404))
async def case(house: House_, viewer: Reader, id: Id) -> CaseShown:
    """A case with its episodes, and why the last came to where it is."""
    async with house.read() as tx:
        return await shown(tx, await access_case(tx, viewer, id))


async def shown(tx: Tx, case: Case) -> CaseShown:
    episodes = await queries.episodes_of_case(tx, case.id)
    return CaseShown(
        id=case.id,
        thread_id=case.thread_id,
        customer_id=case.customer_id,
        community_id=case.community_id,
        owner_id=case.owner_id,
        state=case.state,
        topic=case.topic,
        title=case.title,
        opened_at=case.opened_at,
        answered_at=case.answered_at,
        watch_ends_at=case.watch_ends_at,
        closed_at=case.closed_at,
        episodes=[episode_shown(each) for each in episodes],
        handover=await handed(tx, case),
        why=await why(tx, case, episodes),
    )


async def handed(tx: Tx, case: Case) -> HandoverShown | None:
    last = await handover_queries.standing(tx, case.id)
    if last is None or last.to_id != case.owner_id:
        return None
    absence = await absence_queries.absence(tx, last.absence_id) if last.absence_id else None
    return HandoverShown(
        from_id=last.from_id,
        to_id=last.to_id,
        reason=last.reason,
        brief=last.brief,
        at=last.at,
        read_at=last.read_at,
        returns_at=absence.ends_at if absence and absence.alive else None,
    )


async def why(tx: Tx, case: Case, episodes: list[Episode]) -> str | None:
    decisions = await routing.decisions(tx, episodes[-1].id) if episodes else []
    if not decisions:
        return None
    members = await communities.names(tx, decisions[0].situation["ids"])
    return words.sentence(decisions[0], members)


async def changed(house: House, viewer: Viewer, case_id: str) -> CaseShown:
    async with house.read() as tx:
        return await shown(tx, await access_case(tx, viewer, case_id))


async def reach(house: House, viewer: Viewer, case_id: str) -> Case:
    async with house.read() as tx:
        return await access_case(tx, viewer, case_id)


class Resolution(Shape):
    """How it was solved. The watch time is 7 days for an answer and 30 for an order, unless set."""

    how: Annotated[Text, Field(max_length=resolution.LONGEST_HOW)] = ""
    kind: Literal["answer", "order"] = "answer"


@router.put("/resolution", responses=may_fail(404, 409))
async def resolve(house: House_, viewer: Writer, id: Id, body: Resolution) -> CaseShown:
    """Resolve: the watch time starts."""
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)
    await house.act(
        found.community_id,
        lambda tx, now: resolution.resolve(
            tx, now, found.id, expert_id, how=body.how, kind=body.kind
        ),
    )
    return await changed(house, viewer, id)


@router.delete("/resolution", responses=may_fail(404, 409))
async def reopen(house: House_, viewer: Writer, id: Id) -> CaseShown:
    """Reopen, inside the watch time."""
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)
    await house.act(
        found.community_id, lambda tx, now: resolution.reopen(tx, now, found.id, expert_id)
    )
    return await changed(house, viewer, id)


class Word(Shape):
    """The customer's word. `about` is the id of the expert whom the ratings are about."""

    solved: bool
    effort: Annotated[int, Field(ge=1, le=7)] | None = None
    nps: Annotated[int, Field(ge=0, le=10)] | None = None
    csat: Annotated[int, Field(ge=1, le=5)] | None = None
    about: IdField | None = None


@router.post("/confirmation", status_code=201, responses=may_fail(404, 409))
async def confirm(house: House_, viewer: Writer, id: Id, body: Word) -> CaseShown:
    """Pass on the customer's word. "Not solved" inside the watch time reopens the case."""
    if body.about is not None and not is_id(body.about):
        raise Invalid("There is no such expert in this community.", field="about")
    found = await reach(house, viewer, id)
    word = Confirmation(body.solved, body.effort, body.nps, body.csat, body.about)
    await house.act(found.community_id, lambda tx, now: resolution.confirm(tx, now, found.id, word))
    return await changed(house, viewer, id)


class NewOwner(Shape):
    """Who takes over, an expert's id, and what they must know."""

    to: IdField
    brief: Annotated[Text, Field(min_length=1, max_length=LONGEST_BRIEF)]


@router.post("/handover", responses=may_fail(404, 409))
async def hand_over(house: House_, viewer: Writer, id: Id, body: NewOwner) -> CaseShown:
    """Hand the case to a teammate of its community. Anybody else is refused: a case never leaves its community."""
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)
    await house.act(
        found.community_id,
        lambda tx, now: handover.hand_over(
            tx, now, found.id, expert_id, to_id=body.to, brief=body.brief
        ),
    )
    return await changed(house, viewer, id)


@router.delete("/handover", responses=may_fail(404, 409))
async def give_back(house: House_, viewer: Writer, id: Id) -> CaseShown:
    """End the last handover: whoever owned the case before it owns it again."""
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)
    await house.act(
        found.community_id, lambda tx, now: handover.give_back(tx, now, found.id, expert_id)
    )
    return await changed(house, viewer, id)


class Snooze(Shape):
    """Until a time, or until somebody outside has done their part: one of the two."""

    until: GivenTime | None = None
    third_party: Annotated[Text, Field(min_length=1, max_length=200)] | None = None


@router.put("/snooze", responses=may_fail(404, 409))
async def snooze(house: House_, viewer: Writer, id: Id, body: Snooze) -> CaseShown:
    """Put the case aside: it weighs nothing until it wakes."""
    if (body.until is None) == (body.third_party is None):
        raise Invalid("Give either `until` or `third_party`.", field="until")
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)

    async def verb(tx: Tx, now: datetime) -> Episode:
        if body.until is not None:
            return await resolution.snooze(tx, now, found.id, expert_id, body.until)
        return await resolution.wait_on_third(tx, now, found.id, expert_id, body.third_party or "")

    await house.act(found.community_id, verb)
    return await changed(house, viewer, id)


@router.delete("/snooze", responses=may_fail(404, 409))
async def wake(house: House_, viewer: Writer, id: Id) -> CaseShown:
    """Take it up again: it needs us now."""
    expert_id, found = expert_of(viewer), await reach(house, viewer, id)
    await house.act(
        found.community_id, lambda tx, now: resolution.wake(tx, now, found.id, expert_id)
    )
    return await changed(house, viewer, id)
