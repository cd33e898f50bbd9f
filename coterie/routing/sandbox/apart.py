"""PROCESS: a replay apart from the server. Lines of JSON: how far it is, then the answer.

`python -m coterie.routing.sandbox.apart` takes what is wanted from its standard input; `process.replayed` starts it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from time import monotonic
from typing import Any

from coterie.communities import queries as communities
from coterie.communities.changes import checked
from coterie.kit.db import connect
from coterie.kit.errors import Refused
from coterie.routing.sandbox.queries import look_only
from coterie.routing.sandbox.trying import try_settings

TOLD_EVERY_S = 0.2
NICE = 10
"""Customers come first: a replay takes what they leave of the processor."""


async def run(wanted: Mapping[str, Any]) -> dict[str, Any]:
    async with await connect(wanted["url"]) as connection, connection.transaction():
        await look_only(connection)
        community = await communities.community(connection, wanted["community"])
        assert community is not None
        now, start, end = (datetime.fromisoformat(wanted[key]) for key in ("now", "from", "to"))
        over = {key: checked(key, value) for key, value in wanted["over"].items()}
        try:
            found = await try_settings(
                connection, now, community, start, end, over, tell_now_and_then()
            )
        except Refused as refused:
            return {"refused": refused.sentence}
    return {"found": found.as_json()}


def tell_now_and_then() -> Any:
    told = monotonic()

    def watch(done: int, total: int) -> None:
        nonlocal told
        if monotonic() - told >= TOLD_EVERY_S:
            told = monotonic()
            say({"done": done, "total": total})

    return watch


def say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.nice(NICE)
    say(asyncio.run(run(json.load(sys.stdin))))
