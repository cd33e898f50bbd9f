"""The plan as a document: what `coterie plan` writes and reads, step by step, and what the planner's pages show.

`territories` makes it, `staff` says whom each community needs, `waves` who moves when; a roster is a file of its own.
Each step keeps what the others wrote. What another program or a later version added stays, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from coterie.kit.errors import Invalid

FORMAT = 1


@dataclass(frozen=True, slots=True)
class PlannedArea:
    """An area as the plan was made of it. `whole`: the area that it is a part of, where one was split."""

    area: str
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    customers: int = 0
    contacts: float = 0.0
    """A year."""
    region: str = ""
    hazard: float | None = None
    """How exposed it is to what hits neighbours together, 0 to 1."""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class PlannedCommunity:
    """A community to be. What no step has said yet is None or empty."""

    id: str
    name: str
    areas: tuple[str, ...]
    customers: int
    contacts: float
    experts: int | None = None
    """Headcount: experts, coaches and manager not counted."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """How many people with each skill family are wanted."""
    buddy: str | None = None
    region: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Territories, and what later steps add: each a section of its own, as JSON has it."""

    communities: tuple[PlannedCommunity, ...]
    areas: tuple[PlannedArea, ...]
    adjacency: tuple[tuple[str, str], ...]
    balance: float
    """Largest deviation of a community's customers from the mean, as a share of the mean."""
    seed: int
    tolerance: float
    territories: Mapping[str, Any] = field(default_factory=dict)
    """How it was made: bounds, contacts, islands joined, areas split, pins, moves by hand, notes."""
    staff: Mapping[str, Any] = field(default_factory=dict)
    waves: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


SECTIONS = ("territories", "staff", "waves")
OWN = {"format", "communities", "areas", "adjacency", "balance", "seed", "tolerance", *SECTIONS}


def as_json(plan: Plan) -> dict[str, Any]:
    """The document. Keys that hold nothing are left out of areas and communities."""
    return {
        "format": FORMAT,
        "communities": [said(each) for each in plan.communities],
        "areas": [said(each) for each in plan.areas],
        "adjacency": [list(pair) for pair in plan.adjacency],
        "balance": plan.balance,
        "seed": plan.seed,
        "tolerance": plan.tolerance,
        **{name: dict(getattr(plan, name)) for name in SECTIONS if getattr(plan, name)},
        **plan.more,
    }


ALWAYS = {"areas", "customers", "contacts", "experts", "skills", "buddy"}
"""Keys that other programs may expect of each community."""


def said(thing: PlannedArea | PlannedCommunity) -> dict[str, Any]:
    """What is as it would be anyhow is left out. A latitude of 0 is something, contacts of 0 are not."""
    made = {each.name: getattr(thing, each.name) for each in fields(thing)}
    usual = {each.name: each.default for each in fields(thing)}
    keep = ALWAYS if isinstance(thing, PlannedCommunity) else {"customers"}
    return {
        name: list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
        for name, value in made.items()
        if name in keep or value != usual[name]
    }  # fmt: skip


def read_plan(document: Any) -> Plan:
    """The plan of a document. Raises `Invalid`, naming what is wrong with it."""
    if not isinstance(document, dict) or "communities" not in document:
        raise Invalid("This is no plan: it names no communities.", "no_plan")
    if document.get("format", FORMAT) != FORMAT:
        raise Invalid(f"This plan is of format {document['format']}; this version reads {FORMAT}.", "format")  # fmt: skip
    plan = Plan(
        tuple(
            read(PlannedCommunity, each, "communities") for each in some(document, "communities")
        ),
        tuple(read(PlannedArea, each, "areas") for each in some(document, "areas")),
        tuple(pair(each) for each in some(document, "adjacency")),
        number(document, "balance"),
        int(number(document, "seed")),
        number(document, "tolerance"),
        territories=section(document, "territories"),
        staff=section(document, "staff"),
        waves=section(document, "waves"),
        more={name: value for name, value in document.items() if name not in OWN},
    )
    check(plan)
    return plan


def some(document: Mapping[str, Any], name: str) -> list[Any]:
    given = document.get(name, [])
    if not isinstance(given, list):
        raise Invalid(f"`{name}` of the plan is no list.", "no_plan", name)
    return given


def section(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    given = document.get(name, {})
    if not isinstance(given, dict):
        raise Invalid(f"`{name}` of the plan is no object.", "no_plan", name)
    return given


def pair(given: Any) -> tuple[str, str]:
    match given:
        case [str() as a, str() as b]:
            return a, b
    raise Invalid(f"In `adjacency` of the plan stands {given!r}, which is no pair of areas.", "no_plan", "adjacency")  # fmt: skip


def read(kind: Any, given: Any, where: str) -> Any:
    if not isinstance(given, dict):
        raise Invalid(f"In `{where}` of the plan stands {given!r}, which is no object.", "no_plan", where)  # fmt: skip
    known = {name: given[name] for name in kind.__slots__ if name in given}
    if "areas" in known:
        known["areas"] = tuple(str(each) for each in known["areas"])
    try:
        return kind(**known)
    except TypeError as error:
        raise Invalid(f"In `{where}` of the plan something is missing: {error}.", "no_plan", where) from error  # fmt: skip


def number(document: Mapping[str, Any], name: str) -> float:
    value = document.get(name, 0)
    if not isinstance(value, int | float):
        raise Invalid(f"`{name}` of the plan is {value!r}, which is no number.", "no_plan", name)
    return value


def check(plan: Plan) -> None:
    """Every area is in one community at most, every buddy is another of the plan's communities."""
    ids = [each.id for each in plan.communities]
    twice(ids, "community")
    twice([area for each in plan.communities for area in each.areas], "area")
    known = set(ids)
    for each in plan.communities:
        if each.buddy is not None and (each.buddy not in known or each.buddy == each.id):
            raise Invalid(f"{each.id} has the buddy {each.buddy}, which is no other community of this plan.", "buddy")  # fmt: skip


def twice(names: Sequence[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Invalid(f"The {what} {name} stands in the plan twice.", "twice", what)
        seen.add(name)
