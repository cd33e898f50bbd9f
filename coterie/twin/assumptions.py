"""What the twin assumes about customers and people: each with its value, the range that is tried, its unit and its reason.

What a log tells is fitted and replaces these; what no log tells stays an assumption, and a result lists it. The rules of
a community (promises, holds, weights, overflow) are no assumptions: they are its settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from coterie.kit.errors import Invalid

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MOST = 1e18
"""Of any value: seconds for ever, and more."""
LEAST_SHAPE = 0.1
BOTH, GROUPS, COMMUNITIES = "both", "groups", "communities"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about an assumption beside its value. `low` and `high` are what the sensitivity tries."""

    of: str
    unit: str
    low: float
    high: float
    why: str


def assumed(value: float, of: str, unit: str, low: float, high: float, why: str) -> Any:
    return field(default=value, metadata={"known": Known(of, unit, low, high, why)})


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Of both worlds, of the skill groups, of the communities."""

    patience_s: float = assumed(
        180.0, BOTH, "s", 90.0, 360.0, "Mean time that a caller waits before hanging up."
    )
    patience_shape: float = assumed(
        1.0,
        BOTH,
        "",
        0.8,
        1.5,
        "Weibull shape of a caller's patience: 1 is exponential, above it nobody hangs up at once.",
    )
    redial_share: float = assumed(
        0.5, BOTH, "share", 0.3, 0.7, "Of those who hung up, how many call again."
    )
    redial_after_s: float = assumed(
        15 * MINUTE, BOTH, "s", 5 * MINUTE, HOUR, "Mean time until who hung up calls again."
    )
    turns: float = assumed(
        4.0,
        BOTH,
        "turns",
        3.0,
        6.0,
        "Mean number of messages of a customer in an episode of messaging.",
    )
    gap_median_s: float = assumed(
        90.0, BOTH, "s", 45.0, 180.0, "Median time until a customer who is writing writes again."
    )
    gap_spread: float = assumed(
        1.0,
        BOTH,
        "",
        0.7,
        1.3,
        "How much the time until a customer writes again spreads: standard deviation of its logarithm.",
    )
    late_share: float = assumed(
        0.2,
        BOTH,
        "share",
        0.1,
        0.4,
        "How often customers put an episode aside and write hours later.",
    )
    late_gap_s: float = assumed(
        3 * HOUR, BOTH, "s", HOUR, 8 * HOUR, "Mean time until who put it aside writes again."
    )
    written_effort: float = assumed(
        1.0,
        BOTH,
        "times",
        0.8,
        1.3,
        "Effort on a messaging episode, as times that of a call on the same topic.",
    )
    mail_effort: float = assumed(
        0.8, BOTH, "times", 0.6, 1.0, "Effort on a mail, as times that of a call on the same topic."
    )
    spoils: float = assumed(
        0.1,
        BOTH,
        "share",
        0.0,
        0.2,
        "By how much each change of the answering person lowers the chance that a case is solved.",
    )
    comes_back: float = assumed(
        0.8, BOTH, "share", 0.6, 1.0, "How many of those who were not helped come back about it."
    )
    comes_back_after_s: float = assumed(
        1.5 * DAY, BOTH, "s", 0.5 * DAY, 3 * DAY, "Mean time until who was not helped comes back."
    )
    absence: float = assumed(
        0.18,
        BOTH,
        "share",
        0.12,
        0.25,
        "Working days on which somebody is not there: leave, illness, training.",
    )
    there_h: float = assumed(
        6.6,
        BOTH,
        "h",
        6.2,
        7.0,
        "Hours of a paid day that somebody is there for customers; pauses and meetings are the rest.",
    )
    paid_h: float = assumed(7.6, BOTH, "h", 7.6, 7.6, "Paid hours a day; 38 a week.")
    hour_cost: float = assumed(
        42.0, BOTH, "money", 35.0, 50.0, "What a paid hour costs, workplace included."
    )

    menu_s: float = assumed(45.0, GROUPS, "s", 20.0, 90.0, "Time in a menu before a call waits.")
    misroute: float = assumed(
        0.15,
        GROUPS,
        "share",
        0.08,
        0.25,
        "How often a contact comes to a group that is not the right one.",
    )
    second_line: float = assumed(
        0.08,
        GROUPS,
        "share",
        0.04,
        0.15,
        "How often the right group has to pass a case on to specialists.",
    )
    discover: float = assumed(
        0.35,
        GROUPS,
        "share",
        0.2,
        0.5,
        "Part of the effort that is spent before a case is passed on.",
    )
    repeat_s: float = assumed(
        75.0, GROUPS, "s", 30.0, 120.0, "Time to explain a matter again to somebody new."
    )
    session_s: float = assumed(
        15 * MINUTE,
        GROUPS,
        "s",
        5 * MINUTE,
        HOUR,
        "After so long without a word a chat is closed, and the next word starts another.",
    )
    chat_slots: float = assumed(3.0, GROUPS, "chats", 2.0, 4.0, "Chats at once for each person.")
    group_call_back: float = assumed(
        0.0, GROUPS, "share", 0.0, 0.3, "How many callers take a call-back, where groups offer one."
    )

    brief_s: float = assumed(
        25.0,
        COMMUNITIES,
        "s",
        10.0,
        60.0,
        "Time for a teammate to read the thread before they cover.",
    )
    knows: float = assumed(
        0.6,
        COMMUNITIES,
        "share",
        0.4,
        0.8,
        "Topics beyond those of their old group that somebody has learned.",
    )
    blended: float = assumed(
        0.3,
        COMMUNITIES,
        "share",
        0.0,
        1.0,
        "People who take calls and messages side by side; the others have one seat, by the share of the work.",
    )
    help_s: float = assumed(
        180.0, COMMUNITIES, "s", 90.0, 360.0, "Time that help on an ask costs the helper."
    )
    specialist_s: float = assumed(
        10 * MINUTE,
        COMMUNITIES,
        "s",
        5 * MINUTE,
        30 * MINUTE,
        "Time until a specialist helps, where no teammate can.",
    )
    takes_call_back: float = assumed(
        0.5, COMMUNITIES, "share", 0.3, 0.7, "How many callers take a call-back at a named time."
    )
    call_back_within_s: float = assumed(
        30 * MINUTE, COMMUNITIES, "s", 15 * MINUTE, HOUR, "Time that is named for a call-back."
    )


TABLE: Mapping[str, Known] = {each.name: each.metadata["known"] for each in fields(Assumptions)}


def with_values(given: Mapping[str, Any]) -> Assumptions:
    """The assumptions with other values. Raises `Invalid` for a name that there is not and a value that is no number."""
    unknown = sorted(given.keys() - TABLE.keys())
    if unknown:
        raise Invalid(f"There is no assumption {unknown[0]}; there are {', '.join(TABLE)}.", "assumption", unknown[0])  # fmt: skip
    for name, value in given.items():
        check(name, value)
    return replace(Assumptions(), **{name: float(value) for name, value in given.items()})


def check(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        raise Invalid(f"{name} is {str(value)[:40]}; it is a number from 0 to {MOST:g}.", "assumption", name)  # fmt: skip
    if TABLE[name].unit == "share" and value > 1:
        raise Invalid(f"{name} is {value}; a share is at most 1.", "assumption", name)
    if name == "patience_shape" and value < LEAST_SHAPE:
        raise Invalid(f"{name} is {value}; it is at least {LEAST_SHAPE:g}.", "assumption", name)
