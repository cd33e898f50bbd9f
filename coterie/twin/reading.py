"""A scenario read from a document, and what is wrong with one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field

from coterie.communities.changes import checked
from coterie.kit.errors import Invalid
from coterie.kit.typed import Number, read
from coterie.twin.assumptions import with_values
from coterie.twin.scenario import (
    CHANNELS,
    MOST_CONTACTS,
    MOST_CUSTOMERS,
    Community,
    Scenario,
    Seconds,
    serves,
)

WHOLE, A_HAIR = 1.0, 0.01
"""What the shares of a course come to, and how far off they may be."""


def read_scenario(document: Any) -> Scenario:
    """The scenario of a document. Raises `Invalid`, naming what is wrong with it and where."""
    if not isinstance(document, dict):
        raise Invalid("A scenario is an object of names and values.", "no_scenario")
    known = {each.name for each in fields(Scenario)}
    unknown = sorted(document.keys() - known)
    if unknown:
        raise Invalid(f"A scenario has no {unknown[0]}; it has {', '.join(sorted(known))}.", "no_scenario", unknown[0])  # fmt: skip
    given = {"name": "A scenario", "days": 7, "warm_up_days": 0, **document}
    for missing in sorted({"communities", "topics", "week"} - given.keys()):
        raise Invalid(f"The scenario says nothing of its {missing}.", "no_scenario", missing)
    values = given.get("assumptions", {})
    if not isinstance(values, Mapping):
        raise Invalid("`assumptions` of the scenario is no object.", "no_scenario", "assumptions")
    given["assumptions"] = with_values(values)
    scenario = read(Scenario, given, "the scenario", "no_scenario")
    check(scenario)
    return scenario


def check(scenario: Scenario) -> None:
    """What a world could not be made of is named."""
    check_times(scenario)
    check_topics(scenario)
    check_communities(scenario)
    check_surges(scenario)
    check_groups(scenario)
    check_courses(scenario)
    for name, value in scenario.settings.items():
        checked(name, value)


def check_times(scenario: Scenario) -> None:
    if not scenario.days >= 1 or not scenario.warm_up_days < scenario.days:
        raise Invalid("A scenario has 1 to 366 days, and fewer of them to warm up.", "days", "days")
    for channel, shape in scenario.week.items():
        if not sum(shape):
            raise Invalid(f"The week of {channel} is 0 in every half-hour.", "week", "week")


def check_topics(scenario: Scenario) -> None:
    if not scenario.topics:
        raise Invalid("The scenario names no topic.", "topics", "topics")
    once([each.name for each in scenario.topics], "topic", "topics")
    for place, topic in enumerate(scenario.topics):
        check_effort(topic.name, topic.effort, place)
    for channel in asked(scenario):
        if not sum(each.share.get(channel, 0.0) for each in scenario.topics):
            raise Invalid(f"Customers use {channel}, but no topic has a share of it.", "topics", "topics")  # fmt: skip


def asked(scenario: Scenario) -> list[str]:
    """Channels by which anybody asks for anything."""
    return [name for name in CHANNELS if any(each.contacts_day.get(name) for each in scenario.communities)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exponential:
    mean_s: Seconds


@dataclass(frozen=True, slots=True)
class Lognormal:
    mean_s: Seconds
    sd_s: Seconds


@dataclass(frozen=True, slots=True)
class Quantiles:
    s: Annotated[Sequence[Number], Field(min_length=2)]


EFFORTS: Mapping[str, type] = {"exponential": Exponential, "lognormal": Lognormal, "quantiles": Quantiles}  # fmt: skip


def check_effort(name: str, effort: Mapping[str, Any], place: int) -> None:
    kind = effort.get("kind")
    if not isinstance(kind, str) or kind not in EFFORTS:
        raise Invalid(f"The effort of {name} is of the kind {kind!r}; there are {', '.join(EFFORTS)}.", "effort", "topics")  # fmt: skip
    found: Any = read(EFFORTS[kind], effort, "the scenario", "effort", ("topics", place, "effort"))
    if isinstance(found, Quantiles):
        rising(found.s, f"The quantiles of the effort of {name}", "topics")
        if not any(found.s):
            raise Invalid(f"The quantiles of the effort of {name} are all 0.", "effort", "topics")


def rising(quantiles: Sequence[float], what: str, field: str) -> None:
    for before, after in pairwise(quantiles):
        if after < before:
            raise Invalid(f"{what} fall from {before:g} to {after:g}; they go from the least to the most.", "quantiles", field)  # fmt: skip


def check_communities(scenario: Scenario) -> None:
    ids = [each.id for each in scenario.communities]
    if not ids:
        raise Invalid("The scenario names no community.", "communities", "communities")
    if len({*ids}) != len(ids):
        raise Invalid("Two communities have the same id.", "communities", "communities")
    for each in scenario.communities:
        check_community(scenario, each, ids)
    if sum(each.customers for each in scenario.communities) > MOST_CUSTOMERS:
        raise Invalid(f"The communities have more than {MOST_CUSTOMERS:,} customers in all, more than a world holds.", "communities", "communities")  # fmt: skip
    contacts = sum(sum(each.contacts_day.values()) for each in scenario.communities)
    if not contacts:
        raise Invalid("Nobody asks for anything: no community has contacts.", "empty", "communities")  # fmt: skip
    if contacts * scenario.days > MOST_CONTACTS:
        raise Invalid(f"There are {contacts:,.0f} contacts a day over {scenario.days} days; a world holds {MOST_CONTACTS:,.0f} in all.", "contacts", "communities")  # fmt: skip


def check_community(scenario: Scenario, each: Community, ids: Sequence[str]) -> None:
    if each.customers < 1 or each.experts < 1:
        raise Invalid(f"{each.id} needs a customer and an expert at least.", "communities", "communities")  # fmt: skip
    if each.buddy is not None and (each.buddy not in ids or each.buddy == each.id):
        raise Invalid(f"{each.id} has the buddy {each.buddy}, which is no other community here.", "buddy", "communities")  # fmt: skip
    for channel, number in each.contacts_day.items():
        if number and channel not in scenario.week:
            raise Invalid(f"The scenario says nothing of the week of {channel}.", "week", "week")  # fmt: skip


def check_surges(scenario: Scenario) -> None:
    ids = {each.id for each in scenario.communities}
    for surge in scenario.surges:
        unknown(surge.communities, ids, "A surge", "community", "surges")
        if not surge.from_h < surge.to_h:
            raise Invalid(f"A surge is from hour {surge.from_h:g} to hour {surge.to_h:g}; it begins before it ends.", "surges", "surges")  # fmt: skip


def check_groups(scenario: Scenario) -> None:
    topics = {each.name for each in scenario.topics}
    once([each.name for each in scenario.groups], "group", "groups")
    for group in scenario.groups:
        unknown(group.topics, topics, group.name, "topic", "groups")
        once(group.topics, f"topic of {group.name}", "groups")
        if group.experts is not None and group.experts < 1:
            raise Invalid(f"{group.name} needs a member at least.", "groups", "groups")
        if group.experts is None and not group.stay_s:
            raise Invalid(f"Nobody knows how many {group.name} are: say how long cases stay there, as quantiles, `stay_s`.", "groups", "groups")  # fmt: skip
        for quantiles in (group.stay_s, group.passes_s):
            rising(quantiles, f"The quantiles of stays in {group.name}", "groups")
    told = {each.topic for each in scenario.courses}
    for topic in scenario.topics if scenario.groups else ():
        for channel in asked(scenario):
            if topic.name not in told and topic.share.get(channel) and not any(serves(group, topic.name, channel) for group in scenario.groups):  # fmt: skip
                raise Invalid(f"No group serves {topic.name} by {channel}.", "groups", "groups")


def check_courses(scenario: Scenario) -> None:
    topics = {each.name for each in scenario.topics}
    names = {each.name for each in scenario.groups}
    once([each.topic for each in scenario.courses], "course of topic", "courses")
    for course in scenario.courses:
        unknown([course.topic], topics, "A course", "topic", "courses")
        following = [name for shares in course.next.values() for name in shares]
        unknown([*course.first, *course.stays, *course.next, *following], names, f"The course of {course.topic}", "group", "courses")  # fmt: skip
        for shares in (course.first, *(each for each in course.next.values() if any(each.values()))):  # fmt: skip
            if abs(sum(shares.values()) - WHOLE) > A_HAIR:
                raise Invalid(f"The shares in the course of {course.topic} come to {sum(shares.values()):g} instead of 1.", "courses", "courses")  # fmt: skip


def once(names: Sequence[str], what: str, field: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Invalid(f"The {what} {name} stands in the scenario twice.", "twice", field)
        seen.add(name)


def unknown(named: Iterable[str], known: Iterable[str], who: str, what: str, field: str) -> None:
    strange = sorted({*named} - {*known})
    if strange:
        raise Invalid(f"{who} names {strange[0]}, which is no {what} of the scenario.", field, field)  # fmt: skip
