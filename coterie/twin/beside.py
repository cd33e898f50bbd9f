"""Two results of the twin beside each other: what the figures of the second are less those of the first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from coterie.kit.errors import Invalid
from coterie.kit.typed import Finite, Text, read
from coterie.twin.intervals import interval, welch
from coterie.twin.words import better

FEWEST_PAIRS = 2
"""From so many replications of one seed on, these are compared, and no others."""


Seed = Annotated[int, Field(strict=True)]
Rows = Annotated[list[Mapping[Text, Finite]], Field(min_length=FEWEST_PAIRS)]


@dataclass(frozen=True, slots=True)
class Found:
    """A figure: its mean, and from where to where it may be."""

    value: Finite
    low: Finite
    high: Finite


@dataclass(frozen=True, slots=True)
class World:
    figures: Mapping[Text, Found]
    seeds: list[Seed]


@dataclass(frozen=True, slots=True)
class Result:
    """What of a result is compared."""

    worlds: Mapping[Text, World]
    each: Mapping[Text, Rows]


def check_result(document: Any) -> None:
    """Whether it can be compared. Raises `Invalid`, naming what is wrong with it and where."""
    found = read(Result, document, "the result", "no_result")
    for name, world in found.worlds.items():
        rows = found.each.get(name, [])
        if len(rows) != len(world.seeds):
            raise Invalid(f"The result has {len(rows)} replications of {name} in `each`, and {len(world.seeds)} `seeds`.", "no_result", name)  # fmt: skip
        for figure in world.figures:
            if not all(figure in row for row in rows):
                raise Invalid(f"`each.{name}` of the result lacks {figure} in a replication.", "no_result", figure)  # fmt: skip


def beside(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """Of each world in both results, what b's figures are less a's. Paired where the seeds are the same."""
    worlds = [world for world in a["worlds"] if world in b["worlds"]]
    if not worlds:
        raise Invalid("These two results have no world in common.", "no_result")
    return {
        "paired": all(len(shared(a, b, world)) >= FEWEST_PAIRS for world in worlds),
        "worlds": {world: of_world(a, b, world) for world in worlds},
    }


def of_world(a: Mapping[str, Any], b: Mapping[str, Any], world: str) -> dict[str, Any]:
    """Of each figure that both have: the two means, the difference with its interval, which is better (`a`, `b`)."""
    pairs = shared(a, b, world)
    first, second = a["each"][world], b["each"][world]
    made = {}
    for name in a["worlds"][world]["figures"]:
        if name not in b["worlds"][world]["figures"]:
            continue
        if len(pairs) >= FEWEST_PAIRS:
            found = interval([second[there][name] - first[here][name] for here, there in pairs])
        else:
            found = welch([each[name] for each in first], [each[name] for each in second])
        stands_out = found["low"] > 0 or found["high"] < 0
        towards = better(name, found["value"]) if stands_out else None
        made[name] = {
            "a": a["worlds"][world]["figures"][name],
            "b": b["worlds"][world]["figures"][name],
            **found,
            "stands_out": stands_out,
            "better": {"communities": "b", "groups": "a", None: None}[towards],
        }
    return made


def shared(a: Mapping[str, Any], b: Mapping[str, Any], world: str) -> list[tuple[int, int]]:
    """The places of replications of one seed, which met the same chance: in the one, in the other."""
    there = {seed: place for place, seed in enumerate(b["worlds"][world]["seeds"])}
    return [(place, there[seed]) for place, seed in enumerate(a["worlds"][world]["seeds"]) if seed in there]  # fmt: skip
