"""Both worlds of a twin run in words: what each figure is called, how its values are said, what stands out. Pure.

A difference is that of communities less skill groups; its interval is of pairs of replications on the same arrivals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SECONDS, SHARE, COUNT, MONEY, HOURS, TIMES, PEOPLE = (
    "seconds",
    "share",
    "count",
    "money",
    "hours",
    "times",
    "people",
)


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
    Named("within_promise", "Calls answered within the promise", SHARE, WAITS),
    Named("abandoned", "Calls abandoned", SHARE, WAITS, "Callers who hang up are", "fewer", "more"),
    Named("call_back", "Calls that became a call-back", SHARE, WAITS),
    Named("transfer_rate", "The answering person changes", SHARE, KNOWN, "The person who answers changes in", "fewer", "more"),
    Named("transfer_cover", "of that, a teammate covers", SHARE, KNOWN),
    Named("transfer_handover", "of that, a case is handed over", SHARE, KNOWN),
    Named("transfer_outside", "of that, from or to another community or group", SHARE, KNOWN),
    Named("people_per_case", "Changes of the answering person, for each episode", COUNT, KNOWN),
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
    Named("lost", "Nobody ever answered", SHARE, SOLVED),
    Named("occupancy", "Time at work on customers", SHARE, WORK),
    Named("helping_share", "Time spent helping others", SHARE, WORK),
    Named("paid_h_per_case", "Paid time for a case", HOURS, WORK),
    Named("cost_per_case", "Cost of a case", MONEY, WORK, "A case costs"),
    Named("cost_per_solved", "Cost of a solved case", MONEY, WORK),
    Named("people", "People for the same service", PEOPLE, WORK, "The same service takes", "fewer"),
    Named("contacts", "Contacts", TIMES, WORK),
)  # fmt: skip
BY_NAME = {each.name: each for each in FIGURES}
HEADLINES = [each.name for each in FIGURES if each.lead]


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


def value_of(given: Any) -> Value | None:
    if not isinstance(given, Mapping) or given.get("value") is None:
        return None
    value = float(given["value"])
    low, high = given.get("low"), given.get("high")
    return Value(value, value if low is None else float(low), value if high is None else float(high), given.get("n"))  # fmt: skip


def possible(value: Value | None, unit: str) -> Value | None:
    """The interval without what can't be: less than nothing, or more than all."""
    return None if value is None else clipped(value, unit)


def clipped(value: Value, unit: str) -> Value:
    most = 1.0 if unit == SHARE else float("inf")
    low, high = max(0.0, value.low), min(most, value.high)
    return Value(value.value, min(low, value.value), max(high, value.value), value.n)


def lines_of(result: Mapping[str, Any]) -> list[Line]:
    """Every figure that is known here and that one of the worlds has, in the order of this module."""
    worlds = result.get("worlds", {})
    sides = {name: worlds.get(name, {}).get("figures", {}) for name in ("groups", "communities")}
    found = []
    for figure in FIGURES:
        groups, communities = (
            possible(value_of(sides[side].get(figure.name)), figure.unit) for side in sides
        )
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
    return [sentence(line) for line in lines if can_be_said(line)]


def can_be_said(line: Line) -> bool:
    """Whether it is an important figure that both worlds have."""
    return bool(line.figure.lead and line.groups and line.communities and line.difference)


def sentence(line: Line) -> str:
    """Calls wait 21 s in communities, 64 s in skill groups: 38 to 49 s less."""
    figure, groups, communities, difference = line.figure, line.groups, line.communities, line.difference  # fmt: skip
    assert groups is not None and communities is not None and difference is not None
    unit = figure.unit
    both = f"{figure.lead} {said(communities.value, unit)} in communities, {said(groups.value, unit)} in skill groups"
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
    if unit == PEOPLE:
        return f"{value:,.0f} people"
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
    """38 to 49 s; 16.8 to 18.1 points; 0.6 points where both are said alike."""
    if unit == SHARE:
        one, other = f"{100 * low:.1f}", f"{100 * high:.1f}"
        return f"{one} points" if one == other else f"{one} to {other} points"
    one, other = said(low, unit), said(high, unit)
    if one == other:
        return one
    number, _, word = one.partition(" ")
    if " " in one and word == other.partition(" ")[2] and " " not in word:
        return f"{number} to {other}"
    return f"{one} to {other}"


def changed(line: Line) -> str:
    """The interval of the difference, signed, for a table."""
    return changed_by(line.difference, line.figure.unit)


def changed_by(difference: Value | None, unit: str) -> str:
    if difference is None:
        return ""
    return f"{signed(difference.low, unit)} to {signed(difference.high, unit)}"


def signed(value: float, unit: str) -> str:
    if unit == SHARE:
        return f"{round(100 * value, 1) + 0.0:+.1f}"
    text = said(abs(value), unit)
    return f"{'-' if value < 0 else '+'}{text}"
