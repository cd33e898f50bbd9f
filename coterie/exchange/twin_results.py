"""Scenarios and results of the twin as files: run, told, compared."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from coterie.exchange.plan_files import read_document
from coterie.kit.errors import Invalid
from coterie.performance.scorecard import BY_NAME
from coterie.planning.trial import comparison, needed
from coterie.planning.trial.comparison import Value
from coterie.twin.beside import check_result
from coterie.twin.reading import read_scenario
from coterie.twin.scenario import Scenario
from coterie.twin.words import OWN

COUNTED = ("contacts", "episodes", "changes", "cases", "helpers")
"""Units that are small numbers or large ones."""


def read_scenario_file(path: Path) -> Scenario:
    return read_scenario(read_document(path))


def read_result(path: Path) -> dict[str, Any]:
    """A result of `twin run`. Raises `Invalid` in words."""
    document = read_document(path)
    if not isinstance(document, dict) or "worlds" not in document or "each" not in document:
        raise Invalid(f"{path.name} is no result of `coterie twin run`.", "no_result")
    try:
        check_result(document)
    except Invalid as error:
        raise Invalid(f"{path.name}: {error.sentence}", error.code, error.field) from error
    return document


def level_of(people: str | None) -> float | None:
    """The share that `--people` states; None where it is today's."""
    if people in (None, "today"):
        return None
    try:
        return float(str(people))
    except ValueError as error:
        raise Invalid(f"{people!r} is neither `today` nor a share such as 0.8.", "people", "people") from error  # fmt: skip


def question(name: str) -> tuple[str, str]:
    """What a figure asks, and its unit; of one that is unknown here, its name and none."""
    if name in OWN:
        return OWN[name][0], OWN[name][1]
    known = BY_NAME.get(name)
    return (known.question, known.unit) if known else (name, "")


def told(result: Mapping[str, Any]) -> Iterator[str]:
    """As a person reads it: both worlds, the difference, and whether it stands out."""
    yield f"{result['name']}: {result['days']} days, {result['replications']} replications, seed {result['seed']}."
    yield f"{'':<84}{'skill groups':>38}{'communities':>38}  difference"
    yield from table(result, figures_of(result))
    if found := result.get("people"):
        yield "People for the same service:"
        yield from (f"- {sentence}" for sentence in needed.sentences(found))
        yield from table(found, [name for name in needed.SHOWN if name in figures_of(found)])
    yield "Assumptions that no log has told:"
    yield from (f"- {each['name']} {each['value']:g} {each['unit']} ({each['low']:g} to {each['high']:g}): {each['why']}" for each in result["assumptions"] if each["source"] == "assumed")  # fmt: skip
    yield from (f"- {note}" for note in result["notes"])


def figures_of(result: Mapping[str, Any]) -> list[str]:
    """Those that one of the worlds has."""
    return [*dict.fromkeys(name for world in result["worlds"].values() for name in world["figures"])]  # fmt: skip


def table(result: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    worlds = result["worlds"]
    for name in names:
        asks, unit = question(name)
        sides = [said(worlds.get(world, {}).get("figures", {}).get(name), unit) for world in ("groups", "communities")]  # fmt: skip
        yield f"{f'{asks} ({name})':<84.84}{sides[0]:>38}{sides[1]:>38}  {difference(result['differences'].get(name), unit)}"


def said(found: Mapping[str, Any] | None, unit: str) -> str:
    if found is None:
        return "-"
    value = comparison.clipped(Value(found["value"], found["low"], found["high"], None), unit)
    return f"{number(value.value, unit)} ({number(value.low, unit)} to {number(value.high, unit)})"  # fmt: skip


def number(value: float, unit: str) -> str:
    """Times as people say them; counts whole."""
    if unit == "people":
        return f"{value:,.0f}"
    if unit in COUNTED:
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
    return comparison.said(value, unit)


def difference(found: Mapping[str, Any] | None, unit: str) -> str:
    if found is None:
        return ""
    text = between(found, unit)
    if not found["stands_out"]:
        return f"{text}, within the noise"
    return f"{text}, {found['better']} do better" if found["better"] else text


def between(found: Mapping[str, Any], unit: str) -> str:
    """What a difference lies between; of shares in points."""
    if unit == "share":
        return f"{100 * found['low']:+.1f} to {100 * found['high']:+.1f} points"
    return f"{number(found['low'], unit)} to {number(found['high'], unit)}"


def beside_told(found: Mapping[str, Any]) -> Iterator[str]:
    yield "Paired, replication by replication." if found["paired"] else "Of different runs, not paired."  # fmt: skip
    for world, figures in found["worlds"].items():
        yield f"{world}:"
        for name, each in figures.items():
            asks, unit = question(name)
            verdict = {"a": "the first does better", "b": "the second does better", None: ""}[each["better"]]  # fmt: skip
            noise = "" if each["stands_out"] else "within the noise"
            yield f"  {f'{asks} ({name})':<84.84}{said(each['a'], unit):>38}{said(each['b'], unit):>38}  {between(each, unit)} {verdict or noise}"
