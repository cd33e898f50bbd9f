"""Promises: what one of us told the customer will happen, by when. Made, warned of, kept or broken, on record."""

from dataclasses import replace
from datetime import datetime, timedelta

from coterie.communities import queries as communities
from coterie.conversations import promise_queries as queries
from coterie.conversations import queries as conversations
from coterie.conversations.actions import answerable, file_of
from coterie.conversations.model import Case, Promise, PromiseKind
from coterie.conversations.receiving import case_ids
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit
from coterie.kit.ids import new_id

LONGEST = 500
FURTHEST = timedelta(days=366)


async def make(
    tx: Tx,
    now: datetime,
    case_id: str,
    expert_id: str,
    *,
    text: str,
    due_at: datetime,
    kind: PromiseKind = "promise",
) -> Promise:
    """Promise the customer something by a time that is still to come. Only on a case that somebody owns."""
    file, community = await answerable(tx, case_id, expert_id)
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(f"Say what you promise, in at most {LONGEST} characters.", field="text")
    if due_at <= now:
        raise Invalid("Promise a time that is still to come.", field="due_at")
    if due_at > now + FURTHEST:
        raise Invalid("Promise nothing further away than a year.", field="due_at")
    if file.case.owner_id is None:
        raise Refused("Answer first: nobody owns this case yet.", "not_answered")
    warning = timedelta(seconds=community.settings.promise_warn_s)
    made = Promise(
        id=new_id(),
        case_id=case_id,
        thread_id=file.case.thread_id,
        community_id=community.id,
        expert_id=expert_id,
        kind=kind,
        text=said,
        made_at=now,
        warn_at=due_at - min(warning, (due_at - now) / 2),
        due_at=due_at,
    )
    await queries.add_promise(tx, made)
    await watch_until(tx, file.case, due_at)
    tell(tx, now, file.case, made, "promise_made", of=kind, seconds=(due_at - now).total_seconds())
    return made


async def watch_until(tx: Tx, case: Case, due_at: datetime) -> None:
    """A case in watch is not over before what was promised on it is due."""
    if case.watch_ends_at and case.watch_ends_at < due_at:
        case.watch_ends_at = due_at
        await conversations.save_case(tx, case)


async def keep(tx: Tx, now: datetime, promise_id: str, expert_id: str) -> Promise:
    """What was promised has happened. Where its time had passed, it stays on record as broken, and as kept late."""
    promise = await found(tx, promise_id)
    case = await case_for_member(tx, promise, expert_id)
    if promise.kept_at is not None:
        raise Refused("This promise is kept already.", "already_kept")
    kept = replace(promise, kept_at=now, kept_by=expert_id)
    await queries.save_promise(tx, kept)
    tell(
        tx, now, case, kept, "promise_kept",
        late=now > kept.due_at, seconds=(now - kept.made_at).total_seconds(),
    )  # fmt: skip
    return kept


async def unkeep(tx: Tx, now: datetime, promise_id: str, expert_id: str) -> Promise:
    """That it was kept was a slip."""
    promise = await found(tx, promise_id)
    case = await case_for_member(tx, promise, expert_id)
    if promise.kept_at is None:
        raise Refused("This promise was not kept yet.", "not_kept")
    open_again = replace(promise, kept_at=None, kept_by=None)
    await queries.save_promise(tx, open_again)
    tell(tx, now, case, open_again, "promise_unkept")
    return open_again


async def found(tx: Tx, promise_id: str) -> Promise:
    promise = await queries.promise(tx, promise_id)
    if promise is None:
        raise NotFound("There is no such promise.")
    return promise


async def case_for_member(tx: Tx, promise: Promise, expert_id: str) -> Case:
    if not await communities.is_member(tx, promise.community_id, expert_id):
        raise Refused("Only members of its community act on this promise.", "other_community")
    return (await file_of(tx, promise.case_id)).case


def tell(
    tx: Tx, now: datetime, case: Case, promise: Promise, kind: str, **values: float | str | bool
) -> None:
    ids = {**case_ids(case), "promise": promise.id, "expert": promise.expert_id}
    emit(tx, promise.community_id, kind, now, ids, **values)


# What the ticker does when a time has come. Each looks again.


async def warn_when_due(tx: Tx, now: datetime, promise_id: str) -> None:
    """Soon it is due: who made it, and who owns the case, are told by what their screen shows."""
    promise = await found(tx, promise_id)
    if promise.kept_at or promise.broken_at or promise.warned_at or promise.warn_at > now:
        return
    await queries.save_promise(tx, replace(promise, warned_at=now))
    case = (await file_of(tx, promise.case_id)).case
    left = (promise.due_at - now).total_seconds()
    tell(tx, now, case, promise, "promise_warned", seconds=left)


async def break_when_due(tx: Tx, now: datetime, promise_id: str) -> None:
    promise = await found(tx, promise_id)
    if promise.kept_at or promise.broken_at or promise.due_at > now:
        return
    await queries.save_promise(tx, replace(promise, broken_at=now))
    case = (await file_of(tx, promise.case_id)).case
    tell(tx, now, case, promise, "promise_broken")
