"""Accounts: who can sign in, as what."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from coterie.kit.access.audit import audit
from coterie.kit.access.viewer import ROLES, Role
from coterie.kit.db import Tx, execute, row, value
from coterie.kit.errors import Invalid, Refused
from coterie.kit.ids import new_id

EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\]{1,190}")
LONGEST_NAME = 80
# Names in Persian or Hindi are written with them.
JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in. `password_hash` is None until they have chosen one."""

    id: str
    email: str
    name: str
    role: Role
    password_hash: str | None
    zone: str | None
    preferences: dict[str, Any]
    created_at: datetime
    closed_at: datetime | None


ACCOUNT = """
    SELECT id, email, name, role, password_hash, zone, preferences, created_at, closed_at
    FROM accounts
"""


async def account(tx: Tx, account_id: str) -> Account | None:
    return await row(tx, Account, ACCOUNT + "WHERE id = %s", [account_id])


async def account_of_email(tx: Tx, email: str) -> Account | None:
    return await row(tx, Account, ACCOUNT + "WHERE lower(email) = lower(%s)", [email.strip()])


async def is_in_force(tx: Tx, found: Account) -> bool:
    """Whether the account is open and its password is still the one that was found; until the transaction ends."""
    still = await value(
        tx,
        """
        SELECT true
        FROM accounts
        WHERE id = %s AND closed_at IS NULL AND password_hash IS NOT DISTINCT FROM %s
        FOR UPDATE
        """,
        [found.id, found.password_hash],
    )
    return bool(still)


async def anybody(tx: Tx) -> bool:
    """Whether there is any account at all: until then the house is not set up."""
    return bool(await value(tx, "SELECT EXISTS (SELECT FROM accounts)"))


async def open_account(
    tx: Tx,
    now: datetime,
    *,
    email: str,
    name: str,
    role: Role,
    password_hash: str | None = None,
    zone: str | None = None,
    by: str | None = None,
) -> str:
    """Open an account. Without a password hash, its owner chooses a password by an invitation."""
    account_id = new_id()
    added = await execute(
        tx,
        """
        INSERT INTO accounts (id, email, name, role, password_hash, zone, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        [
            account_id,
            checked_email(email),
            checked_name(name),
            checked_role(role),
            password_hash,
            zone and checked_zone(zone),
            now,
        ],
    )
    if not added:
        raise Refused(f"Somebody has an account with {email} already.", "email_taken")
    await audit(tx, now, by, "open", "account", account_id, {"role": role})
    return account_id


async def open_first_account(
    tx: Tx, now: datetime, *, email: str, name: str, password_hash: str
) -> str:
    """The administrator of a new house. Of two who try at once, one is told that it is too late."""
    await execute(tx, "LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE")
    if await anybody(tx):
        raise Refused("This house has been set up already.", "set_up")
    return await open_account(
        tx, now, email=email, name=name, role="admin", password_hash=password_hash
    )


async def change_account(
    tx: Tx, now: datetime, found: Account, wanted: Mapping[str, Any], *, by: str | None = None
) -> None:
    """Change name, address, role, zone or preferences; what is not given stays."""
    before = {field: getattr(found, field) for field in CHANGEABLE}
    after = {**before, **{field: CHANGEABLE[field](value) for field, value in wanted.items()}}
    changed = {
        field: [before[field], after[field]] for field in before if before[field] != after[field]
    }
    if not changed:
        return
    namesake = await account_of_email(tx, after["email"])
    if namesake and namesake.id != found.id:
        raise Refused(f"Somebody has an account with {after['email']} already.", "email_taken")
    await execute(
        tx,
        """
        UPDATE accounts
        SET name = %(name)s, email = %(email)s, role = %(role)s, zone = %(zone)s,
            preferences = %(preferences)s
        WHERE id = %(id)s
        """,
        {**after, "id": found.id},
    )
    await audit(tx, now, by, "change", "account", found.id, changed)


async def close_account(tx: Tx, now: datetime, account_id: str, *, by: str | None = None) -> None:
    """Nobody can sign in with it any more; what it did stays explained."""
    await execute(
        tx,
        "UPDATE accounts SET closed_at = %s, password_hash = NULL WHERE id = %s",
        [now, account_id],
    )
    await execute(tx, "DELETE FROM sessions WHERE account_id = %s", [account_id])
    await execute(
        tx,
        "UPDATE tokens SET revoked_at = %s WHERE account_id = %s AND revoked_at IS NULL",
        [now, account_id],
    )
    await audit(tx, now, by, "close", "account", account_id)


async def reopen_account(tx: Tx, now: datetime, account_id: str, *, by: str | None = None) -> None:
    """Let somebody back in; they choose a new password."""
    await execute(tx, "UPDATE accounts SET closed_at = NULL WHERE id = %s", [account_id])
    await audit(tx, now, by, "reopen", "account", account_id)


def checked_email(given: str) -> str:
    email = given.strip()
    if not EMAIL.fullmatch(email) or not email.isprintable():
        raise Invalid(f"{given[:80]!r} is no e-mail address.", field="email")
    return email


def checked_name(given: str, field: str = "name") -> str:
    """A name without stray spaces. What it says is its owner's affair; how it is shown is the page's."""
    name = " ".join(given.split())
    if not name:
        raise Invalid("A name needs at least one letter.", field=field)
    if not all(c.isprintable() or c in JOINERS for c in name):
        raise Invalid("A name can't hold characters that nobody sees.", field=field)
    if len(name) > LONGEST_NAME:
        raise Invalid(f"A name has at most {LONGEST_NAME} letters.", field=field)
    return name


def checked_role(given: str) -> Role:
    for role in ROLES:
        if given == role:
            return role
    raise Invalid(f"{given[:40]!r} is no role: use {', '.join(ROLES)}.", field="role")


def checked_zone(given: str) -> str:
    try:
        return ZoneInfo(given).key
    except (KeyError, ValueError, OSError):
        raise Invalid(
            f"{given[:60]!r} is no time zone such as Australia/Sydney.", field="zone"
        ) from None


CHANGEABLE: dict[str, Callable[[Any], Any]] = {
    "name": checked_name,
    "email": checked_email,
    "role": checked_role,
    "zone": lambda given: checked_zone(given) if given else None,
    "preferences": dict,
}
