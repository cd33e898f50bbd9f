"""A scenario: an operation as it is and as it would be, what reaches it, and what is assumed. The words, and reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from coterie.kit.errors import Invalid
from coterie.twin.assumptions import Assumptions, with_values

CHANNELS = ("voice", "messaging", "email")
SLOTS = 336
"""Half-hours of a week, the first on Monday at midnight."""


SOLVED = 0.85
"""How often an episode solves its case, where nothing is known."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What customers come with. `share`: of each channel's contacts."""

    name: str
    share: Mapping[str, float]
    effort: Mapping[str, Any]
    """`{"kind": "exponential", "mean_s"}`, `{"kind": "lognormal", "mean_s", "sd_s"}` or `{"kind": "quantiles", "s": [...]}`."""
    solved: float = SOLVED
    """How likely one episode solves it, where nobody changes."""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A skill group: its topics, spoken or written. `experts` None: nobody knows how many, so nothing queues there."""

    name: str
    topics: Sequence[str]
    spoken: bool
    written: bool
    experts: int | None
    second_line: bool = False
    stay_s: Sequence[float] = ()
    """Where nobody knows how many: quantiles of how long a case stays, equally spaced; `passes_s` where it is passed on."""
    passes_s: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Community:
    """A community: its customers, what they ask in a day on each channel, its people."""

    id: str
    name: str
    customers: int
    contacts_day: Mapping[str, float]
    experts: int
    buddy: str | None = None


@dataclass(frozen=True, slots=True)
class Surge:
    """From an hour to another, counted from the beginning, these communities' customers ask so many times as much."""

    communities: Sequence[str]
    from_h: float
    to_h: float
    factor: float


