"""What there is of a wave to apply: which live community each planned one becomes, with which areas. Changes nothing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coterie.communities import queries as communities
from coterie.communities.model import Community
from coterie.conversations.rehoming import Preview
from coterie.kit.db import Tx
from coterie.kit.errors import Invalid, Refused
from coterie.planner import wave_queries
from coterie.planner.model import StoredPlan
from coterie.planner.waves import Wave, in_coterie, wave_numbered
from coterie.planning.plan import Plan, PlannedCommunity

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


@dataclass(frozen=True, slots=True)
class Look:
    """What applying a wave would do. `seen` stands for all of it: whoever applies says what they saw."""

    wave: Wave
    targets: list[Target]
    parts: list[str]
    """Areas that are parts of one whose other parts go elsewhere: Coterie knows only the whole."""
    unknown: list[str]
    seen: str
    names: Mapping[str, str] = field(default_factory=dict)
    elsewhere: int = 0
    preview: Preview | None = None
    refused: str = ""
    living: int = 0
    """How many live there, where they are so many that they have not been looked at yet."""

    @property
    def without_experts(self) -> list[Target]:
        return [each for each in self.targets if not each.experts]

    @property
    def founded(self) -> list[Target]:
        return [each for each in self.targets if each.live is None]


async def ground_of(tx: Tx, stored: StoredPlan, plan: Plan, number: int, choices: Choices) -> Look:
    """What there is to apply, before anybody is counted."""
    wave = wave_numbered(plan, number)
    inside = {area for each in wave.communities for area in each.areas}
    wholes = {each.whole for each in plan.areas if each.whole and each.area in inside}
    holders = await wave_queries.holders(tx, sorted(inside | wholes))
    areas, parts = in_coterie(plan, wave.communities, holders)
    targets = await targets_of(tx, wave, choices, areas)
    unknown = sorted({area for each in targets for area in each.areas} - holders.keys())
    moves = sorted((area, holders[area] or "", each.planned.id) for each in targets for area in each.areas if area in holders)  # fmt: skip
    become = {each.planned.id: each.live and each.live.id for each in targets}
    seen = hashlib.sha256(json.dumps([stored.version, moves, become], sort_keys=True).encode())
    return Look(wave, targets, parts, unknown, seen.hexdigest()[:32])


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


def wanted_of(ground: Look, made: Mapping[str, str]) -> dict[str, str]:
    """area -> live community, of the areas that Coterie knows. Raises `Refused` where that is none."""
    every = {area: made[each.planned.id] for each in ground.targets for area in each.areas}
    wanted = {area: to for area, to in every.items() if area not in set(ground.unknown)}
    if wanted:
        return wanted
    if ground.unknown:
        raise Refused("Coterie knows none of this wave's areas. Import them first: coterie import areas FILE.", "unknown_areas")  # fmt: skip
    raise Refused("All areas of this wave are parts of split ones, which can't be applied.", "parts")  # fmt: skip


async def staying_with(tx: Tx, targets: Sequence[Target]) -> int:
    """Areas that the live ones of these communities have now and that the wave doesn't give them: they stay theirs."""
    planned = {area for each in targets for area in each.areas}
    staying = 0
    for each in targets:
        if each.live:
            staying += sum(area.area not in planned for area in await communities.territory(tx, each.live.id))  # fmt: skip
    return staying


async def check_open(tx: Tx, plan_id: str, number: int) -> None:
    if await wave_queries.is_applied(tx, plan_id, number):
        raise Refused("This wave is applied. Undo that first.", "applied")
