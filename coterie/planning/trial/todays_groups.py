"""Today's skill groups, where nobody has told them: made up, with the same people as the communities."""

from collections.abc import Mapping
from math import exp
from typing import Any

import numpy as np

from coterie.planning.trial.notes import Notes
from coterie.twin.assumptions import Assumptions
from coterie.twin.reading import read_scenario
from coterie.twin.scenario import CHANNELS, Scenario
from coterie.twin.setup.courses import courses_of

SECOND_LINE = 0.1
"""Of the people of today's groups, who is behind the first line."""


def groups_of(document: Mapping[str, Any], number: int, given: Assumptions, notes: Notes) -> list[dict[str, Any]]:  # fmt: skip
    """Today's groups: of each topic one for calls and one for what is written, and a second line; the same people.

    Each gets people by its share of the work, misroutes and repeated explanations included.
    """
    notes.say("Today's skill groups are one for calls and one for written work on each topic, and a second line, with the same number of people, shared out by work.")  # fmt: skip
    names = [topic["name"] for topic in document["topics"]]
    groups = [
        {"name": f"{name}, {kind}", "topics": [name], "spoken": kind == "calls", "written": kind != "calls", "experts": 1}
        for name in names
        for kind in ("calls", "written")
    ]  # fmt: skip
    groups += [
        {"name": f"second line, {kind}", "topics": names, "spoken": kind == "calls", "written": kind != "calls", "experts": 1, "second_line": True}
        for kind in ("calls", "written")
    ]  # fmt: skip
    loads = work_of(read_scenario({**document, "groups": groups}), given)
    second = np.array([bool(group.get("second_line")) for group in groups])
    behind = max(int(second.sum()), round(number * SECOND_LINE))
    if number < len(groups):
        notes.say(f"{number} people are fewer than today's groups would be: each group has one, so there are more of them.")  # fmt: skip
    for chosen, some in ((second, behind), (~second, number - behind)):
        for place, size in zip(np.flatnonzero(chosen), shared_out(loads[chosen], some), strict=True):  # fmt: skip
            groups[place]["experts"] = int(size)
    return groups


def work_of(scenario: Scenario, given: Assumptions) -> Any:
    """Of each group, the share of the work that comes to it: seconds, up to a factor."""
    first, stays, following = courses_of(scenario)
    asked = {name: sum(each.contacts_day.get(name, 0.0) for each in scenario.communities) for name in CHANNELS}  # fmt: skip
    weights = {"voice": 1.0, "messaging": given.written_effort, "email": given.mail_effort}
    loads = np.zeros(len(scenario.groups))
    for k, topic in enumerate(scenario.topics):
        seconds = topic.effort.get("mean_s") or float(np.mean(topic.effort["s"]))
        for channel in CHANNELS:
            row = 2 * k + (channel != "voice")
            slot_s = chat_slot_s(given, seconds) if channel == "messaging" else 0.0
            number = asked[channel] * topic.share.get(channel, 0.0)
            arriving, repeated = first[row], 0.0
            for _ in range(6):
                finished, passed = arriving * stays[row], arriving * (1 - stays[row])
                effort = seconds * weights[channel]
                ends = max(effort + repeated, slot_s)
                loads += number * (finished * ends + passed * (effort * given.discover + repeated))
                arriving, repeated = passed @ following[row], given.repeat_s
    return loads


def chat_slot_s(given: Assumptions, seconds: float) -> float:
    """How long a chat takes one of somebody's slots, as their time: the work, and the waiting for the customer."""
    waiting = (1 - given.late_share) * given.gap_median_s * exp(given.gap_spread**2 / 2)
    waiting += given.late_share * min(given.session_s, given.late_gap_s)
    return (seconds * given.written_effort + (given.turns - 1) * waiting) / given.chat_slots


def shared_out(weights: Any, number: int) -> Any:
    """Whole people by weight, the largest remainders first, one at least for each."""
    number = max(number, len(weights))
    total = weights.sum()
    exact = weights / total * number if total else np.full(len(weights), number / len(weights))
    whole = np.maximum(1, np.floor(exact)).astype(int)
    order = np.argsort(-(exact - np.floor(exact)), kind="stable")
    place = 0
    while whole.sum() < number:
        whole[order[place % len(order)]] += 1
        place += 1
    while whole.sum() > number:
        whole[int(np.argmax(whole))] -= 1
    return whole
