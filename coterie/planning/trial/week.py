"""When contacts come in the week of a trial: as the plan's log had them, in the hours in which communities are open. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coterie.planning.demand.contacts import KINDS, MESSAGING, VOICE
from coterie.planning.demand.model import Floats
from coterie.planning.headcount.hours import kept_for_opening, opened
from coterie.planning.plan import Plan
from coterie.planning.trial.notes import Notes
from coterie.twin.scenario import CHANNELS, SLOTS

WORKDAYS = 5


@dataclass(frozen=True, slots=True)
class Week:
    """`shapes`: of each channel 336 weights, Monday 00:00 first. `called_back`: the share of calls that come while we are closed."""

    shapes: Mapping[str, list[float]]
    called_back: float = 0.0


def week_of(plan: Plan, notes: Notes) -> Week:
    """As the plan's log had them, else over open hours. What comes while we are closed is taken up as the plan staffed it."""
    found = arrivals_of(plan)
    if not any(shape.any() for shape in found.values()):
        notes.say("The plan knows no half-hours: eight to eight, more in the morning, 45% at weekends, are assumed.")  # fmt: skip
        return Week({name: [office_hour(slot) for slot in range(SLOTS)] for name in CHANNELS})
    called_back = 0.0
    if hours := plan.staff.get("hours"):
        found, called_back = kept(found, str(hours))
        notes.say(f"Communities are open {hours}: what is written while they are closed is taken up in the four hours after they open.")  # fmt: skip
        if called_back:
            notes.say(f"{called_back:.0%} of calls come while communities are closed: these callers are called back, which is done with the messages.")  # fmt: skip
    whole = sum(found.values(), np.zeros(SLOTS))
    spoken, written = (list(found[kind] if found[kind].any() else whole) for kind in (VOICE, MESSAGING))  # fmt: skip
    return Week({name: spoken if name == "voice" else written for name in CHANNELS}, called_back)


def arrivals_of(plan: Plan) -> dict[str, Floats]:
    """Of each kind the contacts of all communities in 336 half-hours."""
    found = {kind: np.zeros(SLOTS) for kind in KINDS}
    for each in plan.communities:
        told = plan.staff.get("communities", {}).get(each.id, {}).get("arrivals", {})
        for kind in KINDS:
            if len(told.get(kind, ())) == SLOTS:
                found[kind] = found[kind] + np.asarray(told[kind], float)
    return found


def kept(found: Mapping[str, Floats], hours: str) -> tuple[dict[str, Floats], float]:
    """What is begun in which open half-hour, and the share of calls that are called back."""
    is_open = opened(hours)
    calls, called_back = kept_for_opening(found[VOICE], is_open)
    written, later = kept_for_opening(found[MESSAGING], is_open)
    total = float(found[VOICE].sum())
    share = float(called_back.sum()) / total if total else 0.0
    return {VOICE: calls, MESSAGING: written + later + called_back}, share


def office_hour(slot: int) -> float:
    day, half_hour = divmod(slot, 48)
    if not 16 <= half_hour < 40:
        return 0.0
    return (0.45 if day >= WORKDAYS else 1.0) * (1.4 if 18 <= half_hour < 24 else 1.0)
