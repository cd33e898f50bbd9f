"""The document of a twin run as types: what pages and reports read of it. What is not named here may be anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coterie.kit.typed import Finite, Share, Text, Words, Yes
from coterie.twin import beside


@dataclass(frozen=True, slots=True)
class Found:
    """A figure, or a difference of one."""

    value: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    n: Finite | None = None
    stands_out: Yes = False
    better: Text | None = None


@dataclass(frozen=True, slots=True)
class World:
    figures: Mapping[Text, Found] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a difference is with an assumption at its ends."""

    assumption: Text
    low: Finite | None = None
    high: Finite | None = None


@dataclass(frozen=True, slots=True)
class Assumed:
    name: Text
    value: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    unit: Text = ""
    of: Text = ""
    why: Words = ""
    source: Words | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What was asked for."""

    of: Text
    held: Literal["calls", "answers"]
    within: Share
    abandoned: Share | None = None


@dataclass(frozen=True, slots=True)
class People:
    """The people that each world needs."""

    asked: Service
    bounds: tuple[Finite, Finite]
    worlds: Mapping[Text, World]
    differences: Mapping[Text, Found]
    relative: Mapping[Text, beside.Found] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    worlds: Mapping[Text, World]
    differences: Mapping[Text, Found] = field(default_factory=dict)
    sensitivity: Mapping[Text, list[Tried]] | None = None
    people: People | None = None
    assumptions: list[Assumed] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
