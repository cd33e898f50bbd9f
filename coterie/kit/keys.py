"""Idempotency: a key belongs to whoever sent it and never expires. The same body gets the same answer again."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from psycopg.types.json import Jsonb

from coterie.kit.db import Tx, execute
from coterie.kit.errors import Refused

LONGEST_KEY = 200


def body_hash(text: str) -> bytes:
    return sha256(text.encode()).digest()


async def recall(tx: Tx, owner_id: str, key: str, body: bytes) -> dict[str, Any] | None:
    """The answer kept under this key; None where it is new. Refused where it stood for another body."""
    cursor = await tx.execute(
        "SELECT body, answer FROM keys WHERE owner_id = %s AND key = %s", [owner_id, key]
    )
    found = await cursor.fetchone()
    if found is None:
        return None
    if bytes(found[0]) != body:
        raise Refused("This idempotency key was used for another request.", "key_reused")
    answer: dict[str, Any] = found[1]
    return answer


async def keep(
    tx: Tx, now: datetime, owner_id: str, key: str, body: bytes, answer: dict[str, Any]
) -> None:
    """Keep an answer in the transaction that did the work."""
    await execute(
        tx,
        "INSERT INTO keys (owner_id, key, body, answer, at) VALUES (%s, %s, %s, %s, %s)",
        [owner_id, key, body, Jsonb(answer), now],
    )
