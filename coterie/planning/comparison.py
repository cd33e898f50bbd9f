"""Both worlds of a twin run in words: what each figure is called, how its values are said, what stands out. Pure.

A difference is that of communities less skill groups; its interval is of pairs of replications on the same arrivals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coterie.kit.errors import Invalid

SECONDS, SHARE, COUNT, MONEY, HOURS, TIMES = "seconds", "share", "count", "money", "hours", "times"


@dataclass(frozen=True, slots=True)
class Named:
    """A figure of a run: its title, its unit, its group; `lead` begins a sentence that a value and "in communities" end."""

    name: str
    title: str
    unit: str
    group: str
    lead: str = ""
    less: str = "less"
    more: str = "more"


WAITS, KNOWN, SOLVED, WORK = "Waits", "Who answers", "Solved", "Work and cost"
FIGURES: Sequence[Named] = (
    Named("voice_wait_s", "Wait of a call, mean", SECONDS, WAITS, "Calls wait"),
    Named("voice_wait_p90_s", "Wait of a call, nine in ten within", SECONDS, WAITS),
    Named("call_back_wait_s", "Wait for a call-back, mean", SECONDS, WAITS),
    Named("messaging_wait_s", "Wait of a message, mean", SECONDS, WAITS, "Messages wait"),
    Named("messaging_wait_p90_s", "Wait of a message, nine in ten within", SECONDS, WAITS),
    Named("email_wait_s", "Wait of a mail, mean", SECONDS, WAITS, "Mails wait"),
    Named("email_wait_p90_s", "Wait of a mail, nine in ten within", SECONDS, WAITS),
    Named("service_level", "Answered as promised", SHARE, WAITS),
    Named("within_promise", "Calls answered as promised", SHARE, WAITS),
    Named("abandoned", "Calls abandoned", SHARE, WAITS, "Callers who hang up are", "fewer", "more"),
    Named("call_back", "Calls that became a call-back", SHARE, WAITS),
    Named("transfer_rate", "The answering person changes", SHARE, KNOWN, "The person who answers changes in", "fewer", "more"),
    Named("transfer_cover", "of that, a teammate covers", SHARE, KNOWN),
    Named("transfer_handover", "of that, a case is handed over", SHARE, KNOWN),
    Named("transfer_outside", "of that, from or to another community or group", SHARE, KNOWN),
    Named("people_per_case", "People whom a case meets", COUNT, KNOWN, "A case meets", "fewer people", "more people"),
    Named("continuity", "Comes back and meets somebody who knows them", SHARE, KNOWN, "Who comes back meets somebody who knows them in"),
    Named("owner_rate", "The owner attends", SHARE, KNOWN),
    Named("home_rate", "Somebody of the customer's home attends", SHARE, KNOWN),
    Named("outside_rate", "Served by another community", SHARE, KNOWN),
    Named("ask_rate", "Cases with an ask for help", SHARE, KNOWN),
    Named("solved", "Solved", SHARE, SOLVED, "Cases are solved in"),
    Named("issue_resolution", "Issue resolution", SHARE, SOLVED),
    Named("first_contact_resolution", "Solved at the first contact", SHARE, SOLVED, "The first contact solves"),
    Named("repeat_7d", "Came back within 7 days", SHARE, SOLVED),
    Named("repeat_30d", "Came back within 30 days", SHARE, SOLVED),
    Named("episodes_per_case", "Episodes of a case", COUNT, SOLVED),
    Named("lost", "Given up by the customer", SHARE, SOLVED),
    Named("occupancy", "Time at work on customers", SHARE, WORK),
    Named("helping_share", "Time spent helping others", SHARE, WORK),
    Named("paid_h_per_case", "Paid time for a case", HOURS, WORK),
    Named("cost_per_case", "Cost of a case", MONEY, WORK, "A case costs"),
    Named("contacts", "Contacts", TIMES, WORK),
)  # fmt: skip
BY_NAME = {each.name: each for each in FIGURES}
HEADLINES = [each.name for each in FIGURES if each.lead]
CANNOT = (
    "A twin is a model. It holds what is assumed below, not what people will make of a new way to work.",
    "Both worlds get the same customers, contacts and people. What customers would ask less of because they are known is not in it.",
    "Nobody learns, leaves or joins while it runs; the first weeks of a change are not shown.",
    "It says nothing of how customers or experts feel.",
)  # fmt: skip
"""What no run can tell, whatever its own notes say."""


@dataclass(frozen=True, slots=True)
class Value:
    value: float
    low: float
    high: float
    n: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in both worlds. What one of them can't count is None."""

    figure: Named
    groups: Value | None
    communities: Value | None
    difference: Value | None
    stands_out: bool
    better: str | None

    @property
    def verdict(self) -> str:
        if self.difference is None:
            return "Only in one of the two"
        if not self.stands_out:
            return "Not out of the noise"
        return {"communities": "Better in communities", "groups": "Better in skill groups"}.get(
            self.better or "", "Differs"
        )


