"""Starts a replay in a process of its own, so that the server answers meanwhile, and reads what it says.

Nothing of the replay itself is imported here: the server need not hold what only that process uses.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Any

from coterie.kit.apart import Died, answers

PROGRAM = (sys.executable, "-m", "coterie.routing.sandbox.apart")
LONGEST_S = 600

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
        try:
            async with aclosing(answers(PROGRAM, wanted, LONGEST_S)) as lines:
                async for line in lines:
                    yield line
        except Died:
            yield {"refused": "The replay stopped. The server's log says why."}
        except TimeoutError:
            yield {"refused": "That took longer than ten minutes. Choose a shorter span."}
