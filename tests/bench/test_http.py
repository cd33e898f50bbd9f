"""The generator's client, against a server that says what it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from coterie.bench.http import Connection, Stream


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that gives one answer a request, in order; the port, and the heads it was sent."""
    heads: list[bytes] = []
    left = list(answers)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while left:
            try:
                heads.append(await reader.readuntil(b"\r\n\r\n"))
            except asyncio.IncompleteReadError:
                break
            writer.write(answer := left.pop(0))
            if b"Connection: close" in answer or not answer:
                break
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heads


def ok(body: bytes, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def test_answers_come_over_one_connection_that_opens_again_when_closed() -> None:
    async with answering(ok(b"one", b"Connection: close"), ok(b"two"), ok(b"three")) as (
        port,
        heads,
    ):
        connection = Connection("127.0.0.1", port)
        bodies = [(await connection.request("GET", f"/{n}")).body for n in range(3)]
        connection.close()
    assert bodies == [b"one", b"two", b"three"]
    assert heads[1].startswith(b"GET /1 HTTP/1.1\r\n")


async def test_a_status_and_repeated_headers_are_kept() -> None:
    said = b"HTTP/1.1 403 No\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n"
    async with answering(said) as (port, _):
        connection = Connection("127.0.0.1", port)
        answer = await connection.request("POST", "/", "X-Token: t\r\n", b"")
        connection.close()
    assert (answer.status, answer.headers[b"set-cookie"]) == (403, [b"a=1", b"b=2"])


async def test_a_connection_that_ends_without_an_answer_is_an_error() -> None:
    async with answering(b"") as (port, _):
        with pytest.raises(ConnectionError):
            await Connection("127.0.0.1", port).request("GET", "/")


async def test_a_stream_tells_what_it_hears_piece_by_piece() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    heard: list[bytes] = []
    async with answering(head + b"4\r\none\n\r\n4\r\ntwo\n\r\n0\r\n\r\n") as (port, _):
        stream = Stream("127.0.0.1", port, heard.append)
        answer = await stream.request("GET", "/")
        async with asyncio.timeout(60):
            while len(heard) < 2:
                await asyncio.sleep(0.01)
        stream.close()
    assert answer.status == 200
    assert heard == [b"one\n", b"two\n"]
