"""The waves of a plan, as pages read them: who starts when, how many customers and people, what is left to the old groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from coterie.kit.errors import NotFound
from coterie.planning.plan import Plan, PlannedCommunity

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


def wave_numbered(plan: Plan, number: int) -> Wave:
    found = next((each for each in waves_of(plan) if each.number == number), None)
    if found is None:
        raise NotFound("There is no such wave in this plan.")
    return found
