"""The verbs of plans: kept, renamed, copied, put away and back; an area moved by hand, undone, done again.

Each in the caller's transaction. Whoever changes a plan holds its row, so that two who move at once see each other.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coterie.kit.access.audit import audit
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, NotFound, Refused
from coterie.kit.ids import is_id, new_id
from coterie.planner import queries
from coterie.planner.model import Move, StoredPlan
from coterie.planning.hues import hues_of
from coterie.planning.plan import Plan, as_json, read_plan
from coterie.planning.territories.moves import moved

LONGEST_NAME = 80


async def keep(tx: Tx, now: datetime, name: str, plan: Plan | None, by: str | None) -> str:
    """A new plan; its id. Without a plan it is one whose territories are still to be drawn."""
    plan_id, name = new_id(), checked_name(name)
    document = as_json(plan) if plan else None
    await queries.add_plan(tx, now, plan_id, name, by, document, hues_of(plan) if plan else {})
    await audit(tx, now, by, "make", "plan", plan_id, {"name": name})
    return plan_id


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"A plan is called something, in {LONGEST_NAME} letters at most.", field="name")  # fmt: skip
    return name


async def known_plan(tx: Tx, plan_id: str, *, lock: bool = False) -> StoredPlan:
    """A plan that is there. Raises `NotFound`."""
    find = queries.lock_plan if lock else queries.plan
    found = await find(tx, plan_id) if is_id(plan_id) else None
    if found is None or found.deleted_at:
        raise NotFound("There is no such plan.")
    return found


def drawn(stored: StoredPlan) -> Plan:
    """What its document says. Raises `Refused` while there is none."""
    if stored.document is None:
        raise Refused("The territories of this plan are still being drawn.", "not_drawn")
    return read_plan(stored.document)


async def rename(tx: Tx, now: datetime, plan_id: str, name: str, by: str | None) -> None:
    stored = await known_plan(tx, plan_id, lock=True)
    name = checked_name(name)
    await queries.set_name(tx, now, plan_id, name)
    await audit(tx, now, by, "rename", "plan", plan_id, {"name": [stored.name, name]})


async def copy(tx: Tx, now: datetime, plan_id: str, by: str | None) -> str:
    """Another plan that begins as this one is now; its id."""
    stored = await known_plan(tx, plan_id)
    document = as_json(drawn(stored))
    other_id = new_id()
    name = f"{stored.name[: LONGEST_NAME - 7]}, copy"
    await queries.add_plan(tx, now, other_id, name, by, document, stored.hues)
    await audit(tx, now, by, "copy", "plan", other_id, {"from": plan_id, "name": name})
    return other_id


async def delete(tx: Tx, now: datetime, plan_id: str, by: str | None) -> str:
    """Put it away; its name. It stays where it can be brought back from."""
    stored = await known_plan(tx, plan_id, lock=True)
    await queries.set_deleted(tx, plan_id, now)
    await audit(tx, now, by, "delete", "plan", plan_id, {"name": stored.name})
    return stored.name


async def bring_back(tx: Tx, now: datetime, plan_id: str, by: str | None) -> str:
    """Its name."""
    found = await queries.lock_plan(tx, plan_id) if is_id(plan_id) else None
    if found is None:
        raise NotFound("There is no such plan.")
    await queries.set_deleted(tx, plan_id, None)
    await audit(tx, now, by, "bring_back", "plan", plan_id, {"name": found.name})
    return found.name


async def move(
    tx: Tx, now: datetime, plan_id: str, area: str, to: str, by: str | None, *, forced: bool = False
) -> Move:
    """An area goes to another community of the plan. Raises as `moves.moved` does."""
    stored = await known_plan(tx, plan_id, lock=True)
    before = drawn(stored)
    after = moved(before, area, to, forced=forced)
    home = next(each for each in before.communities if area in each.areas)
    if len(home.areas) == 1:
        raise Refused(f"{home.name} would have no area left.", "empties")
    last = await queries.last_move(tx, plan_id)
    made = Move(
        number=last.number + 1 if last else 1,
        area=area,
        from_id=home.id,
        to_id=to,
        before=part_of(as_json(before), home.id, to),
        after=part_of(as_json(after), home.id, to),
        by_id=by,
        at=now,
        undone_at=None,
    )
    await queries.add_move(tx, plan_id, made)
    await queries.set_document(tx, now, plan_id, as_json(after), stored.hues)
    change = {"area": area, "community": [home.id, to]}
    await audit(tx, now, by, "move_area", "plan", plan_id, change)
    return made


def part_of(document: Mapping[str, Any], *communities: str) -> dict[str, Any]:
    """What a move between these changes of a plan's document."""
    return {
        "communities": {each["id"]: each for each in document["communities"] if each["id"] in communities},
        "balance": document["balance"],
        "territories": document.get("territories", {}),
    }  # fmt: skip


def with_part(document: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    communities = [part["communities"].get(each["id"], each) for each in document["communities"]]
    return {**document, **part, "communities": communities}


async def undo(tx: Tx, now: datetime, plan_id: str, by: str | None) -> Move:
    """The last move is taken back, and everything stands as it stood before it."""
    stored = await known_plan(tx, plan_id, lock=True)
    last = await queries.last_move(tx, plan_id)
    if last is None or stored.document is None:
        raise Refused("There is no move to undo.", "nothing_to_undo")
    await queries.note_undone(tx, plan_id, last.number, now)
    await queries.set_document(
        tx, now, plan_id, with_part(stored.document, last.before), stored.hues
    )
    await audit(tx, now, by, "undo_move", "plan", plan_id, {"area": last.area})
    return last


async def redo(tx: Tx, now: datetime, plan_id: str, by: str | None) -> Move:
    """The move that was undone last is done again."""
    stored = await known_plan(tx, plan_id, lock=True)
    following = await queries.next_move(tx, plan_id)
    if following is None or stored.document is None:
        raise Refused("There is no move to do again.", "nothing_to_redo")
    await queries.note_undone(tx, plan_id, following.number, None)
    await queries.set_document(
        tx, now, plan_id, with_part(stored.document, following.after), stored.hues
    )
    await audit(tx, now, by, "redo_move", "plan", plan_id, {"area": following.area})
    return following
