"""What the element shows above the conversation: one small JSON that says how things stand.

Facts and codes only. The words and the reader's zone are the element's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from coterie.channels.messenger import queries
from coterie.channels.messenger.model import Browser, Face, Marks, Promised, Site, Standing, Turn
from coterie.communities import queries as communities
from coterie.communities.hours import is_open, next_open
from coterie.communities.model import Community
from coterie.customers import queries as customers
from coterie.customers.model import Customer, Identity
from coterie.kit.db import Tx
from coterie.kit.errors import Refused
from coterie.performance import survey_queries
from coterie.performance.survey_queries import Survey
from coterie.ui.people import initials, tint

Json = dict[str, Any]

KEPT_SHOWN = timedelta(days=1)
"""So long a promise that was kept is still shown as kept."""


async def state_of(tx: Tx, now: datetime, site: Site, browser: Browser | None) -> Json:
    """How things stand for this browser, or for a visitor who has none yet."""
    community = await community_for(tx, browser)
    thread_id = browser.thread_id if browser else None
    standing = await queries.standing(tx, thread_id, now) if thread_id else None
    first = [standing.attending_id, standing.owner_id] if standing else []
    faces = await queries.faces(tx, community.id, [each for each in first if each])
    return {
        "site": site.name,
        "thread": thread_id,
        "community": {"name": community.name, "hue": community.hue},
        "you": await you(tx, browser),
        "who": who_has_it(standing),
        "due": due(standing),
        "promises": [promise_json(each) for each in await promised(tx, now, thread_id)],
        "faces": [face_json(face) for face in faces],
        "marks": marks_json(await queries.marks(tx, thread_id) if thread_id else Marks(0, 0, 0)),
        "attended": standing is not None and standing.episode_state != "queued",
        "solved": solved(standing),
        "survey": survey_json(await survey(tx, now, thread_id)),
        "hours": hours(community, now),
    }


async def community_for(tx: Tx, browser: Browser | None) -> Community:
    """The home of who writes; before that, where somebody from this area would be at home."""
    community_id = browser.community_id if browser else None
    if community_id is None and browser and browser.area:
        community_id = await communities.community_of_area(tx, browser.area)
    found = (
        await communities.community(tx, community_id)
        if community_id
        else await communities.catch_all(tx)
    )
    if found is None:
        raise Refused("There is no community yet that could answer.", "no_community")
    return found


async def you(tx: Tx, browser: Browser | None) -> Json:
    """Who the customer is to us. An address is shown only once it is proved."""
    customer = (
        await customers.customer(tx, browser.customer_id)
        if browser and browser.customer_id
        else None
    )
    if customer is None:
        return {"name": "", "proved": False, "address": None}
    known = await customers.identities(tx, customer.id)
    return {
        "name": first_name(customer.name),
        "proved": any(each.proved and each.kind != "messenger" for each in known),
        "address": proved_email(known) if is_known(customer) else None,
    }


def is_known(customer: Customer) -> bool:
    return customer.erased_at is None


def proved_email(known: Sequence[Identity]) -> str | None:
    return next((each.value for each in known if each.kind == "email" and each.proved), None)


def who_has_it(standing: Standing | None) -> Json:
    """A code and the names it needs: team, line, took, has, covers, guest, watches."""
    if standing is None:
        return {"code": "team"}
    names = {
        "name": first_name(standing.attending or standing.owner or ""),
        "owner": first_name(standing.owner or ""),
        "of": standing.guest_of,
        "id": standing.attending_id or standing.owner_id,
    }
    times = {
        "here": standing.present,
        "here_until": iso(standing.here_until),
        "back_at": iso(standing.back_at),
        "watch_until": iso(standing.watch_ends_at),
    }
    return {"code": code_of(standing), **names, **times}


def code_of(standing: Standing) -> str:
    if standing.case_state == "watched":
        return "watches" if standing.owner_id else "team"
    if standing.guest_of:
        return "guest"
    if standing.owner_id is None:
        return "took" if standing.attending_id else "line"
    return "covers" if standing.attending_id not in (None, standing.owner_id) else "has"


def due(standing: Standing | None) -> Json | None:
    """The time that was said: in the queue `time_given`; after it the first one, where the channel's promise is earlier."""
    if standing is None or standing.waiting_since is None:
        return None
    queued = standing.episode_state == "queued"
    said = [each for each in (standing.answer_by, standing.first_given) if each]
    at = standing.time_given if queued else max(said, default=None)
    return {"queued": queued, "at": iso(at), "since": iso(standing.waiting_since)}


async def promised(tx: Tx, now: datetime, thread_id: str | None) -> list[Promised]:
    """What is still to be kept, and what was kept of late."""
    return await queries.promised(tx, thread_id, now - KEPT_SHOWN) if thread_id else []


def promise_json(promise: Promised) -> Json:
    return {
        "id": promise.id,
        "name": first_name(promise.expert),
        "text": promise.text,
        "at": iso(promise.due_at),
        "since": iso(promise.made_at),
        "kept_at": iso(promise.kept_at),
    }


def solved(standing: Standing | None) -> Json | None:
    """The question whether it is solved, as long as it is open."""
    if standing is None or not standing.asks_solved:
        return None
    return {"case": standing.case_id, "name": first_name(standing.owner or "")}


async def survey(tx: Tx, now: datetime, thread_id: str | None) -> Survey | None:
    return await survey_queries.open_in_thread(tx, thread_id, now) if thread_id else None


def survey_json(survey: Survey | None) -> Json | None:
    """What the customer is asked now and then, as long as it is open."""
    return None if survey is None else {"id": survey.id, "name": first_name(survey.owner or "")}


def hours(community: Community, now: datetime) -> Json:
    settings, zone = community.settings, community.clock
    opened = is_open(now, settings.hours, zone)
    return {
        "back_at": None if opened else iso(next_open(now, settings.hours, zone)),
        "first_s": settings.promise_first_messaging_s,
    }


def marks_json(marks: Marks) -> Json:
    return {"delivered": marks.delivered, "read": marks.read, "our_read": marks.our_read}


def face_json(face: Face) -> Json:
    return {
        "initials": initials(face.name),
        "tint": tint(face.id),
        "here": face.here,
    }


def turn_json(turn: Turn) -> Json:
    """A message as the element gets it; of us the first name and the initials, no more."""
    by_us = {
        "name": first_name(turn.author or ""),
        "initials": initials(turn.author or ""),
        "tint": tint(turn.author_id),
    }
    return {
        "id": turn.id,
        "number": turn.number,
        "mine": turn.author_id is None,
        "text": turn.text,
        "at": iso(turn.at),
        "channel": turn.channel,
        "attachments": turn.attachments,
        **(by_us if turn.author_id else {}),
    }


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
