"""Sessions of people who signed in. The cookie holds 256 random bits; only their SHA-256 is stored."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from coterie.kit.db import Tx, execute, row, rows

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is signed in."""

    hash: bytes
    account_id: str
    created_at: datetime
    used_at: datetime
    ends_at: datetime
    agent: str


def digest(secret: str | bytes) -> bytes:
    return sha256(secret.encode() if isinstance(secret, str) else secret).digest()


async def begin_session(tx: Tx, now: datetime, account_id: str, agent: str = "") -> str:
    """A new session; the secret for its cookie, which is nowhere else. Those that are over are cleared away."""
    secret = secrets.token_urlsafe(32)
    await execute(
        tx,
        "DELETE FROM sessions WHERE account_id = %s AND (ends_at <= %s OR used_at <= %s)",
        [account_id, now, now - IDLE],
    )
    await execute(
        tx,
        """
        INSERT INTO sessions (hash, account_id, created_at, used_at, ends_at, agent)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        [digest(secret), account_id, now, now, now + LONGEST, printable(agent)],
    )
    return secret


def printable(agent: str) -> str:
    return "".join(c for c in agent[:300] if c.isprintable())


async def session(tx: Tx, now: datetime, hash: bytes) -> Session | None:
    """A session that is still good: neither past its end nor idle for too long."""
    return await row(
        tx,
        Session,
        """
        SELECT hash, account_id, created_at, used_at, ends_at, agent
        FROM sessions
        WHERE hash = %s AND ends_at > %s AND used_at > %s
        """,
        [hash, now, now - IDLE],
    )


async def sessions_of(tx: Tx, now: datetime, account_id: str) -> list[Session]:
    """Where somebody is signed in, the latest used first."""
    return await rows(
        tx,
        Session,
        """
        SELECT hash, account_id, created_at, used_at, ends_at, agent
        FROM sessions
        WHERE account_id = %s AND ends_at > %s AND used_at > %s
        ORDER BY used_at DESC, created_at DESC
        """,
        [account_id, now, now - IDLE],
    )


async def touch(tx: Tx, now: datetime, found: Session) -> None:
    """Note that it is in use, at most once a minute."""
    if now - found.used_at >= TOUCHED_EVERY:
        await execute(tx, "UPDATE sessions SET used_at = %s WHERE hash = %s", [now, found.hash])


async def end_session(tx: Tx, account_id: str, hash: bytes) -> bool:
    """End one of somebody's sessions. False where it is not theirs."""
    return bool(
        await execute(
            tx, "DELETE FROM sessions WHERE account_id = %s AND hash = %s", [account_id, hash]
        )
    )


async def end_sessions(tx: Tx, account_id: str, *, but: bytes | None = None) -> int:
    """End all of somebody's sessions, or all but the one in use; how many."""
    return await execute(
        tx,
        "DELETE FROM sessions WHERE account_id = %s AND hash IS DISTINCT FROM %s",
        [account_id, but],
    )
