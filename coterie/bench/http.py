"""A light HTTP/1.1 client, so that the generator costs little beside the server it measures."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import httptools


@dataclass(slots=True)
class Response:
    """What came back. Header names are lower-case."""

    status: int = 0
    headers: dict[bytes, list[bytes]] = field(default_factory=dict)
    body: bytes = b""


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way; opened again when it was closed."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[Response] | None = None

    async def request(
        self, method: str, path: str, headers: str = "", body: bytes | None = None
    ) -> Response:
        """Send a request and wait for its whole answer. `headers` are lines that end in CRLF."""
        loop = asyncio.get_running_loop()
        if self.transport is None or self.transport.is_closing():
            await loop.create_connection(lambda: self, self.host, self.port)
        assert self.transport is not None
        self.response, self.answer = Response(), loop.create_future()
        self.parser = httptools.HttpResponseParser(self)
        self.transport.write(self._head(method, path, headers, body) + (body or b""))
        return await self.answer

    def close(self) -> None:
        """Close the connection, and with it a stream that it carries."""
        if self.transport is not None:
            self.transport.close()

    def _head(self, method: str, path: str, headers: str, body: bytes | None) -> bytes:
        length = "" if body is None else f"Content-Length: {len(body)}\r\n"
        lines = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{headers}{length}"
        return f"{lines}\r\n".encode()

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(exc or ConnectionError("the server closed the connection"))

    # httptools calls these

    def on_header(self, name: bytes, value: bytes) -> None:
        self.response.headers.setdefault(name.lower(), []).append(value)

    def on_headers_complete(self) -> None:
        self.response.status = self.parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        self.response.body += body

    def on_message_complete(self) -> None:
        if not self.parser.should_keep_alive() and self.transport is not None:
            self.transport.close()
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(self.response)


class Stream(Connection):
    """A response that never ends: what arrives goes to `heard`, piece by piece."""

    def __init__(self, host: str, port: int, heard: Callable[[bytes], None]) -> None:
        super().__init__(host, port)
        self.heard = heard

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        assert self.answer is not None
        self.answer.set_result(self.response)

    def on_body(self, body: bytes) -> None:
        self.heard(body)
