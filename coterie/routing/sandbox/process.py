"""Starts a replay in a process of its own, so that the server answers meanwhile, and reads what it says.

Nothing of the replay itself is imported here: the server need not hold what only that process uses.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

APART = "coterie.routing.sandbox.apart"
LONGEST_S = 600
LONGEST_LINE = 1 << 30

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
            sys.executable, "-m", APART,
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
