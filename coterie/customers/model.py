"""The words of this slice: customers, identities, homes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

IdentityKind = Literal["email", "phone", "messenger", "handle", "ref"]
IDENTITY_KINDS: tuple[IdentityKind, ...] = ("email", "phone", "messenger", "handle", "ref")
HomeReason = Literal["pin", "household", "territory", "catch_all"]

PROVED = ""
"""The scope of a proved identity."""


@dataclass(frozen=True, slots=True)
class Address:
    """How somebody is known. `scope` is empty where it is proved, else who brought it: unproved writers are kept apart."""

    kind: IdentityKind
    value: str
    scope: str = PROVED


@dataclass(frozen=True, slots=True)
class Customer:
    """A person or business that is cared for. `community_id` is the home."""

    id: str
    ref: str | None
    name: str
    area: str | None
    household_id: str | None
    segment: str
    language: str
    vulnerable: bool
    consent: dict[str, Any]
    pin_id: str | None
    pin_why: str | None
    community_id: str
    created_at: datetime
    erased_at: datetime | None
    merged_id: str | None = None
    """The customer of whom this record is part, where two records were one person."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody we have not met: an address, and what they say of themselves."""

    address: Address
    name: str = ""
    area: str | None = None
    ref: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """A stored address of a customer."""

    kind: IdentityKind
    value: str
    scope: str
    customer_id: str
    since: datetime

    @property
    def proved(self) -> bool:
        return self.scope == PROVED


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """What rule 1 chooses by: recorded facts only. Each is a community's id or None; the last is always there."""

    pin: str | None
    household: str | None
    territory: str | None
    catch_all: str
    area: str | None = None
    housemate: str | None = None


@dataclass(frozen=True, slots=True)
class FactsOf:
    """The facts of one customer of many."""

    id: str
    pin: str | None
    household: str | None
    territory: str | None
    catch_all: str
    area: str | None
    housemate: str | None

    @property
    def facts(self) -> HomeFacts:
        return HomeFacts(
            self.pin, self.household, self.territory, self.catch_all, self.area, self.housemate
        )


@dataclass(frozen=True, slots=True)
class Household:
    """People, or a company's, who are at home together."""

    id: str
    ref: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A home and why. `detail` is a code: the area, or the id of the housemate."""

    community_id: str
    reason: HomeReason
    detail: str = ""

    def is_at(self, home: "Home") -> bool:
        """Whether this is the home that somebody has already, for the same reason."""
        return (home.community_id, home.reason, home.detail) == (
            self.community_id,
            self.reason,
            self.detail,
        )


@dataclass(frozen=True, slots=True)
class Home:
    """Where a customer's home was, from when until when, and why."""

    customer_id: str
    since: datetime
    community_id: str
    reason: HomeReason
    detail: str
    until: datetime | None


TerritoryState = Literal["planned", "applying", "done", "cancelled", "undoing", "undone"]


@dataclass(frozen=True, slots=True)
class AreaMove:
    """An area that goes from one community to another. `left_alone`: the undoing found it with somebody else."""

    area: str
    from_id: str | None
    to_id: str
    left_alone: bool = False


@dataclass(frozen=True, slots=True)
class TerritoryChange:
    """Areas that change their community at a time; the homes of those who live there follow in batches."""

    id: str
    by_id: str | None
    made_at: datetime
    at: datetime
    began_at: datetime | None
    done_at: datetime | None
    cancelled_at: datetime | None
    undo_began_at: datetime | None
    undone_at: datetime | None
    last_area: str | None
    last_id: str | None
    looked: int
    total: int

    @property
    def state(self) -> TerritoryState:
        if self.cancelled_at:
            return "cancelled"
        if self.undo_began_at:
            return "undone" if self.undone_at else "undoing"
        if self.began_at:
            return "done" if self.done_at else "applying"
        return "planned"


@dataclass(frozen=True, slots=True)
class Merge:
    """Two records of one person: `other_id` is part of `customer_id` until it is undone.

    `member_ids` are the records that came with the other, itself among them; `took` is what the survivor had not.
    """

    id: str
    customer_id: str
    other_id: str
    member_ids: list[str]
    took: list[str]
    at: datetime
    by_id: str | None
    undone_at: datetime | None