def check_result(document: Any) -> None:
    """Whether this is what a run of the twin came to. Raises `Invalid`, naming what is wrong with it."""
    if not isinstance(document, Mapping) or not isinstance(document.get("worlds"), Mapping):
        raise Invalid("this is no result of a run: it holds no worlds.", "no_result")
    if document.get("format", 1) != 1:
        raise Invalid(f"this result is of format {document['format']}; this version reads 1.", "format")  # fmt: skip
    for world in ("groups", "communities"):
        figures = document["worlds"].get(world, {})
        if not isinstance(figures, Mapping) or not isinstance(figures.get("figures", {}), Mapping):
            raise Invalid(f"the world {world} of this result holds no figures.", "no_result", world)
    for name, kind in (("differences", Mapping), ("sensitivity", Mapping), ("assumptions", list), ("notes", list)):  # fmt: skip
        if document.get(name) is not None and not isinstance(document[name], kind):
            raise Invalid(f"`{name}` of this result is of another kind than a run writes.", "no_result", name)  # fmt: skip


def value_of(given: Any) -> Value | None:
    if not isinstance(given, Mapping) or given.get("value") is None:
        return None
    value = float(given["value"])
    low, high = given.get("low"), given.get("high")
    return Value(value, value if low is None else float(low), value if high is None else float(high), given.get("n"))  # fmt: skip


def lines_of(result: Mapping[str, Any]) -> list[Line]:
    """Every figure that is known here and that one of the worlds has, in the order of this module."""
    worlds = result.get("worlds", {})
    sides = {name: worlds.get(name, {}).get("figures", {}) for name in ("groups", "communities")}
    found = []
    for figure in FIGURES:
        groups, communities = (value_of(sides[side].get(figure.name)) for side in sides)
        if groups is None and communities is None:
            continue
        said = result.get("differences", {}).get(figure.name)
        difference = value_of(said)
        out = bool(said and said.get("stands_out")) and difference is not None
        better = said.get("better") if said and out else None
        found.append(Line(figure, groups, communities, difference, out, better))
    return found


def headlines(lines: Sequence[Line]) -> list[str]:
    """A sentence for each important figure, in plain words."""
    return [sentence(line) for line in lines if line.figure.lead and line.difference]


def sentence(line: Line) -> str:
    """Calls wait 21 s in communities, 64 s in skill groups: 38 to 49 s less."""
    figure, groups, communities, difference = line.figure, line.groups, line.communities, line.difference  # fmt: skip
    assert groups is not None and communities is not None and difference is not None
    unit = figure.unit
    people = " people" if figure.name == "people_per_case" else ""
    both = f"{figure.lead} {said(communities.value, unit)}{people} in communities, {said(groups.value, unit)} in skill groups"
    if not line.stands_out:
        return f"{both}. The difference does not stand out of the noise."
    low, high = sorted((abs(difference.low), abs(difference.high)))
    word = figure.less if difference.value < 0 else figure.more
    return f"{both}: {span(low, high, unit)} {word}."


def said(value: float, unit: str) -> str:
    """21 s, 3 min 20 s, 4.2 h; 12.3%; 1.43; 6.20."""
    if unit == SECONDS:
        return lasting(value)
    if unit == HOURS:
        return lasting(value * 3600)
    if unit == SHARE:
        return f"{100 * value:.1f}%"
    if unit == MONEY:
        return f"{value:,.2f}"
    return f"{value:,.0f}" if unit == TIMES else f"{value:,.2f}"


def lasting(seconds: float) -> str:
    sign, seconds = ("-" if seconds < -0.05 else ""), abs(seconds)
    if seconds < 10:
        return f"{sign}{seconds:.1f} s"
    if seconds < 99.5:
        return f"{sign}{seconds:.0f} s"
    if seconds < 3600:
        whole = round(seconds / 10) * 10 if seconds < 600 else round(seconds / 60) * 60
        rest = f" {whole % 60} s" if whole % 60 else ""
        return f"{sign}{whole // 60} min{rest}"
    return f"{sign}{seconds / 3600:.1f} h"


