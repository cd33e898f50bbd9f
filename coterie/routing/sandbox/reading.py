"""Reads the record of a span from the database, as it was then as far as that is known."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coterie.communities import queries as communities
from coterie.communities.model import Community
from coterie.communities.settings import settings_of
from coterie.kit.db import Tx
from coterie.routing.honest import DAYS
from coterie.routing.sandbox import queries
from coterie.routing.sandbox.model import CaseFacts, Change, Person, Record, Rules, Turn
from coterie.routing.sandbox.record import KINDS, read_log, typical_work

BEFORE = timedelta(days=15)
"""Longer than any episode waits on the customer: what was alive when a span begins is known by then."""
WAITS_OF = timedelta(days=DAYS)
AFTER = timedelta(days=2)
"""So long after a span what came of its episodes is still looked for."""


async def read_record(
    tx: Tx, now: datetime, community: Community, start: datetime, end: datetime
) -> Record:
    """Everything that a replay of the span needs, of one moment."""
    decisions = await queries.decided(tx, community.id, start - BEFORE, end)
    events = await queries.happened(tx, community.id, start - BEFORE, min(end + AFTER, now), KINDS)
    moved = [
        e.ids["message"] for e in events if e.kind == "episode_needs_us" and "message" in e.ids
    ]
    log, before = read_log(start, events, await queries.said_at(tx, moved), decisions)
    people = await queries.person_rows(tx, community.id, start, end)
    changed = await queries.changes_since(tx, community.id, [each.id for each in people], start)
    case_ids = {turn.case_id for turn in log.turns}
    return Record(
        start=start,
        end=end,
        turns=[turn for turn in log.turns if start <= turn.at < end],
        bursts=before.bursts,
        owners=before.owners,
        spoken=before.spoken,
        people=await people_then(tx, community.id, people, before.changes, changed, start),
        cases=await case_facts(tx, sorted(case_ids)),
        rules=await rules_then(tx, community, changed, start, end),
        changes=[
            *(each for each in log.changes if start <= each.at < end),
            *abilities(changed, end),
        ],
        looks=[look for look in log.looks if start <= look[0] < end],
        waits=await queries.waits_before(tx, community.id, start - WAITS_OF, start),
        decisions=[each for each in decisions if each.at >= start],
        names={each.id: each.name for each in people} | await names_of_guests(tx, log.turns),
        typical=typical_work(log.turns),
    )


async def names_of_guests(tx: Tx, turns: Sequence[Turn]) -> dict[str, str]:
    return await communities.names(
        tx, sorted({turn.guest.expert_id for turn in turns if turn.guest})
    )


async def case_facts(tx: Tx, case_ids: Sequence[str]) -> dict[str, CaseFacts]:
    return {
        each.id: CaseFacts(
            each.topic,
            each.language,
            each.answered_at,
            tuple(zip(each.rated_at, each.rated_ids, strict=True)),
        )
        for each in await queries.case_rows(tx, case_ids)
    }


async def rules_then(
    tx: Tx,
    community: Community,
    changed: Sequence[queries.Changed],
    start: datetime,
    end: datetime,
) -> list[Rules]:
    """The settings and the zone at the start, and each change until the end: today's, with what changed taken back."""
    stored: dict[str, Any] = json.loads(community.stored_settings)
    zone, version = community.zone, community.settings_version
    told = {
        at: (number, v)
        for at, number, v in await queries.settings_changed(tx, community.id, start, end)
    }
    found: list[Rules] = []
    for line in changed:
        if line.object != "community":
            continue
        if line.at < end:
            number, version = told.get(line.at, (0, version))
            found.append(rules_of(line.at, number, version, stored, zone))
        version -= 1
        if line.verb == "set":
            stored = before(stored, line.change)
        else:
            zone = line.change.get("zone", [zone])[0]
    return [rules_of(start, 0, version, stored, zone), *reversed(found)]


def rules_of(since: datetime, group: int, version: int, stored: dict[str, Any], zone: str) -> Rules:
    return Rules(since, group, version, settings_of(json.dumps(stored)), ZoneInfo(zone))


def before(after: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """What there was before a change, which names [before, after] of each key that differs."""
    earlier = {**after, **{key: pair[0] for key, pair in change.items()}}
    return {key: value for key, value in earlier.items() if value is not None}


async def people_then(
    tx: Tx,
    community_id: str,
    people: Sequence[queries.PersonRow],
    came: Sequence[Change],
    changed: Sequence[queries.Changed],
    start: datetime,
) -> list[Person]:
    """The members at the start, and who joined later, with what they could do then."""
    ids = [each.id for each in people]
    shifts: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for expert_id, starts_at, ends_at in await queries.shifts(tx, ids, start):
        shifts[expert_id].append((starts_at, ends_at))
    absences: dict[str, list[tuple[datetime, datetime, datetime]]] = defaultdict(list)
    for expert_id, known, starts_at, ends_at in await queries.absences(tx, ids, start):
        absences[expert_id].append((known, starts_at, ends_at))
    found = [
        Person(
            id=each.id,
            role=each.role,
            member=each.since < start,
            seats=each.seats,
            languages=each.languages,
            skills=each.skills,
            capacity=each.capacity,
            given_at=each.given_at,
            shifts=shifts[each.id],
            absences=absences[each.id],
            planned_since=each.planned_since,
        )
        for each in people
    ]
    for person in found:
        take_back(person, [each for each in changed if each.object_id == person.id])
    await presence_then(tx, community_id, found, people, came, start)
    return found


def take_back(person: Person, changed: Sequence[queries.Changed]) -> None:
    """What they can do, as it was before these changes, the last first."""
    for line in changed:
        if line.verb == "set_skills":
            person.skills = before(person.skills, line.change)
        else:
            for key, pair in line.change.items():
                setattr(person, key, pair[0])


def abilities(changed: Sequence[queries.Changed], end: datetime) -> list[Change]:
    """What they could do from a time on, inside the span."""
    found = []
    for line in reversed(changed):
        if line.object != "expert" or line.at >= end:
            continue
        if line.verb == "set_skills":
            found.append(Change(line.at, 0, "learned", line.object_id, line.change))
        else:
            found.extend(
                Change(line.at, 0, key, line.object_id, pair[1])
                for key, pair in line.change.items()
                if key != "role"
            )
    return found


async def presence_then(
    tx: Tx,
    community_id: str,
    found: Sequence[Person],
    people: Sequence[queries.PersonRow],
    came: Sequence[Change],
    start: datetime,
) -> None:
    """Who was there at the start, and since when they had been."""
    last = {
        id_: (state, at)
        for id_, state, at in await queries.presences_before(tx, community_id, start)
    }
    began: dict[str, datetime | None] = {}
    for change in came:
        if change.kind == "presence":
            gone = change.value == "off"
            began[change.id] = None if gone else began.get(change.id) or change.at
    for person, row in zip(found, people, strict=True):
        state, at = last.get(person.id, ("off", None))
        if row.state_since is not None and row.state_since < start:
            state, at = row.state or "off", row.began_at
        person.present = state == "present"
        person.began_at = None if state == "off" else began.get(person.id) or at
