"""The log of another system, lived again by communities made from its areas: read, run, told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coterie.exchange.log import Log
from coterie.exchange.log_mapping import read_log_mapping
from coterie.exchange.log_order import Order, in_order
from coterie.exchange.log_usable import check_hours, usable_log
from coterie.exchange.logs import Watch
from coterie.kit.errors import Invalid
from coterie.performance.figures import Found
from coterie.twin.relive.beside import CANNOT, FIGURES, Beside, Carried, beside
from coterie.twin.relive.inference import teams_of
from coterie.twin.relive.living import relive
from coterie.twin.relive.model import Lived, Touch

PIECE = 5_000
WORDS = {
    "log": "in the log",
    "own": "communities, follow-ups wait for the owner",
    "at_once": "communities, everything served at once",
}


@dataclass(frozen=True, slots=True)
class Relived:
    """Both sides of a log, as a person and as a program read them."""

    found: Beside
    notes: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        found = self.found
        return {
            "communities": [
                {"name": t.name, "areas": len(t.areas), "people": len(t.workers), "pieces": len(t.pieces)}
                for t in found.teams
            ],
            "named_share": found.named,
            "sides": {
                side.name: {**figures(side.figures), "load": load(side.carried), "never_begun": side.never}
                for side in found.sides
            },
            "notes": list(self.notes),
            "cannot_show": list(CANNOT),
        }  # fmt: skip

    def told(self) -> Iterator[str]:
        found = self.found
        yield from self.notes
        for team in found.teams:
            yield f"{team.name}: {len(team.areas):,} areas, {len(team.workers)} people, {len(team.pieces):,} pieces of work."
        yield f"{found.named:.1%} of the log's events name a person."
        for figure in FIGURES:
            yield f"{figure.question} ({figure.name}, {figure.unit})"
            for side in found.sides:
                yield f"  {WORDS[side.name]:<44}{said(side.figures[figure.name])}"
        yield "How is work spread? (all effort done by the busiest tenth of people; effort over hours there)"
        for side in found.sides:
            yield f"  {WORDS[side.name]:<44}{side.carried.busiest_tenth:.1%}; {side.carried.busy:.1%}"
        for side in found.sides:
            if side.never:
                yield f"{WORDS[side.name]}: {side.never:,} pieces were never begun, since the log's people had gone."
        yield "What this cannot show:"
        yield from (f"- {sentence}" for sentence in CANNOT)


def figures(found: dict[str, Found]) -> dict[str, Any]:
    return {
        name: {
            "value": each.value,
            "n": each.n,
            "low": each.bounds and each.bounds[0],
            "high": each.bounds and each.bounds[1],
        }
        for name, each in found.items()
    }


def load(carried: Carried) -> dict[str, float]:
    return {"busiest_tenth_share": carried.busiest_tenth, "busy_share": carried.busy}


def said(found: Found) -> str:
    if found.value is None:
        return "nothing to count"
    bounds = f" ({found.bounds[0]:,.4g} to {found.bounds[1]:,.4g})" if found.bounds else ""
    return f"{found.value:,.4g}{bounds}, n {found.n:,}"


def live_again(path: Path, mapping: Path | None, communities: int | None, watch: Watch) -> Relived:
    """Read the log, make communities of its areas and people, let them live it, and set both beside each other."""
    how = read_log_mapping(mapping)
    log, notes = usable_log(path, how, watch)
    check_hours(path, how, np.array(log.at, dtype=np.int64))
    touches = list(touches_of(log, in_order(log)))
    if not any(touch.person for touch in touches):
        raise Invalid("This log names no people: map the column `agent`.", "mapping")
    if communities is not None and communities < 1:
        raise Invalid("There is at least one community.", "communities")
    teams = teams_of(touches, communities)
    lived: dict[str, list[Lived]] = {"own": [], "at_once": []}
    for number, team in enumerate(teams, 1):
        lived["own"].append(relive(team, own_follow_ups=True))
        lived["at_once"].append(relive(team, own_follow_ups=False))
        watch(number, len(teams))
    return Relived(beside(touches, teams, lived), notes)


def touches_of(log: Log, order: Order) -> Iterator[Touch]:
    """Customer by customer, case by case, each in the order of time."""
    whose = log.names["customer"].names
    for start in range(0, len(order.events), PIECE):
        events = order.events[start : start + PIECE]
        cases = list(log.numbers("case", events))
        owners = [order.whose[case] for case in cases]
        columns = (log.told(name, events) for name in ("area", "topic", "group", "agent"))
        ids = log.names["case"].names
        for case, owner, area, topic, group, person, at in zip(cases, owners, *columns, log.moments(events), strict=True):  # fmt: skip
            yield Touch(
                ids[case], whose[owner] if owner > 0 else "", area, topic, group, person, at
            )