def span(low: float, high: float, unit: str) -> str:
    """38 to 49 s; 16.8 to 18.1 points."""
    if unit == SHARE:
        return f"{100 * low:.1f} to {100 * high:.1f} points"
    one, other = said(low, unit), said(high, unit)
    number, _, word = one.partition(" ")
    if " " in one and word == other.partition(" ")[2] and " " not in word:
        return f"{number} to {other}"
    return f"{one} to {other}"


def changed(line: Line) -> str:
    """The interval of the difference, signed, for a table."""
    if line.difference is None:
        return ""
    unit = line.figure.unit
    return f"{signed(line.difference.low, unit)} to {signed(line.difference.high, unit)}"


def signed(value: float, unit: str) -> str:
    if unit == SHARE:
        return f"{100 * value:+.1f}"
    text = said(abs(value), unit)
    return f"{'-' if value < 0 else '+'}{text}"


# Pictures: places between 0 and 100 on an axis of their own


@dataclass(frozen=True, slots=True)
class Whisker:
    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True)
class Facing:
    """Both worlds of a figure on one axis, from 0 to 100."""

    groups: Whisker | None
    communities: Whisker | None


def facing(line: Line) -> Facing:
    both = [each for each in (line.groups, line.communities) if each]
    least, most = min(each.low for each in both), max(each.high for each in both)
    room = (most - least) * 0.08 or abs(most) * 0.05 or 1.0
    start, width = least - room, most - least + 2 * room

    def whisker(each: Value | None) -> Whisker | None:
        if each is None:
            return None
        return Whisker(*(round(100 * (at - start) / width, 2) for at in (each.low, each.value, each.high)))  # fmt: skip

    return Facing(whisker(line.groups), whisker(line.communities))


@dataclass(frozen=True, slots=True)
class Bar:
    """What an assumption does to a difference: at its low and its high value, as said and on the axis."""

    assumption: str
    label: str
    low: float
    high: float
    low_said: str
    high_said: str
    left: float
    right: float
    low_is_left: bool


@dataclass(frozen=True, slots=True)
class Tornado:
    """Bars, the longest first; `zero` and `value` are places on the axis, zero is None where it lies beyond."""

    figure: Named
    bars: tuple[Bar, ...]
    value: float
    zero: float | None


def tornadoes(result: Mapping[str, Any], most: int = 10) -> Iterator[Tornado]:
    """One for each figure whose sensitivity was tried."""
    known = {each["name"]: each for each in result.get("assumptions", ())}
    differences = {line.figure.name: line.difference for line in lines_of(result)}
    for name, tried in (result.get("sensitivity") or {}).items():
        figure, difference = BY_NAME.get(name), differences.get(name)
        if figure and difference and tried:
            yield tornado(figure, difference.value, tried, known, most)


def tornado(
    figure: Named, value: float, tried: Sequence[Mapping[str, Any]], known: Mapping[str, Any], most: int
) -> Tornado:  # fmt: skip
    order = sorted(tried, key=lambda each: -abs(float(each["high"]) - float(each["low"])))[:most]
    ends = [value, *(float(each[end]) for each in order for end in ("low", "high"))]
    least, largest = min(ends), max(ends)
    room = (largest - least) * 0.04 or 1.0
    start, width = least - room, largest - least + 2 * room

    def place(at: float) -> float:
        return round(100 * (at - start) / width, 2)

    bars = tuple(
        Bar(
            each["assumption"],
            sentence_of(known.get(each["assumption"], {}), each["assumption"]),
            each["low"],
            each["high"],
            signed_in(each["low"], figure.unit),
            signed_in(each["high"], figure.unit),
            place(min(each["low"], each["high"])),
            place(max(each["low"], each["high"])),
            each["low"] <= each["high"],
        )
        for each in order
    )
    zero = place(0.0) if start <= 0 <= start + width else None
    return Tornado(figure, bars, place(value), zero)


def signed_in(value: float, unit: str) -> str:
    return signed(value, unit) + (" points" if unit == SHARE else "")


def sentence_of(assumption: Mapping[str, Any], name: str) -> str:
    """What it is, without its last full stop."""
    return str(assumption.get("why") or name.replace("_", " ")).rstrip(".")


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
            "source": str(each.get("source") or "Assumed"),
        }
        for each in result.get("assumptions", ())
    ]  # fmt: skip


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
        case _:
            return f"{value:,.4g} {unit}".strip()
