"""The end of tasks that run for ever."""

import asyncio
from collections.abc import Sequence
from typing import Any


async def end(*tasks: "asyncio.Task[Any]", again_s: float = 1.0) -> Sequence[Any]:
    """Cancel them, and wait until all have ended; what each came to, its error included.

    Again after `again_s` where one goes on: before Python 3.12 `asyncio.wait_for` loses a cancellation that comes together
    with what it waits for (bugs.python.org/issue37658), and pools wait so for their connections.
    """
    going = [task for task in tasks if not task.done()]
    while going:
        for task in going:
            task.cancel()
        _, still = await asyncio.wait(going, timeout=again_s)
        going = list(still)
    return await asyncio.gather(*tasks, return_exceptions=True)
