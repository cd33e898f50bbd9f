"""HTTP as uvicorn speaks it, but a response leaves in one piece.

uvicorn writes the head of a response and its body one after the other, which is two system calls, two packets, and a
reader who is woken for half an answer. Here what is written in one turn of the loop is sent at its end.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_KEPT = 64 * 1024


class Corked:
    """A transport that sends at the end of the loop's turn. Everything else is the transport's own."""

    __slots__ = ("loop", "pieces", "size", "transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.transport = transport
        self.loop = loop
        self.pieces: list[bytes] = []
        self.size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def write(self, data: bytes) -> None:
        if not self.pieces:
            self.loop.call_soon(self.flush)
        self.pieces.append(data)
        self.size += len(data)
        if self.size > MOST_KEPT:  # so that whoever writes without end is told to pause
            self.flush()

    def flush(self) -> None:
        if self.pieces:
            data = b"".join(self.pieces)
            self.pieces.clear()
            self.size = 0
            self.transport.write(data)

    def close(self) -> None:
        self.flush()
        self.transport.close()


class Protocol(HttpToolsProtocol):
    """What `serve` hands to uvicorn."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # of a socket, always
        super().connection_made(Corked(transport, self.loop))  # type: ignore[arg-type]  # all that is asked of one
