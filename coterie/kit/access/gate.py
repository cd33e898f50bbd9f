"""Who is behind a request: found by session cookie or bearer token, and remembered for a few seconds.

The memory is this process's own. What ends here (sign out, revoke, a new role) is forgotten here at once; other
processes learn of it when their few seconds are over.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

from starlette.requests import HTTPConnection
from starlette.responses import Response

from coterie.kit.access import sessions, tokens
from coterie.kit.access.accounts import Account, account
from coterie.kit.access.links import Links
from coterie.kit.access.sessions import digest
from coterie.kit.access.viewer import FindStanding, Viewer
from coterie.kit.db import Pool, Tx, transaction
from coterie.kit.limits import Limit, NetworkLimit, Rate
from coterie.kit.settings import Settings

REMEMBERED = timedelta(seconds=5)
NEVER = datetime.min.replace(tzinfo=UTC)
TOO_MANY_TRIES = "Too many tries. Wait a minute, then try again."

Key: TypeAlias = tuple[Literal["session", "token"], bytes]
"""What somebody showed, and as what: a token that is shown as a session is none, and the other way round."""


@dataclass(frozen=True, slots=True)
class Known:
    viewer: Viewer
    until: datetime


@dataclass(slots=True)
class Gate:
    """One per process: `person` and `program` say who asks."""

    pool: Pool
    clock: Callable[[], datetime]
    standing: FindStanding
    links: Links
    secure: bool
    known: dict[Key, Known] = field(default_factory=dict)
    listeners: list[Callable[[str], None]] = field(default_factory=list)
    """Told of an account whose standing has changed: an open stream of theirs asks again who it is."""
    swept: datetime = NEVER
    changes: int = 0
    tries_by_address: Limit = field(
        default_factory=lambda: Limit(Rate(burst=10, every_s=30), TOO_MANY_TRIES)
    )
    tries_by_network: NetworkLimit = field(
        default_factory=lambda: NetworkLimit(Rate(burst=60, every_s=5), TOO_MANY_TRIES)
    )

    @property
    def cookie(self) -> str:
        """Over https the browser itself sees to it that nobody else can set or read it."""
        return "__Host-coterie" if self.secure else "coterie"

    async def person(self, request: HTTPConnection) -> Viewer | None:
        """Who signed in, by the session cookie."""
        secret = cookie_in(request.scope, self.cookie.encode())
        if not secret:
            return None
        key: Key = ("session", digest(secret))
        return self.remembered(key) or await self.find(key, self.by_session)

    async def program(self, request: HTTPConnection) -> Viewer | None:
        """Whose program it is, by the bearer token."""
        secret = bearer_in(request.scope)
        if not secret:
            return None
        key: Key = ("token", digest(secret))
        return self.remembered(key) or await self.find(key, self.by_token)

    def remembered(self, key: Key) -> Viewer | None:
        known = self.known.get(key)
        return known.viewer if known and known.until > self.clock() else None

    async def find(self, key: Key, by: Any) -> Viewer | None:
        now, changes = self.clock(), self.changes
        async with transaction(self.pool) as tx:
            viewer: Viewer | None = await by(tx, now, key[1])
        if viewer is None:
            self.known.pop(key, None)
            return None
        if now >= self.swept + REMEMBERED:
            self.swept = now
            self.known = {each: known for each, known in self.known.items() if known.until > now}
        if changes == self.changes:  # else what was just read may be what was just ended
            self.known[key] = Known(viewer, now + REMEMBERED)
        return viewer

    async def by_session(self, tx: Tx, now: datetime, hash: bytes) -> Viewer | None:
        found = await sessions.session(tx, now, hash)
        if found is None:
            return None
        await sessions.touch(tx, now, found)
        holder = await account(tx, found.account_id)
        return await self.viewer(tx, holder, session=hash, csrf=self.links.csrf(hash))

    async def by_token(self, tx: Tx, now: datetime, hash: bytes) -> Viewer | None:
        found = await tokens.token(tx, now, hash)
        if found is None:
            return None
        holder = await account(tx, found.account_id)
        return await self.viewer(tx, holder, token_id=found.id, scopes=frozenset(found.scopes))

    async def viewer(self, tx: Tx, holder: Account | None, **how: Any) -> Viewer | None:
        """The account as a viewer; None where it is closed."""
        if holder is None or holder.closed_at:
            return None
        standing = await self.standing(tx, holder.id)
        return Viewer(
            account_id=holder.id,
            role=holder.role,
            name=holder.name,
            expert_id=standing.expert_id,
            community_ids=standing.community_ids,
            zone=holder.zone,
            shortcuts=holder.preferences.get("shortcuts", True) is not False,
            **how,
        )

    def forget(self, account_id: str) -> None:
        """Something about this account has changed: look again at the next request."""
        self.changes += 1
        for key in [k for k, known in self.known.items() if known.viewer.account_id == account_id]:
            del self.known[key]
        for listener in self.listeners:
            listener(account_id)

    def forget_all(self) -> None:
        """Look again at everybody's next request."""
        self.changes += 1
        self.known.clear()

    def give_cookie(self, response: Response, secret: str) -> None:
        response.set_cookie(
            self.cookie,
            secret,
            max_age=int(sessions.LONGEST.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.secure,
        )

    def take_cookie(self, response: Response) -> None:
        response.delete_cookie(self.cookie, httponly=True, samesite="lax", secure=self.secure)


def open_gate(
    settings: Settings, pool: Pool, clock: Callable[[], datetime], standing: FindStanding
) -> Gate:
    """The gate of a process, as its settings want it."""
    secure = settings.public_url.startswith("https://")
    return Gate(pool, clock, standing, Links(settings.secret), secure)


def cookie_in(scope: Any, name: bytes) -> bytes | None:
    """The value of a cookie, read straight from the headers: it is on the way of every request."""
    for header, content in scope["headers"]:
        if header == b"cookie":
            for pair in content.split(b";"):
                key, _, given = pair.strip().partition(b"=")
                if key == name:
                    found: bytes = given
                    return found
    return None


def bearer_in(scope: Any) -> bytes | None:
    for header, content in scope["headers"]:
        if header == b"authorization" and content[:7].lower() == b"bearer ":
            token: bytes = content[7:].strip()
            return token
    return None
