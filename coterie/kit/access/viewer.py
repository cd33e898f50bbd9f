"""Who is looking: the person or program behind a request, and what they may see."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from coterie.kit.db import Tx

Role = Literal["admin", "planner", "manager", "coach", "expert", "specialist"]
ROLES: tuple[Role, ...] = ("admin", "planner", "manager", "coach", "expert", "specialist")
SEE_EVERY_COMMUNITY: frozenset[Role] = frozenset({"admin", "planner"})
LEAD: frozenset[Role] = frozenset({"manager", "coach"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account is beyond its role: the expert it answers as, and the communities it belongs to."""

    expert_id: str | None = None
    community_ids: frozenset[str] = frozenset()


FindStanding: TypeAlias = Callable[[Tx, str], Awaitable[Standing]]


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account as a request meets it. A person has a session; a program has a token and its scopes."""

    account_id: str
    role: Role
    name: str
    expert_id: str | None = None
    community_ids: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    zone: str | None = None
    shortcuts: bool = True
    session: bytes | None = None
    csrf: str = ""
    token_id: str | None = None

    @property
    def sees_every_community(self) -> bool:
        return self.role in SEE_EVERY_COMMUNITY

    def sees(self, community_id: str) -> bool:
        """Whether this community's own affairs are theirs to see. What customers wrote is another question."""
        return self.sees_every_community or community_id in self.community_ids

    def leads(self, community_id: str) -> bool:
        """Whether they may direct the people of this community."""
        return self.role == "admin" or (self.role in LEAD and community_id in self.community_ids)

    def has_scope(self, scope: str) -> bool:
        """Whether the token behind this request allows it; somebody who signed in needs none."""
        return self.scopes is None or scope in self.scopes
