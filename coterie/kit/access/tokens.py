"""Tokens of programs: `coterie_` and 256 random bits, shown once. A token may do what its account's role and its scopes allow."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coterie.kit.access.audit import audit
from coterie.kit.access.sessions import digest
from coterie.kit.db import Tx, execute, row, rows
from coterie.kit.errors import Invalid, NotFound
from coterie.kit.ids import new_id

PREFIX = "coterie_"

SCOPES = {
    "contacts:write": "Bring in what customers write, over any channel",
    "identity:assert": "Vouch for who a customer is (only for a program that has proved it)",
    "customers:read": "See customers, their home and its history",
    "customers:write": "Pin, merge and change customers",
    "conversations:read": "Read threads, cases and messages",
    "conversations:write": "Reply, note, resolve and all that experts do",
    "communities:read": "See communities, their members, queues and settings",
    "communities:write": "Change settings, presence, shifts and absences",
    "events:read": "Follow the log of events",
    "tokens:make": "Make tokens that act as experts (administrators only)",
}


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself is known to nobody but its holder."""

    id: str
    account_id: str
    name: str
    scopes: list[str]
    created_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None


KNOWN = """
    SELECT id, account_id, name, scopes, created_at, ends_at, revoked_at
    FROM tokens
"""


async def make_token(
    tx: Tx,
    now: datetime,
    account_id: str,
    name: str,
    scopes: Sequence[str],
    *,
    ends_at: datetime | None = None,
    by: str | None = None,
) -> tuple[str, str]:
    """A new token: its id, and the secret that is shown once."""
    label = " ".join(name.split())
    if not 1 <= len(label) <= 80 or not label.isprintable():
        raise Invalid("Give the token a name of 1 to 80 letters: what it is for.", field="name")
    token_id, secret = new_id(), PREFIX + secrets.token_urlsafe(32)
    allowed = checked_scopes(scopes)
    await execute(
        tx,
        """
        INSERT INTO tokens (id, hash, account_id, name, scopes, created_at, ends_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [token_id, digest(secret), account_id, label, allowed, now, ends_at],
    )
    change = {"name": label, "scopes": allowed, "account": account_id}
    await audit(tx, now, by, "make", "token", token_id, change)
    return token_id, secret


def checked_scopes(given: Sequence[str]) -> list[str]:
    unknown = [scope for scope in given if scope not in SCOPES]
    if unknown:
        raise Invalid(f"There is no scope {unknown[0][:40]!r}.", field="scopes")
    if not given:
        raise Invalid("A token without a scope could do nothing. Choose at least one.", field="scopes")  # fmt: skip
    return [scope for scope in SCOPES if scope in given]


async def token(tx: Tx, now: datetime, hash: bytes) -> Token | None:
    """A token that is still good."""
    return await row(
        tx,
        Token,
        KNOWN + "WHERE hash = %s AND revoked_at IS NULL AND (ends_at IS NULL OR ends_at > %s)",
        [hash, now],
    )


async def tokens(tx: Tx) -> list[Token]:
    """Every token, those in force first, the newest first."""
    return await rows(tx, Token, KNOWN + "ORDER BY revoked_at IS NOT NULL, created_at DESC, id")


async def revoke_token(tx: Tx, now: datetime, token_id: str, *, by: str | None = None) -> None:
    """From now on it opens nothing."""
    revoked = await execute(
        tx,
        "UPDATE tokens SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL",
        [now, token_id],
    )
    if not revoked:
        raise NotFound("There is no such token in force.")
    await audit(tx, now, by, "revoke", "token", token_id)
