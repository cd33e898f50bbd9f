"""Follow the log: whose life went on is read anew, whole, and what changed of its answers is stored and summed up by day.

So a late event changes the day that it belongs to, whenever it comes. Where the definitions are new, everybody's life is
read once, in the order of their ids, while the log goes on.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import structlog

from coterie.kit.db import Tx, transaction
from coterie.kit.events import after_in_all
from coterie.kit.house import House
from coterie.performance import queries
from coterie.performance.lives import HANDLED
from coterie.performance.queries import Kept, Lived, Mark
from coterie.performance.scorecard import VERSION, answers_of

log = structlog.get_logger()

EVENTS_AT_ONCE = 1_000
WALKED_AT_ONCE = 200
"""Customers of whom one step reads."""
LIVES_AT_ONCE = 8
"""Of which nobody else in this process is held up for long."""
EVERY = timedelta(seconds=10)
"""So often the log is read on by itself: a life that goes on is read once for all that happened in it meanwhile."""
STEPS_AT_MOST, A_MOMENT_S = 5, 0.05
"""Of one who reads; the timer goes on."""
A_DAY = timedelta(days=1)
"""So long after its end a month is over in every zone."""
KINDS = sorted({*HANDLED, "customers_merged", "customers_parted"})


class Told(NamedTuple):
    """An event as a life takes it."""

    stream_id: str
    at: datetime
    kind: str
    ids: Mapping[str, str]
    values: Mapping[str, Any]


async def follow(house: House, now: datetime) -> int:
    """Once in a while, read what has happened; 200 or more where there is more to do at once."""
    async with house.read() as tx:
        if not await queries.is_due(tx, now):
            return 0
    began = monotonic()
    read = await read_more(house, now)
    if read < WALKED_AT_ONCE:
        async with transaction(house.pool) as tx:
            await queries.rest_until(tx, now + EVERY)
    else:
        await asyncio.sleep(monotonic() - began)  # whoever writes meanwhile comes first
    return read


async def catch_up(house: House) -> None:
    """For whoever reads a figure now: what has happened is in it, unless there is much to read yet."""
    async with house.read() as tx:
        if await queries.being_made(tx, VERSION):
            return
    for _ in range(STEPS_AT_MOST):
        if await read_more(house, house.now()) >= WALKED_AT_ONCE:
            continue
        async with house.read() as tx:
            if await queries.all_read(tx):
                break
        await asyncio.sleep(A_MOMENT_S)  # until what was committed last can be read


async def is_whole(house: House) -> bool:
    """Whether all that has happened is in the figures."""
    async with house.read() as tx:
        return not await queries.being_made(tx, VERSION) and await queries.all_read(tx)


async def read_more(house: House, now: datetime) -> int:
    """One step; answers how many events or customers it read, 200 or more where there is more to do.

    One process does it at a time; whoever finds it taken does nothing.
    """
    async with transaction(house.pool) as tx:
        mark = await queries.mark(tx)
        if mark is None:
            return 0
        if mark.version != VERSION:
            await queries.begin_walk(tx, VERSION)
            return WALKED_AT_ONCE
        if mark.walked is not None:
            return await walk(tx, mark, mark.walked)
        read = await read_on(tx, mark)
        if read == 0 and await queries.add_up_month(tx, (now - A_DAY).date()):
            return WALKED_AT_ONCE
        return read


async def walk(tx: Tx, mark: Mark, walked: str) -> int:
    """The next customers, whoever they are. Days are summed up once all have been read."""
    persons = await queries.persons_after(tx, walked, WALKED_AT_ONCE)
    await store(tx, persons)
    last = persons[-1] if len(persons) == WALKED_AT_ONCE else None
    if last is None:
        await queries.sum_up_all(tx)
    await queries.save_mark(tx, replace(mark, walked=last))
    return WALKED_AT_ONCE


async def read_on(tx: Tx, mark: Mark) -> int:
    """The next events: whose life went on?"""
    found = await after_in_all(
        tx, mark.era, mark.transaction, mark.stream_id, mark.number, EVENTS_AT_ONCE
    )
    if not found:
        return 0
    told = [event for event in found if event.kind in KINDS]
    touched = {
        event.ids[name] for event in told for name in ("customer", "other") if name in event.ids
    }
    days = await store(tx, await queries.persons(tx, sorted(touched)), sorted(touched))
    if days:
        await queries.sum_up(tx, days)
    last = found[-1]
    await queries.save_mark(
        tx, Mark(mark.version, last.era, last.transaction, last.stream_id, last.number, None)
    )
    return len(found)


async def store(
    tx: Tx, persons: Sequence[str], touched: Sequence[str] = ()
) -> list[tuple[str, date]]:
    """Read these lives and store what is new of their answers; the days of communities on which something changed.

    Who was `touched` and is a person of their own no more answers nothing.
    """
    zones = {id_: ZoneInfo(zone) for id_, zone in (await queries.zones(tx)).items()}
    days: set[tuple[str, date]] = set()
    alive, everybody = set(persons), sorted({*persons, *touched})
    for start in range(0, len(everybody), LIVES_AT_ONCE):
        some = everybody[start : start + LIVES_AT_ONCE]
        lived = await queries.lives(tx, [each for each in some if each in alive], KINDS)
        answered = await asyncio.to_thread(read_lives, lived, zones)
        before = set(await queries.kept(tx, some))
        gone, new = before - answered, answered - before
        if gone:
            await queries.drop(tx, list(gone))
        if new:
            await queries.keep(tx, list(new))
        days |= {(each.community_id, each.day) for each in gone | new}
    return sorted(days)


def read_lives(lived: Sequence[Lived], zones: Mapping[str, ZoneInfo]) -> set[Kept]:
    """What each of these persons answers to every figure."""
    found: set[Kept] = set()
    for one in lived:
        try:
            found.update(
                Kept(
                    one.person_id, answer.figure, answer.where.id, answer.where.community,
                    answer.where.case, answer.where.at,
                    answer.where.at.astimezone(zones[answer.where.community]).date(), answer.value,
                )
                for answer in answers_of(told(one.events))
            )  # fmt: skip
        except Exception:  # the edge: one life that can't be read holds up no other
            log.exception("a life can't be read, so figures are without it", customer=one.person_id)
    return found


def told(events: str) -> list[Told]:
    """The events of a life, from JSON."""
    return [
        Told(stream_id, datetime.fromisoformat(at), kind, ids, values)
        for stream_id, at, kind, ids, values in json.loads(events)
    ]
