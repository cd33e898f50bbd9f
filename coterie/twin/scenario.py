"""A scenario: an operation as it is and as it would be, what reaches it, and what is assumed. The words, and reading them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from coterie.kit.typed import Number, People, Share, Text, Whole, Yes
from coterie.twin.assumptions import Assumptions

CHANNELS = ("voice", "messaging", "email")


def a_channel(name: str) -> str:
    if name not in CHANNELS:
        raise ValueError(f"one of {', '.join(CHANNELS)}")
    return name


Channel = Annotated[str, Field(strict=True), AfterValidator(a_channel)]
SLOTS = 336
"""Half-hours of a week, the first on Monday at midnight."""
MOST_DAYS, MOST_CUSTOMERS, MOST_CONTACTS = 366, 200_000_000, 1e9
"""Beyond that no computer holds a world: customers of all communities, contacts of all days."""
Days = Annotated[int, Field(strict=True, ge=0, le=MOST_DAYS)]
Week = Annotated[Sequence[Number], Field(min_length=SLOTS, max_length=SLOTS)]
Factor = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1_000)]
Seconds = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=1e-3, le=1e9)]
STRICT: dict[str, Any] = {"extra": "forbid"}
"""Of what is read: nothing that is not known."""


SOLVED = 0.85
"""How often an episode solves its case, where nothing is known."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What customers come with. `share`: of each channel's contacts."""

    __pydantic_config__: ClassVar[Any] = STRICT

    name: Text
    share: Mapping[Channel, Number]
    effort: Mapping[str, Any]
    """`{"kind": "exponential", "mean_s"}`, `{"kind": "lognormal", "mean_s", "sd_s"}` or `{"kind": "quantiles", "s": [...]}`."""
    solved: Share = SOLVED
    """How likely one episode solves it, where nobody changes."""
    family: Text = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A skill group: its topics, spoken or written. `experts` None: nobody knows how many, so nothing queues there."""

    __pydantic_config__: ClassVar[Any] = STRICT

    name: Text
    topics: Sequence[Text]
    spoken: Yes
    written: Yes
    experts: People | None
    second_line: Yes = False
    stay_s: Sequence[Number] = ()
    """Where nobody knows how many: quantiles of how long a case stays, equally spaced; `passes_s` where it is passed on."""
    passes_s: Sequence[Number] = ()


@dataclass(frozen=True, slots=True)
class Community:
    """A community: its customers, what they ask in a day on each channel, its people."""

    __pydantic_config__: ClassVar[Any] = STRICT

    id: Text
    name: Text
    customers: Whole
    contacts_day: Mapping[Channel, Number]
    experts: People
    buddy: Text | None = None


@dataclass(frozen=True, slots=True)
class Surge:
    """From an hour to another, counted from the beginning, these communities' customers ask so many times as much."""

    __pydantic_config__: ClassVar[Any] = STRICT

    communities: Sequence[Text]
    from_h: Number
    to_h: Number
    factor: Factor


@dataclass(frozen=True, slots=True)
class Course:
    """Where contacts on a topic go, as a log showed it, in place of the assumptions on misroutes and second lines.

    `first`: group -> share. `stays`: group -> how likely it is finished there. `next`: group -> group -> share.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    topic: Text
    first: Mapping[Text, Share]
    stays: Mapping[Text, Share]
    next: Mapping[Text, Mapping[Text, Share]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Both worlds, with the same customers, contacts and people."""

    name: Text
    days: Days
    warm_up_days: Days
    communities: tuple[Community, ...]
    topics: tuple[Topic, ...]
    week: Mapping[Channel, Week]
    """Of each channel, how contacts spread over the half-hours of a week."""
    groups: tuple[Group, ...] = ()
    courses: tuple[Course, ...] = ()
    surges: tuple[Surge, ...] = ()
    settings: Mapping[Text, Any] = field(default_factory=dict)
    """Of every community, where they differ from the defaults."""
    assumptions: Assumptions = field(default_factory=Assumptions)
    fitted: Mapping[Text, Text] = field(default_factory=dict)
    """Which assumptions a log has told, and how."""
    always_there: Yes = False
    """Everybody is there from the beginning to the end: for models with a known answer."""


def serves(group: Group, topic: str, channel: str) -> bool:
    return topic in group.topics and (group.spoken if channel == "voice" else group.written)
