"""The audit: who changed what, when. Every verb of the administration writes its line in its own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coterie.kit.db import Tx, execute


async def audit(
    tx: Tx,
    now: datetime,
    by: str | None,
    verb: str,
    object: str,
    object_id: str,
    change: Mapping[str, Any] | None = None,
) -> None:
    """Note a change. `by` is an account, or None where a command or an import did it."""
    await execute(
        tx,
        """
        INSERT INTO audit (at, account_id, verb, object, object_id, change)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        [now, by, verb, object, object_id, dict(change or {})],
    )
