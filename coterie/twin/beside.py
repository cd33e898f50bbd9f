"""Two results of the twin beside each other: what the figures of the second are less those of the first. Pure."""

from collections.abc import Mapping
from typing import Any

from coterie.kit.errors import Invalid
from coterie.twin.intervals import interval, welch
from coterie.twin.words import better


def beside(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """Of each world in both results, what b's figures are less a's. Paired where the seeds are the same."""
    worlds = [world for world in a["worlds"] if world in b["worlds"]]
    if not worlds:
        raise Invalid("These two results have no world in common.", "no_result")
    return {
        "paired": all(are_paired(a, b, world) for world in worlds),
        "worlds": {world: of_world(a, b, world) for world in worlds},
    }


def are_paired(a: Mapping[str, Any], b: Mapping[str, Any], world: str) -> bool:
    """Whether their replications met the same chance."""
    return bool(a["worlds"][world]["seeds"] == b["worlds"][world]["seeds"])


def of_world(a: Mapping[str, Any], b: Mapping[str, Any], world: str) -> dict[str, Any]:
    """Of each figure that both have: the two means, the difference with its interval, which is better (`a`, `b`)."""
    first, second = a["each"][world], b["each"][world]
    made = {}
    for name in a["worlds"][world]["figures"]:
        if name not in b["worlds"][world]["figures"]:
            continue
        x, y = [each[name] for each in first], [each[name] for each in second]
        found = (
            interval([q - p for p, q in zip(x, y, strict=True)])
            if are_paired(a, b, world)
            else welch(x, y)
        )
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
