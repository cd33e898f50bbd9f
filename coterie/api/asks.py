"""Asks: help on a case from the team. It never changes whose the case is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from coterie.api.cases import reach
from coterie.api.edge import (
    After,
    House_,
    Id,
    Limit,
    Reader,
    Shape,
    Shown,
    Text,
    Time,
    Writer,
    bad_cursor,
    cursor,
    expert_of,
    read_cursor,
    read_time,
    time_as_json,
)
from coterie.api.problems import may_fail
from coterie.asks import actions as asks
from coterie.asks import queries
from coterie.asks.doors import access_ask
from coterie.asks.model import Ask, Asked
from coterie.asks.rules import is_for
from coterie.kit.access.viewer import Viewer
from coterie.kit.db import Tx
from coterie.kit.house import House
from coterie.kit.ids import is_id

router = APIRouter(tags=["asks"])

State = Literal["open", "accepted", "answered", "withdrawn", "unanswered"]
Step = Literal["teammate", "coach", "manager", "speaker"]


class AskedShown(Shown):
    """Somebody who was asked. `why` is their reason to decline, or time, taken, gone or over where they were passed over."""

    expert_id: str
    step: Step
    state: Literal["waiting", "accepted", "declined", "passed_over"]
    at: Time
    settled_at: Time | None
    why: str


class AskShown(Shown):
    """`asked_by` is null where a language is asked for. `for_me`: it waits for the account of this token, or is held by it."""

    id: str
    case_id: str
    thread_id: str
    community_id: str
    asked_by: str | None
    language: str
    topic: str
    text: str
    urgency: Literal["normal", "urgent"]
    state: State
    at: Time
    step: Step
    step_ends_at: Time | None
    accepted_by: str | None
    answered_by: str | None
    answer: str
    answered_at: Time | None
    thanked_at: Time | None
    for_me: bool
    asked: list[AskedShown]


class Asks(Shown):
    items: list[AskShown]
    next: str | None = None


class NewAsk(Shape):
    """What would help, and about what: `topic` is a skill's name, or empty. What is urgent waits half as long for each step."""

    topic: Annotated[Text, Field(max_length=asks.LONGEST_TOPIC)]
    text: Annotated[Text, Field(min_length=1, max_length=asks.LONGEST_TEXT)]
    urgency: Literal["normal", "urgent"] = "normal"


class Declined(Shape):
    why: Annotated[Text, Field(min_length=1, max_length=asks.LONGEST_WHY)]


class Answer(Shape):
    text: Annotated[Text, Field(min_length=1, max_length=asks.LONGEST_ANSWER)]


@router.post("/cases/{id}/asks", status_code=201, responses=may_fail(404, 409))
async def make(house: House_, viewer: Writer, id: Id, body: NewAsk) -> AskShown:
    """Ask the team. It goes to up to three teammates who are present, then to coaches, then to the manager."""
    expert_id, case = expert_of(viewer), await reach(house, viewer, id)
    made: Ask = await house.act(
        case.community_id,
        lambda tx, now: asks.ask(
            tx, now, case.id, expert_id, topic=body.topic, text=body.text, urgency=body.urgency
        ),
    )
    return await again(house, viewer, made)


@router.get("/asks", responses=may_fail())
async def listed(
    house: House_,
    viewer: Reader,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    after: After = None,
    limit: Limit = 100,
) -> Asks:
    """The asks of the viewer's community (of all for an administrator), the latest first."""
    communities = None if viewer.role == "admin" else sorted(viewer.community_ids)
    async with house.read() as tx:
        found = await queries.listed(tx, communities, state, place(after), limit + 1)
        items = await shown(tx, viewer, found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    more = cursor("asks", time_as_json(last.at), last.id) if last else None
    return Asks(items=items, next=more)


def place(after: str | None) -> tuple[datetime, str] | None:
    if after is None:
        return None
    at, ask_id = read_cursor(after, "asks", 2)
    try:
        read = read_time(at)
    except ValueError:
        raise bad_cursor() from None
    if not is_id(ask_id):
        raise bad_cursor()
    return read, ask_id


@router.get("/asks/{id}", responses=may_fail(404))
async def look(house: House_, viewer: Reader, id: Id) -> AskShown:
    """One ask, with everybody who was asked."""
    return await again(house, viewer, await known(house, viewer, id))


@router.put("/asks/{id}/acceptance", responses=may_fail(404, 409))
async def accept(house: House_, viewer: Writer, id: Id) -> AskShown:
    """Take it. The first to do so holds it; any member may, but not who asked."""
    expert_id, ask = expert_of(viewer), await known(house, viewer, id)
    await house.act(ask.community_id, lambda tx, now: asks.accept(tx, now, ask.id, expert_id))
    return await again(house, viewer, ask)


@router.put("/asks/{id}/decline", responses=may_fail(404, 409))
async def decline(house: House_, viewer: Writer, id: Id, body: Declined) -> AskShown:
    """Say no, with the reason. When all of a step have, the next begins at once."""
    expert_id, ask = expert_of(viewer), await known(house, viewer, id)
    await house.act(
        ask.community_id, lambda tx, now: asks.decline(tx, now, ask.id, expert_id, body.why)
    )
    return await again(house, viewer, ask)


@router.put("/asks/{id}/answer", responses=may_fail(404, 409))
async def answer(house: House_, viewer: Writer, id: Id, body: Answer) -> AskShown:
    """Answer it. Only the community reads it; whoever hasn't accepted yet does so by it."""
    expert_id, ask = expert_of(viewer), await known(house, viewer, id)
    await house.act(
        ask.community_id, lambda tx, now: asks.answer(tx, now, ask.id, expert_id, body.text)
    )
    return await again(house, viewer, ask)


@router.put("/asks/{id}/withdrawal", responses=may_fail(404, 409))
async def withdraw(house: House_, viewer: Writer, id: Id) -> AskShown:
    """It is not needed any more: for who asked, or who owns the case."""
    expert_id, ask = expert_of(viewer), await known(house, viewer, id)
    await house.act(ask.community_id, lambda tx, now: asks.withdraw(tx, now, ask.id, expert_id))
    return await again(house, viewer, ask)


@router.put("/asks/{id}/thanks", responses=may_fail(404, 409))
async def thank(house: House_, viewer: Writer, id: Id) -> AskShown:
    """Thank the helper: for who asked, or who owns the case."""
    expert_id, ask = expert_of(viewer), await known(house, viewer, id)
    await house.act(ask.community_id, lambda tx, now: asks.thank(tx, now, ask.id, expert_id))
    return await again(house, viewer, ask)


async def known(house: House, viewer: Viewer, ask_id: str) -> Ask:
    async with house.read() as tx:
        return await access_ask(tx, viewer, ask_id)


async def again(house: House, viewer: Viewer, ask: Ask) -> AskShown:
    """As it stands now, reactions included."""
    async with house.read() as tx:
        [now] = await shown(tx, viewer, await queries.asks(tx, [ask.id]))
    return now


async def shown(tx: Tx, viewer: Viewer, found: Sequence[Ask]) -> list[AskShown]:
    people: defaultdict[str, list[Asked]] = defaultdict(list)
    for person in await queries.asked(tx, [each.id for each in found]):
        people[person.ask_id].append(person)
    return [
        AskShown(
            **asdict(each),
            for_me=is_for(each, people[each.id], viewer.expert_id),
            asked=[AskedShown.model_validate(person) for person in people[each.id]],
        )
        for each in found
    ]
