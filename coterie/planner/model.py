"""The words of this slice: a stored plan, a move by hand, what is worked out apart, a wave that was applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

RunKind = Literal["territories", "twin"]
RunState = Literal["waiting", "running", "done", "refused", "cancelled", "stopped"]

SILENT = timedelta(seconds=30)
"""A run whose process has said nothing for so long has none any more."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan as a list shows it. `communities` is None while its territories are being drawn."""

    id: str
    name: str
    made_at: datetime
    made_by: str | None
    changed_at: datetime
    deleted_at: datetime | None
    communities: int | None
    areas: int | None
    balance: float | None
    tolerance: float | None
    staffed: bool
    waves: int
    moves: int
    runs: int


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan with its document, and the hue of each of its communities."""

    id: str
    name: str
    document: dict[str, Any] | None
    hues: Mapping[str, int]
    made_at: datetime
    made_by: str | None
    changed_at: datetime
    version: int
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Move:
    """An area that somebody moved. `before` and `after`: what of the document differs."""

    number: int
    area: str
    from_id: str
    to_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    by_id: str | None
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """Something worked out in a process of its own."""

    id: str
    plan_id: str
    kind: RunKind
    wanted: dict[str, Any]
    plan_version: int
    asked_at: datetime
    asked_by: str | None
    began_at: datetime | None
    beat_at: datetime
    done: int
    total: int
    ended_at: datetime | None
    cancelled_at: datetime | None
    refused: str | None
    result: dict[str, Any] | None = None

    def state(self, now: datetime) -> RunState:
        if self.cancelled_at:
            return "cancelled"
        if self.ended_at:
            return "refused" if self.refused else "done"
        if now - self.beat_at > SILENT:
            return "stopped"
        return "running" if self.began_at else "waiting"

    def alive(self, now: datetime) -> bool:
        return self.state(now) in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class AppliedWave:
    """A wave that went to the live system. `targets`: planned community -> live community."""

    change_id: str
    plan_id: str
    wave: int
    targets: dict[str, str]
    founded: list[str]
    applied_at: datetime
    applied_by: str | None


@dataclass(frozen=True, slots=True)
class Left:
    """A community that an undone wave had founded and that nobody uses, and who undid that wave."""

    id: str
    by_id: str | None
