"""All SQL of codes, and of identities that change hands when somebody proves who they are."""

from dataclasses import dataclass
from datetime import datetime

from coterie.customers.model import Address, IdentityKind
from coterie.kit.db import Tx, execute, row, value


@dataclass(frozen=True, slots=True)
class Code:
    id: str
    kind: IdentityKind
    value: str
    hash: bytes
    tries: int
    ends_at: datetime


async def add_code(
    tx: Tx,
    now: datetime,
    browser_id: str,
    address: Address,
    code_id: str,
    hash_: bytes,
    ends_at: datetime,
) -> None:
    await execute(
        tx,
        """
        INSERT INTO codes (id, browser_id, kind, value, hash, created_at, ends_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [code_id, browser_id, address.kind, address.value, hash_, now, ends_at],
    )


async def codes_since(tx: Tx, browser_id: str, address: Address, since: datetime) -> int:
    """How many codes this browser asked for, or this address was sent; the larger."""
    count: int = await value(
        tx,
        """
        SELECT greatest(
            (SELECT count(*) FROM codes WHERE browser_id = %(browser)s AND created_at > %(since)s),
            (SELECT count(*) FROM codes WHERE value = %(value)s AND created_at > %(since)s)
        )
        """,
        {"browser": browser_id, "value": address.value, "since": since},
    )
    return count


async def hold_address(tx: Tx, address: Address) -> None:
    """One at a time for an address, so that two requests at once are counted."""
    await execute(tx, "SELECT pg_advisory_xact_lock(hashtextextended(%s, 17))", [address.value])


async def last_code(tx: Tx, browser_id: str) -> Code | None:
    """The newest code of a browser that is not used yet, locked."""
    return await row(
        tx,
        Code,
        """
        SELECT id, kind, value, hash, tries, ends_at
        FROM codes
        WHERE browser_id = %s AND used_at IS NULL
        ORDER BY created_at DESC, id DESC
        LIMIT 1
        FOR UPDATE
        """,
        [browser_id],
    )


async def count_try(tx: Tx, code_id: str) -> None:
    await execute(tx, "UPDATE codes SET tries = tries + 1 WHERE id = %s", [code_id])


async def use_codes(tx: Tx, now: datetime, browser_id: str) -> None:
    """A right code ends all codes of its browser."""
    await execute(
        tx,
        "UPDATE codes SET used_at = %s WHERE browser_id = %s AND used_at IS NULL",
        [now, browser_id],
    )


async def customer_with_ref(tx: Tx, ref: str) -> str | None:
    found: str | None = await value(
        tx, "SELECT coalesce(merged_id, id) FROM customers WHERE ref = %s", [ref]
    )
    return found


async def move_identity(tx: Tx, now: datetime, address: Address, customer_id: str) -> None:
    """Let an address name this customer from now on, whoever it named before."""
    await execute(
        tx,
        """
        INSERT INTO identities (kind, value, scope, customer_id, since)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (value, kind, scope) DO UPDATE
        SET customer_id = excluded.customer_id, since = excluded.since, record_id = NULL
        """,
        [address.kind, address.value, address.scope, customer_id, now],
    )


async def drop_identity(tx: Tx, address: Address) -> None:
    await execute(
        tx,
        "DELETE FROM identities WHERE value = %s AND kind = %s AND scope = %s",
        [address.value, address.kind, address.scope],
    )


async def complete(tx: Tx, customer_id: str, ref: str | None, name: str) -> None:
    """Fill in what was not known; what is known stays."""
    await execute(
        tx,
        """
        UPDATE customers
        SET
            ref = coalesce(ref, (SELECT %(ref)s WHERE NOT EXISTS (SELECT FROM customers WHERE ref = %(ref)s))),
            name = CASE WHEN name = '' THEN %(name)s ELSE name END
        WHERE id = %(id)s
        """,
        {"ref": ref, "name": name, "id": customer_id},
    )


async def forget_codes(tx: Tx, before: datetime) -> int:
    """Drop codes that ended before this."""
    return await execute(tx, "DELETE FROM codes WHERE ends_at < %s", [before])
