"""The plan as a document: what `coterie plan` writes and reads, step by step, and what the planner's pages show.

`territories` makes it, `staff` says whom each community needs, `waves` who moves when; a roster is a file of its own.
Each step keeps what the others wrote. What another program or a later version added stays, too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, TypeVar

from pydantic import Field

from coterie.kit.errors import Invalid
from coterie.kit.typed import Id, Number, People, Seed, Share, Text, Whole, read, shown

FORMAT = 1
T = TypeVar("T")
Lat = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Lon = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class PlannedArea:
    """An area as the plan was made of it. `whole`: the area that it is a part of, where one was split."""

    area: Id
    name: Text = ""
    lat: Lat | None = None
    lon: Lon | None = None
    customers: Whole = 0
    contacts: Number = 0.0
    """A year."""
    region: Text = ""
    hazard: Share | None = None
    """How exposed it is to what hits neighbours together, 0 to 1."""
    whole: Text = ""


@dataclass(frozen=True, slots=True)
class PlannedCommunity:
    """A community to be. What no step has said yet is None or empty."""

    id: Id
    name: Text
    areas: tuple[Id, ...]
    customers: Whole
    contacts: Number
    experts: People | None = None
    """Headcount: experts, coaches and manager not counted."""
    skills: Mapping[Text, Whole] = field(default_factory=dict)
    """How many people with each skill family are wanted."""
    buddy: Text | None = None
    region: Text = ""
    site: Text = ""


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


@dataclass(frozen=True, slots=True)
class Head:
    """A plan's document without its sections."""

    communities: tuple[PlannedCommunity, ...]
    areas: tuple[PlannedArea, ...] = ()
    adjacency: tuple[tuple[Id, Id], ...] = ()
    balance: Number = 0.0
    seed: Seed = 0
    tolerance: Number = 0.0


HEAD = [each.name for each in fields(Head)]
STEPS = ("territories", "staff", "waves")
OWN = {"format", *HEAD, *STEPS}


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
        **{name: dict(getattr(plan, name)) for name in STEPS if getattr(plan, name)},
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
    """The plan of a document. Raises `Invalid`, naming what is wrong with it and where."""
    if not isinstance(document, dict) or "communities" not in document:
        raise Invalid("This is no plan: it names no communities.", "no_plan")
    if document.get("format", FORMAT) != FORMAT:
        raise Invalid(f"This plan is of format {shown(document['format'])}; this version reads {FORMAT}.", "format")  # fmt: skip
    head = part(Head, {name: document[name] for name in HEAD if name in document})
    sections = {name: document.get(name, {}) for name in STEPS}
    check_sections(sections)
    more = {name: value for name, value in document.items() if name not in OWN}
    plan = Plan(**{name: getattr(head, name) for name in HEAD}, **sections, more=more)
    check(plan)
    return plan


def check_sections(sections: Mapping[str, Any]) -> None:
    from coterie.planning.plan_sections import SECTIONS  # noqa: PLC0415 - a server that reads no plan never makes its types

    for name, given in sections.items():
        part(SECTIONS[name], given, name)


def part(kind: type[T], given: Any, *path: str) -> T:
    return read(kind, given, "the plan", "no_plan", path)


def check(plan: Plan) -> None:
    """Every area is in one community at most and, where the plan lists areas, is one of them; buddies are others of it."""
    ids = [each.id for each in plan.communities]
    twice(ids, "community")
    twice([each.area for each in plan.areas], "area")
    twice([area for each in plan.communities for area in each.areas], "area")
    known, areas = set(ids), {each.area for each in plan.areas}
    for each in plan.communities:
        if each.buddy is not None and (each.buddy not in known or each.buddy == each.id):
            raise Invalid(f"{each.id} has the buddy {each.buddy}, which is no other community of this plan.", "buddy")  # fmt: skip
        for area in each.areas:
            if areas and area not in areas:
                raise Invalid(f"{each.id} has the area {area}, which is none of the plan's areas.", "no_area", "communities")  # fmt: skip
    check_waves(plan, known)


def check_waves(plan: Plan, known: Collection[str]) -> None:
    """Waves have numbers of their own and name the plan's communities."""
    waves = plan.waves.get("waves", ())
    twice([str(each["number"]) for each in waves], "wave")
    for wave in waves:
        for each in wave["communities"]:
            if each not in known:
                raise Invalid(f"Wave {wave['number']} names {each}, which is no community of this plan.", "no_plan", "waves")  # fmt: skip


def twice(names: Sequence[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Invalid(f"The {what} {name} stands in the plan twice.", "twice", what)
        seen.add(name)
