"""The document of a twin run: whether it is one, what was assumed in it, what it can't tell. Pure."""

from collections.abc import Mapping
from typing import Any

from coterie.kit.errors import Invalid
from coterie.kit.typed import read, shown
from coterie.planning.trial.comparison import lasting

CANNOT = (
    "A twin is a model: it holds what is assumed, not what people will make of a new way to work.",
    "Both worlds get the same customers and contacts, and, unless it is said, the same people. That customers who are known ask for less is not in it.",
    "Nobody learns, leaves or joins while it runs; the first weeks of a change are not shown.",
)  # fmt: skip
"""What no run can tell, whatever its own notes say."""


def check_result(document: Any) -> None:
    """Whether this is what a run of the twin came to. Raises `Invalid`, naming what is wrong with it."""
    if not isinstance(document, Mapping) or not isinstance(document.get("worlds"), Mapping):
        raise Invalid("this is no result of a run: it holds no worlds.", "no_result")
    if document.get("format", 1) != 1:
        raise Invalid(f"this result is of format {shown(document['format'])}; this version reads 1.", "format")  # fmt: skip
    from coterie.planning.trial.result_types import Result  # noqa: PLC0415 - a server that reads no result never makes its types

    found = read(Result, document, "this result", "no_result")
    if found.people and found.people.asked.of == "today" and found.people.asked.abandoned is None:
        raise Invalid("`people.asked.abandoned` of this result is missing.", "no_result", "people")


OF = {"both": "Both worlds", "groups": "Skill groups", "communities": "Communities"}


def assumption_rows(result: Mapping[str, Any]) -> list[dict[str, str]]:
    """Assumptions for a table: of which world, what, its value, the range that was tried, where it comes from."""
    return [
        {
            "name": str(each.get("name", "")),
            "of": OF.get(str(each.get("of", "")), str(each.get("of", ""))),
            "what": sentence_of(each, str(each.get("name", ""))),
            "value": in_unit(each.get("value"), str(each.get("unit", ""))),
            "range": f"{in_unit(each.get('low'), str(each.get('unit', '')))} to {in_unit(each.get('high'), str(each.get('unit', '')))}",
            "source": upper(str(each.get("source") or "assumed")),
        }
        for each in result.get("assumptions", ())
    ]  # fmt: skip


def upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def in_unit(value: Any, unit: str) -> str:
    if not isinstance(value, int | float):
        return "" if value is None else str(value)
    match unit:
        case "s":
            return lasting(value)
        case "h":
            return f"{value:g} h"
        case "share":
            return f"{100 * value:.4g}%"
        case "money":
            return f"{value:,.2f}"
        case _:
            return f"{value:,.4g} {unit}".strip()


def sentence_of(assumption: Mapping[str, Any], name: str) -> str:
    """What it is, without its last full stop."""
    return str(assumption.get("why") or name.replace("_", " ")).rstrip(".")
