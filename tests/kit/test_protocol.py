"""A response leaves in one piece, and nothing of it is lost or kept back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from coterie.kit.protocol import MOST_KEPT, Corked, Protocol


class Heard:
    """What reached the socket, call by call."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.writes.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


@pytest.fixture
async def corked() -> Any:
    return Corked(Heard(), asyncio.get_running_loop())  # type: ignore[arg-type]


async def test_what_is_written_in_one_turn_is_sent_at_its_end(corked: Any) -> None:
    corked.write(b"head")
    corked.write(b"body")
    assert corked.transport.writes == []
    await asyncio.sleep(0)
    assert corked.transport.writes == [b"headbody"]
    corked.write(b"more")
    await asyncio.sleep(0)
    assert corked.transport.writes == [b"headbody", b"more"]


async def test_closing_sends_first_and_a_later_turn_nothing_more(corked: Any) -> None:
    corked.write(b"last words")
    corked.close()
    await asyncio.sleep(0)
    assert corked.transport.writes == [b"last words"]
    assert corked.is_closing()


async def test_much_is_sent_at_once(corked: Any) -> None:
    corked.write(b"x" * MOST_KEPT)
    corked.write(b"y")
    assert corked.transport.writes == [b"x" * MOST_KEPT + b"y"]


async def test_several_requests_on_one_connection_and_its_end() -> None:
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await answer(reader) == b"b" * 100_000
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert await answer(reader) == b"b" * 100_000
        assert await reader.read() == b""
        writer.close()


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return await reader.readexactly(100_000)


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"100000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for _ in range(10):
            await send({"type": "http.response.body", "body": b"b" * 10_000, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    config = uvicorn.Config(app, port=0, http=Protocol, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running