@dataclass(frozen=True, slots=True)
class Course:
    """Where contacts on a topic go, as a log showed it, in place of the assumptions on misroutes and second lines.

    `first`: group -> share. `stays`: group -> how likely it is finished there. `next`: group -> group -> share.
    """

    topic: str
    first: Mapping[str, float]
    stays: Mapping[str, float]
    next: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Both worlds, with the same customers, contacts and people."""

    name: str
    days: int
    warm_up_days: int
    communities: tuple[Community, ...]
    topics: tuple[Topic, ...]
    week: Mapping[str, Sequence[float]]
    """Of each channel, how contacts spread over the half-hours of a week."""
    groups: tuple[Group, ...] = ()
    courses: tuple[Course, ...] = ()
    surges: tuple[Surge, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)
    """Of every community, where they differ from the defaults."""
    assumptions: Assumptions = field(default_factory=Assumptions)
    fitted: Mapping[str, str] = field(default_factory=dict)
    """Which assumptions a log has told, and how."""
    always_there: bool = False
    """Everybody is there from the beginning to the end: for models with a known answer."""


PARTS = {
    "communities": Community,
    "topics": Topic,
    "groups": Group,
    "courses": Course,
    "surges": Surge,
}


def read_scenario(document: Any) -> Scenario:
    """The scenario of a document. Raises `Invalid`, naming what is wrong with it."""
    if not isinstance(document, dict):
        raise Invalid("A scenario is an object of names and values.", "no_scenario")
    known = {each.name for each in fields(Scenario)}
    unknown = sorted(document.keys() - known)
    if unknown:
        raise Invalid(f"A scenario has no {unknown[0]}; it has {', '.join(sorted(known))}.", "no_scenario", unknown[0])  # fmt: skip
    given = {"name": "A scenario", "days": 7, "warm_up_days": 0, **document}
    for missing in sorted({"communities", "topics", "week"} - given.keys()):
        raise Invalid(f"The scenario says nothing of its {missing}.", "no_scenario", missing)
    for name, kind in PARTS.items():
        given[name] = tuple(part(kind, each, name) for each in given.get(name, ()))
    given["assumptions"] = with_values(given.get("assumptions", {}))
    scenario = Scenario(**given)
    check(scenario)
    return scenario


def part(kind: Any, given: Any, where: str) -> Any:
    if not isinstance(given, dict):
        raise Invalid(f"In {where} of the scenario stands {given!r}, which is no object.", "no_scenario", where)  # fmt: skip
    try:
        return kind(**given)
    except TypeError as error:
        raise Invalid(f"In {where} of the scenario: {str(error).partition('__init__() ')[2] or error}.", "no_scenario", where) from error  # fmt: skip


def check(scenario: Scenario) -> None:
    """What a world could not be made of is named."""
    check_times(scenario)
    check_topics(scenario)
    check_communities(scenario)
    check_groups(scenario)


def check_times(scenario: Scenario) -> None:
    if not 1 <= scenario.days <= 366 or not 0 <= scenario.warm_up_days < scenario.days:
        raise Invalid("A scenario has 1 to 366 days, and fewer of them to warm up.", "days", "days")
    for channel in CHANNELS:
        shape = scenario.week.get(channel)
        if shape is not None and (len(shape) != SLOTS or min(shape) < 0 or not sum(shape)):
            raise Invalid(f"The week of {channel} is {SLOTS} numbers from 0 on, not all 0.", "week", "week")  # fmt: skip


def check_topics(scenario: Scenario) -> None:
    if not scenario.topics:
        raise Invalid("The scenario names no topic.", "topics", "topics")
    for topic in scenario.topics:
        kind = topic.effort.get("kind")
        needs = {"exponential": ("mean_s",), "lognormal": ("mean_s", "sd_s"), "quantiles": ("s",)}
        if kind not in needs:
            raise Invalid(f"The effort of {topic.name} is of the kind {kind!r}; there are {', '.join(needs)}.", "effort", "topics")  # fmt: skip
        for name in needs[kind]:
            value = topic.effort.get(name)
            fine = len(value) >= 2 and min(value) >= 0 if name == "s" and isinstance(value, list) else isinstance(value, int | float) and value > 0  # fmt: skip
            if not fine:
                raise Invalid(f"The effort of {topic.name} needs {name} above 0.", "effort", "topics")  # fmt: skip
        if not 0 <= topic.solved <= 1:
            raise Invalid(f"{topic.name} is solved in {topic.solved}; that is a share of 0 to 1.", "solved", "topics")  # fmt: skip


def check_communities(scenario: Scenario) -> None:
    ids = [each.id for each in scenario.communities]
    if not ids:
        raise Invalid("The scenario names no community.", "communities", "communities")
    if len({*ids}) != len(ids):
        raise Invalid("Two communities have the same id.", "communities", "communities")
    for each in scenario.communities:
        check_community(scenario, each, ids)
    if not any(sum(each.contacts_day.values()) for each in scenario.communities):
        raise Invalid("Nobody asks for anything: no community has contacts.", "empty", "communities")  # fmt: skip
    for surge in scenario.surges:
        strange = sorted({*surge.communities} - {*ids})
        if strange or not surge.from_h < surge.to_h or surge.factor < 0:
            raise Invalid(f"A surge names {strange[0]}, which is no community." if strange else "A surge begins before it ends and has a factor from 0 on.", "surges", "surges")  # fmt: skip


def check_community(scenario: Scenario, each: Community, ids: Sequence[str]) -> None:
    if each.customers < 1 or each.experts < 1:
        raise Invalid(f"{each.id} needs a customer and an expert at least.", "communities", "communities")  # fmt: skip
    if each.buddy is not None and (each.buddy not in ids or each.buddy == each.id):
        raise Invalid(f"{each.id} has the buddy {each.buddy}, which is no other community here.", "buddy", "communities")  # fmt: skip
    for channel, number in each.contacts_day.items():
        if channel not in CHANNELS or not number >= 0:
            raise Invalid(f"{each.id} has {number} contacts a day on {channel}; channels are {', '.join(CHANNELS)}.", "contacts", "communities")  # fmt: skip
        if number and channel not in scenario.week:
            raise Invalid(f"The scenario says nothing of the week of {channel}.", "week", "week")  # fmt: skip


def check_groups(scenario: Scenario) -> None:
    topics = {each.name for each in scenario.topics}
    names = {each.name for each in scenario.groups}
    for group in scenario.groups:
        strange = sorted({*group.topics} - topics)
        if strange:
            raise Invalid(f"{group.name} serves {strange[0]}, which is no topic.", "groups", "groups")  # fmt: skip
        if group.experts is not None and group.experts < 1:
            raise Invalid(f"{group.name} needs a member at least.", "groups", "groups")
    for course in scenario.courses:
        strange = sorted({*course.first, *course.stays, *course.next} - names)
        if course.topic not in topics or strange:
            raise Invalid(f"A course names {strange[0] if strange else course.topic}, which is unknown.", "courses", "courses")  # fmt: skip
    for topic in scenario.topics if scenario.groups else ():
        for channel in CHANNELS:
            asked = topic.share.get(channel, 0) and any(c.contacts_day.get(channel) for c in scenario.communities)  # fmt: skip
            if asked and not any(serves(group, topic.name, channel) for group in scenario.groups) and not any(c.topic == topic.name for c in scenario.courses):  # fmt: skip
                raise Invalid(f"No group serves {topic.name} by {channel}.", "groups", "groups")


def serves(group: Group, topic: str, channel: str) -> bool:
    return topic in group.topics and (group.spoken if channel == "voice" else group.written)
