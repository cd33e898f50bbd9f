"""A replay in a process of its own, so that the server answers meanwhile. Lines of JSON: how far it is, then the answer.

`python -m coterie.routing.sandbox.apart` takes what is wanted from its standard input; `replayed` starts it and reads.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from time import monotonic
from typing import Any

from coterie.communities import queries as communities
from coterie.communities.changes import checked
from coterie.kit.db import connect
from coterie.kit.errors import Refused
from coterie.routing.sandbox.queries import look_only
from coterie.routing.sandbox.trying import try_settings

LONGEST_S = 600
LONGEST_LINE = 1 << 30
TOLD_EVERY_S = 0.2
NICE = 10
"""Customers come first: a replay takes what they leave of the processor."""

ONE = asyncio.Semaphore(1)
"""One at a time in each process of the server; who comes meanwhile waits."""


async def replayed(
    url: str,
    now: datetime,
    community_id: str,
    start: datetime,
    end: datetime,
    over: Mapping[str, Any],
) -> AsyncIterator[dict[str, Any]]:
    """`{"done", "total"}` while it runs; at the end `{"found"}`, or `{"refused"}` with a sentence."""
    wanted = {
        "url": url,
        "now": now.isoformat(),
        "community": community_id,
        "from": start.isoformat(),
        "to": end.isoformat(),
        "over": dict(over),
    }
    async with ONE:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LONGEST_LINE,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(wanted).encode())
            process.stdin.close()
            async with asyncio.timeout(LONGEST_S):
                async for line in process.stdout:
                    yield json.loads(line)
                if await process.wait():
                    yield {"refused": "The replay stopped. The server's log says why."}
        except TimeoutError:
            yield {"refused": "That took longer than ten minutes. Choose a shorter span."}
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


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
