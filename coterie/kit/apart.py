"""A process of its own for what takes long, or is heavy: told what is wanted, it answers in lines of JSON."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import Any

LONGEST_LINE = 1 << 30


class Died(Exception):
    """It ended otherwise than it should; the server's log has what it said."""


async def answers(
    program: Sequence[str], wanted: Mapping[str, Any], longest_s: float
) -> AsyncGenerator[dict[str, Any], None]:
    """Each line as it comes. Whoever stops listening (`aclosing`) kills it. Raises `TimeoutError`, and `Died`."""
    process = await asyncio.create_subprocess_exec(
        *program,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LONGEST_LINE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(wanted).encode())
        process.stdin.close()
        async with asyncio.timeout(longest_s):
            async for line in process.stdout:
                yield json.loads(line)
            if await process.wait():
                raise Died
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
