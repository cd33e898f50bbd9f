"""The verbs of communities and their people, each in the caller's transaction.

The caller holds the community's stream. `by` is the account that acts, or None for a command or an import; every
verb of the administration leaves a line in the audit. Moving somebody is `end_membership` and `appoint`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.errors import CheckViolation

from coterie.communities import absences, checks, queries, records
from coterie.communities.changes import changed
from coterie.communities.model import Area, Community, Expert, Shift
from coterie.kit.access.accounts import (
    account,
    account_of_email,
    change_account,
    checked_name,
    checked_zone,
    open_account,
)
from coterie.kit.access.audit import audit
from coterie.kit.access.viewer import SEE_EVERY_COMMUNITY
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.events import emit, open_stream
from coterie.kit.ids import new_id


async def found_region(tx: Tx, now: datetime, name: str, *, by: str | None = None) -> str:
    """A new region; its id."""
    region_id = new_id()
    if not await records.add_region(tx, region_id, checked_name(name)):
        raise Refused(f"There is a region called {name} already.", "name_taken")
    await audit(tx, now, by, "found", "region", region_id, {"name": name})
    return region_id


async def found_site(
    tx: Tx, now: datetime, region_id: str, name: str, zone: str, *, by: str | None = None
) -> str:
    """A new site of a region; its id."""
    site_id = new_id()
    added = await records.add_site(tx, site_id, region_id, checked_name(name), checked_zone(zone))
    if not added:
        raise Refused(f"There is a site called {name} already.", "name_taken")
    await audit(tx, now, by, "found", "site", site_id, {"name": name, "zone": zone})
    return site_id


async def found_community(
    tx: Tx,
    now: datetime,
    region_id: str,
    name: str,
    zone: str,
    *,
    site_id: str | None = None,
    hue: int = 190,
    languages: Sequence[str] = ("en",),
    settings: Mapping[str, Any] | None = None,
    buddy_id: str | None = None,
    by: str | None = None,
) -> str:
    """A new community with its own stream; its id. The first one of all is the catch-all."""
    community_id = new_id()
    given = {
        "region_id": region_id,
        "site_id": site_id,
        "name": checked_name(name),
        "hue": checks.checked_hue(hue),
        "zone": checked_zone(zone),
        "languages": checks.checked_languages(languages),
        "settings": changed({}, settings or {}),
        "buddy_id": buddy_id,
        "catch_all": await queries.catch_all(tx) is None,
    }
    await open_stream(tx, community_id)
    if not await records.add_community(tx, now, community_id, given):
        raise Refused(f"There is a community called {name} already.", "name_taken")
    emit(tx, community_id, "settings_changed", now, {"by": by}, version=1)
    await audit(tx, now, by, "found", "community", community_id, given)
    return community_id


async def change_community(
    tx: Tx, now: datetime, community_id: str, wanted: Mapping[str, Any], *, by: str | None = None
) -> None:
    """Change its name, hue, zone, languages, region, site or buddy."""
    community = await known_community(tx, community_id)
    before = {name: getattr(community, name) for name in CHANGEABLE}
    after = {**before, **{name: CHANGEABLE[name](value) for name, value in wanted.items()}}
    if after == before:
        return
    if after["buddy_id"] == community_id:
        raise Invalid("A community can't be its own buddy.", field="buddy_id")
    named = await queries.community_named(tx, after["name"])
    if named and named.id != community_id:
        raise Refused(f"There is a community called {named.name} already.", "name_taken")
    version = await records.update_community(tx, community_id, after)
    emit(tx, community_id, "settings_changed", now, {"by": by}, version=version)
    await audit(tx, now, by, "change", "community", community_id, difference(before, after))


async def close_community(
    tx: Tx, now: datetime, community_id: str, *, by: str | None = None
) -> None:
    """Nobody is offered it any more; what has been stays. Whoever calls this has seen to it that nobody uses it."""
    await known_community(tx, community_id)
    await records.set_closed(tx, community_id, now)
    await audit(tx, now, by, "close", "community", community_id)


async def open_community_again(
    tx: Tx, now: datetime, community_id: str, wanted: Mapping[str, Any], *, by: str | None = None
) -> None:
    """One that was closed, with these changes."""
    await records.set_closed(tx, community_id, None)
    await audit(tx, now, by, "open_again", "community", community_id)
    await change_community(tx, now, community_id, wanted, by=by)


CHANGEABLE: dict[str, Any] = {
    "name": checked_name,
    "hue": checks.checked_hue,
    "zone": checked_zone,
    "languages": checks.checked_languages,
    "region_id": str,
    "site_id": lambda given: given or None,
    "buddy_id": lambda given: given or None,
}


async def change_settings(
    tx: Tx, now: datetime, community_id: str, wanted: Mapping[str, Any], *, by: str | None = None
) -> Community:
    """Change settings; None takes one back to its default. The community as it is then."""
    community = await known_community(tx, community_id)
    before = json.loads(community.stored_settings)
    after = changed(before, wanted)
    if after == before:
        return community
    version = await records.update_settings(tx, community_id, after)
    emit(tx, community_id, "settings_changed", now, {"by": by}, version=version)
    await audit(tx, now, by, "set", "community", community_id, difference(before, after))
    return await known_community(tx, community_id)


async def make_catch_all(
    tx: Tx, now: datetime, community_id: str, *, by: str | None = None
) -> None:
    """Let this community take whoever no rule gives a home."""
    await records.move_catch_all(tx, community_id)
    await audit(tx, now, by, "make_catch_all", "community", community_id)


async def add_areas(tx: Tx, now: datetime, areas: Sequence[Area], *, by: str | None = None) -> None:
    """Add areas, or what has become known about them."""
    await records.put_areas(tx, [checks.checked_area(each) for each in areas])
    await audit(tx, now, by, "add", "areas", "", {"number": len(areas)})


async def assign_territory(
    tx: Tx, now: datetime, community_id: str, areas: Sequence[str], *, by: str | None = None
) -> int:
    """Give areas to a community from now on; how many were not its own before.

    For areas in which nobody lives yet: where homes must follow, it takes a territory change.
    """
    held = await records.hold_areas(tx, areas)
    unknown = sorted(set(areas) - held.keys())
    if unknown:
        raise Invalid(f"There is no area {', '.join(unknown[:10])}.", "unknown_area", "areas")
    moving = [area for area, holder in held.items() if holder != community_id]
    await records.end_holdings(tx, now, moving)
    await records.begin_holdings(tx, now, moving, community_id)
    if moving:
        await audit(tx, now, by, "assign", "territory", community_id, {"areas": moving})
    return len(moving)


async def appoint(
    tx: Tx,
    now: datetime,
    community_id: str,
    *,
    email: str,
    name: str,
    role: str = "expert",
    ref: str | None = None,
    skills: Mapping[str, int] | None = None,
    languages: Sequence[str] | None = None,
    seats: Sequence[str] = ("messaging",),
    capacity: float = 4,
    password_hash: str | None = None,
    by: str | None = None,
) -> str:
    """Make somebody a member: a new account, or that of the same address. Their id."""
    community = await known_community(tx, community_id)
    found = await account_of_email(tx, email)
    expert_id = found.id if found else await open_account(
        tx, now, email=email, name=name, role=checks.checked_role(role),
        password_hash=password_hash, by=by,
    )  # fmt: skip
    given = {
        "ref": ref or None,
        "languages": checks.checked_languages(languages or community.languages),
        "seats": checks.checked_seats(seats),
        "capacity": checks.checked_capacity(capacity),
    }
    if not await records.put_expert(tx, now, expert_id, given):
        raise Refused(f"The reference {ref} belongs to another expert.", "ref_taken")
    if skills is not None:
        await records.put_skills(tx, expert_id, checks.checked_skills(skills))
    await join(tx, now, community, expert_id, checks.checked_role(role), by)
    return expert_id


async def appoint_again(
    tx: Tx, now: datetime, community_id: str, account_id: str, role: str, *, by: str | None = None
) -> None:
    """Make somebody with an account a member; what they can do as an expert stays as it was."""
    community = await known_community(tx, community_id)
    if await queries.expert(tx, account_id) is None:
        given = {
            "ref": None,
            "languages": community.languages,
            "seats": ["messaging"],
            "capacity": 4,
        }
        await records.put_expert(tx, now, account_id, given)
    await join(tx, now, community, account_id, checks.checked_role(role), by)


async def join(
    tx: Tx, now: datetime, community: Community, expert_id: str, role: str, by: str | None
) -> None:
    """Begin a membership, of somebody who has none."""
    current = await queries.membership(tx, expert_id)
    if current:
        raise Refused("They belong to a community now. End that membership first.", "is_member")
    await take_role(tx, now, expert_id, role, by)
    await records.begin_membership(tx, now, community.id, expert_id, role)
    emit(tx, community.id, "member_joined", now, {"expert": expert_id, "by": by}, role=role)
    await audit(tx, now, by, "appoint", "expert", expert_id, {"community": community.id, "role": role})  # fmt: skip


async def take_role(tx: Tx, now: datetime, account_id: str, role: str, by: str | None) -> None:
    """Let the account have the role of its membership; who administers or plans goes on doing so."""
    found = await account(tx, account_id)
    if found is None or found.closed_at:
        raise Refused("Their account is closed. Open it again first.", "closed")
    if found.role not in SEE_EVERY_COMMUNITY:
        await change_account(tx, now, found, {"role": role}, by=by)


async def change_skills(
    tx: Tx, now: datetime, expert_id: str, skills: Mapping[str, int], *, by: str | None = None
) -> None:
    """These skills from now on, and no others."""
    expert = await known_expert(tx, expert_id)
    after = checks.checked_skills(skills)
    if after == expert.skills:
        return
    await records.put_skills(tx, expert_id, after)
    await audit(tx, now, by, "set_skills", "expert", expert_id, difference(expert.skills, after))


async def change_expert(
    tx: Tx,
    now: datetime,
    expert_id: str,
    *,
    languages: Sequence[str] | None = None,
    seats: Sequence[str] | None = None,
    capacity: float | None = None,
    by: str | None = None,
) -> None:
    """Change what an expert can serve; what is not given stays."""
    expert = await known_expert(tx, expert_id)
    before = {"languages": expert.languages, "seats": expert.seats, "capacity": expert.capacity}
    after = {
        "languages": checks.checked_languages(expert.languages if languages is None else languages),
        "seats": checks.checked_seats(expert.seats if seats is None else seats),
        "capacity": checks.checked_capacity(expert.capacity if capacity is None else capacity),
    }
    if after == before:
        return
    await records.put_expert(tx, now, expert_id, {**after, "ref": None})
    await audit(tx, now, by, "change", "expert", expert_id, difference(before, after))


async def change_role(
    tx: Tx, now: datetime, expert_id: str, role: str, *, by: str | None = None
) -> None:
    """Another role in the same community."""
    expert = await known_member(tx, expert_id)
    if expert.role == checks.checked_role(role):
        return
    await take_role(tx, now, expert_id, role, by)
    await records.change_role(tx, expert.community_id, expert_id, role)
    emit(tx, expert.community_id, "member_joined", now, {"expert": expert_id, "by": by}, role=role)
    change = {"role": [expert.role, role]}
    await audit(tx, now, by, "change", "expert", expert_id, change)


async def end_membership(tx: Tx, now: datetime, expert_id: str, *, by: str | None = None) -> None:
    """End a membership. Refused while they own a case that is open or in watch: the database says so."""
    expert = await known_member(tx, expert_id)
    await set_presence(tx, now, expert_id, "off", reason="left")
    try:
        async with tx.transaction():
            await records.end_membership(tx, now, expert.community_id, expert_id)
    except CheckViolation:
        raise Refused(
            f"{expert.name} still owns cases that are open or in watch. Hand them over first.",
            "owns_cases",
        ) from None
    await absences.forget_all(tx, now, expert.community_id, expert_id)
    emit(tx, expert.community_id, "member_left", now, {"expert": expert_id, "by": by})
    await audit(tx, now, by, "end_membership", "expert", expert_id, {"community": expert.community_id})  # fmt: skip


async def set_presence(
    tx: Tx, now: datetime, expert_id: str, state: str, *, reason: str = "chosen"
) -> bool:
    """Say whether they can be given work: present, away or off. Whether that changed.

    Present ends an absence early: who is there is back.
    """
    expert = await known_member(tx, expert_id)
    await absences.come_back(tx, now, expert_id, checks.checked_state(state))
    if not await records.put_presence(tx, now, expert_id, state):
        return False
    emit(tx, expert.community_id, "presence_changed", now, {"expert": expert_id}, state=state, reason=reason)  # fmt: skip
    return True


async def miss(tx: Tx, now: datetime, expert_id: str) -> None:
    """Their browser has been gone for too long, and still is: they are away."""
    if await records.is_lost(tx, expert_id):
        await set_presence(tx, now, expert_id, "away", reason="lost")


async def plan_shifts(
    tx: Tx,
    now: datetime,
    expert_id: str,
    shifts: Sequence[tuple[datetime, datetime]],
    *,
    by: str | None = None,
) -> None:
    """These shifts in place of all that have not ended; those that have are history."""
    planned = [
        Shift(new_id(), expert_id, starts_at, ends_at)
        for starts_at, ends_at in checks.checked_shifts(shifts)
        if ends_at > now
    ]
    await records.replace_shifts(tx, now, expert_id, planned)
    await audit(tx, now, by, "plan_shifts", "expert", expert_id, {"number": len(planned)})


async def known_community(tx: Tx, community_id: str) -> Community:
    community = await queries.community(tx, community_id)
    if community is None:
        raise NotFound("There is no such community.")
    return community


async def known_expert(tx: Tx, expert_id: str) -> Expert:
    expert = await queries.expert(tx, expert_id)
    if expert is None:
        raise NotFound("There is no such expert.")
    return expert


async def known_member(tx: Tx, expert_id: str) -> Any:
    """An expert who belongs to a community."""
    expert = await known_expert(tx, expert_id)
    if expert.community_id is None:
        raise Refused(f"{expert.name} belongs to no community.", "no_member")
    return expert


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What differs, as [before, after]."""
    keys = {**before, **after}
    pairs = {key: [before.get(key), after.get(key)] for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
