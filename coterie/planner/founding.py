"""What the communities of a wave become: the live ones that were chosen or have their names, else new ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coterie.communities import actions
from coterie.communities import queries as communities
from coterie.communities.model import Community
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid
from coterie.planner import wave_queries
from coterie.planner.model import StoredPlan
from coterie.planner.waves import Wave
from coterie.planning.plan import PlannedCommunity

NEW = "new"


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose: for planned communities a live one's id or `NEW`; where and on which clock new ones are."""

    targets: Mapping[str, str]
    region_id: str = ""
    zone: str = ""
    without_experts: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A planned community and the live one that it becomes; None where it is to be founded."""

    planned: PlannedCommunity
    live: Community | None
    region: str
    areas: list[str]
    experts: int


async def targets_of(
    tx: Tx, wave: Wave, choices: Choices, areas: Mapping[str, list[str]]
) -> list[Target]:
    """Each community of the wave with the live one that was chosen, else the one of its name. `areas`: those of each."""
    live = {each.id: each for each in await communities.communities(tx)}
    by_name = {each.name.casefold(): each for each in live.values()}
    experts = await wave_queries.experts(tx)
    found: list[Target] = []
    for each in wave.communities:
        chosen = choices.targets.get(each.id, "")
        if chosen and chosen != NEW and chosen not in live:
            raise Invalid(f"Choose what {each.name} becomes.", field=f"to-{each.id}")
        target = live.get(chosen) if chosen else by_name.get(each.name.casefold())
        found.append(Target(each, target, each.region, areas[each.id], experts.get(target.id, 0) if target else 0))  # fmt: skip
    check_twice(found)
    return found


def check_twice(targets: Sequence[Target]) -> None:
    used: dict[str, str] = {}
    for each in targets:
        if each.live is None:
            continue
        if each.live.id in used:
            raise Invalid(f"{used[each.live.id]} and {each.planned.name} can't both become {each.live.name}.", field=f"to-{each.planned.id}")  # fmt: skip
        used[each.live.id] = each.planned.name


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
