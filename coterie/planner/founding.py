"""Founds the communities of a wave that aren't there yet, with their regions, clocks, colours and buddies."""

from collections.abc import Sequence
from datetime import datetime

from coterie.communities import actions
from coterie.communities import queries as communities
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid
from coterie.planner.ground import Choices, Target
from coterie.planner.model import StoredPlan


async def founded(
    tx: Tx, now: datetime, stored: StoredPlan, targets: Sequence[Target], choices: Choices, by: str | None
) -> dict[str, str]:  # fmt: skip
    """Found what is to be founded; the live community of each planned one. Buddies follow where both are there."""
    made = {each.planned.id: each.live.id for each in targets if each.live}
    regions = {each.name.casefold(): each.id for each in await communities.regions(tx)}
    for each in targets:
        if each.live is None:
            region = await region_for(tx, now, stored, each, regions, choices, by)
            hue = stored.hues.get(each.planned.id, 190)
            made[each.planned.id] = await found(tx, now, each.planned.name, region, zone_of(choices), hue, by)  # fmt: skip
    for each in targets:
        buddy = made.get(each.planned.buddy or "")
        if each.live is None and buddy:
            await actions.change_community(
                tx, now, made[each.planned.id], {"buddy_id": buddy}, by=by
            )
    return made


async def found(
    tx: Tx, now: datetime, name: str, region: str, zone: str, hue: int, by: str | None
) -> str:
    """A new community, or the one of this name that was closed; its id."""
    closed = await communities.community_named(tx, name)
    if closed is None or closed.closed_at is None:
        return await actions.found_community(tx, now, region, name, zone, hue=hue, by=by)
    wanted = {"region_id": region, "zone": zone, "hue": hue}
    await actions.open_community_again(tx, now, closed.id, wanted, by=by)
    return closed.id


def zone_of(choices: Choices) -> str:
    if not choices.zone:
        raise Invalid("Say on which clock the new communities are.", field="zone")
    return choices.zone


async def region_for(
    tx: Tx, now: datetime, stored: StoredPlan, target: Target, regions: dict[str, str], choices: Choices, by: str | None
) -> str:  # fmt: skip
    """The region that the plan names, else the one that was chosen, else one that is called as the plan."""
    name = target.region.strip()
    if name:
        return await region_called(tx, now, name, regions, by)
    if choices.region_id in regions.values():
        return choices.region_id
    return await region_called(tx, now, stored.name, regions, by)


async def region_called(
    tx: Tx, now: datetime, name: str, regions: dict[str, str], by: str | None
) -> str:
    """Founded where it isn't there."""
    key = name.casefold()
    if key not in regions:
        regions[key] = await actions.found_region(tx, now, name, by=by)
    return regions[key]
