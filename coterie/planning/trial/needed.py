"""How many people each world needs for the same service, in words: the part `people` of a run. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from coterie.planning.trial.comparison import Line, can_be_said, lines_of, sentence

SHOWN = (
    "people", "within_promise", "abandoned", "call_back", "service_level", "messaging_wait_s", "email_wait_s", "solved", "occupancy",
    "cost_per_solved",
)  # fmt: skip
TITLE = "People for the same service"
COST = "With so many people a solved case costs"
"""How a sentence on the cost of a solved case begins."""
HELD = {"calls": "calls", "answers": "what customers say on any channel"}
NOT_HELD = {
    "calls": "Only calls are held to it, and a call-back is not in time: how messages and mails fare stands beside.",
    "answers": "How calls fare by themselves stands beside.",
}
NOT_COUNTED = "Coaches, managers and leaders of groups are not counted."


def rows(found: Mapping[str, Any]) -> list[Line]:
    """The figures at those headcounts that matter."""
    lines = {line.figure.name: line for line in lines_of(found)}
    return [lines[name] for name in SHOWN if name in lines]


def sentences(found: Mapping[str, Any]) -> list[str]:
    """What was asked for, who needs how many, what a solved case then costs, how it was sought."""
    service, how = terms(found)
    return [service, *(sentence for sentence, _ in headlines(found)), how]


def terms(found: Mapping[str, Any]) -> tuple[str, str]:
    """What was asked for, and how it was sought."""
    return asked(found["asked"]), sought(found)


def asked(service: Mapping[str, Any]) -> str:
    within = f"{percent(service['within'])} of {HELD[service['held']]} answered within the promise"
    if service["of"] == "today":
        return f"The service is that of today's skill groups with today's people: {within}, {percent(service['abandoned'])} of calls given up at most."
    return f"The service is {within}."


def percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def headlines(found: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """The headcounts and the costs of both worlds, each with the world that does better; without skill groups the communities'."""
    lines, parts = {line.figure.name: line for line in rows(found)}, found.get("relative", {})
    people, cost = lines.get("people"), lines.get("cost_per_solved")
    if people and can_be_said(people):
        yield with_part(people, parts.get("people")), people.better
    elif people and (alone := people.communities):
        yield f"Communities need {alone.value:,.0f} people for it ({alone.low:,.0f} to {alone.high:,.0f}).", None  # fmt: skip
    if cost and cost.groups and cost.communities and cost.difference:
        led = replace(cost, figure=replace(cost.figure, lead=COST))
        yield with_part(led, parts.get("cost_per_solved")), cost.better


def with_part(line: Line, part: Mapping[str, float] | None) -> str:
    """The sentence of a figure, with its difference as a part of what skill groups have."""
    if not part:
        return sentence(line)
    return f"{sentence(line)} Against skill groups that is {part['value']:+.1%} ({part['low']:+.1%} to {part['high']:+.1%})."


def sought(found: Mapping[str, Any]) -> str:
    low, high = found["bounds"]
    return f"It was sought in each replication between {low:g} and {high:g} times today's people, each group and each community keeping its share of them. {NOT_HELD[found['asked']['held']]} {NOT_COUNTED}"
