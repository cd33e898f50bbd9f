"""Coterie under load: from POST to the fragment in the stream of the expert who attends."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from coterie.bench.furnish import Expert, Furnished, furnish
from coterie.bench.http import Connection, Stream
from coterie.bench.load import Pair
from coterie.bench.serving import free_port, serving
from coterie.kit.ids import new_id

HOST = "127.0.0.1"
JSON = "Content-Type: application/json\r\n"
MARKER = re.compile(rb"marker ([0-9a-f-]+\.\d+):")
LONGEST_MARKER = 80
MESSAGES_PER_CASE = 10


@dataclass(slots=True)
class Awaited:
    """A message under way: whose streams have shown it, and whose must."""

    arrived: asyncio.Future[None]
    seen: set[str] = field(default_factory=set)
    attending: str = ""

    def look(self) -> None:
        if self.attending in self.seen and not self.arrived.done():
            self.arrived.set_result(None)


class Desks:
    """The streams of all experts, each as one open workspace hears it."""

    def __init__(self) -> None:
        self.awaited: dict[bytes, Awaited] = {}
        self.tails: dict[str, bytes] = {}
        self.streams: list[Stream] = []

    async def open(self, port: int, experts: Sequence[Expert]) -> None:
        """Sit down at every desk."""
        for expert in experts:
            stream = Stream(HOST, port, partial(self.hear, expert.id))
            answer = await stream.request("GET", *workspace_stream(expert))
            assert answer.status == 200, f"a workspace's stream answered {answer.status}"
            self.streams.append(stream)

    def expect(self, marker: str) -> Awaited:
        """Before it is sent: its fragment may arrive before its receipt."""
        awaited = Awaited(asyncio.get_running_loop().create_future())
        self.awaited[marker.encode()] = awaited
        return awaited

    def hear(self, expert_id: str, data: bytes) -> None:
        """Note whose stream has shown which marker; one may lie across two pieces."""
        data = self.tails.get(expert_id, b"") + data
        self.tails[expert_id] = data[-LONGEST_MARKER:]
        for marker in MARKER.findall(data):
            if awaited := self.awaited.get(marker):
                awaited.seen.add(expert_id)
                awaited.look()

    def close(self) -> None:
        """Everybody goes home."""
        for stream in self.streams:
            stream.close()
        self.streams.clear()


def workspace_stream(expert: Expert, browser: str = "bench") -> tuple[str, str]:
    """The path and the headers with which a browser opens its stream."""
    return f"/workspace/live?browser={browser}", f"Cookie: coterie={expert.session}\r\n"


class Customer:
    """Somebody who writes, and after ten messages somebody else, whose first one opens a case."""

    def __init__(self, server: "Coterie") -> None:
        self.server, self.connection = server, Connection(HOST, server.port)
        self.name, self.numbers = "", count()
        self.authorization = f"Authorization: Bearer {server.furnished.token}\r\n"

    async def exchange(self) -> None:
        """Write, and wait until it stands on the screen of whoever attends."""
        number = next(self.numbers)
        if number % MESSAGES_PER_CASE == 0:
            self.name = self.server.someone()
        marker = f"{self.name}.{number}"
        awaited = self.server.desks.expect(marker)
        receipt = await self._post(marker)
        self.server.opened[receipt["case_id"]] = receipt["attending_id"]
        awaited.attending = receipt["attending_id"]
        awaited.look()
        await awaited.arrived
        del self.server.desks.awaited[marker.encode()]

    async def _post(self, marker: str) -> dict[str, str]:
        body = {
            "channel": "messenger",
            "from": {"kind": "ref", "value": self.name, "proved": True, "name": "Li"},
            "text": f"marker {marker}: my bill is wrong, can you help?",
        }
        headers = f"{self.authorization}Idempotency-Key: {marker}\r\n{JSON}"
        answer = await self.connection.request(
            "POST", "/api/v1/contacts", headers, json.dumps(body).encode()
        )
        assert answer.status == 201, f"/contacts answered {answer.status}: {answer.body!r}"
        receipt: dict[str, str] = json.loads(answer.body)
        assert receipt["attending_id"], f"nobody attends: {receipt['reason']}"
        return receipt

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


class Coterie:
    """A running server with a community of experts at their desks. `someone` says who writes next."""

    def __init__(
        self,
        port: int,
        roots: Sequence[int],
        furnished: Furnished,
        *,
        name: str = "Coterie",
        someone: Callable[[], str] = new_id,
    ) -> None:
        self.port, self.roots, self.furnished = port, roots, furnished
        self.name, self.someone = name, someone
        self.desks = Desks()
        self.opened: dict[str, str] = {}

    async def pairs(self, number: int) -> Sequence[Pair]:
        """That many customers, each on a connection of their own; the desks sit down anew.

        The server ends a workspace's stream after ten minutes, to ask who it is. A browser comes back; a desk here
        doesn't.
        """
        self.desks.close()
        await self.desks.open(self.port, self.furnished.communities[0])
        return [Customer(self) for _ in range(number)]

    async def rest(self) -> None:
        """Resolve what the last round opened, so that the experts have room for the next."""
        tokens = {expert.id: expert.token for expert in self.furnished.experts}
        connection = Connection(HOST, self.port)
        for case_id, expert_id in self.opened.items():
            headers = f"Authorization: Bearer {tokens[expert_id]}\r\n{JSON}"
            path = f"/api/v1/cases/{case_id}/resolution"
            answer = await connection.request("PUT", path, headers, b'{"how": "Put right"}')
            assert answer.status == 200, f"{path} answered {answer.status}: {answer.body!r}"
        self.opened.clear()
        connection.close()


@asynccontextmanager
async def running(folder: Path, experts: int = 40) -> AsyncIterator[Coterie]:
    """Run a server of our own on a new embedded database in `folder`, one community in it."""
    async with started(folder) as (port, pid):
        server = Coterie(port, [pid], await furnish(folder, 1, experts))
        async with seated(server):
            yield server


@asynccontextmanager
async def seated(server: Coterie) -> AsyncIterator[None]:
    """While this lasts the experts of the first community sit at their desks."""
    await server.desks.open(server.port, server.furnished.communities[0])
    try:
        yield
    finally:
        server.desks.close()


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[tuple[int, int]]:
    """`coterie serve` on a data folder; gives its port and its process."""
    port = free_port()
    program = str(Path(sys.executable).with_name("coterie"))
    command = [program, "serve", "--port", str(port), "--data", str(folder)]
    async with serving(command, port, log=folder / "serve.log") as pid:
        yield port, pid
