"""A wave of a plan in the live system: looked at first, applied as one change of territories, undone as one.

Communities are matched by name or founded; their areas move by `customers/territory`, which homes follow, and which knows
the way back. Founding, moving and the record of it are one transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from coterie.communities import queries as communities
from coterie.conversations import rehoming
from coterie.customers import territory, territory_queries
from coterie.kit.access.audit import audit
from coterie.kit.db import Tx
from coterie.kit.errors import NotFound, Refused
from coterie.kit.house import House
from coterie.planner import plans, wave_queries
from coterie.planner.founding import founded
from coterie.planner.ground import (
    Choices,
    Look,
    Target,
    check_open,
    ground_of,
    staying_with,
    wanted_of,
)
from coterie.planner.model import AppliedWave, StoredPlan
from coterie.planning.plan import Plan

AT_ONCE = 4
"""Batches of homes that follow before the page answers; the timer does the others."""
MANY = 5_000
"""Customers whose homes are worked out in more than a moment."""


class Looked(Exception):
    """Carries what was seen out of a transaction that is taken back by it."""

    def __init__(self, look: Look) -> None:
        self.look = look


async def look(
    house: House, stored: StoredPlan, plan: Plan, number: int, choices: Choices, *, patient: bool
) -> Look:
    """Carry it out in a transaction that is taken back, so that this is what would happen.

    Who is not patient gets it without the customers where those are many, and asks again.
    """
    now = house.now()
    try:
        async with house.ledger.unit(now=now) as tx:
            take_back(await seen_in(tx, now, stored, plan, number, choices, patient=patient))
    except Looked as looked:
        return looked.look


def take_back(look: Look) -> NoReturn:
    raise Looked(look)


async def seen_in(
    tx: Tx, now: datetime, stored: StoredPlan, plan: Plan, number: int, choices: Choices, *, patient: bool
) -> Look:  # fmt: skip
    ground = await ground_of(tx, stored, plan, number, choices)
    names = {each.id: each.name for each in await communities.communities(tx)}
    elsewhere = await staying_with(tx, ground.targets)
    areas = [area for each in ground.targets for area in each.areas]
    living = 0 if patient else await territory_queries.count_living_there(tx, areas)
    try:
        await check_open(tx, stored.id, number)
        if living > MANY:
            return replace(ground, names=names, elsewhere=elsewhere, living=living)
        made = await founded(tx, now, stored, ground.targets, choices, None)
        names |= {made[each.planned.id]: each.planned.name for each in ground.founded}
        wanted = wanted_of(ground, made)
        preview = await rehoming.preview(tx, now, wanted, None)
    except Refused as refused:
        return replace(ground, names=names, elsewhere=elsewhere, refused=refused.sentence)
    return replace(ground, names=names, elsewhere=elsewhere, preview=preview)


async def apply(
    tx: Tx, now: datetime, plan_id: str, number: int, choices: Choices, seen: str, by: str | None
) -> AppliedWave:
    """Found, plan, begin and record it. Needs a transaction that holds every stream. Raises `Refused` where the look would.

    Refused, too, where what was looked at isn't any more what there is.
    """
    stored = await plans.known_plan(tx, plan_id, lock=True)
    plan = plans.drawn(stored)
    await check_open(tx, stored.id, number)
    ground = await ground_of(tx, stored, plan, number, choices)
    if ground.seen != seen:
        raise Refused("The plan or the territories have changed since you looked. Look again.", "changed")  # fmt: skip
    if ground.without_experts and not choices.without_experts:
        raise Refused(f"{named(ground.without_experts)} has no experts yet: whoever moves there would wait for nobody. Appoint them first, or say that it shall be so.", "no_experts")  # fmt: skip
    made = await founded(tx, now, stored, ground.targets, choices, by)
    change = await territory.plan(tx, now, wanted_of(ground, made), None, by)
    await territory.begin(tx, now, change.id)
    new = sorted(made[each.planned.id] for each in ground.founded)
    done = AppliedWave(change.id, stored.id, number, made, new, now, by)
    await wave_queries.add_applied(tx, done)
    told = {"wave": number, "change": change.id, "communities": made, "founded": new}
    await audit(tx, now, by, "apply_wave", "plan", stored.id, told)
    return done


def named(targets: Sequence[Target]) -> str:
    names = [each.planned.name for each in targets]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


async def undo(tx: Tx, now: datetime, stored: StoredPlan, change_id: str, by: str | None) -> None:
    """Give the areas back as a whole. Communities that were founded close later, by `closing`. Needs every stream."""
    theirs = [each for each in await wave_queries.applied(tx, stored.id) if each.change_id == change_id]  # fmt: skip
    if not theirs:
        raise NotFound("No wave of this plan was applied so.")
    await territory.undo(tx, now, change_id, by)
    await audit(tx, now, by, "undo_wave", "plan", stored.id, {"wave": theirs[0].wave, "change": change_id})  # fmt: skip
