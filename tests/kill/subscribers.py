"""Who follows the log live: reads on from the last cursor whenever the stream breaks, and removes no repeats."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from coterie.bench.http import Stream


@dataclass(slots=True)
class Subscriber:
    """One reader of /api/v1/live. `seen` is every event as it came."""

    token: str
    name: str
    breaks_every: int = 0
    """It also breaks off by itself after so many events."""
    cursor: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    resumed: int = 0
    rest: bytes = b""
    since: int = 0

    async def run(self, port: int) -> None:
        while True:
            broken = asyncio.Event()
            stream = Broken(
                "127.0.0.1", port, lambda piece, end=broken: self.hear(piece, end), broken
            )
            try:
                await self.open(stream, broken)
            except (OSError, TimeoutError):
                pass
            finally:
                stream.close()
            await asyncio.sleep(0.05)

    async def open(self, stream: "Broken", broken: asyncio.Event) -> None:
        self.rest, self.since = b"", 0
        headers = f"Authorization: Bearer {self.token}\r\n"
        if self.cursor:
            headers += f"Last-Event-ID: {self.cursor}\r\n"
        async with asyncio.timeout(20):
            answer = await stream.request("GET", "/api/v1/live", headers)
        if answer.status == 200:
            self.resumed += bool(self.cursor)
            await broken.wait()

    def hear(self, piece: bytes, end: asyncio.Event) -> None:
        """Take what is whole; the cursor moves with each event, as a browser's does."""
        if end.is_set():
            return
        *whole, self.rest = (self.rest + piece).split(b"\n\n")
        for block in whole:
            fields = dict(
                line.split(": ", 1) for line in block.decode().split("\n") if ": " in line
            )
            if "data" in fields:
                self.seen.append(json.loads(fields["data"]))
                self.cursor = fields["id"]
                self.since += 1
                if self.breaks_every and self.since >= self.breaks_every:
                    end.set()
                    return


class Broken(Stream):
    """A stream that says when it broke."""

    def __init__(self, host: str, port: int, heard: Any, broken: asyncio.Event) -> None:
        super().__init__(host, port, heard)
        self.broken = broken

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.broken.set()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.broken.set()
