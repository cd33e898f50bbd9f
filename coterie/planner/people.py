"""What a plan says of people, for its page: headcount and skills, a typical week as a heat table, training, moves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coterie.planning.plan import Plan, PlannedCommunity

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HALF_HOURS = 48
LEVELS = 5
"""Shades of the heat table beside none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Positions of a half-hour. `level`: 0 for none, up to `LEVELS` for the most of the week."""

    value: float
    level: int
    between: str


@dataclass(frozen=True, slots=True)
class Week:
    """A typical week of one community: the half-hours in which anybody is needed, and each day's row of them."""

    hours: list[str]
    days: list[tuple[str, list[Cell]]]
    most: float
    positions_h: float


def week_of(plan: Plan, community: str) -> Week | None:
    """None where the plan does not say."""
    said = plan.staff.get("communities", {}).get(community, {})
    row = said.get("positions")
    if not row:
        return None
    low, high = said.get("positions_low") or row, said.get("positions_high") or row
    used = [place for place in range(HALF_HOURS) if any(row[place::HALF_HOURS])]
    shown = range(used[0], used[-1] + 1) if used else range(0)
    most = max(row)
    days = [
        (day, [cell(row, low, high, number * HALF_HOURS + place, most) for place in shown])
        for number, day in enumerate(DAYS)
    ]
    return Week([hour(place) for place in shown], days, most, sum(row) / 2)


def cell(row: Sequence[float], low: Sequence[float], high: Sequence[float], at: int, most: float) -> Cell:  # fmt: skip
    value = row[at]
    level = 0 if value <= 0 or not most else max(1, round(LEVELS * value / most))
    return Cell(value, level, f"{low[at]:g} to {high[at]:g}")


def hour(place: int) -> str:
    return f"{place // 2:02}:{place % 2 * 30:02}"


@dataclass(frozen=True, slots=True)
class Need:
    """Whom a community needs. `peak`: the most positions at once; `people`: who is assigned."""

    community: PlannedCommunity
    hue: int
    skills: list[int | None]
    peak: float | None
    contacts_week: float | None
    assigned: int
    training: int


def needs_of(plan: Plan, hues: Mapping[str, int]) -> tuple[list[str], list[Need]]:
    """The skills that any community wants, and each community's line."""
    skills = sorted({skill for each in plan.communities for skill in each.skills})
    assigned = Counter(str(each.get("to_community")) for each in some(plan, "assignments"))
    training = Counter(str(each.get("community")) for each in some(plan, "training"))
    said = plan.staff.get("communities", {})
    return skills, [
        Need(
            each,
            hues.get(each.id, 190),
            [each.skills.get(skill) for skill in skills],
            max(said.get(each.id, {}).get("positions") or [0]) or None,
            whole_week(said.get(each.id, {})),
            assigned[each.id],
            training[each.id],
        )
        for each in plan.communities
    ]


def whole_week(said: Mapping[str, Any]) -> float | None:
    by_channel = said.get("contacts_week")
    return sum(by_channel.values()) if isinstance(by_channel, Mapping) and by_channel else None


def some(plan: Plan, name: str) -> list[Mapping[str, Any]]:
    return [each for each in plan.staff.get(name, ()) if isinstance(each, Mapping)]


@dataclass(frozen=True, slots=True)
class Between:
    """How many people go from one site to another."""

    from_site: str
    to_site: str
    people: int


def between_sites(plan: Plan) -> list[Between]:
    """Moves first, the largest first; then who stays."""
    found = Counter((str(each.get("from_site") or ""), str(each.get("to_site") or "")) for each in some(plan, "assignments"))  # fmt: skip
    lines = [Between(a or "nowhere known", b or "nowhere known", many) for (a, b), many in found.items()]  # fmt: skip
    return sorted(lines, key=lambda each: (each.from_site == each.to_site, -each.people, each.from_site, each.to_site))  # fmt: skip


def training_of(plan: Plan, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Who learns what, by community and person."""
    found = [
        {
            "person": str(each.get("person", "")),
            "community": names.get(str(each.get("community")), str(each.get("community") or "")),
            "skill": str(each.get("skill", "")),
            "from": each.get("from", ""),
            "to": each.get("to", ""),
        }
        for each in some(plan, "training")
    ]
    return sorted(found, key=lambda each: (each["community"], each["person"], each["skill"]))


def lacking_of(plan: Plan, names: Mapping[str, str]) -> list[str]:
    """What training can't mend, in sentences."""
    words = {"language": "nobody speaks {which}", "seat": "more are wanted for {which}: {number}", "people": "people missing: {number}"}  # fmt: skip
    return [
        f"{names.get(str(each.get('community')), each.get('community'))}: "
        + words.get(str(each.get("what")), "{what} {which}").format(**{"what": "", "which": "", "number": "", **each})
        for each in some(plan, "lacking")
    ]  # fmt: skip
