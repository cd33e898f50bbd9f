"""The waves of a plan, as pages read them: who starts when, how many customers and people, what is left to the old groups."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from coterie.kit.errors import NotFound
from coterie.planning.plan import Plan, PlannedCommunity
from coterie.planning.territories.shape import homes_of

ALL = 0
"""The number of the one wave of a plan that has no others."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave as the plan has it. Days are ISO dates, empty where the plan names none."""

    number: int
    pilot: bool
    starts: str
    trains_from: str
    communities: tuple[PlannedCommunity, ...]
    customers: int
    people: int
    in_training: int
    contacts_left: float | None
    alone: bool = False
    """Whether the plan has no waves, and this one stands for all of it."""

    @property
    def called(self) -> str:
        return "Everybody" if self.alone else "Pilots" if self.pilot else f"Wave {self.number}"


def waves_of(plan: Plan) -> list[Wave]:
    """Its waves; of a plan without any, one of everybody."""
    known = {each.id: each for each in plan.communities}
    return [
        wave_of(each, [known[str(id_)] for id_ in each["communities"]])
        for each in plan.waves.get("waves", ())
    ] or [replace(wave_of({"number": ALL}, plan.communities), alone=True)]


def wave_of(given: Mapping[str, Any], inside: Sequence[PlannedCommunity]) -> Wave:
    people, old = given.get("people"), given.get("old_world")
    training = given.get("training")
    left = old.get("contacts_left") if isinstance(old, Mapping) else None
    return Wave(
        number=given["number"],
        pilot=bool(given.get("pilot")),
        starts=str(given.get("starts") or ""),
        trains_from=str(given.get("trains_from") or ""),
        communities=tuple(inside),
        customers=sum(each.customers for each in inside),
        people=int(given.get("headcount") or (len(people) if isinstance(people, list) else 0) or sum(each.experts or 0 for each in inside)),
        in_training=int(given.get("in_training") or (len(training) if isinstance(training, list) else 0)),
        contacts_left=float(left) if isinstance(left, int | float) else None,
    )  # fmt: skip


def in_coterie(plan: Plan, communities: Sequence[PlannedCommunity], known: Container[str]) -> tuple[Mapping[str, list[str]], list[str]]:  # fmt: skip
    """By community the areas as Coterie knows them, and parts of split ones that can't be told to it.

    A part goes by itself where Coterie knows it, and as the whole where all parts are in one community.
    """
    whole_of, homes = {each.area: each.whole for each in plan.areas if each.whole}, homes_of(plan)
    among = defaultdict(set)
    for area, whole in whole_of.items():
        among[whole].add(homes.get(area, ""))
    told: dict[str, list[str]] = {each.id: [] for each in communities}
    left = []
    for each in communities:
        for area in each.areas:
            whole = whole_of.get(area, area)
            goes = area if area in known else whole
            if goes != area and len(among[whole]) > 1:
                left.append(area)
            elif goes not in told[each.id]:
                told[each.id].append(goes)
    return told, sorted(left)


def wave_numbered(plan: Plan, number: int) -> Wave:
    found = next((each for each in waves_of(plan) if each.number == number), None)
    if found is None:
        raise NotFound("There is no such wave in this plan.")
    return found
