"""The least that a server of event streams does: a head, and a comment every 15 seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
PING = b": \n\n"
PING_EVERY_S = 15

Message = dict[str, Any]


async def app(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Hold every request open as a stream until its browser goes."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    pinging = asyncio.create_task(_ping(send))
    while (await receive())["type"] != "http.disconnect":
        pass
    pinging.cancel()


async def _ping(send: Callable[[Message], Awaitable[None]]) -> None:
    while True:
        await send({"type": "http.response.body", "body": PING, "more_body": True})
        await asyncio.sleep(PING_EVERY_S)
