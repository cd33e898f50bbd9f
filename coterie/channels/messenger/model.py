"""The words of this channel: sites that may embed it, and browsers that write through it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from coterie.customers.model import Address


@dataclass(frozen=True, slots=True)
class Site:
    """A web site with its own key, the secret it signs its customers' tokens with, and the origins it lives on."""

    key: str
    name: str
    secret: str
    origins: list[str]
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that writes. Holding its token is what proves it; `customer_id` is who it writes as by now."""

    id: str
    site_key: str
    customer_id: str | None
    thread_id: str | None
    community_id: str | None
    area: str | None
    seen_at: datetime
    proved_at: datetime | None
    hash: bytes

    @property
    def writer(self) -> Address:
        """How this browser is known until it proves more, and after: by itself."""
        return Address("messenger", self.id)


@dataclass(frozen=True, slots=True)
class Marks:
    """How far each side has got in a thread."""

    delivered: int
    read: int
    our_read: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the case stands that was last spoken of. `present`, `here_until`, `back_at` are of whoever attends, else the owner."""

    case_id: str
    case_state: Literal["open", "watched"]
    owner_id: str | None
    owner: str | None
    watch_ends_at: datetime | None
    episode_state: str | None
    attending_id: str | None
    attending: str | None
    guest_of: str | None
    waiting_since: datetime | None
    answer_by: datetime | None
    time_given: datetime | None
    first_given: datetime | None
    present: bool
    here_until: datetime | None
    back_at: datetime | None
    asks_solved: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """What one of us has promised this customer."""

    id: str
    expert: str
    text: str
    made_at: datetime
    due_at: datetime
    kept_at: datetime | None


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody of the community, as the customer sees them."""

    id: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A message as the customer sees it."""

    id: str
    number: int
    kind: str
    channel: str
    author_id: str | None
    author: str | None
    text: str
    at: datetime
    attachments: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    bytes: bytes
