"""Two runs of a plan beside each other: communities in each, and what the second is less the first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coterie.planning.trial import needed, results
from coterie.planning.trial.comparison import Line, Named, Value, changed_by, lines_of, value_of
from coterie.twin.beside import FEWEST_PAIRS, of_world, shared

WORLD = "communities"
HELD_APART = "Each is held to the service of its own skill groups"
BY_CHANCE = "Of twenty figures that don't differ, about one stands out by chance."


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of communities in two runs, each with its difference to skill groups."""

    figure: Named
    first: Line | None
    second: Line | None
    difference: Value | None
    stands_out: bool
    better: str | None
    """`a`, `b`, or None where neither is."""

    @property
    def changed(self) -> str:
        """The interval of the second less the first, signed, for a table."""
        return changed_by(self.difference, self.figure.unit)

    @property
    def unsaid(self) -> str:
        """Why there is no difference to tell."""
        return HELD_APART if self.figure.name == "people" else ""

    @property
    def verdict(self) -> str:
        if self.first is None or self.second is None:
            return "Only in one of the two"
        if self.difference is None:
            return self.unsaid
        if self.difference.low == self.difference.high == 0:
            return "The same in both"
        if not self.stands_out:
            return "Not out of the noise"
        return {"a": "Better in the first", "b": "Better in the second"}.get(self.better or "", "Differs")  # fmt: skip


def pairs_of(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Pair]:
    """Every figure that communities have in one of the two runs."""
    one, other = of_communities(a), of_communities(b)
    told = of_world(a, b, WORLD) if told_one_by_one(a) and told_one_by_one(b) else {}
    return [
        pair(one.get(name), other.get(name), told.get(name)) for name in dict.fromkeys([*one, *other])
    ]  # fmt: skip


def of_communities(result: Mapping[str, Any]) -> dict[str, Line]:
    people = [line for line in needed.rows(found) if line.figure.name == "people"] if (found := result.get("people")) else []  # fmt: skip
    return {line.figure.name: line for line in [*lines_of(result), *people] if line.communities}


def pair(first: Line | None, second: Line | None, told: Mapping[str, Any] | None) -> Pair:
    line = first or second
    assert line is not None
    difference = value_of(told)
    out = bool(told and told["stands_out"])
    return Pair(line.figure, first, second, difference, out, told["better"] if told else None)


def told_one_by_one(result: Mapping[str, Any]) -> bool:
    """Whether each replication's figures are in it; a run of another program may leave them out."""
    return bool(result.get("each", {}).get(WORLD)) and "seeds" in result["worlds"].get(WORLD, {})


def terms(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """How far the difference of two runs can be relied on."""
    if not (told_one_by_one(a) and told_one_by_one(b)):
        return "One of the runs doesn't tell its replications one by one, so what stands out of the noise can't be said."
    number = len(shared(a, b, WORLD))
    paired = f"Both have {number} replications of one seed: they meet the same chance there, and are compared replication by replication."
    apart = (
        "They have other seeds: chance differs, so ranges are wider than between runs of one seed."
    )
    return f"{paired if number >= FEWEST_PAIRS else apart} {BY_CHANCE}"


def otherwise(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Assumptions that differ: what, in the one, in the other."""
    one, other = ({str(each.get("name")): each for each in run.get("assumptions", ())} for run in (a, b))  # fmt: skip
    return [
        (results.sentence_of(each, name), *told_apart(each, other[name]))
        for name, each in one.items()
        if name in other and each.get("value") != other[name].get("value")
    ]


def told_apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, str]:
    """Both values as people read them; exactly, where they would read alike."""
    unit = str(one.get("unit", ""))
    said = results.in_unit(one.get("value"), unit), results.in_unit(other.get("value"), unit)
    if said[0] != said[1]:
        return said
    return f"{one.get('value')!r} {unit}".strip(), f"{other.get('value')!r} {unit}".strip()
